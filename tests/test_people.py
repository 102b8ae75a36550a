"""Who may work at the desk: invitations, roles, coming back, being put out, and who is warned of what."""

import re
import time

import pytest

from pwa.domain import staff
from pwa.domain.staff import Person
from pwa.store import access, people
from pwa.store.people import NotAllowedError
from tests.desk import Desk, Visitor

DAY = 24 * 60 * 60


def coordinator(*areas: str) -> Person:
    return Person("id", "North", staff.COORDINATOR, areas, disabled=False, grants_from=0)


def link_in(page: str) -> str:
    found = re.search(r'<p class="link">http://localhost:8000/desk/invitation/#([\w-]{43})</p>', page)
    assert found, page
    return found[1]


def invite(administrator: Visitor, label: str, role: str = "coordinator", areas: str = "kh-12") -> str:
    """The secret of a link that an administrator makes at the desk."""
    answer = administrator.post("/desk/people/invite", label=label, role=role, areas=areas)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/people/invited/")
    return link_in(administrator.get("/desk/people/invited/").text)


def come_back(administrator: Visitor, label: str) -> str:
    answer = administrator.post(f"/desk/people/{administrator.desk.id_of(label)}/back")
    assert answer.status_code == 303
    return link_in(administrator.get("/desk/people/invited/").text)


def test_a_coordinator_covers_her_areas_and_a_country_takes_in_its_provinces() -> None:
    assert [coordinator("kh-12").covers(slug) for slug in ("kh-12", "kh-1", "kh", "th")] == [True, False, False, False]
    assert [coordinator("kh").covers(slug) for slug in ("kh", "kh-12", "th-10")] == [True, True, False]
    assert Person("id", "First", staff.ADMINISTRATOR, (), disabled=False, grants_from=0).covers("th-10")


@pytest.mark.parametrize("text", ["", "  ", "x" * 41, "a\u202eb", "a\u200db", "a\nb\0", "\ue000"])
def test_a_label_is_short_and_can_be_seen(text: str) -> None:
    with pytest.raises(staff.LabelError):
        staff.label(text)


def test_a_label_is_kept_in_one_writing() -> None:
    assert staff.label("  North,\n  second ") == "North, second"
    assert staff.label("Da\u0300") == staff.label("D\u00e0")


def test_an_invited_coordinator_joins_with_the_role_and_areas_that_she_was_given(desk: Desk) -> None:
    mine, new = desk.somebody(), Visitor(desk)
    secret = invite(mine, "North, second", areas="Phnom Penh, kh-8, kh-12")
    assert "North, second" in mine.get("/desk/people/").text
    assert new.join(secret).status_code == 200
    found = people.person(desk.db, desk.id_of("North, second"))
    assert found and (found.role, found.areas) == ("coordinator", ("kh-12", "kh-8"))
    assert "Your areas: Phnom Penh, Kandal" in new.get("/desk/").text


def test_the_link_is_shown_once_and_kept_nowhere(desk: Desk) -> None:
    mine = desk.somebody()
    secret = invite(mine, "North")
    assert secret not in mine.get("/desk/people/invited/").text
    assert secret not in mine.get("/desk/people/").text
    assert secret.encode() not in b"".join(file.read_bytes() for file in desk.config.data.iterdir())


@pytest.mark.parametrize(
    ("label", "areas", "said"),
    [
        ("", "kh", "1 to 40 letters"),
        ("First", "kh", "label is in use"),
        ("Invited", "kh", "label is in use"),
        ("North", "", "needs one area"),
        ("North", "Atlantis", "Atlantis"),
        ("North", "kh-12, <b>", "&lt;b&gt;"),
    ],
)
def test_an_invitation_that_cannot_be_made_says_why_and_keeps_what_was_written(
    desk: Desk, label: str, areas: str, said: str
) -> None:
    mine = desk.somebody()
    desk.invitation("Invited")
    before = desk.rows()
    answer = mine.post("/desk/people/invite", label=label, role="coordinator", areas=areas)
    assert answer.status_code == 409
    assert said in answer.text
    assert not label or f'value="{label}"' in answer.text
    assert desk.rows() == before


