import csv
import datetime as dt
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pwa.cli import main
from pwa.config import NAMES, ROOT
from pwa.domain import content, directory
from pwa.store import services
from pwa.store.db import open_content
from tests.server import free_port

SHIPPED = ROOT / "directory.csv"
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of the test's own, and no other setting."""
    for name in [*NAMES, "PORT"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def stored(data: Path) -> tuple[str, tuple[directory.Service, ...]]:
    db = open_content(data)
    found = services.version(db), services.everything(db)
    db.close()
    return found


def changed(file: Path, id: str, **cells: str) -> Path:
    """The shipped directory in `file`, with other words in the row of one service."""
    with SHIPPED.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    for row in rows:
        if row["id"] == id:
            row |= cells
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, directory.COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_the_coverage_table_has_a_row_for_every_requirement_and_none_is_empty() -> None:
    result = run("check", "--coverage")
    rows = [line.split(maxsplit=1) for line in result.output.splitlines() if line.startswith("R")]
    assert [row[0] for row in rows] == list(content.REQUIREMENTS)
    assert all(row[1] != "NOTHING" for row in rows)
    assert result.exit_code == 0


def test_a_requirement_that_nothing_covers_stops_the_coverage_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(content, "REQUIREMENTS", ("R01", "R99"))
    result = run("check", "--coverage")
    assert result.exit_code == 1
    assert "R99  NOTHING" in result.output
    assert "No file covers R99." in result.output


def test_the_shipped_files_have_no_faults() -> None:
    result = run("check")
    assert (result.exit_code, result.output) == (0, "content/ and directory.csv: no faults.\n")


def test_an_unknown_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIGHT_DOOR_LANGAUGES", "km")
    for command in (["check"], ["directory", "import", SHIPPED], ["serve"]):
        result = run(*command)
        assert result.exit_code == 1
        assert "RIGHT_DOOR_LANGAUGES: no such setting" in result.stderr


def test_an_import_tells_what_it_changes_and_changes_it(data: Path, tmp_path: Path) -> None:
    first = run("directory", "import", SHIPPED)
    number = len(directory.read(SHIPPED, TODAY))
    assert f"{number} added, 0 changed, 0 closed, 0 kept, 0 removed, 0 the same." in first.stdout
    assert f"{number} services are in the directory." in first.stdout
    again = run("directory", "import", changed(tmp_path / "new.csv", "kh-lscw", cost="a fee", hours="Tu 08:00-12:00"))
    assert again.exit_code == 0
    assert again.stdout.startswith('~ kh-lscw, hours: "24/7" -> "Tu 08:00-12:00"\n~ kh-lscw, cost: "free" -> "a fee"\n')
    assert f"0 added, 1 changed, 0 closed, 0 kept, 0 removed, {number - 1} the same." in again.stdout
    assert next(s for s in stored(data)[1] if s.id == "kh-lscw")["cost"] == "a fee"


def test_a_dry_run_tells_the_same_and_changes_nothing(data: Path, tmp_path: Path) -> None:
    run("directory", "import", SHIPPED)
    before = stored(data)
    result = run("directory", "import", changed(tmp_path / "new.csv", "kh-lscw", cost="a fee"), "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.startswith('~ kh-lscw, cost: "free" -> "a fee"\n')
    assert "Dry run: nothing was changed." in result.stdout
    assert stored(data) == before


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("phones", "tel:*21*012345678#"),
        ("province", "TH-10"),
        ("hours", "Mo-Fr 9-25"),
        ("url", "javascript:alert(1)"),
        ("categories", "police;yoga"),
        ("name_local", "a\u202eb"),
    ],
)
def test_a_bad_cell_stops_an_import_and_names_file_row_and_column(
    data: Path, tmp_path: Path, column: str, cell: str
) -> None:
    run("directory", "import", SHIPPED)
    before = stored(data)
    row = 2 + [service.id for service in directory.read(SHIPPED, TODAY)].index("kh-lscw")
    result = run("directory", "import", changed(tmp_path / "new.csv", "kh-lscw", **{column: cell}))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"new.csv: row {row}, {column}: ")
    assert result.stderr.endswith("1 fault. Nothing was changed or served.\n")
    assert result.stdout == ""
    assert stored(data) == before


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfei\0d\0", b"\xc4\xd0\xe0", b'"', b"PK\x03\x04", b"x" * 200_000],
    ids=["empty", "UTF-16", "Windows-1258", "quote", "zip", "200 kB"],
)
def test_a_file_that_is_no_directory_stops_an_import_and_is_named(data: Path, tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "new.csv"
    file.write_bytes(body)
    result = run("directory", "import", file)
    assert result.exit_code == 1
    assert result.stderr.startswith("new.csv: ")
    assert not (data / "content.db").exists()


def test_an_import_without_an_emergency_service_of_the_rules_is_refused(data: Path, tmp_path: Path) -> None:
    result = run("directory", "import", changed(tmp_path / "new.csv", "kh-police-117", status="closed"))
    assert result.exit_code == 1
    assert "rules/kh.md: emergency: 'kh-police-117' is no open service" in result.stderr
    assert stored(data) == ("", ())


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    result = run("directory", "import", tmp_path / "nowhere.csv")
    assert result.exit_code == 2
    assert "nowhere.csv" in result.stderr


def test_what_is_exported_imports_as_no_change(data: Path, tmp_path: Path) -> None:
    run("directory", "import", changed(tmp_path / "new.csv", "kh-lscw", cost="=1+1", services="'@ the desk\n+ more"))
    before = stored(data)
    exported = tmp_path / "out.csv"
    assert run("directory", "export", exported).exit_code == 0
    result = run("directory", "import", exported)
    assert f"0 added, 0 changed, 0 closed, 0 kept, 0 removed, {len(before[1])} the same." in result.stdout
    assert stored(data) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "new.csv", "out.csv"]


