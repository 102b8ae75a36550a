import pytest
from playwright.sync_api import Browser, expect

from tests.phone import phone
from tests.server import Server

pytestmark = pytest.mark.browser


def test_a_number_is_shown_large_and_copied_without_a_network(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin, permissions=["clipboard-write"]) as mine:
        mine.keep("/en/kh-12/")
        server.stop()
        tab = mine.open("/en/kh-12/directory/")
        button = tab.locator("#kh-licadho [data-show]").first
        wanted = button.get_attribute("data-show")
        button.click()
        shown = tab.locator("[data-large-number]")
        expect(shown).to_have_text(wanted or "")
        assert float(shown.evaluate("(each) => parseFloat(getComputedStyle(each).fontSize)")) >= 28
        tab.get_by_role("button", name="Copy").click()
        expect(tab.get_by_text("Copied.")).to_be_visible()
        tab.get_by_role("button", name="Close").click()
        expect(shown).to_be_hidden()
        expect(button).to_be_focused()
        # No page may read what was copied; she pastes it, as anybody would.
        field = mine.open("/en/areas/").get_by_label("Type a place")
        field.press("Control+V")
        expect(field).to_have_value(wanted or "")
        assert mine.errors == []
