"""What the rooms of the desk share: forms into words, whose an entry is, what stands against a change."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from flask import Response, abort
from werkzeug.datastructures import MultiDict

from pwa import directory_names
from pwa.desk_web import Member, member, now, refusal, show
from pwa.domain import pathway
from pwa.domain.areas import Area
from pwa.domain.cells import CATEGORIES, parts_of
from pwa.domain.directory import Service, from_cells
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.places import PLACE_COLUMNS
from pwa.domain.proposals import NEEDS_A_CHECK, Proposal, Words, fingerprint, words_of
from pwa.store import flags, places, services
from pwa.store.flags import Flag
from pwa.store.people import NotAllowedError
from pwa.store.waiting import Batch
from pwa.web import area_or_404, house

_TYPED = [column for column in directory_names.FIELDS if column not in ("categories", "place")]


def today() -> dt.date:
    return dt.datetime.fromtimestamp(now(), dt.UTC).date()


def latest_day() -> dt.date:
    """Today where the day is furthest on: a check made this morning in Manila is not in the future."""
    return dt.datetime.fromtimestamp(now(), dt.timezone(dt.timedelta(hours=14))).date()


def desk_page(template: str, status: int = 200, **values: Any) -> Response:
    """A page of the directory at the desk, with the names of its columns."""
    return show(template, status, named=directory_names, **values)


def service_or_404(id: str) -> tuple[Member, Service]:
    """Who is signed in, and a service of hers; 404 for one of another area, as for none."""
    mine, found = member(), services.one(house().db, id)
    if not found or not mine.person.covers(slug_of(found)):
        abort(404)
    return mine, found


def area_of_hers(slug: str) -> tuple[Member, Area]:
    """Who is signed in, and an area that she looks after; 404 for any other."""
    mine, area = member(), area_or_404(slug)
    return (mine, area) if mine.person.covers(area.slug) else abort(404)


def slug_of(found: Service) -> str:
    """The area of a service: its province, or its country where it serves all of it."""
    return (found["province"] or found["country"]).lower()


def base_of(found: Service) -> str:
    """The fingerprint of a service, for the form that is made of it."""
    return fingerprint(words_of(found.cells))


def offered(mine: Member) -> list[Area]:
    """The areas that she looks after, country by country."""
    atlas = house().atlas
    every = (area for country in atlas.countries for area in (country, *atlas.provinces(country)))
    return [area for area in every if mine.person.covers(area.slug)]


def flagged() -> dict[str, list[Flag]]:
    """The flags of readers, by id of the service."""
    found: dict[str, list[Flag]] = {}
    for flag in flags.standing(house().counts, house().db):
        found.setdefault(flag.service, []).append(flag)
    return found


def words_of_service(form: MultiDict[str, str], before: Words, label: str) -> Words:
    """What a form makes of a service. Ticked, it is checked today; else a new number ends what a check said."""
    words = before | {c: _line(form[c], before.get(c, "")) for c in _TYPED if c in form}
    if "categories" in form:
        ticked = [kind for kind in form.getlist("categories") if kind in CATEGORIES]
        kept = [kind for kind in parts_of(before.get("categories", "")) if kind in ticked]
        words["categories"] = ";".join(dict.fromkeys([*kept, *ticked]))
    if area := house().atlas.get(form.get("place", "")):
        words |= {"country": area.country, "province": "" if area.is_country else area.code}
    if form.get("checked"):
        words |= {"checked_on": today().isoformat(), "checked_by": label}
    elif any(words.get(column, "") != before.get(column, "") for column in NEEDS_A_CHECK):
        words |= {"checked_on": "", "checked_by": ""}
    return {column: cell for column, cell in words.items() if cell}


def words_of_place(form: MultiDict[str, str]) -> Words:
    """What a form says of an area; its language alone says nothing."""
    words = {column: _text(form.get(column, "")) for column in PLACE_COLUMNS}
    found = {column: text for column, text in words.items() if text}
    return found if set(found) - {"language"} else {}


def by_column(faults: Iterable[Fault]) -> dict[str, list[str]]:
    """What is wrong, by column; what is wrong with a place stands at its one field."""
    found: dict[str, list[str]] = {}
    for fault in faults:
        column = "place" if fault.where in ("country", "province") else fault.where
        found.setdefault(column, []).append(fault.message)
    return found


def nothing_against() -> Callable[[], None]:
    """A check for the end of a change: no emergency number that readers are shown may be lost by it."""
    before = set(_missed())

    def allow() -> None:
        if found := [fault for fault in _missed() if fault not in before]:
            raise FaultsFoundError(found)

    return allow


def may_see(mine: Member, waits: Batch | Proposal) -> bool:
    """Whether a waiting change is shown to her: it is hers, one of its areas is, or one person decides there alone."""
    hers = waits.person == mine.person.id or any(map(mine.person.covers, waits.areas))
    return hers or places.are_alone(house().db, waits.areas)


def said_no(error: NotAllowedError | FaultsFoundError) -> Response:
    """A page that says in words why a change was not made, and of which entries."""
    if isinstance(error, FaultsFoundError):
        listed = [f"{fault.file}, {directory_names.COLUMNS.get(fault.where, fault.where)}: {fault.message}"
                  for fault in error.faults]  # fmt: skip
        return refusal("faults", listed)
    return refusal(error.args[0], list(error.args[1:]))


def _missed() -> list[Fault]:
    library = house().library
    wanted = sorted({id for _, id in library.emergency_ids()})
    return pathway.cross_faults(library, map(from_cells, services.stored(house().db, wanted)))


def _line(text: str, before: str) -> str:
    """What was typed, on one line; what nobody touched stays as it was, whatever its spaces."""
    return before if text.replace("\r\n", "\n") == before else " ".join(text.split())


def _text(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
