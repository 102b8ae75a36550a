"""A module in the hand of a reader, the server gone: read, tried out, gone on with, read aloud, and erased."""

from collections.abc import Iterator
from typing import Any

import pytest
from lxml import html
from playwright.sync_api import Browser, Locator, Page, expect

from pwa.config import ROOT
from pwa.domain import content
from pwa.domain.lessons import Lesson
from pwa.domain.stories import Scene
from tests.phone import Phone, phone
from tests.server import Server

pytestmark = pytest.mark.browser
MODULES = sorted(file.stem for file in (ROOT / "content" / "en" / "modules").glob("*.md"))
Way = tuple[tuple[str, int], ...]
# Two voices, the one that needs a network first; `said` gathers what is spoken until it is called off.
VOICES = """(() => {
  const voices = [["far", "en-GB", false], ["near", "en-US", true]]
    .map(([name, lang, localService]) => ({ name, lang, localService }));
  window.said = [];
  window.SpeechSynthesisUtterance = class { constructor(text) { Object.assign(this, { text, voice: null }); } };
  const speak = (words) => said.push(words), cancel = () => { said.length = 0; };
  const stand = { getVoices: () => voices, addEventListener() {}, speak, cancel };
  Object.defineProperty(window, "speechSynthesis", { value: stand });
})()"""


@pytest.fixture(scope="module")
def listen() -> Lesson:
    lesson = content.load(ROOT / "content", ("en",)).lesson("en", "listen")
    assert lesson
    return lesson


