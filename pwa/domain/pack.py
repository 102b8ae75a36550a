"""A pack: every file that a phone needs to use one area in one language without a network, and the proof of each.

`pack.json` lists the files with SHA-256 and size; bundles carry them, many files in one answer, since one compressed
stream is a third smaller and arrives sooner than the same files one by one. What every page repeats (the style, the
bars) is carried once in a pack: lines that a file shares with the base are told by their numbers.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

Carried = str | list[str | list[int]]
# A shorter line is taken from the base only where it follows one that is: its number would be as long as the line.
_WORTH = 16


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


def bundle_body(files: Iterable[File], base: File) -> bytes:
    """The JSON of a bundle. `base` is the file that lines are shared with: the first, whole, where it is among them.

    The body of any other is its text, or pieces that newlines join: text, and [first, number] for lines of the base.
    """
    ordered = sorted(files, key=lambda f: (f.address != base.address, f.address))
    lines = _lines(base)
    numbers = {line: number for number, line in reversed(list(enumerate(lines))) if len(line) >= _WORTH}
    bodies = [
        f.body.decode("utf-8") if f.address == base.address else _pieces(_lines(f), lines, numbers) for f in ordered
    ]
    carried = [
        {"address": f.address, "type": f.media_type, "body": body} for f, body in zip(ordered, bodies, strict=True)
    ]
    return _json({"base": base.address, "files": carried})


def unpacked(body: bytes, base: File) -> tuple[File, ...]:
    """The files of a bundle, put together as a phone does it."""
    lines = _lines(base)
    return tuple(
        File(f["address"], f["type"], _whole(f["body"], lines).encode("utf-8")) for f in json.loads(body)["files"]
    )


def _lines(file: File) -> list[str]:
    return file.body.decode("utf-8").split("\n")


def _pieces(lines: Sequence[str], base: Sequence[str], numbers: Mapping[str, int]) -> Carried:
    pieces: list[str | list[int]] = []
    # Neighbours in the base differ from their places here by the same number.
    places = enumerate(_places(lines, base, numbers))
    for _, run in groupby(places, key=lambda place: None if place[1] is None else place[1] - place[0]):
        found = list(run)
        (first, at), number = found[0], len(found)
        pieces.append("\n".join(lines[first : first + number]) if at is None else [at, number])
    alone = pieces[0] if len(pieces) == 1 else None
    return alone if isinstance(alone, str) else pieces


def _places(lines: Sequence[str], base: Sequence[str], numbers: Mapping[str, int]) -> Iterator[int | None]:
    """For each line its number in the base, None where the base lacks it."""
    at: int | None = None
    for line in lines:
        follows = at is not None and at + 1 < len(base) and base[at + 1] == line
        at = at + 1 if at is not None and follows else numbers.get(line)
        yield at


def _whole(body: Carried, base: Sequence[str]) -> str:
    if isinstance(body, str):
        return body
    return "\n".join(p if isinstance(p, str) else "\n".join(base[p[0] : p[0] + p[1]]) for p in body)


def digest_of(body: bytes) -> str:
    """A short name for a body: the first 16 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(body).hexdigest()[:16]


def listing(bundles: Iterable[Bundle], about: dict[str, object], headers: dict[str, str]) -> bytes:
    """The JSON of pack.json: files, bundles, totals in bytes, and a version that changes when any file does.

    `headers` are those that every file is answered with, from the phone as from the server; they are in the version.
    """
    bundles = list(bundles)
    files = sorted((f for b in bundles for f in b.files), key=lambda f: f.address)
    listed = [{"address": f.address, "sha256": f.digest, "bytes": len(f.body)} for f in files]
    return _json(
        about
        | {
            "version": digest_of(_json([listed, headers])),
            "bytes": sum(len(f.body) for f in files),
            "wire": sum(b.wire for b in bundles),
            "headers": headers,
            "files": listed,
            "bundles": [
                {"address": b.address, "bytes": len(b.body), "wire": b.wire, "files": [f.address for f in b.files]}
                for b in bundles
            ],
        }
    )


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
