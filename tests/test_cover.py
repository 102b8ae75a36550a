"""Over the list of open apps the page shows nothing, and nothing in it is lost."""

import io

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.looks import open_all
from tests.phone import phone
from tests.server import Server

pytestmark = pytest.mark.browser


def _turn(tab: Page, state: str) -> None:
    """Another app comes to the front ("hidden"), or this one again ("visible"), as the browser tells a page."""
    tab.evaluate(
        """(state) => { Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
        document.dispatchEvent(new Event("visibilitychange")); }""",
        state,
    )


def _shows(tab: Page, part: str = "body") -> bool:
    shown: bool = tab.evaluate("(part) => getComputedStyle(document.querySelector(part)).opacity === '1'", part)
    return shown


@pytest.mark.parametrize("path", ["", "now/listen/", "kh-12/", "learn/listen/", "find/", "count/", "privacy/"])
def test_a_page_shows_nothing_while_another_app_is_in_front_and_all_of_it_after(
    browser: Browser, served: Server, path: str
) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open(f"/en/{path}")
        _turn(tab, "hidden")
        assert _colours(tab) == 1
        _turn(tab, "visible")
        assert _colours(tab) > 10


def test_a_number_in_large_letters_is_covered_too(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/kh-12/")
        open_all(tab)
        tab.locator("[data-show]").first.click()
        expect(tab.locator("[data-large]")).to_be_visible()
        _turn(tab, "hidden")
        assert not _shows(tab, "[data-large]")
        _turn(tab, "visible")
        assert _shows(tab, "[data-large]")


def test_what_was_typed_the_focus_and_the_place_are_there_again(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/check/")
        tab.get_by_role("radio").first.check()
        note = tab.locator("[data-question]:not([hidden]) details").first
        note.locator("summary").click()
        note.locator("textarea").press_sequentially("half a sen")
        place = tab.evaluate("scrollY")
        _turn(tab, "hidden")
        tab.wait_for_timeout(100)
        _turn(tab, "visible")
        tab.keyboard.type("tence")
        expect(note.locator("textarea")).to_have_value("half a sentence")
        assert tab.evaluate("scrollY") == place


def test_a_phone_that_hides_the_page_while_it_prints_prints_all_of_it(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/kh-12/print/")
        _turn(tab, "hidden")
        tab.emulate_media(media="print")
        assert _shows(tab)
        tab.emulate_media(media="screen")
        assert not _shows(tab)


def test_slides_stay_on_the_wall_while_the_presenter_is_at_the_notes(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/learn/listen/present/")
        _turn(tab, "hidden")
        assert _shows(tab)


def test_the_neutral_page_may_be_seen(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/away/")
        _turn(tab, "hidden")
        assert _shows(tab)


def _colours(tab: Page) -> int:
    """How many colours are on the screen."""
    found = Image.open(io.BytesIO(tab.screenshot())).convert("RGB").getcolors(2**20)
    return len(found or ())
