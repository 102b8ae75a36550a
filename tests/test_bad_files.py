"""Files as they come: saved wrongly, cut, pasted together, or made to do harm. Each is refused whole, and says why."""

import csv
import datetime as dt
import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pwa.cli import main
from pwa.config import NAMES, ROOT
from pwa.domain import directory, spreadsheet
from pwa.domain.directory import COLUMNS
from pwa.domain.faults import FaultsFoundError
from pwa.store import services
from pwa.store.db import open_content

SHIPPED = (ROOT / "directory.csv").read_bytes()
TODAY = dt.date(2026, 11, 23)
FORMULA = '=HYPERLINK("https://evil.example","Help")'
COMMAND = [sys.executable, "-c", "from pwa.cli import main; main()"]


def shipped() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(SHIPPED.decode(), newline="")))


ROW = 2 + [row["id"] for row in shipped()].index("kh-lscw")


def with_cells(**cells: str) -> bytes:
    """The shipped file with other words in one row."""
    rows = shipped()
    rows[ROW - 2] |= cells
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def with_line(change: Callable[[bytes], bytes]) -> bytes:
    """The shipped file with that row written otherwise."""
    lines = SHIPPED.splitlines(keepends=True)
    lines[ROW - 1] = change(lines[ROW - 1])
    return b"".join(lines)


@dataclass(frozen=True)
class Bad:
    """A file, the column of the row that is at fault, and words of the message: what is wrong, what would be right."""

    name: str
    body: bytes
    column: str
    wrong: str
    right: str
    row: int = ROW


