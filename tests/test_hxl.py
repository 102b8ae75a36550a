import csv
import io

import hxl
import pytest

from pwa import figure_names
from pwa.config import ROOT
from pwa.domain import areas, figures
from pwa.domain import hxl as ours
from pwa.domain.figures import Reporting, Table

ATLAS = areas.load(ROOT / "content" / "places.yaml", ("KH", "TH"))


def table(name: str = "2026-Q3") -> Table:
    counts = {("kh-12",): (23, 11), ("kh-1",): (13, 4), ("kh-2",): (9, 4), ("kh-3", "kh-8"): (2, 2), ("kh",): (9, 0)}
    return figures.release(name, [Reporting(area, 3, *pair, before=True) for area, pair in counts.items()])


def text(table: Table, atlas: areas.Atlas = ATLAS) -> str:
    return ours.dump(
        table,
        lambda slugs: figure_names.places(atlas, slugs, "en"),
        lambda figure: figure_names.said(figure, len(table.periods)),
    )


def read(content: str) -> hxl.model.Dataset:
    """The file as HXL's own library reads it, with the mark that a spreadsheet wants at its beginning."""
    return hxl.data(io.BytesIO(content.encode("utf-8-sig")))


def test_the_hxl_library_reads_the_file_and_finds_its_tags() -> None:
    source = read(text(table()))
    assert source.display_tags == list(ours.COLUMNS.values())
    # The library leaves the mark in the first heading, which is no tag.
    assert [heading.lstrip("\ufeff") for heading in source.headers] == list(ours.COLUMNS)
    assert len(list(source)) == 5 * 2 + 2 * 2


def test_the_hxl_library_finds_no_fault_by_the_standard_schema() -> None:
    found: list[hxl.validation.HXLValidationException] = []
    hxl.schema(None, callback=found.append).validate(read(text(table())))
    assert [(one.message, one.value) for one in found if one.rule.severity != "info"] == []
    # It would say so of a word among numbers.
    hxl.schema(None, callback=found.append).validate(read(text(table()).replace(",15,", ",many,")))
    assert any(one.rule.severity == "error" for one in found)


def test_a_tool_can_calculate_with_what_is_shown_and_stumbles_over_nothing() -> None:
    told = read(text(table())).with_rows("#meta+row=area")
    told = told.with_rows("#indicator+name=disclosures received").cache()
    found = {row.get("#adm1+name"): row for row in told}
    assert found["Phnom Penh"].get("#indicator+about") == "25"
    assert found["Battambang"].get("#indicator+text") == "fewer than 10, possibly none"
    assert not found["Battambang"].get("#indicator+about")
    assert [row.get("#indicator+max") for row in told] == ["9", "17", "27", "9", "9"]
    summed = list(told.count(["#date+start"], "sum(#indicator+about) as Sum#indicator+sum"))
    assert summed[0].get("#indicator+sum") == 40


def test_a_sum_is_marked_as_one_so_that_no_tool_adds_it_again() -> None:
    rows = list(read(text(table())).with_rows("#meta+row!=area"))
    said = {(row.get("#meta+row"), row.get("#indicator+name")): row.get("#indicator+text") for row in rows}
    assert said == {
        ("areas shown together", "disclosures received"): "about 40",
        ("other areas together", "disclosures received"): "about 20 or more",
        ("areas shown together", "referrals made"): "about 10",
        ("other areas together", "referrals made"): "about 10",
    }
    capped = next(row for row in rows if row.get("#indicator+text") == "about 20 or more")
    assert [capped.get(f"#indicator+{name}") for name in ("about", "min", "max")] == [None, "18", None]


def test_a_joined_area_is_a_list_of_codes() -> None:
    rows = list(read(text(table())).expand_lists("#adm1+code", separator="|").with_rows("#adm1+name~Kandal"))
    assert {row.get("#adm1+code") for row in rows} == {"KH-3", "KH-8"}
    country = next(iter(read(text(table())).with_rows("#adm1+name~no province")))
    assert (country.get("#country+code"), country.get("#adm1+code")) == ("KH", None)


@pytest.mark.parametrize("name", ["2026-Q3", "2026"])
def test_every_row_carries_the_caveat(name: str) -> None:
    one = table() if name != "2026" else figures.year("2026", [table("2026-Q3"), table("2026-Q4")])
    rows = list(read(text(one)))
    assert rows
    assert {row.get("#meta+caveat") for row in rows} == {"counts of reports, not of violence; more may mean more trust"}


def test_a_year_has_bounds_and_no_number_where_a_period_is_withheld() -> None:
    year = figures.year("2026", [table("2026-Q3"), table("2026-Q4")])
    rows = list(read(text(year)).with_rows("#indicator+name=referrals made"))
    hills = next(row for row in rows if row.get("#adm1+name") == "Banteay Meanchey")
    found = [hills.get(tag) for tag in ("#date+start", "#date+end", "#indicator+about", "#indicator+min")]
    assert found == ["2026-07-01", "2026-12-31", None, "0"]
    assert hills.get("#indicator+text") == "fewer than 10 in each of 2 periods, possibly none"
    assert hills.get("#indicator+max") == "18"


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@A1", " =1+1", "\t=1", "＝1", '=cmd|"/c x"!A1'])
def test_no_cell_can_run_as_a_formula(name: str) -> None:
    content = ours.dump(table(), lambda slugs: name, lambda figure: name)
    for row in list(csv.reader(io.StringIO(content)))[2:]:
        assert not any(cell.lstrip()[:1] in ("=", "+", "-", "@", "＝") for cell in row if cell)
        assert row[4] in (f"'{name}", "")


def test_an_empty_table_is_a_file_with_its_tags_alone() -> None:
    source = read(text(figures.release("2026-Q3", [])))
    assert source.display_tags == list(ours.COLUMNS.values())
    assert list(source) == []
