"""An entry of the directory in the reader's words: its names, the one she knows first, and what its free words mean."""

from flask_babel import get_locale
from markupsafe import Markup

from pwa.domain.directory import Service
from pwa.domain.languages import FALLBACK
from pwa.web import house


def called(service: Service) -> Markup:
    """The name of a service, marked with its language: the local one for those who read the language of its country."""
    return _names(service)[0]


def also_called(service: Service) -> Markup:
    """Its other name, marked with its language; empty where it has none."""
    return _names(service)[1]


def told(text: str) -> str:
    return house().library.gloss(_reader(), text)[0]


def told_in(text: str) -> str:
    """The language that `told` is in: English where nobody has translated these very words."""
    return house().library.gloss(_reader(), text)[1]


def _names(service: Service) -> tuple[Markup, Markup]:
    country = house().atlas.get(service["country"].lower())
    spoken = country.local_language if country else ""
    english, local = _marked(service["name"], FALLBACK), _marked(service["name_local"], spoken)
    return (local, english) if local and spoken == _reader().split("-")[0] else (english, local)


def _marked(name: str, language: str) -> Markup:
    if not name:
        return Markup()
    return (
        Markup('<span lang="{}">{}</span>').format(language, name)
        if language
        else Markup("<span>{}</span>").format(name)
    )


def _reader() -> str:
    return str(get_locale()).replace("_", "-")
