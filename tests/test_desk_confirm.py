"""What gives or takes access asks for a passkey five minutes after the last one, and keeps all that was typed."""

from typing import Any

import pytest
from lxml import html
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from pwa.store.db import immediate, open_content
from tests.authenticator import Way
from tests.desk import Desk, Visitor
from tests.refusals import assert_refused
from tests.seat import seat
from tests.server import Server
from tests.test_desk_browser import _faults

CONFIRM = "/desk/passkeys/confirm"
OLD = "update sessions set confirmed = confirmed - 300"
# What each of them is about, as the page names it.
WRITES = {
    "people/invite": ["Make a link", "New <b>", "Coordinator", "kh-12, kh-8"],
    "people/{second}/role": ["Keep this role", "Second", "Coordinator", "kh-12, kh-8"],
    "people/{second}/back": ["Make a link to come back", "Second"],
    "people/{second}/revoke": ["Put out now", "Second"],
    "invitations/{invitation}/withdraw": ["Take back", "Third"],
    "passkeys/{key}/remove": ["Remove for good", "Spare"],
    "sessions/{session}/end": ["Sign out there"],
    "sessions/end-others": ["Sign out everywhere else"],
    "areas/kh-12/alone": ["Allow one person alone", "Phnom Penh"],
}
FORM = {"label": "New <b>", "role": "coordinator", "areas": "kh-12, kh-8", "alone": "yes"}


def crowded(desk: Desk) -> tuple[Visitor, dict[str, str]]:
    """An administrator with two passkeys, signed in twice, beside another and one who is invited; and what they are."""
    mine = desk.somebody()
    assert mine.add().status_code == 200
    elsewhere = Visitor(desk, mine.authenticator.copy())
    assert elsewhere.sign_in().status_code == 200
    mine.authenticator.counter = elsewhere.authenticator.counter
    desk.somebody("Second")
    desk.invitation("Third")
    cookie = mine.client.get_cookie("__Host-desk")
    assert cookie
    rows, first = desk.rows(), desk.id_of("First")
    here = desk.db.execute("select id from sessions where person = ? order by started, id", [first]).fetchall()
    shown = html.fromstring(mine.get("/desk/passkeys/").text)
    end = shown.xpath("string(//form[contains(@action, '/desk/sessions/')]/@action)")
    assert len(here) == 2
    return mine, {
        "second": desk.id_of("Second"),
        "invitation": rows["invitations"][0][0].hex(),
        "key": next(row[0] for row in rows["credentials"] if row[5] == "Spare").hex(),
        "session": end.split("/")[3],
    }


def again(answer: TestResponse) -> tuple[str, dict[str, str]]:
    """Where the page sends what was asked for once a passkey was shown, and with what."""
    form = html.fromstring(answer.text).get_element_by_id("asked")
    return form.get("action"), dict(form.form_values())


@pytest.mark.parametrize("path", WRITES)
def test_after_five_minutes_it_asks_who_is_there_and_then_does_what_was_asked(desk: Desk, path: str) -> None:
    mine, known = crowded(desk)
    desk.change(OLD)
    before, work, there = desk.rows(), desk.work(), f"/desk/{path.format(**known)}"
    answer = mine.post(there, **FORM)
    tree = html.fromstring(answer.text)
    assert (answer.status_code, tree.xpath("string(//h1)")) == (403, "Confirm that it is you")
    assert [each.text_content() for each in tree.xpath("//div[@class='card']/p")] == WRITES[path]
    assert (desk.rows(), desk.work()) == (before, work)
    assert again(answer) == (there, FORM)
    shown = mine.authenticator.show(mine.ask(f"{CONFIRM}/options"))
    assert mine.send(CONFIRM, {"credential": shown}).status_code == 200
    assert mine.post(there, **FORM).status_code == 303
    assert (desk.rows(), desk.work()) != (before, work)


@pytest.mark.parametrize("path", WRITES)
def test_up_to_five_minutes_nothing_is_asked(desk: Desk, path: str) -> None:
    mine, known = crowded(desk)
    desk.change("update sessions set confirmed = confirmed - 290")
    assert mine.post(f"/desk/{path.format(**known)}", **FORM).status_code == 303


def test_to_sign_out_here_and_to_name_a_passkey_asks_for_none(desk: Desk) -> None:
    mine, known = crowded(desk)
    desk.change(OLD)
    assert mine.post(f"/desk/passkeys/{known['key']}/name", name="In the drawer").status_code == 303
    assert mine.post("/desk/sign-out").status_code == 303


def test_whose_it_is_not_learns_nothing_from_being_asked(desk: Desk) -> None:
    _, known = crowded(desk)
    desk.somebody("North", "coordinator", ("kh-12",))
    outside, theirs = Visitor(desk), desk.somebody("East", "coordinator", ("kh-8",))
    desk.change(OLD)
    before = desk.rows()
    for path in WRITES:
        there = f"/desk/{path.format(**known)}"
        assert "Confirm that it is you" not in outside.post(there, **FORM).text, path
        if path.startswith("sessions"):
            continue
        answer = theirs.post(there, **FORM)
        assert answer.status_code in (403, 404) and "Confirm that it is you" not in answer.text, path
    assert desk.rows() == before


