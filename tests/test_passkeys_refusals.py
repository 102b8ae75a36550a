"""What a relying party must refuse when a passkey is made (WebAuthn Level 3, section 7.1): R1 to R25 of the list.

Each time: 403 with the same bytes, no cookie, no row of people, passkeys, sessions or invitations changed.
"""

import json
import secrets

import pytest

from tests.authenticator import AT, BS, UP, UV, Authenticator, Way, b64, raw
from tests.desk import OURS, Desk, Visitor
from tests.refusals import CLIENTS, ORIGINS, assert_refused, attestation, changed, key

REGISTRATIONS: dict[str, Way] = {
    "R1 wrong challenge": Way(challenge=secrets.token_bytes(32)),
    "R1 empty challenge": Way(challenge=b""),
    "R6 type get": Way(type="webauthn.get"),
    "R6 type unknown": Way(type="payment.create"),
    **{f"R7 origin: {name}": Way(origin=origin) for name, origin in ORIGINS.items()},
    **{f"R8 R9 client data: {name}": way for name, way in CLIENTS.items()},
    "R10 another site's rpIdHash": Way(rp_id="example.org"),
    "R10 rpIdHash of the origin": Way(rp_id="http://localhost:8000"),
    "R11 user not present": Way(flags=UV | AT),
    "R12 user not verified": Way(flags=UP | AT),
    "R13 backed up but not eligible": Way(flags=UP | UV | BS | AT),
    "R15 fmt none with a statement": Way(statement={"alg": -7, "sig": b"signed"}),
    "R15 fmt none with a statement that is no map": Way(answer=attestation(lambda a: {**a, "attStmt": "none"})),
    "R16 packed: wrong signature": Way(fmt="packed", statement={"alg": -7, "sig": secrets.token_bytes(70)}),
    "R16 packed: empty signature": Way(fmt="packed", statement={"alg": -7, "sig": b""}),
    "R16 packed: no statement": Way(fmt="packed", statement={"none": 0}),
    "R16 packed: signed with another algorithm": Way(
        fmt="packed", answer=attestation(lambda a: {**a, "attStmt": {**a["attStmt"], "alg": -8}})
    ),
    "R16 packed: a chain of certificates": Way(
        fmt="packed", answer=attestation(lambda a: {**a, "attStmt": {**a["attStmt"], "x5c": [b"0"]}})
    ),
    "R16 packed: an empty chain": Way(
        fmt="packed", answer=attestation(lambda a: {**a, "attStmt": {**a["attStmt"], "x5c": []}})
    ),
    "R22 a key that is no point of its curve": Way(data_bytes=lambda data: data[:-32] + bytes(32)),
    "R22 a key of another kind than its algorithm signs with": Way(
        data_bytes=lambda data: data.replace(b"\xa5\x01\x02\x03\x26", b"\xa5\x01\x02\x03\x39\x01\x00")
    ),
    "R17 fmt unknown": Way(fmt="mine"),
    "R17 fmt a number": Way(fmt=1),
    "R17 fmt of a key maker": Way(fmt="fido-u2f"),
    "R17 no fmt": Way(answer=attestation(lambda a: {"attStmt": {}, "authData": a["authData"]})),
    "R18 bytes after the authenticator data": Way(data_bytes=lambda data: data + b"\0"),
    "R18 bytes after the attestation": Way(answer=changed("attestationObject", lambda text: b64(raw(text) + b"\0"))),
    "R21 the body names another id": Way(body_id=secrets.token_bytes(32)),
    "R21 id and rawId differ": Way(answer=lambda answer: {**answer, "rawId": b64(secrets.token_bytes(32))}),
    "R22 no attested data, by flag": Way(flags=UP | UV),
    "R22 attested data cut off": Way(data_bytes=lambda data: data[:60]),
    "A18 key without its type": Way(data_bytes=key({1: None})),
    "A18 key without an algorithm": Way(data_bytes=key({3: None})),
    "A18 key without a curve": Way(data_bytes=key({-1: None})),
    "A18 key without x": Way(data_bytes=key({-2: None})),
    "A18 key off its curve": Way(fmt="packed", data_bytes=key({-2: bytes(31) + b"\1"})),
    "A18 key with an empty y": Way(fmt="packed", data_bytes=key({-3: b""})),
    "A18 attestation that is no base64": Way(answer=changed("attestationObject", lambda text: f"{text}é!")),
    "A18 attestation that is filled": Way(answer=changed("attestationObject", lambda text: f"{text}==")),
    "A18 attestation that is no CBOR": Way(answer=changed("attestationObject", lambda text: b64(b"\xff\xff\xff"))),
    "A18 attestation nested 10,000 deep": Way(
        answer=changed("attestationObject", lambda text: b64(b"\x81" * 10_000 + b"\x00"))
    ),
    "A18 attestation that is a list": Way(answer=changed("attestationObject", lambda text: b64(b"\x80"))),
    "A18 no attestation": Way(answer=changed("attestationObject", lambda text: None)),
    "A18 another type": Way(answer=lambda answer: {**answer, "type": "password"}),
    "A18 no response": Way(answer=lambda answer: {**answer, "response": []}),
    "A18 nothing at all": Way(answer=lambda answer: {}),
}


