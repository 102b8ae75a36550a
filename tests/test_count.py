"""The count page on a phone: consent first, ten seconds to take it back, sealed, and delivered exactly once."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import partial

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, expect

from tests.counter import code_in, deliver, enrol, organisation, stored, tallies, tap, until
from tests.pages import page
from tests.phone import Phone, phone
from tests.server import Server


def enrolled(mine: Phone, server: Server, *areas: str) -> Page:
    mine.tab.clock.install()
    return enrol(mine, organisation(server, "Centre", *areas))


def due_after(tab: Page, before: float) -> bool:
    due: float = tab.evaluate("JSON.parse(localStorage.outbox).due")
    return due > before


def test_a_page_without_scripts_says_that_nothing_is_counted_and_shows_nothing_to_press(reader: FlaskClient) -> None:
    tree = page(reader, "/en/count/")
    assert "not enrolled" in tree.text_content()
    for part in tree.xpath("//main//button | //main//form | //main//input"):
        assert part.xpath("ancestor-or-self::*[@hidden] | ancestor::template"), part.text


@pytest.mark.browser
def test_a_code_from_the_address_is_gone_from_it_before_anything_is_asked(browser: Browser, server: Server) -> None:
    code = organisation(server)
    with phone(browser, server.origin) as mine:
        tab = mine.open(f"/en/count/#{code}")
        expect(tab.get_by_label("Code, eight letters and numbers")).to_have_value(code)
        assert tab.url == f"{server.origin}/en/count/"
        assert tab.evaluate("history.length") == 2
        expect(tab.get_by_text("not enrolled")).to_be_visible()
        tab.get_by_role("button", name="Enrol this phone").click()
        expect(tab.get_by_text("Did she agree to be counted?")).to_be_visible()
        expect(tab.locator("[data-area-name]")).to_have_text("Phnom Penh")
        expect(tab.get_by_text("Nothing has been delivered from this phone yet.")).to_be_visible()
        assert mine.errors == []


@pytest.mark.browser
def test_a_code_is_typed_as_people_type_and_a_wrong_one_is_refused_in_words(browser: Browser, server: Server) -> None:
    code = organisation(server)
    with phone(browser, server.origin) as mine:
        tab = mine.open("/en/count/")
        tab.get_by_text("Your organisation gave you a code?").click()
        field, button = tab.get_by_label("Code, eight letters and numbers"), tab.get_by_role("button", name="Enrol")
        field.fill("00000000")
        button.click()
        expect(tab.get_by_text("This code does not work, or not any more.")).to_be_visible()
        server.stop()
        field.fill(f"{code[:4].lower()} {code[4:]}")
        button.click()
        expect(tab.get_by_text("The server did not answer. Try again with a network.")).to_be_visible()
        server.start()
        button.click()
        expect(tab.get_by_text("Did she agree to be counted?")).to_be_visible()


@pytest.mark.browser
def test_a_count_is_saved_without_a_network_and_arrives_once_weeks_later(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        enrolled(mine, server)
        mine.keep("/en/kh-12/")
        server.stop()
        for _ in range(3):
            tap(mine.open("/en/count/"), "disclosures", "referrals")
            assert deliver(mine.tab)["reached"] is False
            mine.tab.clock.fast_forward(7 * 24 * 3600 * 1000)
        server.start()
        told = deliver(mine.tab)
        assert (told["reached"], told["refused"]) == (True, "")
        assert tallies(server.data) == {"kh-12": (3, 3)}
        deliver(mine.tab)
        assert tallies(server.data) == {"kh-12": (3, 3)}
        expect(mine.open("/en/count/").get_by_text("Last delivered:")).to_be_visible()


@pytest.mark.browser
def test_what_is_taken_back_within_ten_seconds_was_never_there(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server)
        before = stored(tab)
        tab.get_by_role("button", name="Yes, she agreed").click()
        tab.locator("[data-what=disclosures]").click()
        tab.clock.fast_forward(9_000)
        tab.get_by_role("button", name="Take it back").click()
        tab.clock.fast_forward(11_000)
        expect(tab.get_by_text("Saved", exact=True)).to_be_hidden()
        assert stored(tab) == before
        deliver(tab)
        assert tallies(server.data) == {}


@pytest.mark.browser
def test_turning_to_another_app_seals_at_once(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server)
        tab.get_by_role("button", name="Yes, she agreed").click()
        tab.locator("[data-what=disclosures]").click()
        tab.evaluate(
            """() => { Object.defineProperty(document, "visibilityState", { value: "hidden" });
            document.dispatchEvent(new Event("visibilitychange")); }"""
        )
        expect(tab.get_by_text("Saved", exact=True)).to_be_visible()
        deliver(tab)
        assert tallies(server.data) == {"kh-12": (1, 0)}


@pytest.mark.browser
def test_a_no_leaves_storage_and_traffic_as_if_nobody_had_asked(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        enrolled(mine, server)
        mine.keep("/en/kh-12/")
        tab = mine.open("/en/count/")
        expect(tab.get_by_text("Did she agree to be counted?")).to_be_visible()
        tab.wait_for_timeout(500)
        asked: list[str] = []
        mine.context.on("request", lambda request: asked.append(request.url))
        before = stored(tab), tab.evaluate("JSON.stringify(localStorage)")
        tab.get_by_role("button", name="No, or not asked").click()
        expect(tab.get_by_role("heading", name="Nothing is counted")).to_be_visible()
        tab.clock.fast_forward(30_000)
        tab.get_by_role("button", name="Back").click()
        assert (stored(tab), tab.evaluate("JSON.stringify(localStorage)")) == before
        assert asked == []


@pytest.mark.browser
def test_none_one_and_forty_counts_leave_files_of_the_same_shape(browser: Browser, server: Server) -> None:
    code = organisation(server)
    shapes = set()
    for taps in (0, 1, 40):
        with phone(browser, server.origin) as mine:
            mine.tab.clock.install()
            tab = enrol(mine, code)
            if taps:
                tap(tab, *["disclosures"] * taps)
            files = stored(tab)
            states = [json.loads(text[:-32]) for text in files.values()]
            assert states[0] == states[1]
            pages = [[len(slot) for slot in each["slots"]] for each in states[0]["pages"]]
            shapes.add((tuple(sorted((name, len(text)) for name, text in files.items())), str(pages)))
            assert set(states[0]) == {"token", "key", "areas", "month", "delivered", "refused", "pages"}
            assert 1 <= states[0]["pages"][0]["next"] <= 8
            expect(tab.locator("main")).not_to_contain_text(re.compile(r"\b40\b"))
    assert len(shapes) == 1


@pytest.mark.browser
def test_a_lost_receipt_a_hotels_wifi_and_a_broken_answer_keep_the_same_bytes(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server)
        tap(tab, "disclosures")
        sent: list[str] = []

        def lost(route: Route) -> None:
            sent.append(hashlib.sha256(route.request.post_data_buffer or b"").hexdigest())
            route.fetch()
            route.abort()

        def portal(status: int, kind: str, body: str) -> Callable[[Route], None]:
            def answer(route: Route) -> None:
                sent.append(hashlib.sha256(route.request.post_data_buffer or b"").hexdigest())
                route.fulfill(status=status, content_type=kind, body=body)

            return answer

        answers = (
            (200, "text/html", "<h1>Welcome to our Wi-Fi</h1>"),
            (200, "application/json", '{"batch": "somebody elses", "status": "counted", "month": "2026-11"}'),
            (500, "text/plain", "down"),
        )
        mine.context.route("**/counts/batches", lost)
        assert deliver(tab)["reached"] is False
        mine.context.unroute("**/counts/batches")
        for status, kind, body in answers:
            mine.context.route("**/counts/batches", portal(status, kind, body))
            assert deliver(tab)["reached"] is False
            mine.context.unroute("**/counts/batches")
        assert len(set(sent)) == 1
        assert deliver(tab)["reached"] is True
        assert tallies(server.data) == {"kh-12": (1, 0)}


@pytest.mark.browser
@pytest.mark.parametrize(
    ("status", "why", "words"),
    [
        (400, "too old", "more than a year old, and the server does not take it any more"),
        (400, "unknown key", "its key was changed"),
        (400, "malformed", "could not read the last delivery"),
        (409, "conflict", "another delivery of the same name"),
    ],
)
def test_what_the_server_will_never_take_is_said_and_kept(
    browser: Browser, server: Server, status: int, why: str, words: str
) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server)
        tap(tab, "disclosures")

        def refuse(route: Route) -> None:
            name = json.loads(route.request.post_data or "")["batch"]
            route.fulfill(status=status, json={"batch": name, "status": why})

        mine.context.route("**/counts/batches", refuse)
        assert deliver(tab)["refused"] == why
        expect(mine.open("/en/count/").get_by_text(words)).to_be_visible()
        mine.context.unroute("**/counts/batches")
        # Nothing was let go: what the server takes after all is counted.
        assert deliver(mine.tab)["refused"] == ""
        assert tallies(server.data) == {"kh-12": (1, 0)}


@pytest.mark.browser
def test_a_phone_that_was_revoked_keeps_all_and_delivers_after_enrolling_again(
    browser: Browser, server: Server
) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server)
        tap(tab, "disclosures", "referrals")
        server.run("organisation", "revoke", "Centre")
        assert deliver(tab)["refused"] == "token"
        tab = mine.open("/en/count/")
        expect(tab.get_by_text("The server does not know this phone any more.")).to_be_visible()
        enrol(mine, code_in(server.run("organisation", "code", "Centre")))
        assert deliver(mine.tab)["refused"] == ""
        assert tallies(server.data) == {"kh-12": (1, 1)}


@pytest.mark.browser
def test_two_tabs_count_and_deliver_at_once_and_nothing_is_lost_or_doubled(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        first = enrolled(mine, server)
        second = mine.new_tab()
        second.clock.install()
        second.goto(f"{server.origin}/en/count/")
        for tab in (first, second):
            tab.get_by_role("button", name="Yes, she agreed").click()
        for _ in range(3):
            for tab in (first, second):
                tab.locator("[data-what=disclosures]").click()
                tab.clock.run_for(11_000)
            sending = """() => { const worker = new Worker(document.body.dataset.outbox);
                worker.postMessage({ do: "deliver" }, [new MessageChannel().port2]); }"""
            first.evaluate(sending)
            second.evaluate(sending)
        for tab in (first, second):
            expect(tab.get_by_text("Saved", exact=True)).to_be_visible()
        deliver(first)
        deliver(first)
        assert tallies(server.data) == {"kh-12": (6, 0)}


@pytest.mark.browser
def test_it_goes_out_by_itself_once_a_day_from_any_page_with_or_without_counts(
    browser: Browser, server: Server
) -> None:
    with phone(browser, server.origin) as mine:
        enrolled(mine, server)
        sizes: list[int] = []
        mine.context.on(
            "request",
            lambda request: sizes.append(len(request.post_data or "")) if request.url.endswith("/batches") else None,
        )
        for counts in (0, 2, 0):
            tab = mine.open("/en/count/")
            if counts:
                tap(tab, *["disclosures"] * counts)
            before = tab.evaluate("JSON.parse(localStorage.outbox).due")
            tab = mine.open("/en/now/")
            tab.clock.fast_forward(30 * 3600 * 1000)
            until(partial(due_after, tab, before), tab)
            hours = tab.evaluate("(JSON.parse(localStorage.outbox).due - Date.now()) / 3600000")
            assert 17.9 < hours < 27.1
        assert len(sizes) == 3
        assert len(set(sizes)) == 1
        assert tallies(server.data) == {"kh-12": (2, 0)}


@pytest.mark.browser
def test_background_sync_sends_what_is_sealed_with_every_page_closed(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server)
        mine.keep("/en/kh-12/")
        tap(mine.open("/en/count/"), "disclosures")
        server.stop()
        assert deliver(tab)["reached"] is False
        before = stored(tab)
        line = mine.context.new_cdp_session(tab)
        registrations: list[dict[str, str]] = []
        line.on("ServiceWorker.workerRegistrationUpdated", lambda e: registrations.extend(e["registrations"]))
        line.send("ServiceWorker.enable")
        tab.wait_for_timeout(300)
        server.start()
        line.send(
            "ServiceWorker.dispatchSyncEvent",
            {
                "origin": server.origin,
                "registrationId": registrations[0]["registrationId"],
                "tag": "outbox",
                "lastChance": False,
            },
        )
        until(lambda: tallies(server.data) != {}, tab)
        assert tallies(server.data) == {"kh-12": (1, 0)}
        assert stored(tab) == before
        assert deliver(tab)["refused"] == ""
        assert tallies(server.data) == {"kh-12": (1, 0)}


@pytest.mark.browser
def test_wiping_without_a_network_leaves_nothing_and_closes_a_second_tab(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server)
        tap(tab, "disclosures")
        mine.keep("/en/kh-12/")
        second = mine.new_tab()
        second.goto(f"{server.origin}/en/count/")
        server.stop()
        tab = mine.open("/en/privacy/")
        tab.get_by_role("button", name="Wipe now").click()
        expect(tab.locator("[data-wiped]")).to_be_visible()
        second.wait_for_url("about:blank")
        left = tab.evaluate(
            """async () => [Object.keys(localStorage), Object.keys(sessionStorage), await caches.keys(),
            (await indexedDB.databases()).length, (await navigator.serviceWorker.getRegistrations()).length]"""
        )
        assert left == [[], [], [], 0, 0]
        assert stored(tab) == {}


@pytest.mark.browser
def test_deliver_then_wipe_wipes_only_what_has_arrived(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server)
        tap(tab, "disclosures")
        mine.keep("/en/kh-12/")
        server.stop()
        tab = mine.open("/en/privacy/")
        tab.get_by_role("button", name="Deliver, then wipe").click()
        expect(tab.get_by_text("Not delivered, so nothing was wiped.")).to_be_visible()
        assert stored(tab)
        server.start()
        tab.get_by_role("button", name="Deliver, then wipe").click()
        expect(tab.locator("[data-wiped]")).to_be_visible()
        assert stored(tab) == {}
        assert tallies(server.data) == {"kh-12": (1, 0)}


@pytest.mark.browser
def test_a_phone_of_two_areas_counts_for_the_one_that_is_chosen(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server, "KH-12", "KH-2")
        tab.get_by_label("Counted for:").select_option("kh-2")
        tap(tab, "referrals")
        tab.get_by_label("Counted for:").select_option("kh-12")
        tap(tab, "disclosures")
        deliver(tab)
        assert tallies(server.data) == {"kh-2": (0, 1), "kh-12": (1, 0)}


@pytest.mark.browser
def test_a_browser_that_cannot_keep_files_counts_nothing_and_says_so(browser: Browser, server: Server) -> None:
    code = organisation(server)
    with phone(browser, server.origin) as mine:
        mine.context.route(
            "**/static/teller-*.js",
            lambda route: route.fulfill(
                response=route.fetch(),
                body="delete StorageManager.prototype.getDirectory;\n" + route.fetch().text(),
            ),
        )
        tab = mine.open(f"/en/count/#{code}")
        expect(tab.get_by_text("This browser cannot keep a count safely, so")).to_be_visible()
        expect(tab.get_by_role("button", name="Enrol this phone")).to_be_hidden()


@pytest.mark.browser
def test_a_file_that_was_cut_is_read_from_its_twin(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        tab = enrolled(mine, server)
        tap(tab, "disclosures")
        mine.open("/en/now/")
        tab.evaluate(
            """async () => { const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("outbox");
            const writer = await (await folder.getFileHandle("a")).createWritable();
            await writer.write("cut off"); await writer.close(); }"""
        )
        tap(mine.open("/en/count/"), "disclosures")
        deliver(tab)
        assert tallies(server.data) == {"kh-12": (2, 0)}
