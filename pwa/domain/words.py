"""The words that readers look up, each with its meaning and where it comes from."""

import re
from dataclasses import dataclass

from pwa.domain import markup
from pwa.domain.contentfile import ContentFile

_ID = re.compile(r"(?P<called>.*?)\s*\{#(?P<id>[a-z0-9-]+)\}$")


@dataclass(frozen=True)
class Word:
    """A term of the glossary, or a form of harm (to recognise, never to record)."""

    id: str
    term: str
    html: str
    source: str
    is_form: bool


def words_of(file: ContentFile) -> tuple[Word, ...]:
    """The words of a file: `### term`, its meaning, and a paragraph `Source:`. Faults go to the file.

    `{#id}` after a heading is its id; without one it is the heading in lower case. A translation names the id of the
    English word, so that links lead to it in every language.
    """
    words = []
    for section in re.split(r"^## ", file.body, flags=re.MULTILINE)[1:]:
        is_form = _named(section.partition("\n")[0])[1].startswith("forms")
        for entry in re.split(r"^### ", section, flags=re.MULTILINE)[1:]:
            term, _, text = entry.partition("\n")
            text, _, source = text.partition("\nSource:")
            if not text.strip() or not source.strip():
                file.fault(file.body_line, f"the word {term.strip()!r} lacks its meaning or its line Source:.")
            called, id = _named(term)
            words.append(Word(id, called, markup.html_of(text), source.strip(), is_form))
    return tuple(words)


def _named(heading: str) -> tuple[str, str]:
    """What a heading says, and its id."""
    found = _ID.match(heading.strip())
    called = found["called"] if found else heading.strip()
    return called, found["id"] if found else re.sub(r"\W+", "-", called.lower()).strip("-")
