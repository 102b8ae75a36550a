import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain.languages import Language, name_of


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("en", "English"),
        ("id", "Indonesia"),
        ("km", "ខ្មែរ"),
        ("lo", "ລາວ"),
        ("ms", "Melayu"),
        ("my", "မြန်မာ"),
        ("th", "ไทย"),
        ("vi", "Tiếng Việt"),
        ("ja", "日本語"),
    ],
)
def test_a_language_is_offered_under_its_own_name(code: str, name: str) -> None:
    assert Language.of(code) == Language(code, name, "ltr")


def test_a_script_is_part_of_the_name() -> None:
    assert Language.of("zh-Hant").name != Language.of("zh-Hans").name


@pytest.mark.parametrize("code", ["ar", "fa", "ur"])
def test_a_language_from_right_to_left_says_so(code: str) -> None:
    assert Language.of(code).direction == "rtl"


def test_a_languages_name_is_in_the_readers_language() -> None:
    assert name_of("km", "en") == "Khmer"
    assert name_of("km", "th") == "เขมร"
    assert name_of("zh-Hant", "en") == "Traditional Chinese"


def test_a_language_without_a_translated_name_has_its_english_one() -> None:
    assert name_of("kxm", "th") == "Northern Khmer"


@settings(deadline=None)
@given(st.text())
def test_a_code_that_nobody_knows_stands_for_itself(code: str) -> None:
    assert name_of(f"qqq{code}", "en") == f"qqq{code}"
