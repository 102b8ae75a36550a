"""Phrases that a helper shows to her: short sentences in situations, in her language, with the reader's beside them.

`content/phrases/en.yaml` gives id, situation, order and English; `<language>.yaml` gives the same ids in another
language. A phrase that a language leaves out is not shown in it: no phrase is better than a bad one.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from babel import UnknownLocaleError

from pwa.domain.contentfile import NoYamlError, SafeLoader, read_yaml
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.languages import FALLBACK, Language

# What she can point at stands at hand on every page of phrases.
ANSWERS = "answers"
# Longer ones are not read at a glance, in large letters, on a small phone.
LONGEST = 240
_FIELDS = {"status", "reviewed_on", "situations", "phrases"}


@dataclass(frozen=True)
class Sheet:
    """The phrases of one language: what situations are called in it, and each text by its id."""

    language: Language
    draft: bool
    situations: Mapping[str, str]
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """Words and the language that they are in."""

    text: str
    language: Language


@dataclass(frozen=True)
class Card:
    """One phrase: hers, and the same for the reader."""

    id: str
    hers: Said
    readers: Said


@dataclass(frozen=True)
class Group:
    """The cards of one situation."""

    id: str
    title: Said
    cards: tuple[Card, ...]


class PhraseBook:
    """All phrases in all languages. The reader's side falls back to English."""

    def __init__(self, sheets: Mapping[str, Sheet], placed: Mapping[str, str]) -> None:
        """`placed` is the situation of each id, in the order of the page."""
        self._sheets, self._placed = sheets, placed

    def sheet(self, language: str) -> Sheet | None:
        return self._sheets.get(language)

    def others(self, reader: str) -> list[Language]:
        """The languages that a reader can show, by their own names."""
        found = [sheet.language for code, sheet in self._sheets.items() if code != reader]
        return sorted(found, key=lambda language: language.name)

    def groups(self, reader: str, other: str) -> list[Group]:
        """The cards in her language, situation by situation; what that language lacks is left out."""
        hers = self._sheets[other]
        groups = []
        for situation in dict.fromkeys(self._placed.values()):
            ids = [id for id, place in self._placed.items() if place == situation and id in hers.texts]
            cards = [Card(id, Said(hers.texts[id], hers.language), self._text(reader, id)) for id in ids]
            if cards:
                groups.append(Group(situation, self._title(reader, situation), tuple(cards)))
        return groups

    def _text(self, reader: str, id: str) -> Said:
        sheet = self._sheets.get(reader)
        sheet = sheet if sheet and id in sheet.texts else self._sheets[FALLBACK]
        return Said(sheet.texts[id], sheet.language)

    def _title(self, reader: str, situation: str) -> Said:
        sheet = self._sheets.get(reader)
        sheet = sheet if sheet and situation in sheet.situations else self._sheets[FALLBACK]
        return Said(sheet.situations[situation], sheet.language)


class _Strict(SafeLoader):  # type: ignore[misc, valid-type]
    """A loader that refuses a key that stands twice, where YAML would silently keep the last."""


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[str] = set()
    for key, _ in node.value:
        if key.value in seen:
            raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
        seen.add(key.value)
    found: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return found


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def load(folder: Path) -> PhraseBook:
    """All phrases of a folder, or none where there is no such folder. Raises FaultsFoundError with every fault."""
    if not folder.is_dir():
        return PhraseBook({}, {})
    faults: list[Fault] = []
    source = folder / f"{FALLBACK}.yaml"
    if not source.exists():
        raise FaultsFoundError([Fault(_called(source), "file", "is missing. The ids and their order are in it.")])
    read = {path.stem: _read(path, faults) for path in sorted(folder.glob("*.yaml"))}
    placed, english = _english(read[FALLBACK], _called(source), faults)
    sheets = {}
    for code, found in read.items():
        name = _called(folder / f"{code}.yaml")
        texts = english if code == FALLBACK else found.get("phrases")
        known = placed if placed else None
        faults += [Fault(name, where, message) for where, message in _faults(found, texts, known)]
        try:
            language = Language.of(code)
        except (UnknownLocaleError, ValueError):
            faults.append(Fault(name, "file", f"{code!r} is no code of a language, such as km or zh-Hans."))
            continue
        if not faults:
            sheets[code] = Sheet(language, found["status"] != "reviewed", found.get("situations") or {}, texts or {})
    if faults:
        raise FaultsFoundError(faults)
    return PhraseBook(sheets, placed)


