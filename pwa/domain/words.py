"""The words that readers look up, each with its meaning and where it comes from."""

import re
from dataclasses import dataclass

from pwa.domain import markup
from pwa.domain.contentfile import ContentFile


@dataclass(frozen=True)
class Word:
    """A term of the glossary, or a form of harm (to recognise, never to record)."""

    id: str
    term: str
    html: str
    source: str
    is_form: bool


def words_of(file: ContentFile) -> tuple[Word, ...]:
    """The words of a file: `### term`, its meaning, and a paragraph `Source:`. Faults go to the file."""
    words = []
    for section in re.split(r"^## ", file.body, flags=re.MULTILINE)[1:]:
        is_form = section.startswith("Forms")
        for entry in re.split(r"^### ", section, flags=re.MULTILINE)[1:]:
            term, _, text = entry.partition("\n")
            text, _, source = text.partition("\nSource:")
            if not text.strip() or not source.strip():
                file.fault(file.body_line, f"the word {term.strip()!r} lacks its meaning or its line Source:.")
            slug = re.sub(r"\W+", "-", term.strip().lower()).strip("-")
            words.append(Word(slug, term.strip(), markup.html_of(text), source.strip(), is_form))
    return tuple(words)
