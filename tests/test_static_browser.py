"""A phone reads an export from a mere host of files. Keeping and updating stand in test_offline.py."""

import re
import urllib.request

import pytest
from playwright.sync_api import Browser, expect

from tests.host import Host
from tests.phone import phone

pytestmark = pytest.mark.browser


def test_all_can_be_read_without_scripts_from_the_first_page_to_a_number(browser: Browser, host: Host) -> None:
    with phone(browser, host.origin, java_script_enabled=False) as mine:
        tab = mine.open("/")
        tab.get_by_role("link", name="English").click()
        tab.get_by_role("link", name="Someone is telling me").click()
        expect(tab).to_have_url(f"{host.origin}/en/now/before/")
        tab.get_by_role("navigation").get_by_role("link", name="Find help").click()
        expect(tab.get_by_label("Type a place")).to_be_hidden()
        tab.get_by_role("link", name=re.compile("Cambodia")).click()
        tab.get_by_role("link", name=re.compile("Phnom Penh")).click()
        expect(tab.locator("#emergency a[href='tel:117']").first).to_be_visible()
        tab.get_by_role("navigation").get_by_role("link", name="Count").click()
        expect(tab.locator("main")).to_contain_text("Nothing is counted here")
        tab.get_by_role("link", name="Leave").click()
        expect(tab).to_have_url(f"{host.origin}/en/away/")
        assert mine.hosts == {f"localhost:{host.port}"}


def test_a_place_is_found_by_name_and_nothing_that_is_typed_is_sent(browser: Browser, host: Host) -> None:
    with phone(browser, host.origin) as mine:
        asked: list[str] = []
        tab = mine.open("/en/areas/")
        mine.context.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
        tab.get_by_label("Type a place").fill("phnom")
        expect(tab.locator("[data-found] a").first).to_contain_text("Phnom Penh")
        tab.get_by_label("Type a place").press("Enter")
        tab.get_by_label("Type a place").fill("nowhere at all")
        expect(tab.get_by_text("No place has that name. Choose your country below.")).to_be_visible()
        assert not [one for one in asked if one.startswith("POST") or "phnom" in one or "nowhere" in one]


def test_a_wrong_address_is_told_in_words_and_leave_works_there(browser: Browser, host: Host) -> None:
    with phone(browser, host.origin) as mine:
        answer = mine.tab.goto(f"{host.origin}/en/nowhere/")
        assert answer and answer.status == 404
        expect(mine.tab.get_by_role("heading", name="There is no such page")).to_be_visible()
        mine.tab.get_by_role("link", name="Leave").click()
        expect(mine.tab).to_have_url(f"{host.origin}/en/away/")


def test_leave_works_at_once_and_with_the_host_gone(browser: Browser, host: Host) -> None:
    with phone(browser, host.origin) as mine:
        mine.keep("/en/kh-12/")
        tab = mine.open("/en/now/listen/")
        tab.get_by_role("link", name="Leave").click()
        expect(tab).to_have_url(f"{host.origin}/en/away/")
        host.stop()
        tab = mine.open("/en/kh-12/directory/")
        for _ in range(3):
            tab.keyboard.press("Shift")
        expect(tab).to_have_url(f"{host.origin}/en/away/")
        expect(tab.locator("h1")).to_be_visible()


def test_a_page_keeps_the_guard_of_the_server_from_the_host_and_from_the_phone(browser: Browser, host: Host) -> None:
    with phone(browser, host.origin) as mine:
        mine.keep("/en/kh-12/")
        for _ in ("from the host", "from the phone"):
            fresh = mine.new_tab()
            answer = fresh.goto(f"{host.origin}/en/kh-12/")
            assert answer
            policy = answer.headers["content-security-policy"]
            assert "default-src 'none'" in policy and "connect-src 'self';" in policy
            assert answer.headers["referrer-policy"] == "no-referrer"
            host.stop()


def test_the_wipe_has_the_browser_drop_its_own_copies_of_pages(browser: Browser, host: Host) -> None:
    # A worker stands between: what the page sees of the answer lacks the header that the browser acts on.
    with urllib.request.urlopen(f"{host.origin}/wiped") as answer:
        assert answer.headers["Clear-Site-Data"] == '"cache"'
    with phone(browser, host.origin) as mine:
        mine.keep("/en/kh-12/")
        mine.open("/en/privacy/")
        with mine.tab.expect_response("**/wiped") as heard:
            mine.tab.get_by_role("button", name="Wipe now").click()
        assert heard.value.status == 200
        expect(mine.tab.locator("[data-wiped]")).to_be_visible()
        assert mine.kept() == {}


def test_a_phone_that_counted_before_sends_nothing_to_a_mere_host_of_files(browser: Browser, host: Host) -> None:
    with phone(browser, host.origin) as mine:
        asked: list[str] = []
        mine.context.on("request", lambda request: asked.append(request.url))
        mine.tab.clock.install()
        mine.keep("/en/kh-12/")
        mine.tab.evaluate("localStorage.outbox = JSON.stringify({ due: 0 })")
        tab = mine.open("/en/kh-12/directory/")
        tab.clock.fast_forward(48 * 3600 * 1000)
        expect(tab.locator("[data-flag]").first).to_be_hidden()
        mine.context.service_workers[0].evaluate("repeat()")
        tab.wait_for_timeout(500)
        assert not [url for url in asked if "/counts/" in url or "teller" in url]
