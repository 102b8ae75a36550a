"""What waits for a second person: each difference, and the decision about it."""

from dataclasses import replace
from typing import Any

from flask import Response, abort, request

from pwa.desk_forms import desk_page, may_see, nothing_against, said_no
from pwa.desk_web import Member, desk_room, done, member, now
from pwa.domain.faults import FaultsFoundError
from pwa.domain.proposals import Group, Proposal, differences, overview
from pwa.store import places, proposals, waiting
from pwa.store.people import NotAllowedError
from pwa.web import house

room = desk_room("desk_changes", __name__)
# Rows of a group on one page.
MOST = 50
DECISIONS = ("approve", "refuse", "withdraw")


@room.get("/desk/changes/")
def page() -> Response:
    mine, db = member(), house().db
    batches = [batch for batch in waiting.batches(db) if may_see(mine, batch)]
    alone = [each for area, each in places.alone(db).items()]
    return desk_page("changes", batches=batches, alone=alone)


@room.get("/desk/changes/<id>/")
def batch(id: str) -> Response:
    mine, rows = _seen(id)
    emergency = {service for _, service in house().library.emergency_ids()}
    stale = {each.id for each in rows if waiting.current(house().db, each.target) != each.before}
    alone = all(places.are_alone(house().db, each.areas) and each.ripe for each in rows)
    return desk_page(
        "change",
        batch=id,
        **_part(overview(rows, emergency)),
        rows=rows,
        first=rows[0],
        differences=differences,
        stale=stale,
        own=rows[0].person == mine.person.id,
        hers=all(mine.person.covers(area) for each in rows for area in each.areas),
        covers=lambda each: all(map(mine.person.covers, each.areas)),
        alone=alone,
        hours=max(0, -(-(max(each.ripe for each in rows) - now()) // 3600)),
    )


@room.post("/desk/changes/<id>/decide")
def decide(id: str) -> Response:
    """Decide about all rows of a batch, or about the one that the form names."""
    mine, rows = _seen(id)
    decision, db = request.form.get("decision", ""), house().db
    if decision not in DECISIONS:
        abort(400)
    row = request.form.get("row", "")
    ids = [each.id for each in rows if row in ("", each.id)]
    if not ids:
        abort(404)
    try:
        if decision == "approve":
            proposals.approve(db, mine.person.id, ids, now(), nothing_against())
        elif decision == "refuse":
            proposals.refuse(db, mine.person.id, ids, now())
        else:
            proposals.withdraw(db, mine.person.id, ids)
    except KeyError:
        abort(404)
    except (FaultsFoundError, NotAllowedError) as error:
        return said_no(error)
    return done("desk_changes.batch", id=id) if len(ids) < len(rows) else done("desk_changes.page")


def _part(groups: tuple[Group, ...]) -> dict[str, Any]:
    """All groups with the first rows of each; or one group that is asked for, at most 50 rows of it."""
    wanted, number = request.args.get("group", 0, type=int), request.args.get("page", 1, type=int)
    if not wanted:
        return {"groups": groups, "one": 0, "number": 1, "pages": 1}
    if not 1 <= wanted <= len(groups) or number < 1:
        abort(404)
    whole = groups[wanted - 1]
    part = whole.rows[(number - 1) * MOST : number * MOST]
    return {
        "groups": (replace(whole, rows=part),),
        "one": wanted,
        "number": number,
        "pages": -(-len(whole.rows) // MOST),
    }


def _seen(id: str) -> tuple[Member, tuple[Proposal, ...]]:
    """Who is signed in, and the rows of a batch that she may see; 404 where there are none."""
    mine = member()
    rows = tuple(each for each in waiting.of_batch(house().db, id) if may_see(mine, each))
    return (mine, rows) if rows else abort(404)
