"""What every page carries: the style, the script, the icons, each under an address with the hash of its content."""

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pwa.domain import scripts
from pwa.domain.pack import digest_of

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
    """The static files by name ("app.js", "icons/door.svg"), the style of every page, and the release they make up.

    `release` changes with any file that can change a page: static files, templates, content and code.
    """

    files: dict[str, Asset]
    style: str
    style_source: str
    worker: str
    worker_off: str
    release: str

    def by_address(self, address: str) -> Asset | None:
        return next((asset for asset in self.files.values() if asset.address == address), None)


def load(package: Path, content: Path) -> Assets:
    """The assets in `package`/static. Raises scripts.ScriptError."""
    static = package / "static"
    bodies = {"app.js": scripts.join(static / "js", "app").encode()}
    bodies |= {f"icons/{p.name}": p.read_bytes() for p in sorted((static / "icons").iterdir())}
    style = (static / "app.css").read_text(encoding="utf-8")
    return Assets(
        files={name: _asset(name, body) for name, body in bodies.items()},
        style=style,
        style_source=f"'sha256-{_base64(hashlib.sha256(style.encode()))}'",
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
