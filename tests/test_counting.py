"""What a phone counts, as bytes: every form has one spelling, and whatever is not exactly of it is refused."""

import datetime as dt
import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pwa.domain.counting import (
    MOST_SLOTS,
    SEALED,
    SLOT,
    Batch,
    Kind,
    MalformedError,
    Reason,
    Slot,
    decoded,
    encoded,
    entry_of,
    month_number,
    month_of,
    pack_slot,
    quarter_of,
    read_batch,
    read_slot,
    this_month,
)

MONTHS = st.integers(0, 65535).map(month_of)
AREAS = st.from_regex(r"[a-z]{2}(-[a-z0-9]{1,3})?", fullmatch=True)
BYTE = st.integers(0, 255)
SLOTS = st.one_of(
    st.builds(Slot, st.just(Kind.DUMMY), MONTHS),
    st.builds(Slot, st.just(Kind.COUNT), MONTHS, MONTHS, AREAS, BYTE, BYTE),
    st.builds(
        lambda made, month, area, reason, entry: Slot(Kind.FLAG, made, month, area, reason=reason, entry=entry),
        MONTHS,
        MONTHS,
        AREAS,
        st.sampled_from(Reason),
        st.binary(min_size=8, max_size=8),
    ),
)
NAME = st.binary(min_size=16, max_size=16)
SEALED_SLOT = st.binary(min_size=SEALED, max_size=SEALED)


def body(**changed: object) -> bytes:
    return json.dumps({"batch": encoded(bytes(16)), "slots": [encoded(bytes(SEALED))], **changed}).encode()


@given(SLOTS)
def test_a_slot_comes_back_from_its_24_bytes_as_it_was(slot: Slot) -> None:
    packed = pack_slot(slot)
    assert len(packed) == SLOT
    assert read_slot(packed) == slot


def test_a_count_has_the_bytes_that_the_protocol_gives() -> None:
    slot = Slot(Kind.COUNT, "2026-11", "2026-10", "kh-12", disclosures=3, referrals=2)
    assert pack_slot(slot).hex() == "0101" + "0142" + "0141" + "6b682d3132000000" + "0302" + "0000000000000000"
    flag = Slot(Kind.FLAG, "2026-11", "2026-11", "sg", reason=Reason.CLOSED, entry=entry_of("sg-home"))
    assert pack_slot(flag).hex() == "0102" + "0142" + "0142" + "7367000000000000" + "0400" + entry_of("sg-home").hex()
    assert pack_slot(Slot(Kind.DUMMY, "2026-11")).hex() == "0100" + "0142" + "00" * 20


@given(st.binary(max_size=40))
@example(bytes(24))
@example(b"\1\1" + bytes(22))
@example(b"\1\2\1\x42\1\x42kh-12\0\0\0\5\0" + bytes(8))
def test_bytes_that_are_no_slot_are_refused_in_one_way(text: bytes) -> None:
    try:
        slot = read_slot(text)
    except MalformedError:
        return
    assert len(text) == SLOT and slot.kind in Kind


@given(NAME, st.lists(SEALED_SLOT, min_size=1, max_size=MOST_SLOTS))
def test_a_batch_comes_back_as_it_was_sent(name: bytes, slots: list[bytes]) -> None:
    sent = {"batch": encoded(name), "slots": [encoded(slot) for slot in slots]}
    assert read_batch(json.dumps(sent).encode()) == Batch(name, tuple(slots))


NAMED, SLOTTED = encoded(b"\xff" * 16), encoded(b"\xff" * SEALED)
WRONG = {
    "no JSON": b"{",
    "nothing": b"",
    "no object": b"[]",
    "a number": b"1",
    "too deep": b"[" * 30_000,
    "not ASCII": body(batch="é" * 22).decode("unicode_escape").encode("latin-1"),
    "a name too short": body(batch=NAMED[:-1]),
    "a name too long": body(batch=NAMED + "A"),
    "a name with filling": body(batch=NAMED + "=="),
    "a name in the other alphabet": body(batch="/" + NAMED[1:]),
    "a name with a line's end": body(batch=NAMED + "\n"),
    "a name of another spelling": body(batch=NAMED[:-1] + "x"),
    "a name that is no word": body(batch=1),
    "no slots": body(slots=[]),
    "too many slots": body(slots=[SLOTTED] * (MOST_SLOTS + 1)),
    "slots that are no list": body(slots=SLOTTED),
    "a slot too short": body(slots=[SLOTTED[:-1]]),
    "a slot of another spelling": body(slots=[SLOTTED[:-1] + "x"]),
    "a slot that is no word": body(slots=[None]),
    "one thing more": body(at="2026-11-24"),
    "one thing less": b'{"batch": "' + NAMED.encode() + b'"}',
    "a name twice": body()[:-1] + b', "batch": "' + NAMED.encode() + b'"}',
}


@pytest.mark.parametrize("sent", WRONG.values(), ids=WRONG)
def test_what_is_not_exactly_a_batch_is_refused_and_not_repeated(sent: bytes) -> None:
    with pytest.raises(MalformedError) as refused:
        read_batch(sent)
    assert NAMED not in str(refused.value) and "é" not in str(refused.value)
    assert read_batch(body())


@given(NAME, st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=22, max_size=22))
def test_a_name_has_one_spelling(name: bytes, other: str) -> None:
    assert decoded(encoded(name)) == name
    try:
        found = read_batch(body(batch=other)).id
    except MalformedError:
        assert encoded(decoded(other)) != other
    else:
        assert encoded(found) == other


@given(st.integers(0, 65535))
def test_a_month_is_a_number_and_back(number: int) -> None:
    assert month_number(month_of(number)) == number


@pytest.mark.parametrize(
    ("month", "number", "quarter"),
    [("2000-01", 0, "2000-Q1"), ("2000-12", 11, "2000-Q4"), ("2026-04", 315, "2026-Q2"), ("2026-11", 322, "2026-Q4")],
)
def test_months_count_from_the_year_2000_and_quarters_are_three_of_them(month: str, number: int, quarter: str) -> None:
    assert month_number(month) == number
    assert quarter_of(month) == quarter


def test_the_month_of_a_day_has_two_digits() -> None:
    assert this_month(dt.date(2026, 1, 31)) == "2026-01"


def test_an_entry_is_eight_bytes_that_the_phone_makes_alike() -> None:
    # printf kh-licadho | sha256sum
    assert entry_of("kh-licadho").hex() == "0ff0a84c167d1dae"
