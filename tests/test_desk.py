"""The walls around the desk: what comes from elsewhere, what is no answer, who is not in, whose it is not."""

import json

import pytest

from tests.desk import OURS, Desk, Visitor
from tests.pages import page
from tests.refusals import assert_refused

BODIES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"credential=1",
    "half of it": b'{"credential": {"id"',
    "a list": b"[]",
    "a number": b"1",
    "a word": b'"credential"',
    "null": b"null",
    "null inside": b'{"credential": null}',
    "a list inside": b'{"credential": []}',
    "a number that is none": b'{"credential": NaN}',
    "a number without end": b'{"credential": 1' + b"0" * 5000 + b"}",
    "100,000 brackets": b"[" * 60_000,
    "a key twice": b'{"credential": {}, "credential": {}}',
    "in UTF-16": '{"credential": {}}'.encode("utf-16"),
    "in UTF-32": '{"credential": {}}'.encode("utf-32"),
    "in Latin-1": b'{"credential": "\xe9"}',
    "half a letter": b'{"credential": "\\ud800"}',
}


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize(
    "path",
    ["sign-in", "invitation/", "invitation/options", "passkeys/", "passkeys/confirm", "passkeys/options"],
)
def test_a18_what_is_no_answer_is_refused_like_a_wrong_one(desk: Desk, path: str, name: str) -> None:
    mine = desk.somebody()
    before = desk.rows()
    answer = mine.client.post(f"/desk/{path}", data=BODIES[name], content_type="application/json", headers=OURS)
    assert_refused(desk, before, answer)


def test_a18_a_megabyte_is_not_read(desk: Desk) -> None:
    mine = desk.somebody()
    before = desk.rows()
    for path in ("/desk/sign-in", "/desk/invitation/", "/desk/people/invite", "/desk/sign-out"):
        answer = mine.client.post(
            path, data=b'{"credential": "' + b"a" * 2**20 + b'"}', content_type="application/json", headers=OURS
        )
        assert answer.status_code in (303, 403, 413), path
    assert desk.rows()["people"] == before["people"]
    answer = Visitor(desk).client.post(
        "/desk/sign-in", data=b" " * (64 * 1024 + 1), content_type="application/json", headers=OURS
    )
    assert answer.status_code == 413


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_a19_only_json_is_taken(desk: Desk, media_type: str) -> None:
    mine = desk.somebody()
    shown = {"credential": mine.authenticator.show(mine.asked_to_sign_in())}
    before = desk.rows()
    answer = mine.client.post("/desk/sign-in", data=json.dumps(shown), content_type=media_type, headers=OURS)
    assert answer.status_code == 415
    assert desk.rows() == before


def test_a19_a_get_does_nothing(desk: Desk) -> None:
    mine = desk.somebody()
    before = desk.rows()
    rules = [rule for rule in desk.app.url_map.iter_rules() if rule.rule.startswith("/desk/")]
    pages = {rule.rule for rule in rules if "GET" in (rule.methods or ())}
    writes = {rule.rule for rule in rules} - pages
    for path in writes:
        assert mine.client.get(path.replace("<id>", "00"), follow_redirects=True).status_code in (404, 405), path
    assert len(writes) > 12
    assert desk.rows() == before


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8000"},
        {"Origin": "null"},
        {"Origin": "https://example.org"},
        {"Origin": "http://localhost:8001"},
        {},
    ],
    ids=str,
)
def test_a20_a_write_from_another_site_changes_nothing(desk: Desk, headers: dict[str, str]) -> None:
    thief, victim = desk.somebody(), desk.somebody("Second")
    shown = {"credential": thief.authenticator.show(victim.asked_to_sign_in())}
    before = desk.rows()
    assert victim.client.post("/desk/sign-in", json=shown, headers=headers).status_code == 403
    second = desk.id_of("Second")
    for path in (
        "sign-out",
        "people/invite",
        f"people/{second}/revoke",
        f"people/{second}/role",
        "sessions/end-others",
    ):
        answer = thief.client.post(f"/desk/{path}", data={"label": "New", "role": "administrator"}, headers=headers)
        assert answer.status_code == 403, path
    assert desk.rows() == before


