"""What must hold on every page, and the list of every page."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement

from pwa.config import Config
from pwa.domain.areas import Atlas
from pwa.domain.content import Library
from pwa.web import House


def house_of(app: Flask) -> House:
    house = app.extensions["house"]
    assert isinstance(house, House)
    return house


def reader_addresses(config: Config, library: Library, atlas: Atlas) -> Iterator[str]:
    """Every address of a reader page in every language."""
    for lang in config.languages:
        for path in (
            "", "now/", "areas/", "learn/", "learned/", "check/", "words/", "show/", "count/", "privacy/", "away/",
            "offline/",
        ):  # fmt: skip
            yield f"/{lang}/{path}"
        yield from _phrases(config, lang)
        for lesson in library.lessons(lang):
            yield f"/{lang}/learn/{lesson.page.slug}/"
            yield f"/{lang}/learn/{lesson.page.slug}/present/"
        for page in [*library.guide(lang, "step"), *library.guide(lang, "card")]:
            yield f"/{lang}/now/{page.slug}/"
        for country in atlas.countries:
            yield f"/{lang}/areas/{country.slug}/"
        for slug in atlas.areas:
            yield f"/{lang}/{slug}/"
            yield f"/{lang}/{slug}/directory/"
            yield f"/{lang}/{slug}/print/"
        # Every pair would be 3,000 pages that differ little: the countries, and three areas that are not one.
        for slug in (*(country.slug for country in atlas.countries), "kh-12", "th-10", "mm-06"):
            for home in config.home_countries:
                if slug in atlas.areas and home != slug[:2].upper():
                    yield f"/{lang}/{slug}/abroad/{home.lower()}/"


def _phrases(config: Config, lang: str) -> Iterator[str]:
    for path in sorted((config.content / "phrases").glob("*.yaml")):
        yield f"/{lang}/show/{path.stem}/"


def page(reader: FlaskClient, path: str, status: int = 200, followed: set[str] | None = None) -> HtmlElement:
    """Fetch a page and check what must hold on every one. Returns its tree. Links in `followed` are not asked again."""
    followed = followed if followed is not None else set()
    response = reader.get(path)
    assert response.status_code == status, path
    assert response.content_type == "text/html; charset=utf-8"
    assert "Set-Cookie" not in response.headers
    tree = html.document_fromstring(response.get_data(as_text=True))
    assert tree.get("lang") and tree.get("dir") in ("ltr", "rtl"), path
    assert len(tree.findall(".//h1")) == 1, path
    assert len(tree.findall(".//main")) == 1, path
    _check_ids(tree, path)
    _check_inline(tree, path)
    for link in local_links(tree, path) - followed - {path}:
        assert reader.get(link).status_code in (200, 302), f"{path} leads to {link}"
        followed.add(link)
    return tree


def local_links(tree: HtmlElement, path: str) -> set[str]:
    """Paths of this site that a page leads to or loads; any other place than a link out is a fault."""
    found = set()
    for tag, name in (("a", "href"), ("link", "href"), ("script", "src"), ("img", "src")):
        for element in tree.iter(tag):
            address = urlsplit(urljoin(path, element.get(name, "")))
            if address.scheme in ("tel", "mailto", "sms"):
                continue
            if address.netloc:
                assert tag == "a", f"{path} loads {address.netloc}"
                continue
            found.add(address.path)
    return found


def _check_ids(tree: HtmlElement, path: str) -> None:
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids)), f"{path}: {[i for i in ids if ids.count(i) > 1]}"
    for field in tree.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        labelled = field.get("id") in tree.xpath("//label/@for") or field.xpath("ancestor::label")
        assert labelled, f"{path}: a field without a label"
    for element in tree.xpath("//*[@aria-labelledby]"):
        assert element.get("aria-labelledby") in ids, path


def _check_inline(tree: HtmlElement, path: str) -> None:
    for element in tree.iter():
        assert not any(name.startswith("on") or name == "style" for name in element.attrib), f"{path}: {element.attrib}"
    assert all(script.get("src") and not script.text for script in tree.iter("script")), path
    assert len(list(tree.iter("style"))) == 1, path
