"""One entry of the directory: right as it stands, changed, closed, opened again, brought back, or new."""

import re
import secrets
import unicodedata
from typing import Any

from flask import Response, abort, request

from pwa.desk_forms import (
    base_of,
    by_column,
    desk_page,
    flagged,
    offered,
    said_no,
    service_or_404,
    slug_of,
    today,
    words_of_service,
)
from pwa.desk_web import Member, desk_room, done, member, now
from pwa.domain.directory import Service
from pwa.domain.faults import FaultsFoundError
from pwa.domain.proposals import Words, differences, fingerprint, service, words_of
from pwa.store import flags, history, overdue, proposals, services, waiting
from pwa.store.people import NotAllowedError
from pwa.store.proposals import Wanted
from pwa.web import house

room = desk_room("desk_entry", __name__)
PAGE = "desk_entry.page"
_UNKNOWN = dict.fromkeys(("interpreter", "asks_for_papers", "may_report", "access"), "unknown")
NEW: Words = {"status": "open", "confidential": "no", **_UNKNOWN}


@room.get("/desk/directory/<id>/")
def page(id: str) -> Response:
    mine, found = service_or_404(id)
    return _page(mine, found, words_of(found.cells))


@room.post("/desk/directory/<id>/")
def edit(id: str) -> Response:
    mine, found = service_or_404(id)
    after = words_of_service(request.form, words_of(found.cells), mine.person.label)
    wanted = Wanted(service(id), after, request.form.get("base", ""))
    try:
        proposals.propose(house().db, mine.person.id, "edit", [wanted], now())
    except FaultsFoundError as error:
        return _page(mine, found, after, error)
    except NotAllowedError as error:
        return _page(mine, found, after, error) if error.args[0] in ("stale", "nothing-changed") else said_no(error)
    return done(PAGE, id=id)


@room.post("/desk/directory/<id>/right")
def still_right(id: str) -> Response:
    """Checked today. Flags of readers go with it: somebody has looked."""
    mine, _found = service_or_404(id)
    try:
        proposals.still_right(house().db, mine.person.id, id, request.form.get("base", ""), now())
    except (FaultsFoundError, NotAllowedError) as error:
        return said_no(error)
    flags.settle(house().counts, [id])
    if "HX-Request" not in request.headers:
        return done(PAGE, id=id)
    _mine, found = service_or_404(id)
    each = overdue.state(found, list(flagged()), today()), found
    answer = desk_page("_row", each=each, flags={}, slug_of=slug_of, base_of=base_of)
    answer.vary.add("HX-Request")
    return answer


@room.post("/desk/directory/<id>/status")
def status(id: str) -> Response:
    mine, found = service_or_404(id)
    before = words_of(found.cells)
    kind, to = ("close", "closed") if found["status"] == "open" else ("reopen", "open")
    wanted = Wanted(service(id), before | {"status": to}, request.form.get("base", ""))
    return _proposed(mine, kind, wanted)


@room.post("/desk/directory/<id>/back")
def back(id: str) -> Response:
    """Propose what an entry said before one of its changes."""
    mine, _found = service_or_404(id)
    number = request.form.get("number", 0, type=int)
    entry = history.entry(house().db, service(id), number)
    if not entry or not entry.before:
        abort(404)
    return _proposed(mine, "roll-back", Wanted(service(id), entry.before, request.form.get("base", "")))


@room.get("/desk/new-entry/")
def new() -> Response:
    mine = member()
    return _form(mine, NEW)


@room.post("/desk/new-entry/")
def add() -> Response:
    mine = member()
    words = words_of_service(request.form, NEW, mine.person.label)
    after = words | {"id": _id_for(words)}
    try:
        wanted = Wanted(service(after["id"]), after, fingerprint({}))
        proposals.propose(house().db, mine.person.id, "add", [wanted], now())
    except FaultsFoundError as error:
        return _form(mine, words, error)
    except NotAllowedError as error:
        return said_no(error)
    return done("desk_changes.page")


@room.post("/desk/new-entry/check")
def check() -> Response:
    """What is wrong in what is typed so far, field by field. Writes nothing; an empty field is not wrong yet."""
    mine = member()
    words = words_of_service(request.form, NEW, mine.person.label)
    found = proposals.faults_of(service("new"), words | {"id": "new"}, now())
    typed = [fault for fault in found if words.get(fault.where)]
    return desk_page("_faults", faults=by_column(typed))


def _proposed(mine: Member, kind: str, wanted: Wanted) -> Response:
    try:
        proposals.propose(house().db, mine.person.id, kind, [wanted], now())
    except (FaultsFoundError, NotAllowedError) as error:
        return said_no(error)
    return done(PAGE, id=wanted.target.partition(":")[2])


def _page(
    mine: Member, found: Service, words: Words, error: FaultsFoundError | NotAllowedError | None = None
) -> Response:
    db, target, stored = house().db, service(found.id), words_of(found.cells)
    marks = flagged()
    past = history.of(db, target)
    return desk_page(
        "entry",
        _status(error),
        service=found,
        state=overdue.state(found, list(marks), today()),
        flags=marks.get(found.id, []),
        base=fingerprint(stored),
        stored=stored,
        waits=[(each, differences(each.before, each.after)) for each in waiting.of_target(db, target)],
        past=[(each, differences(each.before, each.after)) for each in past],
        unrecorded=bool(past) and _last(past) not in ({}, stored),
        **_typed(mine, words, error),
    )


def _last(past: tuple[history.Entry, ...]) -> Words:
    """What the latest change left, {} where only refusals are known."""
    return next((each.after for each in past if each.kind != "refused"), {})


def _form(mine: Member, words: Words, error: FaultsFoundError | None = None) -> Response:
    return desk_page("new_entry", _status(error), **_typed(mine, words, error))


def _typed(mine: Member, words: Words, error: FaultsFoundError | NotAllowedError | None) -> dict[str, Any]:
    faults = by_column(error.faults) if isinstance(error, FaultsFoundError) else {}
    fault = "faults" if faults else str(error.args[0]) if error else ""
    place = (words.get("province") or words.get("country", "")).lower()
    return {"words": words, "faults": faults, "fault": fault, "place": place, "offered": offered(mine),
            "ticked": bool(request.form.get("checked"))}  # fmt: skip


def _status(error: Exception | None) -> int:
    return 200 if not error else 422 if isinstance(error, FaultsFoundError) else 409


def _id_for(words: Words) -> str:
    """An id that is not in use: country and name in plain letters, or letters by chance."""
    name = unicodedata.normalize("NFD", words.get("name", "").lower()).encode("ascii", "ignore").decode()
    plain = "-".join(re.findall("[a-z0-9]+", name))[:40].strip("-") or secrets.token_hex(4)
    id = f"{words.get('country', '').lower()}-{plain}".strip("-")
    return id if not services.one(house().db, id) else f"{id}-{secrets.token_hex(3)}"
