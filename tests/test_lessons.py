from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from flask.testing import FlaskClient

from pwa.app import create_app
from pwa.config import Config
from pwa.domain.content import Library
from pwa.domain.lessons import Lesson
from tests.test_content import faults_of, loaded, written
from tests.test_stories import CHECK, STORY

FRONT = "title: A module\nstatus: draft\nminutes: 5\ngoals: [see *her*, wait]\n"
NOTES = "\n::: notes\nAsk the room {}.\n:::\n\n"
SCREENS = "".join(
    f"## Screen {n}\nWords {n}.\n\n::: say\nSay {n}.\n:::\n\n::: avoid\nAvoid {n}.\n:::\n{NOTES.format(n)}"
    for n in range(1, 6)
)
SCENARIO = f"## A story\nMade up.\n\n::: scenario\n{STORY}:::\n{NOTES.format('why')}"
QUIZ = f"## What will you do?\n::: check\n{CHECK}:::\n{NOTES.format('again')}"
BODY = SCREENS + SCENARIO + QUIZ
WORDS = "## Words\n### Consent\nShe says yes.\n\nSource: A guide.\n"
CHECKLIST = "title: Check\nlead: Together.\ncovers: [R48]\nstatus: draft\nsource: []\nsections: []\n"


def module(root: Path, body: str = BODY, front: str = FRONT, path: str = "en/modules/a.md") -> Path:
    return written(root, path, body, front)


def lesson(library: Library, slug: str = "a", language: str = "en") -> Lesson:
    found = library.lesson(language, slug)
    assert found
    return found


def line_of(body: str, words: str, front: str = FRONT) -> int:
    """The line of the file on which `words` stand."""
    return f"---\n{front}---\n{body}".split("\n").index(words) + 1


def test_a_module_is_what_its_file_says(tmp_path: Path) -> None:
    found = lesson(loaded(module(tmp_path)))
    assert (found.page.slug, found.page.title, found.minutes, found.goals) == (
        "a", "A module", 5, ("see <em>her</em>", "wait"),
    )  # fmt: skip
    assert [screen.title for screen in found.screens] == [
        *(f"Screen {n}" for n in range(1, 6)), "A story", "What will you do?",
    ]  # fmt: skip
    assert found.screens[0].notes == "<p>Ask the room 1.</p>"
    assert found.screens[0].html.startswith('<p>Words 1.</p>\n<div class="say">\n<p>Say 1.</p>\n</div>')
    assert [scene.key for scene in found.screens[5].scenes] == ["door", "talk", "ask", "stays", "leaves"]
    assert len(found.screens[6].questions) == 4
    assert not any(screen.scenes or screen.questions for screen in found.screens[:5])


def test_scenes_questions_and_notes_are_no_part_of_the_text_of_a_screen(tmp_path: Path) -> None:
    screens = lesson(loaded(module(tmp_path))).screens
    assert (screens[5].html, screens[6].html) == ("<p>Made up.</p>", "")
    assert not any("Ask the room" in screen.html or ":::" in screen.html for screen in screens)


def test_the_handout_holds_what_to_say_and_what_to_avoid_in_order(tmp_path: Path) -> None:
    assert lesson(loaded(module(tmp_path))).sayings == tuple(
        (kind.lower(), f"<p>{kind} {n}.</p>") for n in range(1, 6) for kind in ("Say", "Avoid")
    )


@pytest.mark.parametrize("role", ["agency", "inspector", "centre", "consulate"])
def test_a_hint_for_one_role_is_a_box_of_its_own(tmp_path: Path, role: str) -> None:
    found = lesson(loaded(module(tmp_path, BODY.replace("::: say\nSay 1.", f"::: {role}\nFor you."))))
    assert f'<div class="{role}">\n<p>For you.</p>\n</div>' in found.screens[0].html


def test_words_of_another_language_are_marked_wherever_they_stand(tmp_path: Path) -> None:
    kata, marked = "[kata](lang:id)", '<span lang="id">kata</span>'
    body = BODY
    for old in ("Words 1", "Ask the room 1", "Sit down", "She can breathe", "It is hers to say", "May *you* ask"):
        body = body.replace(old, kata, 1)
    found = lesson(loaded(module(tmp_path, body, FRONT.replace("wait", f"'{kata}'"))))
    first, door, question = found.screens[0], found.screens[5].scenes[0], found.screens[6].questions[0]
    for html in (
        found.goals[1], first.html, first.notes, door.answers[0].html, door.answers[0].why, question.answers[1].why,
        question.html,
    ):  # fmt: skip
        assert marked in html
        assert "<a" not in html


