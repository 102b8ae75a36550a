"""Words as somebody types them: folded, taken apart, held against the names of places, and never an operator."""

import sqlite3
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pwa.config import COUNTRIES, ROOT
from pwa.domain import areas, naming, search
from pwa.domain.naming import Names
from pwa.domain.search import Word

KINDS = {
    "hotline": "Helpline",
    "legal": "Legal help",
    "shelter": "Safe shelter",
    "migrant_resource": "Help for workers",
}
ATTACKS = ['"', "*", "NEAR(a b)", "-", "a AND", "OR", "name:x", "^a", "{name}:a", "a\0b", "\u202eabc", "'", ");--", "+"]


@pytest.fixture(scope="module")
def names() -> Names:
    return naming.names_of(areas.load(ROOT / "content" / "places.yaml", COUNTRIES), "en", KINDS)


@pytest.fixture(scope="module")
def index() -> Iterator[sqlite3.Connection]:
    """An index such as the migration makes, with nothing in it but a row."""
    db = sqlite3.connect(":memory:")
    db.execute(
        "create virtual table finding using fts5(name, about, phones, digits, kinds, place,"
        " tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")"
    )
    db.execute("insert into finding values ('a', 'b', '117', '117', 'legal', 'kh kh0')")
    yield db
    db.close()


def nothing_known(word: str) -> bool:
    return False


def codes(typed: str, names: Names) -> list[str]:
    return [area.code for area in naming.asked(typed, names, nothing_known).areas]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Đà Nẵng", "da nang"),
        (unicodedata.normalize("NFD", "Thừa Thiên-Huế"), "thua thien-hue"),
        ("ＡＢＣ １２", "abc 12"),
        ("១២៨០", "1280"),
        ("ទូរស័ព្ទ\u200bជំនួយ", "ទូរស័ព្ទជំនួយ"),
        ("កណ្ដាល", "កណ្តាល"),
        ("ຫຼວງ", "ຫລວງ"),
    ],
)
def test_what_looks_or_sounds_the_same_is_folded_into_the_same_letters(text: str, folded: str) -> None:
    assert search.fold(text) == search.fold(folded) == unicodedata.normalize("NFKC", folded)


