"""Telephone numbers as a directory writes them: "117; +855 23 997 919 [office]".

A number that can be dialled from abroad starts with + and is checked against its country's plan; short codes and
toll-free numbers stay as they are published. Never * or #: they can start a service on the phone that dials.
"""

import re
from dataclasses import dataclass

import phonenumbers

CHANNELS = ("whatsapp", "sms", "telegram", "line", "viber")
_ENTRY = re.compile(r"^(?P<number>\+?[0-9][0-9 ().-]*)(?: \[(?P<note>[^\[\];]+)\])?$")

_TOLL_FREE = re.compile(r"(0|1)?800\d{3,8}$")


@dataclass(frozen=True)
class Phone:
    """A number to show, what `tel:` dials for it, and a note such as "office"; `abroad` if any country can dial it."""

    number: str
    dial: str
    note: str
    abroad: bool

    def seen_from(self, country: str) -> str:
        """The number as people in `country` (ISO alpha-2) write it; with its + where it is not from there."""
        if not self.abroad:
            return self.number
        parsed = phonenumbers.parse(self.dial)
        if phonenumbers.region_code_for_number(parsed) != country:
            return self.number
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


@dataclass(frozen=True)
class Message:
    """A channel of CHANNELS, the number to show, the address that opens it ("" where there is none), and a note."""

    channel: str
    number: str
    link: str
    note: str


class PhoneError(ValueError):
    """What is wrong with an entry and what would be right, in words."""


def parse_phones(text: str, country: str) -> tuple[Phone, ...]:
    """The numbers in a cell, for a service in `country` (ISO alpha-2). Raises PhoneError."""
    return tuple(_phone(entry.strip(), country) for entry in text.split(";") if entry.strip())


def parse_messaging(text: str, country: str) -> tuple[Message, ...]:
    """The channels in a cell: "whatsapp +62 811 1129 129 [note]". Raises PhoneError."""
    return tuple(_message(entry.strip(), country) for entry in text.split(";") if entry.strip())


def _phone(entry: str, country: str) -> Phone:
    if "*" in entry or "#" in entry:
        raise PhoneError(f"{entry!r} has * or #, which can start a service on the phone. Leave the number out.")
    found = _ENTRY.match(entry)
    if not found:
        raise PhoneError(f"{entry!r} is no number. Write it as +855 23 997 919 or 117, and a note as [office].")
    shown, note = found["number"].strip(), found["note"] or ""
    dial = re.sub(r"[^0-9+]", "", shown)
    if dial.startswith("+"):
        # A line in another country (a ministry at home, say) is no fault: it only has to exist. What is dialled comes
        # from the library: in "+855 (0)23 …" the 0 must not be.
        valid = _must_be_valid(shown, None)
        return Phone(shown, phonenumbers.format_number(valid, phonenumbers.PhoneNumberFormat.E164), note, abroad=True)
    # Short codes and toll-free lines are outside the number plans that the library knows.
    if not 3 <= len(dial) <= 6 and not _TOLL_FREE.match(dial):
        _must_be_whole(shown, dial, _must_be_valid(shown, country), country)
    if len(dial) <= 6 and re.fullmatch(r"1\d\d\D+1\d\d", shown):
        # "117 118" is two codes, and dialling them as one calls nobody.
        raise PhoneError(f"{shown!r} reads like two short codes. Part them by ; or write one code without a space.")
    return Phone(shown, dial, note, abroad=False)


def _must_be_valid(shown: str, country: str | None) -> phonenumbers.PhoneNumber:
    try:
        number = phonenumbers.parse(shown, country)
    except phonenumbers.NumberParseException as error:
        raise PhoneError(f"{shown!r} is no telephone number ({error}). Write it as +855 23 997 919.") from None
    if not phonenumbers.is_valid_number(number):
        where = phonenumbers.region_code_for_country_code(number.country_code or 0)
        raise PhoneError(f"{shown!r} fits no number plan of {where}. Check the digits with the service.")
    return number


def _must_be_whole(shown: str, dial: str, number: phonenumbers.PhoneNumber, country: str) -> None:
    """A spreadsheet reads a number as an amount: it takes the noughts before it, and the +."""
    inside = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    rest = phonenumbers.national_significant_number(number)
    without_nought = dial == rest and dial != re.sub(r"[^0-9]", "", inside)
    code = str(number.country_code)
    without_plus = dial == f"{code}{rest}" and phonenumbers.ndd_prefix_for_region(country, True) != code
    if without_nought or without_plus:
        abroad = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        lost = "leading 0" if without_nought else "+"
        raise PhoneError(f"{shown!r} has lost its {lost}, as in a spreadsheet. Write {inside} or {abroad}.")


def _message(entry: str, country: str) -> Message:
    channel, _, rest = entry.partition(" ")
    if channel not in CHANNELS:
        raise PhoneError(f"{channel!r} is no channel. Write one of {', '.join(CHANNELS)}, then the number.")
    phone = _phone(rest.strip(), country)
    if not phone.abroad:
        raise PhoneError(f"{rest!r}: write the number of a messaging channel with + and the country code.")
    digits = phone.dial.lstrip("+")
    links = {
        "whatsapp": f"https://wa.me/{digits}",
        "sms": f"sms:{phone.dial}",
        "telegram": f"https://t.me/+{digits}",
    }
    return Message(channel, phone.number, links.get(channel, ""), phone.note)
