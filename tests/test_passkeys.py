"""What a relying party must take, once: every kind of passkey, races, and noise."""

import json
import os
import re
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from sqlite_utils import Database

from pwa import passkeys, proofs
from pwa.proofs import RefusedError
from pwa.store import people, sessions
from pwa.store.db import open_content
from tests.authenticator import BE, BS, UP, UV, Authenticator, Json, Way, b64
from tests.desk import Desk, Visitor
from tests.noise import Noise

# `MUTATIONS=100000 pytest tests/test_passkeys.py -k mutated` is the long way; the short one is for every run.
MUTATIONS = int(os.environ.get("MUTATIONS", "6000"))


@pytest.mark.parametrize("algorithm", ["ES256", "EdDSA", "RS256"])
@pytest.mark.parametrize("fmt", ["none", "packed"])
def test_every_algorithm_that_is_offered_joins_and_signs_in(desk: Desk, algorithm: str, fmt: str) -> None:
    mine = Visitor(desk, Authenticator(algorithm))
    assert mine.join(desk.invitation(), Way(fmt=fmt)).status_code == 200
    assert mine.is_in
    mine.sign_out()
    assert not mine.is_in
    assert mine.sign_in().status_code == 200
    assert mine.is_in


def test_the_options_ask_for_a_discoverable_passkey_with_its_user_verified_and_name_no_maker(desk: Desk) -> None:
    visitor = Visitor(desk)
    options = visitor.ask("/desk/invitation/options", {"secret": desk.invitation("North"), "name": "Key"})
    assert options["rp"] == {"id": "localhost", "name": "Right Door"}
    assert options["user"]["name"] == options["user"]["displayName"] == "North"
    assert options["attestation"] == "none"
    assert options["authenticatorSelection"] == {
        "residentKey": "required", "requireResidentKey": True, "userVerification": "required",
    }  # fmt: skip
    assert [each["alg"] for each in options["pubKeyCredParams"]] == [-7, -8, -257]
    shown = visitor.asked_to_sign_in()
    assert (shown["rpId"], shown["userVerification"], shown["allowCredentials"]) == ("localhost", "required", [])
    assert shown["challenge"] != options["challenge"]


def test_the_site_of_passkeys_comes_from_the_settings_and_not_from_the_request(desk: Desk) -> None:
    options = Visitor(desk).client.post(
        "/desk/sign-in/options", json={}, headers={"Host": "127.0.0.1:9", "Sec-Fetch-Site": "same-origin"}
    )
    assert options.get_json()["rpId"] == "localhost"


def test_a15_a_synced_passkey_counts_nothing_and_signs_in_again_and_again(desk: Desk) -> None:
    mine = Visitor(desk, Authenticator(flags=UP | UV | BE | BS, counts=False))
    assert mine.join(desk.invitation()).status_code == 200
    for _ in range(3):
        assert mine.sign_in().status_code == 200
    assert [row[3:5] + row[8:] for row in desk.rows()["credentials"]] == [(0, 1, "")]


def test_a_counter_may_jump_ahead_and_is_remembered(desk: Desk) -> None:
    mine = desk.somebody()
    assert mine.sign_in(Way(counter=1_000_000)).status_code == 200
    assert desk.rows()["credentials"][0][3] == 1_000_000
    assert mine.sign_in(Way(counter=2**32 - 1)).status_code == 200


def test_a_passkey_is_shown_again_to_make_a_session_fresh_and_only_an_own_one(desk: Desk) -> None:
    mine, other = desk.somebody(), desk.somebody("Second")
    desk.change("update sessions set confirmed = confirmed - 300")
    assert "Show my passkey again" in mine.get("/desk/people/").text
    options = mine.ask("/desk/passkeys/confirm/options")
    theirs = mine.send("/desk/passkeys/confirm", {"credential": other.authenticator.show(options)})
    assert theirs.status_code == 403
    assert mine.send("/desk/passkeys/options", {"name": "Spare"}).status_code == 409
    own = mine.authenticator.show(mine.ask("/desk/passkeys/confirm/options"))
    assert mine.send("/desk/passkeys/confirm", {"credential": own}).status_code == 200
    assert "Show my passkey again" not in mine.get("/desk/people/").text
    assert mine.add().status_code == 200


