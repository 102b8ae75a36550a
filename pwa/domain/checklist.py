"""The self-assessment: sections of questions, follow-ups under the question that they depend on."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from pwa.domain.contentfile import NoYamlError, SafeLoader, front_faults, read_yaml
from pwa.domain.faults import Fault
from pwa.domain.pages import Page, sources_of

SCALES = ("met", "yes-no")
PLACES = ("", "origin", "destination")
_HEAD = frozenset({"title", "lead", "covers", "status", "reviewed_on", "source", "sections", "of"})
_FIELDS = {"id", "row", "text", "note", "scale", "under", "where"}
_LINE = "the line it begins on"
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
    """All of it. `of` tells which English a translation was made from, as `digest` gives it."""

    page: Page
    sections: tuple[Section, ...]
    of: str = ""

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)


class _Lined(SafeLoader):  # type: ignore[misc, valid-type]
    """A loader that notes the line that each mapping begins on."""


def _with_line(loader: _Lined, node: yaml.MappingNode) -> dict[Any, Any]:
    found: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return found | {_LINE: node.start_mark.line + 1}


_Lined.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _with_line)


def read(path: Path, root: Path, language: str) -> tuple[Checklist | None, list[Fault]]:
    """The checklist in a file, and what is wrong in it by line. None where anything is."""
    name = f"{root.name}/{path.relative_to(root).as_posix()}"
    try:
        text = path.read_text(encoding="utf-8-sig")
        read = read_yaml(text, _Lined)
    except UnicodeDecodeError as error:
        return None, [Fault(name, "line 1", f"is not UTF-8 (byte {error.start}). Save it as UTF-8.")]
    except NoYamlError as error:
        return None, [Fault(name, f"line {error.line or 1}", f"is no YAML: {error}.")]
    if not isinstance(read, dict):
        return None, [Fault(name, "line 1", "is no list of fields. Write title: and the rest.")]
    read.pop(_LINE)
    lines = {line.partition(":")[0]: number for number, line in reversed([*enumerate(text.splitlines(), 1)])}
    found = [(lines.get(field, 1), message) for field, message in _head_faults(read)]
    found += _section_faults(read.get("sections"), lines.get("sections", 1))
    if found:
        return None, [Fault(name, f"line {line}", message) for line, message in found]
    page = Page(
        slug="checklist", language=language, title=read["title"], short=read["title"], lead=read["lead"], order=0,
        kind="page", text="", covers=tuple(read.get("covers") or ()), draft=read["status"] != "reviewed",
        reviewed_on=str(read.get("reviewed_on") or ""), sources=sources_of(read),
    )  # fmt: skip
    return Checklist(
        page,
        tuple(Section(s["title"], tuple(map(_question, s["questions"]))) for s in read["sections"]),
        str(read.get("of") or ""),
    ), []


def digest(checklist: Checklist) -> str:
    """Eight letters that change with the words of a checklist."""
    words = [checklist.page.title, checklist.page.lead, *(section.title for section in checklist.sections)]
    words += [text for question in checklist.questions for text in (question.text, question.note)]
    return hashlib.sha256("\0".join(words).encode()).hexdigest()[:8]


def unlike(translated: Checklist | None, english: Checklist, name: str) -> Iterator[Fault]:
    """What is wrong in a translation beside the English. Answers on a phone go by the ids of the questions."""
    if not translated:
        return
    if not translated.of:
        yield Fault(name, "of", f"is missing. Write of: {digest(english)}, the English that this was made from.")
    if list(map(_shape, translated.sections)) != list(map(_shape, english.sections)):
        yield Fault(name, "sections", "id, row, scale, under and where of each question must be those of the English.")


def beside(translated: Checklist | None, english: Checklist) -> Checklist | None:
    """A translation, marked where the English has changed since."""
    if not translated or translated.of == digest(english):
        return translated
    return replace(translated, page=replace(translated.page, behind=True))


def _shape(section: Section) -> list[tuple[str, int, str, str, str]]:
    return [(q.id, q.row, q.scale, q.under, q.where) for q in section.questions]


def _question(read: dict[str, Any]) -> Question:
    return Question(
        id=read["id"], row=read["row"], text=read["text"], note=read.get("note") or "",
        scale=read.get("scale") or "met", under=read.get("under") or "", where=read.get("where") or "",
    )  # fmt: skip


def _head_faults(read: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from front_faults(read, _HEAD)
    if not _is_text(read.get("lead")):
        yield "lead", "lead: is missing or no text."


def _section_faults(sections: Any, line: int) -> Iterator[tuple[int, str]]:
    if not isinstance(sections, list):
        yield line, "sections: is missing or no list."
        return
    known: set[str] = set()
    for section in sections:
        at = section[_LINE] if isinstance(section, dict) else line
        if (
            not isinstance(section, dict)
            or not _is_text(section.get("title"))
            or not isinstance(section.get("questions"), list)
        ):
            yield at, "a section needs title: and questions:."
        else:
            for question in section["questions"]:
                here = question[_LINE] if isinstance(question, dict) else at
                yield from ((here, message) for message in _question_faults(question, known))


def _question_faults(question: Any, known: set[str]) -> Iterator[str]:
    if not isinstance(question, dict) or not _is_text(question.get("id")) or not _ID.match(question["id"]):
        yield "a question needs id: in small letters, digits and hyphens."
        return
    key = question["id"]
    for name in question.keys() - _FIELDS - {_LINE}:
        yield f"{key}: {name!r} is no field. There are {', '.join(sorted(_FIELDS))}."
    if key in known:
        yield f"two questions are called {key!r}."
    if type(question.get("row")) is not int:
        yield f"{key}: row: must be the number of the question in annex 5."
    if not _is_text(question.get("text")) or not isinstance(question.get("note") or "", str):
        yield f"{key}: text: is missing, or text: or note: is no text."
    if (question.get("scale") or "met") not in SCALES:
        yield f"{key}: scale: must be {' or '.join(SCALES)}."
    if (question.get("where") or "") not in PLACES:
        yield f"{key}: where: must be origin or destination, or not there."
    under = question.get("under") or ""
    if not isinstance(under, str) or (under and under not in known):
        yield f"{key}: under: names no question before it: {under!r}."
    known.add(key)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
