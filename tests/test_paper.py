"""An area on paper: what stands on the sheets, and a card that folds to a small book."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import zxingcpp
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pwa.app import create_app
from pwa.config import Config
from pwa.domain.rules import RULE_PARTS
from pwa.store import services
from tests.pages import house_of, page
from tests.phone import phone
from tests.server import Server
from tests.test_every_page import TELLING

# Phnom Penh, Bangkok, Singapore, and a province without a row of its own.
AREAS = ("kh-12", "th-10", "sg", "kh-16")
ORIGIN = "https://handbook.a-rather-long-name-of-an-office.example.org"
A4 = {"width": 688, "height": 1016}  # What 14 mm of margin leave, in CSS pixels.


def words(tree: HtmlElement, path: str) -> str:
    return " ".join(" ".join(each.text_content() for each in tree.xpath(path)).split())


@pytest.mark.parametrize("slug", AREAS)
def test_the_parts_stand_in_their_order_and_each_carries_its_date(reader: FlaskClient, slug: str) -> None:
    tree = page(reader, f"/en/{slug}/print/")
    parts = tree.xpath("//section[contains(@class, 'annex')]")
    assert [part.get("id") for part in parts] == [
        "rules",
        "pathway",
        "directory",
        "part-1",
        "part-2",
        "part-3",
        "part-4",
    ]
    for part in parts:
        dated = " ".join(part.xpath(".//p[@class='dated']")[0].text_content().split())
        assert "Last change of the list: 23 Nov 2026." in dated
        assert "Ask for a new print after three months." in dated
    assert len(tree.xpath("//section[@class='rule']//span[@class='state']")) == 5
    assert len(tree.xpath("//section[@id='pathway']/h3")) == 3
    assert tree.xpath("//div[@class='listing']/h3")[0].text_content() == "National emergency numbers"


@pytest.mark.parametrize("slug", [*AREAS, "vn", "my", "ph-00", "kw"])
def test_every_number_of_the_directory_is_on_the_paper_with_its_check(app: Flask, slug: str) -> None:
    house, reader = house_of(app), app.test_client()
    tree = page(reader, f"/en/{slug}/print/")
    with app.app_context():
        place = house.atlas.get(slug)
        assert place
        found = services.serving(house.db, place)
    entries = tree.xpath("//div[@class='entry']")
    assert len(entries) == len(found)
    for service in found:
        entry = next(each for each in entries if words(each, ".//b[1]").startswith(" ".join(service["name"].split())))
        numbers = words(entry, ".//p[@class='numbers']")
        known = [phone.number for phone in service.phones] + [message.number for message in service.messages]
        assert all(number in numbers for number in known), service.id
        assert "Not checked by anyone local yet" in entry.text_content()


def test_no_shelter_says_where_it_is(app: Flask) -> None:
    house = house_of(app)
    with app.app_context():
        shelters = [s for s in services.everything(house.db) if s.confidential or "shelter" in s.categories]
    assert len(shelters) > 5
    for service in shelters:
        slug = (service["province"] or service["country"]).lower()
        tree = page(app.test_client(), f"/en/{slug}/print/", followed=_Everything())
        entry = tree.xpath("//div[@class='entry'][contains(., $name)]", name=service["name"])[0].text_content()
        assert "The address is not published" in entry
        assert "Place:" not in entry, service.id


class _Everything(set[str]):
    """Links that are followed elsewhere."""

    def __rsub__(self, other: object) -> set[str]:
        return set()


def test_a_place_without_rules_and_numbers_says_so(reader: FlaskClient) -> None:
    text = words(page(reader, "/en/kw/print/"), "//main")
    assert text.count("We have not found the rule") == len(RULE_PARTS)
    assert "no checked emergency number" in text


def test_two_counts_and_nothing_else_may_be_written(reader: FlaskClient) -> None:
    rule = words(page(reader, "/en/sg/print/"), "//section[@id='part-4']")
    assert "Two counts, and nothing else" in rule
    assert "Do not note the no" in rule
    assert "papers, permit or status" in rule


def test_what_is_seen_of_a_folded_card_is_dull(reader: FlaskClient) -> None:
    for slug in AREAS:
        tree = page(reader, f"/en/{slug}/print/")
        panels = tree.xpath("//ol[@data-panels]/li")
        assert len(panels) == 8
        outside = words(tree, "//ol[@data-panels]/li[@class='cover']").lower()
        assert panels[0].get("class") == panels[7].get("class") == "cover"
        assert "numbers for work abroad" in outside
        assert not [word for word in (*TELLING, "her ", "risk", "help") if word in outside]


def test_the_card_has_three_to_say_three_to_avoid_and_numbers_as_text(reader: FlaskClient) -> None:
    tree = page(reader, "/en/sg/print/")
    panels = {words(each, "./h3"): each for each in tree.xpath("//ol[@data-panels]/li[h3]")}
    assert list(panels) == [
        "If her life is at risk", "Say first", "You can say", "Avoid", "She decides", "Who can help",
    ]  # fmt: skip
    assert "999 Police 995 Ambulance" in words(panels["If her life is at risk"], ".//p")
    assert [len(panels[name].findall(".//li")) for name in ("You can say", "Avoid")] == [3, 3]
    assert "1800-777-5555" in words(panels["Who can help"], ".//p")
    assert "http://localhost:8000/en/sg/" in words(panels["She decides"], ".//p")


def test_the_area_page_leads_to_the_paper_and_the_pack_holds_it(reader: FlaskClient) -> None:
    assert page(reader, "/en/kh-12/").xpath("//main//a[@href='/en/kh-12/print/']")
    files = {file["address"] for file in reader.get("/en/kh-12/pack.json").get_json()["files"]}
    assert "/en/kh-12/print/" in files


@pytest.fixture(scope="module")
def far(config: Config) -> FlaskClient:
    """A deployment whose address is long."""
    return create_app(replace(config, origin=ORIGIN)).test_client()


@pytest.fixture
def sheet(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=A4, java_script_enabled=False)  # type: ignore[arg-type]
    tab = context.new_page()
    tab.emulate_media(media="print")
    yield tab
    context.close()


@pytest.mark.browser
def test_nothing_on_any_card_is_cut_off(app: Flask, far: FlaskClient, sheet: Page) -> None:
    for area in [*house_of(app).atlas.countries, *map(house_of(app).atlas.get, AREAS)]:
        assert area
        sheet.set_content(far.get(f"/en/{area.slug}/print/", base_url=ORIGIN).get_data(as_text=True))
        cut = sheet.evaluate(
            """() => [...document.querySelectorAll(".panels > li")]
            .filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1)
            .map((e) => e.textContent)"""
        )
        assert cut == [], area.slug
        box = sheet.locator(".panels").bounding_box()
        assert box and box["height"] <= A4["height"] and box["width"] <= A4["width"] + 1


@pytest.mark.browser
def test_a_camera_reads_the_address_from_the_printed_card(far: FlaskClient, sheet: Page) -> None:
    sheet.set_content(far.get("/en/kh-12/print/", base_url=ORIGIN).get_data(as_text=True))
    seen = Image.open(io.BytesIO(sheet.locator(".panels").screenshot()))
    assert [found.text for found in zxingcpp.read_barcodes(seen)] == [f"{ORIGIN}/en/kh-12/"]


@pytest.mark.browser
@pytest.mark.parametrize("slug", [*AREAS, "kw", "ph-00"])
def test_the_card_is_one_sheet_and_the_last_of_all(browser: Browser, served: Server, slug: str) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open(f"/en/{slug}/print/")
        everything = _sheets(tab)
        assert 5 <= everything <= 9
        for kind, number in (("all", everything), ("card", 1)):
            printed = tab.evaluate(
                """(kind) => { let paper; window.print = () => { paper = document.body.dataset.paper; };
                document.querySelector(`[data-print=${kind}]`).click(); return paper; }""",
                kind,
            )
            assert printed == kind
            assert _sheets(tab) == number
            tab.evaluate("dispatchEvent(new Event('afterprint'))")
        assert tab.evaluate("document.body.dataset.paper") is None


def _sheets(tab: Page) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", tab.pdf(format="A4")))


@pytest.mark.browser
def test_a_script_fills_in_the_days_and_without_one_there_are_no_buttons(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin, timezone_id="Asia/Phnom_Penh") as mine:
        mine.tab.clock.set_fixed_time("2027-03-01T18:00:00Z")
        tab = mine.open("/en/kh-12/print/")
        first = tab.locator(".dated").first
        expect(first.locator("[data-date]").first).to_have_attribute("data-date", "2 Mar 2027")
        expect(first.locator("[data-date]").last).to_have_attribute("data-date", "31 May 2027")
        expect(first.get_by_text("Use it until")).to_be_visible()
        expect(tab.locator("[data-old]")).to_be_visible()
    with phone(browser, served.origin, java_script_enabled=False) as without:
        tab = without.open("/en/kh-12/print/")
        expect(tab.get_by_text("Ask for a new print after three months.").first).to_be_visible()
        expect(tab.get_by_text("Use it until").first).to_be_hidden()
        expect(tab.get_by_role("button", name="Print all")).to_be_hidden()
