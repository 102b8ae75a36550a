"""Codes that enrol an organisation's phones: drawn, shown once, ended; and the phones put out again."""

from flask import Response, abort, request

from pwa import enrolment
from pwa.desk_organisations import WrongError, administered, covers_all, hers, may_give, page_of, until
from pwa.desk_web import desk_room, done, drop, give_for_a_moment, member, now, refusal, show
from pwa.store import organisations
from pwa.web import house

room = desk_room("desk_codes", __name__)
ONE = "desk_organisations.one"
# Carries a new code to the one page that shows it.
CODE = "__Host-desk-code"


@room.post("/desk/organisations/<id>/code")
def offer(id: str) -> Response:
    """Draw a code and carry it to the page that shows it. The code before it is void."""
    mine, found = hers(id)
    if not covers_all(mine, found):
        return refusal("not-all-yours")
    try:
        may_give(mine)
    except WrongError as error:
        return page_of(mine, found, error.args[0], "code")
    phones = enrolment.phones(request.form.get("phones", ""))
    return _drawn(id, phones) if phones else page_of(mine, found, "phones", "code")


@room.get("/desk/organisations/code/")
def page() -> Response:
    """A new code, once: then it is nowhere but with those who were shown it."""
    member()
    drawn = enrolment.typed(request.cookies.get(CODE, ""))
    live = organisations.offered(house().counts, _kept(drawn), now()) if drawn else None
    found = hers(live.organisation)[1] if live else None
    answer = show("code", code=drawn, live=live, found=found, until=until, now=now(), spaced=enrolment.shown)
    drop(answer, CODE)
    return answer


@room.post("/desk/organisations/<id>/end-code")
def end(id: str) -> Response:
    mine, found = hers(id)
    if not covers_all(mine, found):
        return refusal("not-all-yours")
    organisations.withdraw(house().counts, id)
    return done(ONE, id=id)


@room.post("/desk/organisations/<id>/revoke")
def revoke(id: str) -> Response:
    administered(id)
    organisations.revoke(house().counts, id)
    return done(ONE, id=id)


@room.post("/desk/organisations/<id>/replace")
def replace(id: str) -> Response:
    """All phones out, and at once a code for those that are still in good hands."""
    mine, found = administered(id)
    try:
        may_give(mine)
    except WrongError as error:
        return page_of(mine, found, error.args[0], "replace")
    organisations.revoke(house().counts, id)
    return _drawn(id, enrolment.PHONES)


def _drawn(id: str, phones: int) -> Response:
    drawn = enrolment.new_code()
    try:
        organisations.offer(house().counts, id, _kept(drawn), now() + enrolment.SECONDS, phones)
    except KeyError:
        # Removed by somebody else in this moment.
        abort(404)
    answer = done("desk_codes.page")
    give_for_a_moment(answer, CODE, drawn)
    return answer


def _kept(code: str) -> bytes:
    return enrolment.kept(code, house().config.secrets)
