"""Which places and which kinds of help somebody's words name, by any name that the atlas knows and a wrong letter."""

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from pwa.domain import search
from pwa.domain.areas import Area, Atlas
from pwa.domain.search import Word

# The most words in a name of a place, and the most places that are told.
_WORDS, _AREAS = 6, 6
T = TypeVar("T")
# A name that somebody has only begun: from so many letters on.
_BEGUN = 4


@dataclass(frozen=True)
class Names:
    """Names in plain letters without spaces: "Da Nang" is "danang". `main` holds those on screen and no aliases.

    `openings` holds the first words of a main name ("hochi"), `kinds` the words for kinds of help with their category.
    """

    atlas: Atlas
    areas: dict[str, tuple[Area, ...]]
    main: dict[str, tuple[Area, ...]]
    openings: dict[str, tuple[Area, ...]]
    kinds: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Question:
    """What is asked for: words with the places and kinds that they name, and those places for a reader, at most six."""

    words: tuple[Word, ...]
    areas: tuple[Area, ...]


def names_of(atlas: Atlas, language: str, kinds: Mapping[str, str]) -> Names:
    """The names of places and of `kinds` (category to what it is called on screen) for readers of a language."""
    names = Names(atlas, {}, {}, {}, {})
    for area in atlas.areas.values():
        main = (area.name, area.local, area.called(language))
        for words in map(search.words_in, main):
            _add(names.main, "".join(words), area)
            for last in range(1, len(words)):
                _add(names.openings, "".join(words[:last]), area)
        for name in (*main, *area.also):
            _add(names.areas, "".join(search.words_in(name)), area)
    for kind, label in kinds.items():
        for words in (search.words_in(kind), search.words_in(label)):
            for word in ("".join(words), *(word for word in words if len(word) > 3)):
                _add(names.kinds, word, kind)
    # "Help" is the word of several kinds: it tells nothing.
    for word in [word for word, found in names.kinds.items() if len(found) > 1]:
        del names.kinds[word]
    return names


def _add(found: dict[str, tuple[T, ...]], key: str, value: T) -> None:
    if key and value not in found.get(key, ()):
        found[key] = (*found.get(key, ()), value)


def asked(typed: str, names: Names, known: Callable[[str], bool]) -> Question:
    """The question in what somebody typed. A word that is `known` to the directory is no name with a wrong letter."""
    words = list(search.asked(_parted(typed, names)))
    told: dict[str, Area] = {}
    free = set(range(len(words)))
    # Longer names before shorter, and a name as it is written before one that is begun or has a wrong letter.
    for look in (_exact, _opening, functools.partial(_likely, known=known)):
        for first, last in _spans(len(words)):
            if not free.issuperset(range(first, last)):
                continue
            found = look("".join(word.text for word in words[first:last]), last == len(words), names)
            told |= {area.code: area for area in found}
            places = tuple(dict.fromkeys(place for area in found for place in _places(area, names.atlas)))
            if places:
                free -= set(range(first, last))
                words[first:last] = [replace(word, places=places) for word in words[first:last]]
    words = [replace(word, kinds=_kinds_at(words, at, names, known)) for at, word in enumerate(words)]
    return Question(search.telling(words), tuple(told.values())[:_AREAS])


def _spans(number: int) -> Iterator[tuple[int, int]]:
    for size in range(min(number, _WORDS), 0, -1):
        for first in range(number - size + 1):
            yield first, first + size


def _exact(key: str, last: bool, names: Names) -> tuple[Area, ...]:
    return names.areas.get(key, ())


def _opening(key: str, last: bool, names: Names) -> tuple[Area, ...]:
    return names.openings.get(key, ()) if last and len(key) >= _BEGUN else ()


def _likely(key: str, last: bool, names: Names, known: Callable[[str], bool]) -> tuple[Area, ...]:
    if len(key) < _BEGUN or search.is_idle(key) or known(key):
        return ()
    if last:
        begun = {area.code: area for name, areas in names.main.items() if name.startswith(key) for area in areas}
        if begun:
            return tuple(begun.values())
    # In four letters a wrong one makes another name.
    near = search.nearest(key, names.areas, most=1) if len(key) > _BEGUN and not search.is_unspaced(key) else ()
    return names.areas[near[0]] if near else ()


def _places(area: Area, atlas: Atlas) -> Iterator[str]:
    """The tokens of services that serve an area: its own, those of all its country, those of areas joined with it."""
    joined = atlas.get(area.merged_into.lower()) if area.merged_into else None
    for part in (area, *atlas.merged_from(area), *([joined] if joined else [])):
        yield token(part.code)
    if not area.is_country:
        yield token(area.country, everywhere=True)


def token(code: str, everywhere: bool = False) -> str:
    """What stands for an area in the index: "kh12", "kh" for a country, "kh0" for what serves all of it."""
    return code.lower().replace("-", "") + ("0" if everywhere else "")


def _kinds_at(words: Sequence[Word], at: int, names: Names, known: Callable[[str], bool]) -> tuple[str, ...]:
    """The kinds of help that a word names, alone or with a neighbour: "help line" is "helpline"."""
    pairs = [words[first : first + 2] for first in (at - 1, at) if 0 <= first < len(words) - 1]
    joined = [kind for one, other in pairs for kind in names.kinds.get(one.text + other.text, ())]
    return tuple(dict.fromkeys([*_kinds(words[at].text, names, known), *joined]))


def _kinds(word: str, names: Names, known: Callable[[str], bool]) -> tuple[str, ...]:
    if found := names.kinds.get(word) or names.kinds.get(word.removesuffix("s")):
        return found
    if len(word) < _BEGUN or search.is_idle(word) or search.is_unspaced(word) or known(word):
        return ()
    begun = {kind for name, kinds in names.kinds.items() if name.startswith(word) for kind in kinds}
    near = search.nearest(word, names.kinds, most=1) if not begun else ()
    return tuple(sorted(begun)) or tuple(kind for name in near for kind in names.kinds[name])


def _parted(typed: str, names: Names) -> str:
    """Parts a line without spaces where it holds the name of a place or a kind of help, the longest first."""
    parted = []
    for word in search.words_in(typed[: search.LETTERS]):
        inside = [name for name in (*names.areas, *names.kinds) if len(name) >= _BEGUN and name in word]
        longest = max(inside, key=len, default="")
        parted.append(word.replace(longest, f" {longest} ") if longest and search.is_unspaced(word) else word)
    return " ".join(parted)
