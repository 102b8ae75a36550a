import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace

import phonenumbers
import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.html import HtmlElement
from sqlite_utils import Database

from pwa.app import create_app
from pwa.config import Config
from pwa.domain import abroad
from pwa.domain.abroad import Line, Pair, line_of
from pwa.domain.areas import Area
from pwa.domain.directory import COLUMNS, Service, from_cells
from pwa.domain.phones import Phone, PhoneError, parse_phones
from pwa.store import services
from tests.pages import house_of, page

HERE = Area("TH-10", "Bangkok")
BLANK = dict.fromkeys(COLUMNS, "") | {"categories": "hotline", "status": "open"}
# Each with what it is dialled as in any other country; "" works only inside.
NUMBERS = [
    ("+855 23 997 919", "KH", "+85523997919"),
    ("+855 (0)23 997 919", "KH", "+85523997919"),
    ("023 997 919", "KH", "+85523997919"),
    ("021 390 3963", "ID", "+62213903963"),
    ("6222 3322", "SG", "+6562223322"),
    ("+62 812 9007 0027", "MY", "+6281290070027"),
    ("117", "KH", ""),
    ("1348", "PH", ""),
    ("02 1343", "PH", ""),
    ("15999", "MY", ""),
    ("116 123", "AT", ""),
    ("1800-777-5555", "SG", ""),
    ("0800-1000", "ID", ""),
    ("021-129", "ID", ""),
    ("1900 96 96 80", "VN", ""),
    ("1577-1366", "KR", ""),
    ("800 111", "AE", ""),
    ("+65 1800 777 5555", "SG", ""),
    ("+800 1234 5678", "SG", "+80012345678"),
]


def phone_of(text: str, country: str) -> Phone:
    """The one number of a cell, as it is: what the check refuses today may still be stored."""
    with contextlib.suppress(PhoneError):
        return parse_phones(text, country)[0]
    return Phone(text, re.sub(r"[^0-9+]", "", text), "", abroad=text.startswith("+"))


def service(id: str, country: str, **cells: str) -> Service:
    return from_cells(tuple((BLANK | {"id": id, "name": id, "country": country} | cells).values()))


def ids(found: tuple[Service, ...]) -> list[str]:
    return [one.id for one in found]


def in_country(db: Database, country: str) -> list[Service]:
    return [each for each in services.everything(db) if (each["country"], each["status"]) == (country, "open")]


def pairs(app: Flask) -> Iterator[tuple[Area, str, Pair]]:
    """Every shipped pair of a country and hers."""
    house = house_of(app)
    for area in house.atlas.countries:
        for home in house.config.home_countries:
            if home != area.code:
                here, there = (in_country(house.db, code) for code in (area.code, home))
                urgent = house.library.emergency(home.lower())
                yield area, home, abroad.pair(here, area, there, home, urgent)


def main_of(reader: FlaskClient, path: str) -> HtmlElement:
    return page(reader, path).find(".//main")


@pytest.mark.parametrize(("text", "country", "dial"), NUMBERS)
def test_a_number_is_dialled_with_its_country_or_said_to_work_only_inside(text: str, country: str, dial: str) -> None:
    line = line_of(phone_of(text, country), country)
    assert line.dial == dial
    assert line.number.startswith("+") if dial else line.number == text


def test_a_note_goes_with_its_number() -> None:
    (phone,) = parse_phones("023 997 919 [office]", "KH")
    assert line_of(phone, "KH") == Line("+855 23 997 919", "+85523997919", "office")


@settings(deadline=None)
@given(st.from_regex(r"[0-9]{3,6}", fullmatch=True), st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_a_short_code_is_dialled_from_no_other_country(code: str, country: str) -> None:
    assert line_of(Phone(code, code, "", abroad=False), country).dial == ""


@settings(deadline=None)
@given(st.from_regex(r"\+?[0-9]{3,15}", fullmatch=True), st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)))
def test_what_is_dialled_is_the_whole_number_and_the_same_when_read_again(text: str, country: str) -> None:
    line = line_of(Phone(text, text, "", abroad=text.startswith("+")), country)
    if line.dial:
        again = phonenumbers.parse(line.dial, None)
        assert phonenumbers.is_valid_number(again)
        assert phonenumbers.parse(line.number, None) == again
        assert re.fullmatch(r"\+[1-9][0-9]{4,14}", line.dial)


@pytest.mark.parametrize(("country", "code"), [("PH", "00"), ("JP", "010"), ("SG", ""), ("TH", ""), ("XX", "")])
def test_the_code_in_place_of_the_plus_is_said_only_where_there_is_one(country: str, code: str) -> None:
    assert abroad.exit_code(country) == code


def test_her_consulates_stand_nearest_first_and_those_of_others_not_at_all() -> None:
    here = [
        service("far", "TH", province="TH-27", categories="consular", for_nationals="KH"),
        service("embassy", "TH", categories="consular", for_nationals="LA;KH"),
        service("own", "TH", province="TH-10", categories="consular", for_nationals="KH"),
        service("other", "TH", categories="consular", for_nationals="MM"),
        service("any", "TH", categories="consular"),
        service("line", "TH", for_nationals="KH"),
        service("line-elsewhere", "TH", province="TH-27", for_nationals="KH"),
    ]
    found = abroad.pair(here, HERE, [], "KH", ())
    assert ids(found.consulates) == ["own", "embassy", "far"]
    assert ids(found.for_her) == ["line"]


