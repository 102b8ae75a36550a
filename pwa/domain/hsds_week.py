"""Opening hours as the weekly schedules of HSDS, and back."""

import re
from collections.abc import Iterable
from typing import Any

from pwa.domain import holidays, hours

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_TIME = re.compile(r"(?P<time>([01]\d|2[0-4]):[0-5]\d)(:00)?([+-]\d\d:?\d\d)?")


class WeekError(ValueError):
    """What is wrong in a schedule: `field` of it, and what would be right."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def schedules_of(text: str) -> list[dict[str, Any]]:
    """Opening hours as schedules; in words where no single week can stand for them. Raises HoursError.

    A rule for public holidays has a schedule of its own, since HSDS knows no holidays: the rule, and a note in words.
    """
    spans = hours.weekly_spans(text)
    if not spans:
        return [{"description": text}] if text else []
    times: dict[tuple[str, str], list[str]] = {}
    for start, stop in hours.within_days(spans):
        opens, closes = _clock(start % hours.DAY), _clock(stop % hours.DAY or hours.DAY)
        times.setdefault((opens, closes), []).append(_DAYS[start // hours.DAY])
    week = [
        {"freq": "WEEKLY", "byday": ",".join(days), "opens_at": opens, "closes_at": closes}
        for (opens, closes), days in times.items()
    ]
    rule = holidays.rule(text)
    return [*week, {"description": rule, "notes": _note(holidays.told(text))}] if rule else week


def text_of(schedule: dict[str, str]) -> tuple[str, dict[str, str]]:
    """One schedule: words, or the span of each day ("Mo": "08:00-12:00"). Raises WeekError."""
    if not any(schedule.get(field) for field in ("byday", "opens_at", "closes_at")):
        return schedule.get("description", "").strip(), {}
    if schedule.get("freq", "WEEKLY") not in ("", "WEEKLY"):
        raise WeekError("freq", "must be WEEKLY. Write other hours as words of opening_hours in `description` alone.")
    days = [day.strip() for day in schedule.get("byday", "").split(",")]
    if not set(days) <= set(_DAYS):
        raise WeekError("byday", f"{schedule.get('byday', '')!r} must be days of the week, such as MO,TU.")
    span = "-".join(_local(schedule, field) for field in ("opens_at", "closes_at"))
    return "", {day.capitalize(): span for day in days}


def joined(days: Iterable[tuple[str, str]]) -> str:
    """The spans of days as opening_hours: days with the same spans stand together."""
    by_day: dict[str, list[str]] = {}
    for day, span in days:
        by_day.setdefault(day, []).append(span)
    by_spans: dict[str, list[str]] = {}
    for day in (one.capitalize() for one in _DAYS):
        if day in by_day:
            by_spans.setdefault(",".join(sorted(set(by_day[day]))), []).append(day)
    return "; ".join(f"{','.join(names)} {spans}" for spans, names in by_spans.items())


def _note(told: str) -> str:
    if told == "off":
        return "Closed on public holidays."
    return f"On public holidays {told}." if told else "On a public holiday it may be closed."


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _local(schedule: dict[str, str], field: str) -> str:
    found = _TIME.fullmatch(schedule.get(field, ""))
    if not found or found["time"] > "24:00":
        raise WeekError(field, f"{schedule.get(field, '')!r} must be a local time, such as 08:00 or 17:30+07:00.")
    return found["time"]
