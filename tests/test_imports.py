"""An import as a coordinator meets it: told row by row first, the newer check kept, and whole or not at all."""

import csv
import datetime as dt
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from pwa.cli import main
from pwa.config import NAMES, ROOT
from pwa.domain import directory
from pwa.domain.directory import COLUMNS
from pwa.store import services
from pwa.store.db import open_content

TODAY = dt.date(2026, 11, 23)
IMPORT = [sys.executable, "-c", "from pwa.cli import main; main()", "directory", "import"]


def shipped() -> dict[str, dict[str, str]]:
    with (ROOT / "directory.csv").open(encoding="utf-8", newline="") as opened:
        return {row["id"]: row for row in csv.DictReader(opened)}


def written(file: Path, rows: list[dict[str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return file


def state(db: Database) -> tuple[str, str, list[tuple[str, ...]]]:
    return services.version(db), services.changed_on(db), list(services.stored(db))


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the shipped directory, two services of it checked, and no other setting."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path / "data"))
    rows = shipped()
    rows["kh-licadho"] |= {"checked_on": "2026-05-01", "checked_by": "coordinator"}
    rows["kh-lscw"] |= {"checked_on": "2026-05-01", "checked_by": "coordinator"}
    db = open_content(tmp_path / "data")
    file = written(tmp_path / "first.csv", list(rows.values()))
    services.replace_all(db, directory.read(file, TODAY), TODAY)
    db.close()
    return tmp_path / "data"


def lines(*arguments: str | Path) -> list[str]:
    result = CliRunner().invoke(main, ["directory", "import", *map(str, arguments)])
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()


def test_a_dry_run_tells_all_that_an_import_then_does_row_by_row_and_changes_nothing(
    data: Path, tmp_path: Path
) -> None:
    rows = shipped()
    new = rows["kh-police-117"] | {"id": "kh-a-new-desk", "name": 'A "new" desk', "phones": "1288"}
    older = rows["kh-licadho"] | {"checked_on": "2026-04-30", "checked_by": "desk", "cost": "a fee"}
    newer = rows["kh-lscw"] | {
        "checked_on": "2026-05-02",
        "checked_by": "desk",
        "phones": "",
        "hours": "Mo 08:00-12:00",
    }
    closed = rows["sg-fast"] | {"status": "closed"}
    both = rows["sg-home-academy"] | {"status": "closed", "cost": "a"}
    same = rows["th-1157"]
    file = written(tmp_path / "new.csv", [new, older, newer, closed, both, same])
    db = open_content(data)
    before = state(db)
    told = lines(file, "--dry-run")
    assert told == [
        '+ kh-a-new-desk: "A \\"new\\" desk"',
        f'~ kh-lscw, phones: "{rows["kh-lscw"]["phones"]}" -> ""',
        f'~ kh-lscw, hours: "{rows["kh-lscw"]["hours"]}" -> "Mo 08:00-12:00"',
        '~ kh-lscw, checked_on: "2026-05-01" -> "2026-05-02"',
        '~ kh-lscw, checked_by: "coordinator" -> "desk"',
        "x sg-fast: closed",
        "x sg-home-academy: closed",
        f'~ sg-home-academy, cost: "{rows["sg-home-academy"]["cost"]}" -> "a"',
        "! kh-licadho: kept. Ours was checked on 2026-05-01, the row on 2026-04-30. Not taken:",
        f'! kh-licadho, cost: "{rows["kh-licadho"]["cost"]}" -> "a fee"',
        '! kh-licadho, checked_on: "2026-05-01" -> "2026-04-30"',
        '! kh-licadho, checked_by: "coordinator" -> "desk"',
        f"= 1 the same, {len(rows) - 5} that the file lacks are left as they are",
        "1 added, 2 changed, 2 closed, 1 kept, 0 removed, 1 the same.",
        "Dry run: nothing was changed.",
    ]
    assert state(db) == before
    assert lines(file)[:-1] == told[:-1]
    found = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in services.stored(db)}
    db.close()
    assert len(found) == len(rows) + 1
    assert (found["kh-lscw"]["checked_on"], found["kh-lscw"]["hours"]) == ("2026-05-02", "Mo 08:00-12:00")
    assert (found["kh-licadho"]["checked_on"], found["kh-licadho"]["cost"]) == (
        "2026-05-01",
        rows["kh-licadho"]["cost"],
    )
    assert {found[id]["status"] for id in ("sg-fast", "sg-home-academy")} == {"closed"}


def test_of_two_files_that_differ_the_newer_check_stands_in_whatever_order_they_come(
    data: Path, tmp_path: Path
) -> None:
    row = shipped()["th-1157"]
    files = {
        day: written(
            tmp_path / f"{day}.csv", [row | {"checked_on": day, "checked_by": "desk", "cost": f"a fee of {day}"}]
        )
        for day in ("2026-06-01", "2026-06-02", "2026-06-03")
    }
    for order in (sorted(files), sorted(files, reverse=True), ["2026-06-02", "2026-06-03", "2026-06-01"]):
        for day in order:
            lines(files[day])
        db = open_content(data)
        (service,) = services.stored(db, ["th-1157"])
        assert service[COLUMNS.index("cost")] == "a fee of 2026-06-03", order
        lines("--replace", written(tmp_path / "again.csv", list(shipped().values())))
        assert list(services.stored(db, ["th-1157"])) == [tuple(row.values())]
        db.close()


def test_an_unchecked_row_never_takes_the_place_of_a_checked_one(data: Path, tmp_path: Path) -> None:
    row = shipped()["kh-licadho"] | {"cost": "a fee"}
    told = lines(written(tmp_path / "new.csv", [row]))
    assert told[0] == "! kh-licadho: kept. Ours was checked on 2026-05-01, the row never. Not taken:"


def test_an_import_keeps_the_number_of_a_row_so_that_what_points_to_it_holds(data: Path, tmp_path: Path) -> None:
    db = open_content(data)
    numbers = dict(db.execute("select id, rowid from services").fetchall())
    lines(written(tmp_path / "new.csv", [row | {"cost": "a fee"} for row in shipped().values()]), "--replace")
    assert dict(db.execute("select id, rowid from services").fetchall()) == numbers
    assert [tuple(row) for row in db.execute("select distinct cost from services")] == [("a fee",)]
    db.close()


@pytest.mark.parametrize("kilobytes", [50, 1_000, 3_000])
@pytest.mark.parametrize("how", [[], ["--replace"]], ids=["merge", "replace"])
def test_an_import_that_is_killed_while_it_writes_leaves_the_old_directory_whole(
    data: Path, tmp_path: Path, kilobytes: int, how: list[str]
) -> None:
    db = open_content(data)
    before = state(db)
    db.close()
    rows = [row | {"cost": "a fee"} for row in shipped().values()]
    many = [rows[0] | {"id": f"made-{n}", "services": f"What is told of {n}. " * 20} for n in range(8_000)]
    file = written(tmp_path / "new.csv", [*rows, *many])
    log = data / "content.db-wal"
    with subprocess.Popen([*IMPORT, file, *how], env=os.environ, stdout=subprocess.PIPE) as process:
        # What does not fit into SQLite's memory goes into its log before the transaction ends.
        while not (log.exists() and log.stat().st_size > kilobytes * 1_000):
            assert process.poll() is None, "It ended before it could be killed."
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.stdout
        assert process.stdout.read() == b""
        assert process.wait() == -signal.SIGKILL
    assert log.stat().st_size > 0
    db = open_content(data)
    assert state(db) == before
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    assert lines(file, *how)[-1] == f"{len(rows) + len(many)} services are in the directory."
    db.close()
