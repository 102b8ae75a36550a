"""Across borders: her consulate here, help in her own country, and what of it can be dialled from here."""

from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from pwa.domain.areas import Area
from pwa.domain.directory import Service
from pwa.domain.phones import Phone

# What helps across a border. The rest (police, a clinic) helps where she stands, and is found under that place.
FROM_HOME = ("consular", "migrant_resource", "hotline", "legal", "psychosocial", "shelter", "economic", "training")
# Networks carry these lines inside their own country alone, or nobody can tell.
_FREE_OR_DEAR = (PhoneNumberType.TOLL_FREE, PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST)
_WORLDWIDE = "001"
LONGEST_SHORT = 6


@dataclass(frozen=True)
class Line:
    """A number to show, a note, and what any country dials for it: "" where it works only inside its own."""

    number: str
    dial: str
    note: str


@dataclass(frozen=True)
class Contact:
    """A service in her country, and its numbers as they are dialled from another."""

    service: Service
    lines: tuple[Line, ...]

    @property
    def reached(self) -> bool:
        """Whether it can be reached from another country."""
        return any(line.dial for line in self.lines) or bool(self.service.messages or self.service["email"])


@dataclass(frozen=True)
class Pair:
    """An area and her country: her consulates here, other lines here for her people, and what there is at home.

    At home, `reached` can be reached from here, `inside` only when she is back, and of `silent` no number is known.
    """

    consulates: tuple[Service, ...]
    for_her: tuple[Service, ...]
    reached: tuple[Contact, ...]
    inside: tuple[Contact, ...]
    silent: tuple[Service, ...]


def pair(here: Iterable[Service], area: Area, there: Iterable[Service], home: str, urgent: tuple[str, ...]) -> Pair:
    """The pair of `area` and `home` (ISO alpha-2), from the open services of both countries, provinces included.

    `urgent` are ids of her country's emergency numbers, which are no use from here.
    """
    ordered = sorted(here, key=lambda s: (s["province"] != area.code, s["province"] != "", s["name"].casefold()))
    hers = [service for service in ordered if home in service.for_nationals]
    helping = [Contact(s, tuple(line_of(p, s["country"]) for p in s.phones)) for s in _at_home(there, home, urgent)]
    return Pair(
        consulates=tuple(s for s in hers if "consular" in s.categories),
        for_her=tuple(s for s in hers if "consular" not in s.categories and s["province"] in ("", area.code)),
        reached=tuple(c for c in helping if c.reached),
        inside=tuple(c for c in helping if c.lines and not c.reached),
        silent=tuple(c.service for c in helping if not c.lines and not c.reached),
    )


def line_of(phone: Phone, country: str) -> Line:
    """How a number of a service in `country` is dialled from any other: +, the country's code, and no nought."""
    number = _across(phone, country)
    if not number:
        return Line(phone.number, "", phone.note)
    shown, dialled = (
        phonenumbers.format_number(number, f) for f in (PhoneNumberFormat.INTERNATIONAL, PhoneNumberFormat.E164)
    )
    return Line(shown, dialled, phone.note)


def exit_code(country: str) -> str:
    """What a telephone in `country` dials in place of + ("00"); "" where that depends on the company."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region(country)
    code = str(plan.international_prefix or "") if plan else ""
    return code if code.isdigit() else ""


def _at_home(there: Iterable[Service], home: str, urgent: tuple[str, ...]) -> list[Service]:
    """What may help her, national ones first, and of those the ones for her country's people; then by name."""
    found = [
        service
        for service in there
        if service.id not in urgent
        and any(category in FROM_HOME for category in service.categories)
        and (home in service.for_nationals or not service.for_nationals)
    ]
    return sorted(found, key=lambda s: (s["province"] != "", not s.for_nationals, s["name"].casefold()))


def _across(phone: Phone, country: str) -> PhoneNumber | None:
    """The number as every country can dial it, None where only its own can, or where nobody can tell."""
    if not phone.abroad and len(phone.dial) <= LONGEST_SHORT:
        # With a country's code before it, a short code can be somebody's telephone.
        return None
    try:
        number = phonenumbers.parse(phone.dial, country)
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    if not phonenumbers.is_valid_number(number) or not phonenumbers.can_be_internationally_dialled(number):
        return None
    if phonenumbers.region_code_for_number(number) == _WORLDWIDE:
        return number
    # A number that its service writes with + is meant for other countries, unless it is a free or a dear one.
    doubtful = kind in _FREE_OR_DEAR or (kind == PhoneNumberType.UAN and not phone.abroad)
    return None if doubtful else number
