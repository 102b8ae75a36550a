"""A phone opens Right Door, keeps an area, and has all of it while the server does not exist."""

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect

from tests.host import Host
from tests.phone import Phone, phone
from tests.server import Line, Server

pytestmark = pytest.mark.browser
STEPS = ("before", "listen", "urgent", "choices", "connect", "afterwards", "at-once", "under-18", "says-no", "employer")


@pytest.fixture(params=["server", "host"])
def either(request: pytest.FixtureRequest) -> Server | Host:
    """The server, and a host of static files with an export: a phone must find no difference."""
    found: Server | Host = request.getfixturevalue(request.param)
    return found


def test_with_the_server_gone_everything_of_phnom_penh_is_there(browser: Browser, either: Server | Host) -> None:
    with phone(browser, either.origin) as mine:
        mine.keep("/en/kh-12/")
        online = _texts(mine)
        either.stop()
        assert _texts(mine) == online
        tab = mine.open("/en/kh-12/directory/")
        assert tab.locator("a[href='tel:117']").is_visible()
        mine.open("/")
        expect(mine.tab).to_have_url(f"{either.origin}/en/")
        assert mine.tab.locator("[data-place-name]").first.text_content() == "Phnom Penh"
        assert mine.errors == []
        assert mine.hosts == {f"localhost:{either.port}"}
        assert mine.context.cookies() == []


def _texts(mine: Phone) -> dict[str, str]:
    others = ("", "now/", "areas/", "areas/kh/", "kh-12/", "kh-12/directory/", "learn/", "words/", "count/", "privacy/")
    found = {}
    for path in [*(f"/en/{other}" for other in (*others, "away/")), *(f"/en/now/{step}/" for step in STEPS)]:
        mine.open(path)
        found[path] = mine.tab.locator("h1").text_content() or ""
        assert mine.tab.evaluate("getComputedStyle(document.body).fontFamily").startswith("system-ui"), path
    return found


def test_a_first_visit_to_any_page_keeps_the_guide_and_the_away_page(browser: Browser, either: Server | Host) -> None:
    with phone(browser, either.origin) as mine:
        mine.keep("/en/")
        either.stop()
        mine.open("/en/now/listen/")
        expect(mine.tab.locator("h1")).to_have_text("Listen. Believe her.")
        mine.open("/en/th-10/")
        expect(mine.tab.locator("h1")).to_have_text("This page is not on this phone")
        mine.tab.get_by_role("link", name="What to say and do now").click()
        expect(mine.tab).to_have_url(f"{either.origin}/en/now/")


def test_each_filter_works_with_the_server_gone(browser: Browser, either: Server | Host) -> None:
    with phone(browser, either.origin) as mine:
        mine.keep("/en/sg/")
        either.stop()
        tab = mine.open("/en/sg/directory/")
        shown = tab.locator("[data-service]:visible")
        every = shown.count()
        tab.locator("#filters summary").click()

        fits = tab.locator("[data-service][data-fit=yes]:visible")
        told = tab.locator("[data-untold]")

        tab.get_by_label("Kind of help").select_option("forensic")
        assert 0 < shown.count() < every
        assert all("forensic" in (card.get_attribute("data-categories") or "") for card in shown.all())
        tab.get_by_role("button", name="Show all").click()
        expect(shown).to_have_count(every)

        tab.get_by_label("Language").select_option("id")
        assert 0 < fits.count() < every
        assert all("id" in (card.get_attribute("data-languages") or "").split() for card in fits.all())
        assert {card.get_attribute("data-languages") for card in shown.all()} > {""}
        tab.get_by_role("button", name="Show all").click()
        expect(shown).to_have_count(every)

        tab.get_by_label("Free", exact=True).check()
        assert {card.get_attribute("data-free") for card in fits.all()} == {"yes"}
        assert {card.get_attribute("data-free") for card in shown.all()} == {"yes", "unknown"}
        expect(told).to_contain_text("have not told us")
        tab.get_by_label("Free", exact=True).uncheck()

        tab.get_by_label("Open now").check()
        assert {card.get_attribute("data-open-now") for card in fits.all()} == {"yes"}
        tab.get_by_label("Open now").uncheck()

        tab.get_by_label("Does not ask for papers").check()
        expect(fits).to_have_count(0)
        expect(told).to_contain_text(str(every))
        expect(tab.get_by_text("Not known: ask").first).to_be_visible()
        # Whatever is filtered, the emergency numbers stay.
        expect(tab.locator("#emergency a[href='tel:999']")).to_be_visible()