def test_a_code_that_is_no_language_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults_of(module(tmp_path, BODY.replace("Words 2.", "[kata](lang:Bahasa)")))
    assert f"en/modules/a.md: line {line_of(BODY, 'Words 2.')}: 'lang:Bahasa' is no address" in fault


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        (NOTES.format(2), "\n", "## Screen 2", "the screen 'Screen 2' has no ::: notes"),
        (NOTES.format(2), "\n::: notes\n\n:::\n", "## Screen 2", "the screen 'Screen 2' has no ::: notes"),
        (NOTES.format(2), 2 * NOTES.format(2).replace("notes", "notes "), "", "one block notes"),
        ("## Screen 1\n", "Too early.\n## Screen 1\n", "Too early.", "before the first screen"),
        ("Ask the room 5.\n:::\n", "Ask the room 5.\n", "## A story", "the block notes of line"),
        ("Ask the room again.\n:::\n", "Ask the room again.\n", "", "the block notes is never closed"),
        ("Words 3.", "[A](../../words/#nowhere)", "[A](../../words/#nowhere)", "no word 'nowhere'"),
        ("Sit down.", "[A](../../words/#nowhere)", "- [x] [A](../../words/#nowhere) -> talk", "no word 'nowhere'"),
        ("Ask the room 1.", "[A](../../words/#nowhere)", "[A](../../words/#nowhere)", "no word 'nowhere'"),
        ("Words 3.", "![A](a.png)", "![A](a.png)", "no pictures"),
        ("Hurry. -> ask", "Hurry. -> nowhere", "- [ ] Hurry. -> nowhere", "leads nowhere"),
        ("[ ] Yes.", "[ ] Yes. -> ask", "- [ ] Yes. -> ask", "leads nowhere else"),
        ("::: scenario\n", "::: scenario\nLoose.\n", "Loose.", "before the first ###"),
        (SCREENS.partition("## Screen 2")[0], "", "## Screen 2", "5 to 10 screens before its scenario"),
        (SCENARIO, "", "## Screen 1", "screen, screen, check."),
        (QUIZ, "", "## Screen 1", "screen, screen, scenario."),
        (SCENARIO + QUIZ, QUIZ + SCENARIO, "## Screen 1", "screen, check, scenario."),
        (QUIZ, QUIZ + SCREENS.partition("## Screen 2")[0], "## Screen 1", "scenario, check, screen."),
        ("## A story\n", f"## A story\n::: check\n{CHECK}:::\n", "", "one screen with ::: scenario"),
        ("## Screen 1\n", "## \n", "## ", "title"),
    ],
)
def test_each_fault_of_a_module_is_named_by_its_line(tmp_path: Path, old: str, new: str, at: str, said: str) -> None:
    assert old in BODY
    body = BODY.replace(old, new, 1)
    found = [fault for fault in faults_of(module(tmp_path, body)) if said in fault]
    assert len(found) == 1
    assert f"en/modules/a.md: line {line_of(body, at) if at else ''}" in found[0]


def test_an_empty_screen_is_a_fault(tmp_path: Path) -> None:
    (fault,) = faults_of(module(tmp_path, f"## Nothing\n{NOTES}{BODY}"))
    assert "line 7: the screen 'Nothing' is empty." in fault


def test_a_block_that_ends_behind_the_next_heading_is_a_fault(tmp_path: Path) -> None:
    body = BODY.replace("Ask the room 1.\n:::\n\n## Screen 2\n", "Ask the room 1.\n\n## Screen 2\n:::\n")
    assert faults_of(module(tmp_path, body))


