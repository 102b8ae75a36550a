"""What the desk wrote about areas, and the areas that one person looks after alone.

"Inside a transaction" means that the caller holds one from `immediate`.
"""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from pwa.domain.places import Overlay
from pwa.domain.proposals import Words
from pwa.store import history


@dataclass(frozen=True)
class Alone:
    """An area whose one coordinator may put her own change live after a day: since when, and who allowed it."""

    area: str
    label: str
    day: str


def overlay(db: Database, slug: str) -> Overlay | None:
    """What the desk wrote about an area, None where it wrote nothing."""
    row = db.execute("select words, changed_on from places where slug = ?", [slug]).fetchone()
    return Overlay(slug, json.loads(row[0]), row[1]) if row else None


def overlays(db: Database) -> dict[str, Overlay]:
    """All that the desk wrote, by slug."""
    rows = db.execute("select slug, words, changed_on from places order by slug").fetchall()
    return {slug: Overlay(slug, json.loads(words), day) for slug, words, day in rows}


def put(db: Database, slug: str, words: Words, today: dt.date) -> None:
    """Write what is to be said of an area, inside a transaction; nothing takes it away."""
    db.execute("delete from places where slug = ?", [slug])
    if words:
        db.execute("insert into places values (?, ?, ?)", [slug, history.written(words), today.isoformat()])


def alone(db: Database) -> dict[str, Alone]:
    """The areas with one person, by slug."""
    return {row[0]: Alone(*row) for row in db.execute("select area, label, day from alone order by area").fetchall()}


def are_alone(db: Database, areas: Iterable[str]) -> bool:
    """Whether one person may decide about all these areas after a day: each of them, or its country, is set so."""
    known = alone(db)
    return all(area in known or area[:2] in known for area in areas)


def set_alone(db: Database, area: str, allowed: bool, label: str, today: dt.date) -> None:
    """Say inside a transaction whether one person looks after an area alone."""
    db.execute("delete from alone where area = ?", [area])
    if allowed:
        db.execute("insert into alone values (?, ?, ?)", [area, label, today.isoformat()])
