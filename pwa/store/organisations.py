"""Organisations that count, the codes that enrol their phones, and the tokens that those phones hold."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from pwa.store.db import immediate
from pwa.store.orderless import anew
from pwa.store.sql import Counts, again


@dataclass(frozen=True)
class Organisation:
    """One organisation. `areas` are slugs, in order. `phones` is how many hold a token: enrolled, not seen."""

    id: str
    name: str
    areas: tuple[str, ...]
    phones: int


@dataclass(frozen=True)
class Offer:
    """A code that still enrols phones: of which organisation, until when (seconds since 1970), for how many more."""

    organisation: str
    expires: int
    uses: int


class TakenError(ValueError):
    """Another organisation has this name."""


def everyone(db: Counts) -> tuple[Organisation, ...]:
    """All organisations, by name."""
    rows = db.execute("select id, name from organisations order by name").fetchall()
    return tuple(Organisation(id, name, areas_of(db, id), _phones(db, id)) for id, name in rows)


def named(db: Counts, name: str) -> Organisation | None:
    return next((one for one in everyone(db) if one.name == name), None)


def one(db: Counts, id: str) -> Organisation | None:
    return next((each for each in everyone(db) if each.id == id), None)


def areas_of(db: Counts, organisation: str) -> tuple[str, ...]:
    rows = db.execute("select area from serves where organisation = ? order by area", [organisation])
    return tuple(area for (area,) in rows.fetchall())


@again
def add(db: Counts, id: str, name: str, areas: Sequence[str]) -> None:
    """Raises TakenError."""
    with immediate(db):
        _free(db, name)
        db.execute("insert into organisations values (?, ?)", [id, name])
        _serve(db, id, areas)


@again
def rename(db: Counts, id: str, name: str) -> None:
    """Raises TakenError."""
    with immediate(db):
        _free(db, name, but=id)
        db.execute("update organisations set name = ? where id = ?", [name, id])


@again
def move(db: Counts, id: str, areas: Sequence[str]) -> None:
    """Give an organisation other areas. What its phones still hold for an old one counts for the first of the new."""
    with immediate(db):
        db.execute("delete from serves where organisation = ?", [id])
        _serve(db, id, areas)


@again
def offer(db: Counts, id: str, code: bytes, expires: int, uses: int) -> None:
    """Let `uses` phones enrol with a code until `expires` (seconds since 1970). A code offered before is void.

    `code` is what enrolment.kept makes of it, here and below: never the code itself.

    Raises KeyError where there is no such organisation (any more).
    """
    with immediate(db):
        if not db.execute("select 1 from organisations where id = ?", [id]).fetchone():
            raise KeyError(id)
        db.execute("delete from codes where organisation = ?", [id])
        db.execute("insert into codes values (?, ?, ?, ?)", [code, id, expires, uses])
        anew(db, "codes")


def offer_of(db: Counts, id: str, now: int) -> Offer | None:
    """The code by which an organisation's phones can enrol at the moment."""
    return _offer(db, "organisation = ?", id, now)


def offered(db: Counts, code: bytes, now: int) -> Offer | None:
    """What a code is good for at the moment."""
    return _offer(db, "code = ?", code, now)


@again
def withdraw(db: Counts, id: str) -> None:
    """End the code of an organisation. Phones that are enrolled stay so."""
    with immediate(db):
        if db.execute("delete from codes where organisation = ?", [id]).rowcount:
            anew(db, "codes")


@again
def enrol(db: Counts, code: bytes, token: str, now: int) -> str | None:
    """Give one phone a token for a code that is still good; the organisation's id, or None. Spent codes go."""
    with immediate(db):
        _forget(db, now)
        row = db.execute("select organisation from codes where code = ?", [code]).fetchone()
        if not row:
            return None
        db.execute("update codes set uses = uses - 1 where code = ?", [code])
        db.execute("delete from codes where uses < 1")
        anew(db, "codes")
        db.execute("insert into phones values (?, ?)", [_digest(token), row[0]])
        anew(db, "phones")
    return str(row[0])


@again
def forget_codes(db: Counts, now: int) -> None:
    """Codes whose time is over go from the file, which is not touched where there are none."""
    with immediate(db):
        _forget(db, now)


@again
def revoke(db: Counts, id: str) -> int:
    """Take the tokens of all phones of an organisation, and its code; how many phones there were."""
    with immediate(db):
        phones = _phones(db, id)
        db.execute("delete from phones where organisation = ?", [id])
        db.execute("delete from codes where organisation = ?", [id])
        anew(db, "phones")
        anew(db, "codes")
    return phones


@again
def remove(db: Counts, id: str) -> None:
    """Take an organisation out with its phones, its code and how many batches came. What it counted is not its own."""
    with immediate(db):
        for table in ("phones", "codes", "sent"):
            db.execute(f"delete from {table} where organisation = ?", [id])  # noqa: S608
            anew(db, table)
        db.execute("delete from serves where organisation = ?", [id])
        db.execute("delete from organisations where id = ?", [id])


def of_token(db: Counts, token: str) -> str | None:
    """The id of the organisation whose phone holds this token."""
    row = db.execute("select organisation from phones where token = ?", [_digest(token)]).fetchone()
    return str(row[0]) if row else None


def sent(db: Counts, quarter: str) -> dict[str, int]:
    """How many batches each organisation's phones sent in a quarter ("2026-Q4"), with or without counts in them."""
    return dict(db.execute("select organisation, batches from sent where quarter = ?", [quarter]).fetchall())


def _offer(db: Counts, where: str, key: str | bytes, now: int) -> Offer | None:
    sql = f"select organisation, expires, uses from codes where {where} and expires > ?"  # noqa: S608
    row = db.execute(sql, [key, now]).fetchone()
    return Offer(*row) if row else None


def _forget(db: Counts, now: int) -> None:
    if db.execute("delete from codes where expires <= ?", [now]).rowcount:
        anew(db, "codes")


def _phones(db: Counts, id: str) -> int:
    return int(db.execute("select count(*) from phones where organisation = ?", [id]).fetchone()[0])


def _free(db: Counts, name: str, but: str = "") -> None:
    if db.execute("select 1 from organisations where name = ? and id <> ?", [name, but]).fetchone():
        raise TakenError(name)


def _serve(db: Counts, id: str, areas: Sequence[str]) -> None:
    db.conn.executemany("insert into serves values (?, ?)", [(id, area) for area in areas])


def _digest(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
