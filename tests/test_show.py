"""Words to show her, on a phone: large, in her script, with answers at hand, without a network and without scripts."""

import pytest
from playwright.sync_api import Browser, expect

from tests.looks import cut_off
from tests.phone import phone
from tests.server import Server
from tests.test_phrases import SHIPPED

pytestmark = pytest.mark.browser
OTHERS = SHIPPED[1:]
# A phone with a Khmer voice of its own, and a Thai one that needs a network.
VOICES = """(() => {
  const voices = [["far", "th-TH", false], ["near", "km-KH", true]]
    .map(([name, lang, localService]) => ({ name, lang, localService }));
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { Object.assign(this, { text, voice: null }); } };
  const stand = { getVoices: () => voices, addEventListener() {}, speak: (words) => said.push(words), cancel() {} };
  Object.defineProperty(window, "speechSynthesis", { value: stand });
})()"""


def test_from_the_guide_to_her_words_with_the_server_gone(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/kh-12/")
        server.stop()
        tab = mine.open("/en/now/before/")
        tab.get_by_role("link", name="Show words in her language").click()
        expect(tab.locator("main ul.choices a")).to_have_count(len(OTHERS))
        tab.get_by_role("link", name="Khmer").click()
        expect(tab.locator(".phrase .hers").first).to_have_attribute("lang", "km")
        expect(tab.locator(".phrase .soft").first).to_contain_text("should not interpret")
        for code in OTHERS:
            mine.open(f"/en/show/{code}/")
            assert tab.locator(f".phrase .hers[lang={code}]").count() >= 40
            expect(tab.locator(".pointing a")).to_have_count(5)
        assert mine.errors == []


def test_an_answer_is_pointed_at_and_shown_large_without_scripts(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin, java_script_enabled=False) as mine:
        tab = mine.open("/en/show/my/")
        expect(tab.get_by_text("Nobody who speaks this language has checked them")).to_be_visible()
        tab.locator(".pointing a").nth(3).click()
        expect(tab.locator("#answers-stop .hers")).to_be_in_viewport()
        expect(tab.locator("[data-say]:visible")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("code", OTHERS)
def test_her_words_are_large_whole_and_the_answers_stay_in_reach(
    browser: Browser, served: Server, code: str, width: int
) -> None:
    with phone(browser, served.origin) as mine:
        mine.tab.set_viewport_size({"width": width, "height": 740})
        tab = mine.open(f"/en/show/{code}/")
        assert cut_off(tab) == []
        for place in (0, 2000, 100_000):
            tab.evaluate(f"scrollTo(0, {place})")
            for answer in tab.locator(".pointing a").all():
                expect(answer).to_be_in_viewport(ratio=1)
                box = answer.bounding_box()
                assert box and box["height"] >= 48 and box["width"] >= 48
        sizes = tab.evaluate(
            """() => { const size = (name) => parseFloat(getComputedStyle(document.querySelector(name)).fontSize);
            return [size(".phrase .hers"), size(".phrase .soft")]; }"""
        )
        assert sizes[0] >= 22 and sizes[0] > sizes[1]
        spread = tab.evaluate(
            """() => [...document.querySelectorAll("[lang]")].map((e) => getComputedStyle(e))
            .filter((s) => s.letterSpacing !== "normal" || s.textTransform !== "none").length"""
        )
        assert spread == 0


@pytest.mark.parametrize("code", ["km", "my", "lo", "th"])
def test_a_tall_script_has_room_between_its_lines(browser: Browser, served: Server, code: str) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open(f"/en/show/{code}/")
        ratio = tab.evaluate(
            """() => { const style = getComputedStyle(document.querySelector(".phrase .hers"));
            return parseFloat(style.lineHeight) / parseFloat(style.fontSize); }"""
        )
        assert ratio >= 1.6


def test_a_phrase_is_read_aloud_where_the_phone_has_a_voice_of_its_own(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        mine.context.add_init_script(VOICES)
        tab = mine.open("/en/show/km/")
        tab.get_by_role("button", name="Read aloud").nth(1).click()
        said = tab.evaluate("said.map(({ text, lang, voice }) => [text, lang, voice.name])")
        assert said == [[tab.locator(".phrase .hers").nth(1).inner_text(), "km", "near"]]
        mine.open("/en/show/th/")
        expect(tab.locator("[data-say]:visible")).to_have_count(0)
