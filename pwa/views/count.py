"""The two counts. This phone is not enrolled: the page says what would be counted, and counts nothing."""

from typing import Any

from flask import Blueprint

from pwa.web import house, reader_page

room = Blueprint("count", __name__)


@reader_page(room, "/count/")
def page(lang: str) -> tuple[str, dict[str, Any]]:
    return "count/page.html", {"page": house().library.page(lang, "pages/count")}