def test_a20_the_answer_of_a_thiefs_browser_signs_no_other_browser_in(desk: Desk) -> None:
    thief, victim = desk.somebody(), Visitor(desk)
    shown = {"credential": thief.authenticator.show(thief.asked_to_sign_in())}
    before = desk.rows()
    assert_refused(desk, before, victim.send("/desk/sign-in", shown))


def test_without_fetch_metadata_our_own_origin_is_enough(desk: Desk) -> None:
    mine = desk.somebody()
    answer = mine.client.post("/desk/sign-out", headers={"Origin": "http://localhost:8000"})
    assert answer.status_code == 303


PAGES = ("/desk/", "/desk/invitation/", "/desk/passkeys/", "/desk/people/", "/desk/people/invited/", "/desk/nowhere/")


@pytest.mark.parametrize("path", PAGES)
def test_no_page_of_the_desk_is_kept_by_a_browser_or_names_itself_to_another_site(desk: Desk, path: str) -> None:
    for visitor in (desk.somebody(), Visitor(desk)):
        headers = visitor.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "ETag" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_the_desk_brings_no_worker_no_tabs_and_no_readers_script(desk: Desk, path: str) -> None:
    page = desk.somebody().get(path).text
    assert "desk-" in page
    assert "app-" not in page and "manifest" not in page and 'class="tabs"' not in page


def test_without_scripts_a_page_says_that_passkeys_need_them(desk: Desk) -> None:
    for path in ("/desk/", "/desk/invitation/"):
        assert "<noscript>" in Visitor(desk).get(path).text


def test_the_cookie_is_out_of_reach_and_its_value_is_kept_nowhere(desk: Desk) -> None:
    answer = Visitor(desk).join(desk.invitation())
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("__Host-desk="))
    value, *flags = cookie.removeprefix("__Host-desk=").split("; ")
    assert len(value) == 43
    assert sorted(flags) == ["HttpOnly", "Path=/", "SameSite=Strict", "Secure"]
    assert value.encode() not in _files(desk)


def test_a_browser_gets_another_session_at_each_sign_in_and_the_one_before_is_over(desk: Desk) -> None:
    mine = desk.somebody()
    before = mine.client.get_cookie("__Host-desk")
    assert mine.sign_in().status_code == 200
    after = mine.client.get_cookie("__Host-desk")
    assert before and after and before.value != after.value
    assert len(desk.rows()["sessions"]) == 1
    mine.client.set_cookie("__Host-desk", before.value)
    assert not mine.is_in


def test_signing_out_ends_the_session_and_clears_cookies_and_nothing_else(desk: Desk) -> None:
    mine = desk.somebody()
    cookie = mine.client.get_cookie("__Host-desk")
    answer = mine.post("/desk/sign-out")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")
    assert answer.headers["Clear-Site-Data"] == '"cookies"'
    assert desk.rows()["sessions"] == []
    assert cookie
    mine.client.set_cookie("__Host-desk", cookie.value)
    assert not mine.is_in


@pytest.mark.parametrize("by", ["signing out", "running out", "being put out"])
def test_when_a_session_is_over_no_file_tells_that_it_was_there(desk: Desk, by: str) -> None:
    first, mine = desk.somebody(), desk.somebody("Second")
    ended = next(row[0] for row in desk.rows()["sessions"] if row[1] == desk.id_of("Second"))
    assert ended in _files(desk)
    if by == "signing out":
        mine.sign_out()
    elif by == "running out":
        desk.change("update sessions set seen = seen - 1800 where id = ?", ended)
        Visitor(desk).asked_to_sign_in()
    else:
        assert first.post(f"/desk/people/{desk.id_of('Second')}/revoke").status_code == 303
    assert ended not in _files(desk)


def _files(desk: Desk) -> bytes:
    return b"".join(file.read_bytes() for file in desk.config.data.iterdir())


@pytest.mark.parametrize(
    "change",
    ["seen = seen - 1800", "started = started - 43200", "id = zeroblob(32)"],
    ids=["idle for 30 minutes", "12 hours old", "unknown"],
)
def test_a_session_that_is_over_opens_nothing_and_changes_nothing(desk: Desk, change: str) -> None:
    mine = desk.somebody()
    desk.somebody("Second")
    desk.change(f"update sessions set {change} where person = ?", desk.id_of("First"))  # noqa: S608
    assert_outside(desk, mine)


def test_signed_out_everything_is_closed(desk: Desk) -> None:
    desk.somebody()
    desk.somebody("Second")
    assert_outside(desk, Visitor(desk))


