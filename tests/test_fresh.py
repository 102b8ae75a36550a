"""How old a check is: said on every entry and on the area, and what is old stands below what is fresh."""

import csv
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from playwright.sync_api import Browser, Page, expect

from pwa.app import create_app
from pwa.config import ROOT, Config
from pwa.domain import directory
from pwa.domain.directory import COLUMNS, Service
from pwa.store import services
from pwa.store.db import open_content
from tests.pages import page
from tests.phone import phone
from tests.server import Server

TODAY = dt.datetime.now(dt.UTC).date()
# The list was last changed so many days ago. A page printed from it knows no later day.
CHANGED = 100
# Economic help in Phnom Penh, and the days since its check. Of "old-since" the page itself cannot know.
DAYS = {"own-never": None, "own-old": 300, "own-old-since": 181, "own-due": 180, "own-due-young": 91, "all-fresh": 10,
        "own-fresh": 88, "all-never": None}  # fmt: skip
YOUNG = ["own-fresh", "own-due-young", "own-due", "all-fresh"]
OLD = ["own-old-since", "own-old", "own-never", "all-never"]
SEEN = [*YOUNG, *OLD]
PRINTED = ["own-fresh", "own-due-young", "own-due", "own-old-since", "all-fresh", "own-old", "own-never", "all-never"]
STATES = {"fresh": "chip ok", "due": "chip plain", "old": "chip old", "never": "chip old"}


def ago(days: int | None) -> str:
    return "" if days is None else (TODAY - dt.timedelta(days)).isoformat()


def checked(days: int | None) -> dict[str, str]:
    return {"checked_on": ago(days), "checked_by": "" if days is None else "coordinator"}


def made(emergency: int | None, **days: int | None) -> list[Service]:
    """The shipped services, the police of Cambodia checked so many days ago, and generated ones with the shipped gone
    from their area."""
    with (ROOT / "directory.csv").open(encoding="utf-8", newline="") as opened:
        rows = {row["id"]: row for row in csv.DictReader(opened)}
    rows = {id: row for id, row in rows.items() if row["country"] != "KH" or id == "kh-police-117"}
    rows["kh-police-117"] |= checked(emergency)
    for id, each in days.items():
        id = id.replace("_", "-")
        place = {"province": "KH-12" if id.startswith("own") else "", "categories": "economic", "name": id}
        rows[id] = rows["kh-police-117"] | {"id": id} | place | checked(each)
    text = "".join(directory.lines(tuple(row[column] for column in COLUMNS) for row in rows.values()))
    return list(directory.parse(text, "made.csv", TODAY))


def fill(folder: Path, rows: list[Service], days: int) -> None:
    db = open_content(folder)
    services.replace_all(db, rows, TODAY - dt.timedelta(days))
    db.close()


@pytest.fixture
def reader(tmp_path: Path) -> FlaskClient:
    """Somebody who reads without scripts."""
    fill(tmp_path, made(400, **DAYS), CHANGED)
    return create_app(replace(Config.from_environ({}), data=tmp_path)).test_client()


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("aged")
    fill(folder, made(400, **DAYS), CHANGED)
    with Server(folder) as server:
        yield server


def names(tree: HtmlElement, path: str) -> list[str]:
    return [each.text_content().strip() for each in tree.xpath(path)]


def test_a_page_without_scripts_has_old_checks_last_as_far_as_it_can_know(reader: FlaskClient) -> None:
    listed = page(reader, "/en/kh-12/directory/")
    assert names(listed, "//section[@data-group]/article/h3") == PRINTED
    drawn = page(reader, "/en/kh-12/")
    assert names(drawn, "//*[@id='path']//li/b") == PRINTED


def test_every_entry_says_how_old_its_check_is_without_scripts(reader: FlaskClient) -> None:
    for path in ("/en/kh-12/", "/en/kh-12/directory/"):
        tree = page(reader, path)
        chips = {}
        for chip in tree.xpath("//*[@data-sinks]//*[@data-checked]"):
            name = chip.xpath("ancestor::*[self::article or self::li][1]//*[self::h3 or self::b]")[0].text_content()
            chips[name.strip()] = (chip.get("class"), chip.text_content().strip())
        assert set(chips) == set(DAYS)
        assert chips["own-never"] == ("chip old", "Not checked yet")
        assert chips["own-old"][0] == "chip old" and "may be out of date" in chips["own-old"][1]
        assert chips["own-fresh"][0] == "chip plain" and chips["own-fresh"][1].startswith("Checked on ")
        standing = tree.xpath("//*[@id='standing']")[0].text_content().strip()
        # The police are the fourth: their check is old too.
        assert standing == f"4 of {len(DAYS) + 1} not checked for 180 days, or never"


