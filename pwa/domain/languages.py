"""The languages that readers are offered: their own names, their direction, their fallback."""

from dataclasses import dataclass

import pycountry
from babel import Locale

FALLBACK = "en"
# Codes that browsers still send for languages that have another one by now (BCP 47 registry).
_FORMER = {"tl": "fil", "in": "id"}


@dataclass(frozen=True)
class Language:
    """A BCP 47 code, the language's name in its own script, and "ltr" or "rtl"."""

    code: str
    name: str
    direction: str

    @classmethod
    def of(cls, code: str) -> "Language":
        locale = Locale.parse(code, sep="-")
        name = locale.get_display_name(locale) or code
        return cls(code, name[:1].upper() + name[1:], locale.text_direction)


def name_of(code: str, reader: str) -> str:
    """The name of a language in the reader's language, by CLDR; by ISO 639 in English where CLDR has none."""
    if name := Locale.parse(reader, sep="-").languages.get(code.replace("-", "_")):
        return str(name)
    known = pycountry.languages.get(alpha_3=code)
    return str(known.name) if known else code


def current(code: str) -> str:
    """The code of today for one that a browser sends: "tl-PH" is "fil-PH"."""
    first, dash, rest = code.partition("-")
    return _FORMER.get(first.lower(), first) + dash + rest
