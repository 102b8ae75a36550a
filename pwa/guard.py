"""What stands around every answer: the headers that keep other sites, other frames and other scripts out."""

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, request

from pwa.config import Config

# Beside the headers of every answer: of the one that has a browser drop its own copies of pages (not "storage": that
# is what scripts have emptied), and of what is not there.
WIPED = {"Clear-Site-Data": '"cache"', "Cache-Control": "no-store"}
GONE = {"Cache-Control": "no-store"}
# Open stay what pages of ours use: full screen for slides, copying a number, passkeys at the desk.
_CLOSED = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "clipboard-read", "compute-pressure", "display-capture",
    "encrypted-media", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get", "idle-detection",
    "keyboard-map", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "sync-xhr", "usb", "window-management",
    "xr-spatial-tracking",
)  # fmt: skip


def policy(style_sources: tuple[str, ...], counts_at: str = "") -> str:
    """The Content-Security-Policy: nothing from elsewhere, nothing inline but our styles by their hash.

    `counts_at` is the one other origin that a page may send to, where counts go to another server.
    """
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {' '.join(style_sources)}",
            f"connect-src 'self' {counts_at}".rstrip(),
            *(f"{kind} 'self'" for kind in ("img-src", "manifest-src", "worker-src", "form-action")),
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def headers(config: Config, style_sources: tuple[str, ...]) -> dict[str, str]:
    """The headers of every answer. They go into packs too: a page from the phone's store is guarded the same."""
    guard = {
        "Content-Security-Policy": policy(style_sources, config.counts_at or ""),
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}=()" for name in _CLOSED),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if (config.readers if config.static else config.origin).startswith("https:"):
        guard["Strict-Transport-Security"] = "max-age=63072000"
    return guard


def install(app: Flask, guard: dict[str, str]) -> None:
    @app.after_request
    def guarded(response: Response) -> Response:
        response.headers.update(guard)
        if location := response.headers.get("Location"):
            # A redirect stays on the scheme and port that the reader came by, and no cache keeps it.
            response.headers["Location"] = urlunsplit(("", "", *urlsplit(location)[2:]))
            response.headers["Cache-Control"] = "no-store"
        if response.status_code >= 400:
            response.headers.update(GONE)
        if request.path.startswith("/desk/"):
            response.headers["Cache-Control"] = "no-store"
            # With "no-referrer" a browser sends `Origin: null` with our own forms.
            response.headers["Referrer-Policy"] = "same-origin"
        # Says what server and version answers; nobody needs to know.
        response.headers.pop("Server", None)
        return response
