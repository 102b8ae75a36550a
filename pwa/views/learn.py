"""What can be read before it happens: the modules, the words, the self-assessment, and slides for a room."""

from typing import Any

from flask import Blueprint, abort, url_for

from pwa.domain.lessons import Lesson
from pwa.web import house, reader_page

room = Blueprint("learn", __name__)


@reader_page(room, "/learn/")
def page(lang: str) -> tuple[str, dict[str, Any]]:
    return "learn/page.html", {"lessons": house().library.lessons(lang)}


@reader_page(room, "/learn/<module>/")
def module(lang: str, module: str) -> tuple[str, dict[str, Any]]:
    return "learn/module.html", _around(lang, module)


@reader_page(room, "/learn/<module>/present/")
def present(lang: str, module: str) -> tuple[str, dict[str, Any]]:
    """The same words as slides. The last one carries the address of the module, on the origin that was configured."""
    address = house().config.readers + url_for("learn.module", lang=lang, module=module)
    return "present/page.html", {"address": address, "sheet": "deck", **_around(lang, module)}


@reader_page(room, "/learned/")
def learned(lang: str) -> tuple[str, dict[str, Any]]:
    """What was read on this phone; only the phone knows."""
    return "learn/learned.html", {"lessons": house().library.lessons(lang)}


@reader_page(room, "/check/")
def check(lang: str) -> tuple[str, dict[str, Any]]:
    checklist = house().library.checklist(lang) or abort(404)
    return "learn/check.html", {"checklist": checklist, "page": checklist.page}


@reader_page(room, "/words/")
def words(lang: str) -> tuple[str, dict[str, Any]]:
    library = house().library
    every = library.words(lang)
    return "learn/words.html", {
        "page": library.page(lang, "words"),
        "words": [word for word in every if not word.is_form],
        "forms": [word for word in every if word.is_form],
    }


def _around(lang: str, slug: str) -> dict[str, Any]:
    """A module, its number among all, and the one after it."""
    library = house().library
    every = library.lessons(lang)
    found: Lesson = library.lesson(lang, slug) or abort(404)
    number = every.index(found) + 1
    after = every[number] if number < len(every) else None
    return {"lesson": found, "page": found.page, "number": number, "all": len(every), "after": after}
