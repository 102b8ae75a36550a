"""Phrases to show her: what a file may say, what is refused with file, id and field, and what the shipped ones hold."""

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.checkup import words
from pwa.config import ROOT, Config
from pwa.domain.faults import FaultsFoundError
from pwa.domain.phrases import ANSWERS, Card, PhraseBook, load
from tests.test_every_page import TELLING

ENGLISH = """status: draft
situations: {safe: Are you safe, answers: Answers}
phrases:
  - {id: hurt, situation: safe, text: "Are you hurt?"}
  - {id: "yes", situation: answers, text: "Yes"}
"""
KHMER = 'status: draft\nphrases:\n  hurt: "តើអ្នកមានរបួសទេ?"\n  "yes": "ចាស"\n'
SHIPPED = ("en", "fil", "id", "km", "lo", "ms", "my", "th", "vi", "zh-Hans")
# The hours and days of medicine, as the requirements give them.
HOURS = {"hiv": ("72", "3"), "pregnancy": ("120", "5")}


def written(root: Path, english: str | bytes = ENGLISH, khmer: str | bytes = KHMER, name: str = "km") -> Path:
    folder = root / "content" / "phrases"
    folder.mkdir(parents=True)
    for code, text in (("en", english), (name, khmer)):
        (folder / f"{code}.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def faults(folder: Path) -> list[str]:
    with pytest.raises(FaultsFoundError) as found:
        load(folder)
    return [str(fault) for fault in found.value.faults]


def cards(book: PhraseBook, reader: str, other: str) -> dict[str, Card]:
    return {card.id: card for group in book.groups(reader, other) for card in group.cards}


@pytest.fixture(scope="module")
def shipped() -> PhraseBook:
    return load(ROOT / "content" / "phrases")


@pytest.mark.parametrize(
    ("khmer", "said"),
    [
        (b"status: draft\nphrases: {hurt: \xff}", "content/phrases/km.yaml: line 1: is not UTF-8 (byte 30)"),
        (KHMER + "  other: x\n", "content/phrases/km.yaml: other, id: is in no phrase of en.yaml."),
        (KHMER + "  hurt: x\n", "content/phrases/km.yaml: line 5: is no YAML: 'hurt' stands twice"),
        (KHMER.replace('"yes"', "yes"), "content/phrases/km.yaml: True, id: is in no phrase"),
        (KHMER.replace('"ចាស"', ""), "content/phrases/km.yaml: yes, text: is missing or no text."),
        (KHMER.replace("ចាស", "ច" * 241), "content/phrases/km.yaml: yes, text: has 241 characters"),
        (KHMER.replace("draft", "done"), "content/phrases/km.yaml: status: must be draft or reviewed."),
        (KHMER.replace("draft", "reviewed"), "content/phrases/km.yaml: reviewed_on: must be a date"),
        (KHMER + "more: 1\n", "content/phrases/km.yaml: more: is no field."),
        (KHMER + "situations: {far: x}\n", "content/phrases/km.yaml: far, situations: is the situation of no phrase."),
        ("status: draft\n", "content/phrases/km.yaml: phrases: is missing or empty."),
        ("- a list\n", "content/phrases/km.yaml: line 1: is no list of fields."),
    ],
)
def test_a_fault_names_its_file_its_id_and_its_field(tmp_path: Path, khmer: str | bytes, said: str) -> None:
    found = faults(written(tmp_path, khmer=khmer))
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("situation: safe, ", "", "hurt, situation: is missing, or is none of situations:."),
        ("situation: safe, ", "situation: far, ", "hurt, situation: is missing, or is none of situations:."),
        ("id: hurt, ", "", "phrase 1, id: is missing or no text."),
        ('id: "yes"', "id: hurt", "hurt, id: stands twice."),
        ('text: "Are you hurt?"', 'text: "Are you hurt?", note: x', "hurt, note: is no field."),
        ('text: "Are you hurt?"', "note: x", "hurt, text: is missing or no text."),
    ],
)
def test_a_phrase_without_its_place_in_the_english_file_is_refused(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    found = faults(written(tmp_path, english=ENGLISH.replace(old, new)))
    assert any(each.startswith(f"content/phrases/en.yaml: {said}") for each in found), found


def test_a_file_must_be_named_for_a_language_and_the_english_one_must_be_there(tmp_path: Path) -> None:
    folder = written(tmp_path, name="nowhere-land")
    assert "content/phrases/nowhere-land.yaml: file: 'nowhere-land' is no code" in faults(folder)[0]
    (folder / "en.yaml").unlink()
    assert faults(folder) == ["content/phrases/en.yaml: file: is missing. The ids and their order are in it."]


def test_the_command_check_names_a_fault_in_phrases(tmp_path: Path) -> None:
    folder = written(tmp_path, khmer="status: draft\nphrases: {away: x}\n")
    for path in (ROOT / "content").iterdir():
        if path.name != "phrases":
            (tmp_path / "content" / path.name).symlink_to(path)
    _, found = words(replace(Config.from_environ({}), content=folder.parent))
    assert [str(fault) for fault in found] == ["content/phrases/km.yaml: away, id: is in no phrase of en.yaml."]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(["en", "km"]), st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)))
