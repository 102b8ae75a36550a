"""The app: settings, words, places and rooms put together."""

import datetime as dt
import io
import os
import re
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, render_template, request, url_for
from flask_babel import Babel, format_date
from flask_babel import gettext as _
from jinja2 import StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import escape
from werkzeug.exceptions import HTTPException, SecurityError

from pwa import catalogues, clocks, entry_words, guard, names
from pwa.config import ROOT, Config
from pwa.domain import areas, assets, content, phrases
from pwa.domain.languages import Language, name_of
from pwa.domain.poster import qr_svg
from pwa.sealing import Lock
from pwa.views import abroad, count, counts, find, home, learn, now, paper, refer, shell, show
from pwa.views.desk import areas as desk_areas
from pwa.views.desk import (
    changes,
    codes,
    directory,
    door,
    entry,
    exchange,
    figures,
    joining,
    organisations,
    own,
    posters,
    staff,
)
from pwa.web import House, house, wanted_language

_LINK = re.compile(r"</?a\b[^>]*>")
_PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
ROOMS = (
    home.room,
    now.room,
    learn.room,
    count.room,
    shell.room,
    refer.room,
    abroad.room,
    paper.room,
    counts.room,
    find.room,
    show.room,
)
DESK = (
    door.room,
    joining.room,
    own.room,
    staff.room,
    directory.room,
    entry.room,
    changes.room,
    exchange.room,
    desk_areas.room,
    organisations.room,
    codes.room,
    figures.room,
    posters.room,
)


class InMemory(Request):
    """A request whose file stays in memory: a temporary file could be read from the disk later."""

    def _get_file_stream(self, *_: Any, **__: Any) -> io.BytesIO:
        return io.BytesIO()


def create_app(config: Config | None = None) -> Flask:
    """The app for `config`, or for the environment.

    Raises SettingError, FaultsFoundError or StaleCatalogueError rather than start with half of anything.
    """
    config = config or Config.from_environ(os.environ)
    app = Flask(__name__, static_folder=None)
    app.request_class = InMemory
    app.config["TRUSTED_HOSTS"] = config.hosts
    app.extensions["house"] = _house(config)
    Babel(app, locale_selector=_locale, default_translation_directories=str(catalogues.FOLDER))
    for room in (*ROOMS, *DESK):
        app.register_blueprint(room)
    _furnish_templates(app)
    guard.install(app, app.extensions["house"].guard)
    app.register_error_handler(HTTPException, _in_words)
    # Before the host is trusted there is no page to build.
    app.register_error_handler(SecurityError, lambda error: ("Not served under this name.\n", 400, _PLAIN))
    return app


def _house(config: Config) -> House:
    catalogues.check_compiled()
    loaded = assets.load(ROOT / "pwa", config.content)
    return House(
        config=config,
        library=content.load(config.content, config.languages),
        atlas=areas.load(config.content / "places.yaml", config.countries),
        assets=loaded,
        guard=guard.headers(config, loaded.style_sources),
        languages={code: Language.of(code) for code in config.languages},
        lock=Lock(config.secrets),
        phrases=phrases.load(config.content / "phrases"),
        drafts=frozenset(code for code in config.languages if catalogues.is_draft(code)),
    )


def _asked_language() -> str:
    """The language of the address, else the one that the browser asks for."""
    first = request.path.split("/")[1]
    return first if first in house().languages else wanted_language()


def _locale() -> str:
    return _asked_language().replace("-", "_")


def _in_words(error: HTTPException) -> Response | tuple[str, int]:
    """What went wrong, in words, with the way home. Nothing of the request is repeated."""
    if request.path.startswith("/counts/"):
        return counts.refusal(error.code or 500)
    lang = _asked_language()
    about = {"lang": lang, "language": house().languages[lang], "path": "", "endpoint": "error", "names": {}}
    # A page of the desk brings no worker with it, not even when it says that something went wrong.
    template = "desk/error.html" if request.path.startswith("/desk/") else "shell/error.html"
    return render_template(template, code=error.code or 500, member=None, **about), error.code or 500


def _furnish_templates(app: Flask) -> None:
    @pass_context
    def to(context: Context, endpoint: str, **values: Any) -> str:
        """The address of a page in the language of the page that links to it."""
        return url_for(endpoint, lang=context["lang"], **values)

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals |= {
        "to": to,
        "house": house,
        "names_of": names,
        "qr": qr_svg,
        "language_name": name_of,
        "country_name": areas.country_name,
    }
    app.jinja_env.filters |= {
        "blocks": _labelled,
        "called": entry_words.called,
        "also_called": entry_words.also_called,
        "told": entry_words.told,
        "told_in": entry_words.told_in,
        "bare": lambda html: _LINK.sub("", html),
        "day": lambda text: format_date(dt.date.fromisoformat(text), "d MMM y"),
        "dated": lambda text: _("undated") if text == "undated" else text,
        "host": lambda address: urlsplit(address).hostname or address,
        "week": clocks.week,
        "time_zone": clocks.zone,
        "other_clock": clocks.other,
        "spans": lambda spans: " ".join(f"{start}-{end}" for start, end in spans),
    }


def _labelled(html: str) -> str:
    """Content HTML whose blocks (words to say, words for one role) and sources tell which they are."""
    html = html.replace('<p class="source">Source:', f'<p class="source">{escape(_("Source:"))}')
    for name, label in names.BLOCKS.items():
        html = html.replace(f'<div class="{name}">', f'<div class="{name}"><span class="label">{escape(label)}</span>')
    return html
