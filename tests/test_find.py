"""The search box: words go by POST and leave no trace, and lead to services and places."""

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import axe_playwright_python
import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from playwright.sync_api import Browser, Page, expect
from werkzeug.test import TestResponse

from pwa.app import create_app
from pwa.config import Config
from pwa.domain.directory import COLUMNS, from_cells
from pwa.store import services
from pwa.store.db import open_content
from tests.pages import house_of, page
from tests.phone import Phone, phone
from tests.server import Server

TODAY = dt.date(2026, 11, 23)
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
ATTACKS = ['"', "*", "NEAR(", "-", "a AND", "OR OR", "name:police", "^", "{x}:y", "a\0b", "\u202etset", "'", "<b>x</b>"]
BOX = "Type a place"


def asked(reader: FlaskClient, words: str, lang: str = "en") -> TestResponse:
    answer = reader.post(f"/{lang}/find/", data={"words": words})
    assert answer.status_code == 200
    return answer


def found(reader: FlaskClient, words: str) -> HtmlElement:
    return html.document_fromstring(asked(reader, words).get_data(as_text=True)).find(".//main")


def names(tree: HtmlElement) -> list[str]:
    return [link.get("href").partition("#")[2] for link in tree.xpath(".//article//h3/a")]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """A reader of a house that offers two countries and holds what a search must get right."""
    config = replace(Config.from_environ({"RIGHT_DOOR_COUNTRIES": "KH TH"}), data=tmp_path_factory.mktemp("small"))
    blank = dict.fromkeys(COLUMNS, "") | {"country": "KH", "categories": "legal", "status": "open"}
    rows: list[dict[str, str]] = [
        {"id": "open", "name": "Lantern house", "province": "KH-12", "phones": "+855 23 997 919 [office]"},
        {"id": "shut", "name": "Lantern closed", "status": "closed"},
        {"id": "far", "name": "Lantern abroad", "country": "MY"},
        {"id": "gone", "name": "Lantern of no province", "province": "KH-99"},
        {"id": "talks", "name": "Lantern talks", "categories": "mediation", "checked_on": "2026-11-20"},
        {"id": "hides", "name": "Lantern shelter", "categories": "shelter", "confidential": "yes"},
        *({"id": f"many-{n}", "name": f"Same desk {n}", "country": "TH"} for n in range(35)),
    ]
    db = open_content(config.data)
    services.replace_all(db, [from_cells(tuple((blank | row).values())) for row in rows], TODAY)
    db.close()
    return create_app(config).test_client()


def test_the_box_stands_on_the_list_of_areas_and_sends_by_post(reader: FlaskClient) -> None:
    form = page(reader, "/en/areas/").xpath("//search//form")[0]
    assert (form.get("method"), form.get("action")) == ("post", "/en/find/")
    assert [field.get("name") for field in form.iter("input")] == ["words"]
    assert form.xpath(".//label[@for='find']") and form.xpath(".//button")
    assert not page(reader, "/en/areas/").xpath("//search[@hidden]")


def test_the_address_itself_shows_the_box_and_all_countries(app: Flask, reader: FlaskClient) -> None:
    tree = page(reader, "/en/find/")
    assert tree.xpath("//form[@action='/en/find/']//input/@value") == [""]
    assert not tree.xpath("//*[@id='answer']")
    countries = {f"/en/{country.slug}/" for country in house_of(app).atlas.countries}
    assert countries <= set(tree.xpath("//main//a/@href"))
    assert reader.get("/en/find/?words=police").data == reader.get("/en/find/").data
    assert reader.get("/zz/find/").status_code == reader.post("/zz/find/").status_code == 404


def test_a_place_is_found_with_its_page_first_and_then_what_serves_it(reader: FlaskClient) -> None:
    for words in ("Da Nang", "danang", "đà nẵng", "da nagn"):
        tree = found(reader, words)
        links = [link.get("href") for link in tree.xpath(".//*[@id='answer']//a")]
        assert links[0] == "/en/vn-dn/"
        assert "vn-113" in names(tree)
        assert tree.xpath(".//article//a[@href='tel:113']")


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("helpline 1300", "th-1300"),
        ("licahdo", "kh-licadho"),
        ("ជំនួយកុមារ", "kh-child-helpline-1280"),
        ("ទូរស័ព្ទជំនួយ", "kh-child-helpline-1280"),
        ("សមាគម អាដហុក", "kh-adhoc"),
        ("023 997 919", "kh-antitrafficking-1288"),
    ],
)
def test_the_shipped_directory_is_found_by_typing_errors_and_local_script(
    reader: FlaskClient, words: str, first: str
) -> None:
    assert names(found(reader, words))[0] == first


