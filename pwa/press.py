"""The press: a reader's page is rendered and compressed once for a release and a state of the directory.

What has been asked for is kept, up to a bound in bytes, compressed forms counted; the rest costs nothing.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import brotli

ROOM = 64 * 1024 * 1024
# How long a browser may use an answer without asking again: for ever, since its address names its content; not at all;
# and not at all, as browsers are told of a worker.
FOR_EVER = "public, max-age=31536000, immutable"
ASKED_AGAIN = "public, max-age=0, must-revalidate"
ALWAYS_NEW = "no-cache"
_COMPRESSED = ("text/", "application/json", "application/manifest", "image/svg")


@dataclass(frozen=True)
class Sheet:
    """A printed answer: body, media type, and how long a browser may use it without asking again (Cache-Control)."""

    body: bytes
    media_type: str
    caching: str = ASKED_AGAIN

    @cached_property
    def etag(self) -> str:
        return hashlib.sha256(self.body).hexdigest()[:32]

    @cached_property
    def brotli(self) -> bytes:
        return bytes(brotli.compress(self.body, quality=11, lgwin=22))

    @cached_property
    def gzip(self) -> bytes:
        return gzip.compress(self.body, compresslevel=9, mtime=0)

    @property
    def compressible(self) -> bool:
        return self.media_type.startswith(_COMPRESSED)

    @property
    def wire(self) -> int:
        """Bytes as sent to a phone of today."""
        return len(self.brotli) if self.compressible else len(self.body)

    @cached_property
    def about(self) -> int:
        """Roughly `wire`, for a twentieth of the work: brotli's ninth quality leaves a tenth more than its best."""
        return len(brotli.compress(self.body, quality=9, lgwin=22)) * 9 // 10 if self.compressible else len(self.body)

    @property
    def held(self) -> int:
        """Bytes in memory by now: the body, and each compressed form that somebody has asked for."""
        return len(self.body) + sum(len(self.__dict__.get(form, b"")) for form in ("brotli", "gzip"))


class Press:
    """Sheets by address, each of the edition that was asked for last; the least lately used are dropped first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._sheets: OrderedDict[str, tuple[str, Sheet]] = OrderedDict()
        self._lock = threading.Lock()

    def sheet(self, edition: str, address: str, make: Callable[[], Sheet]) -> Sheet:
        """The sheet of `address` in this edition, made by `make` where it is not at hand.

        One that a new edition left as it was stays, with its compressed forms: to compress costs far more than to make.
        """
        with self._lock:
            of, kept = self._sheets.get(address, ("", None))
            if kept and of == edition:
                self._sheets.move_to_end(address)
                return kept
        made = make()
        with self._lock:
            _, before = self._sheets.pop(address, ("", None))
            sheet = before if before == made else made
            self._sheets[address] = (edition, sheet)
            self._make_room()
        return sheet

    def _make_room(self) -> None:
        # Counted anew each time, as sheets grow by their compressed forms: a millisecond beside the making of a page.
        held = sum(sheet.held for _, sheet in self._sheets.values())
        while held > self._room and len(self._sheets) > 1:
            held -= self._sheets.popitem(last=False)[1][1].held
