"""Frozen figures: made once when a period is due, kept as they were published, collapsed into years, never changed."""

import datetime as dt
import json
from collections.abc import Sequence

from pwa.config import Config
from pwa.domain import figures, periods
from pwa.domain.figures import ORGANISATIONS, Reporting, Table
from pwa.store.db import immediate
from pwa.store.sql import Counts, again

START = "start"
Area = tuple[str, ...]


class ClockError(ValueError):
    """The server's clock is more likely wrong than right. Nothing was frozen: what is frozen cannot be undone."""


def frozen_through(db: Counts) -> str:
    """The last month (ISO) that no count may be added to; "" where counting has not begun."""
    names = [name for (name,) in db.execute("select period from releases").fetchall()]
    if frozen := [periods.period(name).last for name in names if name != START]:
        return max(frozen)
    if START in names:
        (text,) = db.execute("select snapshot from releases where period = ?", [START]).fetchone()
        return periods.before(json.loads(text)["first_month"])
    return ""


def freeze_due(db: Counts, config: Config, today: dt.date, after_a_pause: bool = False) -> tuple[str, ...]:
    """Freeze every period that is due, in order, each in one transaction; its counts are deleted in the same.

    Returns their names. The first call freezes nothing: it writes down that counting begins in the period of `today`,
    so that where it begins never depends on a count. Raises ClockError where the clock stands before 2026, or, unless
    `after_a_pause`, where more than fifteen months lie unfrozen.
    """
    if today.year < 2026:
        raise ClockError(f"The clock says {today}: set it.")
    frozen = []
    while name := _freeze_next(db, config, today, after_a_pause):
        frozen.append(name)
    return tuple(frozen)


@again
def _freeze_next(db: Counts, config: Config, today: dt.date, after_a_pause: bool) -> str | None:
    with immediate(db):
        through = frozen_through(db)
        if not through:
            first = periods.beginning(today, config.period)
            db.execute("insert into releases values (?, ?)", [START, json.dumps({"first_month": first})])
            return None
        period = periods.following(through, config.period)
        if today < period.due:
            return None
        if periods.in_doubt(through, today) and not after_a_pause:
            raise ClockError(
                f"The clock says {today}, and nothing is frozen after {through}. If the clock is right, run"
                " `right-door freeze-figures --after-a-pause`; else set it."
            )
        table = figures.release(period.name, _reporting(db, config, period.last, _listed(db, through)))
        db.execute("insert into releases values (?, ?)", [period.name, figures.dump(table)])
        db.execute("delete from tallies where month <= ?", [period.last])
    return period.name


def organisations(db: Counts, config: Config) -> dict[Area, int]:
    """How many organisations with an enrolled phone report in each area, joined areas taken as one; from no count."""
    joined = {slug: group for group in config.joined_areas for slug in group}
    reporting: dict[Area, set[str]] = {}
    rows = "select area, organisation from serves where organisation in (select organisation from phones)"
    for slug, organisation in db.execute(rows).fetchall():
        reporting.setdefault(joined.get(slug, (slug,)), set()).add(organisation)
    return {area: len(found) for area, found in sorted(reporting.items())}


def _listed(db: Counts, last: str) -> set[Area]:
    """The areas of the table whose period ended with that month."""
    tables = (of_period(db, name) for name in _names(db) if periods.period(name).last == last)
    return {row.areas for table in tables if table for row in table.areas}


def _reporting(db: Counts, config: Config, last: str, before: set[Area]) -> Sequence[Reporting]:
    sums = (
        "select area, cast(sum(disclosures) as bigint), cast(sum(referrals) as bigint) from tallies"
        " where month <= ? group by area"
    )
    counts = {area: (told, referred) for area, told, referred in db.execute(sums, [last]).fetchall()}
    found = []
    for area, number in organisations(db, config).items():
        own = [counts.get(slug, (0, 0)) for slug in area]
        told, referred = sum(one for one, _ in own), sum(one for _, one in own)
        found.append(Reporting(area, number, told, referred, area in before))
    return found


def coming(db: Counts, config: Config, today: dt.date) -> tuple[periods.Period, list[Area], list[Area]]:
    """The period that is frozen next, and the areas that would be in its table and not; from organisations alone."""
    through = frozen_through(db) or periods.before(periods.beginning(today, config.period))
    found = organisations(db, config)
    shown = [area for area, number in found.items() if number >= ORGANISATIONS]
    return periods.following(through, config.period), shown, [area for area in found if area not in shown]


@again
def collapse_due(db: Counts, today: dt.date) -> tuple[str, ...]:
    """Put the sum of its published periods in place of every year that ended 24 months ago. Returns those years."""
    with immediate(db):
        through = frozen_through(db)
        years = {name[:4] for name in _names(db) if len(name) > 4}
        due = sorted(year for year in years if periods.collapses(year, today) and f"{year}-12" <= through)
        for year in due:
            if table := of_year(db, year):
                db.execute("delete from releases where substr(period, 1, 5) = ?", [f"{year}-"])
                db.execute("insert into releases values (?, ?)", [year, figures.dump(table)])
    if due:
        # The file is written anew: nothing of a deleted page is left in it.
        db.execute("vacuum")
    return tuple(due)


def published(db: Counts) -> tuple[str, ...]:
    """The names of all that is published, the latest first."""
    return tuple(sorted(_names(db), key=lambda name: periods.period(name).last, reverse=True))


def _names(db: Counts) -> list[str]:
    return [name for (name,) in db.execute("select period from releases where period <> ?", [START]).fetchall()]


def of_period(db: Counts, name: str) -> Table | None:
    """The table that was published under that name, such as "2026-Q3"."""
    found = db.execute("select snapshot from releases where period = ? and period <> ?", [name, START]).fetchone()
    return figures.load(found[0]) if found else None


def of_year(db: Counts, year: str) -> Table | None:
    """The sum of what is published of a year ("2026"), whether or not its periods are still kept; None for nothing."""
    names = [name for name in reversed(published(db)) if name.startswith(f"{year}-")]
    tables = [table for name in names if (table := of_period(db, name))]
    return figures.year(year, tables) if tables else of_period(db, year)
