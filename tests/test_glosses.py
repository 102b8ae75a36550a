"""The free words of entries in a reader's language, and never an old translation beside new words."""

from pathlib import Path

import pytest

from pwa.domain.content import Library
from tests.test_content import faults_of, loaded, written

WORDS = 'status: draft\nwords:\n  "Free, 24 hours": "ឥតគិតថ្លៃ 24 ម៉ោង"\n'


def beside(root: Path, text: str) -> Path:
    written(root, "en/now/a.md")
    (root / "km").mkdir(exist_ok=True)
    (root / "km" / "directory.yaml").write_text(text, encoding="utf-8")
    return root


def test_words_of_an_entry_are_shown_in_the_readers_language_while_they_are_those_words(tmp_path: Path) -> None:
    library: Library = loaded(beside(tmp_path, WORDS), "km")
    assert library.gloss("km", "Free, 24 hours") == ("ឥតគិតថ្លៃ 24 ម៉ោង", "km")
    assert library.gloss("km", "Free, 20 hours") == ("Free, 20 hours", "en")
    assert library.gloss("th", "Free, 24 hours") == ("Free, 24 hours", "en")


@pytest.mark.parametrize(
    ("found", "put", "said"),
    [
        ("24 ម៉ោង", "12 ម៉ោង", "other numbers than the English"),
        ("draft", "signed", "status: must be draft or reviewed"),
        ("words:", "words: {}\nothers:", "others: is no field"),
        ('"ឥតគិតថ្លៃ 24 ម៉ោង"', "24", "both sides must be text"),
        ("words:", "words", "is no YAML"),
    ],
)
def test_what_is_wrong_in_them_is_named(tmp_path: Path, found: str, put: str, said: str) -> None:
    assert any(
        fault.startswith(f"{tmp_path.name}/km/directory.yaml: ") and said in fault
        for fault in faults_of(beside(tmp_path, WORDS.replace(found, put)))
    )