@pytest.mark.parametrize("name", REGISTRATIONS)
def test_a_passkey_is_not_made_by(desk: Desk, name: str) -> None:
    visitor, secret = Visitor(desk), desk.invitation()
    before = desk.rows()
    assert_refused(desk, before, visitor.join(secret, REGISTRATIONS[name]))
    # The invitation still stands, and the same browser is let in when all is right.
    assert visitor.join(secret).status_code == 200


@pytest.mark.parametrize("algorithm", ["RS1", "ES256K"])
def test_r14_a_passkey_of_an_algorithm_that_was_not_offered_is_refused(desk: Desk, algorithm: str) -> None:
    visitor, secret = Visitor(desk, Authenticator(algorithm)), desk.invitation()
    before = desk.rows()
    assert_refused(desk, before, visitor.join(secret))
    assert_refused(desk, before, visitor.join(secret, Way(fmt="packed")))


@pytest.mark.parametrize("length", [1, 15, 1024, 4096])
def test_r19_a_credential_id_that_is_too_short_or_too_long_is_refused(desk: Desk, length: int) -> None:
    visitor, said = Visitor(desk), {"secret": desk.invitation(), "name": "Key"}
    before = desk.rows()
    options = visitor.ask("/desk/invitation/options", said)
    made = visitor.authenticator.make(options, id=secrets.token_bytes(length))
    assert_refused(desk, before, visitor.send("/desk/invitation/", {**said, "credential": made}))


def test_r2_r3_r4_r5_a_challenge_is_for_one_use_one_browser_one_ceremony_and_five_minutes(desk: Desk) -> None:
    visitor, other, said = Visitor(desk), Visitor(desk), {"secret": desk.invitation(), "name": "Key"}
    path, ask = "/desk/invitation/", "/desk/invitation/options"
    before = desk.rows()
    spoilt = visitor.ask(ask, said)
    bad = visitor.authenticator.make(spoilt, Way(origin="https://example.org"))
    good = visitor.authenticator.make(spoilt)
    for made in (bad, good):  # R2: used up by the first, wrong as it was.
        assert_refused(desk, before, visitor.send(path, {**said, "credential": made}))
    old = visitor.authenticator.make(visitor.ask(ask, said))
    desk.change("update challenges set expires = expires - 300")
    assert_refused(desk, before, visitor.send(path, {**said, "credential": old}))  # R3
    other.ask(ask, said)
    theirs = visitor.authenticator.make(visitor.ask(ask, said))
    assert_refused(desk, before, other.send(path, {**said, "credential": theirs}))  # R4
    bare = visitor.authenticator.make(visitor.ask(ask, said))
    visitor.client.delete_cookie("__Host-desk-visit")
    assert_refused(desk, before, visitor.send(path, {**said, "credential": bare}))  # R4, with no cookie at all
    for_sign_in = visitor.authenticator.make({**visitor.ask(ask, said), **visitor.asked_to_sign_in()})
    assert_refused(desk, before, visitor.send(path, {**said, "credential": for_sign_in}))  # R5
    again = visitor.authenticator.make(visitor.ask(ask, said))
    assert visitor.send(path, {**said, "credential": again}).status_code == 200


def test_r4_a_challenge_of_one_session_adds_nothing_in_another(desk: Desk) -> None:
    first, second = desk.somebody(), desk.somebody("Second")
    made = second.authenticator.make(first.ask("/desk/passkeys/options", {"name": "Spare"}))
    before = desk.rows()
    assert_refused(desk, before, second.send("/desk/passkeys/", {"name": "Spare", "credential": made}))