def test_at_home_national_ones_come_first_and_each_stands_where_it_can_be_reached() -> None:
    there = [
        service("province", "KH", province="KH-1", phones="+855 23 997 919"),
        service("b", "KH", phones="117; 023 997 919"),
        service("ministry", "KH", phones="+855 23 997 919", categories="consular", for_nationals="KH"),
        service("by-message", "KH", phones="117", messaging="whatsapp +855 12 803 482"),
        service("by-mail", "KH", email="help@example.org"),
        service("short", "KH", phones="1280"),
        service("nothing", "KH"),
        service("emergency", "KH", phones="117"),
        service("police", "KH", categories="police", phones="+855 23 997 919"),
        service("embassy-of-others", "KH", categories="consular", for_nationals="VN", phones="+855 23 997 919"),
    ]
    found = abroad.pair([], HERE, there, "KH", ("emergency",))
    assert [c.service.id for c in found.reached] == ["ministry", "b", "by-mail", "by-message", "province"]
    assert [c.service.id for c in found.inside] == ["short"]
    assert ids(found.silent) == ["nothing"]


def test_in_every_shipped_pair_what_is_dialled_is_a_number_of_any_country(app: Flask) -> None:
    seen = 0
    for _, home, found in pairs(app):
        for contact in (*found.reached, *found.inside):
            for line, phone in zip(contact.lines, contact.service.phones, strict=True):
                seen += 1
                assert phonenumbers.is_valid_number(phonenumbers.parse(line.dial, None)) if line.dial else True
                assert not line.dial or len(phone.dial) > 6, contact.service.id
        assert all(contact.service["country"] == home for contact in found.reached)
        assert not any(line.dial for contact in found.inside for line in contact.lines)
    assert seen > 500


def test_every_shipped_pair_has_its_page_and_links_only_what_works_from_there(app: Flask) -> None:
    reader = app.test_client()
    for area, home, found in pairs(app):
        path = f"/en/{area.slug}/abroad/{home.lower()}/"
        tree = main_of(reader, path)
        text = " ".join(tree.text_content().split())
        assert "She decides if her consulate is told." in text
        assert ("We know no consulate of her country here." in text) == (not found.consulates), path
        at_home = tree.xpath("//section[@id='home' or @id='once-home' or @id='going-home']//a/@href")
        dialled = [href.removeprefix("tel:") for href in at_home if href.startswith("tel:")]
        assert dialled == [line.dial for c in found.reached for line in c.lines if line.dial], path
        assert all(number.startswith("+") for number in dialled), path
        for contact in found.inside:
            for line in contact.lines:
                assert line.number in text
        assert tree.xpath("//section[@id='consulate']//article/@id") == ids(found.consulates), path


def test_a_number_that_works_only_inside_says_so_beside_the_others(reader: FlaskClient) -> None:
    tree = main_of(reader, "/en/sg/abroad/id/")
    text = " ".join(tree.xpath("//article[@id='id-sapa-129']")[0].text_content().split())
    assert "129: works only inside Indonesia" in text and "+62 811 1129 129" in text
    assert tree.xpath("//article[@id='id-sapa-129']//a[starts-with(@href, 'tel:')]") == []


def test_what_is_open_at_home_is_worked_out_in_the_time_of_home(reader: FlaskClient) -> None:
    tree = main_of(reader, "/en/jp/abroad/id/")
    assert set(tree.xpath("//section[@id='home']//article//@data-zone")) == {"Asia/Jakarta"}


def test_an_area_asks_where_she_is_from_and_leaves_itself_out(app: Flask, reader: FlaskClient) -> None:
    links = main_of(reader, "/en/sg/").xpath("//section[@id='abroad']//a/@href")
    homes = [home.lower() for home in house_of(app).config.home_countries if home != "SG"]
    assert links == [f"/en/sg/abroad/{home}/" for home in homes]


@pytest.mark.parametrize("path", ["sg/abroad/sg/", "sg/abroad/de/", "sg/abroad/ID/", "sg/abroad/", "xx/abroad/id/"])
def test_only_a_country_of_the_list_that_is_not_this_one_has_a_page(reader: FlaskClient, path: str) -> None:
    assert reader.get(f"/en/{path}").status_code == 404


def test_a_deployment_chooses_her_countries_also_one_that_is_no_area(config: Config) -> None:
    reader = create_app(replace(config, home_countries=("NP",))).test_client()
    text = main_of(reader, "/en/sg/abroad/np/").text_content()
    assert "Nepal" in text and "We know no number in her country" in text
    assert reader.get("/en/sg/abroad/id/").status_code == 404
    none = create_app(replace(config, home_countries=("SG",))).test_client()
    assert main_of(none, "/en/sg/").xpath("//section[@id='abroad']") == []


def test_all_pairs_of_an_area_are_in_its_pack_for_nine_kilobytes(config: Config, reader: FlaskClient) -> None:
    whole = reader.get("/en/kh-12/pack.json").get_json()
    carried = [file["address"] for file in whole["files"] if "/abroad/" in file["address"]]
    assert len(carried) == 9
    without = create_app(replace(config, home_countries=())).test_client().get("/en/kh-12/pack.json").get_json()
    assert whole["wire"] - without["wire"] <= 9 * 1024
