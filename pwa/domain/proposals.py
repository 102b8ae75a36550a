"""A change that waits for a second person: what it would make of an entry, and which part of it must not be missed."""

import hashlib
import json
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass

from pwa.domain.directory import COLUMNS, Cells
from pwa.domain.phones import PhoneError, parse_messaging, parse_phones

KINDS = ("edit", "add", "close", "reopen", "roll-back", "import")
# A wrong one of these can lead a woman to the person she fled. The first weighs most.
APART = ("phones", "messaging", "confidential", "location", "status", "email", "url", "province", "country")
# When one of these is new, an earlier check says nothing any more.
NEEDS_A_CHECK = ("phones", "messaging", "location", "email", "url", "hours")
WAIT = 24 * 60 * 60
_NO_DIGIT = re.compile("[^0-9]")

# What an entry says, by column; a column without words is left out, and an entry that is not there has none.
Words = dict[str, str]


@dataclass(frozen=True)
class Signature:
    """Who did something: a label and a role, as they were then."""

    label: str
    role: str


@dataclass(frozen=True)
class Proposal:
    """One waiting change of one entry. `target` is "service:<id>" or "place:<slug>"; `areas` are slugs.

    `person` is the id of who proposed it, `day` an ISO date. `ripe` is the Unix time from which she may put it live
    herself, or 0 where that needs another.
    """

    id: str
    batch: str
    target: str
    kind: str
    before: Words
    after: Words
    areas: tuple[str, ...]
    person: str
    by: Signature
    day: str
    ripe: int

    @property
    def name(self) -> str:
        """The id of the service, or the slug of the place."""
        return self.target.partition(":")[2]

    @property
    def is_place(self) -> bool:
        return self.target.startswith("place:")


@dataclass(frozen=True)
class Change:
    """A column that differs, with old and new words."""

    column: str
    old: str
    new: str

    def parted(self, text: str) -> tuple[str, str, str]:
        """The old or the new words in three: what both begin with, what differs, what both end with."""
        shorter = min(len(self.old), len(self.new))
        start = next((n for n in range(shorter) if self.old[n] != self.new[n]), shorter)
        most = shorter - start
        end = next((n for n in range(most) if self.old[-1 - n] != self.new[-1 - n]), most)
        return text[:start], text[start : len(text) - end], text[len(text) - end :]


@dataclass(frozen=True)
class Group:
    """Waiting changes of the same columns. `apart` where one must not be missed, `emergency` where it is called first.

    `columns` is empty for new entries.
    """

    emergency: bool
    apart: bool
    columns: tuple[str, ...]
    rows: tuple[Proposal, ...]


def service(id: str) -> str:
    return f"service:{id}"


def place(slug: str) -> str:
    return f"place:{slug}"


def words_of(cells: Cells) -> Words:
    return {column: cell for column, cell in zip(COLUMNS, cells, strict=True) if cell}


def cells_of(words: Words) -> Cells:
    return tuple(words.get(column, "") for column in COLUMNS)


def fingerprint(words: Words) -> str:
    """A short name for what an entry says, so that a form can tell from what it was made."""
    text = json.dumps({column: cell for column, cell in words.items() if cell}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def areas_of(target: str, *states: Words) -> tuple[str, ...]:
    """The areas that a change touches: a service's province or, where it serves all of it, its country."""
    if target.startswith("place:"):
        return (target.partition(":")[2],)
    found = {(words.get("province") or words.get("country", "")).lower() for words in states if words}
    return tuple(sorted(found))


def differences(before: Words, after: Words) -> tuple[Change, ...]:
    """Each column that differs: what must not be missed first, then in the order of the entry."""
    columns = dict.fromkeys([*APART, *COLUMNS, *before, *after])
    pairs = ((column, before.get(column, ""), after.get(column, "")) for column in columns)
    return tuple(Change(column, old, new) for column, old, new in pairs if old != new)


def overview(proposals: Iterable[Proposal], emergency: Container[str]) -> tuple[Group, ...]:
    """Waiting changes gathered by the columns that they change, so that one number among 2,000 rows stands alone.

    What is called first in an emergency (ids of services) comes before all, then what must not be missed, then the
    rest; among these the rarer first.
    """
    found: dict[tuple[bool, bool, tuple[str, ...]], list[Proposal]] = {}
    for each in proposals:
        columns = _columns(each)
        urgent = not each.is_place and each.name in emergency
        apart = urgent or each.is_place or any(column in APART for column in columns)
        found.setdefault((urgent, apart, columns), []).append(each)
    groups = [Group(*key, tuple(rows)) for key, rows in found.items()]
    return tuple(sorted(groups, key=lambda g: (not g.emergency, not g.apart, _weight(g.columns), len(g.rows))))


def _columns(proposal: Proposal) -> tuple[str, ...]:
    """The columns that differ. A number that is only written otherwise does not weigh as one that is another."""
    if not proposal.before:
        return ()
    country = proposal.after.get("country", "")
    found = []
    for change in differences(proposal.before, proposal.after):
        same = change.column in ("phones", "messaging") and _same_numbers(change, country)
        found.append(f"{change.column}:written" if same else change.column)
    return tuple(found)


def _same_numbers(change: Change, country: str) -> bool:
    read = _numbers if change.column == "phones" else _messages
    try:
        return read(change.old, country) == read(change.new, country)
    except PhoneError:
        return False


def _numbers(cell: str, country: str) -> list[tuple[str, str]]:
    """The digits that somebody in the country dials, and the note of each."""
    return [(_NO_DIGIT.sub("", phone.seen_from(country)), phone.note) for phone in parse_phones(cell, country)]


def _messages(cell: str, country: str) -> list[tuple[str, str, str]]:
    return [(each.channel, _NO_DIGIT.sub("", each.number), each.note) for each in parse_messaging(cell, country)]


def _weight(columns: tuple[str, ...]) -> int:
    return min((APART.index(column) for column in columns if column in APART), default=len(APART))
