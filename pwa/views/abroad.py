"""A woman far from her country: her consulate here, and help at home that can be called from here."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, abort

from pwa.domain import abroad
from pwa.domain.areas import Area
from pwa.store import services
from pwa.web import area_or_404, house, reader_page

room = Blueprint("abroad", __name__)

# Of her country, in the pack of every area here. Those for all of it come first; the rest is one tap on.
MOST_AT_HOME = 60


@reader_page(room, "/<area>/abroad/<country>/")
def page(lang: str, area: str, country: str) -> tuple[str, dict[str, Any]]:
    place, home = area_or_404(area), _home_or_404(country)
    if home == place.country:
        abort(404)
    library, atlas = house().library, house().atlas
    here = services.for_people_of(house().db, place.country, home)
    there = services.of_kinds(house().db, home, abroad.FROM_HOME, MOST_AT_HOME)
    if not atlas.get(country):
        # Without a time zone nobody can say what is open now; the hours stay as they are written.
        there = tuple(replace(service, time_known=False) for service in there)
    pair = abroad.pair(here, place, there, home, library.emergency(country))
    shown = [*pair.consulates, *pair.for_her, *(c.service for c in (*pair.reached, *pair.inside)), *pair.silent]
    return "abroad/page.html", {
        "area": place,
        "country": atlas.country_of(place),
        "home": atlas.get(country) or Area(home, home),
        "home_page": atlas.get(country),
        "pair": pair,
        "more": len(there) == MOST_AT_HOME,
        "exit_code": abroad.exit_code(place.country),
        "page": library.page(lang, "pages/abroad"),
        "number": len(shown),
        "checked": sum(bool(service.checked_on) for service in shown),
    }


def _home_or_404(slug: str) -> str:
    """The code of a country that women here may come from, as the deployment lists them."""
    codes = {code.lower(): code for code in house().config.home_countries}
    return codes.get(slug) or abort(404)
