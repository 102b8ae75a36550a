"""Opening hours: OpenStreetMap's syntax into weekly spans that a phone can look up without a network."""

import datetime as dt
import functools
import re
from collections.abc import Iterator

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

DAY = 24 * 60
WEEK = 7 * DAY
# Any week of the year: what would make it differ from others is in _DATED.
_MONDAY = dt.datetime.fromisoformat("2026-01-05")
_DATED = re.compile(r"Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|easter|week|\[|\b\d{4}\b")
_COMMENT = re.compile(r'"[^"]*"')
# What the library takes and then supposes something that nobody can know here.
_UNFIT = (
    (r"\bSH\b", "names school holidays (SH), and nobody here knows their days. Leave SH out: Mo-Fr 08:00-17:00."),
    (r"\b(?:sunrise|sunset|dawn|dusk)\b", "goes by the sun. Write the times: Mo-Fr 06:00-18:00."),
    (r":\d\d\+", "has no end (+). Write until when: Mo-Fr 10:00-18:00."),
    (
        r"(?i)\bPH\s*(?:Mo|Tu|We|Th|Fr|Sa|Su)|(?:Mo|Tu|We|Th|Fr|Sa|Su)\s*PH\b",
        "may mean each of the days, or only where both fall together. Put a comma between: Mo-Fr,PH 08:00-17:00.",
    ),
    (r":\d\d/", "names moments (/), not spans. Write from when until when: Mo-Fr 08:00-17:00."),
)

Spans = tuple[tuple[int, int], ...]
ALWAYS: Spans = ((0, WEEK),)


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


def rules(text: str) -> list[str]:
    """The rules that a semicolon parts, as the library writes them, without comments; [""] where it is empty."""
    return without_comments(str(parse(text) or "")).split("; ")


def without_comments(text: str) -> str:
    """The text with a _ for each letter of its comments."""
    return _COMMENT.sub(lambda found: "_" * len(found[0]), text)


def unfit(text: str) -> str:
    """What in the hours nobody can know here, and what would be right; "" where all can be known. Raises HoursError."""
    both = "; ".join([*rules(text), without_comments(text)])
    return next((message for pattern, message in _UNFIT if re.search(pattern, both)), "")


@functools.lru_cache(maxsize=10_000)
def weekly_spans(text: str) -> Spans | None:
    """Half-open spans in minutes from Monday 00:00, local time: (0, 10080) is day and night.

    None where the text is empty, where no single week can stand for all, or where only the service or nobody knows ("by
    appointment", sunset). What it says of public holidays is left out. Raises HoursError on bad syntax.
    """
    hours = parse(text)
    if hours is None or unfit(text) or any(_DATED.search(rule) for rule in rules(text)):
        return None
    return _week(hours, _MONDAY)


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


def by_day(spans: Spans) -> tuple[tuple[int, int, str], ...]:
    """Weekly spans as (first day, last day, times): (0, 4, "08:00–17:00") is Monday to Friday. Monday is 0.

    A span over midnight stands with the day that it begins on, also that from Sunday; one of more than a day is cut.
    """
    if len(spans) > 1 and spans[0][0] == 0 and spans[-1][1] == WEEK:
        spans = (*spans[1:-1], (spans[-1][0], WEEK + spans[0][1]))
    times: list[list[str]] = [[] for _ in range(7)]
    for start, end in within_days(spans):
        times[start // DAY % 7].append(_words(start, end))
    days: list[tuple[int, int, str]] = []
    for day, text in enumerate(", ".join(sorted(of_day)) for of_day in times):
        if days and days[-1][1] == day - 1 and days[-1][2] == text:
            days[-1] = (days[-1][0], day, text)
        elif text:
            days.append((day, day, text))
    return tuple(days)


def within_days(spans: Spans) -> Iterator[tuple[int, int]]:
    """The spans, cut at midnight where one is a day or longer."""
    for start, stop in spans:
        while stop - start >= DAY:
            midnight = (start // DAY + 1) * DAY
            yield start, midnight
            start = midnight
        if start < stop:
            yield start, stop


def in_words(times: str) -> str:
    """The times of a day, as opening_hours have them, in the way they are shown: "09:00–12:00, 22:00–02:00"."""
    spans = (re.findall(r"(\d\d):(\d\d)", span) for span in times.split(","))
    return ", ".join(_words(*(int(hour) * 60 + int(minute) for hour, minute in span)) for span in spans)


def _words(start: int, end: int) -> str:
    return f"{_clock(start % DAY)}–{_clock(end % DAY or DAY)}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _minutes(span: dt.timedelta) -> int:
    return int(span.total_seconds() // 60)