def test_whatever_a_file_holds_it_is_read_whole_or_refused_with_a_fault(code: str, body: bytes) -> None:
    with tempfile.TemporaryDirectory() as root:
        folder = written(Path(root))
        (folder / f"{code}.yaml").write_bytes(body)
        try:
            load(folder)
        except FaultsFoundError as error:
            found = error.faults
        else:
            found = ()
    assert all(fault.file.startswith("content/phrases/") and fault.message for fault in found)


@settings(deadline=None, max_examples=40)
@given(st.sets(st.sampled_from(["a", "b", "c", "d"]), min_size=1))
def test_a_phrase_that_a_language_leaves_out_is_not_shown_and_the_others_keep_their_order(kept: set[str]) -> None:
    english = "status: draft\nsituations: {one: One, two: Two}\nphrases:\n" + "".join(
        f"  - {{id: {id}, situation: {place}, text: {id} in English}}\n"
        for id, place in zip("abcd", ("one", "two") * 2, strict=True)
    )
    theirs = "status: draft\nphrases:\n" + "".join(f"  {id}: {id} in hers\n" for id in sorted(kept, reverse=True))
    with tempfile.TemporaryDirectory() as root:
        book = load(written(Path(root), english, theirs))
    assert list(cards(book, "en", "km")) == [id for id in "acbd" if id in kept]
    assert all(group.cards for group in book.groups("en", "km"))


def test_the_readers_side_is_in_her_own_language_where_there_is_one_and_else_in_english(tmp_path: Path) -> None:
    book = load(written(tmp_path, khmer='status: draft\nphrases:\n  hurt: "តើអ្នកមានរបួសទេ?"\n'))
    mine = cards(book, "km", "en")
    assert mine["hurt"].readers.language.code == "km"
    assert (mine["yes"].readers.text, mine["yes"].readers.language.code) == ("Yes", "en")
    assert cards(book, "fr", "km")["hurt"].readers.language.code == "en"


def test_ten_languages_are_shipped_each_with_forty_phrases_or_more_and_all_answers(shipped: PhraseBook) -> None:
    answers = [card.id for group in shipped.groups("en", "en") if group.id == ANSWERS for card in group.cards]
    assert answers == ["yes", "no", "not-now", "stop", "do-not-know"]
    assert sorted(language.code for language in shipped.others("en")) == list(SHIPPED[1:])
    for code in SHIPPED:
        found = cards(shipped, "en", code)
        assert len(found) >= 40, code
        assert next(iter(found)) == "no-interpreter", code
        assert set(answers) <= found.keys(), code


def test_hours_and_days_are_those_of_the_requirements_in_every_language(shipped: PhraseBook) -> None:
    for code in SHIPPED:
        found = cards(shipped, "en", code)
        for id, numbers in HOURS.items():
            said = "".join(c if c.isdigit() else " " for c in found[id].hers.text).split()
            assert tuple(said) == numbers, (code, id)
        others = [card.hers.text for id, card in found.items() if id not in HOURS]
        assert not [text for text in others if any(c.isdigit() for c in text)], code


def test_no_title_of_a_situation_hints_at_anything(shipped: PhraseBook) -> None:
    titles = [group.title.text.lower() for group in shipped.groups("en", "en")]
    assert not [title for title in titles for word in TELLING if word in title]
