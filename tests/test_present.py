"""A module shown to a room: two windows, keys, fingers, hands, paper; the server is gone all the while."""

import io
import re
from collections.abc import Iterator
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from pwa.config import ROOT
from tests.phone import Phone, phone
from tests.server import Server

pytestmark = pytest.mark.browser
MODULES = sorted(file.stem for file in (ROOT / "content" / "en" / "modules").glob("*.md"))
LEAST = 3.0  # Percent of the height of the window: what the back row can read.
# Shows every slide at every step, taking each answer of a story in its turn, and measures what is seen.
WALK = """() => {
  const slides = new Set(document.querySelectorAll("[data-slide]")), taken = new Map(), found = [];
  const press = (key) => document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  const times = (pick) => taken.get(pick) ?? 0;
  for (let round = 0; round < 30 && slides.size; round += 1) {
    press("Home");
    for (let before = ""; ;) {
      const slide = document.querySelector("[data-slide]:not([hidden])"), face = slide.querySelector(".face");
      const now = document.querySelector("[data-where]").textContent + face.innerText;
      if (now === before) break;
      before = now;
      slides.delete(slide);
      const small = {};
      for (const each of face.querySelectorAll("h1, h2, p, li, .pick, .why, .label")) {
        const kind = each.matches(".label, .small") ? "sign" : each.matches(".source") ? "source" : "words";
        const size = 100 * parseFloat(getComputedStyle(each).fontSize) / innerHeight;
        if (each.checkVisibility()) small[kind] = Math.min(small[kind] ?? 100, size);
      }
      const name = `${now.slice(0, 8)} ${slide.id || slide.dataset.notes}`;
      const over = Math.max(face.scrollHeight - face.clientHeight, face.scrollWidth - face.clientWidth);
      found.push({ name, over, ...small });
      const picks = [...slide.querySelectorAll("[data-pick]")].filter((pick) => pick.checkVisibility());
      const pick = slide.querySelector(".picked") ? null : picks.sort((a, b) => times(a) - times(b))[0];
      if (pick) taken.set(pick, times(pick) + 1);
      pick ? pick.click() : press("ArrowRight");
    }
  }
  return { found, unseen: [...slides].map((slide) => slide.id) }; }"""
STORED = """async () => JSON.stringify([{ ...localStorage }, { ...sessionStorage },
  (await indexedDB.databases()).map((each) => each.name), (await caches.keys()).sort()])"""


