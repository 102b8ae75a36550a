"""What can be read before it happens: the modules that there are, and the words."""

from typing import Any

from flask import Blueprint

from pwa.web import house, reader_page

room = Blueprint("learn", __name__)


@reader_page(room, "/learn/")
def page(lang: str) -> tuple[str, dict[str, Any]]:
    library = house().library
    return "learn/page.html", {"steps": library.guide(lang, "step"), "cards": library.guide(lang, "card")}


@reader_page(room, "/words/")
def words(lang: str) -> tuple[str, dict[str, Any]]:
    library = house().library
    every = library.words(lang)
    return "learn/words.html", {
        "page": library.page(lang, "words"),
        "words": [word for word in every if not word.is_form],
        "forms": [word for word in every if word.is_form],
    }
