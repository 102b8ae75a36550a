import pytest
from flask.testing import FlaskClient

from tests.pages import page


@pytest.mark.parametrize("wanted", ["en", "en-GB,en;q=0.8", "xx", "", "zz;q=banana", "*"])
def test_the_front_door_leads_to_a_language_and_remembers_nothing(reader: FlaskClient, wanted: str) -> None:
    answer = reader.get("/", headers={"Accept-Language": wanted})
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/en/"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Accept-Language" in answer.headers["Vary"]


def test_home_puts_the_urgent_card_first(reader: FlaskClient) -> None:
    cards = page(reader, "/en/").xpath("//main//a[contains(@class, 'card')]")
    assert cards[0].get("href") == "/en/now/before/"
    assert "telling me" in cards[0].text_content()


@pytest.mark.parametrize("path", ["/zz/", "/en/zz/", "/en/kh-99/", "/en/now/nothing/", "/en/areas/kh-12/", "/EN/"])
def test_an_unknown_language_area_or_step_says_so_with_the_way_home(reader: FlaskClient, path: str) -> None:
    tree = page(reader, path, status=404)
    assert "no such page" in tree.findtext(".//h1")
    assert "/en/" in tree.xpath("//main//a/@href")


def test_a_page_that_the_browser_has_is_not_sent_again(reader: FlaskClient) -> None:
    first = reader.get("/en/", headers={"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    again = reader.get("/en/", headers={"Accept-Encoding": "br", "If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.data == b""
