"""What stands around every answer: pages, files, errors and what the server says before the app is asked."""

import base64
import hashlib
import socket
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from playwright.sync_api import Browser
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.test import TestResponse

from pwa import guard
from pwa.app import create_app
from pwa.config import Config
from pwa.domain import directory
from pwa.store import services
from tests.conftest import TODAY
from tests.desk import OURS, Desk, Visitor
from tests.pages import check_guarded, check_inline, house_of, page
from tests.phone import phone
from tests.server import Server

EVERYWHERE = {
    "/": 302,
    "/en/": 200,
    "/en/now/listen/": 200,
    "/en/kh-12": 308,
    "/en/kh-12/pack.json": 200,
    "/sw.js": 200,
    "/wiped": 204,
    "/favicon.ico": 200,
    "/manifest.webmanifest": 200,
    "/en/nowhere/": 404,
    "/static/nothing-0123.js": 404,
    "/x": 308,
    "/x/": 404,
    "/counts/batches": 405,
    "/counts/nowhere": 405,
    "/desk/": 200,
    "/desk/people/": 403,
    "/desk/nowhere/": 404,
}


@pytest.mark.parametrize(("path", "status"), EVERYWHERE.items())
def test_every_answer_is_guarded_and_sets_no_cookie(reader: FlaskClient, path: str, status: int) -> None:
    answer = reader.get(path)
    assert answer.status_code == status
    check_guarded(answer)
    assert "Set-Cookie" not in answer.headers


def refused(reader: FlaskClient) -> Iterator[tuple[int, TestResponse]]:
    """Answers to what is not allowed, with the status that each must have."""
    yield 400, reader.get("/en/", headers={"Host": "evil.example"})
    yield 403, reader.post("/desk/sign-out")
    yield 403, reader.post("/desk/sign-in", json={}, headers=OURS)
    yield 405, reader.post("/en/")
    yield 415, reader.post("/desk/sign-in", data="{}", headers=OURS)
    yield 413, reader.post("/desk/sign-in", data=b" " * 200_000, content_type="application/json", headers=OURS)
    yield 415, reader.post("/counts/batches", data="{}")
    yield 401, reader.post("/counts/batches", json={})
    yield 413, reader.post("/counts/batches", data=b" " * 40_000, content_type="application/json")
    yield 200, reader.options("/en/")
    yield 200, reader.head("/en/")


def test_what_is_refused_is_guarded_like_what_is_answered(reader: FlaskClient) -> None:
    for status, answer in refused(reader):
        assert answer.status_code == status, answer.request.path
        check_guarded(answer)


def test_a_fault_of_ours_is_told_in_words_and_guarded(config: Config) -> None:
    app = create_app(config)

    @app.get("/en/broken/")
    def broken() -> str:
        raise RuntimeError("what nobody should see")

    answer = app.test_client().get("/en/broken/")
    assert answer.status_code == 500
    check_guarded(answer)
    assert "what nobody should see" not in answer.text
    check_inline(html.document_fromstring(answer.text), answer.headers["Content-Security-Policy"], "/en/broken/")


def test_over_https_a_browser_is_told_to_come_by_https_for_two_years(app: Flask, config: Config) -> None:
    sources = house_of(app).assets.style_sources
    over_https = guard.headers(replace(config, origin="https://door.example.org"), sources)
    assert over_https["Strict-Transport-Security"] == "max-age=63072000"
    assert "Strict-Transport-Security" not in guard.headers(config, sources)


def test_static_files_and_bundles_are_guarded_and_never_asked_for_again(app: Flask, reader: FlaskClient) -> None:
    assets = [asset.address for asset in house_of(app).assets.files.values()]
    listing = reader.get("/en/kh-12/pack.json").get_json()
    for address in assets + [bundle["address"] for bundle in listing["bundles"]]:
        answer = reader.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        check_guarded(answer)


def test_a_script_is_what_the_page_says_that_it_is(app: Flask, reader: FlaskClient) -> None:
    for asset in house_of(app).assets.files.values():
        digest = base64.b64encode(hashlib.sha384(reader.get(asset.address).data).digest()).decode()
        assert asset.integrity == f"sha384-{digest}"


@pytest.mark.parametrize("path", ["/en/nowhere/", "/xx/", "/en/now/nothing/"])
def test_a_page_that_is_not_there_is_a_whole_page(reader: FlaskClient, path: str) -> None:
    page(reader, path, 404)


