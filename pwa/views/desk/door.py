"""The door of the desk: signing in, the first page, signing out."""

from typing import Any

from flask import Response
from jinja2 import pass_context
from jinja2.runtime import Context
from sqlite_utils import Database

from pwa import passkeys
from pwa.desk_web import COOKIE, browser, ceremony, desk_room, done, drop, let_in, show, signed_in, to_browser
from pwa.proofs import Party
from pwa.store import access, sessions
from pwa.web import house

room = desk_room("desk", __name__)


@room.app_template_filter("area_name")
@pass_context
def area_name(context: Context, slug: str) -> str:
    """What an area is called on this page; its code where it is offered no more."""
    area = house().atlas.get(slug)
    return area.called(context["lang"]) if area else slug


@room.get("/desk/")
def home() -> Response:
    found = signed_in()
    if not found:
        return show("sign_in")
    return show("home", warnings=access.warnings(house().db, found.person))


@ceremony(room, "/desk/sign-in/options")
def ask_sign_in(db: Database, party: Party, body: bytes, now: int) -> Any:
    return to_browser(lambda name: passkeys.begin_sign_in(db, party, name, now))


@ceremony(room, "/desk/sign-in")
def sign_in(db: Database, party: Party, body: bytes, now: int) -> Any:
    return let_in(passkeys.sign_in(db, party, browser(), body, now))


@room.post("/desk/sign-out")
def sign_out() -> Response:
    if found := signed_in():
        sessions.end(house().db, found.person.id, found.session.id)
    answer = done("desk.home")
    drop(answer, COOKIE)
    # Not "storage": the outbox of the same origin would go with it.
    answer.headers["Clear-Site-Data"] = '"cookies"'
    return answer
