from flask.testing import FlaskClient

from tests.pages import page

MODULES = ("door", "barriers", "before", "listen", "urgent", "choices", "pathway", "counts", "wider")


def test_learn_leads_to_every_module_its_slides_and_what_can_be_looked_up(reader: FlaskClient) -> None:
    links = page(reader, "/en/learn/").xpath("//main//a/@href")
    for module in MODULES:
        assert f"/en/learn/{module}/" in links
        assert f"/en/learn/{module}/present/" in links
    assert {"/en/words/", "/en/check/", "/en/learned/", "/en/now/"} <= set(links)


def test_each_word_names_its_source_and_the_forms_are_never_for_recording(reader: FlaskClient) -> None:
    tree = page(reader, "/en/words/")
    words = tree.xpath("//dl/div")
    assert len(words) > 30
    assert all("Source:" in word.text_content() for word in words)
    assert len(tree.xpath("//h2[@id='forms']/following-sibling::dl/div")) == 8
    assert "never for you to record" in tree.text_content()
