"""The clocks of services: the hours of a week in words, and whose clock they go by."""

import datetime as dt
import functools
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name
from flask_babel import get_locale

from pwa.domain.directory import Service
from pwa.domain.hours import Spans, by_day
from pwa.web import house


def week(spans: Spans) -> list[tuple[str, str]]:
    """Weekly spans as days and times, with the days' names in the reader's language."""
    called = get_locale().days["format"]["wide"]
    return [
        (called[first] if first == last else f"{called[first]} – {called[last]}", times)
        for first, last, times in by_day(spans)
    ]


def zone(service: Service) -> str:
    """The zone of a service: of its province, or of the capital where it serves the whole country; "" if not known."""
    offered = house().atlas.areas
    place = offered.get(service["province"].lower()) or offered.get(service["country"].lower())
    return place.time_zone if place else ""


def other(service: Service, here: str) -> str:
    """The name of a service's clock where it does not show the time of the zone `here`, else ""."""
    there = zone(service)
    if not there or _offsets(there) == _offsets(here):
        return ""
    return get_timezone_name(ZoneInfo(there), width="short", locale=get_locale())


@functools.cache
def _offsets(zone: str) -> tuple[dt.timedelta | None, ...]:
    """How far a zone is from UTC in January and in July."""
    return tuple(dt.datetime(2026, month, 1, tzinfo=ZoneInfo(zone)).utcoffset() for month in (1, 7))
