"""The budgets of bench/table.py that do not depend on time: bytes, requests, elements, layout shift."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page

from bench.slow import WATCH
from bench.table import BUDGETS, Measured, line
from bench.weights import assets, documents, packs
from tests.phone import phone
from tests.server import Server

# What is opened first: the front door, the guide's first step, an area behind a printed code, and its list.
FIRST = ("", "now/before/", "kh-12/", "kh-12/directory/", "learn/listen/", "areas/")


def held(found: list[Measured]) -> None:
    assert not [line(each) for each in found if not each.holds]


def test_a_measure_is_held_against_its_budget_and_a_ratio_against_what_ran_beside_it() -> None:
    assert Measured("a", 150_000, "bytes", budget="pack").holds
    assert not Measured("a", 150_001, "bytes", budget="pack").holds
    assert Measured("a", 110, "ms", 100, "cold/bare").holds
    assert not Measured("a", 111, "ms", 100, "cold/bare").holds
    assert Measured("a", 80, "a second", 100, "throughput").holds
    assert not Measured("a", 79, "a second", 100, "throughput").holds
    assert not Measured("a", 1, "ms", None, "cold/bare").holds
    assert Measured("a", 10**9, "bytes").holds


def test_every_kind_of_page_is_one_flight_of_a_new_connection(reader: FlaskClient) -> None:
    paths = (*FIRST, "sg/directory/", "kh-12/print/", "learn/listen/present/", "check/", "words/", "show/km/", "count/")
    held([each for each in documents(reader, [f"/en/{path}" for path in paths]) if each.budget == "document"])


def test_scripts_and_styles_stay_small(app: Flask, reader: FlaskClient) -> None:
    held(assets(reader, app))


@pytest.mark.parametrize("lang", ["en", "fil", "id", "km", "th", "vi"])
def test_all_of_an_area_in_a_language_stays_small(reader: FlaskClient, lang: str) -> None:
    held(packs(reader, [lang], ["kh-12"]))


@pytest.mark.browser
@pytest.mark.parametrize("path", FIRST)
def test_a_first_view_asks_for_little_and_nothing_on_it_moves(browser: Browser, served: Server, path: str) -> None:
    with phone(browser, served.origin) as mine:
        mine.context.add_init_script(WATCH)
        tab = mine.open(f"/en/{path}")
        tab.wait_for_timeout(1000)
        requests, size = _asked(tab)
        name = f"/en/{path}: first view,"
        held(
            [
                Measured(f"{name} requests", requests, "", budget="requests"),
                Measured(f"{name} bytes", size, "bytes", budget="first view"),
                Measured(f"{name} shift", tab.evaluate("seen.shift"), "", budget="shift"),
                Measured(f"{name} elements", _laid_out(tab), "", budget="elements"),
            ]
        )


def _asked(tab: Page) -> tuple[int, int]:
    """Requests of the page itself, its own among them, and their bytes with headers."""
    sizes: list[int] = tab.evaluate(
        """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
        .filter((entry) => !entry.name.endsWith("pack.json")).map((entry) => entry.transferSize)"""
    )
    assert sizes[0] > BUDGETS["requests"].limit
    return len(sizes), sum(sizes)


def _laid_out(tab: Page) -> int:
    """The elements that the view lays out; what is folded away is not among them."""
    return int(tab.evaluate("[...document.querySelectorAll('body, body *')].filter((e) => e.checkVisibility()).length"))
