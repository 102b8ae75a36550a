"""A pack: every file that a phone needs to use one area in one language without a network, and the proof of each.

`pack.json` lists the files with SHA-256 and size; bundles carry them, many files in one answer, since one compressed
stream is a third smaller and arrives sooner than the same files one by one.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class File:
    """A file at its own address. Bodies are text in UTF-8, so that a bundle is plain JSON."""

    address: str
    media_type: str
    body: bytes

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Bundle:
    """Files in one body. `wire` is its size in bytes as it is sent, compressed."""

    address: str
    files: tuple[File, ...]
    body: bytes
    wire: int


def bundle_body(files: Iterable[File], headers: dict[str, str]) -> bytes:
    """The JSON of a bundle; `headers` are those that every file is answered with, from the phone as from the server."""
    carried = [
        {"address": f.address, "type": f.media_type, "body": f.body.decode("utf-8")}
        for f in sorted(files, key=lambda f: f.address)
    ]
    return _json({"headers": headers, "files": carried})


def digest_of(body: bytes) -> str:
    """A short name for a body: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(body).hexdigest()[:16]


def listing(bundles: Iterable[Bundle], about: dict[str, object]) -> bytes:
    """The JSON of pack.json: files, bundles, totals in bytes, and a version that changes when any file does."""
    bundles = list(bundles)
    files = sorted((f for b in bundles for f in b.files), key=lambda f: f.address)
    listed = [{"address": f.address, "sha256": f.digest, "bytes": len(f.body)} for f in files]
    return _json(
        about
        | {
            "version": digest_of(_json([listed, [b.address for b in bundles]])),
            "bytes": sum(len(f.body) for f in files),
            "wire": sum(b.wire for b in bundles),
            "files": listed,
            "bundles": [
                {"address": b.address, "bytes": len(b.body), "wire": b.wire, "files": [f.address for f in b.files]}
                for b in bundles
            ],
        }
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
