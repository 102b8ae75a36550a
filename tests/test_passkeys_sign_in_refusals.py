"""What a relying party must refuse when a passkey is shown (WebAuthn Level 3, section 7.2): A1 to A20 of the list.

Each time: 403 with the same bytes, no cookie, no row of people, passkeys, sessions or invitations changed.
"""

import secrets

import pytest

from tests.authenticator import AT, BE, BS, UP, UV, Authenticator, Way, b64, raw
from tests.desk import REFUSED, Desk, Visitor
from tests.refusals import CLIENTS, ORIGINS, assert_refused, changed

ASSERTIONS: dict[str, Way] = {
    "A1 wrong challenge": Way(challenge=secrets.token_bytes(32)),
    "A1 empty challenge": Way(challenge=b""),
    "A2 type create": Way(type="webauthn.create"),
    **{f"A3 origin: {name}": Way(origin=origin) for name, origin in ORIGINS.items()},
    **{f"A4 A18 client data: {name}": way for name, way in CLIENTS.items()},
    "A5 another site's rpIdHash": Way(rp_id="example.org"),
    "A6 user not present": Way(flags=UV),
    "A7 user not verified": Way(flags=UP),
    "A8 backed up but not eligible": Way(flags=UP | UV | BS),
    "A9 eligible all at once": Way(flags=UP | UV | BE),
    "A9 eligible and backed up all at once": Way(flags=UP | UV | BE | BS),
    "A10 unknown id": Way(body_id=secrets.token_bytes(32)),
    "A10 id too short": Way(body_id=b"short"),
    "A10 id too long": Way(body_id=bytes(1024)),
    "A11 handle of another": Way(handle=b64(b"another")),
    "A11 handle that is no text": Way(handle=b64(b"\xff\xfe")),
    "A12 no handle": Way(answer=changed("userHandle", lambda handle: None)),
    "A12 an empty handle": Way(handle=""),
    "A12 a handle that is a list": Way(answer=changed("userHandle", lambda handle: [handle])),
    "A13 wrong signature": Way(signature=secrets.token_bytes(71)),
    "A13 empty signature": Way(signature=b""),
    "A13 signature of zeros": Way(signature=bytes.fromhex("3006020100020100")),
    "A13 signed before the client data changed": Way(
        answer=changed("clientDataJSON", lambda text: b64(raw(text) + b" "))
    ),
    "A13 signed before the counter changed": Way(
        answer=changed("authenticatorData", lambda text: b64(raw(text)[:-1] + b"\xff"))
    ),
    "A14 counter as it was": Way(counter=1),
    "A14 counter gone to nothing": Way(counter=0),
    "A18 bytes after the authenticator data": Way(data_bytes=lambda data: data + b"\0"),
    "A18 authenticator data cut off": Way(data_bytes=lambda data: data[:36]),
    "A18 authenticator data that promise a key": Way(flags=UP | UV | AT),
    "A18 signature that is no base64": Way(answer=changed("signature", lambda text: "é" + text)),
    "A18 signature with a line break": Way(answer=changed("signature", lambda text: text + "\n")),
    "A18 id with stray letters": Way(answer=lambda a: {**a, "id": f"{a['id']}!", "rawId": f"{a['id']}!"}),
    "A18 id and rawId differ": Way(answer=lambda a: {**a, "id": b64(bytes(32))}),
    "A18 another type": Way(answer=lambda a: {**a, "type": "federated"}),
    "A18 no response": Way(answer=lambda a: {**a, "response": None}),
    "A18 an attachment that nobody knows": Way(answer=lambda a: {**a, "authenticatorAttachment": "glued"}),
    "A18 nothing at all": Way(answer=lambda a: {}),
}


@pytest.mark.parametrize("name", ASSERTIONS)
def test_nobody_is_signed_in_by(desk: Desk, name: str) -> None:
    mine = desk.somebody()
    mine.sign_out()
    before = desk.rows()
    answer = mine.sign_in(ASSERTIONS[name])
    if name.startswith("A14"):
        desk.change("update credentials set alert = ''")
    assert_refused(desk, before, answer)
    assert not mine.is_in
    mine.authenticator.counter += 1
    assert mine.sign_in().status_code == 200


