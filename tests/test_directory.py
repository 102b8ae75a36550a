import contextlib
import csv
import datetime as dt
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain import directory
from pwa.domain.cells import LONGEST_CELL, faults_of
from pwa.domain.directory import COLUMNS, Reference, Service
from pwa.domain.faults import FaultsFoundError
from pwa.domain.phones import Phone
from pwa.store import services
from pwa.store.db import open_content

TODAY = dt.date(2026, 11, 23)
ROW = dict.fromkeys(COLUMNS, "") | {
    "id": "kh-desk", "country": "KH", "categories": "police", "name": "Help desk", "confidential": "no",
    "interpreter": "unknown", "asks_for_papers": "unknown", "may_report": "unknown", "access": "unknown",
    "status": "open", "source": "A list <https://example.org/list>", "source_date": "2025",
}  # fmt: skip
SHELTER = {"categories": "shelter", "confidential": "yes"}
HIDDEN = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Without the brackets that would make a formula of what begins as one.
LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=HIDDEN + "(|!")
LETTERS |= st.sampled_from("\n\t'\",;")
FREE_TEXT = st.builds(
    "{}{}".format,
    st.sampled_from(["", "=", "+", "-", "@", "\t", "'", "''=", "'+", '"', ",", "\n", "=HYPERLINK ", "0"]),
    st.text(LETTERS, max_size=20),
)
ROWS = st.fixed_dictionaries(
    {column: FREE_TEXT for column in ("name_local", "services", "location", "cost", "for_whom")}
    | {
        "id": st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
        "name": FREE_TEXT.map(lambda text: f"=x{text}".replace("\n", " ")),
        "categories": st.sampled_from(["police", "hotline;health", "training; economic"]),
        "phones": st.sampled_from(["", "117", "+855 23 997 919 [=office]", "023 997 919; 1288 [a]"]),
        "hours": st.sampled_from(["", "24/7", "Mo-Fr 08:00-17:00"]),
        "province": st.sampled_from(["", "KH-12"]),
        "checked_on": st.dates(dt.date(2020, 1, 1), TODAY).map(str),
        "checked_by": FREE_TEXT.map(lambda text: f"-{text}"),
    }
)


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([COLUMNS, *((ROW | row).values() for row in rows)])
    return out.getvalue()


def parsed(*rows: dict[str, str]) -> tuple[Service, ...]:
    return tuple(directory.parse(table(*rows), "directory.csv", TODAY))


def places(*rows: dict[str, str]) -> list[str]:
    """Where the faults of these rows are."""
    try:
        parsed(*rows)
    except FaultsFoundError as error:
        return [fault.where for fault in error.faults]
    return []


def refused(file: Path) -> list[tuple[str, str]]:
    """Where the faults of a file are, after it was refused; the directory before it is whole."""
    db = open_content(file.parent / "data")
    services.replace_all(db, parsed({"id": "kh-before"}), TODAY)
    with pytest.raises(FaultsFoundError) as found:
        services.replace_all(db, directory.read(file, TODAY), TODAY)
    assert [service.id for service in services.everything(db)] == ["kh-before"]
    db.close()
    return [(fault.file, fault.where) for fault in found.value.faults]


def test_a_row_is_worked_out_into_what_a_page_shows() -> None:
    (service,) = parsed(
        {"categories": "hotline; legal", "phones": "117 [day]", "hours": "24/7", "languages": "km;en"}
        | {"source": "One <https://a.example/> | Two, 2 <http://b.example/x>", "source_date": "c. 2015 | undated"}
    )
    assert service.id == service["id"] == "kh-desk"
    assert service.categories == ("hotline", "legal")
    assert service.phones == (Phone("117", "117", "day", abroad=False),)
    assert service.spans == ((0, 10080),)
    assert service.languages == ("km", "en")
    assert service.references == (
        Reference("One", "https://a.example/", "c. 2015"),
        Reference("Two, 2", "http://b.example/x", "undated"),
    )
    assert not service.confidential


