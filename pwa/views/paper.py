"""An area on paper: rules, pathway, directory, who does what, her yes, what is written; and a card to fold."""

from typing import Any

from flask import Blueprint, url_for

from pwa.domain import pathway
from pwa.domain.areas import Area
from pwa.domain.directory import Service
from pwa.store import places, services
from pwa.web import area_or_404, house, reader_page, rules_of

room = Blueprint("paper", __name__)

# Whose numbers stand on the card, first to last, until its one small page is full.
ON_CARD = ("hotline", "migrant_resource", "psychosocial", "legal", "consular", "health")
MOST_ON_CARD = 5


@reader_page(room, "/<area>/print/")
def page(lang: str, area: str) -> tuple[str, dict[str, Any]]:
    place = area_or_404(area)
    atlas, library = house().atlas, house().library
    found, day = services.serving(house().db, place), services.changed_on(house().db, place)
    urgent = library.emergency(place.slug, place.country.lower())
    drawn = pathway.draw(found, place, urgent, day)
    joined = atlas.get(place.merged_into.lower()) if place.merged_into else None
    return "paper/page.html", {
        "sheet": "paper",
        "area": place,
        "country": atlas.country_of(place),
        "joined": joined,
        "joined_from": atlas.merged_from(place),
        "rule": rules_of(lang, place),
        "alone": places.are_alone(house().db, [place.slug]),
        "pathway": drawn,
        "ambulance": pathway.ambulance_in(drawn.emergency),
        "groups": pathway.by_category(found, place, urgent, day),
        "helplines": helplines(found, place, urgent, day),
        "changed_on": day,
        "texts": library.page(lang, "pages/paper"),
        "card": library.page(lang, "pages/pocket"),
        "address": house().config.readers + url_for("refer.page", lang=lang, area=place.slug),
    }


def helplines(found: tuple[Service, ...], place: Area, urgent: tuple[str, ...], day: str) -> list[Service]:
    """The few numbers of the card: helplines first, then others that a woman far from home can call."""
    callable_ones = [s for s in pathway.in_order(found, place, day) if s.phones and s.id not in urgent]
    wanted = [s for kind in ON_CARD for s in callable_ones if kind in s.categories]
    return list(dict.fromkeys(wanted))[:MOST_ON_CARD]
