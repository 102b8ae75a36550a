"""What the desk writes about an area: who looks after its list, its rules in five parts, and who checked them.

It lies over the files of `content/`: a part that the desk wrote is shown, any other comes from the file.
"""

import datetime as dt
import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pwa.domain import cells, markup, phones
from pwa.domain.pages import Page
from pwa.domain.proposals import Words
from pwa.domain.rules import RULE_PARTS, RULE_STATES, Check, FocalPoint, Rule, RulePart

FOCAL = ("focal_role", "focal_organisation", "focal_contact")
CHECKED = ("checked_role", "checked_organisation", "checked_on")
PARTS = tuple(f"{part}_{what}" for part in RULE_PARTS for what in ("state", "text"))
PLACE_COLUMNS = ("language", *FOCAL, *PARTS, *CHECKED)
LONGEST_LINE, LONGEST_TEXT = 200, 4_000
_MAIL = re.compile(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_HEADING = re.compile(r"^\s{0,3}#", re.MULTILINE)
_SOURCE = re.compile(r"(?:\A|\n\s*\n)Source:\s*\S")


@dataclass(frozen=True)
class Overlay:
    """What the desk wrote about one area, and the day of its last change (ISO date)."""

    slug: str
    words: Words
    changed_on: str


def faults_of(slug: str, words: Words, today: dt.date) -> Iterator[tuple[str, str]]:
    """What is wrong in what the desk wrote about an area: (column, message)."""
    for column, text in words.items():
        longest = LONGEST_TEXT if column.endswith("_text") else LONGEST_LINE
        if column not in PLACE_COLUMNS:
            yield column, "is nothing that is kept of an area."
        elif len(text) > longest:
            yield column, f"has {len(text):,} letters. At most {longest:,}."
        elif cells.has_hidden(text):
            yield column, "has a hidden control character. Type the words anew, without it."
    yield from _together(words, FOCAL, "goes with role, organisation and contact: all three or none.")
    yield from _together(words, CHECKED, "goes with role, organisation and day of the check: all three or none.")
    if contact := words.get("focal_contact", ""):
        yield from _contact_faults(contact, slug[:2].upper())
    for part in RULE_PARTS:
        yield from _part_faults(part, words.get(f"{part}_state", ""), words.get(f"{part}_text", ""))
    if any(words.get(column) for column in (*FOCAL, *PARTS)) and not words.get("language"):
        yield "language", "is empty. Choose the language in which this is written."
    checked = words.get("checked_on", "")
    if checked and not cells.is_day(checked):
        yield "checked_on", f"{checked!r} is no date. Write 2026-11-23."
    elif checked > today.isoformat():
        yield "checked_on", f"{checked} is in the future. Write the day of the check, {today} at the latest."


def _together(words: Words, columns: Sequence[str], message: str) -> Iterator[tuple[str, str]]:
    missing = [column for column in columns if not words.get(column)]
    if 0 < len(missing) < len(columns):
        yield from ((column, message) for column in missing)


def _contact_faults(contact: str, country: str) -> Iterator[tuple[str, str]]:
    for part in cells.parts_of(contact):
        if "@" in part:
            if not _MAIL.fullmatch(part):
                yield "focal_contact", f"{part!r} is no mail address. Write, for instance, help@example.org."
            continue
        try:
            phones.parse_phones(part, country)
        except phones.PhoneError as error:
            yield "focal_contact", str(error)


def _part_faults(part: str, state: str, text: str) -> Iterator[tuple[str, str]]:
    if state and state not in RULE_STATES:
        yield f"{part}_state", f"{state!r} is none of {', '.join(RULE_STATES)}."
    if bool(state) != bool(text.strip()):
        yield (f"{part}_text" if state else f"{part}_state"), "goes with the other: a state and a text, or neither."
    if not text.strip():
        return
    if _HEADING.search(text):
        yield f"{part}_text", "has a line that begins with #. A rule is one part without headings."
    if not _SOURCE.search(text):
        example = "Source: Labour law, 2019. Is there none? Source: none found."
        yield f"{part}_text", f"has no source. End with a paragraph of its own, such as {example}"
    for line, message in markup.faults_of(text):
        yield f"{part}_text", f"line {line}: {message}"


def laid(files: Sequence[Rule | None], overlays: Sequence[Overlay | None]) -> Rule | None:
    """The rules of an area as readers see them, from `files` and what the desk wrote over them, the nearest first.

    Each part is the first there is of: from the desk before the file, a province's own before its country's. None
    where there is nothing at all.
    """
    layers = [rule for file, over in zip(files, overlays, strict=True) if (rule := _rule_of(over, file))]
    return functools.reduce(_over, layers) if layers else None


def _over(own: Rule, wide: Rule) -> Rule:
    """The rules of a place, and those of a wider one where they lack a part."""
    first = own if own.parts else wide
    mine = {part.key: part for part in own.parts}
    wider = {part.key: replace(part, language=part.language or wide.page.language) for part in wide.parts}
    parts = tuple(part for key in RULE_PARTS if (part := mine.get(key) or wider.get(key)))
    page = own.page if own.page.sources else wide.page
    return replace(first, page=page, parts=parts, focal_point=own.focal_point or wide.focal_point)


def _rule_of(overlay: Overlay | None, file: Rule | None) -> Rule | None:
    """The rules of one place, what the desk wrote over its file."""
    if not overlay:
        return file
    words, language = overlay.words, overlay.words.get("language", "en")
    written = {
        part: RulePart(part, state, markup.html_of(words.get(f"{part}_text", "")), language)
        for part in RULE_PARTS
        if (state := words.get(f"{part}_state", ""))
    }
    from_file = {part.key: replace(part, language=file.page.language) for part in file.parts} if file else {}
    parts = tuple(found for key in RULE_PARTS if (found := written.get(key) or from_file.get(key)))
    role, organisation, contact = (words.get(column, "") for column in FOCAL)
    focal = FocalPoint(role, organisation, contact, language) if role else None
    checked = Check(*(words[column] for column in CHECKED)) if words.get(CHECKED[0]) else None
    return Rule(
        page=file.page if file else _page(overlay.slug, language),
        parts=parts,
        emergency=file.emergency if file else (),
        focal_point=focal or (file.focal_point if file else None),
        checked=checked or (file.checked if file and not written else None),
        changed_on=overlay.changed_on if written else "",
    )


def _page(slug: str, language: str) -> Page:
    """What stands for a file where there is none."""
    return Page(slug, language, slug, slug, "", 0, "page", "", (), True, "", ())
