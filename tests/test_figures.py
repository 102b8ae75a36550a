import dataclasses
import datetime as dt
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pwa import figure_names
from pwa.config import ROOT
from pwa.domain import areas, chart, figures, periods
from pwa.domain.figures import FEW, UNSAID, Figure, Reporting, Table

COUNTS = st.integers(0, 60)
REPORTING = st.lists(st.tuples(st.integers(0, 6), COUNTS, COUNTS), max_size=9)


def release(*counts: tuple[int, int], organisations: int = 3) -> Table:
    found = [
        Reporting((f"kh-{n}",), organisations, told, referred, before=True)
        for n, (told, referred) in enumerate(counts, 1)
    ]
    return figures.release("2026-Q3", found)


def told(*counts: int) -> Table:
    return release(*((count, 0) for count in counts))


def said(figure: Figure | None) -> str:
    """A figure as safety.md writes it."""
    if figure is None:
        return "nothing"
    if figure.few:
        return "<10"
    return f"{figure.about}" if figure.most is not None else f"{figure.about}+"


# The examples of safety.md, word for word.


def test_north_2_coast_7_east_0_hills_13_capital_23() -> None:
    table = told(2, 7, 0, 13, 23)
    assert [said(row.disclosures) for row in table.areas] == ["<10", "<10", "<10", "15", "25"]
    assert said(table.disclosures.others) == "<10"
    assert f"about {said(table.disclosures.shown)} in the areas shown" == "about 40 in the areas shown"


def test_north_9_coast_9_capital_23_and_nothing_else() -> None:
    table = told(9, 9, 23)
    assert [said(row.disclosures) for row in table.areas] == ["<10", "<10", "25"]
    assert said(table.disclosures.others) == "nothing"
    assert said(table.disclosures.shown) == "25", "a rounded total of 40 would prove a disclosure in North"


def test_9_9_8_capital_23_others_20_or_more() -> None:
    table = told(9, 9, 8, 23)
    assert [said(row.disclosures) for row in table.areas] == ["<10", "<10", "<10", "25"]
    assert said(table.disclosures.others) == "20+"


def test_12_is_10_and_13_is_15() -> None:
    assert [said(row.disclosures) for row in told(12, 13).areas] == ["10", "15"]


@pytest.mark.parametrize(("withheld", "cap"), [(3, 20), (4, 25), (5, 35), (6, 45), (7, 55), (8, 65)])
def test_others_are_capped_at_the_largest_multiple_of_5_whose_interval_starts_no_higher(
    withheld: int, cap: int
) -> None:
    assert said(told(*[9] * withheld).disclosures.others) == f"{cap}+"
    assert cap - 2 <= 9 * (withheld - 1) < cap + 5 - 2