def seen_at_the_desk(visitor: Visitor) -> dict[str, TestResponse]:
    """One page of each address of the desk that links lead to from its first page."""
    routes = visitor.desk.app.url_map.bind("localhost")
    seen: dict[str, TestResponse] = {}
    waiting = ["/desk/", "/desk/nowhere/"]
    while waiting:
        path = waiting.pop()
        try:
            endpoint, _ = routes.match(path)
        except (NotFound, MethodNotAllowed):
            endpoint = "error"
        if endpoint in seen:
            continue
        answer = seen[endpoint] = visitor.get(path)
        if answer.mimetype == "text/html":
            links = html.document_fromstring(answer.text).xpath("//a/@href")
            found = (urlsplit(urljoin(path, link)).path for link in links)
            waiting += [link for link in found if link.startswith("/desk/")]
    return seen


def test_no_page_of_the_desk_has_anything_inline(desk: Desk) -> None:
    services.replace_all(desk.db, directory.read(desk.config.directory, TODAY), TODAY)
    nobody, administrator = Visitor(desk), desk.somebody()
    coordinator = desk.somebody("North", "coordinator", ("kh-12",))
    checked = set()
    for visitor in (nobody, administrator, coordinator):
        for endpoint, answer in seen_at_the_desk(visitor).items():
            check_guarded(answer)
            assert answer.headers["Cache-Control"] == "no-store", endpoint
            if answer.mimetype == "text/html" and not answer.location:
                policy = answer.headers["Content-Security-Policy"]
                check_inline(html.document_fromstring(answer.text), policy, endpoint)
                checked.add(endpoint)
    rooms = "areas.page changes.page directory.page entry.new entry.page exchange.page figures.page organisations.page"
    assert {"desk.home", *(f"desk_{room}" for room in rooms.split())} <= checked, sorted(checked)


def test_a_request_that_is_none_is_refused_with_the_same_headers_and_nothing_of_it_comes_back(served: Server) -> None:
    for sent in (b"GET /en/ HTTP/1.1\r\nBroken header <b>\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: x<b>\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
            line.sendall(sent)
            head, _, body = line.makefile("rb").read().decode().partition("\r\n\r\n")
        assert head.split("\r\n")[0].endswith(" 400 Bad Request")
        assert body == "Bad Request.\n"
        told = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
        sent_to_all = served_headers(served)
        assert sent_to_all and {name: told.get(name) for name in sent_to_all} == sent_to_all


def served_headers(server: Server) -> dict[str, str]:
    config = replace(Config.from_environ({}), data=server.data)
    return house_of(create_app(config)).guard


@pytest.mark.browser
def test_a_page_may_use_what_it_needs_and_nothing_else_of_the_phone(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        said: list[str] = []
        mine.tab.on("console", lambda message: said.append(message.text))
        mine.open("/en/now/listen/")
        closed = [each.removesuffix("=()") for each in served_headers(served)["Permissions-Policy"].split(", ")]
        allowed = mine.tab.evaluate("document.featurePolicy.allowedFeatures()")
        assert not set(closed) & set(allowed)
        assert {"fullscreen", "clipboard-write", "publickey-credentials-get"} <= set(allowed)
        assert said == []


def test_a_page_from_a_pack_is_guarded_like_one_from_the_server(reader: FlaskClient) -> None:
    carried = reader.get("/en/kh-12/pack.json").get_json()["headers"]
    answered = reader.get("/en/").headers
    assert carried
    assert all(answered[name] == value for name, value in carried.items())


def test_another_host_is_not_answered(reader: FlaskClient) -> None:
    assert reader.get("/en/", headers={"Host": "localhost:8000"}).status_code == 200
    assert reader.get("/en/", headers={"Host": "127.0.0.1"}).status_code == 200
    answer = reader.get("/en/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert b"evil" not in answer.data


def test_a_redirect_stays_on_the_scheme_and_port_that_the_reader_came_by(reader: FlaskClient) -> None:
    answer = reader.get("/en/kh-12", headers={"Host": "localhost:6666"})
    assert answer.status_code == 308
    assert answer.headers["Location"] == "/en/kh-12/"
    assert answer.headers["Cache-Control"] == "no-store"


def test_no_cache_keeps_a_page_that_is_not_there(reader: FlaskClient) -> None:
    assert reader.get("/en/nowhere/").headers["Cache-Control"] == "no-store"


def test_a_compression_that_the_browser_refuses_is_not_sent(reader: FlaskClient) -> None:
    answer = reader.get("/en/", headers={"Accept-Encoding": "br;q=0, gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"


def test_nothing_of_a_wrong_address_comes_back_in_the_answer(reader: FlaskClient) -> None:
    answer = reader.get("/en/<script>alert(1)</script>/")
    assert answer.status_code == 404
    assert b"alert(1)" not in answer.data
