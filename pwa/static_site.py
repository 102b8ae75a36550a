"""The reader side as files: every page, list and bundle of every language and area, as the press prints them.

No request is made: a sheet is the very body that the server would send. What a server is asked by POST (the search of
all services, counts) and the desk are no files, and are left out.
"""

import itertools
import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from flask import Flask, current_app, render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from pwa import packs, static_hosts
from pwa.app import create_app
from pwa.config import Config
from pwa.domain import areas, pack
from pwa.press import Sheet
from pwa.web import house, sheet_at

_HTML = "text/html; charset=utf-8"


class ChangedError(Exception):
    """The directory was changed while the export began: half of it would be old, half new."""


@dataclass(frozen=True)
class Part:
    """What is written in one go: of an area in a language, of a language, or of neither."""

    lang: str = ""
    area: str = ""


@dataclass(frozen=True)
class Written:
    """How much a part holds: files, and bytes in them."""

    files: int = 0
    bytes: int = 0

    def __add__(self, other: "Written") -> "Written":
        return Written(self.files + other.files, self.bytes + other.bytes)


def parts(config: Config) -> list[Part]:
    """All parts of a site, each language together: what an area of it needs is then at hand."""
    slugs = list(areas.load(config.content / "places.yaml", config.countries).areas)
    return [Part(), *(Part(lang, area) for lang in config.languages for area in ("", *slugs))]


def export(config: Config, folder: Path, edition: str, compressed: bool, jobs: int) -> Iterator[Written]:
    """Write the site of `config` into `folder`, part by part, by so many processes at once.

    `edition` is the version of the directory. Raises ChangedError, OSError, and BrokenProcessPool where a process ends.
    """
    todo = parts(config)
    if jobs == 1:
        scribe = Scribe(config, folder, edition, compressed)
        yield from map(scribe.write, todo)
        return
    # "spawn": a fork would share this process's connections to the database.
    pool = ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), _begin, (config, folder, edition, compressed)
    )
    try:
        yield from pool.map(_write, todo)
    finally:
        pool.shutdown(cancel_futures=True)


class Scribe:
    """One app that writes parts of the site, all from one state of the directory."""

    def __init__(self, config: Config, folder: Path, edition: str, compressed: bool) -> None:
        self._app: Flask = create_app(config)
        self._folder, self._compressed = folder, compressed
        self._base = config.origin
        with self._app.test_request_context(base_url=self._base):
            # SQLite shows a reader what was there when its transaction began, whatever is imported meanwhile.
            house().db.execute("begin")
            if not house().edition.endswith(f"-{edition}"):
                raise ChangedError("The directory was changed just now. Run it again.")

    def write(self, part: Part) -> Written:
        with self._app.test_request_context(base_url=self._base):
            every = itertools.chain(sheets(part), () if part.lang else self._for_hosts())
            return sum((self._file(address, sheet) for address, sheet in every), Written())

    def _for_hosts(self) -> Iterator[tuple[str, Sheet]]:
        place = house()
        texts = static_hosts.files(place.guard, place.languages, place.config.counts_at, self._compressed)
        for name, text in texts.items():
            yield f"/{name}", Sheet(text.encode(), "application/octet-stream")

    def _file(self, address: str, sheet: Sheet) -> Written:
        path = self._folder / file_of(address)
        path.parent.mkdir(parents=True, exist_ok=True)
        bodies = {"": sheet.body}
        if self._compressed and sheet.compressible:
            bodies |= {".br": sheet.brotli, ".gz": sheet.gzip}
        for ending, body in bodies.items():
            path.with_name(path.name + ending).write_bytes(body)
        return Written(len(bodies), sum(map(len, bodies.values())))


def file_of(address: str) -> str:
    """The file of an address, from the root of the site."""
    return unquote(address).removeprefix("/") + ("index.html" if address.endswith("/") else "")


def sheets(part: Part) -> Iterator[tuple[str, Sheet]]:
    """Every address of a part, with what is answered there."""
    for address in _printed(part):
        yield address, sheet_at(address)
    if part.lang:
        yield from _packed(part)
    else:
        yield "/", _door()
        yield "/404.html", _missing()
        yield "/wiped", Sheet(b"", "text/plain")


def _printed(part: Part) -> Iterator[str]:
    """The addresses of the views that print sheets: a new reader page is exported without being named here."""
    for rule in current_app.url_map.iter_rules():
        wants = rule.arguments
        if not hasattr(current_app.view_functions[rule.endpoint], "sheet"):
            continue
        if ("lang" in wants, "area" in wants) != (bool(part.lang), bool(part.area)):
            continue
        free = sorted(wants - {"lang", "area"})
        given: dict[str, Any] = {name: value for name, value in (("lang", part.lang), ("area", part.area)) if value}
        for chosen in itertools.product(*(_choices(name, part) for name in free)):
            yield url_for(rule.endpoint, **given | dict(zip(free, chosen, strict=True)))


def _choices(name: str, part: Part) -> list[str]:
    """Every value of a name in an address. KeyError for one that nobody has thought of here."""
    place = house()
    homes = [code.lower() for code in place.config.home_countries if code.lower() != part.area[:2]]
    return {
        "step": lambda: [page.slug for kind in ("step", "card") for page in place.library.guide(part.lang, kind)],
        "module": lambda: [lesson.page.slug for lesson in place.library.lessons(part.lang)],
        "other": lambda: [language.code for language in place.phrases.others("")],
        "country": lambda: homes if part.area else [country.slug for country in place.atlas.countries],
        "name": lambda: [asset.address.removeprefix("/static/") for asset in place.assets.of_readers],
    }[name]()


def _packed(part: Part) -> Iterator[tuple[str, Sheet]]:
    """The list of a pack, and the bundle that is this part's own."""
    area = house().atlas.areas[part.area] if part.area else None
    root = f"/{part.lang}/{part.area}".rstrip("/")
    yield f"{root}/pack.json", packs.listing(part.lang, area)
    sheet = packs.area_bundle(part.lang, area) if area else packs.language_bundle(part.lang)
    yield f"{root}/bundle-{pack.digest_of(sheet.body)}.json", sheet


def _door() -> Sheet:
    """The first page: the languages. A host of files cannot know which one a browser asks for."""
    return _apart("shell/door.html", {})


def _missing() -> Sheet:
    said = []
    for language in house().languages.values():
        with force_locale(language.code.replace("-", "_")):
            said.append(
                {
                    "language": language,
                    "title": _("There is no such page"),
                    "lead": _("The address may be mistyped, or the language or area may not be offered here."),
                    "first": _("Go to the first page"),
                }
            )
    return _apart("shell/missing.html", {"said": said})


def _apart(template: str, values: dict[str, object]) -> Sheet:
    lang, language = next(iter(house().languages.items()))
    about = {"lang": lang, "language": language, "path": "", "endpoint": "error", "names": {}}
    with force_locale(lang.replace("-", "_")):
        return Sheet(render_template(template, **about, **values).encode(), _HTML)


_scribe: Scribe


def _begin(config: Config, folder: Path, edition: str, compressed: bool) -> None:
    global _scribe
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _scribe = Scribe(config, folder, edition, compressed)


def _end_with_parent() -> None:
    # The pool's processes would wait for ever on a parent that was killed.
    if parent := multiprocessing.parent_process():
        parent.join()
    os._exit(1)


def _write(part: Part) -> Written:
    return _scribe.write(part)