def test_an_export_into_a_folder_that_is_missing_is_told_in_words(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["directory", "export", str(tmp_path / "nowhere" / "out.csv")])
    assert isinstance(result.exception, SystemExit), f"a traceback: {result.exception!r}"
    assert "nowhere" in result.stderr


def test_a_data_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "taken").write_text("a file")
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path / "taken"))
    result = CliRunner().invoke(main, ["directory", "import", str(SHIPPED)])
    assert isinstance(result.exception, SystemExit), f"a traceback: {result.exception!r}"
    assert "RIGHT_DOOR_DATA" in result.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104
def test_nobody_else_is_served_before_an_origin_is_set(data: Path, host: str) -> None:
    data.write_text("no folder: should the refusal fail, nothing can be served")
    result = run("serve", "--host", host)
    assert result.exit_code == 1
    assert "RIGHT_DOOR_ORIGIN: " in result.stderr


def test_a_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "door")
    result = run("serve")
    assert result.exit_code == 2
    assert "'door' is not a valid integer" in result.stderr


def test_serve_fills_an_empty_directory_says_where_it_is_open_and_answers(data: Path) -> None:
    port = free_port()
    command = [sys.executable, "-c", "from pwa.cli import main; main()", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            assert server.stdout
            line = server.stdout.readline()
            number = sum(service["status"] == "open" for service in directory.read(SHIPPED, TODAY))
            assert line == f"Right Door is open at http://localhost:{port} with {number} services. Ctrl+C ends it.\n"
            with urllib.request.urlopen(f"http://localhost:{port}/en/kh-12/", timeout=10) as answer:
                assert b"tel:117" in answer.read()
        finally:
            server.terminate()
        assert server.stdout.read() == ""
    assert len(stored(data)[1]) == len(directory.read(SHIPPED, TODAY))


def test_a_stored_row_that_an_older_release_let_in_stops_the_start_by_row_and_can_be_replaced(data: Path) -> None:
    run("directory", "import", SHIPPED)
    db = open_content(data)
    db.execute("update services set phones = '117 118' where id = 'kh-police-117'")
    db.conn.commit()
    db.close()
    result = run("serve", "--port", str(free_port()))
    assert result.exit_code == 1
    assert ", phones: " in result.stderr
    assert run("directory", "import", SHIPPED).exit_code == 0