def test_a1_a_challenge_is_for_one_use_one_browser_one_ceremony_and_five_minutes(desk: Desk) -> None:
    mine, other = desk.somebody(), Visitor(desk)
    to_confirm = mine.ask("/desk/passkeys/confirm/options")
    mine.sign_out()
    before, path = desk.rows(), "/desk/sign-in"
    other.asked_to_sign_in()
    assert_refused(desk, before, mine.send(path, {"credential": mine.authenticator.show(to_confirm)}))
    theirs = mine.authenticator.show(mine.asked_to_sign_in())
    assert_refused(desk, before, other.send(path, {"credential": theirs}))
    old = mine.authenticator.show(mine.asked_to_sign_in())
    desk.change("update challenges set expires = expires - 300")
    assert_refused(desk, before, mine.send(path, {"credential": old}))
    options = mine.asked_to_sign_in()
    bad, good = (mine.authenticator.show(options, way) for way in (Way(signature=b"x" * 70), Way()))
    assert_refused(desk, before, mine.send(path, {"credential": bad}))
    assert_refused(desk, before, mine.send(path, {"credential": good}))
    shown = mine.authenticator.show(mine.asked_to_sign_in())
    assert mine.send(path, {"credential": shown}).status_code == 200
    before = desk.rows()
    assert_refused(desk, before, mine.send(path, {"credential": shown}))


def test_a9_a_synced_passkey_that_turns_into_one_of_one_device_is_refused(desk: Desk) -> None:
    mine = Visitor(desk, Authenticator(flags=UP | UV | BE | BS, counts=False))
    assert mine.join(desk.invitation()).status_code == 200
    before = desk.rows()
    assert_refused(desk, before, mine.sign_in(Way(flags=UP | UV)))
    assert mine.sign_in(Way(flags=UP | UV | BE)).status_code == 200


def test_a11_the_passkey_of_one_with_the_handle_of_another_signs_in_neither(desk: Desk) -> None:
    mine = desk.somebody()
    desk.somebody("Second")
    before = desk.rows()
    assert_refused(desk, before, mine.sign_in(Way(handle=b64(desk.id_of("Second").encode()))))


def test_a13_the_signature_of_another_passkey_of_the_same_person_is_refused(desk: Desk) -> None:
    mine = desk.somebody()
    assert mine.add().status_code == 200
    before = desk.rows()
    options = mine.asked_to_sign_in()
    first, second = mine.authenticator.held
    shown = mine.authenticator.show(options, Way(body_id=first.id), which=-1)
    assert first.id != second.id
    assert_refused(desk, before, mine.send("/desk/sign-in", {"credential": shown}))


def test_a14_the_copy_of_a_passkey_is_refused_and_noted(desk: Desk) -> None:
    mine = desk.somebody()
    thief = Visitor(desk, mine.authenticator.copy())
    assert mine.sign_in().status_code == 200
    before = desk.rows()
    answer = thief.sign_in()
    assert (answer.status_code, answer.data) == (403, REFUSED)
    ((*_, alert),) = desk.rows()["credentials"]
    assert alert
    assert {**desk.rows(), "credentials": []} == {**before, "credentials": []}
    assert b"A copy of one of your passkeys was noticed" in mine.get("/desk/").data


def test_a17_a_removed_passkey_and_one_who_is_out_sign_in_no_more_and_their_sessions_die(desk: Desk) -> None:
    mine, second, third = desk.somebody(), desk.somebody("Second"), desk.somebody("Third")
    assert mine.add().status_code == 200
    removed = mine.authenticator.held[-1].id
    elsewhere = Visitor(desk, mine.authenticator)
    assert elsewhere.sign_in().status_code == 200
    assert mine.post(f"/desk/passkeys/{removed.hex()}/remove").status_code == 303
    assert mine.is_in and not elsewhere.is_in
    assert mine.post(f"/desk/people/{desk.id_of('Second')}/revoke").status_code == 303
    assert not second.is_in
    # Out by the flag alone, as if the passkeys had been left behind.
    desk.change("update people set disabled = 1 where label = 'Third'")
    assert not third.is_in
    before = desk.rows()
    for visitor in (elsewhere, second, third):
        assert_refused(desk, before, visitor.sign_in())
