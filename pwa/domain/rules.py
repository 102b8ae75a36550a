"""The rules of a place: five questions, each answered, not sure or not known, and who looks after the list there."""

import re
from dataclasses import dataclass

from pwa.domain import markup
from pwa.domain.contentfile import ContentFile
from pwa.domain.pages import Page

RULE_PARTS = ("report", "forensic", "care", "under-18", "immigration")
RULE_STATES = ("known", "unsure", "unknown")
_SOURCE = re.compile(r"Source: *\S")
_HEADING = re.compile(r"^## +(?P<key>[\w-]+) *: *(?P<state>[\w-]+) *$")


@dataclass(frozen=True)
class RulePart:
    """One question of the local rules; `state` is known, unsure or unknown, `language` "" for that of its page."""

    key: str
    state: str
    html: str
    language: str = ""


@dataclass(frozen=True)
class FocalPoint:
    """Who looks after an area's list: a role and an organisation, never a person, and how to reach them."""

    role: str
    organisation: str
    contact: str
    language: str = ""


@dataclass(frozen=True)
class Check:
    """Who checked the rules of a place there: a role and an organisation, never a person. `date` is YYYY-MM-DD."""

    role: str
    organisation: str
    date: str


@dataclass(frozen=True)
class Rule:
    """The local rules of an area. `emergency` holds ids of services, in the order to show.

    `changed_on` is the day on which the desk last wrote about the area (ISO date), "" where it did not.
    """

    page: Page
    parts: tuple[RulePart, ...]
    emergency: tuple[str, ...]
    focal_point: FocalPoint | None = None
    checked: Check | None = None
    changed_on: str = ""


def rule_of(page: Page, file: ContentFile) -> Rule:
    """The rules in a file, whose headings are `## part: state`. Every part must be there; faults go to the file."""
    texts: dict[str, tuple[str, list[str]]] = {}
    key = ""
    for number, line in enumerate(file.body.splitlines(), file.body_line):
        if line.startswith("## "):
            heading = _HEADING.match(line)
            if not heading or heading["key"] not in RULE_PARTS or heading["state"] not in RULE_STATES:
                file.fault(
                    number,
                    f"{line!r} is no part. Write ## {' | '.join(RULE_PARTS)}: {' | '.join(RULE_STATES)}.",
                )
                continue
            key = heading["key"]
            texts[key] = (heading["state"], [])
        elif key:
            texts[key][1].append(line)
    for part in RULE_PARTS:
        if part not in texts or not "".join(texts[part][1]).strip():
            file.fault(
                file.body_line,
                f"the part {part!r} is missing. Unknown is written as unknown, never left out.",
            )
        elif not any(map(_SOURCE.match, texts[part][1])):
            file.fault(
                file.body_line,
                f"the part {part!r} has no source. End it with a paragraph Source: who, year. Or: Source: none found.",
            )
    parts = tuple(RulePart(k, *_shown(texts[k])) for k in RULE_PARTS if k in texts)
    emergency = file.front.get("emergency") or []
    if not isinstance(emergency, list):
        file.fault(1, "emergency: must be a list of ids of services.")
        emergency = []
    focal = file.front.get("focal_point")
    focal_point = FocalPoint(**{name: str(value) for name, value in focal.items()}) if focal else None
    checked = file.front.get("checked")
    check = Check(**{name: str(value) for name, value in checked.items()}) if checked else None
    return Rule(page, parts, tuple(map(str, emergency)), focal_point, check)


def _shown(text: tuple[str, list[str]]) -> tuple[str, str]:
    state, lines = text
    return state, markup.html_of("\n".join(lines))
