from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement

from pwa.domain.areas import plain
from pwa.domain.rules import RULE_PARTS
from pwa.store import services
from tests.pages import house_of, page


def test_the_areas_are_the_ten_countries_with_services_and_size(reader: FlaskClient) -> None:
    tree = page(reader, "/en/areas/")
    links = tree.xpath("//main//a[contains(@href, '/areas/')]")
    assert len(links) == 10
    assert all("service" in link.text_content() and "KB" in link.text_content() for link in links)


def test_a_joined_province_says_where_it_belongs_now_and_both_names_find_it(app: Flask, reader: FlaskClient) -> None:
    assert "Đà Nẵng" in page(reader, "/en/vn-27/").find(".//main").text_content()
    assert "Quảng Nam" in page(reader, "/en/vn-dn/").find(".//main").text_content()
    names = {row[0]: [plain(row[1]), *row[3].split("|")] for row in reader.get("/en/areas/names.json").get_json()}
    assert {"quang nam", "da nang"} <= set(names["vn-27"]) & set(names["vn-dn"])
    assert len(names) == len(house_of(app).atlas.areas)


def test_emergency_numbers_stand_before_everything_else(reader: FlaskClient) -> None:
    for path in ("/en/kh-12/", "/en/kh-12/directory/"):
        first = page(reader, path).xpath("//main//a[starts-with(@href, 'tel:')]")[0]
        assert first.get("href") == "tel:117"


def test_a_place_without_an_ambulance_number_says_so(reader: FlaskClient) -> None:
    words = "no confirmed ambulance number"
    for slug, lacking in (("kh", True), ("bn", True), ("mm", True), ("th", False), ("my", False), ("ph", False)):
        box = page(reader, f"/en/{slug}/").xpath("//section[@id='emergency']")[0].text_content()
        assert (words in box) == lacking, slug


def test_what_limits_an_emergency_number_stands_on_its_button(reader: FlaskClient) -> None:
    assert "141 of 514 districts" in page(reader, "/en/id/").xpath("//a[@href='tel:112']")[0].text_content()
    assert "same province" in page(reader, "/en/th-10/").xpath("//a[@href='tel:1669']")[0].text_content()


def test_a_province_shows_its_own_services_first_then_those_of_the_country(app: Flask, reader: FlaskClient) -> None:
    tree = page(reader, "/en/th-27/directory/")
    consular = tree.xpath("//h2[@id='group-consular']/following-sibling::article/@id")
    assert consular[0] == "th-consulate-cambodia-sakaeo"
    assert len(consular) > 1
    assert "th-consulate-cambodia-sakaeo" not in page(reader, "/en/th-10/directory/").xpath("//article/@id")


def test_a_service_stands_once_and_never_among_the_emergency_numbers_too(reader: FlaskClient) -> None:
    ids = page(reader, "/en/sg/directory/").xpath("//article/@id")
    assert len(ids) == len(set(ids)) > 10
    assert "sg-999" not in ids


def test_what_is_not_known_is_said_to_be_not_known(reader: FlaskClient) -> None:
    card = page(reader, "/en/kh-12/directory/").xpath("//article[@id='kh-licadho']")[0]
    text = " ".join(card.text_content().split())
    assert "Not checked yet" in text
    assert "Asks for papers" in text and text.count("not known") >= 5


def test_a_confidential_place_says_call_first_and_shows_no_address(reader: FlaskClient) -> None:
    card = page(reader, "/en/vn/directory/").xpath("//article[@id='vn-peace-house-shelter']")[0]
    text = card.text_content()
    assert "Call first" in text
    assert "Thụy Khuê" not in text


def test_mediation_carries_its_caution(reader: FlaskClient) -> None:
    assert "not a matter to mediate" in page(reader, "/en/sg/directory/").text_content()


def test_the_local_rules_stand_with_their_state_and_source(reader: FlaskClient) -> None:
    tree = page(reader, "/en/sg/")
    assert len(tree.xpath("//section[@id='rules']/details[contains(@id, 'rule-')]")) == 5
    assert "not legal advice" in tree.text_content()
    assert tree.xpath("//details[@id='sources']//a")


def test_a_place_without_rules_and_numbers_says_so_and_what_to_do(reader: FlaskClient) -> None:
    text = page(reader, "/en/kw/").find(".//main").text_content()
    assert text.count("We have not found the rule") == len(RULE_PARTS)
    assert "Nobody local has checked these rules." in text
    assert "no checked emergency number" in text
    assert "not sure" in text


def test_the_pathway_has_three_stages_and_shows_what_is_missing(reader: FlaskClient) -> None:
    tree = page(reader, "/en/kh-12/")
    assert len(tree.xpath("//ol[@id='path']/li")) == 3
    assert "No checked clinic is listed here" in tree.text_content()


def test_what_helps_when_is_told_for_any_time_and_never_that_it_is_too_late(reader: FlaskClient) -> None:
    for path in ("/en/now/urgent/", "/en/kh-12/"):
        clock = page(reader, path).xpath("//*[@id='clock']")[0]
        times = [summary.text_content().strip() for summary in clock.findall(".//summary")]
        assert times == ["Today", "1 to 3 days ago", "4 to 5 days ago", "Longer ago"]
        assert not clock.xpath(".//input | .//form | .//button")
        words = clock.text_content().lower()
        assert "too late" not in words
        assert "72 hours" in words and "120 hours" in words
        assert all("Source:" in each.text_content() for each in clock.findall(".//details"))


def test_at_every_stage_she_may_stop_and_agrees_before_a_call(reader: FlaskClient) -> None:
    stages = page(reader, "/en/th-10/").xpath("//*[@id='path']/li")
    assert len(stages) == 3
    assert all("She may stop here" in stage.text_content() for stage in stages)
    assert all("does she agree" in stage.text_content() for stage in stages[1:])


def test_calling_with_her_asks_what_the_row_does_not_tell(app: Flask, reader: FlaskClient) -> None:
    house = house_of(app)
    trees: dict[str, HtmlElement] = {}
    followed: set[str] = set()
    for service in services.everything(house.db):
        if service.id in house.library.emergency(service["country"].lower()):
            continue
        slug = (service["province"] or service["country"]).lower()
        if slug not in trees:
            trees[slug] = page(reader, f"/en/{slug}/directory/", followed=followed)
        card = trees[slug].xpath(f"//*[@id='{service.id}']//details[1]")[0].text_content()
        assert ("Do you ask for papers?" in card) == (service["asks_for_papers"] != "no"), service.id
        assert ("police or immigration?" in card) == (service["may_report"] != "no"), service.id
        assert ("Is it free?" in card) == (service["cost"] != "free"), service.id
        assert "She may stop at any time" in card


def test_opening_hours_are_told_in_words(reader: FlaskClient) -> None:
    card = page(reader, "/en/id/directory/").xpath("//*[@id='id-komnas-perempuan']")[0]
    assert "Monday – Friday 09:00–16:00" in card.xpath(".//dl")[0].text_content()
    assert card.text_content().count("On a public holiday it may be closed") == 1