def test_a_table_in_docs_has_these_examples() -> None:
    """docs/figures.md shows them; a change of the rule that forgets the page is noticed."""
    page = (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| ") and "; " in line]
    assert len(rows) >= 4
    for counts, cells, others, shown in rows:
        table = told(*map(int, counts.split("; ")))
        assert "; ".join(said(row.disclosures) for row in table.areas) == cells
        assert said(table.disclosures.others) == others
        assert said(table.disclosures.shown) == shown.removeprefix("about ")


# The rule, piece by piece.


@pytest.mark.parametrize("count", range(10))
def test_0_to_9_all_read_the_same(count: int) -> None:
    assert told(count) == told(0)
    assert told(count).areas[0].disclosures == FEW


@pytest.mark.parametrize("count", range(10, 200))
def test_from_10_a_number_is_the_nearest_5_and_its_bounds_hold_it(count: int) -> None:
    figure = told(count).areas[0].disclosures
    assert figure.about == 5 * round(count / 5)
    assert figure.most is not None
    assert 10 <= figure.least <= count <= figure.most
    assert figure.most - figure.least <= 4


@pytest.mark.parametrize("referred", [0, 9, 10, 14, 40])
def test_where_disclosures_are_withheld_so_are_referrals_whatever_they_are(referred: int) -> None:
    assert release((9, referred)).areas[0].referrals == UNSAID
    assert release((9, referred)).referrals.shown is None


def test_few_referrals_beside_many_disclosures_are_fewer_than_10() -> None:
    assert release((40, 9)).areas[0].referrals == FEW


@pytest.mark.parametrize(("organisations", "number"), [(0, 0), (1, 0), (2, 0), (3, 1), (4, 1)])
def test_an_area_needs_three_organisations(organisations: int, number: int) -> None:
    assert len(release((40, 20), organisations=organisations).areas) == number


def test_an_area_without_three_organisations_is_in_no_sum() -> None:
    three = [Reporting((name,), 3, 4, 0, before=True) for name in "abc"]
    two = Reporting(("d",), 2, 35, 35, before=True)
    assert figures.release("2026-Q3", [*three, two]) == figures.release("2026-Q3", three)
    assert figures.release("2026-Q3", [*three[:2], two]).disclosures.others is None


def test_a_new_area_is_in_the_table_and_not_among_the_others() -> None:
    three = [Reporting((name,), 3, 9, 0, before=True) for name in "abc"]
    new = Reporting(("d",), 3, 9, 0)
    table = figures.release("2026-Q3", [*three, new])
    assert [row.new for row in table.areas] == [False, False, False, True]
    assert said(table.disclosures.others) == "20+"
    assert figures.release("2026-Q3", [*three[:2], new]).disclosures.others is None


def test_an_area_with_three_organisations_and_no_count_is_in_the_table() -> None:
    assert [row.areas for row in told(0, 12).areas] == [("kh-1",), ("kh-2",)]


def test_areas_stand_in_the_order_of_their_names_never_of_their_counts() -> None:
    for one, two in product((0, 12, 99), repeat=2):
        assert [row.areas for row in told(one, two).areas] == [("kh-1",), ("kh-2",)]


@given(REPORTING, REPORTING)
def test_the_same_pattern_of_shown_areas_decides_the_same(
    one: list[tuple[int, int, int]], two: list[tuple[int, int, int]]
) -> None:
    """What is withheld, which sums there are: told by the cells of the page and by the organisations alone."""
    tables = [
        figures.release("2026-Q3", [Reporting((f"{n}",), 3, d, r, bool(n % 4)) for n, (_, d, r) in enumerate(pairs)])
        for pairs in (one, two)
    ]
    pattern, decided = [], []
    for table in tables:
        pattern.append([(row.disclosures.shown, row.referrals.shown) for row in table.areas])
        decided.append(
            [(both.shown is None, both.others is None) for both in (table.disclosures, table.referrals)]
            + [(row.disclosures.about is None, row.referrals.most is None) for row in table.areas]
        )
    if pattern[0] == pattern[1]:
        assert decided[0] == decided[1]


@given(REPORTING)
def test_a_table_goes_out_as_one_text_and_comes_back_the_same(pairs: list[tuple[int, int, int]]) -> None:
    table = figures.release("2026-Q3", [Reporting((f"{n}", "x"), *three) for n, three in enumerate(pairs)])
    assert figures.load(figures.dump(table)) == table
    assert figures.dump(figures.load(figures.dump(table))) == figures.dump(table)


@given(REPORTING)
def test_nothing_of_a_table_is_exact(pairs: list[tuple[int, int, int]]) -> None:
    """Every number that is told of a count is a multiple of five, or one of the bounds that the rule gives to all."""
    table = figures.release("2026-Q3", [Reporting((f"{n}",), *three) for n, three in enumerate(pairs)])
    for row in table.areas:
        for figure in (row.disclosures, row.referrals):
            assert figure in (FEW, UNSAID) or (figure.about is not None and figure.about % 5 == 0)


def test_a_table_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        told(12).areas[0].disclosures.about = 12  # type: ignore[misc]


# A year is the sum of published periods.


def test_a_year_adds_what_is_shown_and_keeps_fewer_than_10_as_it_is() -> None:
    year = figures.year("2026", [told(23, 4), told(13, 5), told(9, 6), told(12, 0)])
    capital, hills = (row.disclosures for row in year.areas)
    assert capital == Figure(25 + 15 + 10, 23 + 13 + 0 + 10, 27 + 17 + 9 + 12, shown=3, few=1)
    assert hills == Figure(None, 0, 36, few=4)
    assert capital.whole is hills.whole is None
    assert year.disclosures.shown == Figure(50, 46, 56, shown=3)
    assert year.disclosures.others is None


def test_a_year_of_periods_in_words() -> None:
    words = figure_names.said
    assert words(FEW) == "fewer than 10, possibly none"
    assert words(UNSAID) == "not shown"
    assert words(Figure(25, 23, 27, shown=1)) == "about 25"
    assert words(Figure(20, 18, None, shown=1)) == "about 20 or more"
    assert words(Figure(None, 0, 36, few=4), 4) == "fewer than 10 in each of 4 periods, possibly none"
    assert words(Figure(50, 46, 65, shown=3, few=1), 4) == "about 50 in 3 periods; fewer than 10 in 1 period"
    assert words(Figure(130, 120, 140, shown=4), 4) == "about 130"
    assert words(Figure(15, 13, None, shown=1, unsaid=2), 4) == (
        "about 15 in 1 period; not shown in 2 periods; 1 period is missing"
    )


def test_an_area_that_was_joined_is_another_one_than_its_parts() -> None:
    one = figures.release("2026-Q1", [Reporting(("kh-3",), 3, 20, 0), Reporting(("kh-8",), 3, 10, 0)])
    two = figures.release("2026-Q2", [Reporting(("kh-3", "kh-8"), 3, 30, 0)])
    year = figures.year("2026", [one, two])
    assert [(row.areas, row.disclosures.about, row.disclosures.periods) for row in year.areas] == [
        (("kh-3",), 20, 1),
        (("kh-3", "kh-8"), 30, 1),
        (("kh-8",), 10, 1),
    ]


# Periods and months.


def test_a_period_is_due_fourteen_days_after_it_closes() -> None:
    assert periods.period("2026-Q3").due == dt.date(2026, 10, 15)
    assert periods.period("2026-H2").due == dt.date(2027, 1, 15)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("2026-Q1", "2026-01", "2026-03"),
        ("2026-Q4", "2026-10", "2026-12"),
        ("2026-H1", "2026-01", "2026-06"),
        ("2026-H2", "2026-07", "2026-12"),
        ("2026", "2026-01", "2026-12"),
    ],
)
def test_a_period_has_its_months(name: str, first: str, last: str) -> None:
    assert (periods.period(name).first, periods.period(name).last) == (first, last)


