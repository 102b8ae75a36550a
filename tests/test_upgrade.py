"""From any released step to the newest, with nothing lost; and never from a newer one back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from pwa.cli import main
from pwa.config import NAMES
from pwa.domain import search
from pwa.domain.directory import COLUMNS
from pwa.store import finding, services
from pwa.store.db import UnusableError, open_content, open_counts
from pwa.store.migrations import CONTENT, COUNTS, Migrations
from tests.keeping import ROWS, STEPS, built, file_of, tables

EVERY = [(name, migrations, step) for name, migrations in STEPS for step in range(1, len(migrations) + 1)]
OPEN = {"content.db": open_content, "counts.db": open_counts}


def schema(db: sqlite3.Connection) -> set[tuple[str, str, str]]:
    return set(db.execute("select type, name, sql from sqlite_master where sql is not null").fetchall())


def rows(db: sqlite3.Connection, table: str) -> list[dict[str, object]]:
    cursor = db.execute(f"select * from {table}")  # noqa: S608
    columns = [column for column, *_ in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def kept(folder: Path, name: str, step: int) -> Path:
    """The database of a released step, as a file in `folder`."""
    folder.mkdir(exist_ok=True)
    with closing(sqlite3.connect(folder / name)) as db:
        db.executescript(file_of(name, step).read_text(encoding="utf-8"))
    return folder / name


def opened(folder: Path, name: str) -> Database:
    return OPEN[name](folder)


@pytest.mark.parametrize(("name", "migrations", "step"), EVERY)
def test_each_released_step_comes_up_to_the_newest_with_every_row(
    tmp_path: Path, name: str, migrations: Migrations, step: int
) -> None:
    with closing(sqlite3.connect(kept(tmp_path / "old", name, step))) as old:
        before = {table: rows(old, table) for table in tables(old) if table != "finding_words"}
    assert all(before[table] for table in before), "a table without a row holds nothing to lose"
    db, fresh = opened(tmp_path / "old", name), opened(tmp_path / "fresh", name)
    assert schema(db.conn) == schema(fresh.conn)
    assert db.execute("pragma user_version").fetchone() == (len(migrations),)
    assert db.execute("pragma integrity_check").fetchall() == [("ok",)]
    for table, held in before.items():
        now = rows(db.conn, table)
        for row in held:
            assert any(row.items() <= new.items() for new in now), (table, row)
    db.close()
    fresh.close()


@pytest.mark.parametrize("step", range(1, len(CONTENT) + 1))
def test_services_of_each_step_are_read_and_found(tmp_path: Path, step: int) -> None:
    kept(tmp_path, "content.db", step)
    db = open_content(tmp_path)
    assert [one["name"] for one in services.everything(db)] == [row[COLUMNS.index("name")]
                                                               for row in ROWS["services"]]  # fmt: skip
    finding.refresh(db)
    assert db.execute("select count(*) from finding where finding match ?", [search.spread("Nẵng")]).fetchone() == (1,)
    db.conn.rollback()
    db.close()


@pytest.mark.parametrize(("name", "migrations", "step"), EVERY)
def test_a_step_that_was_released_was_not_changed_since(
    tmp_path: Path, name: str, migrations: Migrations, step: int
) -> None:
    with closing(sqlite3.connect(kept(tmp_path, name, step))) as db, closing(built(migrations, step)) as again:
        assert schema(db) == schema(again)
        assert db.execute("pragma user_version").fetchone() == (step,)


@pytest.mark.parametrize("name", ["content.db", "counts.db"])
def test_a_newer_database_is_refused_in_words_and_left_as_it_is(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for setting in [*NAMES, "PORT"]:
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path))
    newest = {"content.db": len(CONTENT), "counts.db": len(COUNTS)}[name]
    for each, open_ in OPEN.items():
        db = open_(tmp_path)
        if each == name:
            db.execute(f"pragma user_version = {newest + 1}")
        db.close()
    before = (tmp_path / name).read_bytes()
    with pytest.raises(UnusableError, match=f"made by a newer Right Door: it is at step {newest + 1}"):
        opened(tmp_path, name)
    shelf = tmp_path.parent / "shelf"
    shelf.mkdir(exist_ok=True)
    for command in (["everything-we-hold"], ["serve"], ["backup", str(shelf)]):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 1
        assert f"{name} was made by a newer Right Door" in result.output, result.output
        assert "Start the newer one again, or restore a backup from before" in result.output
    assert (tmp_path / name).read_bytes() == before
    assert list(shelf.iterdir()) == []