def _called(path: Path) -> str:
    return "/".join(path.parts[-3:])


def _read(path: Path, faults: list[Fault]) -> dict[str, Any]:
    name = _called(path)
    try:
        found = read_yaml(path.read_text(encoding="utf-8-sig"), _Strict)
    except UnicodeDecodeError as error:
        faults.append(Fault(name, "line 1", f"is not UTF-8 (byte {error.start}). Save it as UTF-8."))
        return {}
    except NoYamlError as error:
        faults.append(Fault(name, f"line {error.line or 1}", f"is no YAML: {error}."))
        return {}
    if not isinstance(found, dict):
        faults.append(Fault(name, "line 1", "is no list of fields. Write status: and phrases:."))
        return {}
    return found


def _english(found: dict[str, Any], name: str, faults: list[Fault]) -> tuple[dict[str, str], dict[str, Any]]:
    """(situation of each id, text of each id) of the English file, in its order."""
    placed: dict[str, str] = {}
    texts: dict[str, Any] = {}
    situations = found.get("situations")
    known = situations if isinstance(situations, dict) else {}
    listed = found.get("phrases")
    for number, entry in enumerate(listed if isinstance(listed, list) else [], 1):
        if not isinstance(entry, dict) or not _is_text(entry.get("id")):
            faults.append(Fault(name, f"phrase {number}, id", "is missing or no text."))
            continue
        id = entry["id"]
        if id in placed:
            faults.append(Fault(name, f"{id}, id", "stands twice."))
        if not _is_text(entry.get("situation")) or entry["situation"] not in known:
            faults.append(Fault(name, f"{id}, situation", "is missing, or is none of situations:."))
        for field in sorted(map(str, entry.keys() - {"id", "situation", "text"})):
            faults.append(Fault(name, f"{id}, {field}", "is no field. There are id, situation, text."))
        placed[id], texts[id] = str(entry.get("situation")), entry.get("text")
    return placed, texts


def _faults(found: dict[str, Any], texts: Any, known: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    """What is wrong in a file whose YAML is right: (id and field, message)."""
    for field in sorted(map(str, found.keys() - _FIELDS)):
        yield field, f"is no field. There are {', '.join(sorted(_FIELDS))}."
    if found and found.get("status") not in ("draft", "reviewed"):
        yield "status", "must be draft or reviewed."
    if found.get("status") == "reviewed" and not isinstance(found.get("reviewed_on"), dt.date):
        yield "reviewed_on", "must be a date such as 2026-11-23 where status is reviewed."
    situations = found.get("situations") or {}
    if not isinstance(situations, dict):
        yield "situations", "must be id: title, one a line."
        situations = {}
    for id, title in situations.items():
        if known is not None and id not in known.values():
            yield f"{id}, situations", "is the situation of no phrase."
        if not _is_text(title):
            yield f"{id}, situations", "has no title."
    if found and (not isinstance(texts, dict) or not texts):
        yield "phrases", "is missing or empty."
        return
    for id, text in (texts or {}).items():
        yield from _text_faults(id, text, known)


def _text_faults(id: Any, text: Any, known: Mapping[str, str] | None) -> Iterator[tuple[str, str]]:
    if known is not None and id not in known:
        yield f"{id}, id", "is in no phrase of en.yaml."
    if not _is_text(text):
        yield f"{id}, text", "is missing or no text. A word such as yes needs quotes."
    elif len(text) > LONGEST:
        yield f"{id}, text", f"has {len(text)} characters; more than {LONGEST} cannot be read at a glance."


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