SAVE = "Save the sheet as CSV UTF-8"
CELLS = {
    "a NUL": ("location", {"location": "a\0b"}, "hidden control character", "Type the words anew"),
    "a right-to-left override": (
        "name_local", {"name_local": "a\u202eb"}, "turns the direction", "Type the words anew",
    ),
    "an isolate": ("services", {"services": "a\u2067b"}, "turns the direction", "Type the words anew"),
    "a cell of 3,000 letters": ("cost", {"cost": "x" * 3_000}, "has 3,000 letters", "At most 2,000."),
    "an id that another has": ("id", {"id": "kh-police-117"}, "'kh-police-117' stands in row", "an id of its own"),
    "a category that is none": ("categories", {"categories": "legal;yoga"}, "'yoga'", "There are hotline, police"),
    "a province of another country": (
        "province", {"province": "TH-10"}, "'TH-10' is no province of KH", "Write its ISO 3166-2 code",
    ),
    "a check in the future": (
        "checked_on", {"checked_on": "2999-01-01", "checked_by": "desk"}, "2999-01-01 is in the future",
        "Write the day of the check",
    ),
    "a source of the future": (
        "source_date", {"source": "A <https://example.org/>", "source_date": "2999"}, "2999 is in the future",
        "Write the date that the source gives",
    ),
    "a day that no calendar has": (
        "checked_on", {"checked_on": "2026-02-30", "checked_by": "desk"}, "'2026-02-30' is no date", "Write 2026-11-23",
    ),
    "a formula in a name": ("name", {"name": FORMULA}, "has a formula", "Write the words themselves"),
    "a formula behind an apostrophe": ("cost", {"cost": f"'{FORMULA}"}, "has a formula", "Write the words themselves"),
    "a formula in a number": ("phones", {"phones": FORMULA}, "is no number", "Write it as +855 23 997 919 or 117"),
    "a formula that starts a program": (
        "for_whom", {"for_whom": "@SUM(1+1)*cmd|' /C calc'!A0"}, "has a formula", "Write the words themselves",
    ),
    "a formula after a semicolon": (
        "services", {"services": f"Free advice; {FORMULA}"}, "has a formula", "Write the words themselves",
    ),
    "+855 with too few digits": ("phones", {"phones": "+855 23 99"}, "fits no number plan of KH", "Check the digits"),
    "+855 as a sheet rewrites it": (
        "phones", {"phones": "8.55239E+10"}, "'8.55239E+10' is no number", "Write it as +855 23 997 919",
    ),
    "+855 without its plus": (
        "phones", {"phones": "85523997919"}, "'85523997919' has lost its +", "Write 023 997 919 or +855 23 997 919",
    ),
    "a number without its nought": (
        "phones", {"phones": "117; 23997919 [office]"}, "'23997919' has lost its leading 0", "Write 023 997 919",
    ),
    "a number of noughts": ("phones", {"phones": "0000000000"}, "'0000000000'", "Check the digits with the service"),
    "a code that diverts calls": (
        "phones", {"phones": "tel:*21*012345678#"}, "has * or #, which can start a service", "Leave the number out",
    ),
    "a script as a site": ("url", {"url": "javascript:alert(1)"}, "is no address of a site", "Write https://"),
    "a site with a password": ("url", {"url": "https://a:b@evil.example/"}, "is no address of a site", "Write https://"),
    "hours beyond the day": ("hours", {"hours": "Mo-Fr 9-25"}, "is no opening_hours", "Write Mo-Fr 08:00-17:00"),
}  # fmt: skip
BAD = [
    Bad("UTF-16", SHIPPED.decode().encode("utf-16"), "id", "is not UTF-8", SAVE, row=1),
    Bad("UTF-16 without a mark", SHIPPED.decode().encode("utf-16-le"), "id", "is not UTF-8", SAVE, row=1),
    Bad("Windows-1258", with_cells(name_local="Đà Nẵng").replace("Đà Nẵng".encode(), "Đà".encode("cp1258")),
        "name_local", "is not UTF-8", SAVE),
    Bad("a file cut inside a letter", SHIPPED[: SHIPPED.index("ា".encode()) + 1], "", "is not UTF-8", SAVE, row=0),
    Bad("two marks", b"\xef\xbb\xbf" * 2 + SHIPPED, "id", "Here stands '\\ufeffid'", "must be the columns id,", row=1),
    Bad("semicolons", SHIPPED.replace(b",", b";"), "id", "Here stands 'id;country;", "must be the columns id,", row=1),
    Bad("a column less", SHIPPED.replace(b",source_date", b"", 1), "source_date", "Here stands nothing",
        "must be the columns id,", row=1),
    Bad("a lone quote", with_line(lambda line: line.replace(b"kh-lscw,KH,", b'kh-lscw,"KH,', 1)), "country",
        "has a lone quote", "Write a quote inside a cell twice"),
    Bad("a word after a quote", with_line(lambda line: line.replace(b"kh-lscw,KH,", b'kh-lscw,"K"H,', 1)), "country",
        "has a lone quote", "Write a quote inside a cell twice"),
    Bad("a cell of 200 kB", with_cells(services="x" * 200_000), "services", "has 200,000 letters", "At most 2,000."),
    Bad("a quoted cell of 200 kB", with_cells(services="x, " * 66_667), "services", "has 200,001 letters",
        "At most 2,000."),
    Bad("100,000 columns", with_line(lambda line: line.rstrip() + b"," * 99_973 + b"\n"), "column 28",
        "has 100,000 cells, not 27", "Write one for each column and none more"),
    Bad("a row cut short", with_line(lambda line: b"kh-lscw,KH\n"), "province", "has 2 cells, not 27",
        "Write one for each column"),
    Bad("a row without an end", with_line(lambda line: line.rstrip() + b"x" * 1_100_000), "id", "goes on for 1,000,000",
        "Look before it for a line that has no end"),
    *(Bad(name, with_cells(**cells), column, wrong, right) for name, (column, cells, wrong, right) in CELLS.items()),
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped directory."""
    folder = tmp_path_factory.mktemp("filled")
    db = open_content(folder)
    services.replace_all(db, directory.read(ROOT / "directory.csv", TODAY), TODAY)
    db.close()
    return folder


@pytest.fixture(autouse=True)
def data(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder, and no other setting."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path / "data"))
    return shutil.copytree(filled, tmp_path / "data")


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def stored(data: Path) -> dict[str, bytes]:
    """The bytes of every file in the data folder; an empty log of SQLite is none."""
    return {
        file.name: body for file in data.iterdir() if (body := file.read_bytes()) and not file.name.endswith("-shm")
    }


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_a_bad_file_says_row_column_wrong_and_right_and_nothing_is_imported(
    data: Path, tmp_path: Path, bad: Bad
) -> None:
    before = stored(data)
    file = tmp_path / "new.csv"
    file.write_bytes(bad.body)
    result = run("directory", "import", file)
    assert result.exit_code == 1
    assert result.stdout == ""
    fault, number = result.stderr.splitlines()
    assert number == "1 fault. Nothing was changed or served."
    where = rf"row {bad.row or '[0-9]+'}, {bad.column or '[a-z_]+'}"
    assert re.match(rf"new\.csv: {where}: ", fault), fault
    assert bad.wrong in fault and bad.right in fault, fault
    assert len(fault) < 2_500
    assert fault.isprintable()
    assert stored(data) == before


@pytest.mark.parametrize("how", ["--dry-run", "--replace"])
def test_a_dry_run_and_a_replacement_refuse_the_same(data: Path, tmp_path: Path, how: str) -> None:
    before = stored(data)
    file = tmp_path / "new.csv"
    file.write_bytes(with_cells(hours="Mo-Fr 9-25", url="javascript:alert(1)"))
    result = run("directory", "import", file, how)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == run("directory", "import", file).stderr
    assert stored(data) == before


def test_the_check_tells_the_same_of_the_shipped_file_as_an_import_does(data: Path, tmp_path: Path) -> None:
    for name in ("pwa", "content"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    file = tmp_path / "directory.csv"
    file.write_bytes(SHIPPED)
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def check() -> subprocess.CompletedProcess[str]:
        return subprocess.run([*COMMAND, "check"], cwd=tmp_path, env=environ, capture_output=True, text=True)

    assert check().stdout == "content/ and directory.csv: no faults.\n"
    for body in (BAD[0].body, with_cells(hours="Mo-Fr 9-25", url="javascript:alert(1)", name=FORMULA)):
        file.write_bytes(body)
        checked, imported = check(), run("directory", "import", file)
        assert (checked.returncode, checked.stdout) == (1, "")
        assert checked.stderr == imported.stderr
    assert [line.split(": ")[1] for line in checked.stderr.splitlines()[:-1]] == [
        f"row {ROW}, {column}" for column in ("name", "url", "hours")
    ]


def test_a_mark_before_the_file_is_no_fault(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    file.write_bytes(b"\xef\xbb\xbf" + SHIPPED)
    assert run("directory", "import", file).stdout.splitlines()[0] == f"= {len(shipped())} the same"


def test_a_plus_and_leading_noughts_come_back_from_an_import_and_an_export_as_they_were(tmp_path: Path) -> None:
    file, out = tmp_path / "new.csv", tmp_path / "out.csv"
    phones = "+855 23 997 919; 023 997 919 [office]; 0800 123 456"
    file.write_bytes(with_cells(phones=phones, messaging="whatsapp +855 12 345 678", cost="007"))
    assert run("directory", "import", file).exit_code == 0
    assert run("directory", "export", out).exit_code == 0
    with out.open(encoding="utf-8-sig", newline="") as opened:
        (row,) = (row for row in csv.DictReader(opened) if row["id"] == "kh-lscw")
    assert row["phones"] == f"'{phones}"
    assert (row["messaging"], row["cost"]) == ("whatsapp +855 12 345 678", "007")
    assert run("directory", "import", out, "--dry-run").stdout.splitlines()[0] == f"= {len(shipped())} the same"


def test_a_thousand_faults_are_told_and_the_rest_is_not_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    head, row, *_ = SHIPPED.splitlines(keepends=True)
    file.write_bytes(head + row * 100_000)
    *told, last, number = run("directory", "import", file).stderr.splitlines()
    assert len(told) == directory.MOST_FAULTS
    assert last == "new.csv: row 1003: is the last that was looked at. Mend these faults first."
    assert number == "1001 faults. Nothing was changed or served."


def test_a_file_too_large_for_a_directory_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "new.csv"
    with file.open("wb") as opened:
        opened.truncate(directory.MOST_BYTES + 1)
    result = run("directory", "import", file)
    assert result.stderr.startswith("new.csv: file: has 200 MB. At most 200: part it")


def faults_of(body: bytes) -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "new.csv"
        file.write_bytes(body)
        try:
            directory.read(file, TODAY)
        except FaultsFoundError as error:
            return [str(fault) for fault in error.faults]
    return []


def mutated(changes: list[tuple[int, int, bytes]]) -> bytes:
    """The shipped file with, for each change, some bytes from a place on taken out and others put in."""
    body = bytearray(SHIPPED)
    for place, taken, put in changes:
        at = place % (len(body) + 1)
        body[at : at + taken] = put
    return bytes(body)


PIECES = [
    b'"',
    b",",
    b"\n",
    b"\r",
    b"\0",
    b"'",
    b"=",
    b"+",
    b";",
    b"\xff",
    b"\xef\xbb\xbf",
    b'""',
    b",,",
    b"\n\n",
    b"|",
]
WHOLE = [FORMULA.encode(), "\u202e".encode(), "Đ".encode("cp1258"), b"x" * 3_000, b"," * 500, b"*21*#", b"Mo-Fr 9-25"]
CHANGES = st.tuples(
    st.integers(0, 10**6), st.integers(0, 80) | st.integers(0, 10**5), st.sampled_from([*PIECES, *WHOLE]) | st.binary()
)


@settings(deadline=None, max_examples=60)
@given(st.lists(CHANGES, min_size=1, max_size=8).map(mutated))
@example(SHIPPED[:-1])
@example(SHIPPED.replace(b"\n", b"\r"))
@example(SHIPPED.replace(b",", b"\t"))
@example(SHIPPED * 2)
def test_any_change_of_the_shipped_file_is_a_directory_or_faults_in_rows(body: bytes) -> None:
    assert all(re.match(r"new\.csv: row \d+(, (column \d+|[a-z_]+))?: .", fault) for fault in faults_of(body))


MEGABYTES = 8
HEAVY = {
    "one quote": SHIPPED + b'"' + b"x\n" * (MEGABYTES * 500_000),
    "quotes": SHIPPED + b'"' * (MEGABYTES * 1_000_000),
    "commas": SHIPPED + b"," * (MEGABYTES * 1_000_000),
    "empty rows": SHIPPED + b"\n" * (MEGABYTES * 1_000_000),
    "rows of empty cells": SHIPPED + (b"," * 26 + b"\n") * (MEGABYTES * 37_000),
    "a letter": b"x" * (MEGABYTES * 1_000_000),
    "NUL": SHIPPED + b"\0" * (MEGABYTES * 1_000_000),
    "signs": with_cells(services="\n=" * 60_000),
    "numbers": with_cells(phones="1;" * 1_000),
    "hours": with_cells(hours="Mo 08:00-09:00,10:00-11:00; " * 70 + "Tu off"),
}


@pytest.mark.parametrize("body", HEAVY.values(), ids=HEAVY)
def test_a_heavy_file_costs_little_before_it_is_refused(body: bytes) -> None:
    begin = time.process_time()
    tracemalloc.start()
    try:
        assert len(faults_of(body)) <= directory.MOST_FAULTS + 1
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
    assert time.process_time() - begin < 10


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.text() | st.sampled_from([FORMULA, f"'{FORMULA}", "+1", "-1", "@a", "\ta", "\ra"])] * 3))
)
def test_whatever_is_stored_an_export_has_no_cell_that_runs_and_reads_back_the_same(
    rows: list[tuple[str, str, str]],
) -> None:
    text = "".join(spreadsheet.lines(("a", "b", "c"), rows))
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    read = spreadsheet.rows(io.StringIO(text, newline=""), "a.csv", ("a", "b", "c"))
    assert [tuple(row) for _, row in read] == rows
