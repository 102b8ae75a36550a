"""From everything that is ever published no withheld figure can be found out. Tables are gone through one by one."""

import datetime as dt
import random
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pwa import figure_names
from pwa.config import Config
from pwa.domain import figures, hxl, periods
from pwa.domain.figures import Figure, Reporting, Table
from pwa.store import releases
from pwa.store.db import immediate, open_counts
from tests.attack import Harm, Reader, Values, harmed, inverse

TOP = 14
NAMES = "abcd"
World = tuple[int, ...]


def release(told: Sequence[int], referred: Sequence[int]) -> Table:
    pairs = zip(NAMES, told, referred, strict=False)
    return figures.release("2026-Q3", [Reporting((name,), 3, d, r, before=True) for name, d, r in pairs])


def csv_of(table: Table) -> str:
    return hxl.dump(table, "+".join, lambda figure: figure_names.said(figure, len(table.periods)))


def worlds(areas: int) -> Iterable[World]:
    return product(range(TOP + 1), repeat=areas)


def hidden_disclosures(table: Table) -> list[bool]:
    return [not row.disclosures.shown for row in table.areas]


def hidden_referrals(table: Table) -> list[bool]:
    return [not row.referrals.shown for row in table.areas]


def report(harms: Sequence[Harm]) -> str:
    return "\n".join(f"{harm.page}: cell {harm.cell} is one of {sorted(harm.values)}" for harm in harms[:3])


# Every table: what the program publishes, undone.


@pytest.mark.parametrize("areas", [1, 2, 3, 4])
def test_no_table_of_disclosures_gives_away_a_withheld_area(areas: int) -> None:
    harms, pages = inverse(worlds(areas), lambda told: release(told, [0] * areas), hidden_disclosures)
    assert not harms, report(harms)
    # Each area is withheld, 10 or 15; the others are told where three or four are withheld.
    assert len(pages) == {1: 3, 2: 9, 3: 26 + 4, 4: 81 - 9 + 8 * 4 + 5}[areas]


@pytest.mark.parametrize("areas", [1, 2, 3, 4])
def test_a_reader_with_the_file_alone_finds_the_same_as_one_with_the_program(areas: int) -> None:
    _, pages = inverse(worlds(areas), lambda told: release(told, [0] * areas), hidden_disclosures)
    for table, values in pages.items():
        assert isinstance(table, Table)
        reader = Reader(NAMES[:areas])
        reader.read_period(csv_of(table))
        found = [reader.cells["2026-07-01", "disclosures received", name] for name in NAMES[:areas]]
        assert [frozenset(n for n in one if n <= TOP) for one in found] == values


@pytest.mark.parametrize("areas", [1, 2, 3])
def test_no_table_of_referrals_gives_away_a_withheld_area(areas: int) -> None:
    """Of disclosures only one thing bears on what is said of referrals: whether they are shown. So both for each."""
    for told in product((9, 12), repeat=areas):
        harms, _ = inverse(worlds(areas), partial(release, told), hidden_referrals)
        assert not harms, report(harms)


@pytest.mark.parametrize("few", range(5))
def test_no_table_of_referrals_of_four_areas_gives_away_a_withheld_one(few: int) -> None:
    """Areas differ by nothing but their names, so how many have few disclosures is enough."""
    told = [9] * few + [12] * (4 - few)
    harms, _ = inverse(worlds(4), lambda referred: release(told, referred), hidden_referrals)
    assert not harms, report(harms)


@pytest.mark.parametrize("told_in_full", [True, False])
def test_that_nobody_is_referred_who_told_nobody_gives_away_nothing(told_in_full: bool) -> None:
    """What any outsider may take for granted. Three areas; one of the numbers in full, the other at its edges."""
    full, edges = range(TOP + 1), (0, 1, 9, 10)
    told, referred = (full, edges) if told_in_full else (edges, full)
    pairs = [(d, r) for d, r in product(told, referred) if d or not r]
    harms, _ = inverse(threes(pairs), of_pairs, hidden_pairs)
    # The number that is taken at its edges has too few values to begin with: of it, only presence is asked.
    own = [harm for harm in harms if harm.present or (harm.cell % 2 == 0) == told_in_full]
    assert not own, report(own)


