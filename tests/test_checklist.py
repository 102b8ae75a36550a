import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.config import ROOT
from pwa.domain import checklist
from pwa.domain.checklist import Checklist, Question
from pwa.domain.faults import Fault
from pwa.domain.pages import Source

HEAD = "title: Check\nlead: Together.\ncovers: [R48]\nstatus: draft\nsource:\n  - {title: Annex 5, date: 2021}\n"
FORM = f"""{HEAD}sections:
  - title: First
    questions:
      - id: consent-refuse
        row: 1
        text: Can she refuse?
      - id: consent
        row: 2
        text: Does she agree?
        note: Ask again.
        scale: yes-no
      - id: told
        row: 3
        under: consent
        text: Do you tell her?
  - title: Second
    questions:
      - id: home
        row: 4
        where: origin
        text: Are you there when she comes home?
"""
YAML = st.lists(
    st.sampled_from(["title: a\n", "lead: b\n", "covers: [R48]\n", "status: draft\n", "source: []\n", "sections: "])
    | st.sampled_from(
        ["source: ", "  - title: a\n", "    questions:\n", "      - id: a\n", "- ", "under: ", "row: 1\n"]
    )
    | st.sampled_from(["        row: 1\n", "        text: a\n", "[", "]", "{", "}", ": ", ", ", "\n", "a", "5", "~"])
    | st.sampled_from(["!!int ", "!!bool ", "!!timestamp ", "&a ", "*a", "? ", "'", '"', "|", "#", "---\n", "\t"])
    | st.sampled_from(["2026-13-01", ".nan", "0x_", "\0", "%", "<<: ", "!!binary ", "[]\n"])
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["a", "b", "draft", "met", "origin", "", "R48"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "title", "text"]), inner),
    max_leaves=4,
)


