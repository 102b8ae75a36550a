"""How hard the English texts are to read: `python -m tests.reading` prints the table, file by file."""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pyphen
import yaml

ENGLISH = Path(__file__).resolve().parent.parent / "content" / "en"
MOST_GRADE, MOST_WORDS = 7, 20
_SYLLABLES = pyphen.Pyphen(lang="en_US")
_NO_SENTENCE = re.compile(r"^(## .*: (known|unsure|unknown)|:::.*|Source:.*|\|.*|### [a-z0-9-]+)$", re.MULTILINE)
_NOTES = re.compile(r"^::: notes\n.*?^:::$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Reading:
    """One file: words in all, words a sentence, and the grade by Flesch and Kincaid's formula."""

    name: str
    words: int
    length: float
    grade: float


def of(name: str, body: str) -> Reading:
    """A list item counts as a sentence, as it is read."""
    body = re.sub(r"^- \[[ x]\] (.*?)( +->.*)?$", r"\n\1\n", _NO_SENTENCE.sub("", body), flags=re.MULTILINE)
    body = re.sub(r"\[([^\]]+)\]\([^)]*\)|[*#]", r"\1", body)
    parts = re.split(r"[.!?:;][\"”']?\s|\n\s*\n|\n- ", body)
    sentences = [words for part in parts if (words := re.findall(r"[A-Za-z'’]+", part))]
    words = [word for sentence in sentences for word in sentence]
    length = len(words) / len(sentences)
    syllables = sum(len(_SYLLABLES.positions(word)) + 1 for word in words)
    return Reading(name, len(words), length, 0.39 * length + 11.8 * syllables / len(words) - 15.59)


def body_of(path: Path) -> str:
    """What a reader reads of a file. Notes are for a presenter; they are read in `notes_of`."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".yaml":
        form = yaml.safe_load(text)
        questions = [q for section in form["sections"] for q in section["questions"]]
        return "\n\n".join([form["lead"], *(f"{q['text']}\n\n{q.get('note', '')}" for q in questions)])
    return _NOTES.sub("", text.split("---\n", 2)[2])


def notes_of(path: Path) -> str:
    return "\n".join(_NOTES.findall(path.read_text(encoding="utf-8")))


def every() -> list[Reading]:
    """Every English file, and the presenter's notes of each module apart."""
    found = []
    for path in [*sorted(ENGLISH.rglob("*.md")), ENGLISH / "checklist.yaml"]:
        name = path.relative_to(ENGLISH).as_posix()
        found.append(of(name, body_of(path)))
        if notes := notes_of(path):
            found.append(of(f"{name} (notes)", notes))
    return found


def main() -> None:
    print(f"{'file':34} {'words':>6} {'a sentence':>11} {'grade':>6}")
    for one in every():
        mark = "" if one.grade <= MOST_GRADE and one.length <= MOST_WORDS else "  too hard"
        sys.stdout.write(f"{one.name:34} {one.words:6} {one.length:11.1f} {one.grade:6.1f}{mark}\n")


if __name__ == "__main__":
    main()
