"""The front door: a language is picked, then the urgent card stands first."""

from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from pwa.web import house, reader_page, wanted_language

room = Blueprint("home", __name__)


@room.get("/")
def door() -> Response:
    """Send the reader to the language that the browser asks for; nothing is remembered."""
    answer = redirect(url_for("home.page", lang=wanted_language()))
    answer.headers["Cache-Control"] = "no-store"
    answer.vary.add("Accept-Language")
    return answer


@reader_page(room, "/")
def page(lang: str) -> tuple[str, dict[str, Any]]:
    library = house().library
    return "home/page.html", {"steps": library.guide(lang, "step"), "lessons": library.lessons(lang)}
