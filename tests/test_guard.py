import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.pages import house_of

EVERYWHERE = [
    "/",
    "/en/",
    "/en/now/listen/",
    "/en/kh-12/pack.json",
    "/sw.js",
    "/manifest.webmanifest",
    "/en/nowhere/",
    "/x",
]


@pytest.mark.parametrize("path", EVERYWHERE)
def test_every_answer_is_guarded_and_sets_no_cookie(reader: FlaskClient, path: str) -> None:
    headers = reader.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers
    assert "Server" not in headers


def test_static_files_and_bundles_are_guarded_and_never_asked_for_again(app: Flask, reader: FlaskClient) -> None:
    assets = [asset.address for asset in house_of(app).assets.files.values()]
    listing = reader.get("/en/kh-12/pack.json").get_json()
    for address in assets + [bundle["address"] for bundle in listing["bundles"]]:
        answer = reader.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


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
