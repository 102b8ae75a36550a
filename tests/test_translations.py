"""Every reader's language: nothing telling outside a page, no English left in it but names, terms that are used."""

import re
from pathlib import Path

import pytest
import yaml
from flask import Flask
from lxml.html import HtmlElement

from pwa.config import ROOT, Config
from pwa.store import services
from tests import telling
from tests.pages import house_of, page, reader_addresses

OTHERS = ("fil", "id", "km", "th", "vi")
# Words that are the same in every language: names, short forms, keys. Women of the stories keep their names, too.
NAMES = {
    *("Right", "Door", "WhatsApp", "Viber", "Telegram", "LINE", "SMS", "Android", "Chrome", "iPhone", "Safari"),
    *("Google", "Apple", "Shift", "Esc", "CSV", "QR", "KB", "UTC", "PDF", "Aa"),
    *("WHO", "ILO", "IOM", "UN", "UNHCR", "HIV", "PEP", "STI", "ASEAN", "NGO", "SOP", "LGBTI", "CEDAW"),
    *("Khin", "Lina", "Luz", "Malee", "Maricel", "Nilar", "Noy", "Ruth", "Thida", "Wulan", "Kurdistan"),
}
# What a phone's own settings and one office are called there, for those who know them in English.
SETTINGS = re.compile(
    "Add to Home [Ss]creen|[Cc]onflict of interest|"
    "Install app|Share|Add|Women and Children Protection Desk|Clear History and Website Data|"
    "Delete browsing data|Delete Bookmark|Remove App|Uninstall|Remove|Settings|Apps|History"
)
# English that gives itself away in a language with the same letters.
ENGLISH = re.compile(r"\b(the|and|you|your|she|is|are|with|what|when|this|that|of|from|not)\b", re.IGNORECASE)
_TITLE = re.compile("<title>(.*?)</title>")
PLACES = (
    "", "now/", "now/before/", "now/listen/", "now/urgent/", "now/choices/", "now/connect/", "now/afterwards/",
    "now/at-once/", "now/under-18/", "now/says-no/", "now/employer/", "areas/", "areas/kh/", "kh-12/",
    "kh-12/directory/",
    "kh-12/print/", "sg/abroad/id/", "th-10/", "vn/directory/", "ph/directory/", "my/directory/", "id/directory/",
    "learn/", "learned/", "check/", "words/", "show/", "show/my/", "count/", "privacy/", "away/", "offline/",
    "learn/door/", "learn/barriers/", "learn/before/", "learn/listen/", "learn/urgent/", "learn/choices/",
    "learn/pathway/", "learn/counts/", "learn/wider/", "learn/listen/present/",
)  # fmt: skip


def words_in(element: HtmlElement, language: str) -> list[str]:
    """The texts under an element that are said to be in `language`."""
    found = []
    for node in element.iter():
        if not isinstance(node.tag, str) or node.tag in ("script", "style") or _in_source(node):
            continue
        inside = [node.text] if _language(node) == language else []
        inside += [child.tail for child in node if _language(node) == language]
        inside += [node.get(name) for name in ("aria-label", "placeholder", "alt") if _language(node) == language]
        found += [text.strip() for text in inside if text and text.strip()]
    return found


def _in_source(node: HtmlElement) -> bool:
    """Whether a text names documents, which keep their titles."""
    return bool(node.xpath("ancestor-or-self::*[contains(@class, 'source')]"))


def _language(node: HtmlElement | None) -> str:
    while node is not None:
        if node.get("lang"):
            return str(node.get("lang"))
        node = node.getparent()
    return ""


def english_in(text: str, language: str, names: set[str]) -> list[str]:
    """English words that are left in a text of another language. `names` may stand in any."""
    bare = re.sub(
        r"https?://\S+|\S+@\S+|\b[\w-]+(\.[\w-]+)*\.[a-z]{2,}\b\S*|%\(\w+\)s|\{\w+\}", " ", SETTINGS.sub(" ", text)
    )
    if language in ("km", "th"):
        joined = re.sub(r"(?<=[a-z]) (and|of|for) (?=[A-Z])", " ", bare)
        return [word for word in re.findall(r"[A-Za-z]{2,}", joined) if word not in names]
    return ENGLISH.findall(bare)


