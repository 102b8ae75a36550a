"""The directory at the desk: what must be looked at first, by area, and a search over it."""

import functools
from typing import Any

from flask import Response, abort, request

from pwa.desk_forms import base_of, desk_page, flagged, offered, slug_of, today
from pwa.desk_web import Member, desk_room, member
from pwa.domain import naming, search
from pwa.store import finding, overdue
from pwa.web import called_in, house

room = desk_room("desk_directory", __name__)


@room.get("/desk/directory/")
def page() -> Response:
    mine = member()
    areas = _areas(mine)
    number = request.args.get("page", 1, type=int)
    if number < 1 or number > 100_000:
        abort(404)
    marks, db = flagged(), house().db
    tally = overdue.tally(db, areas, list(marks), today())
    return desk_page(
        "directory",
        listed=overdue.page(db, areas, list(marks), today(), number),
        flags=marks,
        tally=tally,
        pages=max(1, -(-sum(tally.values()) // overdue.PAGE)),
        number=number,
        **_about(mine, request.args.get("area", ""), ""),
    )


@room.post("/desk/directory/")
def find() -> Response:
    """The services of hers that fit some words. Nothing is written; the words stand in no address."""
    mine, db = member(), house().db
    typed = search.shown(request.form.get("words", ""))
    question = naming.asked(typed, called_in(next(iter(house().languages))), functools.partial(finding.knows, db))
    countries = [country.code for country in house().atlas.countries]
    found = finding.find(db, question, countries, closed=True, most=200)
    marks = flagged()
    fitting = [each for each in found.services if mine.person.covers(slug_of(each))][: overdue.PAGE]
    listed = [(overdue.state(each, list(marks), today()), each) for each in fitting]
    return desk_page("directory", listed=listed, flags=marks, tally={}, pages=1, number=1, **_about(mine, "", typed))


def _areas(mine: Member) -> list[str]:
    """The areas that are asked for: one of hers, or all of hers; none stands for every area there is."""
    asked = request.args.get("area", "")
    if asked and not (house().atlas.get(asked) and mine.person.covers(asked)):
        abort(404)
    return [asked] if asked else [] if mine.person.is_administrator else list(mine.person.areas)


def _about(mine: Member, area: str, typed: str) -> dict[str, Any]:
    return {"offered": offered(mine), "area": area, "typed": typed, "slug_of": slug_of, "base_of": base_of}