@settings(deadline=None, max_examples=60)
@given(st.lists(ROWS, max_size=4, unique_by=lambda row: row["id"]))
def test_what_is_written_out_reads_back_the_same_and_holds_no_formula(rows: list[dict[str, str]]) -> None:
    whole = [ROW | row for row in rows]
    assert [list(faults_of(row, TODAY)) for row in whole] == [[] for _ in whole]
    found = [directory.from_cells(tuple(row.values())) for row in whole]
    written = directory.dump(found)
    assert list(directory.parse(written, "directory.csv", TODAY)) == found
    for row in csv.reader(io.StringIO(written, newline="")):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@settings(deadline=None)
@given(st.text() | st.text().map(lambda text: table() + text), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_text_is_a_directory_or_faults(text: str, ending: str) -> None:
    with contextlib.suppress(FaultsFoundError):
        directory.parse(text.replace("\r\n", ending), "directory.csv", TODAY)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(COLUMNS), FREE_TEXT | st.text(), min_size=1))
def test_any_cell_is_accepted_or_a_fault_in_its_row(cells: dict[str, str]) -> None:
    assert all(place.startswith("row 2, ") for place in places(cells))


@settings(deadline=None, max_examples=60)
@given(st.binary() | st.binary().map(lambda body: table().encode() + body))
def test_any_bytes_are_a_directory_or_faults(body: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(FaultsFoundError):
        file = Path(folder) / "directory.csv"
        file.write_bytes(body)
        directory.read(file, TODAY)


def test_a_byte_order_mark_is_accepted(tmp_path: Path) -> None:
    file = tmp_path / "directory.csv"
    file.write_text(table({}), encoding="utf-8-sig")
    assert tuple(directory.read(file, TODAY)) == parsed({})


@pytest.mark.parametrize(
    ("body", "where"),
    [
        pytest.param(table({}).encode("utf-16"), "row 1", id="UTF-16"),
        pytest.param(table({}).encode("utf-16-le"), "row 1", id="UTF-16 without mark"),
        pytest.param(table({"name": "Đà"}).encode("cp1258"), "row 2", id="Windows-1258"),
        pytest.param(table({}, {"id": "b", "location": "a\0b"}).encode(), "row 3, location", id="NUL"),
        pytest.param(table({}).replace("Help desk", '"Help desk').encode(), "row 2", id="lone quote"),
        pytest.param(table({}).replace("Help desk", '"Help" desk').encode(), "row 2", id="word after a quote"),
        pytest.param(table({}, {"id": "b", "services": "x" * 200_000}).encode(), "row 3", id="200 kB"),
        pytest.param(table({}).encode() + b"," * 99_999 + b"\n", "row 3", id="100,000 columns"),
        pytest.param(table({}).replace("phones", "phone").encode(), "row 1", id="another column"),
        pytest.param(table({}).replace(",", ";").encode(), "row 1", id="semicolons"),
        pytest.param(b"", "row 1", id="empty"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_by_its_row(tmp_path: Path, body: bytes, where: str) -> None:
    file = tmp_path / "services.csv"
    file.write_bytes(body)
    ((name, place),) = refused(file)
    assert name == "services.csv"
    assert place.startswith(where)


@pytest.mark.parametrize(
    ("column", "cells"),
    [
        ("id", {"id": "KH desk"}),
        ("id", {"id": "kh-first"}),
        ("country", {"country": "Cambodia"}),
        ("province", {"province": "TH-10"}),
        ("province", {"province": "KH-99"}),
        ("province", {"country": "VN", "province": "VN-dn"}),
        ("province", {"country": "ID", "province": "ID-JW"}),
        ("categories", {"categories": "police;yoga"}),
        ("categories", {"categories": ";"}),
        ("name", {"name": ""}),
        ("name_local", {"name_local": "Help \u202eksed"}),
        ("services", {"services": "x" * (LONGEST_CELL + 1)}),
        ("confidential", {"confidential": "maybe"}),
        ("location", SHELTER | {"location": "12 Example Street, Phnom Penh"}),
        ("location", SHELTER | {"location": "Thanon Sukhumvit"}),
        ("location", SHELTER | {"location": "Pho\u0302\u0301 Hue\u0302\u0301"}),
        ("services", SHELTER | {"services": "Beds at 12 Example Street"}),
        ("phones", SHELTER | {"phones": "117 [12 Example Street]"}),
        ("phones", {"phones": "tel:*21*012345678#"}),
        ("phones", {"phones": '=HYPERLINK("http://evil.example")'}),
        ("messaging", {"messaging": "whatsapp 117"}),
        ("email", {"email": "desk at example.org"}),
        ("email", {"email": "desk@example.org?bcc=other%40example.com"}),
        ("url", SHELTER | {"url": "https://maps.google.com/?q=11.55,104.91"}),
        ("name", SHELTER | {"name": "Shelter at 11.5564, 104.9282"}),
        ("url", {"url": "javascript:alert(1)"}),
        ("url", {"url": "https://[::1"}),
        ("hours", {"hours": "Mo-Fr 9-25"}),
        ("languages", {"languages": "km;khmerish"}),
        ("interpreter", {"interpreter": "perhaps"}),
        ("for_nationals", {"for_nationals": "Indonesia"}),
        ("status", {"status": ""}),
        ("checked_on", {"checked_on": "2026-11-24", "checked_by": "Desk"}),
        ("checked_on", {"checked_on": "23/11/2026", "checked_by": "Desk"}),
        ("checked_on", {"checked_on": "20261123", "checked_by": "Desk"}),
        ("checked_on", {"checked_on": "2026-W01-1", "checked_by": "Desk"}),
        ("checked_by", {"checked_on": "2026-11-23"}),
        ("source", {"source": "A list"}),
        ("source_date", {"source_date": "2027"}),
        ("source_date", {"source_date": "2025-13-45"}),
        ("source_date", {"source_date": "2025 | 2026"}),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_a_wrong_cell_is_refused_by_file_row_and_column(tmp_path: Path, column: str, cells: dict[str, str]) -> None:
    file = tmp_path / "services.csv"
    file.write_text(table({"id": "kh-first"}, cells), encoding="utf-8", newline="")
    assert refused(file) == [("services.csv", f"row 3, {column}")]


def test_every_fault_of_a_file_is_told_at_once() -> None:
    found = places({"id": "a", "country": "kh"}, {"id": "b"}, {"id": "b", "hours": "daily", "url": "x"})
    assert set(found) == {
        "row 2, country",
        "row 4, hours",
        "row 4, url",
        "row 4, id",
    }


def test_the_day_itself_and_a_day_before_are_no_future() -> None:
    assert parsed({"checked_on": "2026-11-23", "checked_by": "Desk", "source_date": "2026-11-23"})[0].checked_on
    assert parsed({"source_date": "c. 2026"})


def test_numbers_keep_their_plus_and_their_leading_zeros() -> None:
    (service,) = parsed({"phones": "+855 23 997 919; 023 997 919"})
    assert [phone.number for phone in service.phones] == ["+855 23 997 919", "023 997 919"]


def test_one_apostrophe_before_a_formula_is_taken_away_and_no_other() -> None:
    (service,) = parsed({"cost": "'=1", "services": "''=1", "location": "'s Hertog", "for_whom": "=1"})
    assert [service[column] for column in ("cost", "services", "location", "for_whom")] == [
        "=1",
        "'=1",
        "'s Hertog",
        "=1",
    ]


def test_a_confidential_shelter_may_name_its_city() -> None:
    (service,) = parsed(SHELTER | {"location": "Phnom Penh", "phones": "117 [day and night]"})
    assert service.confidential
