"""What administrators see of changes of access: what, whom, by whom, in which month; never when somebody signed in."""

import json

import pytest
from lxml import html

from pwa.domain.proposals import Signature
from pwa.store import access, access_history
from pwa.store.people import NotAllowedError, month
from tests.desk import Desk, Visitor
from tests.test_people import come_back, invite

FIRST, OPERATOR = Signature("First", "administrator"), Signature("command line", "operator")


def told(desk: Desk) -> list[tuple[str, str, Signature]]:
    """The changes, the first first."""
    return [(each.kind, each.label, each.by) for each in reversed(access_history.changes(desk.db))]


def lines(visitor: Visitor) -> list[str]:
    tree = html.fromstring(visitor.get("/desk/people/").text)
    return [" ".join(each.text_content().split()) for each in tree.xpath("//li[contains(@class, 'row-changed')]")]


def test_every_change_of_access_is_told_with_who_made_it(desk: Desk) -> None:
    mine, north = desk.somebody(), Visitor(desk)
    assert north.join(invite(mine, "North", areas="kh-12")).status_code == 200
    assert north.add().status_code == 200
    spare = north.authenticator.held[-1].id.hex()
    assert north.post(f"/desk/passkeys/{spare}/remove").status_code == 303
    id = desk.id_of("North")
    assert mine.post(f"/desk/people/{id}/role", role="coordinator", areas="kh-8, kh-12").status_code == 303
    assert mine.post(f"/desk/people/{id}/revoke").status_code == 303
    assert Visitor(desk).join(come_back(mine, "North")).status_code == 200
    invite(mine, "East")
    key = desk.rows()["invitations"][0][0].hex()
    assert mine.post(f"/desk/invitations/{key}/withdraw").status_code == 303
    own = Signature("North", "coordinator")
    assert told(desk) == [
        ("invited", "First", OPERATOR),
        ("joined", "First", FIRST),
        ("invited", "North", FIRST),
        ("joined", "North", own),
        ("passkey-added", "North", own),
        ("passkey-removed", "North", own),
        ("role", "North", FIRST),
        ("out", "North", FIRST),
        ("link-back", "North", FIRST),
        ("came-back", "North", own),
        ("invited", "East", FIRST),
        ("withdrawn", "East", FIRST),
    ]
    shown = lines(mine)
    assert len(shown) == 12
    assert shown[0].startswith("East Invitation taken back") and shown[0].endswith("· by First (Administrator)")
    assert "North Role or areas changed Coordinator: Phnom Penh, Kandal" in shown[5]
    assert shown[-1].endswith("by command line (operator)")


def test_signing_in_out_and_being_refused_leave_no_trace(desk: Desk) -> None:
    mine = desk.somebody()
    before = told(desk)
    mine.sign_out()
    assert mine.sign_in().status_code == 200
    assert Visitor(desk, mine.authenticator).sign_in().status_code == 200
    shown = mine.authenticator.show(mine.ask("/desk/passkeys/confirm/options"))
    assert mine.send("/desk/passkeys/confirm", {"credential": shown}).status_code == 200
    assert Visitor(desk).send("/desk/sign-in", {}).status_code == 403
    assert mine.post("/desk/sessions/end-others").status_code == 303
    assert told(desk) == before


def test_it_holds_a_month_and_no_day_nor_the_name_of_a_passkey(desk: Desk) -> None:
    mine = desk.somebody()
    assert mine.add(name="Blue phone of mine").status_code == 200
    rows = desk.db.execute("select * from history").fetchall()
    assert {row[-1] for row in rows} == {month(desk.now)}
    for row in rows:
        assert row[3] == "{}" and set(json.loads(row[4])) <= {"label", "role", "areas"}
        assert "Blue phone" not in str(row)


def test_what_is_two_years_old_goes_with_the_next_change(desk: Desk) -> None:
    desk.somebody()
    desk.change("update history set day = '2024-11' where number = 1")
    desk.change("update history set day = '2024-12' where number = 2")
    with desk.db.conn:
        access_history.note(desk.db, "invited", "North", "coordinator", "kh", None, "2026-11")
    assert [each.month for each in access_history.changes(desk.db)] == ["2026-11", "2024-12"]


def test_what_was_not_done_is_not_told(desk: Desk) -> None:
    mine = desk.somebody()
    before = told(desk)
    assert mine.post(f"/desk/people/{desk.id_of('First')}/revoke").status_code == 409
    assert mine.post("/desk/people/invite", label="First", role="coordinator", areas="kh").status_code == 409
    assert mine.post(f"/desk/passkeys/{mine.authenticator.held[0].id.hex()}/remove").status_code == 409
    assert not access.withdraw(desk.db, desk.id_of("First"), b"none", desk.now)
    with pytest.raises(NotAllowedError):
        access.revoke(desk.db, "nobody", desk.id_of("First"), desk.now)
    assert told(desk) == before


def test_only_an_administrator_sees_it(desk: Desk) -> None:
    desk.somebody()
    north = desk.somebody("North", "coordinator", ("kh-12",))
    answer = north.get("/desk/people/")
    assert answer.status_code == 403 and "What changed about access" not in answer.text
    for path in ("/desk/", "/desk/changes/", "/desk/passkeys/", "/desk/areas/kh-12/"):
        assert "Made a passkey and came in" not in north.get(path).text, path


def test_a_label_is_shown_as_words(desk: Desk) -> None:
    mine = desk.somebody()
    invite(mine, "<b>North")
    assert "&lt;b&gt;North" in mine.get("/desk/people/").text and "<b>North" not in mine.get("/desk/people/").text
