"""From an organisation that is added at the desk to a phone that counts for it, and is put out: in Chromium."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urldefrag

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pwa.store.db import immediate, open_content, open_counts
from tests.counter import code_in, deliver, enrol, tallies, tap
from tests.looks import axe, cut_off, open_all
from tests.phone import phone
from tests.seat import DESKTOP, Seat, seat
from tests.server import Server

pytestmark = pytest.mark.browser


@contextmanager
def administrator(browser: Browser, server: Server, **options: Any) -> Iterator[Seat]:
    with seat(browser, server.origin, **options) as mine:
        mine.accept(server.run("invite", "--administrator").strip())
        yield mine


def add(mine: Seat, name: str, areas: str) -> Page:
    tab = mine.open("/desk/")
    tab.get_by_role("link", name="Organisations").click()
    tab.get_by_label("Name of the organisation").fill(name)
    tab.get_by_label("Where it works").fill(areas)
    tab.get_by_role("button", name="Add it").click()
    expect(tab.get_by_role("heading", name=name, level=1)).to_be_visible()
    return tab


def show_code(tab: Page) -> str:
    tab.get_by_role("button", name="Show a code").click()
    expect(tab.get_by_text("Or type this code")).to_be_visible()
    return code_in(tab.locator(".typed b").inner_text())


def seen_by_a_camera(tab: Page) -> str:
    """What a phone's camera reads from the screen, as it stands without scrolling."""
    (found,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(tab.screenshot())).convert("L"))
    return found.text


def test_an_organisation_is_added_its_phones_enrol_count_deliver_and_are_put_out(
    browser: Browser, server: Server
) -> None:
    with (
        administrator(browser, server, viewport=DESKTOP) as mine,
        phone(browser, server.origin) as typing,
        phone(browser, server.origin) as scanning,
    ):
        tab = add(mine, "House of the river", "Phnom Penh")
        at_desk = tab.url
        code = show_code(tab)
        tried = typing.open("/en/count/")
        tried.get_by_text("Your organisation gave you a code?").click()
        tried.get_by_label("Code, eight letters and numbers").fill(tab.locator(".typed b").inner_text().lower())
        tried.get_by_role("button", name="Enrol").click()
        expect(tried.get_by_text("Did she agree to be counted?")).to_be_visible()
        address, secret = urldefrag(seen_by_a_camera(tab))
        assert (address, secret) == (f"{server.origin}/en/count/", code)
        scanning.tab.clock.install()
        counting = enrol(scanning, secret)
        tap(counting, "disclosures", "referrals")
        assert deliver(counting)["refused"] == ""
        assert deliver(tried)["refused"] == ""
        assert tallies(server.data) == {"kh-12": (1, 1)}
        tab = mine.open(at_desk.removeprefix(server.origin))
        expect(tab.get_by_text("2 phones are enrolled.")).to_be_visible()
        expect(tab.get_by_text("It enrols 28 more phones.")).to_be_visible()
        expect(tab.get_by_text("fewer than 10 deliveries, possibly none")).to_be_visible()
        tab.get_by_text("A phone is lost, or in wrong hands").click()
        tab.get_by_role("button", name="Put out all its phones now").click()
        expect(tab.get_by_text("No phone is enrolled.")).to_be_visible()
        tap(scanning.open("/en/count/"), "disclosures")
        assert deliver(scanning.tab)["refused"] == "token"
        told = scanning.open("/en/count/").get_by_text("The server does not know this phone any more.")
        expect(told).to_be_visible()
        assert tallies(server.data) == {"kh-12": (1, 1)}
        # Its counts have waited: with a new code they arrive.
        enrol(scanning, show_code(mine.open(at_desk.removeprefix(server.origin))))
        assert deliver(scanning.tab)["refused"] == ""
        assert tallies(server.data) == {"kh-12": (2, 1)}
        assert (mine.errors, typing.errors, scanning.errors) == ([], [], [])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("width", "height"), [(320, 640), (360, 740), (1280, 800), (1920, 1080)])
def test_the_code_is_read_by_a_camera_from_every_screen_without_scrolling(
    browser: Browser, server: Server, width: int, height: int, scheme: str
) -> None:
    size = {"width": width, "height": height}
    with administrator(browser, server, viewport=size, color_scheme=scheme) as mine:
        code = show_code(add(mine, "Centre", "kh-12"))
        assert seen_by_a_camera(mine.tab) == f"{server.origin}/en/count/#{code}"
        box = mine.tab.locator(".code svg").bounding_box()
        assert box and box["width"] >= min(280, width - 40) and box["y"] + box["height"] <= height