@settings(max_examples=300, deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    folded = search.fold(text)
    assert search.fold(folded) == folded


@pytest.mark.parametrize("name", ["ភ្នំពេញ", "กรุงเทพมหานคร", "ວຽງຈັນ", "မြန်မာ", "香港"])
def test_vowel_signs_of_other_scripts_stay_and_a_line_is_spread_into_pairs(name: str) -> None:
    folded = search.fold(name)
    assert len(folded) >= 2
    assert search.spread(name).split() == [folded[i : i + 2] for i in range(len(folded) - 1)]
    assert search.words_in(f"x{name}9") == ["x", folded, "9"]


def test_numbers_are_spread_whole_and_as_people_of_the_country_dial_them() -> None:
    cell = "117; +855 23 997 919 [office 2]; 023 88 11 22; whatsapp +62 811 1129 129"
    found = search.spread_numbers(cell).split()
    assert found == ["117", "85523997919", "23997919", "023881122", "23881122", "628111129129", "8111129129"]


@pytest.mark.parametrize("typed", ["023 997 919", "+855 23 997 919", "023997919", "(023) 997-919"])
def test_a_number_is_one_number_however_it_is_written(typed: str) -> None:
    number = "85523997919" if "+" in typed else "23997919"
    words = search.asked(f"call {typed}")
    assert words[0].digits == ""
    assert {word.digits for word in words[1:]} == {number}


def test_a_short_code_is_no_part_of_a_long_number() -> None:
    assert [word.digits for word in search.asked("hotline 1300")] == ["", ""]


def test_idle_words_count_only_where_there_is_nothing_else() -> None:
    for typed, left in (("I need help in the clinic", ["clinic"]), ("help me", ["help", "me"])):
        assert [word.text for word in search.telling(search.asked(typed))] == left


def test_the_last_word_may_be_cut_short_and_a_short_word_before_it_may_not() -> None:
    assert [word.begins for word in search.asked("law cen")] == [False, True]
    assert [word.begins for word in search.asked("lawy c")] == [True, False]


@pytest.mark.parametrize(
    ("one", "other", "wrong"),
    [
        ("licadho", "licadho", 0),
        ("licadoh", "licadho", 1),
        ("licado", "licadho", 1),
        ("likadho", "licadho", 1),
        ("liccadho", "licadho", 1),
        ("licdao", "licadho", None),
        ("conselling", "counselling", 1),
        ("conseling", "counselling", 2),
        ("law", "lae", None),
    ],
)
def test_a_wrong_letter_is_borne_and_too_many_are_not(one: str, other: str, wrong: int | None) -> None:
    assert search.near(one, other) == wrong


@settings(deadline=None)
@given(st.text("abcd", max_size=9), st.text("abcd", max_size=9))
def test_to_be_near_is_the_same_from_both_sides_where_the_words_are_of_one_length(one: str, other: str) -> None:
    if len(one) == len(other):
        assert search.near(one, other) == search.near(other, one)
    assert (search.near(one, other) == 0) == (one == other)


@settings(max_examples=400, deadline=None)
@given(typed=st.one_of(st.text(max_size=400), st.lists(st.sampled_from([*ATTACKS, "da", "ភ្នំ", "117"])).map(" ".join)))
@example(typed="\0")
@example(typed="\ud800")
@example(typed="ﷺ" * 200)
@example(typed="ก")
def test_any_text_is_a_bounded_question_that_sqlite_understands(
    typed: str, names: Names, index: sqlite3.Connection
) -> None:
    words = naming.asked(typed, names, nothing_known).words
    assert len(words) <= search.WORDS
    assert all(0 < len(word.text) <= 40 for word in words)
    assert len(search.shown(typed)) <= search.LETTERS
    for every in (True, False):
        match = search.question(words, every)
        assert len(match) < 20_000
        if words:
            index.execute("select count(*) from finding where finding match ?", [match]).fetchone()


@pytest.mark.parametrize("typed", ATTACKS)
def test_an_operator_is_never_more_than_a_word(typed: str, names: Names, index: sqlite3.Connection) -> None:
    for word in naming.asked(f"{typed} zzz", names, nothing_known).words:
        assert word.text.isalnum()
    match = search.question(search.asked(f"{typed} zzzz"))
    assert index.execute("select count(*) from finding where finding match ?", [match]).fetchone() == (0,)


def test_ten_thousand_letters_are_as_much_as_two_hundred() -> None:
    assert search.asked("legal aid " * 1000) == search.asked(("legal aid " * 1000)[: search.LETTERS])
    assert len(search.shown("x" * 10_000)) == search.LETTERS


def test_what_goes_back_into_the_box_has_no_hidden_letter() -> None:
    assert search.shown("  da\0 \u202enang\u2066\n\tnow ") == "da nang now"
    assert search.shown("ភ្នំពេញ") == "ភ្នំពេញ"


def test_alternatives_are_joined_and_each_word_must_have_one() -> None:
    words = (Word("law", begins=False, places=("kh",), near=("legal aid",)), Word("help", begins=True))
    assert search.question(words) == (
        '({name about phones kinds} : ("law" OR "legal aid") OR place : ("kh"))'
        ' AND ({name about phones kinds} : ("help"*))'
    )
    assert " OR ({name" in search.question(words, every=False)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Da Nang", ["VN-DN"]),
        ("danang", ["VN-DN"]),
        ("Đà Nẵng", ["VN-DN"]),
        ("da nagn", ["VN-DN"]),
        ("Phnompenh", ["KH-12"]),
        ("phnom phen", ["KH-12"]),
        ("phnom", ["KH-12"]),
        ("Bangkok hotlin", ["TH-10"]),
        ("hotline in bangkk", ["TH-10"]),
        ("Saigon", ["VN-SG"]),
        ("กรุงเทพ", ["TH-10"]),
        ("สายด่วนกรุงเทพ", ["TH-10"]),
        ("ភ្នំពេញ", ["KH-12"]),
        ("မြန်မာ", ["MM"]),
        ("ລາວ", ["LA"]),
        ("kampuchea", ["KH"]),
        ("Burma", ["MM"]),
        ("cambodai", ["KH"]),
        ("Vientiane", ["LA-VT", "LA-VI"]),
        ("thailand malaysia", ["TH", "MY"]),
        ("lawyer", []),
    ],
)
def test_places_are_named_by_any_name_and_a_wrong_letter(typed: str, found: list[str], names: Names) -> None:
    assert sorted(codes(typed, names)) == sorted(found)


def test_every_name_of_every_area_names_it(names: Names) -> None:
    for area in names.atlas.areas.values():
        for name in filter(None, (area.name, area.local, *area.also, area.called("en"))):
            assert area.code in codes(name, names), name


def test_a_word_of_the_directory_is_no_name_with_a_wrong_letter(names: Names) -> None:
    assert codes("centre", names) == ["VN-50"]
    assert naming.asked("centre", names, {"centre"}.__contains__).areas == ()


def test_a_place_brings_what_is_its_own_what_was_joined_and_what_serves_all_the_country(names: Names) -> None:
    assert naming.asked("quang nam", names, nothing_known).words[0].places == ("vn27", "vndn", "vn0")
    assert naming.asked("da nang", names, nothing_known).words[0].places == ("vndn", "vn27", "vn0")
    assert naming.asked("viet nam", names, nothing_known).words[0].places == ("vn",)


def test_an_idle_word_stays_where_it_belongs_to_a_name(names: Names) -> None:
    words = naming.asked("the police in An Giang", names, nothing_known).words
    assert [word.text for word in words] == ["police", "an", "giang"]
    assert not [word for word in ("an", "in", "my", "me", "at", "i", "is") if codes(word, names)]


def test_at_most_six_places_are_told(names: Names) -> None:
    assert len(codes("south", names)) == 6


@pytest.mark.parametrize(
    ("typed", "kinds"),
    [
        ("helpline", ("hotline",)),
        ("hotlines", ("hotline",)),
        ("help line", ("hotline",)),
        ("helplin", ("hotline",)),
        ("sheltre", ("shelter",)),
        ("lawn", ()),
        ("help", ()),
    ],
)
def test_kinds_of_help_are_named_as_on_screen_or_by_their_key(typed: str, kinds: tuple[str, ...], names: Names) -> None:
    assert naming.asked(typed, names, nothing_known).words[0].kinds == kinds
