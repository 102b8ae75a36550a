"""The press: a reader's page is rendered and compressed once for a release and a state of the directory.

What has been asked for is kept, up to a bound in bytes, compressed forms counted; the rest costs nothing.
"""

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

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
    """A printed answer: body, media type, and how long a browser may use it without asking again (Cache-Control).

    Each form is made once, when somebody first asks for it; who asks meanwhile waits, and nobody waits for another
    sheet's: `functools.cached_property` of Python 3.11 has one lock for all of them.
    """

    body: bytes
    media_type: str
    caching: str = ASKED_AGAIN
    _forms: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, compare=False, repr=False)

    @property
    def etag(self) -> str:
        return self._form("etag", lambda body: hashlib.sha256(body).hexdigest()[:32].encode()).decode()

    @property
    def brotli(self) -> bytes:
        return self._form("br", lambda body: bytes(brotli.compress(body, quality=11, lgwin=22)))

    @property
    def gzip(self) -> bytes:
        return self._form("gzip", lambda body: gzip.compress(body, compresslevel=9, mtime=0))

    @property
    def compressible(self) -> bool:
        return self.media_type.startswith(_COMPRESSED)

    @property
    def wire(self) -> int:
        """Bytes as sent to a phone of today."""
        return len(self.brotli) if self.compressible else len(self.body)

    @property
    def about(self) -> int:
        """Roughly `wire`, for a twentieth of the work: brotli's ninth quality leaves a tenth more than its best."""
        if not self.compressible:
            return len(self.body)
        return int(self._form("about", lambda b: str(len(brotli.compress(b, quality=9, lgwin=22)) * 9 // 10).encode()))

    @property
    def held(self) -> int:
        """Bytes in memory by now: the body, and each form that somebody has asked for."""
        return len(self.body) + sum(map(len, list(self._forms.values())))

    def _form(self, name: str, make: Callable[[bytes], bytes]) -> bytes:
        found = self._forms.get(name)
        if found is None:
            with self._lock:
                found = self._forms.get(name)
                if found is None:
                    found = self._forms[name] = make(self.body)
        return found


class Press:
    """Sheets by address, each of the edition that was asked for last; the least lately used are dropped first."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = room
        self._sheets: OrderedDict[str, tuple[str, Sheet]] = OrderedDict()
        self._turns: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def sheet(self, edition: str, address: str, make: Callable[[], Sheet]) -> Sheet:
        """The sheet of `address` in this edition, made by `make` where it is not at hand, once for all who ask.

        One that a new edition left as it was stays, with its compressed forms: to compress costs far more than to make.
        """
        with self._lock:
            if kept := self._at_hand(edition, address):
                return kept
            turn = self._turns.setdefault(address, threading.Lock())
        try:
            with turn:
                return self._at_hand_or_made(edition, address, make)
        finally:
            # Also where there is no such page: whoever asks for many of those must not fill the memory.
            self._turns.pop(address, None)

    def _at_hand_or_made(self, edition: str, address: str, make: Callable[[], Sheet]) -> Sheet:
        with self._lock:
            if kept := self._at_hand(edition, address):
                return kept
        made = make()
        with self._lock:
            _, before = self._sheets.pop(address, ("", None))
            sheet = before if before == made else made
            self._sheets[address] = (edition, sheet)
            self._make_room()
        return sheet

    def _at_hand(self, edition: str, address: str) -> Sheet | None:
        of, kept = self._sheets.get(address, ("", None))
        if of != edition:
            return None
        self._sheets.move_to_end(address)
        return kept

    def _make_room(self) -> None:
        # Counted anew each time, as sheets grow by their compressed forms: a millisecond beside the making of a page.
        held = sum(sheet.held for _, sheet in self._sheets.values())
        while held > self._room and len(self._sheets) > 1:
            held -= self._sheets.popitem(last=False)[1][1].held