def test_a_code_stands_in_no_address_and_no_history_and_back_does_not_bring_it_again(
    browser: Browser, server: Server
) -> None:
    with administrator(browser, server) as mine:
        asked: list[str] = []
        mine.tab.on("request", lambda request: asked.append(request.url))
        code = show_code(add(mine, "Centre", "kh-12"))
        tab = mine.tab
        assert tab.url == f"{server.origin}/desk/organisations/code/"
        assert [url for url in asked if code in url] == []
        tab.reload()
        expect(tab.get_by_text("A code is shown only once")).to_be_visible()
        tab.get_by_role("link", name="Organisations").click()
        tab.go_back()
        expect(tab.get_by_text("A code is shown only once")).to_be_visible()
        assert code not in tab.content()
        assert [cookie["name"] for cookie in mine.context.cookies()] == ["__Host-desk"]


def test_the_time_runs_down_on_the_screen_and_at_its_end_the_code_is_gone_from_it(
    browser: Browser, server: Server
) -> None:
    with administrator(browser, server) as mine:
        mine.tab.clock.install()
        code = show_code(add(mine, "Centre", "kh-12"))
        tab = mine.tab
        expect(tab.get_by_role("timer")).to_have_text("10:00")
        tab.clock.run_for(61_000)
        expect(tab.get_by_role("timer")).to_have_text("8:59")
        tab.clock.fast_forward(8 * 60_000)
        expect(tab.get_by_role("timer")).to_have_text("0:59")
        assert code in tab.content()
        tab.clock.fast_forward(60_000)
        expect(tab.get_by_text("The ten minutes are over.")).to_be_visible()
        assert code not in tab.content()
        expect(tab.locator(".code svg")).to_have_count(0)
        tab.get_by_role("link", name="Make a new code").click()
        expect(tab.get_by_role("heading", name="Centre", level=1)).to_be_visible()


def grow_old(server: Server) -> None:
    """Five minutes pass since the passkey was shown."""
    db = open_content(server.data)
    with immediate(db):
        db.execute("update sessions set confirmed = confirmed - 300")
    db.close()


def test_what_was_typed_while_the_passkey_grew_old_is_sent_after_showing_it_again(
    browser: Browser, server: Server
) -> None:
    with administrator(browser, server) as mine:
        tab = mine.open("/desk/organisations/")
        tab.get_by_label("Name of the organisation").fill("House")
        tab.get_by_label("Where it works").fill("Kandal")
        grow_old(server)
        tab.get_by_role("button", name="Add it").click()
        expect(tab.get_by_role("alert").filter(has_text="Show your passkey again first.")).to_be_visible()
        tab.get_by_role("button", name="Show my passkey again").click()
        expect(tab.get_by_role("heading", name="House", level=1)).to_be_visible()
        tab.get_by_label("How many phones?").fill("2")
        grow_old(server)
        tab.get_by_role("button", name="Show a code").click()
        tab.get_by_role("button", name="Show my passkey again").click()
        expect(tab.get_by_text("for 2 phones.")).to_be_visible()
        grow_old(server)
        mine.open("/desk/organisations/")
        expect(tab.get_by_label("Name of the organisation")).to_have_count(0)
        tab.get_by_role("button", name="Show my passkey again").click()
        expect(tab.get_by_label("Name of the organisation")).to_be_visible()


def furnish(server: Server) -> str:
    """Two organisations, one with a long name and a phone; its address."""
    db = open_counts(server.data)
    with immediate(db):
        long = "Workers-of-the-very-far-north-and-everybody-who-came-with-them-or-after"
        db.execute("insert into organisations values ('00ff', ?), ('11ff', 'Centre')", [long])
        db.execute("insert into serves values ('00ff', 'kh-12'), ('00ff', 'th-10'), ('11ff', 'kh-12')")
        db.execute("insert into phones values (x'00', '00ff')")
    db.close()
    return "/desk/organisations/00ff/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_organisations_are_readable_by_all_and_large_enough_to_tap(
    browser: Browser, server: Server, scheme: str
) -> None:
    path = furnish(server)
    with administrator(browser, server, color_scheme=scheme, bypass_csp=True) as mine:
        tab = mine.open(path)
        show_code(tab)
        _look(tab, "a code")
        for each in ("/desk/organisations/", path, "/desk/organisations/code/", "/desk/"):
            _look(mine.open(each), each)
        grow_old(server)
        _look(mine.open(path), "old")
        assert mine.errors == []


def _look(tab: Page, what: str) -> None:
    open_all(tab)
    assert axe(tab) == [], what
    for width, text in ((320, 100), (360, 200), (1280, 100)):
        tab.set_viewport_size({"width": width, "height": 740})
        style = tab.add_style_tag(content=f"html {{ font-size: {text}% !important }}")
        # A long name scrolls in its own field.
        assert [each for each in cut_off(tab) if not each.startswith("INPUT.")] == [], (what, width)
        style.evaluate("(each) => each.remove()")
    small = tab.locator("main :is(button, a, summary, input):visible").evaluate_all(
        "(all) => all.filter((e) => e.getBoundingClientRect().height < 48).map((e) => e.outerHTML)"
    )
    assert small == [], what
    tab.set_viewport_size({"width": 360, "height": 740})