@pytest.fixture(scope="module")
def offline(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    with Server(tmp_path_factory.mktemp("lessons")) as server, phone(browser, server.origin) as mine:
        mine.keep("/en/kh-12/")
        server.stop()
        yield mine


@pytest.fixture
def mine(offline: Phone) -> Phone:
    """A phone with an area on it and no server, on which nothing was read or chosen yet."""
    offline.open("/en/learn/").evaluate("['learnt', 'check', 'size'].forEach((name) => localStorage.removeItem(name))")
    return offline


def _plain(text: str) -> str:
    """Words of HTML, or of a page, with one space between them."""
    return " ".join(html.fromstring(f"<div>{text}</div>").text_content().split())


def _seen(place: Locator) -> str:
    return " ".join(place.inner_text().split())


def _chip(tab: Page, module: str, words: str) -> Locator:
    return tab.locator(f"[data-lesson-link={module}]").get_by_text(words, exact=True)


def _ways(named: dict[str, Scene], key: str) -> Iterator[Way]:
    """All ways from a scene to an end, as (scene, answer)."""
    if named[key].is_end:
        yield ()
    for number, answer in enumerate(named[key].answers):
        for rest in _ways(named, answer.to):
            yield ((key, number), *rest)


def test_every_module_its_slides_and_what_can_be_looked_up_are_there(mine: Phone) -> None:
    tab = mine.open("/en/learn/")
    expect(tab.locator("[data-lesson-link]")).to_have_count(len(MODULES))
    for module in MODULES:
        for path in ("", "present/"):
            mine.open(f"/en/learn/{module}/{path}")
            expect(tab.locator(f"[data-lesson={module}], [data-deck={module}]")).to_be_visible()
            expect(tab.locator("[data-pager], [data-bar]")).to_be_visible()
    for path, title in (("words", "Words and what they mean"), ("check", "Check"), ("learned", "What I have read")):
        expect(mine.open(f"/en/{path}/").locator("h1")).to_contain_text(title)
    assert mine.errors == []


def test_each_way_through_a_story_is_walked_to_its_end_and_begun_anew(mine: Phone, listen: Lesson) -> None:
    named = {scene.key: scene for scene in listen.screens[-2].scenes}
    tab = mine.open(f"/en/learn/listen/#screen-{len(listen.screens) - 1}")
    scene = tab.locator("[data-scene]:visible")
    walked, reached = set[tuple[str, int]](), set[str]()
    for way in sorted(_ways(named, next(iter(named))), key=len, reverse=True):
        if walked.issuperset(way):
            continue
        walked.update(way)
        expect(scene).to_have_id(f"scene-{way[0][0]}")
        expect(scene.locator("[data-said]")).to_be_hidden()
        expect(scene.locator("details[open]")).to_have_count(0)
        for key, number in way:
            answer = named[key].answers[number]
            card = tab.locator(f"#scene-{key} details").nth(number)
            card.locator("summary").click()
            expect(card.locator(".why")).to_contain_text("A good way" if answer.good else "There is a better way")
            assert _plain(answer.why) in _seen(card)
            card.get_by_role("link", name="Go on this way").click()
            expect(scene).to_have_id(f"scene-{answer.to}")
            assert _seen(scene.locator("[data-said]")) == f"You chose: {_plain(answer.html)}"
            assert _plain(named[answer.to].html) == _seen(scene.locator(".prose"))
        reached.add(answer.to)
        scene.get_by_role("link", name="Start again").click()
    assert reached == {scene.key for scene in named.values() if scene.is_end}


def test_a_reader_with_a_keyboard_stands_on_the_scene_that_the_answer_led_to(mine: Phone, listen: Lesson) -> None:
    tab = mine.open(f"/en/learn/listen/#screen-{len(listen.screens) - 1}")
    answer = tab.locator("[data-scene] details").first
    answer.locator("summary").press("Enter")
    answer.get_by_role("link", name="Go on this way").press("Enter")
    expect(answer).to_be_hidden()
    expect(tab.locator("[data-scene]:visible")).to_be_focused()


def test_each_answer_of_a_check_is_explained_and_all_right_ones_make_it_done(mine: Phone, listen: Lesson) -> None:
    tab = mine.open(f"/en/learn/listen/#screen-{len(listen.screens)}")
    other = mine.new_tab()
    for number, question in enumerate(listen.screens[-1].questions, 1):
        other.goto(f"{mine.origin}/en/learned/")
        expect(_chip(other, "listen", "questions done")).to_be_hidden()
        tab.bring_to_front()
        for answer, card in zip(question.answers, tab.locator(f"#question-{number} details").all(), strict=True):
            card.locator("summary").click()
            expect(card.locator(".why")).to_contain_text("Yes" if answer.good else "Not quite")
            assert _plain(answer.why) in _seen(card)
    other.reload()
    expect(other.get_by_text("questions done", exact=True).locator("visible=true")).to_have_count(1)
    expect(_chip(other, "listen", "questions done")).to_be_visible()
    other.close()


def test_what_is_read_and_where_to_go_on_is_known_to_this_phone_alone(mine: Phone, listen: Lesson) -> None:
    asked: list[tuple[str, str]] = []
    mine.context.on("request", lambda request: asked.append((request.method, request.url)))
    tab = mine.open("/en/learn/listen/")
    expect(tab.get_by_role("link", name="Go on where you stopped")).to_be_hidden()
    following = tab.get_by_role("link", name="Next", exact=True)
    for number in range(len(listen.screens) + 1):
        expect(tab.locator(f"#screen-{number}")).to_be_visible()
        following.click()
    expect(tab.get_by_role("heading", name="You have read this unit")).to_be_focused()
    mine.open("/en/learn/door/#screen-2")
    following.click()
    expect(tab.locator("#screen-3")).to_be_visible()
    for path, begun in (("learn", "go on"), ("learned", "begun")):
        mine.open(f"/en/{path}/")
        expect(_chip(tab, "listen", "read")).to_be_visible()
        expect(_chip(tab, "door", begun)).to_be_visible()
        assert tab.locator("[data-lessons] .chip:visible").count() == 2
        tab.locator("[data-lesson-link=door]").click()
        expect(tab.locator("[data-screen]:visible")).to_have_id("screen-3")
    mine.open("/en/learn/door/").get_by_role("link", name="Go on where you stopped").click()
    expect(tab.locator("[data-screen]:visible")).to_have_id("screen-3")
    mine.open("/en/learned/").get_by_role("button", name="Erase this list").click()
    expect(tab.get_by_text("Erased.")).to_be_visible()
    assert "listen" not in tab.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
    tab.reload()
    expect(tab.locator("[data-lessons] .chip:visible")).to_have_count(0)
    assert {(method, "?" in url) for method, url in asked} == {("GET", False)}
    assert mine.hosts == {mine.origin.removeprefix("http://")} and mine.errors == []
    assert mine.context.cookies() == []


def test_wipe_takes_what_was_read_off_the_phone_too(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/learn/listen/#screen-2")
        assert "screen-2" in tab.evaluate("localStorage.getItem('learnt')")
        mine.open("/en/privacy/").get_by_role("button", name="Wipe now").click()
        expect(tab.locator("[data-wiped]")).to_be_visible()
        assert tab.evaluate("localStorage.length + sessionStorage.length") == 0
        expect(mine.open("/en/learn/").locator("[data-begun]:visible")).to_have_count(0)


def test_letters_have_three_sizes_and_keep_the_one_that_was_chosen(mine: Phone) -> None:
    tab = mine.open("/en/learn/door/")
    size, sizes = "parseFloat(getComputedStyle(document.documentElement).fontSize)", []
    for _ in range(3):
        sizes.append(tab.evaluate(size))
        tab.get_by_role("button", name="Text size").click()
    assert tab.evaluate(size) == sizes[0] < sizes[1] < sizes[2]
    tab.get_by_role("button", name="Text size").click()
    mine.open("/en/now/listen/")
    assert tab.evaluate(size) == sizes[1]


def test_without_a_voice_of_the_phones_own_nothing_is_read_aloud(browser: Browser, served: Server, mine: Phone) -> None:
    expect(mine.open("/en/learn/listen/").locator("[data-aloud]")).to_be_hidden()
    with phone(browser, served.origin) as far:
        far.context.add_init_script(VOICES.replace('["near", "en-US", true]', ""))
        expect(far.open("/en/learn/listen/").get_by_role("button", name="Text size")).to_be_visible()
        expect(far.tab.locator("[data-aloud]")).to_be_hidden()


def test_a_voice_of_the_phones_own_reads_a_screen_and_stops_when_told_or_left(
    browser: Browser, served: Server, listen: Lesson
) -> None:
    with phone(browser, served.origin) as mine:
        mine.context.add_init_script(VOICES)
        tab = mine.open("/en/learn/listen/")
        button = tab.get_by_role("button", name="Read aloud")
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        spoken: list[dict[str, Any]] = tab.evaluate("said")
        words = [" ".join(one["text"].split()) for one in spoken]
        assert words[0] == listen.page.lead and listen.screens[0].title not in words
        assert {one["lang"] for one in spoken if one["text"].strip()} == {"en"}
        button.click()
        expect(button).to_have_attribute("aria-pressed", "false")
        assert tab.evaluate("said.length") == 0
        button.click()
        tab.get_by_role("link", name="Next", exact=True).click()
        tab.wait_for_function("said.length === 0")
        expect(tab.locator("[data-aloud]")).to_have_attribute("aria-pressed", "false")
        assert {(one["voice"] or {}).get("name") for one in spoken} == {"near"}, "also for the blank at the end"


def test_every_screen_can_be_read_aloud_and_each_passage_is_read_once(
    browser: Browser, served: Server, listen: Lesson
) -> None:
    with phone(browser, served.origin) as mine:
        mine.context.add_init_script(VOICES)
        tab = mine.open(f"/en/learn/listen/#screen-{len(listen.screens)}")
        tab.locator("[data-aloud]").dispatch_event("click")
        spoken = " ".join(" ".join(text.split()) for text in tab.evaluate("said.map((one) => one.text)"))
        questions = listen.screens[-1].questions
        passages = [_plain(text) for each in questions for text in (each.html, *(one.html for one in each.answers))]
        assert {words: spoken.count(words) for words in passages} == dict.fromkeys(passages, 1)
        expect(tab.get_by_role("button", name="Read aloud")).to_be_visible()


def test_without_scripts_every_scene_and_every_explanation_is_reached(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin, java_script_enabled=False) as mine:
        tab = mine.open("/en/learn/listen/")
        for place in tab.locator("[data-screen], [data-scene]").all():
            expect(place).to_be_visible()
        for answer in tab.locator("details.answer").all():
            answer.locator("summary").click()
            expect(answer.locator(".why")).to_be_visible()
        tab.locator("#scene-names details").first.locator("summary").click()
        tab.locator("#scene-names details").first.get_by_role("link", name="Go on this way").click()
        expect(tab.locator("#scene-centre")).to_be_in_viewport()
