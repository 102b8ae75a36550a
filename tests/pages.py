"""What must hold on every page, and the list of every page."""

import base64
import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from pwa.config import Config
from pwa.domain.areas import Atlas
from pwa.domain.content import Library
from pwa.web import House

# Word for word what docs and safety say, but that no style is allowed by its place and no font at all.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
GUARD = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


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
    check_guarded(response)
    tree = html.document_fromstring(response.get_data(as_text=True))
    assert tree.get("lang") and tree.get("dir") in ("ltr", "rtl"), path
    assert len(tree.findall(".//h1")) == 1, path
    assert len(tree.findall(".//main")) == 1, path
    _check_ids(tree, path)
    check_inline(tree, response.headers["Content-Security-Policy"], path)
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


def check_guarded(response: TestResponse) -> None:
    """The headers that stand on every answer, whatever it is."""
    headers = response.headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    styles = policy.pop("style-src").split()
    assert policy == POLICY, response.request.path
    assert styles and all(re.fullmatch(r"'sha256-[A-Za-z0-9+/]{43}='", each) for each in styles)
    assert {name: headers.get(name) for name in GUARD} == GUARD, response.request.path
    desk = response.request.path.startswith("/desk/")
    assert headers["Referrer-Policy"] == ("same-origin" if desk else "no-referrer")
    assert "Server" not in headers and not any(name.startswith("Access-Control") for name, _ in headers)
    closed = headers["Permissions-Policy"].split(", ")
    assert {"camera=()", "geolocation=()", "microphone=()", "payment=()", "usb=()"} <= set(closed)
    assert all(each.endswith("=()") for each in closed)


def check_inline(tree: HtmlElement, policy: str, path: str) -> None:
    """No script, handler or style in a page but the one style whose hash the policy names; scripts by their hash."""
    for element in tree.iter():
        if isinstance(element.tag, str):
            assert not any(name.startswith("on") or name == "style" for name in element.attrib), (path, element.attrib)
            assert not any("javascript:" in value.lower() for value in element.attrib.values()), (path, element.attrib)
    for script in tree.iter("script"):
        assert script.get("src") and not script.text and script.get("integrity", "").startswith("sha384-"), path
    (style,) = tree.iter("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in policy, path
    assert not list(tree.iter("iframe", "object", "embed", "base")), path
    assert not tree.xpath("//meta[@http-equiv]"), path
