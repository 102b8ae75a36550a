"""Packs: the reader pages of a language and of an area, printed, bundled, listed and weighed."""

import json
from collections.abc import Callable, Iterable

from flask import url_for

from pwa.domain import pack
from pwa.domain.areas import Area
from pwa.press import FOR_EVER, Sheet
from pwa.store import services
from pwa.web import house, sheet_at

# Bytes for the lists of areas, which cannot weigh themselves: 0.6 to 1.3 KB. The sum is rounded up and said as "about".
_LISTS = 1024
_STEP = 1024


def listing(lang: str, area: Area | None) -> Sheet:
    """pack.json of an area, or of a language where the phone has no area yet."""

    def make() -> Sheet:
        bundles = [_named(f"/{lang}", language_bundle(lang)), _named(f"/{lang}/learn", learn_bundle(lang))]
        bundles.append(_named(f"/{lang}/show", show_bundle(lang)))
        if area:
            bundles.append(_named(f"/{lang}/{area.slug}", area_bundle(lang, area)))
        about: dict[str, object] = {
            "language": lang,
            "area": area.slug if area else "",
            "name": ", ".join([house().languages[lang].name, *([area.called(lang)] if area else [])]),
            "services": len(services.serving(house().db, area)) if area else 0,
            "date": services.changed_on(house().db),
        }
        return Sheet(pack.listing(bundles, about), "application/json")

    return _kept(f"/{lang}/{area.slug}/pack.json" if area else f"/{lang}/pack.json", make)


def language_bundle(lang: str) -> Sheet:
    """The guide and all that is the same in every area, but for what is read before it happens."""
    endpoints = ("home.page", "now.page", "count.page", "shell.privacy", "shell.away", "shell.offline", "refer.names")
    guide = [page for kind in ("step", "card") for page in house().library.guide(lang, kind)]
    addresses = [url_for(endpoint, lang=lang) for endpoint in endpoints]
    addresses += [url_for("now.step", lang=lang, step=page.slug) for page in guide]
    addresses += [asset.address for asset in house().assets.of_readers if asset.media_type != "image/png"]
    addresses.append(url_for("shell.manifest"))
    return _bundle(f"/{lang}/bundle", addresses)


def learn_bundle(lang: str) -> Sheet:
    """The modules and their slides, the words and the self-assessment: a change of the guide fetches none of it."""
    addresses = [url_for(f"learn.{name}", lang=lang) for name in ("page", "learned", "words", "check")]
    for lesson in house().library.lessons(lang):
        addresses += [url_for(f"learn.{name}", lang=lang, module=lesson.page.slug) for name in ("module", "present")]
    return _bundle(f"/{lang}/learn/bundle", addresses)


def show_bundle(lang: str) -> Sheet:
    """The phrases in every language that a reader can show: a change of one fetches nothing else."""
    addresses = [url_for("show.cards", lang=lang, other=other.code) for other in house().phrases.others(lang)]
    return _bundle(f"/{lang}/show/bundle", [url_for("show.page", lang=lang), *addresses])


def area_bundle(lang: str, area: Area) -> Sheet:
    """The pathway and the directory of an area, its pairs with her country, and the lists that lead to other areas."""
    lists = (url_for("refer.areas", lang=lang), url_for("refer.country", lang=lang, country=area.country.lower()))
    return _bundle(f"/{lang}/{area.slug}/bundle", [*_own_pages(lang, area), *_pairs(lang, area), *lists])


def rough_kilobytes(lang: str, area: Area) -> int:
    """About how many KB (1,024 bytes) a phone fetches for this area.

    A province without a service of its own weighs as its country does.
    """
    own = area.is_country or (area.country, area.code) in services.tally(house().db)
    place = area if own else house().atlas.country_of(area)
    pages = _bundle(f"/{lang}/{place.slug}/weighed", _own_pages(lang, place))
    same = language_bundle(lang).wire + learn_bundle(lang).wire + show_bundle(lang).wire
    total = same + pages.wire + _pairs_weight(lang) + _LISTS
    return -(-total // _STEP) * _STEP // 1024


def _own_pages(lang: str, area: Area) -> list[str]:
    return [url_for(name, lang=lang, area=area.slug) for name in ("refer.page", "refer.directory", "paper.page")]


def _pairs(lang: str, area: Area) -> list[str]:
    homes = [code.lower() for code in house().config.home_countries if code != area.country]
    return [url_for("abroad.page", lang=lang, area=area.slug, country=home) for home in homes]


def _pairs_weight(lang: str) -> int:
    """What the pairs add to a bundle. Much the same in every area, so it is weighed in one: it takes a while."""
    area = house().atlas.countries[0]
    own = _own_pages(lang, area)
    both = _bundle(f"/{lang}/{area.slug}/weighed-with-pairs", [*own, *_pairs(lang, area)])
    return both.wire - _bundle(f"/{lang}/{area.slug}/weighed", own).wire


def _bundle(name: str, addresses: Iterable[str]) -> Sheet:
    def make() -> Sheet:
        sheets = {address: sheet_at(address) for address in addresses}
        files = [pack.File(address, sheet.media_type, sheet.body) for address, sheet in sheets.items()]
        return Sheet(pack.bundle_body(files, house().guard), "application/json", FOR_EVER)

    return _kept(name, make)


def _named(folder: str, sheet: Sheet) -> pack.Bundle:
    carried = json.loads(sheet.body)["files"]
    files = tuple(pack.File(f["address"], f["type"], f["body"].encode()) for f in carried)
    return pack.Bundle(f"{folder}/bundle-{pack.digest_of(sheet.body)}.json", files, sheet.body, sheet.wire)


def _kept(address: str, make: Callable[[], Sheet]) -> Sheet:
    return house().press.sheet(house().edition, address, make)
