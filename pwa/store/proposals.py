"""What waits for a second person, and what becomes of it: approved, refused, withdrawn, or put live alone after a day.

`by` is the id of who acts, and `now` the Unix time. Who may do what is decided in the transaction that writes. Raises
NotAllowedError, with the names of the entries after its key where there are any, and KeyError for what is not there.
"""

import datetime as dt
import secrets
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from pwa.domain import cells, places
from pwa.domain.directory import COLUMNS
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.proposals import WAIT, Proposal, Signature, Words, areas_of, cells_of, fingerprint
from pwa.domain.staff import Person
from pwa.store import history, people, services
from pwa.store import places as stored_places
from pwa.store.db import immediate
from pwa.store.people import NotAllowedError
from pwa.store.sessions import settle
from pwa.store.waiting import current, rows, write

# Of one batch, and of all that wait: beyond these nobody would look at them.
MOST_ROWS, MOST_WAITING = 5_000, 20_000


@dataclass(frozen=True)
class Wanted:
    """What an entry is to say. `base` is the fingerprint of what it said when the form was made."""

    target: str
    after: Words
    base: str


def faults_of(target: str, after: Words, now: int) -> list[Fault]:
    """What is wrong in what an entry is to say, by the checks of an import; `where` is the column."""
    kind, _, name = target.partition(":")
    today = dt.datetime.fromtimestamp(now, dt.timezone(dt.timedelta(hours=14))).date()
    if kind == "place":
        found = list(places.faults_of(name, after, today))
    else:
        found = list(cells.faults_of(dict(zip(COLUMNS, cells_of(after), strict=True)), today))
        found += [("id", "is that of another entry.")] if after.get("id") != name else []
    return [Fault(name, column, message) for column, message in found]