def test_a_card_tells_enough_to_call_and_leads_to_the_rest(small: FlaskClient) -> None:
    tree = found(small, "lantern house")
    card = tree.xpath(".//article")[0]
    text = " ".join(card.text_content().split())
    assert "Legal help" in text and "Phnom Penh, Cambodia" in text and "Not checked yet" in text
    assert card.xpath(".//a[@href='tel:+85523997919']")[0].text_content().startswith("Call 023 997 919")
    assert {"/en/kh-12/", "/en/kh-12/directory/#open"} <= set(card.xpath(".//a/@href"))


def test_every_link_of_an_answer_leads_somewhere(reader: FlaskClient) -> None:
    tree = found(reader, "quang nam")
    links = {link.partition("#")[0] for link in tree.xpath(".//a/@href") if link.startswith("/")}
    assert len(links) >= 4
    assert all(reader.get(link).status_code == 200 for link in links)


def test_what_its_area_says_of_a_service_is_said_here_too(small: FlaskClient) -> None:
    tree = found(small, "lantern")
    assert "not a matter to mediate" in tree.xpath(".//article[.//a[contains(@href, '#talks')]]")[0].text_content()
    assert "Call first" in tree.xpath(".//article[.//a[contains(@href, '#hides')]]")[0].text_content()
    assert tree.xpath(".//*[@data-checked='2026-11-20']")


def test_closed_services_and_countries_not_offered_are_not_found(small: FlaskClient) -> None:
    assert sorted(names(found(small, "lantern"))) == ["gone", "hides", "open", "talks"]
    assert names(found(small, "malaysia")) == []
    assert "/en/my/" not in found(small, "malaysia").xpath(".//a/@href")


def test_thirty_are_shown_and_it_says_that_there_are_more(small: FlaskClient) -> None:
    tree = found(small, "same desk")
    assert len(names(tree)) == 30
    assert "Write more words" in tree.text_content() and "More than 30" in tree.text_content()
    assert "Write more words" not in found(small, "same desk 7").text_content()


def test_where_nothing_fits_it_says_what_to_do_and_lists_the_countries(small: FlaskClient) -> None:
    tree = found(small, "qqqqqq")
    assert "No service found" in tree.text_content() and "fewer letters" in tree.text_content()
    assert "police is on each country's page" in tree.text_content()
    assert {"/en/kh/", "/en/th/"} <= set(tree.xpath(".//a/@href"))


def test_where_no_service_has_all_words_it_says_so(small: FlaskClient) -> None:
    assert "No service has all your words" in found(small, "lantern same").text_content()
    assert "No service has all your words" not in found(small, "lantern house").text_content()


@pytest.mark.parametrize("words", [*ATTACKS, "x" * 10_000, "police " * 1500, "", " "])
def test_no_words_make_an_error_or_anything_but_words(reader: FlaskClient, words: str) -> None:
    answer = asked(reader, words)
    tree = html.document_fromstring(answer.get_data(as_text=True))
    assert len(tree.xpath("//input[@name='words']/@value")[0]) <= 200
    assert not tree.xpath("//b[text()='x']")
    assert "\u202e" not in tree.text_content() + answer.get_data(as_text=True)
    assert len(names(tree)) <= 30
    assert len(answer.data) < 200_000


def test_what_was_typed_stands_in_the_box_again_and_in_no_header(reader: FlaskClient) -> None:
    answer = asked(reader, "  lanternword & <police> ")
    tree = html.document_fromstring(answer.get_data(as_text=True))
    assert tree.xpath("//input[@name='words']/@value") == ["lanternword & <police>"]
    assert "lanternword" not in str(answer.headers)
    assert "lanternword" not in (tree.findtext(".//title") or "")


def test_no_cache_and_no_cookie_keeps_an_answer(reader: FlaskClient) -> None:
    for answer in (asked(reader, "police"), reader.get("/en/find/")):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers and "ETag" not in answer.headers
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_words_in_the_address_are_not_searched_for(reader: FlaskClient) -> None:
    answer = reader.post("/en/find/?words=licadho", data={"other": "x"})
    assert b"licadho" not in answer.data.lower()