@pytest.mark.parametrize("name", ["", "2026-Q5", "2026-Q0", "2026-H3", "2026-07", "start", "2026-Q3 ", "٢٠٢٦"])
def test_what_is_no_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no period"):
        periods.period(name)


@given(st.lists(st.sampled_from(periods.KINDS), min_size=2, max_size=20), st.dates(dt.date(2026, 1, 1)))
def test_periods_follow_without_gap_or_overlap_however_the_setting_changes(kinds: list[str], day: dt.date) -> None:
    if day.year > 9000:
        return
    through = periods.before(periods.beginning(day, kinds[0]))
    found = [periods.period(f"{day.year}")]
    for kind in kinds:
        found.append(periods.following(through, kind))
        through = found[-1].last
    for one, two in pairwise(found[1:]):
        assert periods.before(two.first) == one.last


def test_half_years_begin_where_a_half_year_begins() -> None:
    assert periods.following("2026-03", "half-year").name == "2026-Q2"
    assert periods.following("2026-06", "half-year").name == "2026-H2"
    assert periods.following("2026-06", "quarter").name == "2026-Q3"


NOW = dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    ("month", "frozen", "kept"),
    [
        ("2026-11", "2026-09", "2026-11"),
        ("2026-10", "2026-09", "2026-10"),
        ("2026-09", "2026-09", "2026-10"),
        ("2026-02", "2026-09", "2026-10"),
        ("2027-03", "2026-09", "2026-11"),
        ("9999-99", "2026-09", "2026-11"),
        ("0000-00", "2026-09", "2026-10"),
        ("2026-00", "", "2025-12"),
        ("2026-13", "", "2026-11"),
        ("2025-12", "", "2025-12"),
        ("2025-11", "", "2025-12"),
        ("2000-01", "2025-12", "2026-01"),
        # The clock went back after a freeze.
        ("2026-11", "2026-12", "2027-01"),
    ],
)
def test_a_months_place_is_among_the_last_twelve_and_never_in_what_is_frozen(
    month: str, frozen: str, kept: str
) -> None:
    assert periods.open_month(month, NOW, frozen) == kept


@given(st.from_regex(r"\A[0-9]{4}-[0-9]{2}\Z"), st.dates(dt.date(2026, 1, 1), dt.date(2100, 1, 1)))
def test_any_month_of_a_phone_finds_an_open_one(month: str, now: dt.date) -> None:
    kept = periods.open_month(month, now, "")
    assert f"{now.year - 1}-{now.month:02}" < kept <= f"{now:%Y-%m}"
    assert 1 <= int(kept[5:]) <= 12


@pytest.mark.parametrize("month", ["", "2026", "2026-1", "2026-011", "26-11", "2026-11\n", "٢٠٢٦-١١"])
def test_what_is_no_month_is_refused(month: str) -> None:
    with pytest.raises(ValueError, match="No month"):
        periods.open_month(month, NOW, "")


# Words and bars.


def test_an_area_is_called_by_its_names_and_a_country_says_that_no_province_is_meant() -> None:
    atlas = areas.load(ROOT / "content" / "places.yaml", ("KH", "HK"))
    assert figure_names.places(atlas, ("kh-3", "kh-8"), "en") == "Kampong Cham + Kandal"
    assert figure_names.places(atlas, ("kh",), "en") == "Cambodia, no province named"
    assert "no province" not in figure_names.places(atlas, ("hk",), "en")
    assert figure_names.places(atlas, ("th-10",), "en") == "TH-10"


def test_bars_are_on_one_scale_and_leave_room_for_words() -> None:
    table = release((100, 50), (5, 0))
    assert chart.bars(table) == (
        (chart.Bar(60, 0), chart.Bar(30, 0)),
        (chart.Bar(0, 5.4), chart.Bar(0, 0)),
    )
    assert chart.bars(release((5, 0))) == ((chart.Bar(0, 60), chart.Bar(0, 0)),)
    assert chart.bars(release()) == ()


@given(COUNTS, COUNTS)
def test_a_bar_tells_no_more_than_the_words(one: int, two: int) -> None:
    """Two counts with the same words have the same bar."""
    pair = [release((one, two)), release((two, one)), release((one, one))]
    for a, b in product(pair, repeat=2):
        if a == b:
            assert chart.bars(a) == chart.bars(b)
