"""What a reader meets: readable by all, in light and dark, small and large, with and without scripts."""

import pytest
from playwright.sync_api import Browser, expect

from tests.looks import axe, cut_off, open_all
from tests.phone import Phone, phone
from tests.server import Server

pytestmark = pytest.mark.browser
SCREENS = (
    "/en/", "/en/now/", "/en/now/before/", "/en/now/listen/", "/en/now/urgent/", "/en/now/employer/", "/en/areas/",
    "/en/areas/vn/", "/en/kh-12/", "/en/vn-27/", "/en/kw/", "/en/kh-12/directory/", "/en/kh-12/print/",
    "/en/sg/directory/", "/en/sg/abroad/id/", "/en/learn/", "/en/learn/door/", "/en/learn/before/#screen-3",
    "/en/learn/listen/#screen-8", "/en/learn/urgent/#screen-9", "/en/learned/", "/en/check/", "/en/words/",
    "/en/show/", "/en/show/km/", "/en/show/my/", "/en/show/fil/",
    "/en/count/", "/en/privacy/", "/en/away/", "/en/offline/", "/en/nowhere/",
)  # fmt: skip

# Tall scripts and long words: what breaks a line there breaks it on these.
OTHERS = tuple(
    f"/{lang}/{path}"
    for lang in ("km", "th", "vi", "fil", "id")
    for path in (
        "",
        "now/",
        "now/urgent/",
        "kh-12/",
        "kh-12/directory/",
        "learn/",
        "learn/listen/",
        "show/my/",
        "privacy/",
    )
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_screen(browser: Browser, served: Server, scheme: str) -> None:
    with phone(browser, served.origin, color_scheme=scheme, bypass_csp=True) as mine:
        faults = {}
        for path in SCREENS:
            tab = mine.open(path)
            open_all(tab)
            if found := axe(tab):
                faults[path] = found
        assert faults == {}


@pytest.mark.parametrize(("width", "text"), [(320, 100), (360, 200), (320, 200), (1280, 100)])
def test_nothing_is_cut_off_on_a_small_screen_or_with_large_text(
    browser: Browser, served: Server, width: int, text: int
) -> None:
    with phone(browser, served.origin, bypass_csp=True) as mine:
        mine.tab.set_viewport_size({"width": width, "height": 740})
        for path in SCREENS:
            tab = mine.open(path)
            tab.add_style_tag(content=f"html {{ font-size: {text}% !important }}")
            open_all(tab)
            wide = cut_off(tab)
            assert wide == [], f"{path} at {width} px, {text} %"


@pytest.mark.parametrize(("width", "text"), [(320, 100), (360, 150)])
def test_nothing_is_cut_off_in_another_language(browser: Browser, served: Server, width: int, text: int) -> None:
    with phone(browser, served.origin, bypass_csp=True) as mine:
        mine.tab.set_viewport_size({"width": width, "height": 740})
        wide = {}
        for path in OTHERS:
            tab = mine.open(path)
            tab.add_style_tag(content=f"html {{ font-size: {text}% !important }}")
            open_all(tab)
            if found := cut_off(tab):
                wide[path] = found
        assert wide == {}


def test_what_is_tapped_is_large_enough(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        for path in SCREENS:
            tab = mine.open(path)
            small: list[str] = tab.evaluate(
                """() => [...document.querySelectorAll("a, button, summary, select, label:has(input), textarea, "
                  + "input:not([type=checkbox], [type=radio])")]
                .filter((e) => e.checkVisibility() && !e.closest(".skip") && getComputedStyle(e).display !== "inline")
                .filter((e) => e.getBoundingClientRect().height < 44 && !e.closest("nav.steps"))
                .map((e) => `${e.tagName} ${e.textContent.trim()}`)"""
            )
            assert small == [], path


def test_everything_is_reached_by_keyboard(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/kh-12/directory/")
        wanted = tab.evaluate(
            """() => [...document.querySelectorAll("a[href], button, summary, select, input")]
            .filter((e) => e.checkVisibility()).length"""
        )
        reached = set()
        for _ in range(wanted + 5):
            tab.keyboard.press("Tab")
            reached.add(tab.evaluate("[...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        assert len(reached) >= wanted
        tab.locator("body").press("Tab")
        mine.open("/en/")
        tab.keyboard.press("Tab")
        expect(tab.get_by_text("Skip to the page")).to_be_focused()
        tab.keyboard.press("Enter")
        assert tab.evaluate("location.hash") == "#main"


def test_every_page_is_read_in_full_with_scripts_off(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin, java_script_enabled=False) as without, phone(browser, served.origin) as mine:
        for path in SCREENS:
            assert _words(mine, path) <= _words(without, path), path


def _words(mine: Phone, path: str) -> set[str]:
    """The headings, paragraphs, list items and numbers that a page shows; what only scripts can do is left out."""
    tab = mine.open(path)
    shown = tab.locator("main :is(h1, h2, h3, dt, dd, a, p, li)").all()
    by_script = (
        "keep-button",
        "filters",
        "find",
        "install",
        "wipe",
        "checked",
        "place-set",
        "place-only",
        "pager",
        "progress",
    )
    unread = ", ".join(["#keep", *(f"[data-{name}]" for name in by_script)])
    found = set()
    for element in shown:
        readable = f"(e) => !e.closest('{unread}') && !e.querySelector('[data-open-chip]')"
        if element.is_visible() and element.evaluate(readable):
            found.add(" ".join((element.text_content() or "").split()))
    return found


def test_no_screen_asks_another_host_or_sets_a_cookie(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        for path in SCREENS:
            mine.open(path)
        assert mine.hosts == {f"localhost:{served.port}"}
        assert mine.context.cookies() == []
        assert mine.errors == []
