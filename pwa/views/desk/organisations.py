"""The organisations that count: seen, added, named, given areas, removed."""

from flask import Response, request

from pwa import enrolment
from pwa.desk_organisations import WrongError, administered, asked, hers, may_give, page_of, touches
from pwa.desk_web import Member, administrator, desk_room, done, member
from pwa.domain.areas import NoAreaError
from pwa.domain.organisation import BadNameError, clean_name
from pwa.store import organisations
from pwa.store.organisations import TakenError
from pwa.web import house

room = desk_room("desk_organisations", __name__)
PAGE, ONE = "desk_organisations.page", "desk_organisations.one"


@room.get("/desk/organisations/")
def page() -> Response:
    return _list(member())


@room.post("/desk/organisations/add")
def add() -> Response:
    mine, id = administrator(), enrolment.new_id()
    try:
        may_give(mine)
        organisations.add(house().counts, id, _name(), _areas())
    except TakenError:
        return _list(mine, "organisation-taken")
    except WrongError as error:
        return _list(mine, *error.args)
    return done(ONE, id=id)


@room.get("/desk/organisations/<id>/")
def one(id: str) -> Response:
    return page_of(*hers(id))


@room.post("/desk/organisations/<id>/name")
def rename(id: str) -> Response:
    mine, found = administered(id)
    try:
        organisations.rename(house().counts, id, _name())
    except TakenError:
        return page_of(mine, found, "organisation-taken", "name")
    except WrongError as error:
        return page_of(mine, found, error.args[0], "name")
    return done(ONE, id=id)


@room.post("/desk/organisations/<id>/areas")
def move(id: str) -> Response:
    mine, found = administered(id)
    try:
        may_give(mine)
        organisations.move(house().counts, id, _areas())
    except WrongError as error:
        return page_of(mine, found, error.args[0], "areas", *error.args[1:])
    return done(ONE, id=id)


@room.post("/desk/organisations/<id>/remove")
def remove(id: str) -> Response:
    mine, found = administered(id)
    try:
        may_give(mine)
    except WrongError as error:
        return page_of(mine, found, error.args[0], "remove")
    organisations.remove(house().counts, id)
    return done(PAGE)


def _list(mine: Member, fault: str = "", detail: str = "") -> Response:
    listed = [each for each in organisations.everyone(house().counts) if touches(mine, each)]
    return asked("organisations", fault, detail=detail, listed=listed)


def _name() -> str:
    try:
        return clean_name(request.form.get("name", ""))
    except BadNameError:
        raise WrongError("organisation-name") from None


def _areas() -> list[str]:
    try:
        found = house().atlas.named(request.form.get("areas", ""))
    except NoAreaError as error:
        raise WrongError("no-such-area", *error.args) from None
    if not found:
        raise WrongError("organisation-areas")
    return sorted(set(found))