def test_an_invitation_that_was_taken_back_or_whose_maker_is_out_is_void(desk: Desk) -> None:
    mine, other = desk.somebody(), desk.somebody("Second")
    taken_back, orphaned, demoted = invite(mine, "A"), invite(other, "B"), invite(desk.somebody("Third"), "C")
    key = next(row[0] for row in desk.rows()["invitations"] if row[2] == "A").hex()
    assert mine.post(f"/desk/invitations/{key}/withdraw").status_code == 303
    assert mine.post(f"/desk/people/{desk.id_of('Second')}/revoke").status_code == 303
    assert mine.post(f"/desk/people/{desk.id_of('Third')}/role", role="coordinator", areas="kh").status_code == 303
    for secret in (taken_back, orphaned, demoted):
        answer = Visitor(desk).send("/desk/invitation/options", {"secret": secret, "name": "Key"})
        assert answer.status_code == 403
    assert desk.rows()["invitations"] == []


def test_how_long_a_link_lives_depends_on_who_made_it(desk: Desk) -> None:
    invite(desk.somebody(), "By an administrator")
    desk.invitation("By the command line")
    lasts = {row[2]: row[5] - desk.now for row in desk.rows()["invitations"]}
    assert lasts["By an administrator"] == pytest.approx(2 * DAY, abs=5)
    assert lasts["By the command line"] == pytest.approx(15 * 60, abs=5)


def test_one_who_is_put_out_is_out_at_once_and_her_label_stays(desk: Desk) -> None:
    mine, second = desk.somebody(), desk.somebody("Second")
    assert second.is_in
    assert mine.post(f"/desk/people/{desk.id_of('Second')}/revoke").status_code == 303
    assert not second.is_in
    assert second.sign_in().status_code == 403
    found = people.called(desk.db, "Second")
    assert found and found.disabled and people.credentials(desk.db, found.id) == ()
    assert mine.post(f"/desk/people/{found.id}/revoke").status_code == 404


def test_the_last_administrator_can_neither_be_put_out_nor_changed(desk: Desk) -> None:
    mine = desk.somebody()
    # One who is invited, or who has lost every passkey, keeps no door open.
    invite(mine, "Invited", "administrator")
    before, first = desk.rows(), desk.id_of("First")
    assert mine.post(f"/desk/people/{first}/revoke").status_code == 409
    assert mine.post(f"/desk/people/{first}/role", role="coordinator", areas="kh").status_code == 409
    assert desk.rows() == before
    desk.somebody("Second")
    assert mine.post(f"/desk/people/{first}/role", role="coordinator", areas="kh").status_code == 303
    assert mine.get("/desk/people/").status_code == 403


def test_who_comes_back_by_a_link_starts_anew_and_gives_no_access_for_24_hours(desk: Desk) -> None:
    mine, lost = desk.somebody(), desk.somebody("Second")
    other = desk.somebody("Third")
    secret = come_back(mine, "Second")
    assert lost.is_in  # Nothing changes before the link is used.
    invited_before = invite(lost, "By the thief")
    returned = Visitor(desk)
    assert returned.join(secret).status_code == 200
    assert not lost.is_in and lost.sign_in().status_code == 403
    assert Visitor(desk).send("/desk/invitation/options", {"secret": invited_before, "name": "K"}).status_code == 403
    before, third = desk.rows(), desk.id_of("Third")
    for path in ("invite", f"{third}/role", f"{third}/back", f"{third}/revoke"):
        answer = returned.post(f"/desk/people/{path}", label="New", role="administrator")
        assert answer.status_code == 403 and "For 24 hours" in answer.text, path
    assert desk.rows() == before and other.is_in
    assert "Came back by a new link" in mine.get("/desk/people/").text
    desk.change("update people set grants_from = ? where label = 'Second'", desk.now)
    assert invite(returned, "New")
    assert "Came back by a new link" not in mine.get("/desk/people/").text


def test_a_coordinator_can_be_put_out_also_by_one_who_came_back(desk: Desk) -> None:
    mine = desk.somebody()
    desk.somebody("North", "coordinator", ("kh",))
    desk.change("update people set grants_from = ? where label = 'First'", desk.now + DAY)
    assert mine.post(f"/desk/people/{desk.id_of('North')}/revoke").status_code == 303