@pytest.fixture(scope="module")
def mine(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    """A computer at a projector that has kept an area, and no server any more."""
    server = Server(tmp_path_factory.mktemp("slides"))
    server.settings = {"RIGHT_DOOR_ORIGIN": server.origin}
    with server, phone(browser, server.origin, has_touch=True) as mine:
        mine.context.on("page", lambda page: page.on("pageerror", lambda error: mine.errors.append(str(error))))
        mine.tab.set_viewport_size({"width": 1280, "height": 720})
        mine.keep("/en/kh-12/")
        server.stop()
        yield mine
        assert mine.errors == []


@pytest.fixture(scope="module", params=[(1280, 720), (1024, 768)], ids=["1280x720", "1024x768"])
def measured(request: pytest.FixtureRequest, mine: Phone) -> Iterator[dict[str, list[dict[str, Any]]]]:
    width, height = request.param
    mine.tab.set_viewport_size({"width": width, "height": height})
    walks = {module: _show(mine, module).evaluate(WALK) for module in MODULES}
    assert [(module, walk["unseen"]) for module, walk in walks.items() if walk["unseen"]] == []
    yield {module: walk["found"] for module, walk in walks.items()}
    mine.tab.set_viewport_size({"width": 1280, "height": 720})


def _show(mine: Phone, module: str = "listen") -> Page:
    tab = mine.open(f"/en/learn/{module}/present/")
    expect(_where(tab)).to_have_text(re.compile(r"^1 / \d\d$"))
    return tab


def _where(tab: Page) -> Locator:
    return tab.locator("[data-where]")


def _slide(tab: Page) -> Locator:
    return tab.locator("[data-slide]:not(.upcoming):visible")


def _go_to_the_story(tab: Page) -> str:
    """Forward to the first scene of the story, its answers shown. Returns its id."""
    while not (_slide(tab).get_attribute("id") or "").startswith("scene-"):
        tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowRight")
    expect(_slide(tab).locator("[data-answer]").first).to_be_visible()
    return _slide(tab).get_attribute("id") or ""


def _second_window(mine: Phone) -> Page:
    with mine.context.expect_page() as opened:
        mine.tab.keyboard.press("n")
    expect(opened.value.locator("[data-panel]")).not_to_be_empty()
    return opened.value


def _words(place: Locator) -> str:
    return " ".join(place.inner_text().split())


def test_no_slide_runs_over_at_any_step(measured: dict[str, list[dict[str, Any]]]) -> None:
    assert [(module, one["name"], one["over"]) for module in MODULES for one in measured[module] if one["over"]] == []


@pytest.mark.parametrize("kind", ["words", "sign"])
def test_letters_are_read_from_the_back_row(measured: dict[str, list[dict[str, Any]]], kind: str) -> None:
    every = [(round(one.get(kind, 100), 2), module, one["name"]) for module in MODULES for one in measured[module]]
    assert [one for one in every if one[0] < LEAST] == []


def test_keys_and_a_clicker_move_forward_and_back_and_make_it_dark(mine: Phone) -> None:
    tab = _show(mine)
    seen = [_words(_slide(tab))]
    for key in ("ArrowRight", "PageDown", "ArrowDown", "Space", "PageDown"):
        tab.keyboard.press(key)
        seen.append(_words(_slide(tab)))
    assert len(set(seen)) == len(seen)
    for key in ("ArrowLeft", "PageUp", "ArrowUp", "PageUp", "Backspace"):
        seen.pop()
        tab.keyboard.press(key)
        assert _words(_slide(tab)) == seen[-1]
    tab.keyboard.press("PageDown")
    tab.keyboard.press("b")
    expect(tab.locator(".face:visible")).to_have_count(0)
    tab.keyboard.press("b")
    expect(_slide(tab)).to_be_visible()
    tab.keyboard.press("Home")
    expect(_where(tab)).to_have_text(re.compile("^1 / "))


def test_a_story_goes_the_way_of_the_answer_that_was_clicked(mine: Phone) -> None:
    tab = _show(mine)
    first = _go_to_the_story(tab)
    for number in (1, 0):
        answer = tab.locator(f"#{first} [data-answer]").nth(number)
        expect(answer.locator("[data-why]")).to_be_hidden()
        answer.locator("[data-pick]").click()
        expect(answer.locator("[data-why]")).to_be_visible()
        expect(answer).to_have_class("picked")
        tab.keyboard.press("ArrowRight")
        expect(_slide(tab)).to_have_id(answer.get_attribute("data-to") or "")
        for _ in range(2):
            tab.keyboard.press("ArrowLeft")
        expect(_slide(tab)).to_have_id(first)


def test_a_finger_moves_the_slides(mine: Phone) -> None:
    tab = _show(mine)
    finger = mine.context.new_cdp_session(tab)
    for start, end, at in ((900, 300, 2), (900, 300, 3), (300, 900, 2)):
        for step in range(7):
            point = {"x": start + (end - start) * step / 6, "y": 300}
            kind = "touchMove" if step else "touchStart"
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        expect(_where(tab)).to_have_text(re.compile(f"^{at} / "))


def test_the_presenters_window_shows_notes_and_what_comes_next_and_each_window_moves_the_other(mine: Phone) -> None:
    tab = _show(mine)
    tab.keyboard.press("ArrowRight")
    own = _second_window(mine)
    expect(own.locator("[data-timer]")).to_have_text(re.compile(r"^0:0[1-9]$"))
    for mover, key in ((tab, "PageDown"), (tab, "PageDown"), (own, "PageDown"), (own, "PageUp"), (own, "PageDown")):
        mover.bring_to_front()
        before = _words(_slide(mover))
        mover.keyboard.press(key)
        assert _words(_slide(mover)) != before
        expect(_where(own)).to_have_text(_where(tab).inner_text())
        expect(_where(tab)).to_have_text(_where(own).inner_text())
        notes = tab.locator(f"#{_slide(tab).get_attribute('data-notes')}").text_content() or ""
        assert _words(own.locator("[data-panel]")) == " ".join(notes.split())
    for _ in range(3):
        at, coming = _where(tab).inner_text(), own.locator(".upcoming h2").inner_text()
        while _where(tab).inner_text() == at:
            tab.keyboard.press("ArrowRight")
        assert _slide(tab).locator("h2").inner_text() == coming
        expect(_where(own)).to_have_text(_where(tab).inner_text())
    expect(tab.locator("[data-timer], [data-panel], .notes").locator("visible=true")).to_have_count(0)
    own.close()


def test_hands_are_counted_in_both_windows_and_kept_nowhere(mine: Phone) -> None:
    tab = _show(mine)
    before = tab.evaluate(STORED)
    first = _go_to_the_story(tab)
    own = _second_window(mine)
    for window, key, number, hands in ((tab, "1", 0, "1"), (own, "2", 1, "1"), (tab, "1", 0, "2"), (tab, "2", 1, "2")):
        window.keyboard.press(key)
        for shown in (tab, own):
            expect(shown.locator(f"#{first} [data-hands]").nth(number)).to_have_text(hands)
    tab.locator(f"#{first} [data-hand]").first.click()
    expect(own.locator(f"#{first} [data-hands]").first).to_have_text("3")
    assert tab.evaluate(STORED) == own.evaluate(STORED) == before
    own.close()
    tab.reload()
    assert set(tab.locator("[data-hands]").all_text_contents()) == {"0"}


def test_first_comes_the_way_out_last_a_code_that_leads_to_the_module(mine: Phone) -> None:
    for module in MODULES:
        tab = _show(mine, module)
        expect(_slide(tab)).to_contain_text(re.compile("harm to women.*You may leave the room at any time.", re.DOTALL))
        for _ in range(60):
            tab.keyboard.press("PageDown")
        expect(_where(tab)).to_have_text(re.compile(r"^(\d+) / \1$"))
        codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(tab.screenshot())))
        assert [code.text for code in codes] == [f"{mine.origin}/en/learn/{module}/"]


