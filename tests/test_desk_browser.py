"""The desk in Chromium: invitations, passkeys of a virtual authenticator, and what is left after signing out."""

import re
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from pwa.store.db import immediate, open_content
from tests.seat import Seat, seat
from tests.server import Server

pytestmark = pytest.mark.browser
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# An address behind which another page stands after signing in comes first.
SCREENS = (
    "/desk/",
    "/desk/invitation/#x",
    "/desk/passkeys/",
    "/desk/people/",
    "/desk/people/invited/",
    "/desk/nowhere/",
)
DIRECTORY = ("/desk/directory/", "/desk/directory/kh-police-117/", "/desk/changes/", "/desk/import/", "/desk/areas/")
OLDER = """
for (const name of ["parseCreationOptionsFromJSON", "parseRequestOptionsFromJSON"]) delete PublicKeyCredential[name];
PublicKeyCredential.prototype.toJSON = () => { throw new TypeError("Illegal invocation"); };
"""


def link_from_the_command_line(server: Server) -> str:
    return server.run("invite", "--administrator").strip()


def invite(administrator: Seat, label: str, areas: str) -> str:
    """Invite a coordinator at the desk, and read the link off the page."""
    tab = administrator.open("/desk/people/")
    tab.get_by_label("Label").fill(label)
    tab.get_by_label("Areas of a coordinator").first.fill(areas)
    tab.get_by_role("button", name="Make a link").click()
    return (tab.locator(".link").text_content() or "").strip()