def assert_outside(desk: Desk, visitor: Visitor) -> None:
    """Every page asks to sign in, and every write is refused and changes nothing."""
    before, second = desk.rows(), desk.id_of("Second")
    key = desk.rows()["credentials"][0][0].hex()
    session = desk.rows()["sessions"][0][0].hex()
    for path in ("/desk/passkeys/", "/desk/people/", "/desk/people/invited/"):
        answer = visitor.get(path)
        assert (answer.status_code, "Sign in with a passkey" in answer.text) == (403, True), path
    writes = [f"people/{second}/{verb}" for verb in ("role", "back", "revoke")]
    writes += ["people/invite", f"passkeys/{key}/name", f"passkeys/{key}/remove", f"sessions/{session}/end"]
    for path in [*writes, "sessions/end-others", "invitations/00/withdraw"]:
        answer = visitor.post(f"/desk/{path}", label="New", role="administrator", name="Mine")
        assert answer.status_code == 403, path
    assert desk.rows() == before


def test_a_coordinator_reaches_nobody_else(desk: Desk) -> None:
    desk.somebody()
    invited = desk.invitation("Third")
    mine = desk.somebody("North", "coordinator", ("kh-12",))
    before, first = desk.rows(), desk.id_of("First")
    page = mine.get("/desk/people/")
    assert page.status_code == 403 and "Only an administrator" in page.text and "First" not in page.text
    assert mine.get("/desk/people/invited/").status_code == 403
    waiting = desk.rows()["invitations"][0][0].hex()
    writes = [f"people/{first}/{verb}" for verb in ("role", "back", "revoke")]
    for path in [*writes, "people/invite", f"invitations/{waiting}/withdraw"]:
        answer = mine.post(f"/desk/{path}", label="New", role="administrator", areas="kh")
        assert answer.status_code == 403, path
    assert desk.rows() == before
    assert Visitor(desk).join(invited).status_code == 200


def test_the_passkeys_and_sessions_of_another_are_not_found(desk: Desk) -> None:
    mine = desk.somebody()
    theirs = desk.somebody("Second")
    assert theirs.add().status_code == 200
    before = desk.rows()
    session = next(row[0] for row in before["sessions"] if row[1] == desk.id_of("Second")).hex()
    for id in (theirs.authenticator.held[0].id.hex(), "00", "zz", "é", "0" * 64):
        assert mine.post(f"/desk/passkeys/{id}/name", name="Mine").status_code == 404
        assert mine.post(f"/desk/passkeys/{id}/remove").status_code == 404
    for id in (session, "00", "zz"):
        assert mine.post(f"/desk/sessions/{id}/end").status_code == 404
    for id in ("nobody", "..", desk.id_of("Second")[:-1]):
        for verb in ("role", "back", "revoke"):
            answer = mine.post(f"/desk/people/{id}/{verb}", role="administrator")
            assert answer.status_code == 404, (id, verb)
    assert mine.post("/desk/invitations/00/withdraw").status_code == 404
    assert desk.rows() == before


def test_no_room_of_the_desk_is_left_open(desk: Desk) -> None:
    mine, outside = desk.somebody(), Visitor(desk)
    before = desk.rows()
    for rule in desk.app.url_map.iter_rules():
        path = rule.rule.replace("<id>", "00")
        if not path.startswith("/desk/"):
            continue
        if "POST" in (rule.methods or ()):
            assert mine.client.post(path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403, path
        elif path not in ("/desk/", "/desk/invitation/"):
            assert outside.get(path).status_code in (403, 404), path
    assert desk.rows() == before


@pytest.mark.parametrize("path", ["/desk/", "/desk/invitation/", "/desk/passkeys/", "/desk/people/"])
def test_a_page_of_the_desk_is_whole(desk: Desk, path: str) -> None:
    mine = desk.somebody()
    desk.invitation("Invited")
    desk.somebody("Second")
    page(mine.client, path)
    if path in ("/desk/", "/desk/invitation/"):
        page(Visitor(desk).client, path)


def test_an_unknown_role_is_refused(desk: Desk) -> None:
    mine = desk.somebody()
    before = desk.rows()
    assert mine.post("/desk/people/invite", label="New", role="owner").status_code == 400
    assert desk.rows() == before
