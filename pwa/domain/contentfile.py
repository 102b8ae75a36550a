"""One file of content: Markdown with YAML front matter, read as a person wrote it, with what is wrong in it."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pwa.domain import markup
from pwa.domain.faults import Fault

FIELDS = {
    "title",
    "short",
    "kind",
    "order",
    "lead",
    "minutes",
    "goals",
    "covers",
    "status",
    "reviewed_on",
    "source",
    "sources",
    "emergency",
    "focal_point",
    "checked",
    "of",
}
FOCAL_POINT = {"role", "organisation", "contact"}
CHECKED = {"role", "organisation", "date"}


@dataclass
class ContentFile:
    """Its name from the content folder on, front matter, body, the line the body starts on, and its faults."""

    name: str
    front: dict[str, Any]
    body: str
    body_line: int
    faults: list[Fault] = field(default_factory=list)

    def fault(self, line: int, message: str) -> None:
        self.faults.append(Fault(self.name, f"line {line}", message))


class NoYamlError(Exception):
    """A text that is no YAML. `line` counts from 1, and is 0 where the parser does not say."""

    def __init__(self, error: Exception) -> None:
        mark = getattr(error, "problem_mark", None)
        self.line = mark.line + 1 if mark else 0
        super().__init__(str(getattr(error, "problem", None) or error))


# Written in C, ten times as fast, where PyYAML was built with it.
_DEEPEST = 50
SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str, loader: type[yaml.SafeLoader] = SafeLoader) -> Any:
    """What a YAML text says. Raises NoYamlError, and nothing else, for one that is none."""
    try:
        _refuse_deep(text)
        return yaml.load(text, Loader=loader)  # noqa: S506, since the loader is a safe one
    except (yaml.YAMLError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise NoYamlError(error) from None


def _refuse_deep(text: str) -> None:
    """Raises ValueError where lists stand in lists without end: the loader in C would crash the program."""
    depth = 0
    for event in yaml.parse(text, Loader=SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError("lists stand in lists too deeply")


def read(path: Path, root: Path) -> ContentFile:
    file = ContentFile(f"{root.name}/{path.relative_to(root).as_posix()}", {}, "", 1)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        file.fault(1, f"is not UTF-8 (byte {error.start}). Save it as UTF-8.")
        return file
    found = re.match(r"---\n(.*?\n)---\n", text, re.DOTALL)
    if not found:
        file.fault(1, "has no front matter. Begin with a line ---, then title: and the rest, then a line ---.")
        return file
    try:
        front = read_yaml(found[1])
    except NoYamlError as error:
        file.fault(error.line + 1 if error.line else 1, f"the front matter is no YAML: {error}.")
        return file
    if not isinstance(front, dict):
        file.fault(2, "the front matter is no list of fields. Write title: and the rest, one a line.")
        return file
    file.front, file.body = front, text[found.end() :]
    file.body_line = text[: found.end()].count("\n") + 1
    _check_front(file, found[1])
    blocks = (*markup.BLOCKS, *(markup.LESSON_BLOCKS if path.parent.name == "modules" else ()))
    for line, message in markup.faults_of(file.body, file.body_line, blocks):
        file.fault(line, message)
    return file


def _check_front(file: ContentFile, raw: str) -> None:
    front = file.front
    for name, message in front_faults(front):
        lines = (number for number, line in enumerate(raw.splitlines(), 2) if line.startswith(f"{name}:"))
        file.fault(next(lines, 1), message)
    for name in ("covers", "sources", "source"):
        if not isinstance(front.get(name, []), list):
            front[name] = []


def front_faults(front: dict[str, Any], fields: frozenset[str] = frozenset(FIELDS)) -> Iterator[tuple[str, str]]:
    """What is wrong in the fields of a file: (field, message). Fields that cannot be used are emptied."""
    for name in front.keys() - fields:
        yield str(name), f"{name!r} is no field. There are {', '.join(sorted(fields))}."
    if not isinstance(front.get("title"), str) or not front["title"].strip():
        yield "title", "title: is missing or empty."
    if front.get("status") not in ("draft", "reviewed"):
        yield "status", "status: must be draft or reviewed."
    if front.get("status") == "reviewed" and not isinstance(front.get("reviewed_on"), dt.date):
        yield "reviewed_on", "reviewed_on: must be a date such as 2026-11-23 where status is reviewed."
    if not isinstance(front.get("order", 0), int):
        yield "order", "order: must be a whole number."
    covers = front.get("covers") or []
    if not isinstance(covers, list) or any(not re.fullmatch(r"[RS]\d\d", str(c)) for c in covers):
        yield "covers", "covers: must be a list of ids such as [R20, R21]."
    yield from _role_faults(front)
    for name in ("source", "sources"):
        sources = front.get(name) or []
        if not isinstance(sources, list) or any(not isinstance(s, dict) or not s.get("title") for s in sources):
            yield name, f"{name}: must be a list of {{title, url, date}}."
            front[name] = []


def _role_faults(front: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, parts in (("focal_point", FOCAL_POINT), ("checked", CHECKED)):
        if (found := front.get(name)) and not _has(found, parts):
            yield name, f"{name}: must be {{{', '.join(sorted(parts))}}}; a role, never a person's name."
            front[name] = None
    if (checked := front.get("checked")) and not isinstance(checked["date"], dt.date):
        yield "checked", "checked: date must be a date such as 2026-11-23."
        front["checked"] = None


def _has(found: Any, parts: set[str]) -> bool:
    return isinstance(found, dict) and found.keys() == parts and all(str(value).strip() for value in found.values())
