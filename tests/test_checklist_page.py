"""The self-assessment on a phone with the server gone: what is asked, what is kept, what is taken away."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from pwa.config import ROOT
from pwa.domain import content
from pwa.domain.checklist import Question
from tests.phone import Phone, phone
from tests.server import Server

pytestmark = pytest.mark.browser
ODD = '=SUM(A1) "quoted", with a comma\nand a second line; ភាសា'
LONG = "Ask the women who come on Sundays what they would change. " * 8


@pytest.fixture(scope="module")
def offline(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Phone]:
    with Server(tmp_path_factory.mktemp("checklist")) as server, phone(browser, server.origin) as mine:
        mine.keep("/en/kh-12/")
        server.stop()
        yield mine


@pytest.fixture
def tab(offline: Phone) -> Page:
    """The checklist, not answered yet."""
    tab = offline.open("/en/check/")
    tab.evaluate("localStorage.removeItem('check')")
    return offline.open("/en/check/")


@pytest.fixture(scope="module")
def questions() -> dict[str, Question]:
    checklist = content.load(ROOT / "content", ("en",)).checklist("en")
    assert checklist
    return {question.id: question for question in checklist.questions}


def _asked(tab: Page) -> list[str]:
    cards = tab.locator("[data-question]:visible").all()
    return [card.get_attribute("data-question") or "" for card in cards]


def _works_in(tab: Page, where: str) -> None:
    words = {
        "origin": "In a country that women leave for work",
        "destination": "In a country that women come to for work",
        "both": "In both",
    }
    tab.get_by_label(words[where], exact=True).check()


def _answer(tab: Page, question: str, words: str) -> None:
    tab.locator(f"#q-{question}").get_by_label(words, exact=True).check()


def _comment(tab: Page, question: str, words: str) -> Locator:
    card = tab.locator(f"#q-{question}")
    card.get_by_text("Comment", exact=True).click()
    expect(card.get_by_text("Write no name, and nothing that could point to one person.")).to_be_visible()
    card.get_by_role("textbox").fill(words)
    return card.get_by_role("textbox")


def test_only_the_questions_for_where_one_works_are_asked(tab: Page, questions: dict[str, Question]) -> None:
    first = [q.id for q in questions.values() if not q.under]
    assert _asked(tab) == [id for id in first if not questions[id].where]
    for where in ("origin", "destination", "both", "origin"):
        _works_in(tab, where)
        expected = [id for id in first if where == "both" or questions[id].where in ("", where)]
        assert _asked(tab) == expected, where
        expect(tab.locator("[data-progress]")).to_have_text(f"0 of {len(expected)} answered")


def test_what_follows_is_asked_only_where_the_first_is_met_or_in_process(
    tab: Page, questions: dict[str, Question]
) -> None:
    _works_in(tab, "both")
    before = _asked(tab)
    parents = {q.under for q in questions.values() if q.under}
    for parent in sorted(parents):
        follows = {q.id for q in questions.values() if q.under == parent}
        yes, half, no = ("Yes", "Not sure", "No") if questions[parent].scale == "yes-no" else _MET
        for words, expected in ((yes, follows), (no, set()), (half, follows), (no, set())):
            _answer(tab, parent, words)
            assert set(_asked(tab)) - set(before) == expected, (parent, words)
    expect(tab.locator("[data-progress]")).to_have_text(f"{len(parents)} of {len(before)} answered")
    _answer(tab, "consent", "Met")
    _answer(tab, "consent-language", "In process")
    expect(tab.locator("[data-progress]")).to_have_text(f"{len(parents) + 1} of {len(before) + 2} answered")
    _answer(tab, "services-home", "Met")
    expect(tab.locator("#q-services-home-list")).to_be_visible()
    _works_in(tab, "origin")
    expect(tab.locator("#q-services-home-list")).to_be_hidden()


_MET = ("Met", "In process", "Not met")


def test_answers_and_comments_are_there_after_a_reload_and_nowhere_but_on_this_phone(offline: Phone, tab: Page) -> None:
    asked: list[str] = []
    offline.context.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    _works_in(tab, "destination")
    _answer(tab, "options", "Not met")
    _answer(tab, "status", "Not sure")
    _answer(tab, "status-protected", "Met")
    _comment(tab, "hours", ODD)
    tab.reload()
    expect(tab.get_by_label("In a country that women come to for work")).to_be_checked()
    for question, words in (("options", "Not met"), ("status", "Not sure"), ("status-protected", "Met")):
        expect(tab.locator(f"#q-{question}").get_by_label(words, exact=True)).to_be_checked()
    expect(tab.locator("#q-hours").get_by_role("textbox")).to_be_visible()
    expect(tab.locator("#q-hours").get_by_role("textbox")).to_have_value(ODD)
    expect(tab.locator("[data-question] input:checked")).to_have_count(3)
    offline.open("/en/learn/")
    offline.open("/en/check/")
    expect(tab.locator("[data-question] input:checked")).to_have_count(3)
    assert {line.split("?")[0].split("/en/")[0] for line in asked if "/en/" in line} == {f"GET {offline.origin}"}
    assert not [line for line in asked if not line.startswith("GET ") or "?" in line]
    assert offline.hosts == {offline.origin.removeprefix("http://")}
    assert offline.errors == []


def test_the_table_holds_what_was_chosen_and_no_cell_is_a_formula(
    tab: Page, questions: dict[str, Question], tmp_path: Path
) -> None:
    _works_in(tab, "destination")
    _answer(tab, "options", "Met")
    _answer(tab, "reporting", "Not sure")
    _answer(tab, "consent", "Not met")
    _comment(tab, "options", ODD)
    for question, start in (("her-choice", "+"), ("reporting", "-"), ("consent", "@")):
        _comment(tab, question, f"{start}1")
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Save as a table (CSV)").click()
    assert download.value.suggested_filename == "check.csv"
    file = tmp_path / "check.csv"
    download.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as source:
        head, *rows = csv.reader(source)
    assert head == ["Question", "Answer", "Comment"]
    said = {
        "options": ["Met", f"'{ODD}"],
        "her-choice": ["", "'+1"],
        "reporting": ["Not sure", "'-1"],
        "consent": ["Not met", "'@1"],
    }
    assert rows == [[questions[id].text, *said.get(id, ["", ""])] for id in _asked(tab)]


def test_on_paper_stands_every_answer_and_the_whole_of_every_comment(tab: Page) -> None:
    _works_in(tab, "origin")
    _answer(tab, "options", "In process")
    comment = _comment(tab, "options", LONG.strip())
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": 794, "height": 1123})
    try:
        card = tab.locator("#q-options")
        chosen = card.locator("label:has(:checked)")
        expect(chosen).to_have_text("In process")
        expect(chosen.locator("input")).to_be_visible()
        weights = card.locator(".scale label").evaluate_all("(all) => all.map((e) => getComputedStyle(e).fontWeight)")
        assert weights == ["400", "600", "400"]
        expect(tab.get_by_role("button", name="Erase all answers")).to_be_hidden()
        assert _asked(tab)
        expect(comment).to_have_value(LONG.strip())
        assert comment.evaluate("(e) => e.scrollHeight - e.clientHeight") <= 1, "paper cannot be scrolled"
    finally:
        tab.emulate_media(media="screen")
        tab.set_viewport_size({"width": 360, "height": 740})


def test_one_tap_erases_everything(tab: Page, questions: dict[str, Question]) -> None:
    _works_in(tab, "both")
    _answer(tab, "consent", "Met")
    _answer(tab, "consent-language", "Met")
    _comment(tab, "hours", "Only on Mondays")
    assert "Mondays" in json.dumps(tab.evaluate("({ ...localStorage })"))
    tab.get_by_role("button", name="Erase all answers").click()
    expect(tab.get_by_text("Erased. Nothing of it is on this page")).to_be_visible()
    for _ in range(2):
        expect(tab.locator("input:checked")).to_have_count(0)
        assert not any(tab.locator("textarea").evaluate_all("(all) => all.map((each) => each.value)"))
        expect(tab.locator("form details[open]")).to_have_count(0)
        assert _asked(tab) == [q.id for q in questions.values() if not q.under and not q.where]
        assert tab.evaluate("localStorage.getItem('check')") is None
        assert "Mondays" not in tab.evaluate("JSON.stringify({ ...localStorage, ...sessionStorage })")
        tab.reload()


def test_a_keyboard_is_enough_to_answer_to_comment_to_save_and_to_erase(tab: Page) -> None:
    _tab_to(tab, "input[name=where]")
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowDown")
    expect(tab.get_by_label("In a country that women come to for work")).to_be_checked()
    _tab_to(tab, "input[name=consent]")
    tab.keyboard.press("Space")
    expect(tab.locator("#q-consent-language")).to_be_visible()
    _tab_to(tab, "#q-consent summary")
    tab.keyboard.press("Enter")
    _tab_to(tab, "#q-consent textarea")
    tab.keyboard.type("In our words")
    _tab_to(tab, "input[name=consent-language]")
    tab.keyboard.press("Space")
    tab.keyboard.press("ArrowRight")
    tab.reload()
    expect(tab.locator("#q-consent textarea")).to_have_value("In our words")
    expect(tab.locator("#q-consent-language").get_by_label("In process")).to_be_checked()
    _tab_to(tab, "[data-csv]")
    with tab.expect_download():
        tab.keyboard.press("Enter")
    _tab_to(tab, "[type=reset]")
    tab.keyboard.press("Enter")
    expect(tab.locator("input:checked")).to_have_count(0)
    assert tab.evaluate("localStorage.getItem('check')") is None


def _tab_to(tab: Page, selector: str) -> None:
    for _ in range(200):
        tab.keyboard.press("Tab")
        if tab.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}.")
