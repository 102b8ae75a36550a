"""What is shipped has no faults, covers what must be taught, and can be read by a tired person."""

import re

from flask import Flask

from pwa.config import Config
from pwa.domain import content, directory, pathway
from pwa.domain.languages import FALLBACK
from pwa.domain.rules import RULE_PARTS
from tests import reading
from tests.conftest import TODAY
from tests.pages import house_of


def test_content_and_directory_have_no_faults(config: Config) -> None:
    library = content.load(config.content, config.languages)
    services = directory.read(config.directory, TODAY)
    assert len(services) == 108
    assert pathway.cross_faults(library, services) == []


def test_every_requirement_is_covered_by_a_file(app: Flask) -> None:
    covered = house_of(app).library.covered()
    assert len(content.REQUIREMENTS) == 50
    assert [requirement for requirement in content.REQUIREMENTS if requirement not in covered] == []


def test_the_ten_countries_have_rules_and_every_unknown_one_says_what_to_do(app: Flask) -> None:
    library = house_of(app).library
    for country in ("bn", "kh", "id", "la", "my", "mm", "ph", "sg", "th", "vn"):
        rule = library.rule(FALLBACK, country)
        assert rule, country
        assert [part.key for part in rule.parts] == list(RULE_PARTS)
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


def test_every_english_text_is_at_grade_seven_or_lower() -> None:
    hard = [one for one in reading.every() if one.grade > reading.MOST_GRADE or one.length > reading.MOST_WORDS]
    assert hard == []


def test_a_modules_minutes_are_what_its_words_take(app: Flask) -> None:
    for lesson in house_of(app).library.lessons(FALLBACK):
        path = reading.ENGLISH / "modules" / f"{lesson.page.slug}.md"
        words = reading.of(path.name, reading.body_of(path)).words
        assert 110 <= words / lesson.minutes <= 220, f"{path.name}: {words} words in {lesson.minutes} minutes"
