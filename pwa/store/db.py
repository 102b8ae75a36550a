"""The database: opened with the pragmas that keep it whole, and brought forward by ordered migrations."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from pwa.domain.directory import COLUMNS


def open_content(folder: Path) -> Database:
    """The database of what readers see, in `folder`, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = sqlite3.connect(folder / "content.db", check_same_thread=False)
    db = Database(connection)
    db.execute("pragma busy_timeout=10000")
    _write_ahead(db)
    for pragma in (
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "trusted_schema=OFF",
    ):
        db.execute(f"pragma {pragma}")
    _migrate(db)
    return db


def _write_ahead(db: Database) -> None:
    # Where two open a new file at once, SQLite says "locked" to one of them without waiting, whatever its timeout.
    patience = time.monotonic() + 10
    while True:
        try:
            db.execute("pragma journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.02)


@contextmanager
def immediate(db: Database) -> Iterator[None]:
    """One transaction that takes the write lock at once: a deferred one would fail between reading and writing."""
    db.conn.commit()
    db.execute("begin immediate")
    try:
        yield
    except BaseException:
        db.execute("rollback")
        raise
    db.execute("commit")


def _services(db: Database) -> None:
    # TEXT for all: a guessed type would turn 00971 into a number.
    db.execute(f"create table services ({', '.join(f'{c} text not null' for c in COLUMNS)}, primary key (id)) strict")
    db.execute("create index services_by_area on services (country, province)")
    db.execute("create table release (name text primary key, value text not null) strict")


MIGRATIONS: tuple[Callable[[Database], None], ...] = (_services,)


def _migrate(db: Database) -> None:
    if _version(db) == len(MIGRATIONS):
        return
    with immediate(db):
        for number, migration in enumerate(MIGRATIONS[_version(db) :], _version(db) + 1):
            migration(db)
            db.execute(f"pragma user_version = {number}")


def _version(db: Database) -> int:
    return int(db.execute("pragma user_version").fetchone()[0])
