"""Between an address and a view: the house of this request, reader pages from the press, answers with their headers."""

import functools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from flask_babel import force_locale
from sqlite_utils import Database
from werkzeug.datastructures import LanguageAccept

from pwa import names
from pwa.config import Config
from pwa.domain.areas import Area, Atlas
from pwa.domain.assets import Assets
from pwa.domain.content import ELSEWHERE, Library
from pwa.domain.languages import Language, current
from pwa.domain.naming import Names, names_of
from pwa.domain.phrases import PhraseBook
from pwa.domain.places import laid
from pwa.domain.rules import Rule
from pwa.enrolment import Limit
from pwa.press import Press, Sheet
from pwa.sealing import Lock
from pwa.store import places, services
from pwa.store.db import counts_of, open_content
from pwa.store.sql import Counts
from pwa.store.till import Till

View = Callable[..., Any]


@dataclass
class House:
    """What one running app holds: settings, words, places, assets, the press, the key of the outboxes, its limits, and
    two databases for each thread. `drafts` are the languages whose words on screen nobody has signed."""

    config: Config
    library: Library
    atlas: Atlas
    assets: Assets
    guard: dict[str, str]
    languages: dict[str, Language]
    lock: Lock
    phrases: PhraseBook
    drafts: frozenset[str]
    press: Press = field(default_factory=Press)
    batch_limit: Limit = field(default_factory=lambda: Limit(60, 3600))
    code_limit: Limit = field(default_factory=lambda: Limit(30, 60))
    till: Till = field(default_factory=Till)
    called: dict[str, Names] = field(default_factory=dict)
    _threads: threading.local = field(default_factory=threading.local)

    @property
    def db(self) -> Database:
        """This thread's connection: opening one for each request would cost more than the request."""
        if not hasattr(self._threads, "db"):
            self._threads.db = open_content(Path(self.config.data))
        return cast(Database, self._threads.db)

    @property
    def counts(self) -> Counts:
        """This thread's connection to counts and organisations."""
        if not hasattr(self._threads, "counts"):
            self._threads.counts = counts_of(self.config)
        return cast(Counts, self._threads.counts)

    @property
    def edition(self) -> str:
        """What every page depends on: the release of the words and code, and the state of the directory."""
        return f"{self.assets.release}-{services.version(self.db)}"


def house() -> House:
    return cast(House, current_app.extensions["house"])


def language_or_404(code: str) -> str:
    if code not in house().languages:
        abort(404)
    return code


def wanted_language() -> str:
    """The offered language that the browser asks for first, else the first that is offered."""
    offered = list(house().languages)
    asked = LanguageAccept([(current(code), quality) for code, quality in request.accept_languages])
    return asked.best_match(offered) or offered[0]


def area_or_404(slug: str) -> Area:
    return house().atlas.get(slug) or abort(404)


def rules_of(lang: str, area: Area) -> Rule | None:
    """The local rules of an area as readers see them: what the desk wrote lies over the files.

    Where there are none, those that are unknown one by one.
    """
    slugs = dict.fromkeys([area.slug, area.country.lower(), ELSEWHERE])
    written = [places.overlay(house().db, slug) for slug in slugs]
    return laid([house().library.rule(lang, slug) for slug in slugs], written)


def called_in(lang: str) -> Names:
    """What places and kinds of help are called in a language, for a search."""
    known = house().called
    if lang not in known:
        kinds = {kind: str(label) for kind, label in names.CATEGORIES.items()}
        known[lang] = names_of(house().atlas, lang, kinds)
    return known[lang]


def reader_page(room: Blueprint, rule: str) -> Callable[[View], View]:
    """Give a view the reader address /<lang> + `rule`. It returns a template's name and its values.

    The press keeps the page: it depends on its address and on the edition alone, never on who asks. No cookie, no
    header, no time of day.
    """

    def decorate(view: View) -> View:
        endpoint = f"{room.name}.{view.__name__}"

        def sheet(lang: str, **names: str) -> Sheet:
            language_or_404(lang)
            # Built anew, so that one page has one address however it was asked for.
            path = url_for(endpoint, lang=lang, **cast(Any, names))
            made = functools.partial(_print, view, endpoint, path, lang, names)
            return house().press.sheet(house().edition, path, made)

        @functools.wraps(view)
        def answer(lang: str, **names: str) -> Response:
            return send(sheet(lang, **names))

        answer.sheet = sheet  # type: ignore[attr-defined]
        room.add_url_rule(f"/<lang>{rule}", view.__name__, answer)
        return view

    return decorate


def printed(room: Blueprint, rule: str) -> Callable[[View], View]:
    """Give a view that makes a sheet the address `rule`; the press keeps the sheet as it keeps pages."""

    def decorate(view: View) -> View:
        endpoint = f"{room.name}.{view.__name__}"

        def sheet(**names: str) -> Sheet:
            path = url_for(endpoint, **cast(Any, names))
            return house().press.sheet(house().edition, path, functools.partial(view, **names))

        def answer(**names: str) -> Response:
            return send(sheet(**names))

        answer.sheet = sheet  # type: ignore[attr-defined]
        room.add_url_rule(rule, view.__name__, answer)
        return view

    return decorate


def _print(view: View, endpoint: str, path: str, lang: str, names: dict[str, str]) -> Sheet:
    with force_locale(lang.replace("-", "_")):
        template, values = view(lang, **names)
        about = {"lang": lang, "language": house().languages[lang], "path": path, "endpoint": endpoint, "names": names}
        return Sheet(render_template(template, **about, **values).encode(), "text/html; charset=utf-8")


def sheet_at(path: str) -> Sheet:
    """The sheet of a reader address, for a pack."""
    endpoint, names = current_app.url_map.bind("").match(path)
    view: Any = current_app.view_functions[endpoint]
    return cast(Sheet, view.sheet(**names))


def send(sheet: Sheet) -> Response:
    """A sheet as an answer: the smallest form that the browser takes, 304 where it has it already."""
    body, encoding = sheet.body, ""
    if sheet.compressible:
        accepted = request.accept_encodings
        if accepted["br"] > 0:
            body, encoding = sheet.brotli, "br"
        elif accepted["gzip"] > 0:
            body, encoding = sheet.gzip, "gzip"
    response = Response(body, content_type=sheet.media_type)
    if encoding:
        response.headers["Content-Encoding"] = encoding
    if sheet.compressible:
        response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = sheet.caching
    # Weak: the same words in another compression are the same page.
    response.set_etag(sheet.etag, weak=True)
    response.make_conditional(request)
    return response
