"""Countries and provinces: ISO 3166 by pycountry, country names by CLDR, everyday names and aliases from a file.

ISO's list is older than the map: Viet Nam joined provinces in July 2025. An area that was joined to another keeps its
code and its page, says where it belongs now, and is found under both names.
"""

import functools
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pycountry
from babel import Locale

from pwa.domain.contentfile import NoYamlError, read_yaml
from pwa.domain.faults import Fault, FaultsFoundError

# Entries of the code list that are not a first-level area: island groups, regions above provinces, a city inside one.
_ABOVE = {"ID": {"Geographical unit"}, "PH": {"Region"}}
_KEEP = {"PH-00"}
_DROP = {"TH-S"}
_TONES = re.compile("[\u0300-\u036f]+")


class NoAreaError(ValueError):
    """Words that are the name or code of no area, or of several. Its one argument are the words."""


@dataclass(frozen=True)
class Area:
    """A country ("KH") or a first-level area of one ("KH-12")."""

    code: str
    name: str
    local: str = ""
    local_language: str = ""
    also: tuple[str, ...] = ()
    merged_into: str = ""
    time_zone: str = "UTC"

    @property
    def slug(self) -> str:
        return self.code.lower()

    @property
    def country(self) -> str:
        return self.code[:2]

    @property
    def is_country(self) -> bool:
        return len(self.code) == 2

    def called(self, language: str) -> str:
        """The area's name for a reader: a country's by CLDR, a province's in its own script for its own readers."""
        if self.is_country:
            return country_name(self.code, language)
        return self.local if self.local and language.split("-")[0] == self.local_language else self.name


@dataclass(frozen=True)
class Atlas:
    """Every area that is offered, by its address in lower case."""

    areas: dict[str, Area]
    countries: tuple[Area, ...]
    _provinces: dict[str, tuple[Area, ...]] = field(repr=False)

    def get(self, slug: str) -> Area | None:
        return self.areas.get(slug)

    def named(self, text: str) -> list[str]:
        """The slugs of the areas that somebody wrote by name or code, with a comma between. Raises NoAreaError."""
        return [self._named(words) for words in text.split(",") if words.strip()]

    def _named(self, words: str) -> str:
        called = plain(" ".join(words.split()))
        names = ((area.slug, (area.slug, area.name, area.local, *area.also)) for area in self.areas.values())
        found = [slug for slug, known in names if called in map(plain, known)]
        if len(found) != 1:
            raise NoAreaError(words.strip())
        return found[0]

    def provinces(self, country: Area) -> tuple[Area, ...]:
        return self._provinces.get(country.code, ())

    def country_of(self, area: Area) -> Area:
        return self.areas[area.country.lower()]

    def merged_from(self, area: Area) -> tuple[Area, ...]:
        """The areas that were joined to this one."""
        return tuple(a for a in self._provinces.get(area.country, ()) if a.merged_into == area.code)


def country_name(code: str, language: str) -> str:
    """The name of a country (ISO alpha-2) in a language, by CLDR; the code where CLDR has none."""
    return str(Locale.parse(language, sep="-").territories.get(code, code))


def plain(text: str) -> str:
    """Lower case without tone marks, for finding: "Đà Nẵng" is "da nang"."""
    return _TONES.sub("", unicodedata.normalize("NFD", text.casefold()).replace("đ", "d"))


def load(path: Path, countries: tuple[str, ...]) -> Atlas:
    """The areas of `countries`, with everyday names from `path`. Raises FaultsFoundError."""
    places = _read(path)
    faults = list(_faults(path, places))
    if faults:
        raise FaultsFoundError(faults)
    by_slug: dict[str, Area] = {}
    provinces: dict[str, tuple[Area, ...]] = {}
    for code in countries:
        country = _country(code, places)
        by_slug[country.slug] = country
        inside = [_province(entry, country, places) for entry in _first_level(code)]
        inside.sort(key=lambda area: plain(area.name))
        provinces[code] = tuple(inside)
        by_slug |= {area.slug: area for area in inside}
    return Atlas(by_slug, tuple(by_slug[c.lower()] for c in countries), provinces)


def _read(path: Path) -> dict[str, Any]:
    file = f"{path.parent.name}/{path.name}"
    try:
        places = read_yaml(path.read_text(encoding="utf-8"))
    except (NoYamlError, UnicodeDecodeError) as error:
        where = f"line {getattr(error, 'line', 0) or 1}"
        raise FaultsFoundError([Fault(file, where, "is no YAML in UTF-8.")]) from None
    parts = ("areas", "countries", "time_zones")
    if not isinstance(places, dict) or any(not isinstance(places.get(part), dict) for part in parts):
        raise FaultsFoundError([Fault(file, "line 1", f"must hold {', '.join(parts)}, each a list of codes.")])
    return places


def first_level_codes(country: str) -> set[str]:
    """The ISO 3166-2 codes of the areas that a service in `country` can be put into; none for a country without."""
    return {entry.code for entry in _first_level(country)}


@functools.cache
def _first_level(country: str) -> list[Any]:
    if country not in ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "VN"):
        return []
    above = _ABOVE.get(country, set())
    entries = pycountry.subdivisions.get(country_code=country) or []
    return [e for e in entries if (e.type not in above or e.code in _KEEP) and e.code not in _DROP]


def _country(code: str, places: dict[str, Any]) -> Area:
    entry = places["countries"].get(code, {})
    name = str(Locale("en").territories[code])
    iso = pycountry.countries.get(alpha_2=code)
    also = [*entry.get("also", []), iso.name if iso else ""]
    return Area(
        code=code,
        name=name,
        local=entry.get("local", ""),
        local_language=entry.get("language", ""),
        also=tuple(dict.fromkeys(a for a in also if a and a != name)),
        time_zone=places["time_zones"].get(code, "UTC"),
    )


def _province(iso: Any, country: Area, places: dict[str, Any]) -> Area:
    entry = places["areas"].get(iso.code, {})
    name = entry.get("name", iso.name)
    also = [*entry.get("also", []), iso.name]
    return Area(
        code=iso.code,
        name=name,
        local=entry.get("local", ""),
        local_language=country.local_language,
        also=tuple(dict.fromkeys(a for a in also if a != name)),
        merged_into=entry.get("merged_into", ""),
        time_zone=places["time_zones"].get(iso.code, country.time_zone),
    )


def _faults(path: Path, places: dict[str, Any]) -> list[Fault]:
    file = f"{path.parent.name}/{path.name}"
    faults = []
    for code, entry in places["areas"].items():
        if not pycountry.subdivisions.get(code=code):
            faults.append(Fault(file, code, "is not in the ISO 3166-2 list."))
        goal = entry.get("merged_into")
        if goal and (goal not in places["areas"] or places["areas"][goal].get("merged_into")):
            faults.append(Fault(file, code, f"is joined to {goal}, which is no area that still stands."))
    return faults
