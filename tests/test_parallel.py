"""A translation says what the English says: same skeleton, same numbers, and it knows which English it is of."""

from pathlib import Path

import pytest

from pwa.domain.parallel import digest
from tests.test_content import FRONT, faults_of, loaded, written

ENGLISH = """Ask [her](../at-once/).

::: say
Within 48 to 72 hours.
:::

- one
- two

Source: WHO, 2014.
"""


def both(root: Path, translated: str, front: str = FRONT) -> Path:
    written(root, "en/now/a.md", ENGLISH)
    return written(root, "km/now/a.md", translated, front)


@pytest.mark.parametrize(
    ("found", "put", "said"),
    [
        ("::: say", "::: avoid", "line 8: here stands ':::avoid', in content/en/now/a.md (line 7) ':::say'."),
        ("../at-once/", "../urgent/", "line 6: here stands '(../urgent/)'"),
        ("- two\n", "", "line 14: here stands 'Source:', in content/en/now/a.md (line 12) '-'."),
        ("Source: WHO", "WHO", "here stands 'nothing more'"),
        ("72", "48", "the number 72 stands 0 times, in content/en/now/a.md 1"),
        ("48", "", "the number 48 stands 0 times"),
        ("2014", "២០១៤", "the number 2014 stands 0 times"),
        ("hours", "hours. Call 117", "the number 117 stands 1 times, in content/en/now/a.md 0"),
    ],
)
def test_what_a_translation_lost_or_added_is_named(tmp_path: Path, found: str, put: str, said: str) -> None:
    root = tmp_path / "content"
    assert any(said in fault for fault in faults_of(both(root, ENGLISH.replace(found, put)))), said


def test_words_paragraphs_and_emphasis_are_the_translators_own(tmp_path: Path) -> None:
    loaded(both(tmp_path, ENGLISH.replace("Ask", "**Speak**\n\nwith").replace("hours", "h")), "km")


def test_a_translation_says_which_english_it_is_of_and_is_behind_when_that_changes(tmp_path: Path) -> None:
    both(tmp_path, ENGLISH)
    page = loaded(tmp_path, "km").page("km", "now/a")
    assert page
    assert page.behind
    path = tmp_path / "km/now/a.md"
    bare = path.read_text(encoding="utf-8").replace("of: another\n", "")
    path.write_text(bare, encoding="utf-8")
    (fault,) = faults_of(tmp_path)
    wanted = fault.partition("Write ")[2].partition(",")[0]
    path.write_text(bare.replace("status", f"{wanted}\nstatus", 1), encoding="utf-8")
    page = loaded(tmp_path, "km").page("km", "now/a")
    assert page
    assert not page.behind
    written(tmp_path, "en/now/a.md", ENGLISH.replace("Ask", "Tell"))
    page = loaded(tmp_path, "km").page("km", "now/a")
    assert page
    assert page.behind


def test_a_signature_under_the_english_makes_no_translation_old(tmp_path: Path) -> None:
    from pwa.domain.contentfile import read

    draft = read(written(tmp_path, "en/now/a.md", ENGLISH) / "en/now/a.md", tmp_path)
    signed = "title: A page\nstatus: reviewed\nreviewed_on: 2026-12-01\n"
    assert digest(read(written(tmp_path, "en/now/a.md", ENGLISH, signed) / "en/now/a.md", tmp_path)) == digest(draft)
    assert digest(read(written(tmp_path, "en/now/a.md", ENGLISH + "More.\n") / "en/now/a.md", tmp_path)) != digest(
        draft
    )


@pytest.mark.parametrize("field", ["kind: step\n", "order: 3\n", "covers: [R20]\n"])
def test_fields_that_no_language_changes_are_held(tmp_path: Path, field: str) -> None:
    (fault,) = faults_of(both(tmp_path, ENGLISH, FRONT + field))
    assert f"{field.partition(':')[0]}: is" in fault
