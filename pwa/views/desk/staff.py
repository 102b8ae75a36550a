"""The people of the desk: invite, change, let back in, put out. For administrators."""

from flask import Response, abort, request, url_for

from pwa import desk_names
from pwa.desk_web import (
    administrator,
    confirmed,
    desk_room,
    done,
    drop,
    give_for_a_moment,
    month_name,
    now,
    refusal,
    show,
)
from pwa.domain import staff
from pwa.domain.areas import NoAreaError
from pwa.store import access, access_history, people
from pwa.store.people import NotAllowedError
from pwa.web import house

room = desk_room("desk_people", __name__)
PAGE = "desk_people.page"
# Carries a new link to the one page that shows it.
LINK = "__Host-desk-link"


@room.get("/desk/people/")
def page() -> Response:
    administrator()
    return _page()


@room.post("/desk/people/invite")
def invite() -> Response:
    administrator()
    mine = _fresh("invite", request.form.get("label", ""), *_given())
    try:
        label = staff.label(request.form.get("label", ""))
        secret = access.invite(house().db, mine, label, _role(), _areas(), now())
    except staff.LabelError:
        return _page("label")
    except NoAreaError as error:
        return _page("no-such-area", error.args[0])
    except NotAllowedError as error:
        return _page(error.args[0])
    return _with_link(secret)


@room.get("/desk/people/invited/")
def invited() -> Response:
    """The link of an invitation, once: then it is nowhere but with the one who was shown it."""
    administrator()
    secret = request.cookies.get(LINK, "")
    link = f"{house().config.origin}/desk/invitation/#{secret}" if secret else ""
    answer = show("invited", link=link)
    drop(answer, LINK)
    return answer


@room.post("/desk/invitations/<id>/withdraw")
def withdraw(id: str) -> Response:
    administrator()
    found = next((each for each in access.invitations(house().db, now()) if each.id.hex() == id), None)
    if not found:
        abort(404)
    mine = _fresh("withdraw", found.label)
    if not access.withdraw(house().db, mine, found.id, now()):
        abort(404)
    return done(PAGE)


@room.post("/desk/people/<id>/role")
def change(id: str) -> Response:
    mine = _fresh("role", _label(id), *_given())
    try:
        access.change_role(house().db, mine, id, _role(), _areas(), now())
    except NoAreaError as error:
        return _page("no-such-area", error.args[0])
    except NotAllowedError as error:
        return _page(error.args[0])
    except KeyError:
        abort(404)
    return done(PAGE)


@room.post("/desk/people/<id>/back")
def back(id: str) -> Response:
    """Invite one who has lost her passkeys, or was out."""
    mine = _fresh("back", _label(id))
    try:
        secret = access.invite_back(house().db, mine, id, now())
    except NotAllowedError as error:
        return _page(error.args[0])
    except KeyError:
        abort(404)
    return _with_link(secret)


@room.post("/desk/people/<id>/revoke")
def revoke(id: str) -> Response:
    mine = _fresh("revoke", _label(id))
    try:
        access.revoke(house().db, mine, id, now())
    except NotAllowedError as error:
        return refusal(error.args[0])
    except KeyError:
        abort(404)
    return done(PAGE)


def _fresh(deed: str, *about: str) -> str:
    """The id of an administrator who has just shown a passkey; else 403, with a page that asks for it."""
    return confirmed(administrator(), deed, url_for(PAGE), *about).person.id


def _label(id: str) -> str:
    """The label of a person, for an administrator; nobody: 404."""
    administrator()
    found = people.person(house().db, id)
    return found.label if found else abort(404)


def _given() -> tuple[str, str]:
    """The role and the areas in the form, in words."""
    return str(desk_names.ROLES[_role()]), request.form.get("areas", "")


def _page(fault: str = "", detail: str = "") -> Response:
    db = house().db
    status = (403 if fault in ("cooldown", "administrators-only") else 409) if fault else 200
    listed = [(who, people.credentials(db, who.id)) for who in people.everyone(db)]
    waiting = [(each, max(1, (each.expires - now()) // 3600)) for each in access.invitations(db, now())]
    return show(
        "people",
        status,
        listed=listed,
        waiting=waiting,
        past=access_history.changes(db),
        month_name=month_name,
        fault=fault,
        detail=detail,
        given=request.form,
        now=now(),
    )


def _with_link(secret: str) -> Response:
    answer = done("desk_people.invited")
    give_for_a_moment(answer, LINK, secret)
    return answer


def _role() -> str:
    role = request.form.get("role", "")
    return role if role in staff.ROLES else abort(400)


def _areas() -> list[str]:
    """The areas that are written in the form. Raises NoAreaError."""
    return house().atlas.named(request.form.get("areas", ""))
