"""Leave: covered at once, replaced by the dull page, and nothing of the app behind it."""

import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.looks import cut_off
from tests.pages import house_of, page
from tests.phone import phone
from tests.server import Server

pytestmark = pytest.mark.browser
AWAY = "Public holidays and time zones"
LANGUAGES = ("en", "fil", "id", "km", "th", "vi")
# A screen of 1280 by 1024 pixels at 400 %.
FOUR_TIMES: ViewportSize = {"width": 320, "height": 256}


def _left(tab: Page, title: str = AWAY) -> None:
    expect(tab.locator("h1")).to_have_text(title)
    expect(tab).to_have_title(title)


def _title(app: Flask, language: str) -> str:
    found = house_of(app).library.page(language, "pages/away")
    assert found and found.language == language
    return found.title


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_each_language_leave_leads_to_a_dull_page_without_a_network(
    browser: Browser, served: Server, app: Flask, language: str
) -> None:
    tree = page(app.test_client(), f"/{language}/away/")
    assert tree.xpath("//nav | //header | //button | //img | //svg") == []
    assert [link.text for link in tree.iter("a")] == [house_of(app).config.name]
    # Pressed before it is asked for: on a busy machine that takes longer than a phone waits for a list.
    urllib.request.urlopen(f"{served.origin}/{language}/kh-12/pack.json", timeout=300).close()
    with phone(browser, served.origin) as mine:
        mine.keep(f"/{language}/kh-12/")
        mine.context.set_offline(True)
        mine.tab.locator("[data-leave]").click()
        _left(mine.tab, _title(app, language))
        assert mine.tab.url == f"{served.origin}/{language}/away/"
        assert mine.errors == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_each_language_leave_is_a_link_where_scripts_are_off(
    browser: Browser, served: Server, app: Flask, language: str
) -> None:
    with phone(browser, served.origin, java_script_enabled=False) as mine:
        mine.open(f"/{language}/now/listen/").locator("[data-leave]").click()
        _left(mine.tab, _title(app, language))


def test_after_a_long_walk_back_ten_times_finds_nothing_of_the_app(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        before = "data:text/html,<title>Somewhere else</title><h1>Somewhere else</h1>"
        mine.tab.goto(before)
        tab = mine.open("/en/")
        for path in ("now/", "now/listen/", "learn/", "learn/listen/", "areas/", "kh-12/", "kh-12/directory/", "find/"):
            tab.evaluate(
                """(path) => { const link = document.createElement("a");
                link.href = path; link.textContent = "on"; document.body.append(link); link.click(); }""",
                f"/en/{path}",
            )
            tab.wait_for_url(f"**/en/{path}")
        tab.locator("[data-ask] input").first.fill("lawyer")
        tab.get_by_role("link", name="Leave").click()
        _left(tab)
        for _ in range(10):
            tab.go_back()
            assert tab.url == before or tab.url.startswith(("about:", f"{served.origin}/en/away/")), tab.url
        assert tab.evaluate("history.length") <= 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_at_400_per_cent_leave_is_on_the_screen_wherever_one_has_read(
    browser: Browser, served: Server, language: str
) -> None:
    with phone(browser, served.origin, device_scale_factor=4) as mine:
        mine.tab.set_viewport_size(FOUR_TIMES)
        for path in ("", "now/listen/", "kh-12/", "learn/listen/", "count/", "privacy/"):
            tab = mine.open(f"/{language}/{path}")
            tab.evaluate("scrollTo(0, document.body.scrollHeight)")
            assert tab.evaluate(
                """() => { const box = document.querySelector("[data-leave]").getBoundingClientRect();
                const there = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
                return box.left >= 0 && box.right <= innerWidth && box.top >= 0 && box.bottom <= innerHeight / 3
                  && Boolean(there.closest("[data-leave]")); }"""
            ), path
        tab.locator("[data-leave]").click()
        tab.wait_for_url("**/away/")
        assert cut_off(tab) == []


def _accessible(tab: Page) -> list[dict[str, Any]]:
    """What a screen reader is told: role, name and whether it takes the focus, of everything that is not ignored."""
    wire = tab.context.new_cdp_session(tab)
    nodes = wire.send("Accessibility.getFullAXTree")["nodes"]
    return [
        {
            "role": node["role"]["value"],
            "name": node.get("name", {}).get("value", ""),
            "focusable": any(p["name"] == "focusable" and p["value"]["value"] for p in node.get("properties", [])),
        }
        for node in nodes
        if not node["ignored"]
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_screen_reader_finds_leave_by_name_and_hears_nothing_of_the_app_after_it(
    browser: Browser, served: Server, app: Flask, language: str
) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open(f"/{language}/now/listen/")
        word = tab.locator("[data-leave]").inner_text().strip()
        assert word and {"role": "link", "name": word, "focusable": True} in _accessible(tab)
        # Skip link, name of the app, language, Leave.
        for _ in range(4):
            tab.keyboard.press("Tab")
        assert tab.evaluate("document.activeElement.matches('[data-leave]')")
        tab.keyboard.press("Enter")
        title = _title(app, language)
        _left(tab, title)
        told = _accessible(tab)
        assert told[0]["role"] == "RootWebArea" and told[0]["name"] == title
        assert next(node["name"] for node in told if node["role"] == "heading") == title
        links = [node["name"] for node in told if node["focusable"] and node["role"] not in ("RootWebArea", "main")]
        assert links == [house_of(app).config.name]
        assert tab.evaluate("document.activeElement === document.body")


def test_leave_works_in_the_installed_app_and_without_a_network(
    browser: Browser, server: Server, chromium_path: str, tmp_path: Path
) -> None:
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile", executable_path=chromium_path, args=["--no-sandbox"], no_viewport=True
    )
    urllib.request.urlopen(f"{server.origin}/en/kh-12/pack.json", timeout=300).close()
    try:
        tab = context.pages[0]
        tab.goto(f"{server.origin}/en/kh-12/")
        expect(tab.locator("#keep [data-state=ready]")).to_be_visible(timeout=60_000)
        wire, app = context.new_cdp_session(tab), {"manifestId": f"{server.origin}/"}
        wire.send("PWA.install", {**app, "installUrlOrBundleUrl": f"{server.origin}/en/kh-12/"})
        wire.send("PWA.changeAppUserSettings", {**app, "displayMode": "standalone"})
        with context.expect_page() as opened:
            wire.send("PWA.launch", app)
        installed = opened.value
        expect(installed.locator("[data-leave]")).to_be_visible()
        assert installed.evaluate("matchMedia('(display-mode: standalone)').matches")
        server.stop()
        installed.get_by_role("link", name="Learn").first.click()
        installed.get_by_role("link", name="Leave").click()
        _left(installed)
        assert installed.evaluate("matchMedia('(display-mode: standalone)').matches")
        installed.go_back()
        assert not re.search(r"/en/(?!away/)", installed.url), installed.url
        wire.send("PWA.uninstall", app)
    finally:
        context.close()
