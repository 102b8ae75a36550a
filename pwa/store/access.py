"""Who lets whom in: invitations, roles, revocation, and what a person should be warned of.

Times are Unix seconds, given by the caller. Who acts is checked in the transaction that changes something.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from pwa.domain.staff import ADMINISTRATOR, COORDINATOR, Person
from pwa.store.access_history import note
from pwa.store.db import immediate
from pwa.store.people import NotAllowedError, credentials, month, person
from pwa.store.sessions import digest, settle

AT_ONCE = 15 * 60
IN_TIME = 48 * 60 * 60
COOLDOWN = 24 * 60 * 60


@dataclass(frozen=True)
class Invitation:
    """A link that makes one passkey, once. `id` is the hash of its secret; `person` has no row yet, or comes back."""

    id: bytes
    person: str
    label: str
    role: str
    areas: tuple[str, ...]
    expires: int
    returning: bool


def invitation(db: Database, secret: str, now: int) -> Invitation | None:
    """What a link stands for; None where it is unknown, used or out of time."""
    return next((each for each in _invitations(db, now) if each.id == digest(secret)), None)


def invitations(db: Database, now: int) -> tuple[Invitation, ...]:
    """All that may still be used, by label."""
    return tuple(_invitations(db, now))


def invite(db: Database, by: str | None, label: str, role: str, areas: Iterable[str], now: int) -> str:
    """A link's secret, 256 bits, which is kept nowhere. `by` is an administrator, or None for the command line.

    Raises NotAllowedError.
    """
    places = _places(role, areas)
    with immediate(db):
        mine = _may_grant(db, by, now)
        _forget_old(db, now)
        taken = "select 1 from people where label = ?1 union select 1 from invitations where label = ?1"
        if db.execute(taken, [label]).fetchone():
            raise NotAllowedError("label-taken")
        note(db, "invited", label, role, places, mine, month(now))
        return _invited(db, by, secrets.token_urlsafe(16), label, role, places, now)


def invite_back(db: Database, by: str | None, id: str, now: int) -> str:
    """A link's secret for one who has lost her passkeys, or was out. Until it is used nothing changes.

    Raises NotAllowedError, and KeyError where there is no such person.
    """
    with immediate(db):
        mine = _may_grant(db, by, now)
        _forget_old(db, now)
        found = person(db, id)
        if not found:
            raise KeyError(id)
        note(db, "link-back", found.label, found.role, " ".join(found.areas), mine, month(now))
        db.execute("delete from invitations where person = ?", [id])
        return _invited(db, by, id, found.label, found.role, " ".join(found.areas), now)


def withdraw(db: Database, by: str, id: bytes, now: int) -> bool:
    """Take an invitation back. False where there is none. Raises NotAllowedError."""
    with immediate(db):
        mine = _administers(db, by)
        row = db.execute("delete from invitations where secret = ? returning label, role, areas", [id]).fetchone()
        if row:
            label, role, places = row
            note(db, "withdrawn", label, role, places, mine, month(now))
    return bool(row)


def redeem(db: Database, secret: str, now: int) -> Invitation | None:
    """Use an invitation up, inside the caller's transaction: the person is there from now on, without a passkey.

    One who comes back loses all earlier passkeys and sessions, and gives no access to others for 24 hours. None as
    `invitation` says it.
    """
    found = invitation(db, secret, now)
    if not found:
        return None
    db.execute("delete from invitations where secret = ? or invited_by = ?", [found.id, found.person])
    if found.returning:
        db.execute("delete from credentials where person = ?", [found.person])
        db.execute("update people set disabled = 0, grants_from = ? where id = ?", [now + COOLDOWN, found.person])
    else:
        row = [found.person, found.label, found.role, " ".join(found.areas)]
        db.execute("insert into people values (?, ?, ?, ?, 0, 0)", row)
    kind = "came-back" if found.returning else "joined"
    note(db, kind, found.label, found.role, " ".join(found.areas), person(db, found.person), month(now))
    return found


def change_role(db: Database, by: str, id: str, role: str, areas: Iterable[str], now: int) -> None:
    """Raises NotAllowedError, and KeyError where there is no such person."""
    places = _places(role, areas)
    with immediate(db):
        mine = _may_grant(db, by, now)
        found = person(db, id)
        if not found or found.disabled:
            raise KeyError(id)
        if role != ADMINISTRATOR:
            _leaves_an_administrator(db, found)
            db.execute("delete from invitations where invited_by = ?", [id])
        db.execute("update people set role = ?, areas = ? where id = ?", [role, places, id])
        note(db, "role", found.label, role, places, mine, month(now))


def revoke(db: Database, by: str, id: str, now: int) -> None:
    """Put a person out at once: no passkey, no session, no open invitation. Raises NotAllowedError and KeyError.

    Her label stays, for the history of what she changed.
    """
    with immediate(db):
        mine = _administers(db, by)
        found = person(db, id)
        if not found or found.disabled:
            raise KeyError(id)
        if found.is_administrator:
            # Who has just come back by a link must not be able to put the others out.
            _may_grant(db, by, now)
        _leaves_an_administrator(db, found)
        db.execute("update people set disabled = 1 where id = ?", [id])
        db.execute("delete from credentials where person = ?", [id])
        db.execute("delete from invitations where person = ?1 or invited_by = ?1", [id])
        note(db, "out", found.label, found.role, " ".join(found.areas), mine, month(now))
    settle(db)


def warnings(db: Database, who: Person) -> tuple[str, ...]:
    """What she should know: keys of desk_names.WARNINGS."""
    mine = credentials(db, who.id)
    found = {
        "copied": any(each.alert for each in mine),
        "one-passkey": len(mine) == 1,
        "one-administrator": who.is_administrator and _administrators(db) == 1,
    }
    return tuple(key for key, holds in found.items() if holds)


def _invited(db: Database, by: str | None, id: str, label: str, role: str, places: str, now: int) -> str:
    secret = secrets.token_urlsafe(32)
    expires = now + (IN_TIME if by else AT_ONCE)
    db.execute(
        "insert into invitations values (?, ?, ?, ?, ?, ?, ?)", [digest(secret), id, label, role, places, expires, by]
    )
    return secret


def _places(role: str, areas: Iterable[str]) -> str:
    """The areas as they are stored. An administrator looks after all of them, so none are."""
    places = " ".join(sorted(set(areas))) if role == COORDINATOR else ""
    if role == COORDINATOR and not places:
        raise NotAllowedError("no-areas")
    return places


def _forget_old(db: Database, now: int) -> None:
    db.execute("delete from invitations where expires <= ?", [now])
    db.execute("update people set grants_from = 0 where grants_from <= ?", [now])


def _administers(db: Database, by: str) -> Person:
    found = person(db, by)
    if not found or found.disabled or not found.is_administrator:
        raise NotAllowedError("administrators-only")
    return found


def _may_grant(db: Database, by: str | None, now: int) -> Person | None:
    found = None if by is None else _administers(db, by)
    if found and found.grants_from > now:
        raise NotAllowedError("cooldown")
    return found


def _administrators(db: Database) -> int:
    return int(db.execute("select count(*) from people where role = ? and disabled = 0", [ADMINISTRATOR]).fetchone()[0])


def _leaves_an_administrator(db: Database, found: Person) -> None:
    if found.is_administrator and _administrators(db) == 1:
        raise NotAllowedError("last-administrator")


def _invitations(db: Database, now: int) -> list[Invitation]:
    rows = db.execute(
        "select secret, person, label, role, areas, expires, person in (select id from people) from invitations"
        " where expires > ? order by label",
        [now],
    )
    return [
        Invitation(id, person, label, role, tuple(areas.split()), expires, bool(returning))
        for id, person, label, role, areas, expires, returning in rows.fetchall()
    ]