def test_that_nobody_is_referred_twice_gives_away_nothing() -> None:
    pairs = [(d, r) for d in range(11) for r in range(d + 1)]
    harms, _ = inverse(threes(pairs), of_pairs, hidden_pairs)
    assert not harms, report(harms)


def threes(pairs: Sequence[World]) -> Iterable[World]:
    return ((*a, *b, *c) for a, b, c in product(pairs, repeat=3))


def of_pairs(world: World) -> Table:
    return release(world[::2], world[1::2])


def hidden_pairs(table: Table) -> list[bool]:
    return [cell for both in zip(hidden_disclosures(table), hidden_referrals(table), strict=True) for cell in both]


def test_the_areas_differ_by_nothing_but_their_names() -> None:
    """So what is found out of one order of areas is found out of all."""
    draw = random.Random(5)  # noqa: S311
    for _ in range(2000):
        pairs = [(draw.choice((0, 5, 9, 10, 30)), draw.randint(0, 14)) for _ in range(draw.randint(1, 6))]
        mixed = draw.sample(range(len(pairs)), len(pairs))
        one = figures.release("2026-Q3", [Reporting((f"{n}",), 3, *pair, n % 4 > 0) for n, pair in enumerate(pairs)])
        two = figures.release(
            "2026-Q3", [Reporting((f"{mixed[n]}",), 3, *pair, n % 4 > 0) for n, pair in enumerate(pairs)]
        )
        assert (one.disclosures, one.referrals) == (two.disclosures, two.referrals)
        assert [(r.disclosures, r.referrals) for r in one.areas] == [
            (two.areas[mixed[n]].disclosures, two.areas[mixed[n]].referrals) for n in range(len(pairs))
        ]


@pytest.mark.parametrize("few", range(3, 13))
def test_no_sum_of_any_number_of_withheld_areas_gives_one_of_them_away(few: int) -> None:
    """What is said of the others depends on how many they are and on their sum: every one of these."""
    for total in range(9 * few + 1):
        told = [min(9, max(0, total - 9 * n)) for n in range(few)]
        table = figures.release(
            "2026-Q3", [Reporting((f"{n}",), 3, count, 0, before=True) for n, count in enumerate(told)]
        )
        reader = Reader(map(str, range(few)))
        reader.read_period(csv_of(table))
        assert len(reader.hidden) == 2 * few
        assert not reader.harms(), total
        assert all(n in reader.cells["2026-07-01", "disclosures received", f"{i}"] for i, n in enumerate(told))


# Rules that look as good. The same attack has to break every one of them, or it proves nothing.


