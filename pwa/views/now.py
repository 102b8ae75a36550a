"""The guide for the moment when somebody is telling: six steps, and the cards beside them."""

from typing import Any

from flask import Blueprint, abort

from pwa.web import house, reader_page

room = Blueprint("now", __name__)


@reader_page(room, "/now/")
def page(lang: str) -> tuple[str, dict[str, Any]]:
    library = house().library
    return "now/page.html", {"steps": library.guide(lang, "step"), "cards": library.guide(lang, "card")}


@reader_page(room, "/now/<step>/")
def step(lang: str, step: str) -> tuple[str, dict[str, Any]]:
    library = house().library
    shown = library.page(lang, f"now/{step}") or abort(404)
    steps, cards = library.guide(lang, "step"), library.guide(lang, "card")
    at = steps.index(shown) if shown in steps else None
    return "now/step.html", {
        "page": shown,
        "clock": library.page(lang, "pages/clock"),
        "steps": steps,
        "cards": [card for card in cards if card != shown],
        "number": None if at is None else at + 1,
        "before": steps[at - 1] if at else None,
        "after": steps[at + 1] if at is not None and at + 1 < len(steps) else None,
    }
