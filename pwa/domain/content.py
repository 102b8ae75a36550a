"""What `content/` says: pages, the guide and rules, one folder a language, English where a language has no file yet.

A file is Markdown with YAML front matter. Faults name the file and the line; nothing with a fault is ever served.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pwa.domain import markup
from pwa.domain.contentfile import ContentFile, read
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.languages import FALLBACK

RULE_PARTS = ("report", "forensic", "care", "under-18", "immigration")
RULE_STATES = ("known", "unsure", "unknown")
_HEADING = re.compile(r"^## +(?P<key>[\w-]+) *: *(?P<state>[\w-]+) *$")


@dataclass(frozen=True)
class Source:
    """Where a statement comes from; `date` as the source gives it ("2014", "2026-07-17")."""

    title: str
    url: str
    date: str


@dataclass(frozen=True)
class Page:
    """One file of content, ready to show. `language` is what it is written in, after any fallback."""

    slug: str
    language: str
    title: str
    short: str
    lead: str
    order: int
    kind: str
    html: str
    covers: tuple[str, ...]
    draft: bool
    reviewed_on: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class RulePart:
    """One question of the local rules; `state` is known, unsure or unknown."""

    key: str
    state: str
    html: str


@dataclass(frozen=True)
class FocalPoint:
    """Who looks after an area's list: a role and an organisation, never a person, and how to reach them."""

    role: str
    organisation: str
    contact: str


@dataclass(frozen=True)
class Rule:
    """The local rules of an area. `emergency` holds ids of services, in the order to show."""

    page: Page
    parts: tuple[RulePart, ...]
    emergency: tuple[str, ...]
    focal_point: FocalPoint | None = None


@dataclass(frozen=True)
class Word:
    """A term of the glossary, or a form of harm (to recognise, never to record)."""

    id: str
    term: str
    html: str
    source: str
    is_form: bool


class Library:
    """Everything in `content/`, read once. Look-ups fall back to English and say so by the page's `language`."""

    def __init__(
        self,
        pages: dict[str, dict[str, Page]],
        rules: dict[str, dict[str, Rule]],
        words: dict[str, tuple[Word, ...]],
    ) -> None:
        self._pages, self._rules, self._words = pages, rules, words

    def page(self, language: str, path: str) -> Page | None:
        """A page by its path without ending, such as "now/listen" or "pages/privacy"."""
        return self._pages.get(language, {}).get(path) or self._pages[FALLBACK].get(path)

    def guide(self, language: str, kind: str) -> list[Page]:
        """The guide's pages of one kind ("step" or "card"), in order."""
        names = [path for path, page in self._pages[FALLBACK].items() if path.startswith("now/") and page.kind == kind]
        pages = [page for name in names if (page := self.page(language, name))]
        return sorted(pages, key=lambda page: page.order)

    def rule(self, language: str, *slugs: str) -> Rule | None:
        """The rules of the first of `slugs` that has any: a province's own, then its country's."""
        for slug in slugs:
            if rule := self._rules.get(language, {}).get(slug) or self._rules[FALLBACK].get(slug):
                return rule
        return None

    def emergency(self, *slugs: str) -> tuple[str, ...]:
        """Ids of the emergency services. They stand in the English file alone, so that no translation changes one."""
        rule = self.rule(FALLBACK, *slugs)
        return rule.emergency if rule else ()

    def words(self, language: str) -> tuple[Word, ...]:
        return self._words.get(language) or self._words.get(FALLBACK, ())

    def covered(self) -> dict[str, list[str]]:
        """Ids of requirements, each with the English files that cover it."""
        found: dict[str, list[str]] = {}
        every = [*self._pages[FALLBACK].items()] + [
            (f"rules/{slug}", rule.page) for slug, rule in self._rules[FALLBACK].items()
        ]
        for path, page in every:
            for requirement in page.covers:
                found.setdefault(requirement, []).append(path)
        return found

    def emergency_ids(self) -> Iterator[tuple[str, str]]:
        """Every (slug, service id) that a rule names, for the check against the directory."""
        for slug, rule in self._rules[FALLBACK].items():
            for service in rule.emergency:
                yield slug, service


def load(root: Path, languages: tuple[str, ...]) -> Library:
    """All of `content/` for these languages and English. Raises FaultsFoundError with every fault of every file."""
    pages: dict[str, dict[str, Page]] = {}
    rules: dict[str, dict[str, Rule]] = {}
    words: dict[str, tuple[Word, ...]] = {}
    faults: list[Fault] = []
    for language in dict.fromkeys([FALLBACK, *languages]):
        pages[language], rules[language] = {}, {}
        for path in sorted((root / language).rglob("*.md")):
            file = read(path, root)
            page = _page(path.stem, language, file)
            key = path.relative_to(root / language).with_suffix("").as_posix()
            if key.startswith("rules/"):
                rules[language][path.stem] = _rule(page, file)
            else:
                pages[language][key] = page
            if key == "words":
                words[language] = _words(file)
            faults += file.faults
    if faults:
        raise FaultsFoundError(faults)
    return Library(pages, rules, words)


def _page(slug: str, language: str, file: ContentFile) -> Page:
    front = file.front
    sources = front.get("sources") or front.get("source") or []
    return Page(
        slug=slug,
        language=language,
        title=str(front.get("title", slug)),
        short=str(front.get("short") or front.get("title", slug)),
        lead=str(front.get("lead") or ""),
        order=front.get("order", 0) if isinstance(front.get("order", 0), int) else 0,
        kind=str(front.get("kind", "page")),
        html=markup.html_of(file.body),
        covers=tuple(map(str, front.get("covers") or [])),
        draft=front.get("status") != "reviewed",
        reviewed_on=str(front.get("reviewed_on") or ""),
        sources=tuple(Source(str(s["title"]), str(s.get("url") or ""), str(s.get("date") or "")) for s in sources),
    )


def _rule(page: Page, file: ContentFile) -> Rule:
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
    parts = tuple(RulePart(k, *_shown(texts[k])) for k in RULE_PARTS if k in texts)
    emergency = file.front.get("emergency") or []
    if not isinstance(emergency, list):
        file.fault(1, "emergency: must be a list of ids of services.")
        emergency = []
    focal = file.front.get("focal_point")
    focal_point = FocalPoint(**{name: str(value) for name, value in focal.items()}) if focal else None
    return Rule(page, parts, tuple(map(str, emergency)), focal_point)


def _shown(text: tuple[str, list[str]]) -> tuple[str, str]:
    state, lines = text
    return state, markup.html_of("\n".join(lines))


def _words(file: ContentFile) -> tuple[Word, ...]:
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