def test_an_area_that_nobody_has_checked_says_so_on_top(tmp_path: Path) -> None:
    fill(tmp_path, made(None, own_never=None), 0)
    reader = create_app(replace(Config.from_environ({}), data=tmp_path)).test_client()
    (standing,) = page(reader, "/en/kh-12/").xpath("//*[@id='standing']/span")
    assert (standing.get("class"), standing.text_content()) == ("chip old", "Not checked yet")
    assert "Nobody local has checked" in page(reader, "/en/kh-12/directory/").text_content()


def test_emergency_numbers_stand_first_however_old_their_check_is_and_say_so(reader: FlaskClient) -> None:
    for path in ("/en/kh-12/", "/en/kh-12/directory/"):
        tree = page(reader, path)
        assert tree.xpath("//main//a[starts-with(@href, 'tel:')]")[0].get("href") == "tel:117"
        assert tree.xpath("//main//*[@data-checked]")[0].xpath("ancestor::section")[0].get("id") == "emergency"
        box = " ".join(tree.xpath("//*[@id='emergency']")[0].text_content().split())
        assert "may be out of date Call anyway." in box


def order(tab: Page) -> list[str]:
    found: list[str] = tab.locator("[data-sinks] > article > h3, [data-sinks] > li > b").all_inner_texts()
    return found


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/en/kh-12/", "/en/kh-12/directory/"])
def test_the_phone_sinks_what_has_grown_old_and_says_how_old_each_check_is(
    browser: Browser, aged: Server, path: str
) -> None:
    with phone(browser, aged.origin) as mine:
        tab = mine.open(path)
        for group in tab.locator("#path details").all():
            group.evaluate("(each) => { each.open = true; }")
        assert order(tab) == SEEN
        chips = tab.locator("[data-sinks] [data-checked]")
        for id, chip in zip(SEEN, chips.all(), strict=True):
            kind = next(state for state in STATES if f"-{state}" in id)
            expect(chip).to_have_class(STATES[kind])
            wanted = {
                "fresh": "Checked on",
                "due": "due for a check",
                "old": "may be out of date",
                "never": "Not checked yet",
            }
            expect(chip).to_contain_text(wanted[kind])
        expect(tab.locator("#standing")).to_have_text(f"5 of {len(DAYS) + 1} not checked for 180 days, or never")
        expect(tab.locator("#standing span")).to_have_class("chip old")
        first = tab.locator("main a[href^='tel:']").first
        expect(first).to_have_attribute("href", "tel:117")
        expect(tab.locator("#emergency [data-checked]")).to_have_class("chip old")
        assert mine.errors == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("days", "words", "look"),
    [
        ({"own_a": 0, "all_b": 89}, "All 3 checked in the last 90 days", "chip ok"),
        ({"own_a": 0, "all_b": 90}, "1 of 3 due for a check", "chip plain"),
        ({"own_a": 180, "all_b": 179}, "2 of 3 due for a check", "chip plain"),
        ({"own_a": 181, "all_b": 179}, "1 of 3 not checked for 180 days, or never", "chip old"),
    ],
)
def test_the_phone_says_of_the_whole_area_how_old_its_checks_are(
    browser: Browser, tmp_path: Path, days: dict[str, int], words: str, look: str
) -> None:
    fill(tmp_path, made(5, **days), 0)
    with Server(tmp_path) as server, phone(browser, server.origin) as mine:
        for path in ("/en/kh-12/", "/en/kh-12/directory/"):
            chip = mine.open(path).locator("#standing span")
            expect(chip).to_have_text(words)
            expect(chip).to_have_class(look)


@pytest.mark.browser
def test_a_phone_that_lost_its_clock_does_not_make_a_check_young(browser: Browser, aged: Server) -> None:
    with phone(browser, aged.origin) as mine:
        mine.context.clock.set_fixed_time(dt.datetime(2000, 1, 1, tzinfo=dt.UTC))
        tab = mine.open("/en/kh-12/directory/")
        assert order(tab) == PRINTED
        expect(tab.locator("#own-old [data-checked]")).to_have_class("chip old")
        expect(tab.locator("#own-never [data-checked]")).to_have_class("chip old")
