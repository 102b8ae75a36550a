"""What a phone counts: slots of 24 bytes, batches of sealed slots, months. The protocol stands in docs/counting.md."""

import datetime as dt
import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import IntEnum

SLOT = 24
SEALED = 109
MOST_SLOTS = 64
MOST_BYTES = 32 * 1024
ACCEPTED_MONTHS = 12
REMEMBERED_MONTHS = 14
# Of the last letter only two bits are used: with the other four free, one batch would have sixteen spellings.
_BATCH = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")
_AREA = re.compile(rb"[a-z]{2}(-[a-z0-9]{1,3})?\0*")
_SLOT = re.compile(r"[A-Za-z0-9_-]{145}[AQgw]")


class Kind(IntEnum):
    DUMMY = 0
    COUNT = 1
    FLAG = 2


class Reason(IntEnum):
    """Why a reader flags a service."""

    NO_ANSWER = 1
    WRONG_NUMBER = 2
    MOVED = 3
    CLOSED = 4


class MalformedError(Exception):
    """What came is no batch or no slot. Nothing of it is repeated in the message."""


@dataclass(frozen=True)
class Slot:
    """One opened slot. `made` is the server's month when its page was made, `month` the phone's; both ISO, "2026-11".

    A count has `disclosures` and `referrals` (0 to 255). A flag has a `reason` and the `entry`, 8 bytes that `entry_of`
    gives.
    """

    kind: Kind
    made: str
    month: str = ""
    area: str = ""
    disclosures: int = 0
    referrals: int = 0
    reason: Reason | None = None
    entry: bytes = bytes(8)


@dataclass(frozen=True)
class Batch:
    """A batch as it came: its name of 16 bytes and its sealed slots of 109 bytes each."""

    id: bytes
    slots: tuple[bytes, ...]


def entry_of(service: str) -> bytes:
    """The 8 bytes that stand for a service's id in a slot."""
    return hashlib.sha256(service.encode()).digest()[:8]


def month_number(month: str) -> int:
    """Months since January 2000 of an ISO month."""
    year, number = map(int, month.split("-"))
    return (year - 2000) * 12 + number - 1


def month_of(number: int) -> str:
    """The ISO month of a number of months since January 2000."""
    return f"{2000 + number // 12:04}-{number % 12 + 1:02}"


def this_month(today: dt.date) -> str:
    return f"{today:%Y-%m}"


def quarter_of(month: str) -> str:
    """The quarter of an ISO month, such as 2026-Q4."""
    year, number = month.split("-")
    return f"{year}-Q{(int(number) + 2) // 3}"


def pack_slot(slot: Slot) -> bytes:
    """The 24 bytes of a slot, as the phone makes them before it seals them."""
    first, second = (slot.reason, 0) if slot.reason else (slot.disclosures, slot.referrals)
    return b"".join(
        (
            bytes((1, slot.kind)),
            month_number(slot.made).to_bytes(2),
            (month_number(slot.month) if slot.month else 0).to_bytes(2),
            slot.area.encode().ljust(8, b"\0"),
            bytes((first, second)),
            slot.entry,
        )
    )


def read_slot(text: bytes) -> Slot:
    """The slot in 24 opened bytes. Raises MalformedError."""
    if len(text) != SLOT or text[0] != 1 or text[1] not in tuple(Kind):
        raise MalformedError("No slot of version 1.")
    kind, made = Kind(text[1]), month_of(int.from_bytes(text[2:4]))
    if kind is Kind.DUMMY:
        return Slot(kind, made)
    if not _AREA.fullmatch(text[6:14]):
        raise MalformedError("A slot without an area.")
    month, area = month_of(int.from_bytes(text[4:6])), text[6:14].rstrip(b"\0").decode()
    if kind is Kind.COUNT:
        return Slot(kind, made, month, area, disclosures=text[14], referrals=text[15])
    if text[14] not in tuple(Reason):
        raise MalformedError("A flag without a reason.")
    return Slot(kind, made, month, area, reason=Reason(text[14]), entry=text[16:24])


def read_batch(body: bytes) -> Batch:
    """The batch in the body of a request. Raises MalformedError for anything that is not exactly of this form."""
    try:
        found = json.loads(body.decode("ascii"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise MalformedError("No JSON.") from None
    if not isinstance(found, dict) or found.keys() != {"batch", "slots"}:
        raise MalformedError("Not a batch and its slots.")
    name, slots = found["batch"], found["slots"]
    if not isinstance(name, str) or not _BATCH.fullmatch(name):
        raise MalformedError("A batch without a name of 128 bits.")
    if not isinstance(slots, list) or not 1 <= len(slots) <= MOST_SLOTS:
        raise MalformedError(f"Not 1 to {MOST_SLOTS} slots.")
    if not all(isinstance(slot, str) and _SLOT.fullmatch(slot) for slot in slots):
        raise MalformedError(f"A slot that is not {SEALED} bytes.")
    return Batch(decoded(name), tuple(map(decoded, slots)))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("A name twice.")
    return dict(pairs)


def encoded(value: bytes) -> str:
    """Base64url without filling."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """The bytes of base64url without filling. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
