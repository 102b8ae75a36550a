"""What grows with the directory, the languages and the areas: `.venv/bin/python -m bench growth [MOST_ROWS]`.

The first thousand rows are imported as an operator does; the rest are copies of them made in SQL, and the search index,
which no page reads, is left out.
"""

import json
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from flask import Flask

from bench import directory as made
from bench.table import Measured
from bench.throughput import memory
from pwa.app import create_app
from pwa.config import Config
from pwa.domain import directory
from pwa.press import Press
from pwa.store import services
from pwa.store.db import immediate, open_content
from tests.server import Server

# Of the area of twenty services, and what lists or reads other areas: a pair with its country, and the lists.
PAGES = ("/en/kh-12/", "/en/kh-12/directory/", "/en/kh-12/print/", "/en/kh-12/abroad/th/", "/en/th-10/abroad/kh/",
         "/en/areas/kh/", "/en/areas/")  # fmt: skip
OWN = ("/en/kh-12/", "/en/kh-12/directory/", "/en/kh-12/print/")
ROUNDS = 9
SMALL = 1000


def filled(folder: Path, number: int) -> Flask:
    """The app over `number` generated services beside the shipped ones."""
    config = replace(Config.from_environ({}), data=folder)
    db = open_content(folder)
    found = directory.read(made.written(folder.with_suffix(".csv"), min(number, SMALL)), made.TODAY)
    services.replace_all(db, found, made.TODAY)
    if number > SMALL:
        for event in ("insert", "delete", "update"):
            db.execute(f"drop trigger findable_after_{event}")
        rest = ", ".join(column for column in directory.COLUMNS if column not in ("id", "province"))
        with immediate(db):
            db.execute(
                f"with recursive copy(n) as (select 1 union all select n + 1 from copy where n < ?)"  # noqa: S608
                f" insert into services (id, province, {rest})"
                f" select id || '-' || n, iif(province = 'KH-12', 'KH-8', province), {rest}"
                " from services, copy where id like 'kh-made-%'",
                [number // SMALL - 1],
            )
    db.close()
    return create_app(config)


def rows(most: int) -> list[Measured]:
    """Pages printed anew over ever larger directories, by turns, against a thousand rows."""
    numbers = [100, SMALL, *(10**power for power in range(4, 7) if 10**power <= most)]
    found = []
    with tempfile.TemporaryDirectory() as folder:
        apps = {number: filled(Path(folder) / str(number), number) for number in numbers}
        for path in PAGES:
            taken: dict[int, list[float]] = {number: [] for number in numbers}
            for _ in range(ROUNDS):
                for number, app in apps.items():
                    taken[number].append(_printed(app, path))
            halves = {number: statistics.median(times) * 1000 for number, times in taken.items()}
            for number in numbers:
                if number != SMALL:
                    words = f"{path} over {number:,} rows, against {SMALL:,}"
                    found.append(Measured(words, halves[number], "ms", halves[SMALL], "rows"))
        bodies = [[apps[number].test_client().get(path).data for path in OWN] for number in (SMALL, numbers[-1])]
        differ = sum(len(a) for a, b in zip(*bodies, strict=True) if a != b)
        words = f"bytes of kh-12 that differ between {SMALL:,} and {numbers[-1]:,} rows elsewhere"
        found.append(Measured(words, differ, "bytes", budget="elsewhere"))
    return found


def _printed(app: Flask, path: str) -> float:
    press = app.extensions["house"].press = Press()
    reader = app.test_client()
    if "/areas/" in path:
        # The bundle of the language is there as soon as one phone has asked for it.
        reader.get("/en/pack.json")
    press._sheets.pop(path, None)
    begin = time.perf_counter()
    assert reader.get(path).status_code == 200
    return time.perf_counter() - begin


def entries() -> list[Measured]:
    """What one more service of an area costs a phone there."""
    wire = {}
    with tempfile.TemporaryDirectory() as folder:
        for own in (20, 220):
            config = replace(Config.from_environ({}), data=Path(folder) / str(own))
            file = made.written(config.data.with_suffix(".csv"), own, own=own)
            services.replace_all(open_content(config.data), directory.read(file, made.TODAY), made.TODAY)
            pack = create_app(config).test_client().get("/en/kh-12/pack.json").get_json()
            wire[own] = pack["bundles"][1]["wire"]
    each = (wire[220] - wire[20]) / 200
    return [Measured("one more service of the area, on pathway, directory and paper", each, "bytes", budget="entry")]


@contextmanager
def _started(folder: Path, languages: str = "") -> Iterator[tuple[Server, float]]:
    settings = {"RIGHT_DOOR_LANGUAGES": languages} if languages else {}
    server = Server(folder, **settings)
    begin = time.perf_counter()
    server.start()
    try:
        yield server, time.perf_counter() - begin
    finally:
        server.stop()


def servers(most: int) -> list[Measured]:
    """Start-up and memory, by languages, rows and areas asked for."""
    found, all_languages = [], Config.from_environ({}).languages
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with _started(folder / "one"):
            pass
        for languages in ("en", " ".join(all_languages)):
            with _started(folder / "one", languages) as (server, seconds):
                assert server.process
                words = f"{len(languages.split())} languages"
                found.append(Measured(f"start with {words}", seconds, "s"))
                found.append(Measured(f"memory at rest with {words}", memory(server.process.pid), "MB"))
        for number in (10**power for power in range(3, 6) if 10**power <= most):
            filled(folder / f"rows{number}", number)
            with _started(folder / f"rows{number}") as (server, seconds):
                assert server.process
                found.append(Measured(f"start over {number:,} rows", seconds, "s"))
                found.append(Measured(f"memory at rest over {number:,} rows", memory(server.process.pid), "MB"))
        with _started(folder / "one") as (server, _):
            found += _asked(server, all_languages)
    return found


def _asked(server: Server, languages: tuple[str, ...]) -> list[Measured]:
    assert server.process
    found, before = [], memory(server.process.pid)
    areas = [row[0] for row in _json(server, "/en/areas/names.json")]
    for lang in languages:
        for area in areas:
            for page in ("", "directory/", "print/"):
                asked = urllib.request.Request(
                    f"{server.origin}/{lang}/{area}/{page}", headers={"Accept-Encoding": "gzip"}
                )
                urllib.request.urlopen(asked, timeout=60).read()
        words = f"memory after {len(areas) * 3:,} pages of areas in each language, up to {lang}"
        found.append(Measured(words, memory(server.process.pid), "MB", before))
    return found


def _json(server: Server, path: str) -> list[list[str]]:
    found: list[list[str]] = json.loads(urllib.request.urlopen(server.origin + path).read())
    return found


def measured(most: int = 1_000_000) -> list[Measured]:
    """Every figure of this part."""
    return [*rows(most), *entries(), *servers(most)]
