"""What every page carries: the style, the script, the icons, each under an address with the hash of its content."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pwa.domain import scripts
from pwa.domain.pack import digest_of

# "app" is on every page, "present" on slides, "counting" on the count page; "teller" is the worker of the outbox.
# "desk" is on the pages of the desk, without "app".
SCRIPTS = ("app", "present", "counting", "teller", "desk")
# Made by others (licence beside it) and served as it is, to the desk alone.
HTMX = "htmx-2.0.11.min.js"
# What no reader's phone needs.
DESK = ("desk.js", HTMX)
SHEETS = ("app", "deck", "paper", "desk", "figures", "poster")
MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".png": "image/png"}


@dataclass(frozen=True)
class Asset:
    """One static file. `integrity` is what a page states so that a changed file is refused."""

    address: str
    media_type: str
    body: bytes
    integrity: str


@dataclass(frozen=True)
class Assets:
    """The static files by name ("app.js", "icons/door.svg"), the styles, and the release that all of them make up.

    `styles` are what pages carry inside: "app" every page, "deck" the slides, "paper" what is printed of an area,
    "desk" the pages of the desk, figures among them, "poster" those that print a poster. `release` changes with any
    file that can change a page: static files, templates, content and code.
    """

    files: dict[str, Asset]
    styles: dict[str, str]
    style_sources: tuple[str, ...]
    worker: str
    worker_off: str
    release: str

    @property
    def of_readers(self) -> list[Asset]:
        """All but the scripts of the desk."""
        return [asset for name, asset in self.files.items() if name not in DESK]

    def by_address(self, address: str) -> Asset | None:
        return next((asset for asset in self.files.values() if asset.address == address), None)


def load(package: Path, content: Path) -> Assets:
    """The assets in `package`/static. Raises scripts.ScriptError."""
    static = package / "static"
    bodies = {f"{name}.js": scripts.join(static / "js", name).encode() for name in SCRIPTS}
    bodies[HTMX] = (static / "vendor" / HTMX).read_bytes()
    bodies |= {f"icons/{p.name}": p.read_bytes() for p in sorted((static / "icons").iterdir())}
    sheets = {name: (static / f"{name}.css").read_text(encoding="utf-8") for name in SHEETS}
    styles = {"app": sheets["app"]} | {name: sheets["app"] + sheets[name] for name in ("deck", "paper")}
    styles["desk"] = sheets["app"] + sheets["desk"] + sheets["figures"]
    styles["poster"] = sheets["app"] + sheets["desk"] + sheets["poster"]
    return Assets(
        files={name: _asset(name, body) for name, body in bodies.items()},
        styles=styles,
        style_sources=tuple(f"'sha256-{_base64(hashlib.sha256(style.encode()))}'" for style in styles.values()),
        worker=(static / "sw.js").read_text(encoding="utf-8"),
        worker_off=(static / "sw-off.js").read_text(encoding="utf-8"),
        release=_release([package, content]),
    )


def _asset(name: str, body: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    return Asset(
        address=f"/static/{stem}-{digest_of(body)}.{ending}",
        media_type=MEDIA_TYPES[f".{ending}"],
        body=body,
        integrity=f"sha384-{_base64(hashlib.sha384(body))}",
    )


def _base64(digest: "hashlib._Hash") -> str:
    return base64.b64encode(digest.digest()).decode()


def _release(folders: Iterable[Path]) -> str:
    kinds = {".py", ".html", ".css", ".js", ".svg", ".png", ".md", ".yaml", ".mo"}
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(p for p in folder.rglob("*") if p.suffix in kinds):
            digest.update(f"{path.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
