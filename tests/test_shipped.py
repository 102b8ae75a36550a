"""What is shipped has no faults, covers what must be taught, and can be read by a tired person."""

import re
from pathlib import Path

import pyphen
from flask import Flask

from pwa.config import Config
from pwa.domain import content, directory, pathway
from pwa.domain.languages import FALLBACK
from tests.conftest import TODAY
from tests.pages import house_of

COVERED = [f"R{number:02}" for number in (*range(1, 5), *range(15, 36), *range(38, 43), 46, 47)]
_SYLLABLES = pyphen.Pyphen(lang="en_US")


def test_content_and_directory_have_no_faults(config: Config) -> None:
    library = content.load(config.content, config.languages)
    services = directory.read(config.directory, TODAY)
    assert len(services) == 108
    assert pathway.cross_faults(library, services) == []


def test_every_requirement_of_this_release_is_covered_by_a_file(app: Flask) -> None:
    covered = house_of(app).library.covered()
    assert [requirement for requirement in COVERED if requirement not in covered] == []


def test_the_ten_countries_have_rules_and_every_unknown_one_says_what_to_do(app: Flask) -> None:
    library = house_of(app).library
    for country in ("bn", "kh", "id", "la", "my", "mm", "ph", "sg", "th", "vn"):
        rule = library.rule(FALLBACK, country)
        assert rule, country
        assert [part.key for part in rule.parts] == list(content.RULE_PARTS)
        assert rule.emergency, f"{country} has no emergency number"
        report = rule.parts[0]
        assert "tell her" in report.html.lower() or "say " in report.html.lower(), country


def test_nobody_is_said_to_have_checked_what_nobody_checked(config: Config) -> None:
    for service in directory.read(config.directory, TODAY):
        assert service.checked_on == "" and service["checked_by"] == ""


def test_no_shelter_has_an_address(config: Config) -> None:
    shelters = [s for s in directory.read(config.directory, TODAY) if "shelter" in s.categories]
    assert shelters
    for service in shelters:
        assert service.confidential, service.id
        assert not re.search(r"\d", service["location"]), service.id


def _plain_sentences(path: Path) -> list[list[str]]:
    body = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    body = re.sub(r"^(## .*: (known|unsure|unknown)|:::.*|Source:.*|\|.*)$", "", body, flags=re.MULTILINE)
    body = re.sub(r"\[([^\]]+)\]\([^)]*\)|[*#]", r"\1", body)
    parts = re.split(r"[.!?:;]\s|\n\s*\n|\n- ", body)
    found = [re.findall(r"[A-Za-z']+", part) for part in parts]
    return [words for words in found if words]


def _syllables(word: str) -> int:
    return len(_SYLLABLES.positions(word)) + 1


def test_every_english_text_is_at_grade_seven_or_lower(config: Config) -> None:
    # Flesch and Kincaid's formula; a list item counts as a sentence, as it is read.
    for path in sorted((config.content / "en").rglob("*.md")):
        sentences = _plain_sentences(path)
        words = [word for sentence in sentences for word in sentence]
        length = len(words) / len(sentences)
        grade = 0.39 * length + 11.8 * sum(map(_syllables, words)) / len(words) - 15.59
        assert grade <= 7, f"{path.name}: grade {grade:.1f}"
        assert length <= 20, f"{path.name}: {length:.1f} words a sentence"
