import contextlib
import datetime as dt
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, ParserError  # type: ignore[attr-defined]

from pwa.domain.hours import DAY, WEEK, HoursError, by_day, weekly_spans
from tests import engine

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
RULES = (
    "Mo-Fr", "Sa-Mo", "PH", "SH", "Jan", "Jun-Aug", "easter", "week 2-52/2", "2026", "[1]", "+1 day", "24/7", "26:00",
    "sunrise-sunset", "08:00-17:00", "22:00-02:00", "00:00-48:00", "10:00+", "off", "open", "closed", "unknown",
    '"call"', ",", ";", "||", "-", " ",
)  # fmt: skip
WORDS = st.lists(st.sampled_from([*DAYS, *RULES]), max_size=8)


def test_an_empty_cell_has_no_hours() -> None:
    assert weekly_spans("") is weekly_spans("  \n") is None


def test_day_and_night_is_one_span_of_a_whole_week() -> None:
    assert weekly_spans("24/7") == weekly_spans("Mo-Su 00:00-24:00") == ((0, WEEK),)


def test_a_noon_break_closes() -> None:
    assert weekly_spans("Tu 08:00-12:00,13:30-17:00") == (
        (DAY + 8 * 60, DAY + 12 * 60),
        (DAY + 13 * 60 + 30, DAY + 17 * 60),
    )


def test_a_night_goes_on_into_the_next_day_and_from_sunday_into_monday() -> None:
    assert weekly_spans("Sa 22:00-02:00") == ((5 * DAY + 22 * 60, 6 * DAY + 2 * 60),)
    assert weekly_spans("Su 22:00-02:00") == ((0, 2 * 60), (6 * DAY + 22 * 60, WEEK))


def test_a_later_rule_takes_the_place_of_an_earlier_one() -> None:
    assert weekly_spans("Mo-We 08:00-17:00; Tu off") == ((480, 1020), (2 * DAY + 480, 2 * DAY + 1020))


def test_public_holidays_do_not_change_the_week() -> None:
    assert weekly_spans("Mo 08:00-17:00; PH off") == weekly_spans("Mo 08:00-17:00")


@pytest.mark.parametrize(
    "text",
    [
        "Apr-Sep 08:00-17:00",
        "Jun 08:00-17:00",
        "Mo-Fr 08:00-17:00; Jun off",
        "2027 Mo-Fr 08:00-17:00",
        "Mo[4] 08:00-12:00",
        "Jan 02 off; Mo-Fr 08:00-17:00",
        "08:00-17:00; Feb 29 off",
        "2026-2030 08:00-17:00",
        "week 1-53 08:00-17:00",
        "easter off; 08:00-17:00",
    ],
)
def test_hours_that_no_single_week_can_stand_for_have_no_week(text: str) -> None:
    assert weekly_spans(text) is None


@pytest.mark.parametrize("text", ['"by appointment"', "unknown", "Mo-Fr 08:00-17:00 unknown", 'Mo "call first"'])
def test_hours_that_only_the_service_knows_are_neither_open_nor_closed(text: str) -> None:
    assert weekly_spans(text) is None


@pytest.mark.parametrize("text", ["sunrise-sunset", "Mo-Fr 10:00+", "Mo 08:00-17:00; SH off", "PH Mo 08:00-12:00"])
def test_hours_that_nobody_can_know_here_have_no_week(text: str) -> None:
    assert weekly_spans(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Mo-Fr 9-25",
        "Mo-Fr 8-17",
        "Mon-Fri 08:00-17:00",
        "9am-5pm",
        "daily",
        "08:00 to 17:00",
        "Mo-Fr 08:00-99:00",
        "\0",
    ],
)
def test_other_ways_to_write_hours_are_refused_with_the_right_one(text: str) -> None:
    with pytest.raises(HoursError, match="Mo-Fr 08:00-17:00"):
        weekly_spans(text)


@settings(deadline=None)
@given(st.text() | WORDS.map(" ".join) | WORDS.map("".join))
def test_any_text_gives_sorted_half_open_spans_within_a_week_or_an_hours_error(text: str) -> None:
    with contextlib.suppress(HoursError):
        spans = weekly_spans(text) or ()
        assert all(0 <= start < stop <= WEEK for start, stop in spans)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))


@settings(deadline=None)
@given(
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, DAY - 1),
    st.integers(1, DAY - 1),
    st.integers(0, WEEK - 1),
)
def test_a_minute_is_open_where_the_clock_is_between_the_hours_of_that_day(
    days: set[int], start: int, length: int, minute: int
) -> None:
    stop = (start + length) % DAY
    clock = [f"{m // 60:02}:{m % 60:02}" for m in (start, stop)]
    spans = weekly_spans(f"{','.join(DAYS[day] for day in sorted(days))} {'-'.join(clock)}") or ()
    expected = any((minute - day * DAY - start) % WEEK < length for day in days)
    assert any(one <= minute < other for one, other in spans) == expected


