"""The periods that figures are published for, and the month that a late or wrongly dated count goes to."""

import datetime as dt
import re
from dataclasses import dataclass

from pwa.domain.counting import ACCEPTED_MONTHS, month_number, month_of, this_month

KINDS = ("quarter", "half-year")
DAYS_TO_ARRIVE = 14
MONTHS_BEFORE_DOUBT = 15
YEARS_IN_PERIODS = 2
_NAME = re.compile(r"(?P<year>[0-9]{4})(-(?P<part>Q[1-4]|H[12]))?")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


@dataclass(frozen=True)
class Period:
    """A quarter ("2026-Q3"), half-year ("2026-H2") or year ("2026"), with its first and last month (ISO, "2026-07")."""

    name: str
    first: str
    last: str

    @property
    def year(self) -> str:
        return self.name[:4]

    @property
    def due(self) -> dt.date:
        """The first day on which it can be frozen: fourteen whole days after its last."""
        return _day(_after(self.last)) + dt.timedelta(days=DAYS_TO_ARRIVE)

    @property
    def first_day(self) -> dt.date:
        return _day(self.first)

    @property
    def last_day(self) -> dt.date:
        return _day(_after(self.last)) - dt.timedelta(days=1)


def period(name: str) -> Period:
    """The period of that name. Raises ValueError."""
    found = _NAME.fullmatch(name)
    if not found:
        raise ValueError(f"{name!r} is no period. Write 2026-Q3, 2026-H2 or 2026.")
    part = found["part"] or "Y1"
    months = {"Q": 3, "H": 6, "Y": 12}[part[0]]
    first = month_number(f"{found['year']}-01") + (int(part[1]) - 1) * months
    return Period(name, month_of(first), month_of(first + months - 1))


def beginning(today: dt.date, kind: str) -> str:
    """The first month (ISO) of the period of `kind` that `today` lies in."""
    number, months = month_number(this_month(today)), 6 if kind == "half-year" else 3
    return month_of(number - number % months)


def following(frozen_through: str, kind: str) -> Period:
    """The period after the last frozen month.

    Where the setting changed to half-years in the middle of one, its second quarter stays a quarter: periods never
    overlap, so no two of them can be subtracted.
    """
    year, month = map(int, _after(frozen_through).split("-"))
    half = kind == "half-year" and month in (1, 7)
    return period(f"{year:04}-H{month // 6 + 1}" if half else f"{year:04}-Q{month // 3 + 1}")


def in_doubt(frozen_through: str, today: dt.date) -> bool:
    """Whether so much lies unfrozen that a wrong clock is likelier than a long pause."""
    return month_number(this_month(today)) - month_number(frozen_through) > MONTHS_BEFORE_DOUBT


def collapses(year: str, today: dt.date) -> bool:
    """Whether a year ended 24 months ago, so that its periods give way to their sum."""
    return today.year > int(year) + YEARS_IN_PERIODS


def open_month(month: str, now: dt.date, frozen_through: str) -> str:
    """The month (ISO) that a count is kept under.

    `month` is what the phone's clock said, any four and two digits; it is brought into the twelve months up to `now`,
    then up out of all that is frozen (`frozen_through`: the last frozen month, "" for none). Raises ValueError.
    """
    if not _MONTH.fullmatch(month):
        raise ValueError("No month.")
    latest = month_number(this_month(now))
    number = min(max(month_number(month), latest - ACCEPTED_MONTHS + 1), latest)
    return month_of(max(number, month_number(frozen_through) + 1) if frozen_through else number)


def before(month: str) -> str:
    """The ISO month before."""
    return month_of(month_number(month) - 1)


def _after(month: str) -> str:
    return month_of(month_number(month) + 1)


def _day(month: str) -> dt.date:
    return dt.date.fromisoformat(f"{month}-01")
