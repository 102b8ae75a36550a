"""Figures, their areas and their periods in the reader's language."""

from dataclasses import dataclass

from babel import Locale
from babel.dates import format_interval
from flask_babel import gettext as _
from flask_babel import ngettext

from pwa.domain import chart, hxl
from pwa.domain.areas import Atlas, plain
from pwa.domain.chart import Bar
from pwa.domain.figures import Figure, Table
from pwa.domain.periods import period


@dataclass(frozen=True)
class Line:
    """An area of a table in words, with its bars; disclosures first, then referrals."""

    place: str
    words: tuple[str, str]
    bars: tuple[Bar, Bar]


def lines(table: Table, atlas: Atlas, language: str) -> list[Line]:
    """The areas of a table by name."""
    number, found = len(table.periods), []
    for row, bars in zip(table.areas, chart.bars(table), strict=True):
        place = places(atlas, row.areas, language)
        place = _("%(area)s (new)", area=place) if row.new else place
        found.append(Line(place, (said(row.disclosures, number), said(row.referrals, number)), bars))
    return sorted(found, key=lambda line: plain(line.place))


def spreadsheet(table: Table, atlas: Atlas) -> str:
    """A table as CSV with HXL tags. The same for everybody: in a request the caller forces English."""
    number = len(table.periods)
    return hxl.dump(table, lambda slugs: places(atlas, slugs, "en"), lambda figure: said(figure, number))


def said(figure: Figure, periods: int = 1) -> str:
    """A figure in words, for a table of that many periods. English outside of a request."""
    if periods == 1:
        return _one(figure)
    parts = [_shown(figure)] if figure.shown else []
    if figure.few:
        parts.append(
            ngettext("fewer than 10 in %(num)s period", "fewer than 10 in each of %(num)s periods", figure.few)
            + ("" if figure.shown or figure.unsaid else f", {_('possibly none')}")
        )
    if figure.unsaid:
        parts.append(ngettext("not shown in %(num)s period", "not shown in %(num)s periods", figure.unsaid))
    if missing := periods - figure.periods:
        parts.append(ngettext("%(num)s period is missing", "%(num)s periods are missing", missing))
    return "; ".join(parts)


def _shown(figure: Figure) -> str:
    if figure.shown == figure.periods:
        return str(_("about %(number)s", number=figure.about))
    n, about = figure.shown, figure.about
    return str(ngettext("about %(number)s in %(num)s period", "about %(number)s in %(num)s periods", n, number=about))


def _one(figure: Figure) -> str:
    if figure.few:
        return str(_("fewer than 10, possibly none"))
    if figure.unsaid:
        return str(_("not shown"))
    if figure.most is None:
        return str(_("about %(number)s or more", number=figure.about))
    return str(_("about %(number)s", number=figure.about))


def places(atlas: Atlas, slugs: tuple[str, ...], language: str) -> str:
    """What an area of figures is called; a country among its provinces says that it is none of them."""
    return " + ".join(_place(atlas, slug, language) for slug in slugs)


def _place(atlas: Atlas, slug: str, language: str) -> str:
    area = atlas.get(slug)
    if not area:
        # The country is no longer offered; its old figures stand.
        return slug.upper()
    name = area.called(language)
    return _("%(country)s, no province named", country=name) if area.is_country and atlas.provinces(area) else name


def span(name: str, language: str) -> str:
    """The months of a period, such as "July – September 2026"."""
    months, locale = period(name), Locale.parse(language, sep="-")
    if len(name) == 4:
        return name
    return format_interval(months.first_day, months.last_day, "yMMMM", locale=locale)
