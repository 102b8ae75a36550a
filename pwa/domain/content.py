"""What `content/` says: pages, the guide, modules and rules, one folder a language, English where one lacks a file.

A file is Markdown with YAML front matter. Faults name the file and the line; nothing with a fault is ever served.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pwa.domain import checklist, glosses, lessons, parallel, rules, words
from pwa.domain.checklist import Checklist
from pwa.domain.contentfile import ContentFile, read
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.languages import FALLBACK
from pwa.domain.lessons import Lesson
from pwa.domain.pages import Page, page_of
from pwa.domain.rules import Rule
from pwa.domain.words import Word

# What must be taught or shown; a file names those that it covers in its front matter.
REQUIREMENTS = tuple(f"R{number:02}" for number in range(1, 51))
# The rules of every place that we have found none for.
ELSEWHERE = "elsewhere"
_TO_WORD = re.compile(r"/words/#(?P<id>[^)\s\"]*)")


@dataclass
class Shelf:
    """What one language has."""

    pages: dict[str, Page] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    lessons: dict[str, Lesson] = field(default_factory=dict)
    words: tuple[Word, ...] = ()
    checklist: Checklist | None = None
    glosses: dict[str, str] = field(default_factory=dict)


class Library:
    """Everything in `content/`, read once. Look-ups fall back to English and say so by the page's `language`."""

    def __init__(self, shelves: Mapping[str, Shelf]) -> None:
        self._shelves, self._english = shelves, shelves[FALLBACK]

    def shelf(self, language: str) -> Shelf:
        """What a language has itself; all of English where it has nothing."""
        return self._shelves.get(language, self._english)

    def page(self, language: str, path: str) -> Page | None:
        """A page by its path without ending, such as "now/listen" or "pages/privacy"."""
        return self.shelf(language).pages.get(path) or self._english.pages.get(path)

    def guide(self, language: str, kind: str) -> list[Page]:
        """The guide's pages of one kind ("step" or "card"), in order."""
        names = [path for path, page in self._english.pages.items() if path.startswith("now/") and page.kind == kind]
        pages = [page for name in names if (page := self.page(language, name))]
        return sorted(pages, key=lambda page: page.order)

    def lesson(self, language: str, slug: str) -> Lesson | None:
        """A module. One that English lacks has no place among the others, and is not shown."""
        english = self._english.lessons.get(slug)
        return english and self.shelf(language).lessons.get(slug, english)

    def lessons(self, language: str) -> list[Lesson]:
        """The modules, in order."""
        found = [lesson for slug in self._english.lessons if (lesson := self.lesson(language, slug))]
        return sorted(found, key=lambda lesson: lesson.page.order)

    def checklist(self, language: str) -> Checklist | None:
        return self.shelf(language).checklist or self._english.checklist

    def rule(self, language: str, *slugs: str) -> Rule | None:
        """The rules of the first of `slugs` that has any: a province's own, then its country's."""
        for slug in slugs:
            if rule := self.shelf(language).rules.get(slug) or self._english.rules.get(slug):
                return rule
        return None

    def rule_shown(self, language: str, *slugs: str) -> Rule | None:
        """As `rule`; where there is none, the rules that are unknown one by one, with what is safe meanwhile."""
        return self.rule(language, *slugs, ELSEWHERE)

    def emergency(self, *slugs: str) -> tuple[str, ...]:
        """Ids of the emergency services. They stand in the English file alone, so that no translation changes one."""
        rule = self.rule(FALLBACK, *slugs)
        return rule.emergency if rule else ()

    def words(self, language: str) -> tuple[Word, ...]:
        return self.shelf(language).words or self._english.words

    def gloss(self, language: str, text: str) -> tuple[str, str]:
        """The words of an entry for a reader, and the language that they are in."""
        said = self.shelf(language).glosses.get(text)
        return (said, language) if said else (text, FALLBACK)

    def covered(self) -> dict[str, list[str]]:
        """Ids of requirements, each with the English files that cover it."""
        found: dict[str, list[str]] = {}
        shelf = self._english
        every = [*shelf.pages.items()]
        every += [(f"rules/{slug}", rule.page) for slug, rule in shelf.rules.items()]
        every += [(f"modules/{slug}", lesson.page) for slug, lesson in shelf.lessons.items()]
        every += [("checklist", shelf.checklist.page)] if shelf.checklist else []
        for path, page in every:
            for requirement in page.covers:
                found.setdefault(requirement, []).append(path)
        return found

    def emergency_ids(self) -> Iterator[tuple[str, str]]:
        """Every (slug, service id) that a rule names, for the check against the directory."""
        for slug, rule in self._english.rules.items():
            for service in rule.emergency:
                yield slug, service


def load(root: Path, languages: tuple[str, ...]) -> Library:
    """All of `content/` for these languages and English. Raises FaultsFoundError with every fault of every file."""
    shelves: dict[str, Shelf] = {}
    faults: list[Fault] = []
    english: dict[str, ContentFile] = {}
    for language in dict.fromkeys([FALLBACK, *languages]):
        shelf = shelves[language] = Shelf()
        files = {path.relative_to(root / language).with_suffix("").as_posix(): read(path, root)
                 for path in sorted((root / language).rglob("*.md"))}  # fmt: skip
        english = english or files
        for key, file in files.items():
            if language != FALLBACK and key in english:
                parallel.check(file, english[key])
            _place(shelf, key, language, file, english.get(key, file))
        terms = {word.id for word in shelves[FALLBACK].words}
        if shelf.words and (lost := terms - {word.id for word in shelf.words}):
            files["words"].fault(1, f"lacks {', '.join(sorted(lost))}. A word names its id: ### its name {{#id}}.")
        for file in files.values():
            _check_words(file, terms)
            faults += file.faults
        faults += _sheets(shelf, root, language, shelves[FALLBACK])
    if faults:
        raise FaultsFoundError(faults)
    return Library(shelves)


def _sheets(shelf: Shelf, root: Path, language: str, english: Shelf) -> list[Fault]:
    """Put what is no Markdown on the shelf; what is wrong in it."""
    faults: list[Fault] = []
    form = root / language / "checklist.yaml"
    if form.exists():
        shelf.checklist, faults = checklist.read(form, root, language)
        if english.checklist and language != FALLBACK:
            faults += checklist.unlike(shelf.checklist, english.checklist, f"{root.name}/{language}/checklist.yaml")
            shelf.checklist = checklist.beside(shelf.checklist, english.checklist)
    said = root / language / "directory.yaml"
    if said.exists():
        shelf.glosses, found = glosses.read(said, root)
        faults += found
    return faults


def _place(shelf: Shelf, key: str, language: str, file: ContentFile, english: ContentFile) -> None:
    folder, _, slug = key.rpartition("/")
    page = page_of(file, slug, language, behind=parallel.is_behind(file, english))
    if folder == "rules":
        shelf.rules[slug] = rules.rule_of(page, file)
    elif folder == "modules":
        shelf.lessons[slug] = lessons.lesson_of(page, file)
    else:
        shelf.pages[key] = page
    if key == "words":
        shelf.words = words.words_of(file)


def _check_words(file: ContentFile, terms: set[str]) -> None:
    for number, line in enumerate(file.body.splitlines(), file.body_line):
        for found in _TO_WORD.finditer(line):
            if found["id"] not in terms:
                file.fault(number, f"there is no word {found['id']!r} in words.md.")
