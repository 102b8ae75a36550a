"""The words of posters. Who reads one over a shoulder, a boss too, must learn nothing of the one who scans it.

So nothing here speaks of harm, of complaints or of women, and nothing promises that scanning is not seen.
"""

import datetime as dt
from collections.abc import Iterable

from flask_babel import force_locale, format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _later

from pwa import names
from pwa.domain.areas import Area
from pwa.domain.languages import Language
from pwa.domain.posters import Block

SIZES = {
    "a4": (_later("A4"), _later("A sheet. Up to four languages.")),
    "a5": (_later("A5"), _later("Half a sheet. Up to two languages.")),
    "sticker": (_later("Stickers"), _later("Ten of the size of a bank card on a sheet of A4. Each has one language.")),
}
TONES = {
    "workers": (_later("For workers' notice boards"), _later("Useful numbers, for all who work there.")),
    "staff": (_later("For staff rooms"), _later("What to say and whom to call when a worker asks for help.")),
    "trainers": (_later("For trainers"), _later("Where the units and slides are.")),
}
FAULTS = {
    "language": _later("Choose a language that is offered here."),
    "size": _later("Choose A4, A5 or stickers."),
    "tone": _later("Choose who the poster is for."),
    "too-many": _later("So many languages do not fit. A4 has room for four, A5 for two."),
}
# Kinds of help that may stand on a wall without a hint at why somebody looks for them.
DULL = ("health", "consular", "migrant_resource", "training")


def block(area: Area, language: Language, tone: str, address: str, kinds: Iterable[str], day: dt.date) -> Block:
    """The words of one language. `kinds` are those of the services that the area has."""
    with force_locale(language.code.replace("-", "_")):
        title, lines = _said(tone, [str(names.CATEGORIES[kind]) for kind in DULL if kind in set(kinds)])
        return Block(
            lang=language.code,
            direction=language.direction,
            address=address,
            place=area.called(language.code),
            title=title,
            lines=lines,
            emergency=_("Emergency numbers"),
            unchecked=_("From public sources, not yet checked here. Call anyway."),
            printed=_("Printed on %(date)s. Numbers change.", date=format_date(day, "d MMM y")),
            kinds={kind: str(label) for kind, label in names.EMERGENCY.items()},
        )


def _said(tone: str, kinds: list[str]) -> tuple[str, tuple[str, ...]]:
    scan = _("Scan the code with a phone, or type the address.")
    if tone == "workers":
        return _("Useful numbers for people who work here"), (
            *(["\u00a0· ".join(kinds)] if kinds else []),
            scan,
            _("It opens a free handbook for people who help workers. It lists services here, and anyone may read it."),
        )
    if tone == "staff":
        return _("When a worker asks you for help"), (
            scan,
            _("It opens a free handbook: what to say, what to do, whom to call here."),
            _("Open it once with a network. A phone can keep it for later."),
        )
    return _("Training for people who help workers"), (
        scan,
        _("It opens a free handbook at the page of this area."),
        _("Choose “%(learn)s” there for short units and slides.", learn=_("Learn")),
    )
