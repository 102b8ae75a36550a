"""Who may work at the desk, and by which passkeys.

Times are Unix seconds, given by the caller. "Inside a transaction" means that the caller holds one from `immediate`.
"""

import datetime as dt
from dataclasses import dataclass

from sqlite_utils import Database

from pwa.domain.staff import Person
from pwa.store.access_history import note
from pwa.store.db import immediate

MOST_PASSKEYS = 10
_PERSON = "select id, label, role, areas, disabled, grants_from from people"
_CREDENTIAL = "select id, person, public_key, counter, backup_eligible, name, added, used, alert from credentials"


class NotAllowedError(Exception):
    """What the rules of the desk forbid; nothing has changed. Its first argument is a key of desk_names.FAULTS."""


@dataclass(frozen=True)
class Credential:
    """A passkey. `added`, `used` and `alert` are months (2026-11); `alert` is "" unless a copy of it was noticed."""

    id: bytes
    person: str
    public_key: bytes
    counter: int
    backup_eligible: bool
    name: str
    added: str
    used: str
    alert: str


def month(now: int) -> str:
    return dt.datetime.fromtimestamp(now, dt.UTC).strftime("%Y-%m")


def person(db: Database, id: str) -> Person | None:
    row = db.execute(f"{_PERSON} where id = ?", [id]).fetchone()
    return _person(row) if row else None


def called(db: Database, label: str) -> Person | None:
    row = db.execute(f"{_PERSON} where label = ?", [label]).fetchone()
    return _person(row) if row else None


def everyone(db: Database) -> tuple[Person, ...]:
    """All who have or had access, by label."""
    return tuple(map(_person, db.execute(f"{_PERSON} order by disabled, label").fetchall()))


def credential(db: Database, id: bytes) -> Credential | None:
    row = db.execute(f"{_CREDENTIAL} where id = ?", [id]).fetchone()
    return _credential(row) if row else None


def credentials(db: Database, person: str) -> tuple[Credential, ...]:
    """The passkeys of a person, by name."""
    rows = db.execute(f"{_CREDENTIAL} where person = ? order by name, id", [person])
    return tuple(map(_credential, rows.fetchall()))


def add_credential(db: Database, made: Credential) -> None:
    """Keep a new passkey, inside a transaction. Raises NotAllowedError, and IntegrityError where its id is known."""
    number = db.execute("select count(*) from credentials where person = ?", [made.person]).fetchone()[0]
    if number >= MOST_PASSKEYS:
        raise NotAllowedError("too-many-passkeys")
    row = [made.id, made.person, made.public_key, made.counter, int(made.backup_eligible)]
    db.execute("insert into credentials values (?, ?, ?, ?, ?, ?, ?, ?, '')", [*row, made.name, made.added, made.used])


def count_use(db: Database, id: bytes, counter: int, now: int) -> bool:
    """Note inside a transaction that a passkey was shown. False where it may not be used.

    A counter that has not risen means that there is a copy: it is refused, and the passkey is marked.
    """
    row = db.execute(
        "select c.counter from credentials c join people p on p.id = c.person where c.id = ? and p.disabled = 0", [id]
    ).fetchone()
    if not row:
        return False
    if (counter or row[0]) and counter <= row[0]:
        db.execute("update credentials set alert = ? where id = ?", [month(now), id])
        return False
    db.execute("update credentials set counter = ?, used = ? where id = ?", [counter, month(now), id])
    return True


def rename_credential(db: Database, owner: str, id: bytes, name: str) -> bool:
    """False where she has no such passkey."""
    with immediate(db):
        done = db.execute("update credentials set name = ? where id = ? and person = ?", [name, id, owner])
        return done.rowcount == 1


def remove_credential(db: Database, owner: str, id: bytes, now: int) -> bool:
    """Remove a passkey, and end the sessions that began with it. False where she has no such passkey.

    Raises NotAllowedError for the last one: nobody could sign in with none.
    """
    with immediate(db):
        mine = [each.id for each in credentials(db, owner)]
        if mine == [id]:
            raise NotAllowedError("last-passkey")
        done = db.execute("delete from credentials where id = ? and person = ?", [id, owner]).rowcount == 1
        if done:
            note_own(db, "passkey-removed", owner, now)
    return done


def note_own(db: Database, kind: str, owner: str, now: int) -> None:
    """Note inside a transaction what a person changed about her own passkeys."""
    if found := person(db, owner):
        note(db, kind, found.label, found.role, " ".join(found.areas), found, month(now))


def _person(row: tuple[str, str, str, str, int, int]) -> Person:
    id, label, role, areas, disabled, grants_from = row
    return Person(id, label, role, tuple(areas.split()), bool(disabled), grants_from)


def _credential(row: tuple[bytes, str, bytes, int, int, str, str, str, str]) -> Credential:
    id, person, public_key, counter, eligible, name, added, used, alert = row
    return Credential(id, person, public_key, counter, bool(eligible), name, added, used, alert)