def test_from_the_first_link_to_a_coordinator_who_is_put_out(browser: Browser, server: Server) -> None:
    with seat(browser, server.origin) as first, seat(browser, server.origin) as second:
        link = link_from_the_command_line(server)
        tab = first.accept(link)
        assert "#" not in tab.url
        expect(tab.get_by_text("You have one passkey only")).to_be_visible()
        expect(tab.get_by_text("You are the only administrator")).to_be_visible()
        cookie = next(c for c in first.context.cookies() if c["name"] == "__Host-desk")
        assert (cookie["secure"], cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, True, "Strict", "/")
        given = invite(first, "North, second coordinator", "Phnom Penh, kh-8")
        assert re.fullmatch(rf"{server.origin}/desk/invitation/#[\w-]{{43}}", given)
        other = second.accept(given)
        expect(other.get_by_text("Your areas: Phnom Penh, Kandal")).to_be_visible()
        expect(other.get_by_role("link", name="People")).to_have_count(0)
        tab = first.open("/desk/people/")
        row = tab.locator("li.card", has_text="North, second coordinator")
        row.locator("summary").click()
        row.get_by_role("button", name="Put out now").click()
        expect(tab.locator("li.card", has_text="North, second coordinator")).to_contain_text("Out")
        second.open("/desk/passkeys/")
        expect(other.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
        other.get_by_role("button", name="Sign in with a passkey").click()
        expect(other.get_by_text("This passkey does not open the desk")).to_be_visible()
        assert first.errors == []


def test_back_after_signing_out_shows_nothing(browser: Browser, server: Server) -> None:
    with seat(browser, server.origin) as mine:
        mine.accept(link_from_the_command_line(server))
        mine.open("/desk/people/")
        tab = mine.open("/desk/passkeys/")
        tab.get_by_role("button", name="Sign out", exact=True).click()
        expect(tab.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
        assert mine.context.cookies() == []
        for _ in range(3):
            tab.go_back()
            tab.wait_for_load_state()
            expect(tab.get_by_role("button", name="Sign in with a passkey")).to_be_visible()
            expect(tab.get_by_text("Blue key")).to_have_count(0)
        tab = mine.sign_in()
        expect(tab.get_by_text("Administrator").first).to_be_visible()


def test_a_second_passkey_is_added_named_and_removed_and_signs_in(browser: Browser, server: Server) -> None:
    with seat(browser, server.origin) as mine:
        mine.accept(link_from_the_command_line(server))
        tab = mine.open("/desk/passkeys/")
        tab.get_by_role("button", name="Make one more passkey").click()
        expect(tab.locator("#add").get_by_text("holds a passkey of yours already")).to_be_visible()
        mine.unplug(mine.authenticator)
        mine.authenticator = mine.plug_in()
        tab.get_by_label("What do you call this passkey?").fill("Spare key")
        tab.get_by_role("button", name="Make one more passkey").click()
        expect(tab.get_by_role("heading", name="Spare key")).to_be_visible()
        row = tab.locator("li.card", has_text="Spare key")
        row.locator("summary").click()
        row.get_by_label("Name").fill("In the drawer")
        row.get_by_role("button", name="Rename").click()
        expect(tab.get_by_role("heading", name="In the drawer")).to_be_visible()
        tab.get_by_role("button", name="Sign out", exact=True).click()
        mine.sign_in()
        tab = mine.open("/desk/passkeys/")
        row = tab.locator("li.card", has_text="Blue key")
        row.locator("summary").click()
        row.get_by_role("button", name="Remove for good").click()
        expect(tab.get_by_role("heading", name="Blue key")).to_have_count(0)
        assert len(mine.held()) == 1


def test_the_worker_keeps_nothing_of_the_desk_and_the_desk_brings_no_worker(browser: Browser, server: Server) -> None:
    with seat(browser, server.origin) as mine:
        tab = mine.accept(link_from_the_command_line(server))
        mine.open("/desk/nowhere/")
        assert tab.evaluate("navigator.serviceWorker.getRegistrations().then((found) => found.length)") == 0
        mine.open("/en/kh-12/")
        expect(tab.locator("#keep [data-state=ready]")).to_be_visible(timeout=20_000)
        for path in ("/desk/", "/desk/people/", "/desk/passkeys/", "/desk/invitation/", *DIRECTORY):
            mine.open(path)
        assert _kept(tab) and not [address for address in _kept(tab) if "/desk" in address]


def test_an_invitation_without_its_secret_says_so_and_a_used_one_too(browser: Browser, server: Server) -> None:
    with seat(browser, server.origin) as mine, seat(browser, server.origin) as late:
        link = link_from_the_command_line(server)
        mine.accept(link)
        tab = late.open("/desk/invitation/")
        expect(tab.get_by_text("There is no invitation in this address")).to_be_visible()
        expect(tab.get_by_role("button", name="Make my passkey")).to_be_hidden()
        tab.goto(link)
        expect(tab.get_by_text("There is no invitation in this address")).to_be_hidden()
        tab.get_by_role("button", name="Make my passkey").click()
        expect(tab.get_by_text("This link does not work")).to_be_visible()
        assert late.held() == []
        assert tab.url == f"{server.origin}/desk/invitation/"
        tab = late.accept(server.run("invite", "--administrator", "--label", "Second").strip())
        assert tab.evaluate("performance.getEntriesByType('navigation')[0].name") == f"{server.origin}/desk/"


def test_a_browser_without_the_newest_helpers_does_the_same(browser: Browser, server: Server) -> None:
    with seat(browser, server.origin) as mine:
        mine.context.add_init_script(OLDER)
        tab = mine.accept(link_from_the_command_line(server))
        tab.get_by_role("button", name="Sign out", exact=True).click()
        mine.sign_in()
        mine.open("/desk/passkeys/")
        tab.get_by_role("button", name="Make one more passkey").click()
        expect(tab.locator("#add").get_by_text("holds a passkey of yours already")).to_be_visible()


def test_a_stopped_ceremony_says_so_and_can_be_tried_again(browser: Browser, server: Server) -> None:
    with seat(browser, server.origin) as mine:
        link = link_from_the_command_line(server)
        tab = mine.open("/desk/")
        button = tab.get_by_role("button", name="Sign in with a passkey")
        button.click()
        expect(tab.get_by_text("It was stopped, or took too long")).to_be_visible()
        expect(button).to_be_enabled()
        server.stop()
        button.click()
        expect(tab.get_by_text("Is there a network?")).to_be_visible()
        server.start()
        mine.accept(link)


def test_after_five_minutes_a_passkey_is_shown_again_before_somebody_is_invited(
    browser: Browser, server: Server
) -> None:
    with seat(browser, server.origin) as mine:
        mine.accept(link_from_the_command_line(server))
        db = open_content(server.data)
        with immediate(db):
            db.execute("update sessions set confirmed = confirmed - 300")
        db.close()
        tab = mine.open("/desk/people/")
        expect(tab.get_by_label("Label")).to_have_count(0)
        tab.get_by_role("button", name="Show my passkey again").click()
        expect(tab.get_by_label("Label")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_desk_are_readable_by_all(browser: Browser, server: Server, scheme: str) -> None:
    with seat(browser, server.origin, color_scheme=scheme, bypass_csp=True) as mine:
        faults: dict[str, Any] = {"signed out": _faults(mine.open("/desk/"))}
        faults["invited"] = _faults(mine.open("/desk/invitation/#x"))
        mine.accept(link_from_the_command_line(server))
        invite(mine, "North, second coordinator of a long name", "kh, th")
        faults["link"] = _faults(mine.tab)
        for path in SCREENS:
            faults[path] = _faults(mine.open(path))
        assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize(("width", "text"), [(320, 100), (360, 200), (1280, 100)])
def test_nothing_of_the_desk_is_cut_off_or_too_small_to_tap(
    browser: Browser, server: Server, width: int, text: int
) -> None:
    with seat(browser, server.origin, bypass_csp=True) as mine:
        mine.accept(link_from_the_command_line(server))
        invite(mine, "North, second coordinator of a long name", "kh, th")
        mine.tab.set_viewport_size({"width": width, "height": 740})
        for path in SCREENS:
            tab = mine.open(path)
            tab.add_style_tag(content=f"html {{ font-size: {text}% !important }}")
            _open_all(tab)
            assert tab.evaluate("document.documentElement.scrollWidth") <= width, path
            small: list[str] = tab.evaluate(
                """() => [...document.querySelectorAll("a, button, summary, label:has(input), input:not([type=radio])")]
                .filter((e) => e.checkVisibility() && !e.closest(".skip"))
                .filter((e) => e.getBoundingClientRect().height < 44).map((e) => e.outerHTML.slice(0, 80))"""
            )
            assert small == [], path


def _open_all(tab: Page) -> None:
    tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def _faults(tab: Page) -> list[Any]:
    _open_all(tab)
    tab.evaluate(AXE)
    found: list[dict[str, Any]] = tab.evaluate("axe.run(document).then((result) => result.violations)")
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


def _kept(tab: Page) -> list[str]:
    found: list[str] = tab.evaluate(
        """async () => { const found = []; for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) found.push(request.url); } return found; }"""
    )
    return found
