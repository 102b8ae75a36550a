"""From the file to PostgreSQL: all of counts.db in one transaction, and then the file is closed for good."""

from sqlite_utils import Database

from pwa.store.db import MOVED, immediate
from pwa.store.sql import Counts

# Organisations before what names them.
TABLES = ("organisations", "serves", "codes", "phones", "tallies", "sent", "flags", "releases", "salt", "batches")
CLOSED = "phones_moved"


class NotEmptyError(Exception):
    """Something has been kept there already. Nothing was copied."""


def move(file: Database, to: Counts) -> dict[str, int]:
    """Copy every row of `file` into `to`; how many rows of each table. The file stays, and takes nothing more.

    A server that still has it open finds no phones in it and answers 503, so that phones keep what they have. Raises
    NotEmptyError, sqlite3.Error or StoreError; then `file` is as it was.
    """
    with immediate(file):
        with immediate(to):
            if any(_number(to, table) for table in TABLES if table != "salt"):
                raise NotEmptyError
            to.execute("delete from salt")
            moved = {table: _copy(file, to, table) for table in TABLES}
        file.execute(f"alter table phones rename to {CLOSED}")
        file.execute(f"pragma user_version = {MOVED}")
    return moved


def _copy(file: Database, to: Counts, table: str) -> int:
    rows = sorted(file.execute(f"select * from {table}").fetchall())  # noqa: S608
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        to.conn.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608
    return len(rows)


def _number(db: Counts, table: str) -> int:
    return int(db.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608