def test_r20_a_passkey_that_anybody_has_is_not_made_again(desk: Desk) -> None:
    first, second, secret = desk.somebody(), Visitor(desk), desk.invitation("Second")
    known = first.authenticator.held[0].id
    said = {"secret": secret, "name": "Key"}
    before = desk.rows()
    taken = second.authenticator.make(second.ask("/desk/invitation/options", said), id=known)
    assert_refused(desk, before, second.send("/desk/invitation/", {**said, "credential": taken}))
    own = first.authenticator.make(first.ask("/desk/passkeys/options", said), id=known)
    assert_refused(desk, before, first.send("/desk/passkeys/", {"name": "Key", "credential": own}))
    assert second.join(secret).status_code == 200


def test_r23_nobody_registers_without_an_invitation_or_a_passkey_shown_just_now(desk: Desk) -> None:
    visitor, mine = Visitor(desk), desk.somebody()
    before = desk.rows()
    for secret in ("", "guess", secrets.token_urlsafe(32), "\ud800", 7, None, ["x"]):
        body = json.dumps({"secret": secret, "name": "Key"})
        answer = visitor.client.post(
            "/desk/invitation/options", data=body, headers=OURS, content_type="application/json"
        )
        assert_refused(desk, before, answer)
    for path in ("/desk/passkeys/options", "/desk/passkeys/", "/desk/passkeys/confirm/options"):
        assert_refused(desk, before, visitor.send(path, {"name": "Key"}))
    desk.change("update sessions set confirmed = confirmed - 300")
    before = desk.rows()
    answer = mine.send("/desk/passkeys/options", {"name": "Key"})
    assert (answer.status_code, answer.get_json()) == (409, {"status": "not-fresh"})
    assert desk.rows() == before


def test_r23_a_challenge_to_show_a_passkey_makes_none(desk: Desk) -> None:
    mine = desk.somebody()
    options = {**mine.ask("/desk/passkeys/options", {"name": "Key"}), **mine.ask("/desk/passkeys/confirm/options")}
    before = desk.rows()
    made = mine.authenticator.make(options)
    assert_refused(desk, before, mine.send("/desk/passkeys/", {"name": "Key", "credential": made}))


def test_r24_an_invitation_works_once_and_in_time(desk: Desk) -> None:
    used, old, withdrawn = desk.invitation("Used"), desk.invitation("Old"), desk.invitation("Withdrawn")
    visitor = Visitor(desk)
    late = visitor.authenticator.make(visitor.ask("/desk/invitation/options", {"secret": old, "name": "Key"}))
    assert visitor.join(used).status_code == 200
    desk.change("update invitations set expires = ? where label = 'Old'", desk.now)
    desk.change("delete from invitations where label = 'Withdrawn'")
    before = desk.rows()
    for secret in (used, old, withdrawn):
        answer = Visitor(desk).send("/desk/invitation/options", {"secret": secret, "name": "Key"})
        assert_refused(desk, before, answer)
    # Out of time between the question and the answer.
    answer = visitor.send("/desk/invitation/", {"secret": old, "name": "Key", "credential": late})
    assert_refused(desk, before, answer)


def test_r24_a_challenge_of_one_invitation_uses_up_no_other(desk: Desk) -> None:
    visitor, mine, other = Visitor(desk), desk.invitation("Mine"), desk.invitation("Other")
    made = visitor.authenticator.make(visitor.ask("/desk/invitation/options", {"secret": mine, "name": "Key"}))
    before = desk.rows()
    assert_refused(
        desk, before, visitor.send("/desk/invitation/", {"secret": other, "name": "Key", "credential": made})
    )


def test_r25_ten_passkeys_are_the_most(desk: Desk) -> None:
    mine = desk.somebody()
    for number in range(8):
        assert mine.add(name=f"Key {number}").status_code == 200
    late = mine.authenticator.make(mine.ask("/desk/passkeys/options", {"name": "Late"}))
    assert mine.add(name="Tenth").status_code == 200
    before = desk.rows()
    answer = mine.send("/desk/passkeys/options", {"name": "Eleventh"})
    assert (answer.status_code, answer.get_json()) == (409, {"status": "too-many-passkeys"})
    assert_refused(desk, before, mine.send("/desk/passkeys/", {"name": "Late", "credential": late}))


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "a\u202eb", "a\u200bb", "\x00"])
def test_a_name_that_cannot_be_kept_is_said_before_the_passkey_is_made(desk: Desk, name: str) -> None:
    answer = Visitor(desk).send("/desk/invitation/options", {"secret": desk.invitation(), "name": name})
    assert answer.status_code in (403, 409)
    assert answer.get_json()["status"] in ("label", "refused")