def _names(app: Flask) -> set[str]:
    """What may stand in English: names, those of areas, and those that entries and rules name."""
    house = house_of(app)
    known = " ".join(" ".join((area.name, area.local)) for area in house.atlas.areas.values())
    told = " ".join(" ".join(service.cells) for service in services.everything(house.db))
    rules = " ".join(path.read_text(encoding="utf-8") for path in (house.config.content / "en" / "rules").glob("*.md"))
    return NAMES | set(re.findall(r"[A-Z]\w+", f"{known} {told} {rules}"))


@pytest.mark.parametrize("language", OTHERS)
def test_no_english_is_left_on_a_page_but_names(app: Flask, language: str) -> None:
    reader, names = app.test_client(), _names(app)
    left: dict[str, tuple[str, list[str]]] = {}
    for place in PLACES:
        path = f"/{language}/{place}"
        tree = page(reader, path)
        assert tree.get("lang") == language
        for text in words_in(tree, language):
            if english := english_in(text, language, names):
                left.setdefault(text, (path, english))
    assert left == {}


@pytest.mark.parametrize("language", OTHERS)
def test_what_stands_in_english_is_a_name_a_place_or_a_source(app: Flask, language: str) -> None:
    reader = app.test_client()
    names: set[str] = set()
    for service in services.everything(house_of(app).db):
        names |= {service["name"], service["location"], f", {service['location']}", service["source"]}
    for place in PLACES:
        tree = page(reader, f"/{language}/{place}")
        for node in tree.xpath("//main//*[@lang='en']"):
            text = " ".join(node.text_content().split())
            is_name = any(name and " ".join(name.split()) in text for name in names)
            is_choice = text == "English" or not text
            assert is_name or is_choice or _in_source(node), (place, text)


def test_a_service_has_its_local_name_first_for_those_who_read_that_language(app: Flask) -> None:
    reader = app.test_client()
    for language, first, second in (("vi", "vi", "en"), ("km", "en", "vi"), ("en", "en", "vi")):
        card = page(reader, f"/{language}/vn/directory/").xpath("//article[h3 and p[@class='soft']/span]")[0]
        assert card.xpath("h3/span/@lang") == [first]
        assert card.xpath("p[@class='soft']/span/@lang") == [second]


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_of_the_shipped_directory_is_told_in_every_language(app: Flask, language: str) -> None:
    house = house_of(app)
    said: set[str] = set()
    for service in services.everything(house.db):
        said |= {service["services"], service["for_whom"], service["cost"]}
        said |= {phone.note for phone in service.phones} | {message.note for message in service.messages}
    said -= {"", "free"}
    assert len(said) > 180
    assert [words for words in said if house.library.gloss(language, words)[1] != language] == []


@pytest.mark.parametrize("language", ["en", *OTHERS])
def test_nothing_outside_a_page_hints_at_violence(app: Flask, language: str) -> None:
    house, reader = house_of(app), app.test_client()
    seen = set()
    for address in reader_addresses(house.config, house.library, house.atlas):
        if address.startswith(f"/{language}/") and not re.search(
            r"/[a-z]{2}(-\w+)?/(directory|print|abroad)/", address
        ):
            seen |= set(_TITLE.findall(reader.get(address).get_data(as_text=True)))
    assert len(seen) > 300
    assert {title: found for title in seen if (found := telling.hints(title, language))} == {}


@pytest.mark.parametrize("language", OTHERS)
def test_the_terms_are_used_and_the_words_to_avoid_are_not(config: Config, language: str) -> None:
    folder = config.content / language
    terms = yaml.safe_load((folder / "terms.yaml").read_text(encoding="utf-8"))
    assert terms["status"] in ("draft", "reviewed")
    assert len(terms["terms"]) >= 25
    files = [path for path in folder.rglob("*") if path.suffix in (".md", ".yaml") and path.name != "terms.yaml"]
    files.append(ROOT / "pwa" / "translations" / language / "LC_MESSAGES" / "messages.po")
    files.append(config.content / "phrases" / f"{language}.yaml")
    text = "\n".join(map(_read, files))
    unused = [id for id, term in terms["terms"].items() if not any(f.casefold() in text for f in term["forms"])]
    assert unused == []
    for entry in terms.get("avoid") or []:
        for kept in entry.get("except") or []:
            text = text.replace(kept.casefold(), "")
        assert [form for form in entry["forms"] if form.casefold() in text] == []
    for id, term in terms["terms"].items():
        source = term.get("source")
        assert source is None or str(source["url"]).startswith("http"), id
        assert source or term.get("note"), f"{id} names neither a source nor why there is none"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8").casefold()
