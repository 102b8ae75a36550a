"""Local rules: who checked them, what a role is told, and a place that we have found none for."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from pwa.domain import content
from pwa.domain.content import ELSEWHERE
from pwa.domain.contentfile import ContentFile
from pwa.domain.pages import page_of
from pwa.domain.rules import RULE_PARTS, RULE_STATES, Check, rule_of
from tests.pages import page
from tests.test_content import FRONT, PARTS, faults_of, loaded, written

CHECKED = "checked: {role: Legal adviser, organisation: Bar of the north, date: 2026-10-02}\n"


def test_a_place_without_rules_gets_those_that_are_unknown_one_by_one(tmp_path: Path) -> None:
    for slug in ("kh", ELSEWHERE):
        written(tmp_path, f"en/rules/{slug}.md", PARTS)
    library = loaded(tmp_path)
    shown = {slug: library.rule_shown("en", slug) for slug in ("kh", "ae")}
    assert {slug: rule and rule.page.slug for slug, rule in shown.items()} == {"kh": "kh", "ae": ELSEWHERE}


def test_what_is_shipped_for_everywhere_else_knows_nothing(reader: FlaskClient) -> None:
    rule = content.load(Path("content"), ("en",)).rule_shown("en", "ae")
    assert rule
    assert {part.state for part in rule.parts} == {"unknown"}
    found = page(reader, "/en/kw/").xpath("//section[@id='rules']//details[contains(@class, 'rule')]")
    assert [detail.get("id") for detail in found] == [f"rule-{part}" for part in RULE_PARTS]


def test_who_checked_the_rules_is_a_role_with_a_date(tmp_path: Path) -> None:
    rule = loaded(written(tmp_path, "en/rules/kh.md", PARTS, FRONT + CHECKED)).rule("en", "kh")
    assert rule
    assert rule.checked == Check("Legal adviser", "Bar of the north", "2026-10-02")


@pytest.mark.parametrize(
    "front",
    [
        "checked: yes\n",
        "checked: {role: Legal adviser, date: 2026-10-02}\n",
        "checked: {role: ' ', organisation: Bar, date: 2026-10-02}\n",
        "checked: {role: Legal adviser, organisation: Bar, date: last week}\n",
        "checked: {role: Legal adviser, organisation: Bar, date: 2026-10-02, name: A}\n",
    ],
)
def test_a_check_without_role_organisation_or_date_is_named(tmp_path: Path, front: str) -> None:
    (fault,) = faults_of(written(tmp_path, "en/rules/kh.md", PARTS, FRONT + front))
    assert "checked: " in fault


def test_a_part_may_say_what_is_different_for_one_role(tmp_path: Path) -> None:
    told = PARTS.replace("We do not know.\n", "We do not know.\n\n::: inspector\nAsk your office.\n:::\n", 1)
    rule = loaded(written(tmp_path, "en/rules/kh.md", told)).rule("en", "kh")
    assert rule
    assert '<div class="inspector">' in rule.parts[0].html


LINES = st.sampled_from(
    [
        *(f"## {part}: {state}" for part in RULE_PARTS for state in RULE_STATES),
        "Words.",
        "Source: a law, 2020.",
        "",
        "##",
    ]
)


@given(st.lists(LINES, max_size=30))
def test_rules_are_whole_or_refused(lines: list[str]) -> None:
    file = ContentFile("rules/kh.md", {"title": "A", "status": "draft"}, "\n".join(lines), 1)
    rule = rule_of(page_of(file, "kh", "en"), file)
    whole = [part.key for part in rule.parts] == list(RULE_PARTS) and all("Source:" in part.html for part in rule.parts)
    assert whole or file.faults
