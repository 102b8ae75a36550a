"""From the first administrator to a new number on a phone, and back again: in Chromium, on a real server."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from pwa.domain.proposals import service
from pwa.store import waiting
from pwa.store.db import open_content
from tests.phone import Phone, phone
from tests.seat import Seat, seat
from tests.server import Server
from tests.test_desk_browser import _faults, _kept, _open_all, invite, link_from_the_command_line
from tests.test_offline import _look_again

pytestmark = pytest.mark.browser
SERVICE, NAME = "kh-lscw", "Legal Support for Children and Women (LSCW)"
OLD, NEW = "+855 77 455 516", "+855 23 990 990"
SCREENS = (
    "/desk/directory/",
    f"/desk/directory/{SERVICE}/",
    "/desk/new-entry/",
    "/desk/changes/",
    "/desk/import/",
    "/desk/areas/",
    "/desk/areas/kh/",
)


def propose_a_number(mine: Seat, number: str) -> Page:
    tab = mine.open(f"/desk/directory/{SERVICE}/")
    tab.get_by_text("Change it", exact=True).click()
    tab.get_by_label("Telephone").fill(number)
    tab.get_by_role("button", name="Propose this change").click()
    expect(tab.get_by_role("heading", name="Waits for a second person")).to_be_visible()
    return tab


def approve(mine: Seat) -> None:
    tab = mine.open("/desk/changes/")
    tab.get_by_role("link", name="1 change").click()
    tab.get_by_role("button", name="Approve this change").click()
    expect(tab.get_by_text("Nothing waits.")).to_be_visible()


def shown(reader: Phone) -> str:
    """The entry as a reader sees it who keeps nothing."""
    return reader.open("/en/kh-8/directory/").locator(f"#{SERVICE}").inner_text()


def opened_until(held: Phone, number: str) -> None:
    """Open the area as after a while away until the phone has the number: the update lands behind an open page."""
    for _ in range(20):
        _look_again(held)
        if number in (held.open("/en/kh-12/directory/").locator(f"#{SERVICE}").text_content() or ""):
            return
    raise AssertionError("The change never came.")


def test_a_new_number_reaches_a_phone_when_two_agree_and_the_old_one_comes_back_the_same_way(
    browser: Browser, server: Server
) -> None:
    with (
        seat(browser, server.origin) as first,
        seat(browser, server.origin) as one,
        seat(browser, server.origin) as other,
        phone(browser, server.origin) as held,
        phone(browser, server.origin, service_workers="block") as reader,
    ):
        first.accept(link_from_the_command_line(server))
        one.accept(invite(first, "Cambodia, first coordinator", "kh"))
        other.accept(invite(first, "Cambodia, second coordinator", "kh"))
        held.keep("/en/kh-12/")
        tab = propose_a_number(one, NEW)
        assert "77 455 516" in shown(reader) and "23 990 990" not in shown(reader)
        tab.get_by_role("link", name="Look at it and decide").click()
        expect(tab.get_by_text("Another person decides about it.")).to_be_visible()
        expect(tab.get_by_role("button", name="Approve")).to_have_count(0)
        approve(other)
        assert "23 990 990" in shown(reader) and "77 455 516" not in shown(reader)
        server.stop()
        expect(held.open("/en/kh-12/directory/").locator("main")).to_contain_text("77 455 516")
        server.start()
        opened_until(held, "23 990 990")
        tab = one.open(f"/desk/directory/{SERVICE}/")
        tab.get_by_text("What changed").first.click()
        tab.get_by_role("button", name="Propose what it said before this").click()
        expect(tab.get_by_role("heading", name="Waits for a second person")).to_be_visible()
        assert "23 990 990" in shown(reader)
        approve(other)
        assert "77 455 516" in shown(reader) and "23 990 990" not in shown(reader)
        opened_until(held, "77 455 516")
        assert one.errors == other.errors == []
        held.open("/en/kh-12/")
        assert not [address for address in _kept(held.tab) if "/desk" in address]


def test_faults_stand_at_the_field_while_she_types_and_one_tap_takes_the_row(browser: Browser, server: Server) -> None:
    with seat(browser, server.origin) as mine:
        mine.accept(link_from_the_command_line(server))
        tab = mine.open(f"/desk/directory/{SERVICE}/")
        tab.get_by_text("Change it", exact=True).click()
        tab.get_by_label("Telephone").press_sequentially("; *21*1#")
        expect(tab.locator("#fault-phones")).to_contain_text("can start a service on the phone")
        expect(tab.locator("#fault-hours")).to_be_hidden()
        tab.get_by_label("Telephone").fill("117")
        expect(tab.locator("#fault-phones")).to_be_hidden()
        db = open_content(server.data)
        assert waiting.batches(db) == ()
        tab = mine.open("/desk/directory/?area=kh")
        address = tab.url
        row = tab.locator(f"#row-{SERVICE}")
        row.get_by_role("button", name="Still right, checked today").click()
        expect(row).to_contain_text("Checked in the last 90 days")
        assert tab.url == address and waiting.current(db, service(SERVICE))["checked_by"] == "First administrator"
        other = tab.locator("li.card", has=tab.get_by_role("button", name="Still right")).first
        # The directory moves on under the page: the tap says so, and nothing is written.
        id = (other.get_attribute("id") or "").removeprefix("row-")
        other.locator("input[name=base]").evaluate("(field) => { field.value = '0'; }")
        other.get_by_role("button", name="Still right, checked today").click()
        expect(tab.get_by_role("heading", name="That was not done")).to_be_visible()
        assert "checked_on" not in waiting.current(db, service(id)) or id == SERVICE
        db.close()


def furnish(mine: Seat) -> str:
    """A waiting change, an area that one person looks after alone, and the address of the change."""
    propose_a_number(mine, NEW)
    tab = mine.open("/desk/areas/kh/")
    tab.get_by_role("button", name="Allow one person alone").click()
    expect(tab.get_by_role("button", name="Two people again")).to_be_visible()
    tab = mine.open("/desk/changes/")
    return tab.get_by_role("link", name="1 change").get_attribute("href") or ""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_directory_at_the_desk_are_readable_by_all(
    browser: Browser, server: Server, scheme: str
) -> None:
    with seat(browser, server.origin, color_scheme=scheme, bypass_csp=True) as mine:
        mine.accept(link_from_the_command_line(server))
        screens = (*SCREENS, furnish(mine))
        faults: dict[str, Any] = {path: _faults(mine.open(path)) for path in screens}
        assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize(("width", "text"), [(320, 100), (360, 200), (1280, 100)])
def test_nothing_of_the_directory_at_the_desk_is_cut_off_or_too_small_to_tap(
    browser: Browser, server: Server, width: int, text: int
) -> None:
    with seat(browser, server.origin, bypass_csp=True) as mine:
        mine.accept(link_from_the_command_line(server))
        change = furnish(mine)
        mine.tab.set_viewport_size({"width": width, "height": 740})
        for path in (*SCREENS, change):
            tab = mine.open(path)
            tab.add_style_tag(content=f"html {{ font-size: {text}% !important }}")
            _open_all(tab)
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
            small: list[str] = tab.evaluate(
                """() => [...document.querySelectorAll("main :is(button, summary, select, textarea, .btn)")]
                .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height < 44)
                .map((e) => e.outerHTML.slice(0, 80))"""
            )
            assert small == [], path
