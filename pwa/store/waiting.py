"""What waits for a second person, and what each entry says now: read here, decided in proposals.py.

"Inside a transaction" means that the caller holds one from `immediate`.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from pwa.domain.proposals import Proposal, Signature, Words, cells_of, words_of
from pwa.store import places, services

# Days after which what nobody decided is forgotten.
FORGOTTEN = 90
_ROW = "select id, batch, target, kind, before, after, areas, person, label, role, day, ripe from proposals"


@dataclass(frozen=True)
class Batch:
    """What one person proposed in one go: how many rows, the first of them, the areas that they touch."""

    id: str
    rows: int
    first: str
    kind: str
    person: str
    by: Signature
    day: str
    areas: tuple[str, ...]
    ripe: int


def current(db: Database, target: str) -> Words:
    """What an entry says now; nothing where it is not there."""
    kind, _, name = target.partition(":")
    if kind == "place":
        found = places.overlay(db, name)
        return found.words if found else {}
    service = services.one(db, name)
    return words_of(service.cells) if service else {}


def write(db: Database, target: str, after: Words, today: dt.date) -> None:
    """Write what an entry says, inside a transaction; services.release must follow."""
    kind, _, name = target.partition(":")
    if kind == "place":
        places.put(db, name, after, today)
    else:
        services.put(db, name, cells_of(after) if after else None)


def batches(db: Database) -> tuple[Batch, ...]:
    """All that waits, the oldest day first."""
    rows = db.execute(
        "select batch, count(*), min(target), kind, person, label, role, day, group_concat(areas, ' '), max(ripe)"
        " from proposals group by batch order by day, batch"
    )
    return tuple(_batch(*row) for row in rows.fetchall())


def of_batch(db: Database, batch: str) -> tuple[Proposal, ...]:
    """The rows of a batch that still wait, by target."""
    return tuple(map(_proposal, db.execute(f"{_ROW} where batch = ? order by target", [batch]).fetchall()))


def of_target(db: Database, target: str) -> tuple[Proposal, ...]:
    """What waits for an entry."""
    return tuple(map(_proposal, db.execute(f"{_ROW} where target = ? order by day, id", [target]).fetchall()))


def forget_old(db: Database, today: dt.date) -> None:
    """Let go, inside a transaction, what nobody decided in 90 days."""
    db.execute("delete from proposals where day < ?", [(today - dt.timedelta(FORGOTTEN)).isoformat()])


def rows(db: Database, ids: Iterable[str]) -> list[Proposal]:
    """Those that wait. Raises KeyError where one does not, or none is asked for."""
    found = [db.execute(f"{_ROW} where id = ?", [id]).fetchone() for id in ids]
    if not found or None in found:
        raise KeyError
    return list(map(_proposal, found))


def _proposal(row: tuple[str, str, str, str, str, str, str, str, str, str, str, int]) -> Proposal:
    id, batch, target, kind, before, after, areas, person, label, role, day, ripe = row
    states, touched = (json.loads(before), json.loads(after)), tuple(areas.split())
    return Proposal(id, batch, target, kind, *states, touched, person, Signature(label, role), day, ripe)


def _batch(
    id: str, rows: int, first: str, kind: str, person: str, label: str, role: str, day: str, areas: str, ripe: int
) -> Batch:
    touched = tuple(sorted(set(areas.split())))
    return Batch(id, rows, first, kind, person, Signature(label, role), day, touched, ripe)
