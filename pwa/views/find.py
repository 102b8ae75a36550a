"""One box over all services. The words come by POST: they stand in no address, so in no history and in no log."""

import functools

from flask import Blueprint, Response, make_response, render_template, request

from pwa.domain import naming, search
from pwa.domain.areas import Area
from pwa.domain.directory import Service
from pwa.store import finding
from pwa.web import called_in, house, language_or_404

room = Blueprint("find", __name__)
# Bytes of a request: the box takes 200 letters, and nobody needs to send a book.
_MOST = 64 * 1024


@room.route("/<lang>/find/", methods=["GET", "POST"])
def page(lang: str) -> Response:
    """The box alone, or with what fits the words in it. Nothing of the words is kept, and no cache keeps the answer."""
    language_or_404(lang)
    request.max_content_length = request.max_form_memory_size = _MOST
    typed = search.shown(request.form.get("words", "")) if request.method == "POST" else ""
    place, atlas = house(), house().atlas
    question = naming.asked(typed, called_in(lang), functools.partial(finding.knows, place.db))
    found = finding.find(place.db, question, [country.code for country in atlas.countries])
    body = render_template(
        "find/page.html",
        typed=typed,
        question=question,
        found=found,
        listed=[(service, _area_of(service)) for service in found.services],
        atlas=atlas,
        lang=lang,
        language=place.languages[lang],
        path=request.path,
        endpoint="find.page",
        names={},
    )
    answer = make_response(body)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _area_of(service: Service) -> Area:
    areas = house().atlas.areas
    return areas.get(service["province"].lower()) or areas[service["country"].lower()]