def test_a_body_of_another_kind_or_size_is_no_crash(reader: FlaskClient) -> None:
    assert reader.post("/en/find/", json={"words": "police"}).status_code == 200
    assert reader.post("/en/find/", data=b"\xff\xfe", content_type="multipart/form-data").status_code in (200, 400)
    raw = urlencode({"words": b"\xff\xfe da nang"})
    assert reader.post("/en/find/", data=raw, content_type="application/x-www-form-urlencoded").status_code == 200
    assert reader.post("/en/find/", data={"words": "x" * 200_000}).status_code == 413


def search(mine: Phone, words: str) -> Page:
    mine.tab.get_by_label(BOX).fill(words)
    mine.tab.get_by_role("button", name="Search all services").click()
    expect(mine.tab.locator("[data-answer] h2")).to_be_focused()
    return mine.tab


@pytest.mark.browser
def test_a_search_from_the_list_of_areas_leaves_no_entry_and_no_trace(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        mine.tab.goto("data:text/html,<h1>Somewhere else</h1>")
        tab = mine.open("/en/areas/")
        entries = tab.evaluate("history.length")
        tab = search(mine, "da nang")
        expect(tab.locator("[data-answer] a").first).to_contain_text("Đà Nẵng")
        tab = search(mine, "licahdo")
        expect(tab.locator("article h3")).to_contain_text("LICADHO")
        tab.locator("[data-show]").first.click()
        expect(tab.locator("dialog[open]")).to_have_count(1)
        tab.get_by_role("button", name="Close").click()
        assert tab.evaluate("[history.length, location.pathname, document.title.includes('licahdo')]") == [
            entries,
            "/en/areas/",
            False,
        ]
        assert tab.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
        tab.get_by_role("link", name="Leave").click()
        tab.go_back()
        expect(tab.locator("h1")).to_have_text("Somewhere else")
        assert mine.errors == []


@pytest.mark.browser
def test_typing_lists_places_at_once_and_the_answer_has_the_same_box(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/areas/")
        for _ in range(2):
            tab.get_by_label(BOX).fill("quang na")
            expect(tab.locator("[data-found] a").first).to_contain_text("Quảng Nam")
            tab.get_by_label(BOX).fill("licadho")
            expect(tab.locator("[data-nothing]")).to_be_visible()
            tab = search(mine, "licadho")


@pytest.mark.browser
def test_without_a_network_it_says_so_and_the_list_still_works(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/vn/")
        tab = mine.open("/en/areas/")
        told = tab.locator("[data-offline]")
        expect(told).to_be_hidden()
        mine.context.set_offline(True)
        expect(told).to_be_visible()
        expect(told).to_contain_text("needs a network")
        mine.context.set_offline(False)
        expect(told).to_be_hidden()
        server.stop()
        tab.get_by_label(BOX).fill("da nang")
        tab.get_by_role("button", name="Search all services").click()
        expect(told).to_be_visible()
        expect(tab.locator("[data-found] a").first).to_contain_text("Đà Nẵng")
        expect(tab.get_by_role("link", name="Cambodia")).to_be_visible()
        assert mine.errors == []


@pytest.mark.browser
def test_the_search_works_without_scripts(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin, java_script_enabled=False) as mine:
        tab = mine.open("/en/areas/")
        tab.get_by_label(BOX).fill("Phnompenh")
        tab.get_by_role("button", name="Search all services").click()
        expect(tab.locator("#answer a").first).to_contain_text("Phnom Penh")
        assert tab.url == f"{served.origin}/en/find/"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_can_be_read_and_tapped_by_all(browser: Browser, served: Server, scheme: str) -> None:
    with phone(browser, served.origin, color_scheme=scheme, bypass_csp=True) as mine:
        for words in ("ភ្នំពេញ", "qqqqqq", "shelter"):
            mine.open("/en/find/")
            tab = search(mine, words)
            tab.evaluate(AXE)
            faults: list[dict[str, Any]] = tab.evaluate("axe.run(document).then((result) => result.violations)")
            assert [(each["id"], each["nodes"][0]["html"]) for each in faults] == []
            small: list[str] = tab.evaluate(
                """() => [...document.querySelectorAll("main :is(a, button, input)")]
                .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
                .map((e) => e.outerHTML)"""
            )
            assert small == []
            tab.set_viewport_size({"width": 320, "height": 740})
            tab.add_style_tag(content="html { font-size: 200% !important }")
            assert tab.evaluate("document.documentElement.scrollWidth") <= 320
            tab.set_viewport_size({"width": 360, "height": 740})
