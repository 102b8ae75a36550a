import re
import unicodedata
from pathlib import Path
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.config import COUNTRIES, ROOT
from pwa.domain import areas
from pwa.domain.areas import Area, Atlas, plain
from pwa.domain.faults import FaultsFoundError

PLACES = ROOT / "content" / "places.yaml"
TEN = COUNTRIES[:10]
VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyAĂÂĐÊÔƠƯáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ "


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return areas.load(PLACES, COUNTRIES)


def the(atlas: Atlas, slug: str) -> Area:
    found = atlas.get(slug)
    assert found, slug
    return found


def names_of(area: Area) -> set[str]:
    return {plain(name) for name in (area.name, area.local, *area.also) if name}


def test_the_ten_countries_have_344_areas(atlas: Atlas) -> None:
    provinces = [area for country in atlas.countries for area in atlas.provinces(country)]
    assert len(provinces) == 344
    assert {area.country for area in provinces} == set(TEN)
    assert len(atlas.areas) == 344 + len(COUNTRIES)


def test_places_of_work_outside_the_ten_are_countries_without_provinces(atlas: Atlas) -> None:
    assert [c.code for c in atlas.countries if not atlas.provinces(c)] == list(COUNTRIES[10:])


def test_only_the_countries_asked_for_are_offered() -> None:
    small = areas.load(PLACES, ("TH", "LA"))
    assert [country.code for country in small.countries] == ["TH", "LA"]
    assert small.get("kh") is None
    assert small.get("kh-12") is None


def test_every_time_zone_is_one_that_a_phone_knows(atlas: Atlas) -> None:
    known = available_timezones()
    for area in atlas.areas.values():
        assert area.time_zone in known, area.code
        assert area.time_zone != "UTC", area.code


@pytest.mark.parametrize(
    ("slug", "zone"), [("id-jk", "Asia/Jakarta"), ("id-ba", "Asia/Makassar"), ("id-pa", "Asia/Jayapura")]
)
def test_indonesia_keeps_its_three_clocks(atlas: Atlas, slug: str, zone: str) -> None:
    assert the(atlas, slug).time_zone == zone


def test_an_area_is_found_by_its_slug_and_belongs_to_its_country(atlas: Atlas) -> None:
    for slug, area in atlas.areas.items():
        assert slug == area.slug == area.code.lower()
        assert re.fullmatch(r"[a-z]{2}(-[a-z0-9]{1,3})?", slug)
        assert atlas.country_of(area).code == area.code[:2]
        assert area.is_country == (area in atlas.countries)


def test_groups_of_areas_are_no_areas(atlas: Atlas) -> None:
    assert [slug for slug in ("id-jw", "ph-40", "th-s") if atlas.get(slug)] == []
    assert the(atlas, "ph-00").name


def test_plain_letters_find_a_name_with_tone_marks(atlas: Atlas) -> None:
    assert plain("Đà Nẵng") == "da nang"
    assert "da nang" in names_of(the(atlas, "vn-dn"))
    assert "danang" in names_of(the(atlas, "vn-dn"))


@settings(deadline=None)
@given(st.text(alphabet=VIETNAMESE))
def test_any_vietnamese_name_is_plain_ascii_however_it_is_composed(name: str) -> None:
    assert plain(name).isascii()
    assert plain(unicodedata.normalize("NFD", name)) == plain(name) == plain(plain(name))


def test_vowel_signs_of_other_scripts_are_kept() -> None:
    assert plain("ភ្នំពេញ") == "ភ្នំពេញ"
    assert plain("กรุงเทพฯ") == unicodedata.normalize("NFD", "กรุงเทพฯ")


def test_a_joined_province_keeps_its_page_and_says_where_it_belongs(atlas: Atlas) -> None:
    quang_nam, da_nang = the(atlas, "vn-27"), the(atlas, "vn-dn")
    assert quang_nam.name == "Quảng Nam"
    assert quang_nam.merged_into == da_nang.code
    assert quang_nam in atlas.merged_from(da_nang)
    assert not da_nang.merged_into


def test_viet_nam_has_34_areas_that_stand_and_29_that_were_joined_to_one_of_them(atlas: Atlas) -> None:
    provinces = atlas.provinces(the(atlas, "vn"))
    standing = {area.code for area in provinces if not area.merged_into}
    joined = [area for area in provinces if area.merged_into]
    assert (len(standing), len(joined)) == (34, 29)
    assert {area.merged_into for area in joined} <= standing


def test_provinces_stand_in_the_order_of_their_plain_names(atlas: Atlas) -> None:
    for country in atlas.countries:
        names = [plain(area.name) for area in atlas.provinces(country)]
        assert names == sorted(names)


def test_a_country_is_called_by_the_readers_own_name_for_it(atlas: Atlas) -> None:
    cambodia = the(atlas, "kh")
    assert cambodia.called("en") == "Cambodia"
    assert cambodia.called("th") == "กัมพูชา"
    assert cambodia.called("zh-Hant") == "柬埔寨"


def test_a_province_is_called_in_its_own_script_by_its_own_readers_only(atlas: Atlas) -> None:
    phnom_penh = the(atlas, "kh-12")
    assert phnom_penh.called("km") == "ភ្នំពេញ"
    assert phnom_penh.called("th") == phnom_penh.called("en") == "Phnom Penh"


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        ("XX-99: {name: Nowhere}", "XX-99"),
        ("VN-27: {name: Quảng Nam, merged_into: VN-XX}", "VN-27"),
        ("VN-27: {merged_into: VN-DN}\n  VN-DN: {merged_into: VN-HN}\n  VN-HN: {}", "VN-27"),
    ],
)
def test_a_wrong_place_is_refused_by_file_and_code(tmp_path: Path, entry: str, where: str) -> None:
    file = tmp_path / "places.yaml"
    file.write_text(f"countries: {{}}\ntime_zones: {{}}\nareas:\n  {entry}\n", encoding="utf-8")
    with pytest.raises(FaultsFoundError) as refused:
        areas.load(file, ("VN",))
    assert [(f.file, f.where) for f in refused.value.faults] == [(f"{tmp_path.name}/places.yaml", where)]


@pytest.mark.parametrize("body", [b"", b"areas: [", b"\xff\xfe", b"areas: {}", b"areas: 3\ncountries: {}\n"])
def test_a_file_of_places_that_cannot_be_used_is_a_fault_and_no_crash(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "places.yaml"
    file.write_bytes(body)
    with pytest.raises(FaultsFoundError, match=r"places\.yaml"):
        areas.load(file, ("KH",))