def test_an_area_is_found_by_a_name_without_tone_marks(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/vn/")
        mine.open("/en/areas/")
        server.stop()
        mine.tab.get_by_label("Type a place").fill("da nang")
        found = mine.tab.locator("[data-found] a")
        expect(found.first).to_contain_text("Đà Nẵng")
        assert any("Quảng Nam" in text for text in found.all_text_contents())
        mine.tab.get_by_label("Type a place").fill("quang nam")
        expect(found.first).to_contain_text("Quảng Nam")


def test_a_change_of_the_directory_is_there_at_the_opening_after_next(
    browser: Browser, either: Server | Host, tmp_path: Path
) -> None:
    with phone(browser, either.origin) as mine:
        mine.keep("/en/kh-12/")
        before = mine.kept()
        _rename_a_service(either, tmp_path, "LICADHO has a new name")
        _open_until_changed(mine, "LICADHO has a new name")
        after = mine.kept()
        assert len(after) == len(before) == 2, "the old pack is gone, and only after the new one is whole"
        assert after.keys() != before.keys()


def test_an_update_that_is_cut_off_leaves_the_old_pack_whole(
    browser: Browser, either: Server | Host, tmp_path: Path
) -> None:
    line = Line(either, watched=b"/kh-12/bundle-")
    with phone(browser, line.origin) as mine:
        mine.keep("/en/kh-12/")
        before = mine.kept()
        _rename_a_service(either, tmp_path, "LICADHO has a new name")
        line.cut_at = 2_000
        while line.cuts < 2:
            _look_again(mine)
        # What was begun and cut off is taken away again, a moment after the page is shown. (To look into a cache that
        # goes at this moment would make it anew.)
        mine.until("caches.keys().then((names) => names.length === 2)")
        assert mine.kept() == before
        either.stop()
        mine.open("/en/kh-12/directory/")
        assert "LICADHO - Cambodian League" in (mine.tab.locator("#kh-licadho").text_content() or "")
        expect(mine.tab.locator("#kh-licadho a.tel").first).to_be_visible()
        # The server is back and the line is whole: the update arrives after all.
        line.cut_at = None
        either.start()
        _open_until_changed(mine, "LICADHO has a new name")
    line.close()


def test_a_file_that_is_not_what_the_list_says_is_never_used(browser: Browser, either: Server | Host) -> None:
    with phone(browser, either.origin) as mine:
        mine.keep("/en/")
        lied = mine.tab.evaluate(
            """async () => {
              const list = await (await fetch("/en/kh/pack.json")).json();
              list.files.find((file) => file.address === "/en/kh/").sha256 = "0".repeat(64);
              return list; }"""
        )
        worker = mine.context.service_workers[0]
        outcome = worker.evaluate(
            "(list) => fetchWhole(list, null, () => {}).then(() => 'used', (error) => String(error))",
            lied,
        )
        assert "/en/kh/ is not what the list says" in outcome
        assert not any(name.startswith("en kh") for name in mine.kept())


def test_another_area_is_kept_only_when_asked_for(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/kh-12/")
        tab = mine.open("/en/th-10/")
        expect(tab.locator("#keep [data-state=none]")).to_contain_text(re.compile(r"About \d{2,3} KB"))
        tab.get_by_role("button", name="use this area").click()
        expect(tab.locator("#keep [data-state=ready]")).to_be_visible(timeout=20_000)
        expect(tab.get_by_role("link", name="Find help")).to_have_attribute("href", "/en/th-10/")
        server.stop()
        for area in ("kh-12", "th-10"):
            mine.open(f"/en/{area}/directory/")
            expect(mine.tab.locator("#services")).to_be_visible()


def test_immediate_danger_shows_the_numbers_of_the_chosen_area(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/th-10/")
        server.stop()
        tab = mine.open("/en/now/at-once/")
        expect(tab.locator("main a[href='tel:191']")).to_be_visible()
        expect(tab.locator("[data-emergency-here]")).to_contain_text("Bangkok")
        assert tab.locator(".prose a[href='/en/th-10/']").is_visible()


def test_an_area_that_was_kept_before_is_brought_up_to_date_too(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/kh-12/")
        mine.open("/en/th-10/").get_by_role("button", name="use this area").click()
        expect(mine.tab.locator("#keep [data-state=ready]")).to_be_visible(timeout=20_000)
        _rename_a_service(server, tmp_path, "LICADHO has a new name")
        _open_until_changed(mine, "LICADHO has a new name")


def test_an_update_that_lands_in_the_middle_of_an_answer_makes_nothing_look_lost(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/kh-12/")
        for number, question in enumerate(('status("en", "kh-12")', 'fromCache("/en/kh-12/")'), 1):
            _rename_a_service(server, tmp_path, f"LICADHO, name {number}")
            answer = mine.context.service_workers[0].evaluate(
                f"""async () => {{
                  const asFound = kept;
                  kept = async () => {{
                    const packs = await asFound();
                    kept = asFound;
                    looked.clear();
                    await keep("en", "kh-12", () => {{}});
                    return packs;
                  }};
                  const fromCache = async (path) => {{
                    const waitUntil = () => {{}};
                    const response = await answer({{ request: new Request(path), waitUntil }}, new URL(path, origin));
                    return {{ state: response.url ? "from the server" : "ready" }};
                  }};
                  return {question}; }}"""
            )
            assert answer["state"] == "ready"


def test_the_kill_switch_takes_worker_and_pages_off_the_phone(browser: Browser, tmp_path: Path) -> None:
    with Server(tmp_path) as server, phone(browser, server.origin) as mine:
        # Printed beforehand: a phone waits fifteen seconds for a list, and a busy machine takes longer to print it.
        mine.context.request.get(f"{server.origin}/en/kh-12/pack.json", timeout=120_000)
        mine.keep("/en/kh-12/")
        server.stop()
        server.settings = {"RIGHT_DOOR_WORKER": "off"}
        server.start()
        mine.open("/en/now/")
        mine.until("caches.keys().then((names) => names.length === 0)")
        mine.open("/en/now/")
        mine.until("navigator.serviceWorker.getRegistration().then((found) => !found)")
        assert mine.tab.evaluate("localStorage.place") is not None
        server.stop()
        with pytest.raises(Error):
            mine.open("/en/now/")


def test_wipe_deletes_what_scripts_can_see_with_the_server_gone_and_other_tabs_close(
    browser: Browser, either: Server | Host
) -> None:
    with phone(browser, either.origin) as mine:
        mine.keep("/en/kh-12/")
        reading, deck = mine.new_tab(), mine.new_tab()
        reading.goto(f"{either.origin}/en/now/listen/")
        deck.goto(f"{either.origin}/en/learn/listen/present/")
        with mine.context.expect_page() as opened:
            deck.keyboard.press("n")
        expect(opened.value.locator("[data-panel]")).to_be_visible()
        mine.open("/en/privacy/")
        mine.tab.evaluate("sessionStorage.mine = 1")
        either.stop()
        mine.tab.get_by_role("button", name="Wipe now").click()
        expect(mine.tab.locator("[data-wiped]")).to_be_visible()
        for other in (reading, deck, opened.value):
            for _ in range(100):
                if other.is_closed() or other.url == "about:blank":
                    break
                mine.tab.wait_for_timeout(100)
            assert other.is_closed() or other.url == "about:blank", other.url
        assert opened.value.is_closed()
        assert mine.kept() == {}
        assert mine.tab.evaluate("localStorage.length + sessionStorage.length") == 0
        assert mine.tab.evaluate("navigator.serviceWorker.getRegistration().then(Boolean)") is False
        expect(mine.tab.get_by_text("How to remove it")).to_be_visible()


def test_wipe_has_the_browser_drop_its_own_copies_when_there_is_a_network(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/privacy/")
        with tab.expect_response("**/wiped") as heard:
            tab.get_by_role("button", name="Wipe now").click()
        expect(tab.locator("[data-wiped]")).to_be_visible()
        assert heard.value.all_headers()["clear-site-data"] == '"cache"'
        # By then nothing was left for it to bring back.
        assert mine.kept() == {}


def test_a_wipe_that_fails_is_never_called_done_and_can_be_tried_again(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        tab = mine.open("/en/privacy/")
        tab.evaluate(
            "() => { caches.has = caches.keys; caches.keys = () => Promise.reject(new Error('a full disk')); }"
        )
        button = tab.get_by_role("button", name="Wipe now")
        button.click()
        expect(button).to_be_enabled()
        expect(tab.locator("[data-wiped]")).to_be_hidden()
        tab.evaluate("() => { caches.keys = caches.has; }")
        button.click()
        expect(tab.locator("[data-wiped]")).to_be_visible()


def _rename_a_service(server: Server | Host, folder: Path, name: str) -> None:
    file = folder / "changed.csv"
    server.run("directory", "export", str(file))
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.reader(source))
    for row in rows:
        if row[0] == "kh-licadho":
            row[rows[0].index("name")] = name
    with file.open("w", encoding="utf-8", newline="") as target:
        csv.writer(target, lineterminator="\n").writerows(rows)
    server.run("directory", "import", str(file))


def _look_again(mine: Phone) -> None:
    """Open the area as after a while away: the worker has forgotten when it last looked."""
    for worker in mine.context.service_workers:
        worker.evaluate("looked.clear()")
    mine.open("/en/kh-12/")
    expect(mine.tab.locator("#keep [data-state=ready]")).to_be_visible()
    mine.tab.wait_for_timeout(300)


def _open_until_changed(mine: Phone, name: str) -> None:
    for _ in range(20):
        _look_again(mine)
        if name in (mine.open("/en/kh-12/directory/").locator("#kh-licadho").text_content() or ""):
            return
    raise AssertionError("The change never came.")


def test_the_first_area_after_the_guide_costs_what_is_its_own(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/")
        asked = _asked_by_the_worker(mine)
        mine.keep("/en/kh-12/")
        assert [re.sub(r"bundle-\w+", "bundle", each) for each in asked()] == [
            "/en/kh-12/bundle.json",
            "/en/kh-12/pack.json",
        ]
        server.stop()
        mine.open("/en/now/listen/")
        expect(mine.tab.locator("h1")).to_have_text("Listen. Believe her.")


def test_a_service_of_another_province_costs_the_lists_that_count_it_and_no_more(
    browser: Browser, server: Server, tmp_path: Path
) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/kh-12/")
        asked = _asked_by_the_worker(mine)
        _add_a_service(server, tmp_path, "KH-8")
        before = mine.kept()
        for _ in range(20):
            _look_again(mine)
            if mine.kept().keys() != before.keys():
                break
        mine.until("caches.keys().then((names) => names.length === 2)")
        assert set(asked()) == {"/en/areas/", "/en/areas/kh/", "/en/kh-12/pack.json"}
        server.stop()
        assert "1 service" in (mine.open("/en/areas/kh/").get_by_role("link", name="Kandal").text_content() or "")


def _asked_by_the_worker(mine: Phone) -> Callable[[], list[str]]:
    """Notes from now on what the worker fetches; the answer lists it, sorted."""
    (worker,) = mine.context.service_workers
    worker.evaluate(
        """() => { self.asked = []; const real = self.fetch; self.fetch = (address, ...rest) => {
        asked.push(String(address.url ?? address)); return real(address, ...rest); } }"""
    )
    return lambda: sorted(path for path in worker.evaluate("asked") if path.startswith("/"))


def _add_a_service(server: Server, folder: Path, province: str) -> None:
    file = folder / "added.csv"
    server.run("directory", "export", str(file))
    with file.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))
    (row,) = (row for row in rows if row["id"] == "kh-licadho")
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(row), lineterminator="\n")
        writer.writeheader()
        writer.writerows([*rows, row | {"id": "kh-other", "province": province}])
    server.run("directory", "import", str(file))