def propose(db: Database, by: str, kind: str, wanted: Sequence[Wanted], now: int) -> str:
    """Let changes wait for a second person: all of them or none. Returns the batch. Raises FaultsFoundError."""
    with immediate(db):
        person = _acting(db, by)
        _must_have_room(db, len(wanted))
        states = [(current(db, each.target), each) for each in wanted]
        if stale := [_name(each.target) for before, each in states if fingerprint(before) != each.base]:
            raise NotAllowedError("stale", *stale)
        if not wanted or any(before == each.after for before, each in states):
            raise NotAllowedError("nothing-changed")
        touched = [areas_of(each.target, before, each.after) for before, each in states]
        if far := [_name(each.target) for each, areas in zip(wanted, touched, strict=True) if not _all(person, areas)]:
            raise NotAllowedError("not-your-area", *far)
        if faults := [fault for each in wanted for fault in faults_of(each.target, each.after, now)]:
            raise FaultsFoundError(faults)
        batch, signed = secrets.token_hex(8), [by, person.label, person.role, _day(now).isoformat()]
        for (before, each), areas in zip(states, touched, strict=True):
            _must_not_wait_already(db, by, before, each)
            ripe = now + WAIT if stored_places.are_alone(db, areas) else 0
            said = [history.written(before), history.written(each.after), " ".join(areas)]
            row = [secrets.token_hex(8), batch, each.target, kind, *said, *signed, ripe]
            db.execute("insert into proposals values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    return batch


def approve(db: Database, by: str, ids: Iterable[str], now: int, allow: Callable[[], None]) -> None:
    """Put waiting changes live: all of them or none.

    She is another person than who proposed them, or alone in the area and a day has gone by. `allow` is asked once they
    are written, and raises where that must not stay. Raises FaultsFoundError.
    """
    with immediate(db):
        person = _acting(db, by)
        if person.grants_from > now:
            raise NotAllowedError("back-too-lately")
        found = rows(db, ids)
        for each in found:
            _must_be_hers_to_approve(db, person, each, now)
        if stale := [each.name for each in found if current(db, each.target) != each.before]:
            raise NotAllowedError("stale", *stale)
        if faults := [fault for each in found for fault in faults_of(each.target, each.after, now)]:
            raise FaultsFoundError(faults)
        for each in found:
            write(db, each.target, each.after, _day(now))
            signed = each.by, Signature(person.label, person.role)
            history.record(db, each.target, each.kind, (each.before, each.after), signed, _day(now))
        _forget(db, found)
        services.release(db, _day(now))
        allow()
    settle(db)


def refuse(db: Database, by: str, ids: Iterable[str], now: int) -> None:
    """Let waiting changes of another person go. Of each stays only that it was refused, and by whom."""
    with immediate(db):
        person = _acting(db, by)
        found = rows(db, ids)
        for each in found:
            if each.person == by:
                raise NotAllowedError("own")
            if not any(map(person.covers, each.areas)):
                raise NotAllowedError("not-your-area", each.name)
            signed = each.by, Signature(person.label, person.role)
            history.record(db, each.target, "refused", ({}, {}), signed, _day(now))
        _forget(db, found)
    settle(db)


def withdraw(db: Database, by: str, ids: Iterable[str]) -> None:
    """Let own waiting changes go, without a trace."""
    with immediate(db):
        _acting(db, by)
        found = rows(db, ids)
        if any(each.person != by for each in found):
            raise NotAllowedError("not-yours")
        _forget(db, found)
    settle(db)


def still_right(db: Database, by: str, id: str, base: str, now: int) -> None:
    """Say that a service is right as it stands (`base`), checked today. Needs no second person."""
    target = f"service:{id}"
    with immediate(db):
        person, before = _acting(db, by), current(db, target)
        if not before:
            raise KeyError(id)
        if not _all(person, areas_of(target, before)):
            raise NotAllowedError("not-your-area", id)
        if fingerprint(before) != base:
            raise NotAllowedError("stale", id)
        after = before | {"checked_on": _day(now).isoformat(), "checked_by": person.label}
        if faults := faults_of(target, after, now):
            raise FaultsFoundError(faults)
        if after == before:
            return
        write(db, target, after, _day(now))
        signed = Signature(person.label, person.role)
        history.record(db, target, "checked", (before, after), (signed, signed), _day(now))
        services.release(db, _day(now))


def set_alone(db: Database, by: str, area: str, allowed: bool, now: int) -> None:
    """Say whether one person looks after an area alone, so that her own changes may go live after a day."""
    with immediate(db):
        person = _acting(db, by)
        if not person.is_administrator:
            raise NotAllowedError("administrators-only")
        if person.grants_from > now:
            raise NotAllowedError("cooldown")
        stored_places.set_alone(db, area, allowed, person.label, _day(now))
        services.release(db, _day(now))


def _acting(db: Database, by: str) -> Person:
    person = people.person(db, by)
    if not person or person.disabled:
        raise NotAllowedError("not-yours")
    return person


def _must_be_hers_to_approve(db: Database, person: Person, each: Proposal, now: int) -> None:
    areas = areas_of(each.target, each.before, each.after)
    if not _all(person, areas):
        raise NotAllowedError("not-your-area", each.name)
    if each.person != person.id:
        return
    if not each.ripe or not stored_places.are_alone(db, areas):
        raise NotAllowedError("own")
    if now < each.ripe:
        raise NotAllowedError("not-yet")


def _must_not_wait_already(db: Database, by: str, before: Words, wanted: Wanted) -> None:
    """A form that is sent twice makes one change."""
    same = "select 1 from proposals where target = ? and person = ? and before = ? and after = ?"
    states = map(history.written, (before, wanted.after))
    if db.execute(same, [wanted.target, by, *states]).fetchone():
        raise NotAllowedError("waits-already")


def _must_have_room(db: Database, more: int) -> None:
    if more > MOST_ROWS or db.execute("select count(*) from proposals").fetchone()[0] + more > MOST_WAITING:
        raise NotAllowedError("too-many-changes")


def _all(person: Person, areas: Iterable[str]) -> bool:
    return all(map(person.covers, areas))


def _forget(db: Database, found: Iterable[Proposal]) -> None:
    db.conn.executemany("delete from proposals where id = ?", ((each.id,) for each in found))


def _name(target: str) -> str:
    return target.partition(":")[2]


def _day(now: int) -> dt.date:
    return dt.datetime.fromtimestamp(now, dt.UTC).date()
