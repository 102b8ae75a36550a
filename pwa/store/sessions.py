"""Who is signed in, and what a browser was asked. Each row is gone when its time is over.

Times are Unix seconds, given by the caller. "Inside a transaction" means that the caller holds one from `immediate`.
"""

import hashlib
import secrets
from dataclasses import dataclass

from sqlite_utils import Database

from pwa.store.db import immediate

ASKED_FOR = 5 * 60
IDLE = 30 * 60
LONGEST = 12 * 60 * 60
FRESH = 5 * 60
# How exact "last seen" is: a write for each page would cost more than the page.
GRAIN = 60


@dataclass(frozen=True)
class Session:
    """One signed-in browser. `id` is the hash of its cookie; `confirmed` is when a passkey was last shown in it."""

    id: bytes
    person: str
    credential: bytes
    started: int
    seen: int
    confirmed: int

    def is_fresh(self, now: int) -> bool:
        return now - self.confirmed < FRESH


def digest(value: str) -> bytes:
    """What is kept of a secret: its SHA-256, 32 bytes."""
    return hashlib.sha256(value.encode()).digest()


def ask(db: Database, kind: str, binding: bytes, now: int, purpose: bytes = b"") -> bytes:
    """A new challenge of 32 bytes for one ceremony of one browser (`binding`), for five minutes.

    Challenges and sessions whose time is over go with it.
    """
    challenge = secrets.token_bytes(32)
    with immediate(db):
        db.execute("delete from challenges where expires <= ?", [now])
        over = db.execute("delete from sessions where seen <= ? or started <= ?", [now - IDLE, now - LONGEST])
        row = [challenge, kind, binding, purpose, now + ASKED_FOR]
        db.execute("insert into challenges values (?, ?, ?, ?, ?)", row)
    if over.rowcount:
        settle(db)
    return challenge


def take(db: Database, challenge: bytes, kind: str, binding: bytes, now: int) -> bytes | None:
    """Use a challenge up: its purpose, or None where it was never given, is used, too old, or another's.

    It is gone from now on, also where what comes with it turns out to be wrong.
    """
    with immediate(db):
        row = db.execute(
            "delete from challenges where challenge = ? returning kind, binding, purpose, expires", [challenge]
        ).fetchone()
    if not row or (row[0], row[1]) != (kind, binding) or row[3] <= now:
        return None
    return bytes(row[2])


def start(db: Database, person: str, credential: bytes, now: int) -> str:
    """Sign a person in, inside a transaction. Returns the value of the cookie, 256 bits, which is kept nowhere."""
    token = secrets.token_urlsafe(32)
    db.execute("insert into sessions values (?, ?, ?, ?, ?, ?)", [digest(token), person, credential, now, now, now])
    return token


def current(db: Database, token: str, now: int) -> Session | None:
    """The session of a cookie: None where it is unknown, idle for 30 minutes, 12 hours old, or the person is out."""
    row = db.execute(
        "select s.id, s.person, s.credential, s.started, s.seen, s.confirmed from sessions s"
        " join people p on p.id = s.person where s.id = ? and p.disabled = 0 and s.seen > ? and s.started > ?",
        [digest(token), now - IDLE, now - LONGEST],
    ).fetchone()
    if not row:
        return None
    session = Session(*row)
    if now - session.seen >= GRAIN:
        with immediate(db):
            db.execute("update sessions set seen = ? where id = ?", [now, session.id])
    return session


def of(db: Database, person: str, now: int) -> tuple[Session, ...]:
    """The living sessions of a person, the newest first."""
    rows = db.execute(
        "select id, person, credential, started, seen, confirmed from sessions"
        " where person = ? and seen > ? and started > ? order by started desc, id",
        [person, now - IDLE, now - LONGEST],
    )
    return tuple(Session(*row) for row in rows)


def confirm(db: Database, id: bytes, now: int) -> bool:
    """Note inside a transaction that a passkey was shown again in this session. False where it is gone."""
    return db.execute("update sessions set confirmed = ? where id = ?", [now, id]).rowcount == 1


def end(db: Database, person: str, id: bytes) -> bool:
    """End one session of this person. False where she has no such session."""
    with immediate(db):
        ended = db.execute("delete from sessions where id = ? and person = ?", [id, person]).rowcount == 1
    if ended:
        settle(db)
    return ended


def end_others(db: Database, person: str, kept: bytes) -> None:
    """End every session of this person but one."""
    with immediate(db):
        db.execute("delete from sessions where person = ? and id <> ?", [person, kept])
    settle(db)


def settle(db: Database) -> None:
    """Empty SQLite's log, outside a transaction: it would tell when sessions began that are over."""
    db.execute("pragma wal_checkpoint(truncate)")
