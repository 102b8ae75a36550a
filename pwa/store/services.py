"""The directory in SQLite: merged or replaced in one transaction, read by area."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from pwa.domain.areas import Area
from pwa.domain.directory import COLUMNS, Service, from_cells, lines
from pwa.store.db import immediate

# Only our own column names are put into the text of a statement.
_SELECT = f"select {', '.join(COLUMNS)} from services"  # noqa: S608
_CHECKED, _STATUS = COLUMNS.index("checked_on"), COLUMNS.index("status")

Cells = tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """What an import would change, by id: `changed` and `kept` hold each column that differs, with old and new words.

    `closed` are those that a row closes; where it changes more than that, they stand in `changed` too. `kept` are those
    that stay as they are, since theirs was checked later than the row. `absent` is how many have no row and stay.
    """

    added: tuple[str, ...] = ()
    changed: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    kept: dict[str, dict[str, tuple[str, str]]] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    same: int = 0
    absent: int = 0


def replace_all(db: Database, services: Iterable[Service], today: dt.date) -> None:
    """Put these services in place of all, in one transaction; nothing is written where they are the same."""
    services = sorted(services, key=lambda s: s.id)
    version = _named(service.cells for service in services)
    with immediate(db):
        if version == _release(db, "version"):
            return
        db.execute("delete from services")
        _write(db, "insert", (service.cells for service in services))
        _released(db, version, today)
    _settle(db)


def merge(db: Database, services: Sequence[Service], today: dt.date) -> Difference:
    """Put these services beside and over those that are stored, in one transaction, and tell what that changed.

    One that is stored stays where it was checked later than the row that would replace it.
    """
    with immediate(db):
        told = difference(db, services)
        new = {*told.added, *told.changed, *told.closed}
        if not new:
            return told
        _write(db, "insert or replace", (service.cells for service in services if service.id in new))
        _released(db, _named(db.execute(f"{_SELECT} order by id")), today)
    _settle(db)
    return told


def _write(db: Database, verb: str, rows: Iterable[Cells]) -> None:
    marks = ", ".join("?" * len(COLUMNS))
    db.conn.executemany(f"{verb} into services values ({marks})", rows)


def _named(rows: Iterable[Cells]) -> str:
    """The version of a directory: a hash of its rows in the order of their ids."""
    digest = hashlib.sha256()
    for line in lines(rows):
        digest.update(line.encode())
    return digest.hexdigest()[:16]


def _released(db: Database, version: str, today: dt.date) -> None:
    for name, value in (("version", version), ("changed_on", today.isoformat())):
        db.execute("insert or replace into release values (?, ?)", [name, value])


def _settle(db: Database) -> None:
    # A copy of the one file is then a copy of the directory.
    db.execute("pragma wal_checkpoint(truncate)")


def everything(db: Database) -> tuple[Service, ...]:
    return tuple(map(from_cells, db.execute(f"{_SELECT} order by id").fetchall()))


def written(db: Database, ids: Sequence[str] | None = None) -> str:
    """What is stored (or those `ids` of it), as CSV text, unread: an older release may have let in what we refuse."""
    where = "" if ids is None else f"where id in ({', '.join('?' * len(ids))})"
    return "".join(lines(db.execute(f"{_SELECT} {where} order by id", ids)))


def serving(db: Database, area: Area) -> tuple[Service, ...]:
    """The open services of an area: a province's own and its country's; for a country, those for all of it."""
    provinces = ("",) if area.is_country else ("", area.code)
    marks = ", ".join("?" * len(provinces))
    where = f"where country = ? and province in ({marks}) and status = 'open' order by id"
    return tuple(map(from_cells, db.execute(f"{_SELECT} {where}", [area.country, *provinces]).fetchall()))


def in_country(db: Database, country: str) -> tuple[Service, ...]:
    """The open services of a country and of all its provinces."""
    rows = db.execute(f"{_SELECT} where country = ? and status = 'open' order by id", [country])
    return tuple(map(from_cells, rows.fetchall()))


def tally(db: Database) -> dict[tuple[str, str], int]:
    """Open services by (country, province); "" stands for all the country. One pass, for pages that list areas."""
    rows = db.execute(
        "select country, province, count(*) from services where status = 'open' group by country, province"
    )
    return {(country, province): number for country, province, number in rows}


def number(db: Database) -> int:
    """How many services are stored, closed ones too."""
    return int(db.execute("select count(*) from services").fetchone()[0])


def version(db: Database) -> str:
    """A name for the state of the directory, "" before the first import."""
    return _release(db, "version")


def changed_on(db: Database) -> str:
    """The day of the last change (ISO date), "" before the first import."""
    return _release(db, "changed_on")


def difference(db: Database, services: Iterable[Service], replace: bool = False) -> Difference:
    """What `merge` would change, or `replace_all` where `replace`."""
    new = {service.id: service.cells for service in services}
    changed: dict[str, dict[str, tuple[str, str]]] = {}
    kept: dict[str, dict[str, tuple[str, str]]] = {}
    absent, closed, known = [], [], set()
    for old in db.execute(f"{_SELECT} order by id"):
        id = old[0]
        row = new.get(id)
        if row is None:
            absent.append(id)
            continue
        known.add(id)
        if old == row:
            continue
        differs = {c: (was, now) for c, was, now in zip(COLUMNS, old, row, strict=True) if was != now}
        if not replace and old[_CHECKED] > row[_CHECKED]:
            kept[id] = differs
            continue
        if differs.get("status") == ("open", "closed"):
            closed.append(id)
            del differs["status"]
        if differs:
            changed[id] = differs
    added = sorted(new.keys() - known)
    return Difference(
        added=tuple(added),
        changed=changed,
        closed=tuple(sorted([*closed, *(id for id in added if new[id][_STATUS] == "closed")])),
        kept=kept,
        removed=tuple(absent) if replace else (),
        same=len(known) - len({*changed, *closed, *kept}),
        absent=0 if replace else len(absent),
    )


def _release(db: Database, name: str) -> str:
    row = db.execute("select value from release where name = ?", [name]).fetchone()
    return str(row[0]) if row else ""
