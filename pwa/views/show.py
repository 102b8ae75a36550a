"""Words to show to her, in her language."""

from typing import Any

from flask import Blueprint, abort

from pwa.domain.phrases import ANSWERS
from pwa.web import house, reader_page

room = Blueprint("show", __name__)


@reader_page(room, "/show/")
def page(lang: str) -> tuple[str, dict[str, Any]]:
    return "show/page.html", {"others": house().phrases.others(lang)}


@reader_page(room, "/show/<other>/")
def cards(lang: str, other: str) -> tuple[str, dict[str, Any]]:
    sheet = house().phrases.sheet(other) or abort(404)
    groups = house().phrases.groups(lang, other)
    answers = [card for group in groups if group.id == ANSWERS for card in group.cards]
    return "show/cards.html", {"spoken": sheet, "groups": groups, "answers": answers}