def test_escape_closes_the_slides_and_leave_leaves(mine: Phone) -> None:
    tab = _show(mine)
    tab.keyboard.press("Escape")
    expect(tab).to_have_url(f"{mine.origin}/en/learn/listen/")
    expect(tab.locator("[data-lesson=listen]")).to_be_visible()
    _show(mine).get_by_role("link", name="Leave").click()
    expect(tab.locator("h1")).to_have_text("Public holidays and time zones")


def test_the_sheet_for_the_room_is_one_page_of_paper(mine: Phone) -> None:
    pages = {}
    for module in MODULES:
        tab = _show(mine, module)
        tab.evaluate("document.body.dataset.paper = 'handout'")
        pages[module] = len(re.findall(rb"/Type\s*/Page(?!s)", tab.pdf(format="A4")))
    assert pages == dict.fromkeys(MODULES, 1)


def test_slides_and_notes_are_printed_whole(mine: Phone) -> None:
    for module in MODULES:
        tab = _show(mine, module)
        tab.keyboard.press("PageDown")
        tab.evaluate("document.body.dataset.paper = 'slides'")
        tab.emulate_media(media="print")
        printed = _words(tab.locator("main"))
        for part in (".notes", ".face .prose > *", ".face :is(h1, h2)", ".pick", ".why"):
            texts = tab.locator(part).evaluate_all("(all) => all.map((each) => each.textContent.trim())")
            assert texts and [text for text in texts if " ".join(text.split()) not in printed] == [], (module, part)
        expect(tab.locator("#handout, [data-bar]").locator("visible=true")).to_have_count(0)
        tab.emulate_media(media="screen")
