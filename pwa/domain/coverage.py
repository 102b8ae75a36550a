"""How far each language is: file by file of `content/`, whether it is there, signed, or older than the English."""

from collections.abc import Iterator

from pwa.domain.content import Library, Shelf
from pwa.domain.languages import FALLBACK
from pwa.domain.pages import Page
from pwa.domain.phrases import PhraseBook


def of_files(library: Library, languages: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """(file, its state in each of `languages`): "reviewed", "draft", "behind", or "English" where it is not there."""
    shelves = [_pages(library.shelf(language)) for language in languages]
    for name in _pages(library.shelf(FALLBACK)):
        yield name, [_state(pages.get(name)) for pages in shelves]


def of_phrases(book: PhraseBook, languages: tuple[str, ...]) -> list[str]:
    """How many phrases each language has, of how many."""
    english = book.sheet(FALLBACK)
    every = len(english.texts) if english else 0
    found = [book.sheet(language) for language in languages]
    return [f"{len(sheet.texts) if sheet else 0} of {every}" for sheet in found]


def _pages(shelf: Shelf) -> dict[str, Page]:
    pages = dict(shelf.pages)
    pages |= {f"rules/{slug}": rule.page for slug, rule in shelf.rules.items()}
    pages |= {f"modules/{slug}": lesson.page for slug, lesson in shelf.lessons.items()}
    if shelf.checklist:
        pages["checklist"] = shelf.checklist.page
    return dict(sorted(pages.items()))


def _state(page: Page | None) -> str:
    if page is None:
        return "English"
    return "behind" if page.behind else "draft" if page.draft else "reviewed"
