"""More than one language: every page in each, the switch, and English where there is nothing else yet."""

import threading
from dataclasses import replace

import pytest
from flask import Flask

from pwa.app import create_app
from pwa.config import Config
from tests.pages import house_of, page

TRANSLATED = ("en", "id", "km", "th", "vi", "fil")
LANGUAGES = (*TRANSLATED, "my", "lo", "ms", "zh-Hans")


@pytest.fixture(scope="module")
def offered(config: Config) -> Flask:
    return create_app(replace(config, languages=LANGUAGES))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_is_marked_as_its_language_and_its_words_as_theirs(offered: Flask, lang: str) -> None:
    for path in ("", "now/", "now/listen/", "kh-12/", "kh-12/directory/", "privacy/", "away/"):
        tree = page(offered.test_client(), f"/{lang}/{path}")
        assert tree.get("lang") == lang
        for element in tree.xpath("//h1[@lang] | //div[@id='prose']"):
            assert element.get("lang") == (lang if lang in TRANSLATED else "en")


def test_a_text_that_is_not_translated_says_so(offered: Flask) -> None:
    assert "not in your language yet" in page(offered.test_client(), "/my/now/listen/").text_content()
    for lang in TRANSLATED:
        assert "not in your language yet" not in page(offered.test_client(), f"/{lang}/now/listen/").text_content()


def test_the_switch_keeps_the_page_and_names_each_language_in_its_own_script(offered: Flask) -> None:
    menu = page(offered.test_client(), "/th/kh-12/directory/").xpath("//details[@data-menu]//a")
    assert [link.get("href") for link in menu] == [f"/{lang}/kh-12/directory/" for lang in LANGUAGES]
    assert {"ខ្មែរ", "ไทย", "Tiếng Việt"} <= {link.text for link in menu}


def test_a_province_is_called_as_its_own_readers_call_it(offered: Flask) -> None:
    reader = offered.test_client()
    assert "ភ្នំពេញ" in page(reader, "/km/kh-12/").findtext(".//title")
    assert "Phnom Penh" in page(reader, "/vi/kh-12/").findtext(".//title")
    assert "กัมพูชา" in page(reader, "/th/kh/").findtext(".//h1")


def test_the_front_door_speaks_the_language_of_the_browser(offered: Flask) -> None:
    answer = offered.test_client().get("/", headers={"Accept-Language": "km-KH,km;q=0.9,en;q=0.5"})
    assert answer.headers["Location"] == "/km/"


def test_with_one_language_there_is_nothing_to_switch(config: Config) -> None:
    alone = create_app(replace(config, languages=("en",)))
    assert page(alone.test_client(), "/en/").xpath("//details[@data-menu]") == []


def test_many_readers_at_once_get_the_same_bytes(offered: Flask) -> None:
    house_of(offered).press.__init__()  # type: ignore[misc]
    found: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: found.append(offered.test_client().get("/en/kh/pack.json").data))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
