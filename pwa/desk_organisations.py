"""What the rooms of organisations at the desk share: whose an organisation is, what stands against a wish, its page.

An administrator does all of it. A coordinator sees those that work in an area of hers, and makes codes for those that
work in no other: a phone counts for every area of its organisation.
"""

import datetime as dt
from typing import Any

from babel.dates import format_time, get_timezone
from flask import Response, abort, request
from flask_babel import get_locale

from pwa import desk_names, enrolment, figure_names
from pwa.desk_web import Member, administrator, member, now, show
from pwa.domain.counting import quarter_of, this_month
from pwa.domain.organisation import so_far
from pwa.domain.periods import before, period
from pwa.store import organisations
from pwa.store.organisations import Organisation
from pwa.web import house


class WrongError(ValueError):
    """What was asked cannot be done: a key of desk_names.FAULTS, and the words that it is about, if any."""


def hers(id: str) -> tuple[Member, Organisation]:
    """Who is signed in, and an organisation that she may see; else 403, or 404 as for none."""
    mine, found = member(), organisations.one(house().counts, id)
    return (mine, found) if found and touches(mine, found) else abort(404)


def administered(id: str) -> tuple[Member, Organisation]:
    """As `hers`, for an administrator; 403 for a coordinator who may see it."""
    _, found = hers(id)
    return administrator(), found


def touches(mine: Member, found: Organisation) -> bool:
    """Whether it works in an area of hers."""
    return mine.person.is_administrator or any(map(mine.person.covers, found.areas))


def covers_all(mine: Member, found: Organisation) -> bool:
    """Whether it works in no area but hers."""
    return all(map(mine.person.covers, found.areas))


def own_areas(mine: Member, found: Organisation) -> list[str]:
    """Where it works, of her areas: of others she learns only that there are some."""
    return [slug for slug in found.areas if mine.person.covers(slug)]


def may_give(mine: Member) -> None:
    """Raises WrongError where she may not give access at the moment."""
    if mine.person.grants_from > now():
        raise WrongError("cooldown")
    if not mine.is_fresh:
        raise WrongError("not-fresh")


def asked(template: str, fault: str, **values: Any) -> Response:
    """A page with forms that keeps what was typed and says what is wrong with it; "" for nothing."""
    status = (403 if fault in desk_names.FORBIDDEN else 409) if fault else 200
    return show(template, status, fault=fault, given=request.form, own_areas=own_areas, **values)


def page_of(mine: Member, found: Organisation, fault: str = "", at: str = "", detail: str = "") -> Response:
    """The page of one organisation; `fault` is said in the form that is called `at`."""
    this = quarter_of(this_month(dt.datetime.fromtimestamp(now(), dt.UTC)))
    last = quarter_of(before(period(this).first))
    db = house().counts
    return asked(
        "organisation",
        fault,
        at=at,
        detail=detail,
        found=found,
        enrols=covers_all(mine, found),
        live=organisations.offer_of(db, found.id, now()),
        until=until,
        this=this,
        last=last,
        tens=so_far(organisations.sent(db, this).get(found.id, 0)),
        sent=organisations.sent(db, last).get(found.id, 0),
        most=enrolment.PHONES,
        words=figure_names,
    )


def until(found: Organisation, expires: int) -> str:
    """When a code ends, as the clock says in the organisation's first area."""
    area = house().atlas.get(found.areas[0])
    zone = get_timezone(area.time_zone if area else "UTC")
    return format_time(dt.datetime.fromtimestamp(expires, dt.UTC), "HH:mm", zone, get_locale())
