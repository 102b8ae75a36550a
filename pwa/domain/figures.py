"""Figures that name no one: what may be published of the counts of a period. The rule stands in docs/figures.md.

Every decision here depends on what is published by it, on the number of organisations and on nothing else, so that
no choice of words tells what a number was.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

RULE = "frozen-10-5/1"
CAVEAT = "reports-not-violence"
THRESHOLD = 10
STEP = 5
ORGANISATIONS = 3
AREAS_APART = 3


@dataclass(frozen=True)
class Reporting:
    """An area that reports, before anything is decided: its slugs (several where areas are joined), how many
    organisations are enrolled there, its counts, and whether the table of the period before had it. Never shown.
    """

    areas: tuple[str, ...]
    organisations: int
    disclosures: int
    referrals: int
    before: bool = False


@dataclass(frozen=True)
class Figure:
    """A number as it is published, of one period or of several together.

    `about` is the sum of what is shown, None where nothing is. `least` and `most` are what the rule tells of the exact
    number; None where it tells no most. `shown`, `few` and `unsaid` are how many periods are shown, are fewer than ten,
    and are not shown at all.
    """

    about: int | None
    least: int
    most: int | None
    shown: int = 0
    few: int = 0
    unsaid: int = 0

    @property
    def periods(self) -> int:
        return self.shown + self.few + self.unsaid

    @property
    def whole(self) -> int | None:
        """The rounded number where it stands for every period and is not capped, else None."""
        return self.about if self.shown == self.periods and self.most is not None else None


FEW = Figure(None, 0, THRESHOLD - 1, few=1)
UNSAID = Figure(None, 0, None, unsaid=1)


@dataclass(frozen=True)
class Row:
    """An area of the table, by its slugs in their order; `new` where the table of the period before did not have it."""

    areas: tuple[str, ...]
    disclosures: Figure
    referrals: Figure
    new: bool = False


@dataclass(frozen=True)
class Together:
    """What is said of several areas: the sum of the figures shown, and the others where three or more are not new."""

    shown: Figure | None
    others: Figure | None = None


@dataclass(frozen=True)
class Table:
    """All that is published of a period, or of the published periods of a year. Nothing in it is exact."""

    name: str
    periods: tuple[str, ...]
    areas: tuple[Row, ...]
    disclosures: Together
    referrals: Together
    rule: str = RULE
    caveat: str = CAVEAT


def release(name: str, reporting: Iterable[Reporting]) -> Table:
    """What may be published of a period. An area with fewer than three organisations is left out as if it were not."""
    asked = sorted((a for a in reporting if a.organisations >= ORGANISATIONS), key=lambda area: area.areas)
    rows = tuple(_row(area) for area in asked)
    told = _together([(row.disclosures, row.new, area.disclosures) for row, area in zip(rows, asked, strict=True)])
    referred = _together([(row.referrals, row.new, area.referrals) for row, area in zip(rows, asked, strict=True)])
    return Table(name, (name,), rows, told, referred)


def _row(area: Reporting) -> Row:
    disclosures = _figure(area.disclosures)
    # Nobody refers a woman who told nobody: ten referrals beside few disclosures would prove that there were some.
    return Row(area.areas, disclosures, _figure(area.referrals) if disclosures.shown else UNSAID, not area.before)


def _figure(count: int) -> Figure:
    if count < THRESHOLD:
        return FEW
    about = _rounded(count)
    return Figure(about, max(THRESHOLD, about - STEP // 2), about + STEP // 2, shown=1)


def _together(cells: Sequence[tuple[Figure, bool, int]]) -> Together:
    """The derived totals of one number, from its figures, whether the area is new, and the counts of the withheld.

    A new area stays out of the sum of the others: it may be known that its organisations came after the period, and a
    sum over three areas of which one is known to be nought would prove something of the other two.
    """
    shown = [figure for figure, _, _ in cells if figure.shown]
    rest = [count for figure, new, count in cells if not figure.shown and not new]
    return Together(
        _sum(shown, areas=True) if shown else None,
        _capped(sum(rest), len(rest)) if len(rest) >= AREAS_APART else None,
    )


def _capped(count: int, areas: int) -> Figure:
    """The sum of areas that are not shown, capped so that any of them may be nought and the others nine at most."""
    cap = ((THRESHOLD - 1) * (areas - 1) + STEP // 2) // STEP * STEP
    if _rounded(count) < cap:
        return _figure(count)
    return Figure(cap, cap - STEP // 2, None, shown=1)


def _rounded(count: int) -> int:
    return (count + STEP // 2) // STEP * STEP


def year(name: str, tables: Sequence[Table]) -> Table:
    """The sum of published periods. A joined area is another one than its parts: nothing is split or put together."""
    rows: dict[tuple[str, ...], list[Row]] = {}
    for table in tables:
        for row in table.areas:
            rows.setdefault(row.areas, []).append(row)
    return Table(
        name,
        tuple(period for table in tables for period in table.periods),
        tuple(
            Row(areas, _sum([row.disclosures for row in own]), _sum([row.referrals for row in own]))
            for areas, own in sorted(rows.items())
        ),
        _over([table.disclosures.shown for table in tables]),
        _over([table.referrals.shown for table in tables]),
    )


def _over(totals: Iterable[Figure | None]) -> Together:
    said = [total for total in totals if total]
    return Together(_sum(said) if said else None)


def _sum(figures: Sequence[Figure], areas: bool = False) -> Figure:
    """Figures of one area over periods, or those shown of several areas in one period, as one."""
    about = [figure.about for figure in figures if figure.about is not None]
    most = [figure.most for figure in figures if figure.most is not None]
    return Figure(
        sum(about) if about else None,
        sum(figure.least for figure in figures),
        sum(most) if len(most) == len(figures) else None,
        shown=1 if areas else sum(figure.shown for figure in figures),
        few=sum(figure.few for figure in figures),
        unsaid=sum(figure.unsaid for figure in figures),
    )


def dump(table: Table) -> str:
    """A table as canonical JSON: the same table is always the same text."""
    return json.dumps(asdict(table), sort_keys=True, separators=(",", ":"))


def load(text: str) -> Table:
    """The table in the text that `dump` gave."""
    found = json.loads(text)
    rows = [Row(tuple(row["areas"]), *_both(row, _read), row["new"]) for row in found["areas"]]
    table = Table(found["name"], tuple(found["periods"]), tuple(rows), *_both(found, _read_together))
    return Table(**{**vars(table), "rule": found["rule"], "caveat": found["caveat"]})


def _both(found: dict[str, Any], read: Any) -> tuple[Any, Any]:
    return read(found["disclosures"]), read(found["referrals"])


def _read(found: dict[str, Any]) -> Figure:
    return Figure(**found)


def _read_together(found: dict[str, Any]) -> Together:
    return Together(*(_read(found[name]) if found[name] else None for name in ("shown", "others")))
