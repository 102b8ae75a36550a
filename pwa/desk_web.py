"""Between an address of the desk and a view: who is signed in, whether a write comes from our own page, the cookies."""

import datetime as dt
import functools
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import format_date
from sqlite_utils import Database

from pwa import desk_names, passkeys, proofs
from pwa.domain.staff import Person
from pwa.proofs import Party, RefusedError
from pwa.store import people, sessions
from pwa.store.people import NotAllowedError
from pwa.store.sessions import Session
from pwa.web import house, wanted_language

COOKIE = "__Host-desk"
# Ties a challenge to one browser before anybody is signed in.
VISIT = "__Host-desk-visit"
# The one write that is not small: the file of an import, once as it is and once packed to be proposed.
LONGEST_FILE = 2_000_000
LONGEST = dict.fromkeys(("desk_exchange.compare", "desk_exchange.propose"), LONGEST_FILE + 16 * 1024)
# Five rules of an area, in letters of three bytes.
LONGEST |= {"desk_areas.propose": 128 * 1024}
View = Callable[..., Any]


@dataclass(frozen=True)
class Member:
    """The person who is signed in, and the session that says so."""

    person: Person
    session: Session

    @property
    def is_fresh(self) -> bool:
        """Whether a passkey was shown in the last five minutes: needed for what gives or takes access."""
        return self.session.is_fresh(now())


def desk_room(name: str, module: str) -> Blueprint:
    """A room of the desk: a write must come from a page of ours, and is small."""
    room = Blueprint(name, module)
    room.before_request(_only_from_our_own_page)
    return room


def now() -> int:
    return int(time.time())


def signed_in() -> Member | None:
    """Who is signed in, or None. Looked up once for a request."""
    if "member" not in g:
        session = sessions.current(house().db, request.cookies.get(COOKIE, ""), now())
        person = people.person(house().db, session.person) if session else None
        g.member = Member(person, session) if session and person else None
    found: Member | None = g.member
    return found


def member() -> Member:
    """Who is signed in; nobody: 403 with the page to sign in."""
    return signed_in() or abort(show("sign_in", 403))


def administrator() -> Member:
    """An administrator who is signed in; anybody else: 403."""
    found = member()
    return found if found.person.is_administrator else abort(refusal("administrators-only"))


def show(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the desk in the language that the browser asks for."""
    lang = wanted_language()
    about = {"lang": lang, "language": house().languages[lang], "path": "", "endpoint": "desk", "names": {}}
    return make_response(
        render_template(f"desk/{template}.html", **about, member=signed_in(), said=desk_names, **values), status
    )


def refusal(fault: str, listed: Sequence[str] = ()) -> Response:
    """A page that says in words why something was not done; `listed` are what it is about."""
    return show("refused", 403 if fault in desk_names.FORBIDDEN else 409, fault=fault, listed=listed)


def confirmed(found: Member, deed: str, back: str, *about: str) -> Member:
    """One who has just shown a passkey; else 403 with a page that asks for it and then sends the same form again.

    The page names the `deed`, a key of desk_names.DEEDS, and whom or what it is `about`: somebody else may have begun
    it at a desk that was left open. `back` is the address of the page where she was.
    """
    if found.is_fresh:
        return found
    given = list(request.form.items(multi=True))
    return abort(show("confirm", 403, deed=deed, about=about, action=request.path, given=given, back=back))


def done(endpoint: str, **values: Any) -> Response:
    """After a write: 303 to the page that shows it."""
    answer = redirect(url_for(endpoint, **values), 303)
    return make_response(answer)


def ceremony(room: Blueprint, rule: str) -> Callable[[View], View]:
    """Give a view that takes the database, the party, JSON as bytes and the time the address `rule`.

    It returns what JSON says, or a finished answer. Whatever is unknown, wrong, used or too old gets one same 403.
    """

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def answer() -> Response:
            if request.mimetype != "application/json":
                abort(415)
            try:
                told = view(house().db, passkeys.party(house().config), request.get_data(), now())
            except RefusedError:
                return make_response(jsonify(status="refused"), 403)
            except NotAllowedError as error:
                return make_response(jsonify(status=error.args[0]), 409)
            return told if isinstance(told, Response) else make_response(jsonify(told))

        room.add_url_rule(rule, view.__name__, answer, methods=["POST"])
        return view

    return decorate


Asked = tuple[Database, Party, bytes, int]


def browser() -> str:
    """The cookie of a browser that is not signed in, "" where it has none."""
    return request.cookies.get(VISIT, "")


def to_browser(ask: Callable[[str], dict[str, Any]]) -> Response:
    """Ask a browser for a passkey, and give it the cookie that its answer must come with."""
    name = browser() or secrets.token_urlsafe(32)
    answer = make_response(jsonify(ask(name)))
    _give(answer, VISIT, name, sessions.ASKED_FOR)
    return answer


def let_in(token: str) -> Response:
    """Answer a ceremony that signs in. A session that this browser had before is over."""
    if before := signed_in():
        sessions.end(house().db, before.person.id, before.session.id)
    answer = make_response(jsonify(status="signed in"))
    _give(answer, COOKIE, token)
    drop(answer, VISIT)
    return answer


def give_for_a_moment(answer: Response, name: str, value: str) -> None:
    """Carry a value to the next page of this browser and of no other."""
    _give(answer, name, value, 60)


def drop(answer: Response, name: str) -> None:
    answer.delete_cookie(name, secure=True, httponly=True, samesite="Strict")


def month_name(month: str) -> str:
    """2026-11 in words, in the reader's language."""
    return str(format_date(dt.date.fromisoformat(f"{month}-01"), "MMMM y"))


def _give(answer: Response, name: str, value: str, seconds: int | None = None) -> None:
    # Chromium and Firefox take a Secure cookie at http://localhost too, so development has the same one.
    answer.set_cookie(name, value, max_age=seconds, secure=True, httponly=True, samesite="Strict")


def _only_from_our_own_page() -> None:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        return
    request.max_content_length = LONGEST.get(request.endpoint or "", proofs.LONGEST_BODY)
    site = request.headers.get("Sec-Fetch-Site")
    ours = site == "same-origin" if site is not None else request.headers.get("Origin") == house().config.origin
    if not ours:
        abort(403)
