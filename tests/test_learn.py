from flask.testing import FlaskClient

from tests.pages import page


def test_learn_shows_only_what_there_is(reader: FlaskClient) -> None:
    links = page(reader, "/en/learn/").xpath("//main//a/@href")
    assert "/en/words/" in links
    assert sum(link.startswith("/en/now/") for link in links) == 10


def test_each_word_names_its_source_and_the_forms_are_never_for_recording(reader: FlaskClient) -> None:
    tree = page(reader, "/en/words/")
    words = tree.xpath("//dl/div")
    assert len(words) > 30
    assert all("Source:" in word.text_content() for word in words)
    assert len(tree.xpath("//h2[@id='forms']/following-sibling::dl/div")) == 8
    assert "never for you to record" in tree.text_content()
