"""Codes and tokens: drawn, read as people type them, and bounded in how often they are tried. In memory only."""

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
SECONDS = 10 * 60
PHONES = 30
_KEPT = b"right-door enrolment code 1:"
_ALIKE = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def new_code() -> str:
    """Eight letters of Crockford's base 32: 40 bits for ten minutes."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_id() -> str:
    return secrets.token_hex(8)


def typed(code: str) -> str | None:
    """A code as somebody typed it, brought into its one form; None where it is none."""
    found = code.upper().translate(_ALIKE)
    return found if len(found) == LENGTH and all(letter in LETTERS for letter in found) else None


def shown(code: str) -> str:
    """A code as it is read out: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def kept(code: str, secrets: Sequence[str]) -> bytes:
    """What is kept of a code, 32 bytes: its HMAC-SHA-256 with the current secret of the deployment.

    40 bits are few: of a plain hash, who reads the database works the code out while it still enrols phones.
    """
    return hmac.digest(secrets[0].encode(), _KEPT + code.encode(), "sha256")


def phones(written: str) -> int | None:
    """For how many phones a code is meant to work, as somebody wrote it; None where that is no number from 1 to 30."""
    # int() reads other digits too, and underscores.
    found = re.fullmatch("[0-9]{1,2}", written.strip())
    return int(found[0]) if found and 1 <= int(found[0]) <= PHONES else None


class Limit:
    """At most `most` in `seconds` for each key. Keys are kept as hashes, the oldest go; a restart forgets all."""

    KEYS = 20_000

    def __init__(self, most: int, seconds: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self.seconds, self._clock = most, seconds, clock
        self._seen: OrderedDict[bytes, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, key: str) -> bool:
        name, now = hashlib.sha256(key.encode()).digest(), self._clock()
        with self._lock:
            start, number = self._seen.pop(name, (now, 0))
            if now - start >= self.seconds:
                start, number = now, 0
            self._seen[name] = (start, number + 1)
            if len(self._seen) > self.KEYS:
                self._seen.popitem(last=False)
        return number < self._most
