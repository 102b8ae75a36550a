"""The press: a reader's page is rendered and compressed once for a release and a state of the directory.

What has been asked for is kept, up to a bound in bytes; what has not been asked for costs nothing.
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


class Press:
    """Sheets by edition and address, the least lately used dropped first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room, self._used = room, 0
        self._sheets: OrderedDict[tuple[str, str], Sheet] = OrderedDict()
        self._lock = threading.Lock()

    def sheet(self, edition: str, address: str, make: Callable[[], Sheet]) -> Sheet:
        """The sheet of `address` in this edition, made by `make` where it is not at hand."""
        key = (edition, address)
        with self._lock:
            if key in self._sheets:
                self._sheets.move_to_end(key)
                return self._sheets[key]
        sheet = make()
        with self._lock:
            if key not in self._sheets:
                self._sheets[key] = sheet
                self._used += len(sheet.body)
            while self._used > self._room and len(self._sheets) > 1:
                self._used -= len(self._sheets.popitem(last=False)[1].body)
        return sheet
