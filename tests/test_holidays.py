import datetime as dt
import itertools
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from pwa.domain import holidays
from pwa.domain.hours import HoursError, weekly_spans

EVERY_DAY = [dt.datetime.fromisoformat("2020-01-01") + dt.timedelta(days=n) for n in range(15 * 365)]
# A real calendar, that of the library for one country: days that are holidays, and none is on the day before.
PH = OpeningHours("PH", country="FR")
FEASTS = [day for before, day in itertools.pairwise(EVERY_DAY) if PH.is_open(day) and not PH.is_open(before)]


def test_the_calendar_of_the_tests_has_holidays_on_every_day_of_the_week() -> None:
    assert {day.weekday() for day in FEASTS} == set(range(7))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", ""),
        ("24/7", ""),
        ("Mo-Fr 08:00-17:00", ""),
        ("Mo-Fr 08:00-17:00; PH unknown", ""),
        ('Mo-Fr 08:00-17:00 "not on PH"', ""),
        ("Mo-Fr 08:00-17:00; PH off", "off"),
        ("Mo-Fr 08:00-17:00;PH closed", "off"),
        ("Mo-Fr 08:00-17:00; PHoff", "off"),
        ("Mo-Fr 08:00-17:00; Su,PH off", "off"),
        ("Mo-Fr 08:00-17:00; PH,Sa-Su off", "off"),
        ("24/7; PH off", "off"),
        ("Apr-Sep 08:00-17:00; PH off", "off"),
        ('Mo-Fr 08:00-17:00 "a; PH 09:00-10:00"; PH off', "off"),
        ("Mo-Fr 08:00-17:00; PH 09:00-12:00", "09:00–12:00"),
        ("Mo-Fr 08:00-17:00; PH 9:00-12:00,14:00-24:00", "09:00–12:00, 14:00–24:00"),
        ("Mo-Fr 08:00-17:00; PH 20:00-26:00", "20:00–02:00"),
        ("Mo-Fr,PH 08:00-17:00", "08:00–17:00"),
        ("PH,Mo-Fr 08:00-17:00", "08:00–17:00"),
        ("Mo-Fr 08:00-17:00; PH open", "00:00–24:00"),
        ("Mo-Fr 08:00-17:00; PH", "00:00–24:00"),
    ],
)
def test_what_hours_say_of_public_holidays_is_told(text: str, told: str) -> None:
    holidays.check(text)
    assert holidays.told(text) == told


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("PH off; Mo-Fr 08:00-17:00", "public holidays"),
        ("PH off; Mo-Fr 08:00-17:00; PH 09:00-12:00", "public holidays"),
        ("Mo-Fr 08:00-17:00, PH 09:00-12:00", "public holidays"),
        ("Mo-Fr 08:00-17:00, PH off", "public holidays"),
        ("Mo-Fr 08:00-17:00 || PH 08:00-09:00", "public holidays"),
        ("Mo-Fr 08:00-17:00; PH +1 day off", "public holidays"),
        ("Mo-Fr 08:00-17:00; PH -1 day off", "public holidays"),
        ("Mo-Fr 08:00-17:00; Dec PH off", "public holidays"),
        ('Mo-Fr 08:00-17:00; PH "call first"', "public holidays"),
        ('Mo-Fr 08:00-17:00; PH off "feast"', "public holidays"),
        ("Mo-Fr 08:00-17:00; PH 10:00-12:00 off", "public holidays"),
        ("Mo-Fr 08:00-17:00; PH Mo 09:00-12:00", "where both fall together"),
        ("Mo PH 09:00-12:00", "where both fall together"),
        ("Mo-Fr 08:00-17:00; SH off", "school holidays"),
        ("Mo-Fr 08:00-17:00; PH,SH off", "school holidays"),
        ("sunrise-sunset", "by the sun"),
        ("Mo-Fr (dawn+01:00)-17:00", "by the sun"),
        ("Mo-Fr 10:00+", "no end"),
        ("Mo-Fr 10:00-12:00+", "no end"),
        ("Mo-Fr 10:00-16:00/01:30", "moments"),
        ("PH off", "no ordinary day"),
        ("PH 09:00-12:00", "no ordinary day"),
        ("Su,PH off", "no ordinary day"),
        ("off", "no ordinary day"),
        ('Mo-Fr off, Sa closed "moved"; PH off', "no ordinary day"),
    ],
)
def test_what_cannot_be_told_for_certain_is_refused_with_what_would_be_right(text: str, wrong: str) -> None:
    OpeningHours(text)
    with pytest.raises(HoursError, match=wrong) as refused:
        holidays.check(text)
    said = str(refused.value).removeprefix(repr(text))
    right = re.findall(r"Mo-Fr[^.]*?\d\d:\d\d-\d\d:\d\d(?:; PH off|; PH [\d:-]+)?", said)
    assert right
    for hours in right:
        holidays.check(hours)


@pytest.mark.parametrize(
    ("text", "ordinary"),
    [
        ("", ""),
        ("Apr-Sep 08:00-17:00; PH off", "Apr-Sep 08:00-17:00"),
        ('"a; b" ;PH off', '"a; b"'),
        ("Apr-Sep 08:00-17:00; Su,PH off", "Apr-Sep 08:00-17:00; Su,PH off"),
        ("Apr-Sep 08:00-17:00", "Apr-Sep 08:00-17:00"),
    ],
)
def test_hours_in_the_words_of_their_row_leave_out_what_is_told_in_ours(text: str, ordinary: str) -> None:
    assert holidays.ordinary(text) == ordinary


TIME = st.tuples(st.integers(0, 47), st.integers(1, 24)).map(
    lambda t: f"{t[0] // 2:02}:{t[0] % 2 * 30:02}-{(end := min(t[0] + t[1], 48)) // 2:02}:{end % 2 * 30:02}"
)
SAID = st.lists(TIME, min_size=1, max_size=2).map(",".join) | st.sampled_from(["off", "closed", "unknown", "", "open"])
DAY = st.sampled_from(["Mo", "Tu-We", "Fr-Mo", "Su", "PH", "SH", "PH +1 day", "Mo[1]", ""])
RULE = st.tuples(st.lists(DAY, max_size=3).map(",".join), SAID).map(" ".join).map(str.strip)
TEXT = st.lists(st.tuples(RULE, st.sampled_from(["; ", ";", ", ", " || "])), min_size=1, max_size=4).map(
    lambda rules: "".join(rule + mark for rule, mark in rules)[: -len(rules[-1][1])]
)


@settings(deadline=None, max_examples=1500)
@given(st.just("Mo-Fr 08:00-17:00") | TEXT, st.sampled_from(["; ", ";", ", ", ""]), RULE, st.sampled_from(FEASTS))
def test_whatever_passes_the_check_is_told_as_the_library_finds_it_on_a_real_holiday(
    text: str, mark: str, last: str, feast: dt.datetime
) -> None:
    text = text + mark + last if mark else text
    try:
        hours = OpeningHours(text, country="FR")
        holidays.check(text)
    except (ParserError, HoursError):
        return
    told = holidays.told(text)
    if not told:
        assert "PH" not in text or "PH unknown" in text or hours.is_unknown(feast) or not str(hours)
        return
    assume(weekly_spans(text) is not None)
    states = [hours.is_open(feast + dt.timedelta(minutes=15 * quarter)) for quarter in range(96)]
    assert states == [_is_within(told, f"{quarter // 4:02}:{quarter % 4 * 15:02}") for quarter in range(96)]


def _is_within(told: str, clock: str) -> bool:
    return told != "off" and any(start <= clock < end for start, end in (span.split("–") for span in told.split(", ")))
