"""The export as static files: every address that readers have, to the byte, and nothing that a file cannot do."""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from lxml import html

from pwa import static_site
from pwa.app import create_app
from pwa.config import Config
from pwa.domain import directory, pack
from pwa.static_site import ChangedError, Part, Scribe, file_of
from pwa.store import services
from pwa.store.db import open_content
from tests.conftest import TODAY
from tests.host import headers_of, rules
from tests.pages import house_of, local_links, reader_addresses

BESIDE = {"index.html", "404.html", "wiped", "_headers", ".htaccess", "_nginx.conf", "_Caddyfile"}
BUNDLE = re.compile(r"/bundle-[0-9a-f]{16}\.json$")
# Where an export says something else than a server: no search, no counting, who sends these pages; the sizes, lists and
# bundles that carry these pages.
OTHER_WORDS = re.compile(r"/(areas(/[a-z]{2})?|count|privacy)/$|/pack\.json$|/bundle-|^/sw\.js$")


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A small deployment: two languages, two countries."""
    data = tmp_path_factory.mktemp("data")
    small = replace(
        Config.from_environ({}), languages=("en", "km"), countries=("SG", "BN"), home_countries=("PH", "SG")
    )
    services.replace_all(open_content(data), directory.read(small.directory, TODAY), TODAY)
    return replace(small, data=data, static=True)


@pytest.fixture(scope="module")
def app(config: Config) -> Flask:
    return create_app(config)


@pytest.fixture(scope="module")
def site(config: Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    written = list(static_site.export(config, folder, edition(config), compressed=False, jobs=1))
    assert sum(one.files for one in written) == len(files_in(folder))
    assert sum(one.bytes for one in written) == sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return folder


def edition(config: Config) -> str:
    return services.version(open_content(config.data))


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in files_in(folder)}


def address_of(file: str) -> str:
    return f"/{file.removesuffix('index.html')}"


def pages_in(folder: Path) -> Iterator[tuple[str, html.HtmlElement]]:
    for file in sorted(files_in(folder)):
        if file.endswith(".html"):
            yield address_of(file), html.document_fromstring((folder / file).read_text(encoding="utf-8"))


def test_every_address_of_a_reader_is_a_file_with_the_very_bytes_of_the_server(app: Flask, site: Path) -> None:
    house, reader = house_of(app), app.test_client()
    addresses = set(reader_addresses(house.config, house.library, house.atlas))
    assert len(addresses) > 100
    files = files_in(site)
    assert {file_of(address) for address in addresses} <= files
    for file in files - BESIDE:
        answer = reader.get(address_of(file))
        assert (answer.status_code, answer.data) == (200, (site / file).read_bytes()), file


def test_an_ordinary_server_says_the_same_but_where_files_cannot(config: Config, site: Path) -> None:
    reader = create_app(replace(config, static=False)).test_client()
    same = {file for file in files_in(site) - BESIDE if not OTHER_WORDS.search(address_of(file))}
    assert len(same) > 100
    for file in same:
        ours = (site / file).read_bytes().replace(b' data-counts="off"', b"")
        assert reader.get(address_of(file)).data == ours, file


def test_every_link_leads_to_a_file_and_so_does_everything_that_a_script_asks_for(config: Config, site: Path) -> None:
    files = files_in(site)
    for address, tree in pages_in(site):
        fetched = set(tree.xpath("//@data-find | //@data-outbox"))
        for link in local_links(tree, address) | fetched:
            assert file_of(link) in files, f"{address} leads to {link}"
    manifest = json.loads((site / "manifest.webmanifest").read_bytes())
    assert {file_of(icon["src"]) for icon in manifest["icons"]} | {file_of(manifest["start_url"])} <= files


def test_every_pack_is_whole_and_every_file_in_it_is_the_one_at_its_own_address(site: Path) -> None:
    lists = sorted(site.rglob("pack.json"))
    assert len(lists) == 2 * (1 + 2 + 5 + 4), "two languages, and their areas: countries and provinces"
    for path in lists:
        listing = json.loads(path.read_bytes())
        sums = {file["address"]: file["sha256"] for file in listing["files"]}
        offline = f"/{listing['language']}/offline/"
        base = pack.File(offline, "text/html; charset=utf-8", (site / file_of(offline)).read_bytes())
        for bundle in listing["bundles"]:
            body = (site / file_of(bundle["address"])).read_bytes()
            assert len(body) == bundle["bytes"]
            for file in pack.unpacked(body, base):
                assert hashlib.sha256(file.body).hexdigest() == sums.pop(file.address)
        assert not sums
        for file in listing["files"]:
            found = hashlib.sha256((site / file_of(file["address"])).read_bytes()).hexdigest()
            assert found == file["sha256"], file["address"]


def test_nothing_asks_a_host_of_files_for_what_it_cannot_do(site: Path) -> None:
    for address, tree in pages_in(site):
        assert not tree.xpath("//form[@method='post'] | //a[contains(@href, '/find/')]"), address
        assert tree.xpath("//body/@data-counts") == ["off"], address
    assert not [file for file in files_in(site) if re.search(r"/find/|desk|^counts|htmx", file)]
    count = (site / "en/count/index.html").read_text(encoding="utf-8")
    assert "this copy of the app has no counting" in count and "<form" not in count
    assert "files on a web host" in (site / "en/privacy/index.html").read_text(encoding="utf-8")
    assert "const COUNTS_AT = null;" in (site / "sw.js").read_text(encoding="utf-8")


def test_the_first_page_lists_the_languages_and_changes_nothing_on_a_phone(site: Path) -> None:
    tree = html.document_fromstring((site / "index.html").read_text(encoding="utf-8"))
    links = {link.get("href"): (link.text, link.get("lang")) for link in tree.xpath("//main//a")}
    assert links == {"/en/": ("English", "en"), "/km/": ("ខ្មែរ", "km")}
    # The script of the other pages would keep the first language on a phone whose reader wants the second.
    assert not tree.xpath("//script")
    assert tree.findtext(".//title") == "Right Door"


def test_a_wrong_address_is_told_in_every_language_with_the_way_home(site: Path) -> None:
    tree = html.document_fromstring((site / "404.html").read_text(encoding="utf-8"))
    assert tree.xpath("//main/section/@lang") == ["en", "km"]
    assert {"/en/", "/km/"} <= set(tree.xpath("//main//a/@href"))
    assert tree.xpath("//a[@data-leave]/@href") == ["/en/away/"]
    assert not tree.xpath("//script")


def test_a_host_that_reads_headers_guards_and_caches_each_file_as_the_server_does(app: Flask, site: Path) -> None:
    found = rules((site / "_headers").read_text(encoding="utf-8"))
    reader, guard = app.test_client(), house_of(app).guard
    named = {name for _, headers in found for name, _ in headers}
    assert named == {*guard, "Cache-Control", "Clear-Site-Data"}
    for file in files_in(site) - {"_headers", ".htaccess", "_nginx.conf", "_Caddyfile", "404.html"}:
        address = address_of(file)
        answer, sent = reader.get(address).headers, headers_of(found, address)
        assert all(sent[name] == answer[name] == guard[name] for name in guard), file
        assert sent.get("Clear-Site-Data") == answer.get("Clear-Site-Data")
        # A rule for the bundles would need a pattern that not every host knows. Phones fetch them without a cache.
        if file != "index.html" and not BUNDLE.search(address):
            assert sent["Cache-Control"] == answer["Cache-Control"], file


def test_every_kind_of_host_is_told_every_header(app: Flask, site: Path) -> None:
    for name in (".htaccess", "_nginx.conf", "_Caddyfile"):
        text = (site / name).read_text(encoding="utf-8")
        for header, value in house_of(app).guard.items():
            assert re.search(rf"{header}\W+{re.escape(value)}", text), f"{name}: {header}"
        for caching in ("max-age=31536000, immutable", "max-age=0, must-revalidate", "no-cache", "no-store"):
            assert caching in text, f"{name}: {caching}"


def test_several_processes_write_what_one_writes(config: Config, site: Path, tmp_path: Path) -> None:
    small = replace(config, languages=("en",), countries=("BN",))
    list(static_site.export(small, tmp_path / "one", edition(config), compressed=False, jobs=1))
    list(static_site.export(small, tmp_path / "two", edition(config), compressed=False, jobs=2))
    assert digests(tmp_path / "one") == digests(tmp_path / "two") != {}


def test_what_is_compressed_beside_a_file_is_the_same_file(config: Config, tmp_path: Path) -> None:
    import gzip

    import brotli

    small = replace(config, languages=("en",), countries=("BN",))
    Scribe(small, tmp_path, edition(config), compressed=True).write(Part("en", "bn"))
    plain = [path for path in tmp_path.rglob("*") if path.suffix in (".html", ".json")]
    assert len(plain) > 5
    for path in plain:
        assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == path.read_bytes()
        assert brotli.decompress(path.with_name(f"{path.name}.br").read_bytes()) == path.read_bytes()


def test_an_import_during_an_export_changes_nothing_of_it(config: Config, tmp_path: Path) -> None:
    data = tmp_path / "data"
    rows = list(directory.read(config.directory, TODAY))
    services.replace_all(open_content(data), rows, TODAY)
    mine = replace(config, data=data, languages=("en",), countries=("SG",))
    before = edition(mine)
    scribe = Scribe(mine, tmp_path / "site", before, compressed=False)
    services.merge(open_content(data), [rows[-1]], TODAY, replace=True)
    scribe.write(Part("en", "sg"))
    assert "tel:999" in (tmp_path / "site/en/sg/index.html").read_text(encoding="utf-8")
    with pytest.raises(ChangedError):
        Scribe(mine, tmp_path / "other", before, compressed=False)
