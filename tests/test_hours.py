import contextlib
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain.hours import WEEK, HoursError, by_day, weekly_spans

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY = 24 * 60
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
    ],
)
def test_hours_that_no_single_week_can_stand_for_have_no_week(text: str) -> None:
    assert weekly_spans(text) is None


@pytest.mark.parametrize("text", ['"by appointment"', "unknown", "Mo-Fr 08:00-17:00 unknown", 'Mo "call first"'])
def test_hours_that_only_the_service_knows_are_neither_open_nor_closed(text: str) -> None:
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


@given(st.lists(st.tuples(st.integers(0, 10079), st.integers(1, 1440)), max_size=12))
def test_a_week_by_day_tells_every_minute_that_is_open_and_no_other(drawn: list[tuple[int, int]]) -> None:
    spans = tuple(sorted((start, start + length) for start, length in drawn))
    told = by_day(spans)
    assert told is not None
    days = [day for first, last, _ in told for day in range(first, last + 1)]
    assert len(days) == len(set(days))
    found = []
    for first, last, times in told:
        for day in range(first, last + 1):
            for text in times.split(", "):
                start, end = (int(clock[:2]) * 60 + int(clock[3:]) for clock in text.split("–"))
                found.append((day * 1440 + start, day * 1440 + end + (1440 if end <= start else 0)))
    assert sorted(found) == list(spans)


def test_a_span_of_more_than_a_day_has_no_table() -> None:
    assert by_day(((0, 10080),)) is None
    assert by_day(()) == ()
