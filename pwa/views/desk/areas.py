"""What readers are told about an area: who looks after its list, the local rules; and who looks after it alone."""

from flask import Response, abort, request, url_for

from pwa.desk_forms import area_of_hers, by_column, desk_page, offered, said_no, words_of_place
from pwa.desk_web import Member, administrator, confirmed, desk_room, done, member, now
from pwa.domain.areas import Area
from pwa.domain.faults import FaultsFoundError
from pwa.domain.proposals import Words, differences, fingerprint, place
from pwa.domain.rules import RULE_PARTS, RULE_STATES
from pwa.store import history, places, proposals, waiting
from pwa.store.people import NotAllowedError
from pwa.store.proposals import Wanted
from pwa.web import house, rules_of, wanted_language

room = desk_room("desk_areas", __name__)
PAGE = "desk_areas.page"


@room.get("/desk/areas/")
def index() -> Response:
    mine = member()
    if asked := request.args.get("area"):
        return done(PAGE, id=area_of_hers(asked)[1].slug)
    written, alone = places.overlays(house().db), places.alone(house().db)
    every = offered(mine)
    known = {*written, *alone, *mine.person.areas}
    listed = [area for area in every if area.is_country or area.slug in known]
    return desk_page("areas", listed=listed, offered=every, written=written, alone=alone)


@room.get("/desk/areas/<id>/")
def page(id: str) -> Response:
    mine, area = area_of_hers(id)
    return _page(mine, area, waiting.current(house().db, place(id)))


@room.post("/desk/areas/<id>/")
def propose(id: str) -> Response:
    mine, area = area_of_hers(id)
    after = words_of_place(request.form)
    try:
        if after.get("language", "") not in ("", *house().languages):
            abort(400)
        wanted = Wanted(place(id), after, request.form.get("base", ""))
        proposals.propose(house().db, mine.person.id, "edit", [wanted], now())
    except FaultsFoundError as error:
        return _page(mine, area, after, error)
    except NotAllowedError as error:
        return _page(mine, area, after, error) if error.args[0] in ("stale", "nothing-changed") else said_no(error)
    return done(PAGE, id=id)


@room.post("/desk/areas/<id>/back")
def back(id: str) -> Response:
    """Propose what was said of an area before one of its changes; that may be nothing."""
    mine, _area = area_of_hers(id)
    entry = history.entry(house().db, place(id), request.form.get("number", 0, type=int))
    if not entry or entry.kind == "refused":
        abort(404)
    try:
        wanted = Wanted(place(id), entry.before, request.form.get("base", ""))
        proposals.propose(house().db, mine.person.id, "roll-back", [wanted], now())
    except (FaultsFoundError, NotAllowedError) as error:
        return said_no(error)
    return done(PAGE, id=id)


@room.post("/desk/areas/<id>/alone")
def alone(id: str) -> Response:
    """Say whether one person looks after this area alone. For an administrator who has just shown a passkey."""
    mine = administrator()
    _, area = area_of_hers(id)
    wanted = request.form.get("alone") == "yes"
    name = area.called(wanted_language())
    confirmed(mine, "alone" if wanted else "together", url_for(PAGE, id=id), name)
    try:
        proposals.set_alone(house().db, mine.person.id, id, wanted, now())
    except NotAllowedError as error:
        return said_no(error)
    return done(PAGE, id=id)


def _page(mine: Member, area: Area, words: Words, error: FaultsFoundError | NotAllowedError | None = None) -> Response:
    db, target = house().db, place(area.slug)
    stored = waiting.current(db, target)
    faults = by_column(error.faults) if isinstance(error, FaultsFoundError) else {}
    shown = rules_of(next(iter(house().languages)), area)
    status = 200 if not error else 422 if faults else 409
    return desk_page(
        "area",
        status,
        area=area,
        words=words,
        faults=faults,
        fault="faults" if faults else str(error.args[0]) if error else "",
        base=fingerprint(stored),
        stored=stored,
        parts=RULE_PARTS,
        states=RULE_STATES,
        shown={part.key: part for part in shown.parts} if shown else {},
        focal=shown.focal_point if shown else None,
        waits=[(each, differences(each.before, each.after)) for each in waiting.of_target(db, target)],
        past=[(each, differences(each.before, each.after)) for each in history.of(db, target)],
        alone=places.alone(db).get(area.slug),
    )
