"""My passkeys and my sessions."""

from typing import Any

from flask import Response, abort, request, url_for
from sqlite_utils import Database

from pwa import passkeys
from pwa.desk_web import ceremony, confirmed, desk_room, done, member, month_name, now, refusal, show, signed_in
from pwa.domain import staff
from pwa.proofs import Party, RefusedError
from pwa.store import people, sessions
from pwa.store.people import NotAllowedError
from pwa.store.sessions import Session
from pwa.web import house

room = desk_room("desk_own", __name__)
PAGE = "desk_own.page"


@room.get("/desk/passkeys/")
def page() -> Response:
    mine = member()
    return show(
        "passkeys",
        passkeys=people.credentials(house().db, mine.person.id),
        most=people.MOST_PASSKEYS,
        sessions=[(each, (now() - each.started) // 3600) for each in sessions.of(house().db, mine.person.id, now())],
        month_name=month_name,
    )


@ceremony(room, "/desk/passkeys/confirm/options")
def ask_confirm(db: Database, party: Party, body: bytes, now: int) -> Any:
    return passkeys.begin_confirm(db, party, _session(), now)


@ceremony(room, "/desk/passkeys/confirm")
def confirm(db: Database, party: Party, body: bytes, now: int) -> Any:
    passkeys.confirm(db, party, _session(), body, now)
    return {"status": "confirmed"}


@ceremony(room, "/desk/passkeys/options")
def ask_add(db: Database, party: Party, body: bytes, now: int) -> Any:
    return passkeys.begin_add(db, party, _session(), body, now)


@ceremony(room, "/desk/passkeys/")
def add(db: Database, party: Party, body: bytes, now: int) -> Any:
    passkeys.add(db, party, _session(), body, now)
    return {"status": "added"}


@room.post("/desk/passkeys/<id>/name")
def rename(id: str) -> Response:
    mine = member()
    try:
        name = staff.label(request.form.get("name", ""))
    except staff.LabelError:
        return refusal("label")
    if not people.rename_credential(house().db, mine.person.id, _bytes(id), name):
        abort(404)
    return done(PAGE)


@room.post("/desk/passkeys/<id>/remove")
def remove(id: str) -> Response:
    mine = member()
    key = people.credential(house().db, _bytes(id))
    if not key or key.person != mine.person.id:
        abort(404)
    confirmed(mine, "remove", url_for(PAGE), key.name)
    try:
        if not people.remove_credential(house().db, mine.person.id, key.id, now()):
            abort(404)
    except NotAllowedError as error:
        return refusal(error.args[0])
    return done(PAGE)


@room.post("/desk/sessions/<id>/end")
def end(id: str) -> Response:
    mine = confirmed(member(), "end", url_for(PAGE))
    if not sessions.end(house().db, mine.person.id, _bytes(id)):
        abort(404)
    return done(PAGE)


@room.post("/desk/sessions/end-others")
def end_others() -> Response:
    mine = confirmed(member(), "end-others", url_for(PAGE))
    sessions.end_others(house().db, mine.person.id, mine.session.id)
    return done(PAGE)


def _session() -> Session:
    found = signed_in()
    if not found:
        raise RefusedError
    return found.session


def _bytes(id: str) -> bytes:
    try:
        return bytes.fromhex(id)
    except ValueError:
        abort(404)
