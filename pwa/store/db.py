"""The two databases: opened with the pragmas that keep them whole, and brought forward by ordered migrations."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from sqlite_utils import Database

from pwa.config import Config
from pwa.store.migrations import CONTENT, COUNTS, Migrations
from pwa.store.sql import Counts, Shared, StoreError

# Of a file whose counts went to PostgreSQL: `right-door counts move`.
MOVED = 1_000_000

PRAGMAS = {
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "secure_delete": "ON",
    "trusted_schema": "OFF",
    # What SQLite sorts or holds aside would otherwise lie in a file beside the database.
    "temp_store": "MEMORY",
}
# A restore that was cut off leaves this folder: until it is ended, new and old files may lie side by side.
RESTORING = "restoring"


class UnusableError(sqlite3.DatabaseError):
    """A database that this program must leave as it is. The message says why, and what to do."""


def open_content(folder: Path) -> Database:
    """The database of what readers see, in `folder`, which is made where it is missing."""
    return _open(folder / "content.db", "WAL", CONTENT)


def open_counts(folder: Path) -> Database:
    """The database of counts and organisations, in `folder`, which is made where it is missing.

    Not in WAL mode: the log would keep the pages of each commit in their order, and so tell which batch raised which
    figure and whose phone sent it. The journal of TRUNCATE mode is empty after each commit.
    """
    return _open(folder / "counts.db", "TRUNCATE", COUNTS)


def refuse_unusable(connection: sqlite3.Connection, name: str, migrations: Migrations) -> None:
    """Raises UnusableError where counts were moved away, or a newer program has brought the database forward."""
    (step,) = connection.execute("pragma user_version").fetchone()
    # Before the other, which asks for a backup to be restored: counts that came since the move would be lost.
    if step == MOVED:
        raise UnusableError(
            f"{name} takes nothing more: its counts were moved to PostgreSQL, which RIGHT_DOOR_COUNTS must name"
        )
    if step > len(migrations):
        raise UnusableError(
            f"{name} was made by a newer Right Door: it is at step {step}, and this one knows {len(migrations)}."
            " Start the newer one again, or restore a backup from before"
        )


def counts_of(config: Config) -> Counts:
    """The database of counts that the settings name: PostgreSQL where they do, else the file in the data folder.

    Raises StoreError, sqlite3.Error or OSError where it cannot be used.
    """
    if not config.counts:
        return open_counts(config.data)
    try:
        # Only here: who keeps counts in a file needs none of it.
        from pwa.store.postgres import Postgres
    except ImportError:
        raise StoreError("PostgreSQL needs one more package: pip install 'right-door[postgresql]'.") from None
    return Postgres(config.counts)


def alone(db: Counts) -> AbstractContextManager[bool]:
    """Whether no other process is at the upkeep of these counts, and none will be before this is over."""
    return db.alone() if isinstance(db, Shared) else nullcontext(True)


def settle(db: Counts) -> None:
    """Leave no trace of what was deleted or changed, where the database does not see to it with each change."""
    if isinstance(db, Shared):
        db.settle()


def _open(file: Path, journal: str, migrations: Migrations) -> Database:
    if (file.parent / RESTORING).exists():
        raise UnusableError("a restore was cut off here: run `right-door restore` again")
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    connection = sqlite3.connect(file, check_same_thread=False)
    db = Database(connection)
    db.execute("pragma busy_timeout=10000")
    try:
        refuse_unusable(connection, file.name, migrations)
    except sqlite3.Error:
        connection.close()
        raise
    _set_journal(db, journal)
    for name, value in PRAGMAS.items():
        db.execute(f"pragma {name}={value}")
    _migrate(db, migrations)
    return db


def _set_journal(db: Database, mode: str) -> None:
    # Where two open a new file at once, SQLite says "locked" to one of them without waiting, whatever its timeout.
    patience = time.monotonic() + 10
    while True:
        try:
            db.execute(f"pragma journal_mode={mode}")
            return
        except sqlite3.OperationalError:
            if time.monotonic() > patience:
                raise
            time.sleep(0.02)


@contextmanager
def immediate(db: Counts) -> Iterator[None]:
    """One transaction that takes the write lock at once: a deferred one would fail between reading and writing."""
    db.conn.commit()
    db.execute("begin immediate")
    try:
        yield
        db.conn.commit()
    except BaseException:
        # A commit that fails on a full disk may leave the transaction open, and with it the lock on everybody else;
        # on a failing disk SQLite has rolled back by itself.
        if db.conn.in_transaction:
            db.conn.rollback()
        raise


def _migrate(db: Database, migrations: Migrations) -> None:
    if _version(db) >= len(migrations):
        return
    with immediate(db):
        for number, migration in enumerate(migrations[_version(db) :], _version(db) + 1):
            migration(db)
            db.execute(f"pragma user_version = {number}")


def _version(db: Database) -> int:
    return int(db.execute("pragma user_version").fetchone()[0])
