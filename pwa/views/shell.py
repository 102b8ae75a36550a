"""What makes the site an app: worker, manifest, packs, static files, and the pages that stand outside the story."""

import json
from typing import Any

from flask import Blueprint, Response, abort, url_for

from pwa import packs
from pwa.domain import pack
from pwa.guard import WIPED
from pwa.press import ALWAYS_NEW, FOR_EVER, Sheet
from pwa.web import area_or_404, house, language_or_404, printed, reader_page, send

room = Blueprint("shell", __name__)


@reader_page(room, "/privacy/")
def privacy(lang: str) -> tuple[str, dict[str, Any]]:
    library = house().library
    return "shell/privacy.html", {
        "page": library.page(lang, "pages/privacy"),
        "install": library.page(lang, "pages/install"),
    }


@reader_page(room, "/away/")
def away(lang: str) -> tuple[str, dict[str, Any]]:
    """The neutral page that Leave shows."""
    return "shell/away.html", {"page": house().library.page(lang, "pages/away")}


@reader_page(room, "/offline/")
def offline(lang: str) -> tuple[str, dict[str, Any]]:
    """What the worker shows for a page that is not kept, while there is no network."""
    return "shell/offline.html", {}


@printed(room, "/static/<path:name>")
def static(name: str) -> Sheet:
    asset = house().assets.by_address(f"/static/{name}") or abort(404)
    return Sheet(asset.body, asset.media_type, FOR_EVER)


@room.get("/wiped")
def wiped() -> Response:
    """Tells the browser to drop its own copies of pages as well. Not "storage": scripts have emptied that, and any page
    of another site could empty it by a picture from this address."""
    return Response(status=204, headers=WIPED)


@printed(room, "/favicon.ico")
def favicon() -> Sheet:
    return Sheet(house().assets.files["icons/door-192.png"].body, "image/png")


@printed(room, "/sw.js")
def worker() -> Sheet:
    """The worker, or what takes it off every phone again where the deployment has switched it off."""
    assets, config = house().assets, house().config
    text = assets.worker if config.worker else assets.worker_off
    known = f"const RELEASE = {json.dumps(assets.release)};\nconst COUNTS_AT = {json.dumps(config.counts_at)};\n"
    return Sheet(f"{known}{text}".encode(), "text/javascript; charset=utf-8", ALWAYS_NEW)


@printed(room, "/manifest.webmanifest")
def manifest() -> Sheet:
    files = house().assets.files
    icons = {"icons/door-192.png": ("192x192", "any"), "icons/door-512.png": ("512x512", "any"),
             "icons/door-maskable-512.png": ("512x512", "maskable")}  # fmt: skip
    text = {
        "id": "/",
        "name": house().config.name,
        "short_name": house().config.name,
        "description": "A work handbook",
        "start_url": url_for("home.door"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbf8f3",
        "theme_color": "#0e5c58",
        "icons": [
            {"src": files[name].address, "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, (sizes, purpose) in icons.items()
        ],
    }
    return Sheet(json.dumps(text, ensure_ascii=False).encode(), "application/manifest+json")


@room.get("/<lang>/pack.json")
def language_pack(lang: str) -> Response:
    return send(packs.listing(language_or_404(lang), None))


@room.get("/<lang>/<area>/pack.json")
def area_pack(lang: str, area: str) -> Response:
    return send(packs.listing(language_or_404(lang), area_or_404(area)))


@room.get("/<lang>/bundle-<digest>.json")
def language_bundle(lang: str, digest: str) -> Response:
    return _if_current(packs.language_bundle(language_or_404(lang)), digest)


@room.get("/<lang>/<area>/bundle-<digest>.json")
def area_bundle(lang: str, area: str, digest: str) -> Response:
    return _if_current(packs.area_bundle(language_or_404(lang), area_or_404(area)), digest)


def _if_current(bundle: Sheet, digest: str) -> Response:
    # An older list names an older bundle: the phone reads the list again.
    return send(bundle) if pack.digest_of(bundle.body) == digest else abort(404)
