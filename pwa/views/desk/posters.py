"""Posters and stickers for an area: chosen, shown as they are printed, taken as a file. Nothing is written."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response, request, url_for
from werkzeug.datastructures import MultiDict

from pwa import poster_names
from pwa.desk_forms import area_of_hers, offered, today
from pwa.desk_web import desk_room, done, member, show
from pwa.domain import poster_svg, posters
from pwa.domain.areas import Area
from pwa.domain.directory import Service
from pwa.domain.posters import MOST_LANGUAGES, Number, Poster
from pwa.store import services
from pwa.web import house

room = desk_room("desk_posters", __name__)
CHOOSE = "desk_posters.choose"


@dataclass(frozen=True)
class Choice:
    """What she chose: the language that the code opens first, then the others."""

    langs: tuple[str, ...]
    size: str
    tone: str

    @property
    def asked(self) -> dict[str, str | list[str]]:
        """The same as an address says it."""
        return {"lang": self.langs[0], "also": list(self.langs[1:]), "size": self.size, "tone": self.tone}


@room.get("/desk/posters/")
def index() -> Response:
    mine = member()
    if asked := request.args.get("area"):
        return done(CHOOSE, id=area_of_hers(asked)[1].slug)
    every = offered(mine)
    if len(every) == 1:
        return done(CHOOSE, id=every[0].slug)
    listed = [each for each in every if each.is_country or each.slug in mine.person.areas]
    return show("posters", offered=every, listed=listed)


@room.get("/desk/posters/<id>/")
def choose(id: str) -> Response:
    _, area = area_of_hers(id)
    return _form(area, _chosen(request.args))


@room.get("/desk/posters/<id>/print/")
def page(id: str) -> Response:
    _, area = area_of_hers(id)
    choice = _chosen(request.args)
    if fault := _fault(choice):
        return _form(area, choice, fault)
    poster = _poster(area, choice)
    local = house().config.development
    return show("poster", sheet="poster", area=area, poster=poster, fit=poster_svg.fit, choice=choice, local=local)


@room.get("/desk/posters/<id>/door.svg")
def file(id: str) -> Response:
    _, area = area_of_hers(id)
    choice = _chosen(request.args)
    if fault := _fault(choice):
        return _form(area, choice, fault)
    answer = Response(poster_svg.svg(_poster(area, choice)), content_type="image/svg+xml; charset=utf-8")
    # A name that says nothing: it stands in the list of downloads.
    answer.headers["Content-Disposition"] = f'attachment; filename="door-{area.slug}-{choice.size}.svg"'
    return answer


def _chosen(args: MultiDict[str, str]) -> Choice:
    """What an address asks for, unchecked. Where it asks for nothing: the first of each."""
    first = args.get("lang", next(iter(house().languages)))
    langs = tuple(dict.fromkeys([first, *args.getlist("also")]))
    return Choice(langs, args.get("size", "a4"), args.get("tone", "workers"))


def _fault(choice: Choice) -> str:
    """A key of poster_names.FAULTS, or "" where nothing is wrong."""
    if any(lang not in house().languages for lang in choice.langs):
        return "language"
    if choice.size not in posters.SIZES:
        return "size"
    if choice.tone not in posters.TONES:
        return "tone"
    return "too-many" if len(choice.langs) > MOST_LANGUAGES[choice.size] else ""


def _form(area: Area, choice: Choice, fault: str = "") -> Response:
    joined = house().atlas.get(area.merged_into.lower()) if area.merged_into else None
    status = 422 if fault else 200
    return show("poster_choices", status, area=area, choice=choice, fault=fault, words=poster_names, joined=joined)


def _poster(area: Area, choice: Choice) -> Poster:
    found = {service.id: service for service in services.serving(house().db, area)}
    urgent = [found.pop(id) for id in house().library.emergency(area.slug, area.country.lower()) if id in found]
    numbers = tuple(number for service in urgent for number in _numbers(service))
    kinds = {kind for service in found.values() for kind in service.categories}
    blocks = tuple(
        poster_names.block(area, house().languages[lang], choice.tone, _address(lang, area), kinds, today())
        for lang in choice.langs
    )
    return Poster(choice.size, house().config.name, blocks, numbers)


def _numbers(service: Service) -> Iterator[Number]:
    """The numbers of a service, those with the same note together."""
    for note in dict.fromkeys(phone.note for phone in service.phones):
        same = tuple(phone.number for phone in service.phones if phone.note == note)
        yield Number(same, note, service.categories[0], bool(service.checked_on))


def _address(lang: str, area: Area) -> str:
    """From the setting, never from the Host header: whoever sends that would choose where printed codes lead."""
    return house().config.readers + url_for("refer.page", lang=lang, area=area.slug)