def refused(desk: Desk, mine: Visitor, credential: Any) -> None:
    """Neither does it make the session fresh, nor is anything done."""
    before = desk.rows()
    assert_refused(desk, before, mine.send(CONFIRM, {"credential": credential}))
    assert mine.post("/desk/people/invite", **FORM).status_code == 403
    assert desk.rows() == before


def test_another_persons_passkey_does_not_confirm(desk: Desk) -> None:
    mine, _ = crowded(desk)
    other = desk.somebody("Fourth")
    desk.change(OLD)
    refused(desk, mine, other.authenticator.show(mine.ask(f"{CONFIRM}/options")))


def test_what_somebody_was_asked_in_another_session_does_not_confirm(desk: Desk) -> None:
    mine, other = desk.somebody(), desk.somebody("Second")
    twin = Visitor(desk, mine.authenticator)
    assert twin.sign_in().status_code == 200
    desk.change(OLD)
    for asked in (other, twin):
        refused(desk, mine, mine.authenticator.show(asked.ask(f"{CONFIRM}/options")))


def test_a_challenge_confirms_once_and_only_what_it_was_given_for(desk: Desk) -> None:
    mine = desk.somebody()
    desk.change(OLD)
    refused(desk, mine, mine.authenticator.show(mine.asked_to_sign_in()))
    old = mine.authenticator.show(mine.ask(f"{CONFIRM}/options"))
    desk.change("update challenges set expires = expires - 300")
    refused(desk, mine, old)
    options = mine.ask(f"{CONFIRM}/options")
    refused(desk, mine, mine.authenticator.show(options, Way(signature=b"x" * 70)))
    refused(desk, mine, mine.authenticator.show(options))
    shown = mine.authenticator.show(mine.ask(f"{CONFIRM}/options"))
    assert mine.send(CONFIRM, {"credential": shown}).status_code == 200
    desk.change(OLD)
    refused(desk, mine, shown)
    to_confirm = mine.authenticator.show(mine.ask(f"{CONFIRM}/options"))
    assert_refused(desk, desk.rows(), mine.send("/desk/sign-in", {"credential": to_confirm}))


def test_a_passkey_that_was_removed_or_copied_does_not_confirm(desk: Desk) -> None:
    mine = desk.somebody()
    assert mine.add().status_code == 200
    spare = mine.authenticator.held[-1].id
    assert mine.post(f"/desk/passkeys/{spare.hex()}/remove").status_code == 303
    desk.change(OLD)
    refused(desk, mine, mine.authenticator.show(mine.ask(f"{CONFIRM}/options")))
    first = mine.authenticator.show(mine.ask(f"{CONFIRM}/options"), Way(counter=1), which=0)
    assert mine.send(CONFIRM, {"credential": first}).status_code == 403
    assert mine.post("/desk/people/invite", **FORM).status_code == 403


# In Chromium


def grow_old(server: Server) -> None:
    db = open_content(server.data)
    with immediate(db):
        db.execute(OLD)
    db.close()


@pytest.mark.browser
def test_what_was_typed_while_the_passkey_grew_old_is_done_after_showing_it(browser: Browser, server: Server) -> None:
    with seat(browser, server.origin) as mine:
        mine.accept(server.run("invite", "--administrator").strip())
        tab = mine.open("/desk/people/")
        tab.get_by_label("Label").fill("North, second coordinator")
        tab.get_by_label("Areas of a coordinator").fill("Phnom Penh")
        grow_old(server)
        tab.get_by_role("button", name="Make a link").click()
        expect(tab.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
        tab.get_by_role("button", name="Show my passkey again").click()
        expect(tab.locator(".link")).to_contain_text("/desk/invitation/#")
        tab = mine.open("/desk/people/")
        expect(tab.get_by_text("North, second coordinator", exact=True).first).to_be_visible()
        tab = mine.open("/desk/passkeys/")
        tab.get_by_label("What do you call this passkey?").fill("In the drawer")
        grow_old(server)
        tab.get_by_role("button", name="Make one more passkey").click()
        expect(tab.get_by_text("Show your passkey again first.")).to_be_visible()
        tab.get_by_role("button", name="Show my passkey again").click()
        # The making went on at once, with the name that was typed; this device has one already.
        expect(tab.locator("#add").get_by_text("holds a passkey of yours already")).to_be_visible()
        expect(tab.get_by_label("What do you call this passkey?")).to_have_value("In the drawer")
        expect(tab.get_by_role("button", name="Show my passkey again")).to_be_hidden()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_that_asks_is_readable_by_all(browser: Browser, server: Server, scheme: str) -> None:
    with seat(browser, server.origin, color_scheme=scheme, bypass_csp=True) as mine:
        mine.accept(server.run("invite", "--administrator").strip())
        tab = mine.open("/desk/people/")
        tab.get_by_label("Label").fill("Northern provinces, second coordinator !")
        tab.get_by_label("Areas of a coordinator").fill("Phnom Penh, Kandal, Preah Sihanouk, kh-8")
        grow_old(server)
        tab.get_by_role("button", name="Make a link").click()
        expect(tab.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
        assert _faults(tab) == []
        for width, text in ((320, 100), (360, 200), (1280, 100)):
            tab.set_viewport_size({"width": width, "height": 740})
            tab.add_style_tag(content=f"html {{ font-size: {text}% !important }}")
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