def _cells(told: World, threshold: int = 10) -> tuple[object, ...]:
    return tuple("few" if n < threshold else (n + 2) // 5 * 5 for n in told)


def _others(told: World, cap: int = 20) -> object:
    rest = sum(n for n in told if n < 10)
    return "few" if rest < 10 else min((rest + 2) // 5 * 5, cap)


def total_from_the_counts(told: World) -> Hashable:
    return _cells(told), (sum(told) + 2) // 5 * 5


def zeros_shown(told: World) -> Hashable:
    return tuple(0 if n == 0 else cell for n, cell in zip(told, _cells(told), strict=True))


def lower_threshold_with_a_total(told: World) -> Hashable:
    return _cells(told, threshold=5), sum(told)


def others_for_two_areas(told: World) -> Hashable:
    cells = _cells(told)
    return cells, _others(told) if cells.count("few") >= 2 else None


def others_capped_a_step_later(told: World) -> Hashable:
    cells = _cells(told)
    return cells, _others(told, cap=25) if cells.count("few") >= 3 else None


def others_left_out_only_where_they_would_tell(told: World) -> Hashable:
    """As in the rule, with a closer look at the counts: what would prove a disclosure is withheld."""
    cells = _cells(told)
    rest = sum(n for n in told if n < 10)
    return cells, _others(told, cap=100) if cells.count("few") >= 3 and rest <= 22 else None


def table_only_where_somebody_told(told: World) -> Hashable:
    return _cells(told) if any(told) else "no figures for this period"


def hidden_few(page: Any) -> list[bool]:
    cells = page[0] if isinstance(page[0], tuple) else page
    return [cell == "few" for cell in cells]


@pytest.mark.parametrize(
    ("weakened", "areas"),
    [
        (total_from_the_counts, 3),
        (zeros_shown, 2),
        (lower_threshold_with_a_total, 3),
        (others_for_two_areas, 2),
        (others_capped_a_step_later, 3),
        (others_left_out_only_where_they_would_tell, 3),
        (table_only_where_somebody_told, 1),
    ],
)
def test_a_weaker_rule_does_not_stand_the_attack(weakened: Any, areas: int) -> None:
    harms, _ = inverse(worlds(areas), weakened, hidden_few)
    assert harms


@pytest.mark.parametrize(("new_areas_too", "told"), [(True, True), (False, False)])
def test_an_area_whose_organisations_are_known_to_have_come_after_the_period_tells_nothing_of_the_others(
    new_areas_too: bool, told: bool
) -> None:
    """Three areas of before and one that can only have none: among the others it would be one of them for nothing."""

    def publish(three: World) -> Table:
        pairs = [*zip("abc", three, strict=True), ("new", 0)]
        return figures.release("2026-Q3", [Reporting((n,), 3, d, 0, new_areas_too or n != "new") for n, d in pairs])

    harms, _ = inverse(worlds(3), publish, lambda table: hidden_disclosures(table)[:3])
    assert bool(harms) is told


def test_referrals_beside_few_disclosures_would_prove_that_there_were_some() -> None:
    def without_pairs(world: World) -> Hashable:
        return _cells(world)

    pairs = [(d, r) for d, r in product(range(TOP + 1), repeat=2) if d or not r]
    harms, _ = inverse(pairs, without_pairs, hidden_few)
    assert any(harm.cell == 0 and harm.present for harm in harms)


# Years of a deployment that goes on: areas come, go and are joined, periods age, and the attacker keeps every file.

GROUPS = (
    ("kh-12",),
    ("kh-1",),
    ("kh-2",),
    ("kh-3",),
    ("kh-8",),
    ("kh-15",),
    ("kh-3", "kh-8"),
    ("kh-12", "kh-2"),
)
BEGIN = dt.date(2026, 1, 1)


class History:
    """A deployment over some periods in a real database, with all that it ever published and what was true."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.draw, self.db = random.Random(seed), open_counts(folder)  # noqa: S311
        self.config = replace(Config.from_environ({}), data=folder)
        self.files: list[tuple[str, str]] = []
        self.true: dict[tuple[str, str, str], int] = {}
        releases.freeze_due(self.db, self.config, BEGIN)

    def run(self, number: int) -> None:
        for _ in range(number):
            self._period()
        self.db.close()

    def _period(self) -> None:
        joined = self.draw.choice(((), (("kh-3", "kh-8"),), (("kh-12", "kh-2"), ("kh-3", "kh-8"))))
        kind = "half-year" if self.draw.random() < 0.2 else "quarter"
        self.config = replace(self.config, joined_areas=joined, period=kind)
        period = periods.following(releases.frozen_through(self.db), kind)
        with immediate(self.db):
            self._enrol()
            for (slug,) in GROUPS[:6]:
                for month in {period.first, period.last}:
                    pair = [self.draw.choice((0, 0, 0, 1, 3, 5, 8, 9, 10, 14, 22)) for _ in range(2)]
                    self.db.execute("insert into tallies values (?, ?, ?, ?)", [slug, month, *pair])
        self._remember(period.first_day.isoformat())
        assert releases.freeze_due(self.db, self.config, period.due) == (period.name,)
        self._publish(period.due)
        if releases.collapse_due(self.db, period.due):
            self._publish(period.due)

    def _enrol(self) -> None:
        for table in ("serves", "phones", "organisations"):
            self.db.execute(f"delete from {table}")  # noqa: S608
        for slug in {slug for group in GROUPS for slug in group}:
            for n in range(self.draw.choice((1, 2, 3, 3, 4))):
                name = f"{slug} {n}"
                self.db.execute("insert into organisations values (?, ?)", [name, name])
                self.db.execute("insert into serves values (?, ?)", [name, slug])
                self.db.execute("insert into phones values (?, ?)", [name.encode(), name])

    def _remember(self, when: str) -> None:
        for group in releases.organisations(self.db, self.config):
            marks = ",".join("?" * len(group))
            sums = f"select sum(disclosures), sum(referrals) from tallies where area in ({marks})"  # noqa: S608
            told, referred = self.db.execute(sums, group).fetchone()
            self.true[when, "disclosures received", "+".join(group)] = told
            self.true[when, "referrals made", "+".join(group)] = referred

    def _publish(self, today: dt.date) -> None:
        for name in releases.published(self.db):
            if len(name) > 4 and (table := releases.of_period(self.db, name)):
                self.files.append(("period", csv_of(table)))
        for year in range(BEGIN.year, today.year + 1):
            if table := releases.of_year(self.db, str(year)):
                self.files.append(("year", csv_of(table)))


@pytest.mark.parametrize("seed", range(12))
def test_years_of_published_files_give_away_no_withheld_figure(seed: int, tmp_path: Path) -> None:
    history = History(tmp_path, seed)
    history.run(18)
    reader, files = Reader(), list(dict.fromkeys(history.files))
    assert len([text for kind, text in files if kind == "period"]) == 18, "A period was published in two ways."
    for kind, text in files:
        (reader.read_year if kind == "year" else reader.read_period)(text)
    before = dict(reader.cells)
    reader.narrow_by_years()
    assert reader.hidden
    assert not reader.harms()
    # The sums of the years exclude nothing that the periods had left: together they tell no more than one by one.
    assert reader.cells == before
    # And the files say nothing untrue.
    assert all(history.true[key] in values for key, values in reader.cells.items())


def test_a_year_counted_from_exact_counts_would_give_away_every_quarter() -> None:
    quarters = [release([n], [0]) for n in (9, 9, 9, 8)]
    files = [csv_of(replace(table, name=f"2026-Q{n}", periods=(f"2026-Q{n}",))) for n, table in enumerate(quarters, 1)]
    exact = Figure(35, 33, 37, shown=1)
    weak = replace(figures.year("2026", quarters), periods=("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"))
    weak = replace(weak, areas=(replace(weak.areas[0], disclosures=exact),))
    reader = Reader("a")
    for text in files:
        reader.read_period(text)
    assert not reader.harms()
    reader.read_year(csv_of(weak))
    reader.narrow_by_years()
    told = [values for (_, what, _), values in reader.harms().items() if what == "disclosures received"]
    assert told == [Values(range(6, 10))] * 4


def test_a_period_published_beside_its_quarters_would_give_them_away() -> None:
    """Why periods never overlap: two quarters of fewer than ten, and their half-year counted anew."""
    harms, _ = inverse(worlds(2), lambda told: (_cells(told), _cells((sum(told),))), hidden_few)
    assert harms


@pytest.mark.parametrize(("values", "broken"), [(range(1, 10), True), (range(4), True), (range(5), False)])
def test_a_promise_is_broken_by_presence_or_by_fewer_than_five_values(values: range, broken: bool) -> None:
    assert harmed(frozenset(values)) is broken
