"""Databases as each released step left them, kept as SQL: `python -m tests.keeping` writes those that are missing.

A kept file is never changed: it stands for what lies on somebody's server.
"""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from pwa.config import ROOT
from pwa.domain.directory import COLUMNS
from pwa.store import finding
from pwa.store.migrations import CONTENT, COUNTS, Migrations

FOLDER = ROOT / "tests" / "kept"
STEPS: tuple[tuple[str, Migrations], ...] = (("content.db", CONTENT), ("counts.db", COUNTS))
_CELLS = dict.fromkeys(COLUMNS, "") | {"country": "KH", "province": "KH-12", "categories": "legal", "status": "open"}
_SERVICES: list[list[object]] = [
    list((_CELLS | {"id": f"kh-{n}", "name": name, "phones": "00971; 023 997 919"}).values())
    for n, name in enumerate(("'=1+1", "Đà\n'Nẵng\"", "សង្គម"))
]
# A few rows for each table: letters of many scripts, bytes, zeros, what is empty and what is large.
ROWS: dict[str, list[list[object]]] = {
    "services": _SERVICES,
    "release": [["version", "a4b536b8f3d9504c"], ["changed_on", "2026-07-10"]],
    "people": [
        ["p1", "Coordinator, Phnom Penh", "coordinator", "kh-12", 0, 0],
        ["p2", "Out", "administrator", "", 1, 9],
    ],
    "credentials": [[b"\0key", "p1", bytes(range(77)), 7, 1, "Office laptop", "2026-08", "2026-11", ""]],
    "sessions": [[b"\1" * 32, "p1", b"\0key", 1_795_000_000, 1_795_000_001, 0]],
    "invitations": [[b"\2" * 32, "p3", "New", "coordinator", "kh-12 kh-8", 1_795_000_002, None]],
    "challenges": [[b"\3" * 32, "sign-in", b"", b"", 1_795_000_003]],
    "proposals": [["x", "b", "service:kh-0", "change", "{}", "{}", "kh-12", "p1", "C", "coordinator", "2026-11-24", 0]],
    "history": [["service:kh-0", 1, "import", "{}", "{}", "line", "operator", "line", "operator", "2026-07-10"]],
    "places": [["kh-12", '{"focal_point": {}}', "2026-11-24"]],
    "alone": [["kh-12", "Administrator", "2026-11-24"]],
    "organisations": [["centre", "Centre"], ["house", "House"]],
    "serves": [["centre", "kh-12"], ["centre", "kh-2"], ["house", "kh-12"]],
    "codes": [[b"\4" * 32, "house", 1_795_000_004, 30]],
    "phones": [[b"\5" * 32, "centre"], [b"\6" * 32, "house"]],
    "tallies": [["kh-12", "2026-11", 3, 0], ["kh-2", "2026-11", 0, 0]],
    "sent": [["centre", "2026-Q4", 4]],
    "flags": [[b"\7" * 8, 2, "2026-11"]],
    "releases": [["start", '{"first_month": "2026-07"}']],
    "batches": [[0, bytes(66 * 61)]],
}


def built(migrations: Migrations, step: int) -> sqlite3.Connection:
    """A database in memory at a step, with a few rows in each table."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    db = Database(connection)
    for migration in migrations[:step]:
        migration(db)
    for table in tables(connection):
        for row in ROWS.get(table, ()):
            connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", row)  # noqa: S608
    if "finding" in tables(connection):
        finding.refresh(db)
    connection.execute(f"pragma user_version = {step}")
    return connection


def tables(connection: sqlite3.Connection) -> list[str]:
    """Its tables in the order in which they were made, without those that SQLite keeps for itself."""
    found = connection.execute("select name, sql from sqlite_master where type = 'table' order by rowid").fetchall()
    virtual = {name for name, sql in found if sql.lower().startswith("create virtual")}
    inner = tuple(f"{name}_" for name in virtual)
    return [name for name, _ in found if name in virtual or not name.startswith((*inner, "sqlite_"))]


def dump(connection: sqlite3.Connection) -> Iterator[str]:
    """Statements that make the database anew: tables, rows, then what fires on rows or is made from them."""
    (step,) = connection.execute("pragma user_version").fetchone()
    yield f"pragma user_version = {step};"
    schema = dict(connection.execute("select name, sql from sqlite_master where sql is not null").fetchall())
    for table in (there := tables(connection)):
        yield f"{schema[table]};"
        if "fts5vocab" in schema[table]:
            continue
        columns = [column for _, column, *_ in connection.execute(f"pragma table_info({table})").fetchall()]
        columns = ["rowid", *columns] if "fts5" in schema[table] else columns
        values = " || ', ' || ".join(f"quote({column})" for column in columns)
        for (row,) in connection.execute(f"select {values} from {table}").fetchall():  # noqa: S608
            yield f"insert into {table} ({', '.join(columns)}) values ({row});"  # noqa: S608
    kinds = "select sql from sqlite_master where type in ('index', 'trigger') and sql is not null order by rowid"
    for (sql,) in connection.execute(kinds).fetchall():
        yield f"{sql};"
    assert there


def file_of(name: str, step: int) -> Path:
    return FOLDER / f"{name.removesuffix('.db')}-{step}.sql"


def main() -> None:
    for name, migrations in STEPS:
        for step in range(1, len(migrations) + 1):
            if not (file := file_of(name, step)).exists():
                with closing(built(migrations, step)) as connection:
                    file.write_text("\n".join(dump(connection)) + "\n", encoding="utf-8")
                sys.stdout.write(f"{file} is written.\n")


if __name__ == "__main__":
    main()
