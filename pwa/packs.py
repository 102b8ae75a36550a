"""Packs: the reader pages of a language and of an area, printed, bundled, listed and weighed."""

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
# Bytes that one service adds to pathway, directory and paper of its area, as sent: `python -m bench entries`.
_SERVICE = 250


def listing(lang: str, area: Area | None) -> Sheet:
    """pack.json of an area, or of a language where the phone has no area yet."""

    def make() -> Sheet:
        bundles = [_named(lang, f"/{lang}", language_bundle(lang))]
        if area:
            bundles.append(_named(lang, f"/{lang}/{area.slug}", area_bundle(lang, area)))
        about: dict[str, object] = {
            "language": lang,
            "area": area.slug if area else "",
            "name": ", ".join([house().languages[lang].name, *([area.called(lang)] if area else [])]),
            "services": len(services.serving(house().db, area)) if area else 0,
            "date": services.changed_on(house().db, area) if area else "",
        }
        return Sheet(pack.listing(bundles, about, house().guard), "application/json")

    return _kept(f"/{lang}/{area.slug}/pack.json" if area else f"/{lang}/pack.json", make)


def language_bundle(lang: str) -> Sheet:
    """All that is the same in every area: guide, modules and slides, words, self-assessment, phrases, scripts."""
    addresses = [*_guide(lang), *_learning(lang), *_phrases(lang)]
    addresses += [asset.address for asset in house().assets.of_readers if asset.media_type != "image/png"]
    return _bundle(lang, f"/{lang}/bundle", [*addresses, url_for("shell.manifest")])


def _guide(lang: str) -> list[str]:
    endpoints = ("home.page", "now.page", "count.page", "shell.privacy", "shell.away", "shell.offline", "refer.names")
    pages = [page for kind in ("step", "card") for page in house().library.guide(lang, kind)]
    return [
        *(url_for(endpoint, lang=lang) for endpoint in endpoints),
        *(url_for("now.step", lang=lang, step=page.slug) for page in pages),
    ]


def _learning(lang: str) -> list[str]:
    modules = [lesson.page.slug for lesson in house().library.lessons(lang)]
    return [
        *(url_for(f"learn.{name}", lang=lang) for name in ("page", "learned", "words", "check")),
        *(url_for(f"learn.{name}", lang=lang, module=slug) for slug in modules for name in ("module", "present")),
    ]


def _phrases(lang: str) -> list[str]:
    cards = [url_for("show.cards", lang=lang, other=other.code) for other in house().phrases.others(lang)]
    return [url_for("show.page", lang=lang), *cards]


def area_bundle(lang: str, area: Area) -> Sheet:
    """The pathway and the directory of an area, its pairs with her country, and the lists that lead to other areas."""
    lists = (url_for("refer.areas", lang=lang), url_for("refer.country", lang=lang, country=area.country.lower()))
    return _bundle(lang, f"/{lang}/{area.slug}/bundle", [*_own_pages(lang, area), *_pairs(lang, area), *lists])


def rough_kilobytes(lang: str, number: int) -> int:
    """About how many KB (1,024 bytes) a phone fetches for an area that `number` services serve.

    One area is weighed for all, in whatever country, and a service more or less is taken to weigh what one does: a list
    of areas must not cost the printing of each.
    """
    area = house().atlas.countries[0]
    weighed = _bundle(lang, f"/{lang}/{area.slug}/weighed", [*_own_pages(lang, area), *_pairs(lang, area)])
    others = (number - len(services.serving(house().db, area))) * _SERVICE
    total = language_bundle(lang).about + weighed.about + others + _LISTS
    return -(-total // _STEP) * _STEP // 1024


def _own_pages(lang: str, area: Area) -> list[str]:
    return [url_for(name, lang=lang, area=area.slug) for name in ("refer.page", "refer.directory", "paper.page")]


def _pairs(lang: str, area: Area) -> list[str]:
    homes = [code.lower() for code in house().config.home_countries if code != area.country]
    return [url_for("abroad.page", lang=lang, area=area.slug, country=home) for home in homes]


def _bundle(lang: str, name: str, addresses: Iterable[str]) -> Sheet:
    def make() -> Sheet:
        files = [_file(address) for address in addresses]
        return Sheet(pack.bundle_body(files, _base(lang)), "application/json", FOR_EVER)

    return _kept(name, make)


def _base(lang: str) -> pack.File:
    """The page whose lines others share: nothing but the style and the bars, and so new only when all pages are."""
    return _file(url_for("shell.offline", lang=lang))


def _file(address: str) -> pack.File:
    sheet = sheet_at(address)
    return pack.File(address, sheet.media_type, sheet.body)


def _named(lang: str, folder: str, sheet: Sheet) -> pack.Bundle:
    files = pack.unpacked(sheet.body, _base(lang))
    return pack.Bundle(f"{folder}/bundle-{pack.digest_of(sheet.body)}.json", files, sheet.body, sheet.wire)


def _kept(address: str, make: Callable[[], Sheet]) -> Sheet:
    return house().press.sheet(house().edition, address, make)
