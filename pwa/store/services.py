"""The directory in SQLite: merged or replaced in one transaction, read by area."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sqlite_utils import Database

from pwa.domain.areas import Area
from pwa.domain.changes import Changes, Fields
from pwa.domain.directory import COLUMNS, Cells, Roll, Service, from_cells, lines
from pwa.domain.proposals import service, words_of
from pwa.store import finding, history
from pwa.store.db import immediate

# Only our own column names are put into the text of a statement.
_SELECT = f"select {', '.join(COLUMNS)} from services"  # noqa: S608
_AS_TEXT = f"select json_array({', '.join(COLUMNS)}) from services order by id"  # noqa: S608
_PLACES_AS_TEXT = (
    "select json_array(slug, words, changed_on) from places order by slug",
    "select json_array(area) from alone order by area",
)
_INSERT = f"insert into services ({', '.join(COLUMNS)}) values ({', '.join('?' * len(COLUMNS))})"  # noqa: S608
# Never "insert or replace": it would change the number of the row, and no trigger would hear of the old one.
_UPDATE = f"update services set {', '.join(f'{c} = ?' for c in COLUMNS[1:])} where id = ?"  # noqa: S608
_CHECKED, _STATUS = COLUMNS.index("checked_on"), COLUMNS.index("status")


@dataclass(frozen=True)
class Difference:
    """What an import would change, by id: `changed` and `kept` hold each column that differs, with old and new words.

    `closed` are those that a row closes; where it changes more than that, they stand in `changed` too. `kept` are those
    that stay as they are, since theirs was checked later than the row. `absent` is how many have no row and stay.
    """

    added: tuple[str, ...] = ()
    changed: Mapping[str, Fields] = field(default_factory=dict)
    closed: tuple[str, ...] = ()
    kept: Mapping[str, Fields] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    same: int = 0
    absent: int = 0

    @property
    def nothing(self) -> bool:
        """Whether all stays as it is."""
        return not (self.added or self.changed or self.closed or self.removed)


def _whatever(told: Difference) -> None:
    """Every difference is allowed."""


def replace_all(db: Database, services: Iterable[Service], today: dt.date) -> Difference:
    """Put these services in place of all, in one transaction; nothing is written where they are the same."""
    return merge(db, services, today, replace=True)


def merge(
    db: Database,
    services: Iterable[Service],
    today: dt.date,
    replace: bool = False,
    allow: Callable[[Difference], None] = _whatever,
) -> Difference:
    """Put these services beside and over those that are stored, in one transaction, and tell what that changed.

    One that is stored stays where it was checked later than the row that would replace it; where `replace`, what is
    stored counts for nothing. `allow` is asked before anything is written, and raises where it must not be.
    """
    roll = Roll.of(services)
    with immediate(db):
        told = difference(db, roll, replace)
        allow(told)
        if told.nothing and (version(db) or not replace):
            return told
        _note(db, roll, told, today)
        _write(db, roll, told)
        release(db, today)
    # A copy of the one file is then a copy of the directory.
    db.execute("pragma wal_checkpoint(truncate)")
    return told


def _note(db: Database, roll: Roll, told: Difference, today: dt.date) -> None:
    numbers = {name: len(getattr(told, name)) for name in ("added", "changed", "closed", "removed")}
    if sum(numbers.values()) > history.MOST_ROWS:
        return history.imported_many(db, numbers, today)
    places = {id: number for number, id in enumerate(roll.ids)}
    ids = sorted({*told.added, *told.changed, *told.closed, *told.removed})
    before = {cells[0]: words_of(cells) for cells in stored(db, ids)}
    after = {id: words_of(roll.cells(places[id])) if id in places else {} for id in ids}
    return history.imported(db, ((service(id), before.get(id, {}), after[id]) for id in ids), today)


def _write(db: Database, roll: Roll, told: Difference) -> None:
    db.conn.executemany("delete from services where id = ?", ((id,) for id in told.removed))
    added = set(told.added)
    changed = {*told.changed, *told.closed} - added
    db.conn.executemany(_INSERT, (roll.cells(n) for n, id in enumerate(roll.ids) if id in added))
    rows = (roll.cells(n) for n, id in enumerate(roll.ids) if id in changed)
    db.conn.executemany(_UPDATE, ((*cells[1:], cells[0]) for cells in rows))


def put(db: Database, id: str, after: Cells | None) -> None:
    """Write one service inside a transaction, or take it away; `release` must follow."""
    if after is None:
        db.execute("delete from services where id = ?", [id])
    elif db.execute(_UPDATE, [*after[1:], id]).rowcount == 0:
        db.execute(_INSERT, after)


def release(db: Database, today: dt.date) -> None:
    """Say inside a transaction that what readers see has changed: every page is made anew, and found anew."""
    finding.refresh(db)
    # The version is a hash of all rows in the order of their ids: the same directory has the same everywhere.
    digest = hashlib.sha256()
    for statement in (_AS_TEXT, *_PLACES_AS_TEXT):
        for (row,) in db.execute(statement):
            digest.update(row.encode())
    touched = db.execute("select substr(name, 9) from release where name like 'touched %'").fetchall()
    db.execute("delete from release where name like 'touched %'")
    days = [(name, today.isoformat()) for name in ("changed_on", *(f"changed_on {place}" for (place,) in touched))]
    db.conn.executemany("insert or replace into release values (?, ?)", [("version", digest.hexdigest()[:16]), *days])


def one(db: Database, id: str) -> Service | None:
    """A service by its id, open or closed."""
    row = db.execute(f"{_SELECT} where id = ?", [id]).fetchone()
    return from_cells(row) if row else None


def everything(db: Database) -> tuple[Service, ...]:
    return tuple(map(from_cells, db.execute(f"{_SELECT} order by id").fetchall()))


def stored(db: Database, ids: Sequence[str] | None = None) -> Iterator[Cells]:
    """The cells stored (or those of `ids`), unread, in the order of ids: an older release may have let in a fault."""
    where = "" if ids is None else f"where id in ({', '.join('?' * len(ids))})"
    return iter(db.execute(f"{_SELECT} {where} order by id", ids))


def written(db: Database) -> Iterator[str]:
    """What is stored as CSV, line by line, unread."""
    return lines(stored(db))


def serving(db: Database, area: Area) -> tuple[Service, ...]:
    """The open services of an area: a province's own and its country's; for a country, those for all of it."""
    provinces = ("",) if area.is_country else ("", area.code)
    marks = ", ".join("?" * len(provinces))
    where = f"where country = ? and province in ({marks}) and status = 'open' order by id"
    return tuple(map(from_cells, db.execute(f"{_SELECT} {where}", [area.country, *provinces]).fetchall()))


def for_people_of(db: Database, country: str, people: str) -> tuple[Service, ...]:
    """The open services of a country, provinces included, that are for the people of another (both ISO alpha-2)."""
    where = "where country = ? and status = 'open' and for_nationals <> '' order by id"
    found = map(from_cells, db.execute(f"{_SELECT} {where}", [country]).fetchall())
    return tuple(service for service in found if people in service.for_nationals)


def of_kinds(db: Database, country: str, kinds: Sequence[str], most: int) -> tuple[Service, ...]:
    """The first open services of a country in any of these categories: those for all of it, then province by province.

    At most `most`, so that what another country has is no burden here.
    """
    wanted = " or ".join("instr(categories, ?)" for _ in kinds)
    where = f"where country = ? and status = 'open' and ({wanted}) order by province, id limit ?"
    return tuple(map(from_cells, db.execute(f"{_SELECT} {where}", [country, *kinds, most]).fetchall()))


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


def changed_on(db: Database, area: Area | None = None) -> str:
    """The day of the last change (ISO date), of all or of what serves an area; "" where there was none."""
    if not area:
        return _release(db, "changed_on")
    return max(_release(db, f"changed_on {place}") for place in {area.country, area.code})


def difference(db: Database, services: Iterable[Service], replace: bool = False) -> Difference:
    """What `merge` would change, or `replace_all` where `replace`."""
    roll = Roll.of(services)
    left = {id: number for number, id in enumerate(roll.ids)}
    changed, kept = Changes(), Changes()
    absent, closed, same = [], [], 0
    for old in stored(db):
        number = left.pop(old[0], None)
        if number is None:
            absent.append(old[0])
            continue
        row = roll.cells(number)
        if old == row:
            same += 1
            continue
        differs = {c: (was, now) for c, was, now in zip(COLUMNS, old, row, strict=True) if was != now}
        if not replace and old[_CHECKED] > row[_CHECKED]:
            kept.add(old[0], differs)
            continue
        if differs.get("status") == ("open", "closed"):
            closed.append(old[0])
            del differs["status"]
        if differs:
            changed.add(old[0], differs)
    closed += [id for id, number in left.items() if roll.cells(number)[_STATUS] == "closed"]
    return Difference(
        added=tuple(sorted(left)),
        changed=changed,
        closed=tuple(sorted(closed)),
        kept=kept,
        removed=tuple(absent) if replace else (),
        same=same,
        absent=0 if replace else len(absent),
    )


def _release(db: Database, name: str) -> str:
    row = db.execute("select value from release where name = ?", [name]).fetchone()
    return str(row[0]) if row else ""
