"""What is stored, said in full: every table explained, every row shown or counted, and no count before its time."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from pwa import holdings
from pwa.cli import main
from pwa.config import NAMES
from pwa.store.db import immediate, open_content
from tests.demo import PAGE, build, page
from tests.stores import environment, open_counts


def told(folder: Path, more: int = 0) -> str:
    db, content = build(folder, more)
    found = "\n".join(holdings.report(db, content))
    db.close()
    content.close()
    return found


def test_the_page_of_the_demo_is_what_the_command_prints() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "python -m tests.demo writes it anew"


def test_no_table_is_left_out_and_none_is_explained_that_is_not_there(tmp_path: Path) -> None:
    for db, words in ((open_counts(tmp_path), holdings.COUNTS), (open_content(tmp_path), holdings.CONTENT)):
        assert set(holdings.tables(db)) == set(words)
        stored = {name for (name,) in db.execute("select name from sqlite_master where type = 'table'").fetchall()}
        # What SQLite keeps for a text index is told with the index itself.
        assert {name for name in stored - set(words) if not name.startswith("finding_")} == set()
        db.close()


def test_a_table_that_nobody_explained_stops_the_command(tmp_path: Path) -> None:
    db, content = open_counts(tmp_path), open_content(tmp_path)
    db.execute("create table times (at integer)")
    with pytest.raises(ValueError, match="times"):
        list(holdings.report(db, content))
    db.close()
    content.close()


def test_every_row_is_counted(tmp_path: Path) -> None:
    said = told(tmp_path)
    for db in (open_counts(tmp_path), open_content(tmp_path)):
        for table in holdings.tables(db):
            (number,) = db.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
            assert re.search(rf"^## {table}: {number} rows?$", said, re.MULTILINE), table
        db.close()


@pytest.mark.parametrize("more", [1, 7, 200])
def test_it_says_the_same_whatever_was_counted_and_is_not_yet_published(tmp_path: Path, more: int) -> None:
    assert told(tmp_path / "none") == told(tmp_path / "some", more)


def test_nothing_is_shown_of_a_token_a_code_or_the_name_of_a_batch(tmp_path: Path) -> None:
    said = told(tmp_path)
    assert not re.search(r"\b[0-9a-f]{9,}\b", re.sub(r'value "[0-9a-f]{16}"', "", said))
    assert "token 0 of" not in said and "K7QF3M9T" not in said


def test_no_time_is_finer_than_a_month_but_those_that_are_explained(tmp_path: Path) -> None:
    said = told(tmp_path)
    days = re.findall(r"^.*\d{4}-\d{2}-\d{2}.*$", said, re.MULTILINE)
    assert len(days) == 5
    assert 'name "changed_on", value "2026-07-10"' in days[1]
    assert 'name "changed_on KH", value "2026-07-10"' in days[2]
    # The history of the directory has days, and no finer time.
    assert all(line.endswith('"2026-07-10"') for line in days[3:])
    assert re.search(r"expires 2026-11-24$", days[0]) or "expires 2026-11-24 09:40:00 UTC" in days[0]


def test_of_many_rows_the_first_are_shown_and_the_rest_counted(tmp_path: Path) -> None:
    db, content = build(tmp_path)
    with immediate(db):
        db.conn.executemany("insert into phones values (?, 'house')", [(bytes([n]) * 32,) for n in range(60)])
    said = "\n".join(holdings.report(db, content))
    assert "## phones: 65 rows" in said
    assert said.count("- token ") == 20
    assert "- and 45 more like these" in said
    db.close()
    content.close()


def test_the_command_prints_all_of_it_and_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in {"RIGHT_DOOR_DATA": str(tmp_path), **environment(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    said = told(tmp_path)
    result = CliRunner().invoke(main, ["everything-we-hold"])
    assert result.exit_code == 0
    assert result.output.startswith(said)
    files = result.output.removeprefix(said)
    assert f"# Files in {tmp_path}" in files
    for path in (tmp_path / "counts.db", tmp_path / "content.db"):
        assert f"- {path.name}: {path.stat().st_size:,} bytes" in files
