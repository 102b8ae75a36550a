"""The directory in SQLite: replaced as a whole, read by area."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from pwa.domain.areas import Area
from pwa.domain.directory import COLUMNS, Service, dump, dump_cells, from_cells
from pwa.store.db import immediate

# Only our own column names are put into the text of a statement.
_SELECT = f"select {', '.join(COLUMNS)} from services"  # noqa: S608


@dataclass(frozen=True)
class Difference:
    """What an import would change, by id; `changed` holds the columns that differ."""

    added: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]
    removed: tuple[str, ...]
    same: int


def replace_all(db: Database, services: Iterable[Service], today: dt.date) -> None:
    """Put these services in place of all, in one transaction; nothing is written where they are the same."""
    services = sorted(services, key=lambda s: s.id)
    version = hashlib.sha256(dump(services).encode()).hexdigest()[:16]
    with immediate(db):
        if version == _release(db, "version"):
            return
        db.execute("delete from services")
        marks = ", ".join("?" * len(COLUMNS))
        db.conn.executemany(f"insert into services values ({marks})", [s.cells for s in services])  # noqa: S608
        for name, value in (("version", version), ("changed_on", today.isoformat())):
            db.execute("insert or replace into release values (?, ?)", [name, value])
    # A copy of the one file is then a copy of the directory.
    db.execute("pragma wal_checkpoint(truncate)")


def everything(db: Database) -> tuple[Service, ...]:
    return tuple(map(from_cells, db.execute(f"{_SELECT} order by id").fetchall()))


def written(db: Database) -> str:
    """What is stored, as CSV text, unread: an older release may have let in what this one's check refuses."""
    return dump_cells(db.execute(f"{_SELECT} order by id").fetchall())


def serving(db: Database, area: Area) -> tuple[Service, ...]:
    """The open services of an area: a province's own and its country's; for a country, those for all of it."""
    provinces = ("",) if area.is_country else ("", area.code)
    marks = ", ".join("?" * len(provinces))
    where = f"where country = ? and province in ({marks}) and status = 'open' order by id"
    return tuple(map(from_cells, db.execute(f"{_SELECT} {where}", [area.country, *provinces]).fetchall()))


def tally(db: Database) -> dict[tuple[str, str], int]:
    """Open services by (country, province); "" stands for all the country. One pass, for pages that list areas."""
    rows = db.execute(
        "select country, province, count(*) from services where status = 'open' group by country, province"
    )
    return {(country, province): number for country, province, number in rows}


def version(db: Database) -> str:
    """A name for the state of the directory, "" before the first import."""
    return _release(db, "version")


def changed_on(db: Database) -> str:
    """The day of the last change (ISO date), "" before the first import."""
    return _release(db, "changed_on")


def difference(db: Database, services: Iterable[Service]) -> Difference:
    """What `replace_all` would change."""
    old: dict[str, tuple[str, ...]] = {row[0]: row for row in db.execute(_SELECT).fetchall()}
    new = {s.id: s.cells for s in services}
    changed = {
        i: tuple(c for c, one, other in zip(COLUMNS, old[i], new[i], strict=True) if one != other)
        for i in sorted(old.keys() & new.keys())
        if old[i] != new[i]
    }
    return Difference(
        added=tuple(sorted(new.keys() - old.keys())),
        changed=changed,
        removed=tuple(sorted(old.keys() - new.keys())),
        same=len(old.keys() & new.keys()) - len(changed),
    )


def _release(db: Database, name: str) -> str:
    row = db.execute("select value from release where name = ?", [name]).fetchone()
    return str(row[0]) if row else ""