def test_a_new_link_to_come_back_replaces_the_one_before_and_lets_in_one_who_was_out(desk: Desk) -> None:
    mine = desk.somebody()
    desk.somebody("Second")
    assert mine.post(f"/desk/people/{desk.id_of('Second')}/revoke").status_code == 303
    first, second = come_back(mine, "Second"), come_back(mine, "Second")
    assert Visitor(desk).send("/desk/invitation/options", {"secret": first, "name": "Key"}).status_code == 403
    assert Visitor(desk).join(second).status_code == 200
    found = people.called(desk.db, "Second")
    assert found and not found.disabled


def test_one_is_warned_while_there_is_one_passkey_or_one_administrator(desk: Desk) -> None:
    mine = desk.somebody()
    first = people.person(desk.db, desk.id_of("First"))
    assert first
    assert access.warnings(desk.db, first) == ("one-passkey", "one-administrator")
    assert mine.add().status_code == 200
    assert access.warnings(desk.db, first) == ("one-administrator",)
    desk.somebody("Second")
    assert access.warnings(desk.db, first) == ()
    assert "You are the only administrator" not in mine.get("/desk/").text


def test_the_last_passkey_cannot_be_removed(desk: Desk) -> None:
    mine = desk.somebody()
    key = mine.authenticator.held[0].id
    answer = mine.post(f"/desk/passkeys/{key.hex()}/remove")
    assert answer.status_code == 409 and "only passkey" in answer.text
    assert len(desk.rows()["credentials"]) == 1


def test_a_passkey_is_renamed_by_a_name_that_can_be_kept(desk: Desk) -> None:
    mine = desk.somebody()
    path = f"/desk/passkeys/{mine.authenticator.held[0].id.hex()}/name"
    assert mine.post(path, name="").status_code == 409
    assert mine.post(path, name="<i>Blue</i>").status_code == 303
    assert "&lt;i&gt;Blue&lt;/i&gt;" in mine.get("/desk/passkeys/").text


def test_other_sessions_are_listed_and_ended_one_by_one_or_all_at_once(desk: Desk) -> None:
    mine = desk.somebody()
    others = [Visitor(desk, mine.authenticator) for _ in range(3)]
    assert [other.sign_in().status_code for other in others] == [200] * 3
    page = mine.get("/desk/passkeys/").text
    ends = re.findall(r"/desk/sessions/([0-9a-f]{64})/end", page)
    assert len(ends) == 3 and page.count("Somewhere else") == 3
    assert mine.post(f"/desk/sessions/{ends[0]}/end").status_code == 303
    assert sum(other.is_in for other in others) == 2
    assert mine.post("/desk/sessions/end-others").status_code == 303
    assert [other.is_in for other in others] == [False] * 3 and mine.is_in


def test_a_session_lasts_while_it_is_used_and_no_longer_than_twelve_hours(desk: Desk) -> None:
    mine = desk.somebody()
    desk.change("update sessions set seen = seen - 1700")
    assert mine.is_in
    assert desk.rows()["sessions"][0][4] >= int(time.time()) - 5
    desk.change("update sessions set started = started - 43000")
    assert mine.is_in
    desk.change("update sessions set started = started - 200")
    assert not mine.is_in


def test_an_administrator_checks_who_acts_in_the_same_moment_as_it_is_done(desk: Desk) -> None:
    desk.somebody()
    first = desk.id_of("First")
    desk.somebody("North", "coordinator", ("kh",))
    for by in (desk.id_of("North"), "nobody"):
        with pytest.raises(NotAllowedError, match="administrators-only"):
            access.invite(desk.db, by, "New", "administrator", (), desk.now)
        with pytest.raises(NotAllowedError, match="administrators-only"):
            access.revoke(desk.db, by, first, desk.now)
    desk.change("update people set disabled = 1 where id = ?", first)
    with pytest.raises(NotAllowedError, match="administrators-only"):
        access.invite(desk.db, first, "New", "administrator", (), desk.now)
