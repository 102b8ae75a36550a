"""A translated file beside the English one: the same skeleton, the same numbers, and which English it was made from.

A lost block, link or "72 hours" in a translation can hurt somebody who never sees the English, so each is a fault.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest

from pwa.domain import markup
from pwa.domain.contentfile import ContentFile

# A translation names the English that it was made from; when that changes, readers are told.
OF = "of"
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_RULE_PART = re.compile(r"^## +[\w-]+ *: *[\w-]+ *$")
_ANSWER = re.compile(r"^- \[(?P<mark>[ x])\] +.+?(?: +-> *(?P<to>\S*))?\s*$")
_LINK = re.compile(r"\]\((?P<to>[^)]*)\)")
# Of the front matter, what is the same in every language.
_SAME = ("kind", "order", "minutes", "covers")


def digest(file: ContentFile) -> str:
    """Eight letters that change with the words of a file, and not with who reviewed it."""
    front = file.front
    words = [front.get("title"), front.get("short"), front.get("lead"), front.get("goals"), file.body.strip()]
    return hashlib.sha256("\0".join(map(str, words)).encode()).hexdigest()[:8]


def is_behind(file: ContentFile, english: ContentFile) -> bool:
    """Whether a translation was made from another English than today's."""
    return file is not english and str(file.front.get(OF)) != digest(english)


def check(translated: ContentFile, english: ContentFile) -> None:
    """Put into a translation's faults where it differs from the English in what no language changes."""
    if not translated.front.get(OF):
        translated.fault(1, f"{OF}: is missing. Write {OF}: {digest(english)}, the English that this was made from.")
    for name in _SAME:
        if translated.front.get(name) != english.front.get(name):
            translated.fault(1, f"{name}: is {translated.front.get(name)!r}; in English {english.front.get(name)!r}.")
    if len(translated.front.get("goals") or []) != len(english.front.get("goals") or []):
        translated.fault(1, f"goals: are not as many as in {english.name}.")
    ours, theirs = list(_skeleton(translated)), list(_skeleton(english))
    for mine, its in zip_longest(ours, theirs, fillvalue=(0, "nothing more")):
        if mine[1] != its[1]:
            line = mine[0] or translated.body_line + translated.body.count("\n")
            translated.fault(line, f"here stands {mine[1]!r}, in {english.name} (line {its[0]}) {its[1]!r}.")
            break
    said, meant = Counter(_NUMBER.findall(translated.body)), Counter(_NUMBER.findall(english.body))
    for number in sorted((said - meant) + (meant - said)):
        translated.fault(
            translated.body_line,
            f"the number {number} stands {said[number]} times, in {english.name} {meant[number]}. Write digits 0-9.",
        )


def _skeleton(file: ContentFile) -> Iterator[tuple[int, str]]:
    """What a file is made of, without its words: (line, heading, block, answer, list item, source or link)."""
    block = ""
    for number, line in enumerate(file.body.splitlines(), file.body_line):
        if fence := markup.FENCE.match(line):
            block = fence["name"]
            yield number, f":::{block}"
        elif line.startswith("## "):
            yield number, line.strip() if _RULE_PART.match(line) else "##"
        elif line.startswith("### "):
            yield number, line.strip() if block == "scenario" else "###"
        elif answer := _ANSWER.match(line):
            yield number, f"- [{answer['mark']}] -> {answer['to'] or ''}"
        elif line.startswith("Source:"):
            yield number, "Source:"
        elif re.match(r"\s*(-|\d+\.) ", line):
            yield number, "-"
        for link in _LINK.finditer(line):
            yield number, f"({link['to']})"
