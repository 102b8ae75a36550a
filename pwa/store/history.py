"""What became of each entry: what changed, who proposed and who approved it (label and role), on which day.

"Inside a transaction" means that the caller holds one from `immediate`.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from pwa.domain.proposals import Signature, Words

OPERATOR = Signature("command line", "operator")
# An import that changes more rows than this is one entry with its numbers: a row each would double the file.
MOST_ROWS = 2_000
IMPORTS = "import:"


@dataclass(frozen=True)
class Entry:
    """One change of one target. `number` counts up from 1 in its history; `day` is an ISO date.

    `kind` is one of proposals.KINDS, "checked", or "refused", which says nothing of what was refused.
    """

    target: str
    number: int
    kind: str
    before: Words
    after: Words
    proposed: Signature
    approved: Signature
    day: str


def record(
    db: Database,
    target: str,
    kind: str,
    states: tuple[Words, Words],
    signed: tuple[Signature, Signature],
    today: dt.date,
) -> None:
    """Note inside a transaction what a target said before and after, and who proposed and who approved it."""
    add(db, target, kind, states, signed, today.isoformat())


def add(
    db: Database,
    target: str,
    kind: str,
    states: tuple[Words, Words],
    signed: tuple[Signature, Signature],
    day: str,
) -> None:
    """As `record`, for a target that keeps a month (2026-11) in place of the day too."""
    (before, after), (proposed, approved) = states, signed
    row = [target, target, kind, *map(written, (before, after)), proposed.label, proposed.role]
    db.execute(
        "insert into history values (?, (select coalesce(max(number), 0) + 1 from history where target = ?),"
        " ?, ?, ?, ?, ?, ?, ?, ?)",
        [*row, approved.label, approved.role, day],
    )


def imported(db: Database, states: Iterable[tuple[str, Words, Words]], today: dt.date) -> None:
    """Note inside a transaction what the command line changed: target, before, after."""
    for target, before, after in states:
        record(db, target, "import", (before, after), (OPERATOR, OPERATOR), today)


def imported_many(db: Database, numbers: dict[str, int], today: dt.date) -> None:
    """Note inside a transaction an import of more than MOST_ROWS changes: how many were of each kind."""
    told = {name: str(number) for name, number in numbers.items() if number}
    record(db, IMPORTS, "import", ({}, told), (OPERATOR, OPERATOR), today)


def of(db: Database, target: str, most: int = 50) -> tuple[Entry, ...]:
    """The history of a target, the latest first."""
    rows = db.execute("select * from history where target = ? order by number desc limit ?", [target, most])
    return tuple(map(_entry, rows.fetchall()))


def entry(db: Database, target: str, number: int) -> Entry | None:
    row = db.execute("select * from history where target = ? and number = ?", [target, number]).fetchone()
    return _entry(row) if row else None


def written(words: Words) -> str:
    return json.dumps({column: cell for column, cell in words.items() if cell}, ensure_ascii=False, sort_keys=True)


def _entry(row: tuple[str, int, str, str, str, str, str, str, str, str]) -> Entry:
    target, number, kind, before, after, label, role, other, other_role, day = row
    signed = Signature(label, role), Signature(other, other_role)
    return Entry(target, number, kind, json.loads(before), json.loads(after), *signed, day)
