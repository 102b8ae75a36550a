from flask.testing import FlaskClient

from tests.pages import page


def test_the_count_page_says_that_nothing_is_counted_and_has_nothing_to_press(reader: FlaskClient) -> None:
    tree = page(reader, "/en/count/")
    assert "not enrolled" in tree.text_content()
    assert tree.xpath("//main//button | //main//form | //main//input") == []