def test_no_day_of_a_persons_life_is_kept_once_she_has_signed_out(desk: Desk) -> None:
    mine = desk.somebody()
    assert mine.sign_in().status_code == 200
    mine.sign_out()
    mine.asked_to_sign_in()
    # What was never answered goes with the next question.
    desk.change("update challenges set expires = expires - 300")
    mine.asked_to_sign_in()
    assert desk.db.execute("select count(*) from challenges").fetchone()[0] == 1
    (row,) = desk.rows()["credentials"]
    assert row[6:8] == (people.month(desk.now),) * 2
    assert all(re.fullmatch(r"\d{4}-\d{2}", month) for month in row[6:8])
    times = [cell for rows in desk.rows().values() for row in rows for cell in row if isinstance(cell, int)]
    assert max(times) < 1_000_000


def test_a_session_that_was_ended_meanwhile_adds_no_passkey(desk: Desk) -> None:
    mine, party = desk.somebody(), passkeys.party(desk.config)
    (session,) = sessions.of(desk.db, desk.id_of("First"), desk.now)
    options = passkeys.begin_add(desk.db, party, session, b'{"name": "Spare"}', desk.now)
    body = json.dumps({"name": "Spare", "credential": mine.authenticator.make(options)}).encode()
    desk.change("delete from sessions")
    before = desk.rows()
    with pytest.raises(RefusedError):
        passkeys.add(desk.db, party, session, body, desk.now)
    assert desk.rows() == before


def test_what_is_longer_than_64_kib_is_not_read() -> None:
    assert proofs.read(b"{}" + b" " * (64 * 1024 - 2)) == {}
    with pytest.raises(RefusedError):
        proofs.read(b"{}" + b" " * (64 * 1024 - 1))


def raced(desk: Desk, jobs: Sequence[Callable[[Database], str]]) -> list[str]:
    """What jobs get that are let go at one moment, each with a connection of its own; a refusal is left out."""
    gate = threading.Barrier(len(jobs))

    def one(job: Callable[[Database], str]) -> str:
        db = open_content(desk.config.data)
        gate.wait()
        try:
            return job(db)
        except RefusedError:
            return ""
        finally:
            db.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [token for token in pool.map(one, jobs) if token]


def test_a16_one_answer_sent_by_many_at_once_gives_exactly_one_session(desk: Desk) -> None:
    mine, party, browser = desk.somebody(), passkeys.party(desk.config), "browser"
    mine.sign_out()
    for _ in range(10):
        options = passkeys.begin_sign_in(desk.db, party, browser, desk.now)
        body = json.dumps({"credential": mine.authenticator.show(options)}).encode()
        (token,) = raced(desk, [partial(passkeys.sign_in, party=party, browser=browser, body=body, now=desk.now)] * 8)
        assert [row[0] for row in desk.rows()["sessions"]] == [sessions.digest(token)]
        desk.change("delete from sessions")


def test_r24_one_invitation_taken_by_four_browsers_at_once_makes_one_person_with_one_passkey(desk: Desk) -> None:
    for number in range(10):
        secret = desk.invitation(f"Person {number}")
        tokens = raced(desk, [_joining(desk, secret, f"browser {each}") for each in range(4)])
        rows = desk.rows()
        assert len(tokens) == 1
        assert len(rows["people"]) == len(rows["credentials"]) == len(rows["sessions"]) == number + 1
        assert rows["invitations"] == []


def test_r20_one_credential_id_registered_by_two_at_once_belongs_to_one(desk: Desk) -> None:
    for number in range(10):
        id = bytes([number]) * 32
        jobs = [_joining(desk, desk.invitation(f"Person {number}.{n}"), f"browser {n}", id) for n in range(2)]
        assert len(raced(desk, jobs)) == 1
        # The other has lost nothing: her invitation still stands.
        assert len(desk.rows()["people"]) == len(desk.rows()["invitations"]) == number + 1


