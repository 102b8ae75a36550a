"""What a phone fetches, in bytes as sent (brotli), and how large a page is: `.venv/bin/python -m bench weights`."""

import re
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import brotli
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from bench.directory import TODAY
from bench.table import Measured
from pwa.app import create_app
from pwa.config import Config
from pwa.domain import directory
from pwa.store import services
from pwa.store.db import open_content

# An area of each kind: a province with services, one without, a country with the most services, one with few.
AREAS = ("kh-12", "ph-00", "sg", "bn")
PAGES = ("", "now/before/", "now/listen/", "areas/", "areas/ph/", "{area}/", "{area}/directory/", "{area}/print/",
         "learn/listen/", "learn/listen/present/", "check/", "words/", "show/km/", "count/", "privacy/")  # fmt: skip
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def shipped(folder: Path) -> Flask:
    """The app with the shipped words and services."""
    config = replace(Config.from_environ({}), data=folder)
    services.replace_all(open_content(config.data), directory.read(config.directory, TODAY), TODAY)
    return create_app(config)


def sent(reader: FlaskClient, path: str) -> int:
    """The bytes of an address as sent."""
    answer = reader.get(path, headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200, path
    return len(answer.data)


def documents(reader: FlaskClient, paths: Iterable[str]) -> list[Measured]:
    """Bytes of pages, and their elements."""
    found = []
    for path in paths:
        found.append(Measured(f"{path}: document", sent(reader, path), "bytes", budget="document"))
        found.append(Measured(f"{path}: elements", elements(reader.get(path).data), "", budget="elements"))
    return found


def elements(body: bytes) -> int:
    """The elements of a page."""
    return len(list(html.fromstring(body).iter("*")))


def assets(reader: FlaskClient, app: Flask) -> list[Measured]:
    """Bytes of the scripts, the worker, and the style inside every page."""
    files = app.extensions["house"].assets.files
    scripts = [name for name in files if name.endswith(".js") and "desk" not in name and "htmx" not in name]
    found = [Measured(name, sent(reader, files[name].address), "bytes", budget="script") for name in scripts]
    found.append(Measured("sw.js", sent(reader, "/sw.js"), "bytes", budget="script"))
    for path, name in (
        ("/en/", "style"),
        ("/en/learn/listen/present/", "style of slides"),
        ("/en/kh-12/print/", "style of paper"),
    ):
        style = STYLE.search(reader.get(path).get_data(as_text=True))
        assert style, path
        found.append(Measured(name, len(brotli.compress(style[1].encode())), "bytes", budget="style"))
    return found


def packs(reader: FlaskClient, languages: Iterable[str], areas: Iterable[str]) -> list[Measured]:
    """All that a phone fetches for an area in a language: the list, the bundle of the language, that of the area."""
    found = []
    for lang in languages:
        for area in areas:
            path = f"/{lang}/{area}/pack.json"
            pack = reader.get(path).get_json()
            assert len(pack["bundles"]) == 2, path
            parts = sent(reader, path), *(sent(reader, bundle["address"]) for bundle in pack["bundles"])
            words = f"/{lang}/{area}/: {parts[0]:,} list + {parts[1]:,} language + {parts[2]:,} area"
            found.append(Measured(words, sum(parts), "bytes", budget="pack"))
    return found


def measured() -> list[Measured]:
    """Every figure of this part."""
    with tempfile.TemporaryDirectory() as folder:
        app = shipped(Path(folder))
        reader = app.test_client()
        pages = documents(reader, [f"/en/{page.format(area='sg')}" for page in PAGES])
        languages = app.extensions["house"].languages
        return [*pages, *assets(reader, app), *packs(reader, ["en"], AREAS), *packs(reader, languages, ["kh-12"])]