def text_of(value: object) -> str:
    """A value as YAML in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {text_of(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(text_of, value)) + "]"
    return "~" if value is None else f"'{value}'" if isinstance(value, str) else str(value).lower()


def read(text: str | bytes) -> tuple[Checklist | None, list[Fault]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "en" / "checklist.yaml"
        path.parent.mkdir()
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
        found, faults = checklist.read(path, Path(folder), "en")
    assert bool(found) is not bool(faults)
    last = len(text.splitlines())
    for fault in faults:
        assert fault.file == f"{Path(folder).name}/en/checklist.yaml"
        assert 1 <= int(fault.where.removeprefix("line ")) <= max(last, 1) + 1
        assert fault.message
    return found, faults


@pytest.fixture(scope="module")
def shipped() -> Checklist:
    content = ROOT / "content"
    found, faults = checklist.read(content / "en" / "checklist.yaml", content, "en")
    assert faults == []
    assert found
    return found


def test_a_checklist_is_what_its_file_says() -> None:
    found, _ = read(FORM)
    assert found
    page = found.page
    assert (page.slug, page.language, page.title, page.lead, page.covers, page.draft, page.reviewed_on) == (
        "checklist", "en", "Check", "Together.", ("R48",), True, "",
    )  # fmt: skip
    assert page.sources == (Source("Annex 5", "", "2021"),)
    assert [(section.title, len(section.questions)) for section in found.sections] == [("First", 3), ("Second", 1)]
    assert found.questions == (
        Question("consent-refuse", 1, "Can she refuse?", "", "met", "", ""),
        Question("consent", 2, "Does she agree?", "Ask again.", "yes-no", "", ""),
        Question("told", 3, "Do you tell her?", "", "met", "consent", ""),
        Question("home", 4, "Are you there when she comes home?", "", "met", "", "origin"),
    )


def test_a_checklist_from_a_windows_editor_is_read() -> None:
    assert read("\ufeff" + FORM.replace("\n", "\r\n"))[0] == read(FORM)[0]


def test_a_reviewed_checklist_says_when() -> None:
    found, _ = read(FORM.replace("draft", "reviewed\nreviewed_on: 2026-11-23"))
    assert found
    assert (found.page.draft, found.page.reviewed_on) == (False, "2026-11-23")


def test_a_source_without_a_date_shows_none() -> None:
    found, _ = read(FORM.replace("date: 2021", "date: , url: "))
    assert found
    assert found.page.sources == (Source("Annex 5", "", ""),)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("title: Check\n", "title: 5\n", 1, "title: is missing or empty"),
        ("lead: Together.", "lead: [Together]", 2, "lead: is missing or no text"),
        ("lead: Together.\n", "", 1, "lead: is missing or no text"),
        ("covers: [R48]", "covers: R48", 3, "covers: must be a list"),
        ("covers: [R48]", "covers: [48]", 3, "covers: "),
        ("status: draft", "status: final", 4, "status: must be draft or reviewed"),
        ("status: draft", "status: reviewed", 1, "reviewed_on: "),
        ("  - {title: Annex 5, date: 2021}", "  - Annex 5", 5, "source: "),
        ("  - {title: Annex 5, date: 2021}", "  - {date: 2021}", 5, "source: "),
        ("  - title: First\n", "  - title:\n", 8, "a section needs title: and questions:"),
        ("row: 1", "row: one", 10, "consent-refuse: row: must be the number"),
        ("row: 3", "row: three", 18, "told: row: must be the number"),
        ("text: Do you tell her?", "note: Why?", 18, "told: text: is missing"),
        ("text: Do you tell her?", "text: ''", 18, "told: text: is missing"),
        ("text: Do you tell her?", "text: yes", 18, "told: text: is missing"),
        ("text: Do you tell her?", "text: Do you?\n        note: [a]", 18, "or note: is no text"),
        ("text: Do you tell her?", "text: Do you?\n        colour: red", 18, "told: 'colour' is no field"),
        ("scale: yes-no", "scale: maybe", 13, "consent: scale: must be met or yes-no"),
        ("where: origin", "where: abroad", 24, "home: where: must be origin or destination"),
        ("under: consent", "under: home", 18, "under: names no question before it: 'home'"),
        ("under: consent", "under: told", 18, "under: names no question before it: 'told'"),
        ("under: consent", "under: [consent]", 18, "under: names no question before it"),
        ("id: told", "id: Told", 18, "needs id: in small letters"),
        ("id: told", "id: 5", 18, "needs id: in small letters"),
        ("- id: told\n", "- note: told\n", 18, "needs id: in small letters"),
        ("id: home", "id: told", 24, "two questions are called 'told'"),
    ],
)
def test_each_fault_is_named_by_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in FORM
    _, (fault,) = read(FORM.replace(old, new, 1))
    assert said in fault.message
    assert fault.where == f"line {line}"


def test_every_fault_is_told_at_once() -> None:
    _, faults = read(FORM.replace("row: 1", "row: one").replace("where: origin", "where: abroad"))
    assert [fault.message.partition(":")[0] for fault in faults] == ["consent-refuse", "home"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("- a\n", 1),
        ("title", 1),
        ("title: a\nlead: [\n", 3),
        ("title: a\nlead: b: c\n", 2),
        ("title: a\0", 1),
        ("title: !!bool a\n", 1),
        ("title: !!int ''\n", 1),
        ("title: !!timestamp a\n", 1),
        ("[" * 5000, 1),
    ],
    ids=lambda value: str(value)[:20],
)
def test_a_file_that_is_no_checklist_is_named(text: str, line: int) -> None:
    found, faults = read(text)
    assert found is None
    assert faults[0].where == f"line {line}"


@pytest.mark.parametrize("sections", ["5", "true", "a", "{a: b}", "~", "[a]", "[[]]", "[{title: a, questions: 5}]"])
def test_sections_that_are_none_are_a_fault(sections: str) -> None:
    assert "section" in read(f"{HEAD}sections: {sections}\n")[1][0].message


def test_a_file_that_is_not_utf_8_is_a_fault_and_not_served_with_broken_letters() -> None:
    assert read(FORM.replace("Together", "Cùng").encode("cp1252"))[1]


@settings(deadline=None)
@given(st.text() | st.text().map(lambda text: FORM + text) | YAML.map("".join))
def test_any_text_is_a_checklist_or_faults_that_name_a_line(text: str) -> None:
    read(text)


@settings(deadline=None)
@given(st.sampled_from(["title", "lead", "covers", "status", "source", "sections", "reviewed_on"]), VALUES)
def test_any_value_of_a_field_is_read_or_a_fault(name: str, value: object) -> None:
    fields = {"title": "a", "lead": "b", "covers": ["R48"], "status": "draft", "source": [], "sections": []}
    read("".join(f"{each}: {text_of(given)}\n" for each, given in {**fields, name: value}.items()))


@settings(deadline=None)
@given(st.sampled_from(["id", "row", "text", "note", "scale", "under", "where", "else"]), VALUES)
def test_any_value_in_a_question_is_read_or_a_fault(name: str, value: object) -> None:
    question = {"id": "a", "row": 1, "text": "b", name: value}
    found, _ = read(f"{HEAD}sections: {text_of([{'title': 'a', 'questions': [question]}])}\n")
    for each in found.questions if found else ():
        assert isinstance(each.row, int)
        assert all(isinstance(part, str) for part in (each.id, each.text, each.note, each.scale, each.under))


def test_the_shipped_checklist_asks_every_row_of_annex_five_and_only_one_of_them_twice(shipped: Checklist) -> None:
    rows = [question.row for question in shipped.questions]
    assert rows == sorted(rows)
    assert set(rows) == set(range(1, 45))
    assert [row for row, count in Counter(rows).items() if count > 1] == [43]
    assert len(rows) == 45


def test_follow_ups_of_the_shipped_checklist_come_after_their_question_in_its_section(shipped: Checklist) -> None:
    for section in shipped.sections:
        before: set[str] = set()
        for question in section.questions:
            assert question.under in {"", *before}, question.id
            before.add(question.id)


def test_shipped_questions_are_for_everybody_or_for_one_side_of_the_way(shipped: Checklist) -> None:
    assert {question.where for question in shipped.questions} == {"", "origin", "destination"}
    assert all(not question.where for question in shipped.questions if question.under)
    assert len({question.id for question in shipped.questions}) == 45