def _joining(desk: Desk, secret: str, browser: str, id: bytes | None = None) -> Callable[[Database], str]:
    """What is left to do when a browser has made its passkey."""
    party, said = passkeys.party(desk.config), {"secret": secret, "name": "Key"}
    options = passkeys.begin_join(desk.db, party, browser, json.dumps(said).encode(), desk.now)
    body = json.dumps({**said, "credential": Authenticator().make(options, id=id)}).encode()
    return partial(passkeys.join, party=party, browser=browser, body=body, now=desk.now)


def test_a10_an_unknown_passkey_takes_as_long_as_a_wrong_signature(desk: Desk) -> None:
    mine, party = desk.somebody(), passkeys.party(desk.config)
    took: dict[str, list[float]] = {"unknown": [], "wrong": []}
    ways = {"unknown": Way(body_id=bytes(32)), "wrong": Way(client_bytes=lambda said: said + b" ")}
    for _ in range(150):
        for name, way in ways.items():
            options = passkeys.begin_sign_in(desk.db, party, "browser", desk.now)
            shown = mine.authenticator.show(options, way)
            if name == "wrong":
                shown["response"]["signature"] = mine.authenticator.show(options)["response"]["signature"]
            body = json.dumps({"credential": shown}).encode()
            start = time.perf_counter()
            with pytest.raises(RefusedError):
                passkeys.sign_in(desk.db, party, "browser", body, desk.now)
            took[name].append(time.perf_counter() - start)
    unknown, wrong = (statistics.median(took[name]) for name in ("unknown", "wrong"))
    assert 0.6 < unknown / wrong < 1.6


def test_mutated_answers_raise_nothing_but_a_refusal(desk: Desk) -> None:
    mine, party, noise = desk.somebody(), passkeys.party(desk.config), Noise(20261124)
    public_key = people.credentials(desk.db, desk.id_of("First"))[0].public_key
    made = Authenticator().make(_creating(bytes(32)), Way(fmt="packed"))
    shown = mine.authenticator.show({"challenge": b64(bytes(32)), "rpId": "localhost"})
    reached = {"read": 0, "claimed": 0, "proven": 0}
    for number in range(MUTATIONS):
        body = noise.body({"credential": (made, shown)[number % 2], "name": "Key"})
        try:
            answer = proofs.read(body)
            reached["read"] += 1
            claim = proofs.claim(answer.get("credential"))
            reached["claimed"] += 1
            if number % 2:
                proofs.shown(party, claim, public_key)
                signed = ("clientDataJSON", "authenticatorData", "signature")
                assert all(claim.answer["response"][part] == shown["response"][part] for part in signed)
            else:
                proofs.made(party, claim)
            reached["proven"] += 1
        except RefusedError:
            continue
    # The noise is no use where it never gets past the first door.
    assert reached["read"] > MUTATIONS * 0.7
    assert reached["claimed"] > MUTATIONS * 0.4
    assert reached["proven"] < MUTATIONS * 0.3


def test_mutated_answers_to_real_challenges_never_give_a_fault_of_the_server(desk: Desk) -> None:
    mine, noise = desk.somebody(), Noise(7)
    for number in range(MUTATIONS // 20):
        secret = desk.invitation(f"Person {number}")
        said = {"secret": secret, "name": "Key"}
        made = {**said, "credential": Authenticator().make(mine.ask("/desk/invitation/options", said))}
        shown = {"credential": mine.authenticator.show(mine.asked_to_sign_in())}
        for path, answer in (("invitation/", made), ("sign-in", shown)):
            status = mine.client.post(
                f"/desk/{path}",
                data=noise.body(answer),
                content_type="application/json",
                headers={"Sec-Fetch-Site": "same-origin"},
            ).status_code
            assert status in (200, 403, 409, 413), status


def _creating(challenge: bytes) -> Json:
    return {"challenge": b64(challenge), "rp": {"id": "localhost"}, "user": {"id": b64(b"person")}}