@given(st.sets(st.integers(0, WEEK - 1), max_size=12), st.booleans())
def test_a_week_by_day_tells_every_minute_that_is_open_and_no_other(turns: set[int], begins_open: bool) -> None:
    edges = [0, *sorted(turns - {0}), WEEK]
    spans = tuple(pair for n, pair in enumerate(itertools.pairwise(edges)) if n % 2 == (not begins_open))
    told = by_day(spans)
    days = [day for first, last, _ in told for day in range(first, last + 1)]
    assert len(days) == len(set(days))
    minutes = set()
    for first, last, times in told:
        for day, text in itertools.product(range(first, last + 1), times.split(", ")):
            start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("–"))
            end += DAY if end <= start else 0
            minutes |= {(day * DAY + minute) % WEEK for minute in range(start, end)}
    assert minutes == {minute for start, end in spans for minute in range(start, end)}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("24/7", ((0, 6, "00:00–24:00"),)),
        ("Sa-Su", ((5, 6, "00:00–24:00"),)),
        ("Mo-Su 22:00-06:00", ((0, 6, "22:00–06:00"),)),
        ("Fr-Mo 20:00-24:00", ((0, 0, "20:00–24:00"), (4, 6, "20:00–24:00"))),
        ("off", ()),
    ],
)
def test_a_night_stands_with_its_evening_and_a_long_span_is_cut_at_midnight(
    text: str, told: tuple[tuple[int, int, str], ...]
) -> None:
    assert by_day(weekly_spans(text) or ()) == told


TIMES = st.lists(
    st.tuples(st.integers(0, 95), st.integers(1, 95)).map(lambda t: f"{_at(t[0])}-{_at((t[0] + t[1]) % 96 or 96)}"),
    min_size=1,
    max_size=2,
).map(",".join)
ON_DAYS = st.lists(
    st.sampled_from(DAYS) | st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map("-".join), max_size=3
).map(",".join)
SAID = TIMES | st.sampled_from(["off", "closed", "00:00-24:00", "20:00-26:00", "open"])
ONE_RULE = st.tuples(ON_DAYS, SAID).map(" ".join).map(str.strip)
PARTED = st.lists(st.tuples(st.sampled_from(["; ", ";", ", "]), ONE_RULE), max_size=4)
WEEKLY = st.just("24/7") | st.tuples(ONE_RULE, PARTED).map(
    lambda drawn: drawn[0] + "".join(mark + rule for mark, rule in drawn[1])
)
AFTER = st.sampled_from(["", "; PH off", "; PH 09:00-12:00", ";Su,PH off", "; Mo-Fr,PH 22:00-02:00", "; PH"])
MINUTES = st.datetimes(dt.datetime.fromisoformat("2020-01-01"), dt.datetime.fromisoformat("2040-01-01")).map(
    lambda time: time.replace(second=0, microsecond=0)
)


def _at(quarter: int) -> str:
    return f"{quarter // 4:02}:{quarter % 4 * 15:02}"


@settings(deadline=None, max_examples=400)
@given(WEEKLY, AFTER, MINUTES)
def test_every_minute_of_twenty_years_is_as_the_library_says(text: str, after: str, time: dt.datetime) -> None:
    try:
        hours = OpeningHours(text + after)
    except ParserError:
        with pytest.raises(HoursError):
            weekly_spans(text + after)
        return
    spans = weekly_spans(text + after)
    assert spans is not None
    minute = time.weekday() * DAY + time.hour * 60 + time.minute
    assert any(start <= minute < stop for start, stop in spans) == hours.is_open(time)


@settings(deadline=None, max_examples=400)
@given(WORDS.map(" ".join), MINUTES)
def test_hours_with_a_date_in_them_have_a_week_only_where_the_library_finds_the_same_in_every_year(
    text: str, time: dt.datetime
) -> None:
    with contextlib.suppress(HoursError):
        if (spans := weekly_spans(text)) is not None:
            minute = time.weekday() * DAY + time.hour * 60 + time.minute
            assert any(start <= minute < stop for start, stop in spans) == OpeningHours(text).is_open(time)


ASK = """
import { isOpen, nextOpening, parseSpans } from "./hours.js";
console.log(JSON.stringify(given.map(([spans, minute]) => {
  const parsed = parseSpans(spans);
  return [isOpen(parsed, minute), nextOpening(parsed, minute)];
})));
"""


@settings(deadline=None, max_examples=8)
@given(st.lists(st.tuples(WEEKLY, st.integers(0, WEEK - 1)), min_size=40, max_size=60))
def test_the_phone_finds_open_and_the_next_opening_as_the_library_does(drawn: list[tuple[str, int]]) -> None:
    asked = []
    for text, minute in drawn:
        with contextlib.suppress(HoursError):
            asked.append((text, weekly_spans(text) or (), minute))
    given = [(" ".join(f"{start}-{stop}" for start, stop in spans), minute) for _, spans, minute in asked]
    monday = dt.datetime.fromisoformat("2026-11-23")
    for (text, spans, minute), (is_open, following) in zip(asked, engine.run(ASK, given), strict=True):
        hours, time = OpeningHours(text), monday + dt.timedelta(minutes=minute)
        assert is_open == hours.is_open(time), text
        if not is_open:
            change = hours.next_change(time) if spans else None
            expected = change and int((change - monday).total_seconds() // 60) % WEEK
            assert following == expected, text
