"""Leave: covered at once, replaced by the dull page, and nothing of the app behind it."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.phone import phone
from tests.server import Server

pytestmark = pytest.mark.browser
AWAY = "Public holidays and time zones"


def _left(tab: Page) -> None:
    expect(tab.locator("h1")).to_have_text(AWAY)
    expect(tab).to_have_title(AWAY)


def test_leave_works_with_the_server_gone_and_back_finds_nothing_of_the_app(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        mine.tab.goto("data:text/html,<h1>Somewhere else</h1>")
        mine.keep("/en/kh-12/")
        for name in ("All services here", "Now", "Learn"):
            mine.tab.get_by_role("link", name=name).first.click()
        server.stop()
        mine.tab.get_by_role("link", name="Leave").click()
        _left(mine.tab)
        for _ in range(3):
            mine.tab.go_back()
            text = mine.tab.locator("body").inner_text()
            assert "Leave" not in text and "She" not in text


def test_the_page_is_covered_in_the_same_moment_as_the_tap(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        mine.open("/en/now/listen/")
        covered = mine.tab.evaluate(
            """() => { const before = performance.now();
            document.querySelector("[data-leave]").click();
            return { visible: getComputedStyle(document.body).visibility, took: performance.now() - before }; }"""
        )
        assert covered["visible"] == "hidden"
        assert covered["took"] < 100


def test_three_quick_presses_of_shift_leave_and_typing_does_not(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        mine.open("/en/areas/")
        for letter in "ABC":
            mine.tab.keyboard.press(f"Shift+{letter}")
        expect(mine.tab.locator("h1")).to_have_text("Where are you?")
        for _ in range(3):
            mine.tab.keyboard.press("Shift")
        _left(mine.tab)


def test_leave_is_a_link_where_scripts_are_off(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin, java_script_enabled=False) as mine:
        mine.open("/en/now/listen/").get_by_role("link", name="Leave").click()
        _left(mine.tab)
