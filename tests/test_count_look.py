"""The count page in each of its states: readable by all, in light and dark, on a small screen with large text."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.counter import enrol, organisation
from tests.looks import axe, cut_off, open_all
from tests.phone import Phone, phone
from tests.server import Server

pytestmark = pytest.mark.browser


def _states(mine: Phone, code: str) -> Iterator[tuple[str, Page]]:
    """Each state of the page of a phone that is enrolled on the way."""
    tab = mine.open(f"/en/count/#{code}")
    expect(tab.get_by_label("Code, eight letters and numbers")).to_have_value(code)
    yield "a code", tab
    enrol(mine, code)
    yield "asked", tab
    tab.get_by_role("button", name="No, or not asked").click()
    yield "no", tab
    tab.get_by_role("button", name="Back").click()
    tab.get_by_role("button", name="Yes, she agreed").click()
    tab.locator("[data-what=disclosures]").click()
    yield "can be taken back", tab
    tab.clock.fast_forward(11_000)
    expect(tab.get_by_text("Saved", exact=True)).to_be_visible()
    yield "saved", tab
    # All that can be wrong at once: each has its own words.
    tab.evaluate("document.querySelectorAll('#standing > *, #ask .warn').forEach((each) => { each.hidden = false; })")
    yield "all that can be wrong", tab
    tab = mine.open("/en/kh-12/directory/")
    tab.get_by_role("button", name="Something wrong here?").first.click()
    yield "a flag", tab


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_state_of_counting(browser: Browser, server: Server, scheme: str) -> None:
    with phone(browser, server.origin, color_scheme=scheme, bypass_csp=True) as mine:
        mine.tab.clock.install()
        for state, tab in _states(mine, organisation(server)):
            assert axe(tab) == [], state


def test_no_state_of_counting_is_cut_off_and_every_button_can_be_hit(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin, bypass_csp=True) as mine:
        mine.tab.clock.install()
        mine.tab.set_viewport_size({"width": 320, "height": 740})
        for state, tab in _states(mine, organisation(server)):
            small = tab.evaluate(
                """() => [...document.querySelectorAll("main button, main select, main input")]
                .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 48).map((e) => e.outerHTML)"""
            )
            assert small == [], state
            style = tab.add_style_tag(content="html { font-size: 200% !important }")
            open_all(tab)
            assert cut_off(tab) == [], state
            style.evaluate("(each) => each.remove()")
            # The list of languages lies over what is tapped next.
            tab.evaluate("document.querySelector('[data-menu]').open = false")
