"""Opening hours: OpenStreetMap's syntax into weekly spans that a phone can look up without a network."""

import datetime as dt
import functools

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

WEEK = 7 * 24 * 60
# Every Monday of two years: hours that differ between two of them have no week that can stand for all.
_MONDAYS = tuple(dt.datetime.fromisoformat("2026-01-05") + dt.timedelta(weeks=n) for n in range(104))

Spans = tuple[tuple[int, int], ...]


class HoursError(ValueError):
    """What is wrong with opening hours and what would be right, in words."""


def parse(text: str) -> OpeningHours | None:
    """The hours in a cell, None where it is empty. Raises HoursError."""
    if not text.strip():
        return None
    try:
        return OpeningHours(text)
    except ParserError as error:
        at = str(error).splitlines()[0].rpartition(":")[2].strip()
        raise HoursError(
            f"{text!r} is no opening_hours (at character {at}). Write Mo-Fr 08:00-17:00, or 24/7 for day and night."
        ) from None


@functools.lru_cache(maxsize=10_000)
def weekly_spans(text: str) -> Spans | None:
    """Half-open spans in minutes from Monday 00:00, local time: (0, 10080) is day and night.

    None where the text is empty, where no single week can stand for all, or where only the service knows ("by
    appointment"). Raises HoursError on bad syntax.
    """
    hours = parse(text)
    if hours is None:
        return None
    first = _week(hours, _MONDAYS[0])
    return first if all(_week(hours, monday) == first for monday in _MONDAYS[1:]) else None


def _week(hours: OpeningHours, monday: dt.datetime) -> Spans | None:
    end = monday + dt.timedelta(days=7)
    spans = []
    for start, stop, state, comment in hours.intervals(monday, end):
        if state == State.UNKNOWN or comment:
            return None
        if state == State.OPEN:
            upto = min(stop or end, end)
            spans.append((_minutes(max(start, monday) - monday), _minutes(upto - monday)))
    return tuple(spans)


def by_day(spans: Spans) -> tuple[tuple[int, int, str], ...] | None:
    """Weekly spans as (first day, last day, times): (0, 4, "08:00–17:00") is Monday to Friday. Monday is 0.

    A span over midnight stands with the day that it begins on. None where one lasts longer than a day.
    """
    times: list[list[str]] = [[] for _ in range(7)]
    for start, end in spans:
        if end - start > 24 * 60:
            return None
        times[start // (24 * 60)].append(f"{_clock(start)}–{_clock(end)}")
    days: list[tuple[int, int, str]] = []
    for day, text in enumerate(", ".join(of_day) for of_day in times):
        if days and days[-1][1] == day - 1 and days[-1][2] == text:
            days[-1] = (days[-1][0], day, text)
        elif text:
            days.append((day, day, text))
    return tuple(days)


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _minutes(span: dt.timedelta) -> int:
    return int(span.total_seconds() // 60)
