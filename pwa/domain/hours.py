"""Opening hours: OpenStreetMap's syntax into weekly spans that a phone can look up without a network."""

import datetime as dt

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

WEEK = 7 * 24 * 60
# Mondays far apart: hours that differ between them depend on the season, and no week can stand for all.
_MONDAYS = tuple(dt.datetime.fromisoformat(day) for day in ("2026-01-12", "2026-04-20", "2026-08-03", "2026-11-09"))

Spans = tuple[tuple[int, int], ...]


class HoursError(ValueError):
    """What is wrong with opening hours and what would be right, in words."""


def weekly_spans(text: str) -> Spans | None:
    """Half-open spans in minutes from Monday 00:00, local time: (0, 10080) is day and night.

    None where the text is empty or no single week can stand for all. Raises HoursError on bad syntax.
    """
    if not text.strip():
        return None
    try:
        hours = OpeningHours(text)
    except ParserError as error:
        at = str(error).splitlines()[0].rpartition(":")[2].strip()
        raise HoursError(
            f"{text!r} is no opening_hours (at character {at}). Write Mo-Fr 08:00-17:00, or 24/7 for day and night."
        ) from None
    weeks = {_week(hours, monday) for monday in _MONDAYS}
    return weeks.pop() if len(weeks) == 1 else None


def _week(hours: OpeningHours, monday: dt.datetime) -> Spans:
    end = monday + dt.timedelta(days=7)
    spans = []
    for start, stop, state, _ in hours.intervals(monday, end):
        if state == State.OPEN:
            upto = min(stop or end, end)
            spans.append((_minutes(max(start, monday) - monday), _minutes(upto - monday)))
    return tuple(spans)


def _minutes(span: dt.timedelta) -> int:
    return int(span.total_seconds() // 60)
