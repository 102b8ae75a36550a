import contextlib
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pwa.domain.phones import CHANNELS, Message, Phone, PhoneError, parse_messaging, parse_phones

CHARACTERS = st.text(alphabet="+0123456789 ()./-[];*#aé\n\u202e١")


def test_an_empty_cell_has_no_number() -> None:
    assert parse_phones("", "KH") == parse_phones(" ; ;", "KH") == ()


def test_a_cell_holds_several_numbers_each_with_its_note() -> None:
    assert parse_phones("117; +855 23 997 919 [office, mornings]", "KH") == (
        Phone("117", "117", "", abroad=False),
        Phone("+855 23 997 919", "+85523997919", "office, mornings", abroad=True),
    )


@pytest.mark.parametrize("number", ["117", "1288", "116111", "999", "1300", "191"])
def test_a_short_code_is_kept_as_it_is_published(number: str) -> None:
    (phone,) = parse_phones(number, "TH")
    assert (phone.number, phone.dial, phone.abroad) == (number, number.replace(" ", ""), False)


@pytest.mark.parametrize(
    ("number", "country", "dial"),
    [("023 997 919", "KH", "023997919"), ("1800 255 0000", "SG", "18002550000"), ("0800-55-000", "TH", "080055000")],
)
def test_leading_zeros_and_toll_free_numbers_are_kept(number: str, country: str, dial: str) -> None:
    (phone,) = parse_phones(number, country)
    assert (phone.number, phone.dial, phone.abroad) == (number, dial, False)


def test_a_number_with_a_plus_may_be_in_another_country() -> None:
    (phone,) = parse_phones("+62 21 3813152", "KH")
    assert phone.dial == "+62213813152"
    assert phone.abroad


@pytest.mark.parametrize(
    "entry",
    [
        "*21*012345678#",
        "tel:*21*012345678#",
        "#31#117",
        "117 [press *1]",
        "tel:117",
        "javascript:alert(1)",
        "ask at the office",
        "+855",
        "+855 23 997 919 919",
        "+999 123 456 78",
        "12",
        "١١٧",
        "117 office",
        "117 [office",
        "117 [[office]]",
        "+",
        "117, 118",
        "117/118",
        "117 118",
        "117-118",
        "112 or 113",
    ],
)
def test_a_number_that_cannot_be_dialled_is_refused(entry: str) -> None:
    with pytest.raises(PhoneError):
        parse_phones(entry, "KH")


def test_one_wrong_number_refuses_the_cell_and_is_named() -> None:
    with pytest.raises(PhoneError, match="'nobody'"):
        parse_phones("117; nobody; 118", "KH")


@pytest.mark.parametrize(
    ("channel", "link"),
    [
        ("whatsapp", "https://wa.me/628111129129"),
        ("sms", "sms:+628111129129"),
        ("telegram", "https://t.me/+628111129129"),
        ("line", ""),
        ("viber", ""),
    ],
)
def test_a_channel_opens_where_it_has_an_address(channel: str, link: str) -> None:
    (message,) = parse_messaging(f"{channel} +62 811 1129 129 [text only]", "ID")
    assert message == Message(channel, "+62 811 1129 129", link, "text only")


@pytest.mark.parametrize("entry", ["signal +62 811 1129 129", "whatsapp", "whatsapp 117", "whatsapp *1#", "+62"])
def test_a_channel_that_cannot_be_opened_is_refused(entry: str) -> None:
    with pytest.raises(PhoneError):
        parse_messaging(entry, "ID")


@settings(deadline=None)
@given(st.text() | CHARACTERS, st.sampled_from(["KH", "SG", "AE", "", "QQ"]))
def test_any_text_gives_numbers_that_can_be_dialled_or_a_phone_error(text: str, country: str) -> None:
    with contextlib.suppress(PhoneError):
        for phone in parse_phones(text, country):
            assert re.fullmatch(r"\+?[0-9]{3,20}", phone.dial)
            assert phone.abroad == phone.dial.startswith("+")
            assert phone.number in text


@settings(deadline=None)
@given(st.sampled_from(["", "line", *CHANNELS]), st.just("+62 811 1129 129") | st.text() | CHARACTERS)
def test_any_text_gives_messages_or_a_phone_error(channel: str, rest: str) -> None:
    with contextlib.suppress(PhoneError):
        for message in parse_messaging(f"{channel} {rest}", "ID"):
            assert message.channel in CHANNELS
            assert message.link == "" or re.fullmatch(r"(https://wa\.me/|sms:\+|https://t\.me/\+)[0-9]+", message.link)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["", " ", "-", ".", " - "]), min_size=10, max_size=10))
@example([""] * 10)
def test_however_a_number_is_spaced_the_same_is_dialled(gaps: list[str]) -> None:
    written = "+8" + "".join(gap + digit for gap, digit in zip(gaps, "5523997919", strict=True))
    (phone,) = parse_phones(written, "KH")
    assert phone.dial == "+85523997919"


def test_a_nought_in_brackets_is_shown_and_never_dialled() -> None:
    (phone,) = parse_phones("+855 (0)23 997 919", "KH")
    assert (phone.number, phone.dial) == ("+855 (0)23 997 919", "+85523997919")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("+855 23 997 919", "023 997 919"),
        ("+62 21 8030 5399", "(021) 80305399"),
        ("+65 6222 3322", "6222 3322"),
        ("117", "117"),
        ("021-129", "021-129"),
    ],
)
def test_a_number_is_seen_as_it_is_written_where_one_stands_and_whole_from_elsewhere(text: str, seen: str) -> None:
    country = {"+62": "ID", "+65": "SG", "021": "ID"}.get(text[:3], "KH")
    (phone,) = parse_phones(text, country)
    assert phone.seen_from(country) == seen
    assert phone.seen_from("JP") == text
