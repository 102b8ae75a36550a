from flask import Flask
from flask.testing import FlaskClient

from tests.pages import house_of, page


def test_the_guide_has_six_steps_and_four_cards_beside_them(app: Flask, reader: FlaskClient) -> None:
    library = house_of(app).library
    assert [step.order for step in library.guide("en", "step")] == [1, 2, 3, 4, 5, 6]
    assert {card.slug for card in library.guide("en", "card")} == {"at-once", "under-18", "says-no", "employer"}
    links = page(reader, "/en/now/").xpath("//main//ol//a/@href")
    assert links == [f"/en/now/{step.slug}/" for step in library.guide("en", "step")]


def test_next_leads_through_all_six_steps(reader: FlaskClient) -> None:
    path, walked = "/en/now/before/", []
    while path:
        walked.append(path)
        path = next(iter(page(reader, path).xpath("//nav[@id='next']/a[contains(@class, 'btn')]/@href")), "")
    assert len(walked) == 6
    assert walked[-1] == "/en/now/afterwards/"


def test_what_to_say_and_what_to_avoid_are_told_apart_in_words(reader: FlaskClient) -> None:
    tree = page(reader, "/en/now/listen/")
    assert next(label.text for label in tree.xpath("//div[@class='say']/span")) == "You can say"
    assert next(label.text for label in tree.xpath("//div[@class='avoid']/span")) == "Avoid"


def test_medicine_is_told_with_its_hours_and_its_source_and_never_as_too_late(reader: FlaskClient) -> None:
    text = page(reader, "/en/now/urgent/").find(".//main").text_content()
    assert "72 hours" in text and "120 hours" in text and "helps later too" in text
    assert "World Health" in text or "WHO" in text
    assert "too late" not in text.lower()


def test_a_draft_says_that_it_is_one(reader: FlaskClient) -> None:
    assert "not yet reviewed" in page(reader, "/en/now/listen/").text_content()
