"""What every file of content has: a title, words as HTML, what it covers, where it comes from, who has reviewed it."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pwa.domain import markup
from pwa.domain.contentfile import ContentFile

_SECTION = re.compile(r"<h2>(.*?)</h2>(.*?)(?=<h2>|$)", re.DOTALL)


@dataclass(frozen=True)
class Source:
    """Where a statement comes from; `date` as the source gives it ("2014", "2026-07-17")."""

    title: str
    url: str
    date: str


@dataclass(frozen=True)
class Page:
    """One file of content, ready to show. `language` is what it is written in, after any fallback.

    `text` is Markdown; most of it is asked for later or never, so it becomes `html` only then. `behind` tells a
    translation of an English text that has changed since.
    """

    slug: str
    language: str
    title: str
    short: str
    lead: str
    order: int
    kind: str
    text: str
    covers: tuple[str, ...]
    draft: bool
    reviewed_on: str
    sources: tuple[Source, ...]
    behind: bool = False

    @cached_property
    def html(self) -> str:
        return markup.html_of(self.text)

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """The parts under each heading, as (title, HTML)."""
        return tuple((found[1], found[2].strip()) for found in _SECTION.finditer(self.html))


def page_of(file: ContentFile, slug: str, language: str, behind: bool = False) -> Page:
    """The page of a file, as far as it can be read; what cannot be is among the file's faults."""
    front = file.front
    return Page(
        slug=slug,
        language=language,
        title=str(front.get("title", slug)),
        short=str(front.get("short") or front.get("title", slug)),
        lead=str(front.get("lead") or ""),
        order=front.get("order", 0) if isinstance(front.get("order", 0), int) else 0,
        kind=str(front.get("kind", "page")),
        text=file.body,
        covers=tuple(map(str, front.get("covers") or [])),
        draft=front.get("status") != "reviewed",
        reviewed_on=str(front.get("reviewed_on") or ""),
        sources=sources_of(front),
        behind=behind,
    )


def sources_of(front: dict[str, Any]) -> tuple[Source, ...]:
    """The sources that the fields of a file name."""
    listed = front.get("sources") or front.get("source") or []
    return tuple(Source(str(s["title"]), str(s.get("url") or ""), str(s.get("date") or "")) for s in listed)
