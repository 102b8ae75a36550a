"""The self-assessment: sections of questions, follow-ups under the question that they depend on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pwa.domain.faults import Fault
from pwa.domain.pages import Page, Source

SCALES = ("met", "yes-no")
PLACES = ("", "origin", "destination")
_FIELDS = {"id", "row", "text", "note", "scale", "under", "where"}
_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


@dataclass(frozen=True)
class Question:
    """One question. `row` is its number in annex 5 of the guide; `under` is the id of the question that it follows.

    `scale` is "met" (met, in process, not met) or "yes-no" (yes, not sure, no). `where` is "" for everybody, or
    "origin" or "destination" for organisations in such a country.
    """

    id: str
    row: int
    text: str
    note: str
    scale: str
    under: str
    where: str


@dataclass(frozen=True)
class Section:
    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Checklist:
    page: Page
    sections: tuple[Section, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)


def read(path: Path, root: Path, language: str) -> tuple[Checklist | None, list[Fault]]:
    """The checklist in a file, and what is wrong in it by line. None where it cannot be read at all."""
    name = f"{root.name}/{path.relative_to(root).as_posix()}"
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        read = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        return None, [Fault(name, f"line {mark.line + 1 if mark else 1}", f"is no YAML: {error}")]
    faults = [Fault(name, _where(text, identity), message) for identity, message in _faults(read)]
    if faults:
        return None, faults
    page = Page(
        slug="checklist", language=language, title=read["title"], short=read["title"], lead=read["lead"], order=0,
        kind="page", html="", covers=tuple(read["covers"]), draft=read["status"] != "reviewed",
        reviewed_on=str(read.get("reviewed_on") or ""),
        sources=tuple(Source(s["title"], s.get("url", ""), str(s.get("date", ""))) for s in read["source"]),
    )  # fmt: skip
    sections = tuple(Section(s["title"], tuple(map(_question, s["questions"]))) for s in read["sections"])
    return Checklist(page, sections), []


def _question(read: dict[str, Any]) -> Question:
    return Question(
        id=read["id"], row=read["row"], text=read["text"], note=read.get("note", ""), scale=read.get("scale", "met"),
        under=read.get("under", ""), where=read.get("where", ""),
    )  # fmt: skip


def _where(text: str, identity: str) -> str:
    wanted = re.compile(rf"^\s*(- )?(id: *)?{re.escape(identity)}\b")
    lines = (number for number, line in enumerate(text.splitlines(), 1) if identity and wanted.match(line))
    return f"line {next(lines, 1)}"


def _faults(read: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(read, dict):
        yield "", "is no list of fields. Write title: and the rest."
        return
    for name in ("title", "lead"):
        if not isinstance(read.get(name), str):
            yield name, f"{name}: is missing or no text."
    for name in ("covers", "source", "sections"):
        if not isinstance(read.get(name), list):
            yield name, f"{name}: is missing or no list."
    if read.get("status") not in ("draft", "reviewed"):
        yield "status", "status: must be draft or reviewed."
    known: set[str] = set()
    for section in read.get("sections") or []:
        if not isinstance(section, dict) or not section.get("title") or not isinstance(section.get("questions"), list):
            yield "sections", "a section needs title: and questions:."
            continue
        for question in section["questions"]:
            yield from _question_faults(question, known)


def _question_faults(question: Any, known: set[str]) -> Iterator[tuple[str, str]]:
    if not isinstance(question, dict) or not _ID.match(str(question.get("id", ""))):
        yield "questions", f"{question!r} is no question: it needs id: in small letters, digits and hyphens."
        return
    key = str(question["id"])
    for name in question.keys() - _FIELDS:
        yield key, f"{key}: {name!r} is no field. There are {', '.join(sorted(_FIELDS))}."
    if key in known:
        yield key, f"two questions are called {key!r}."
    if not isinstance(question.get("row"), int):
        yield key, f"{key}: row: must be the number of the question in annex 5."
    if not isinstance(question.get("text"), str) or not isinstance(question.get("note", ""), str):
        yield key, f"{key}: text: is missing, or text: or note: is no text."
    if question.get("scale", "met") not in SCALES:
        yield key, f"{key}: scale: must be {' or '.join(SCALES)}."
    if question.get("where", "") not in PLACES:
        yield key, f"{key}: where: must be origin or destination, or not there."
    if question.get("under", "") and question["under"] not in known:
        yield key, f"{key}: under: names no question before it: {question['under']!r}."
    known.add(key)
