import hashlib
import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from pwa.app import create_app
from pwa.config import Config
from pwa.domain import pack
from tests.pages import house_of, page


def test_every_file_of_a_pack_is_in_a_bundle_and_at_its_own_address_to_the_byte(reader: FlaskClient) -> None:
    listing = reader.get("/en/kh-12/pack.json").get_json()
    base = pack.File("/en/offline/", "", reader.get("/en/offline/").data)
    carried: dict[str, bytes] = {}
    for bundle in listing["bundles"]:
        body = reader.get(bundle["address"])
        assert len(body.data) == bundle["bytes"]
        files = pack.unpacked(body.data, base)
        assert [file.address for file in files if file.address == base.address] == [base.address][: not carried]
        carried |= {file.address: file.body for file in files}
    assert {file["address"] for file in listing["files"]} == carried.keys()
    for file in listing["files"]:
        served = reader.get(file["address"]).data
        assert hashlib.sha256(served).hexdigest() == file["sha256"], file["address"]
        assert carried[file["address"]] == served
        assert len(served) == file["bytes"]


def test_a_pack_holds_the_guide_the_area_and_the_neutral_page(reader: FlaskClient) -> None:
    files = {file["address"] for file in reader.get("/en/kh-12/pack.json").get_json()["files"]}
    for step in ("before", "listen", "urgent", "choices", "connect", "afterwards", "at-once", "says-no"):
        assert f"/en/now/{step}/" in files
    assert {"/en/", "/en/kh-12/", "/en/kh-12/directory/", "/en/away/", "/en/privacy/", "/en/areas/"} <= files


def test_a_pack_holds_nothing_of_the_desk(reader: FlaskClient) -> None:
    files = [file["address"] for file in reader.get("/en/kh-12/pack.json").get_json()["files"]]
    assert [address for address in files if "desk" in address or "htmx" in address] == []


@pytest.mark.parametrize("lang", ["en", "fil", "id", "km", "th", "vi"])
def test_the_phnom_penh_pack_stays_within_its_budget(app: Flask, reader: FlaskClient, lang: str) -> None:
    listing = reader.get(f"/{lang}/kh-12/pack.json").get_json()
    brotli = {"Accept-Encoding": "br"}
    sent = {b["address"]: len(reader.get(b["address"], headers=brotli).data) for b in listing["bundles"]}
    assert sum(sent.values()) == listing["wire"]
    assert listing["wire"] <= 150_000
    assert len(sent) == 2
    for name in ("app.js", "present.js"):
        script = reader.get(house_of(app).assets.files[name].address, headers={"Accept-Encoding": "br"})
        assert len(script.data) <= 12 * 1024


def test_the_size_said_in_a_list_of_areas_is_near_what_a_phone_fetches(reader: FlaskClient) -> None:
    (link,) = page(reader, "/en/areas/kh/").xpath("//main//a[@href='/en/kh-12/']")
    said = int(re.search(r"about (\d+) KB", link.text_content())[1])  # type: ignore[index]
    wire = reader.get("/en/kh-12/pack.json").get_json()["wire"]
    assert abs(said * 1024 / wire - 1) < 0.05


def test_a_version_changes_with_a_file_and_with_nothing_else(config: Config, reader: FlaskClient) -> None:
    before = reader.get("/en/kh-12/pack.json").get_json()
    same = create_app(config).test_client().get("/en/kh-12/pack.json").get_json()
    other = create_app(replace(config, name="Handbook")).test_client().get("/en/kh-12/pack.json").get_json()
    assert same == before
    assert other["version"] != before["version"]


def test_an_older_bundle_is_gone_not_mixed(reader: FlaskClient) -> None:
    assert reader.get("/en/bundle-0123456789abcdef.json").status_code == 404
    assert reader.get("/en/kh-12/bundle-0123456789abcdef.json").status_code == 404


def test_the_worker_is_looked_for_anew_each_time_and_names_the_release(app: Flask, reader: FlaskClient) -> None:
    answer = reader.get("/sw.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.get_data(as_text=True).startswith(f'const RELEASE = "{house_of(app).assets.release}";\n')


def test_the_worker_can_be_switched_off_for_all_phones(config: Config) -> None:
    text = create_app(replace(config, worker=False)).test_client().get("/sw.js").get_data(as_text=True)
    assert "unregister" in text and "fetch" not in text


def test_the_away_page_is_dull_and_has_nothing_of_the_app_around_it(reader: FlaskClient) -> None:
    tree = page(reader, "/en/away/")
    text = tree.find(".//body").text_content().lower()
    assert tree.xpath("//nav | //header") == []
    assert "time zones" in text
    assert not [word for word in ("woman", "women", "violen", "safe", "help", "police", "leave") if word in text]


def test_every_icon_of_the_manifest_is_there(reader: FlaskClient) -> None:
    manifest = reader.get("/manifest.webmanifest")
    assert manifest.content_type == "application/manifest+json"
    for icon in manifest.get_json(force=True)["icons"]:
        assert reader.get(icon["src"]).content_type == "image/png"
    assert {icon["purpose"] for icon in manifest.get_json(force=True)["icons"]} == {"any", "maskable"}