def test_ten_screens_before_the_scenario_are_the_most(tmp_path: Path) -> None:
    assert len(lesson(loaded(module(tmp_path, SCREENS + BODY))).screens) == 12
    (fault,) = faults_of(module(tmp_path, SCREENS.partition("## Screen 2")[0] + SCREENS + BODY))
    assert "5 to 10 screens" in fault


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("goals: [see *her*, wait]", "goals: [wait]", "goals: must list 2 to 4"),
        ("goals: [see *her*, wait]", "goals: [a, b, c, d, e]", "goals: must list 2 to 4"),
        ("goals: [see *her*, wait]", "goals: see her", "goals: must list 2 to 4"),
        ("goals: [see *her*, wait]\n", "", "goals: must list 2 to 4"),
        ("goals: [see *her*, wait]", "goals: [see her, 'her choice': wait]", "goals: "),
        ("goals: [see *her*, wait]", "goals: [see her, ~]", "goals: "),
        ("minutes: 5", "minutes: 4", "minutes: must be a whole number from 5 to 8"),
        ("minutes: 5", "minutes: 9", "minutes: must be a whole number from 5 to 8"),
        ("minutes: 5", "minutes: 5.5", "minutes: must be a whole number from 5 to 8"),
        ("minutes: 5", "minutes: five", "minutes: must be a whole number from 5 to 8"),
        ("minutes: 5\n", "", "minutes: must be a whole number from 5 to 8"),
    ],
)
def test_goals_and_minutes_are_asked_of_every_module(tmp_path: Path, old: str, new: str, said: str) -> None:
    (fault,) = faults_of(module(tmp_path, front=FRONT.replace(old, new)))
    assert f"en/modules/a.md: line 1: {said}" in fault


@pytest.mark.parametrize("block", ["notes", "scenario", "check"])
def test_only_a_module_has_the_blocks_of_a_module(tmp_path: Path, block: str) -> None:
    (fault,) = faults_of(written(tmp_path, "en/now/a.md", f"::: {block}\nWords.\n:::\n"))
    assert f"en/now/a.md: line 5: '{block}' is no block" in fault


def test_a_module_may_link_to_a_word_that_every_language_has_under_the_english_id(tmp_path: Path) -> None:
    linked = BODY.replace("Words 1.", "[A](../../words/#consent)")
    written(tmp_path, "en/words.md", WORDS)
    loaded(module(module(tmp_path, linked), linked, path="km/modules/a.md"), "km")
    written(tmp_path, "km/words.md", WORDS.replace("Consent", "ការយល់ព្រម {#consent}"))
    (word,) = loaded(tmp_path, "km").words("km")
    assert (word.id, word.term) == ("consent", "ការយល់ព្រម")
    written(tmp_path, "km/words.md", WORDS.replace("Consent", "ការយល់ព្រម"))
    (fault,) = faults_of(tmp_path)
    assert "km/words.md: line 1: lacks consent." in fault
    module(tmp_path, linked.replace("#consent", "#consents"))
    assert any("en/modules/a.md: line 8: there is no word 'consents'" in fault for fault in faults_of(tmp_path))


def test_a_missing_module_falls_back_to_english_and_the_order_is_that_of_the_files(tmp_path: Path) -> None:
    for slug, order in (("a", 3), ("b", 1), ("c", 2)):
        module(tmp_path, front=f"{FRONT}order: {order}\n", path=f"en/modules/{slug}.md")
    module(tmp_path, front=f"{FRONT}order: 2\n", path="km/modules/c.md")
    library = loaded(tmp_path, "km")
    assert [each.page.slug for each in library.lessons("en")] == ["b", "c", "a"]
    assert [(each.page.slug, each.page.language) for each in library.lessons("km")] == [
        ("b", "en"), ("c", "km"), ("a", "en"),
    ]  # fmt: skip
    assert lesson(library, "c", "th").page.language == "en"
    assert library.lesson("km", "d") is None


def test_requirements_know_the_modules_and_the_checklist_that_cover_them(tmp_path: Path) -> None:
    module(tmp_path, front=f"{FRONT}covers: [R05, R48]\n")
    (tmp_path / "en" / "checklist.yaml").write_text(CHECKLIST, encoding="utf-8")
    assert loaded(tmp_path).covered() == {"R05": ["modules/a"], "R48": ["modules/a", "checklist"]}


def test_a_missing_checklist_falls_back_to_english(tmp_path: Path) -> None:
    for language in ("en", "km"):
        (tmp_path / language).mkdir()
    (tmp_path / "en" / "checklist.yaml").write_text(CHECKLIST, encoding="utf-8")
    found = loaded(tmp_path, "km").checklist("km")
    assert found
    assert found.page.language == "en"


def test_no_address_of_a_module_is_an_error_of_the_server(config: Config, tmp_path: Path, reader: FlaskClient) -> None:
    assert reader.get("/en/learn/nowhere/").status_code == 404
    assert reader.get("/en/learn/nowhere/present/").status_code == 404
    content = copytree(config.content, tmp_path / "content")
    module(content, path="km/modules/khmer-alone.md")
    other = create_app(replace(config, content=content, languages=("en", "km"))).test_client()
    assert other.get("/km/learn/khmer-alone/").status_code in (200, 404)
