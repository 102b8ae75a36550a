"""Where she can be helped here: areas, the referral pathway of one, its directory."""

import json
from collections import Counter
from typing import Any

from flask import Blueprint, abort

from pwa.domain import pathway
from pwa.domain.areas import Area, plain
from pwa.domain.cells import CATEGORIES
from pwa.domain.directory import Service
from pwa.packs import rough_kilobytes
from pwa.press import Sheet
from pwa.store import places, services
from pwa.web import area_or_404, house, language_or_404, printed, reader_page, rules_of

room = Blueprint("refer", __name__)


@reader_page(room, "/areas/")
def areas(lang: str) -> tuple[str, dict[str, Any]]:
    tally = services.tally(house().db)
    sizes = {area: rough_kilobytes(lang, tally.get((area.code, ""), 0)) for area in house().atlas.countries}
    listed = [(area, _in_country(tally, area), size) for area, size in sizes.items()]
    written = places.overlays(house().db)
    with_rules = [e for e in listed if house().library.rule(lang, e[0].slug) or e[0].slug in written]
    return "refer/areas.html", {"here": with_rules, "elsewhere": [e for e in listed if e not in with_rules]}


@reader_page(room, "/areas/<country>/")
def country(lang: str, country: str) -> tuple[str, dict[str, Any]]:
    area = area_or_404(country)
    if not area.is_country:
        abort(404)
    tally = services.tally(house().db)
    everywhere = tally.get((area.code, ""), 0)
    own = [(province, tally.get((area.code, province.code), 0)) for province in house().atlas.provinces(area)]
    return "refer/country.html", {
        "area": area,
        "everywhere": everywhere,
        "kilobytes": rough_kilobytes(lang, everywhere),
        "provinces": [(province, number, rough_kilobytes(lang, everywhere + number)) for province, number in own],
        "atlas": house().atlas,
    }


@reader_page(room, "/<area>/")
def page(lang: str, area: str) -> tuple[str, dict[str, Any]]:
    place = area_or_404(area)
    found = services.serving(house().db, place)
    urgent = house().library.emergency(place.slug, place.country.lower())
    drawn = pathway.draw(found, place, urgent, services.changed_on(house().db, place))
    clock = house().library.page(lang, "pages/clock")
    return "refer/page.html", {"pathway": drawn, "clock": clock, **_about(lang, place, found)}


@reader_page(room, "/<area>/directory/")
def directory(lang: str, area: str) -> tuple[str, dict[str, Any]]:
    place = area_or_404(area)
    found = services.serving(house().db, place)
    urgent = house().library.emergency(place.slug, place.country.lower())
    by_id = {service.id: service for service in found}
    listed = [service for service in found if service.id not in urgent]
    return "refer/directory.html", {
        "emergency": [by_id[i] for i in urgent if i in by_id],
        "groups": pathway.by_category(found, place, urgent, services.changed_on(house().db, place)),
        "kinds": [kind for kind in CATEGORIES if any(kind in service.categories for service in listed)],
        "spoken": sorted({code for service in listed for code in service.languages}),
        **_about(lang, place, found),
    }


@printed(room, "/<lang>/areas/names.json")
def names(lang: str) -> Sheet:
    """Every area with its names, so that the list can be searched without a network."""
    language_or_404(lang)
    rows = [_findable(lang, area) for area in house().atlas.areas.values()]
    return Sheet(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), "application/json")


def _findable(lang: str, area: Area) -> list[str]:
    """Address, the name to show, where it is, and what else it is called, in plain letters."""
    atlas = house().atlas
    joined = atlas.get(area.merged_into.lower()) if area.merged_into else None
    near = [joined.name, *joined.also] if joined else [a.name for a in atlas.merged_from(area)]
    called = dict.fromkeys(plain(n) for n in (area.name, area.local, *area.also, *near) if n)
    # The phone makes plain letters of the name that is shown, as of what is typed.
    called.pop(plain(area.called(lang)), None)
    inside = "" if area.is_country else atlas.country_of(area).called(lang)
    if joined:
        inside = f"{joined.called(lang)}, {inside}"
    return [area.slug, area.called(lang), inside, "|".join(called)]


def _in_country(tally: dict[tuple[str, str], int], area: Area) -> int:
    return sum(number for (country, _), number in tally.items() if country == area.code)


def _about(lang: str, place: Area, found: tuple[Service, ...]) -> dict[str, Any]:
    atlas, library = house().atlas, house().library
    joined = atlas.get(place.merged_into.lower()) if place.merged_into else None
    urgent = library.emergency(place.slug, place.country.lower())
    day = services.changed_on(house().db, place)
    dates = sorted(r.date.removeprefix("c. ") for s in found for r in s.references if r.date != "undated")
    return {
        "area": place,
        "country": atlas.country_of(place),
        "joined": joined,
        "joined_from": atlas.merged_from(place),
        "rule": rules_of(lang, place),
        "alone": places.are_alone(house().db, [place.slug]),
        "number": len(found),
        "ambulance": pathway.ambulance_in(s for s in found if s.id in urgent),
        "listed": sum(service.id not in urgent for service in found),
        "own": sum(service["province"] == place.code for service in found),
        "checked": sum(bool(service.checked_on) for service in found),
        "checks": sorted(Counter(service.checked_on for service in found).items()),
        "out_of_date": sum(service.is_old(day) for service in found),
        "changed_on": day,
        "oldest": dates[0][:4] if dates else "",
        "newest": dates[-1][:4] if dates else "",
    }
