"""Phones of an older release, with its worker, its pages and its pack: they come over by themselves, and lose nothing.

The older release is this one with other words, with the worker that was shipped first (tests/kept/worker-1.js), and
with the bundles that it could read: every page whole, headers in each bundle.
"""

import json
import shutil
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from pwa.config import ROOT
from tests.counter import deliver, enrol, organisation, stored, tallies, tap
from tests.phone import Phone, phone
from tests.server import Server

pytestmark = pytest.mark.browser
BUNDLES = """

def bundle_body(files: Iterable[File], base: File) -> bytes:
    carried = [{"address": f.address, "type": f.media_type, "body": f.body.decode("utf-8")} for f in files]
    return _json({"headers": {}, "files": sorted(carried, key=lambda file: file["address"])})
"""
OLD, NEW = "What was said before", "Listen. Believe her."


@pytest.fixture(scope="module")
def older(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code of an older release."""
    code = tmp_path_factory.mktemp("older")
    for folder in ("pwa", "content"):
        shutil.copytree(ROOT / folder, code / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "directory.csv", code)
    shutil.copy(ROOT / "tests" / "kept" / "worker-1.js", code / "pwa" / "static" / "sw.js")
    with (code / "pwa" / "domain" / "pack.py").open("a", encoding="utf-8") as pack:
        pack.write(BUNDLES)
    page = code / "content" / "en" / "now" / "listen.md"
    page.write_text(page.read_text(encoding="utf-8").replace(f"title: {NEW}", f"title: {OLD}"), encoding="utf-8")
    return code


@pytest.fixture
def server(older: Path, tmp_path: Path) -> Iterator[Server]:
    """A server of the older release."""
    made = Server(tmp_path / "data")
    made.code = older
    with made:
        print_pack(made)
        yield made


def renew(server: Server, **settings: str) -> None:
    """The next start is this release."""
    server.stop()
    server.code, server.settings = None, settings
    server.start()
    print_pack(server)


def print_pack(server: Server) -> None:
    """Beforehand: a phone waits fifteen seconds for a list, and a busy machine takes longer to print it."""
    urllib.request.urlopen(f"{server.origin}/en/kh-12/pack.json", timeout=120).close()


def keep(mine: Phone) -> None:
    """Keep the area. On a machine that has much to do a list may not come in time; the page is opened again then."""
    state = mine.tab.locator("#keep [data-state=ready], #keep [data-state=failed]")
    for _ in range(4):
        mine.open("/en/kh-12/")
        expect(state.filter(visible=True)).to_have_count(1, timeout=60_000)
        if mine.tab.locator("#keep [data-state=ready]").is_visible():
            return
    raise AssertionError("The area was never kept.")


def heading(mine: Phone) -> str:
    return mine.open("/en/now/listen/").locator("h1").text_content() or ""


def counted(mine: Phone, server: Server) -> Page:
    """An area chosen and kept, and one count on the phone that was not delivered."""
    keep(mine)
    mine.tab.clock.install()
    tab = enrol(mine, organisation(server))
    tap(tab, "disclosures")
    return tab


def pages_of(tab: Page) -> list[dict[str, object]]:
    """The sealed pages of the outbox."""
    body = stored(tab)["outbox/a"]
    found: list[dict[str, object]] = json.loads(body[:-32].encode("latin-1").decode())["pages"]
    return found


def open_until_new(mine: Phone) -> None:
    """Open a page again and again, as somebody does, until it is that of this release."""
    patience = time.monotonic() + 120
    while heading(mine) != NEW:
        assert time.monotonic() < patience, "The new page never came."
        mine.tab.wait_for_timeout(2_000)


def test_a_phone_of_an_older_release_comes_over_by_itself_and_loses_nothing(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        tab = counted(mine, server)
        assert heading(mine) == OLD
        before, caches = pages_of(tab), set(mine.kept())
        renew(server)
        assert heading(mine) == OLD, "the page that is on the phone is shown at once, and none is taken from under her"
        open_until_new(mine)
        assert tab.evaluate("localStorage.place") is not None
        expect(mine.open("/en/").locator("[data-place-name]").first).to_have_text("Phnom Penh")
        assert not set(mine.kept()) & caches - {"kept"}
        assert pages_of(tab) == before
        mine.open("/en/count/")
        deliver(mine.tab)
        assert tallies(server.data) == {"kh-12": (1, 0)}
        assert mine.errors == []
        server.stop()
        assert heading(mine) == NEW
        expect(mine.open("/en/kh-12/directory/").locator("#services")).to_be_visible()


def test_a_phone_that_comes_over_while_the_network_is_cut_keeps_the_old_pages_whole(
    browser: Browser, server: Server
) -> None:
    with phone(browser, server.origin) as mine:
        keep(mine)
        server.stop()
        for _ in range(2):
            assert heading(mine) == OLD
        renew(server)
        open_until_new(mine)


def test_the_kill_switch_reaches_a_phone_of_an_older_release_and_what_it_counted_stays(
    browser: Browser, server: Server
) -> None:
    with phone(browser, server.origin) as mine:
        tab = counted(mine, server)
        before = pages_of(tab)
        renew(server, RIGHT_DOOR_WORKER="off")
        mine.open("/en/now/")
        mine.until("caches.keys().then((names) => names.length === 0)")
        assert heading(mine) == NEW
        expect(mine.open("/en/").locator("[data-place-name]").first).to_have_text("Phnom Penh")
        assert pages_of(mine.tab) == before
        # Switched on again, the phone keeps its area anew, and what waited is counted once.
        renew(server)
        # The clock of the page that counted stands still.
        mine.tab = mine.new_tab()
        keep(mine)
        mine.open("/en/count/")
        deliver(mine.tab)
        assert tallies(server.data) == {"kh-12": (1, 0)}
        server.stop()
        assert heading(mine) == NEW
