"""POST /counts/batches: every answer that a phone may hear, and what is counted with it."""

import hashlib
import json
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from pwa.checkup import now
from pwa.domain.counting import MOST_BYTES, Kind, Reason, Slot, entry_of, month_number, month_of, this_month
from pwa.store import organisations
from pwa.store.db import immediate
from tests.office import Office
from tests.sender import Sender

pytestmark = pytest.mark.stores
SECRET, OTHER = "5e" * 32, "6f" * 32


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = Office(tmp_path)
    yield found
    found.db.close()


def month(ago: int = 0) -> str:
    return month_of(month_number(this_month(now())) - ago)


def told(answer: TestResponse) -> tuple[int, dict[str, object]]:
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, answer.get_json()


def test_a_batch_is_counted_once_and_its_repeat_is_known_as_one(office: Office) -> None:
    phone = office.phone("kh-12", "kh-2")
    phone.count("kh-12", month(), disclosures=2, referrals=1)
    phone.count("kh-2", month(), disclosures=0, referrals=3)
    name, body = phone.seal()
    receipt = {"batch": name, "month": month(), "unread": 0}
    assert told(office.post(phone.token, body)) == (201, {**receipt, "status": "counted"})
    assert told(office.post(phone.token, body)) == (200, {**receipt, "status": "already counted"})
    assert office.totals() == {("kh-12", month()): (2, 1), ("kh-2", month()): (0, 3)}
    assert office.batches() == 1


def test_a_batch_of_dummies_counts_nothing_and_is_a_batch_like_any_other(office: Office) -> None:
    phone = office.phone()
    phone.seal()
    phone.deliver(office.hear)
    assert phone.waiting == []
    assert (office.totals(), office.batches()) == ({}, 1)


def test_there_is_a_row_for_every_area_and_open_month_whatever_was_counted(office: Office) -> None:
    office.organisation("Another", "th-10")
    one, other = office.phone("kh-12", "kh-2"), office.phone("kh-2")
    one.seal()
    one.deliver(office.hear)
    rows = office.db.execute("select area, month from tallies").fetchall()
    assert rows == [(area, month(ago)) for area in ("kh-12", "kh-2", "th-10") for ago in range(11, -1, -1)]
    other.count("kh-2", month(3), disclosures=7)
    other.seal()
    other.deliver(office.hear)
    assert office.db.execute("select area, month from tallies").fetchall() == rows


@pytest.mark.parametrize("token", ["", "x", "Bearer", "é", "a" * 10_000])
def test_an_unknown_token_delivers_nothing(office: Office, token: str) -> None:
    phone = office.phone()
    phone.count("kh-12", month())
    _, body = phone.seal()
    assert told(office.post(token, body)) == (401, {"status": "token"})
    assert told(office.client.post("/counts/batches", data=body, content_type="application/json"))[0] == 401
    assert (office.totals(), office.batches()) == ({}, 0)


def test_a_phone_whose_token_is_revoked_keeps_its_batches_and_delivers_them_after_enrolling_again(
    office: Office,
) -> None:
    organisation = office.organisation()
    phone = Sender(office.public, office.enrolled(organisation), month())
    phone.count("kh-12", month())
    phone.seal()
    organisations.revoke(office.db, organisation)
    phone.deliver(office.hear)
    assert (len(phone.waiting), phone.refused, office.totals()) == (1, "token", {})
    phone.token = office.enrolled(organisation)
    phone.deliver(office.hear)
    assert (phone.waiting, office.totals()) == ([], {("kh-12", month()): (1, 0)})


def test_the_same_name_with_other_bytes_is_a_conflict_and_what_comes_after_it_is_counted(office: Office) -> None:
    phone, copy = office.phone(), office.phone()
    phone.chance, copy.chance = random.Random(7), random.Random(7)  # noqa: S311
    for each in (phone, copy):
        each.count("kh-12", month())
    name, _ = phone.seal()
    phone.deliver(office.hear)
    assert copy.seal()[0] == name
    copy.count("kh-12", month(), disclosures=4)
    copy.seal()
    assert told(office.post(copy.token, copy.waiting[0][1])) == (409, {"batch": name, "status": "conflict"})
    copy.deliver(office.hear)
    assert [kept for kept, _ in copy.waiting] == [name]
    assert office.totals() == {("kh-12", month()): (5, 0)}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b'{"batch": "AAAAAAAAAAAAAAAAAAAAAA", "slots": []}', b"\xff" * 100, b"[" * 20_000]
)
def test_what_is_no_batch_is_malformed_and_not_repeated(office: Office, body: bytes) -> None:
    phone = office.phone()
    assert told(office.post(phone.token, body)) == (400, {"status": "malformed"})
    assert office.batches() == 0


def test_slots_that_do_not_open_are_told_and_the_others_counted(office: Office) -> None:
    phone = office.phone()
    phone.count("kh-12", month(), disclosures=3)
    name, body = phone.seal()
    batch = json.loads(body)
    batch["slots"][5] = batch["slots"][5][:60] + ("A" * 20) + batch["slots"][5][80:]
    answer = told(office.post(phone.token, json.dumps(batch).encode()))
    assert answer == (201, {"batch": name, "status": "counted", "month": month(), "unread": 1})
    assert office.totals() == {("kh-12", month()): (3, 0)}


def test_a_batch_of_which_no_slot_opens_is_malformed_and_may_come_again_whole(office: Office) -> None:
    phone = office.phone()
    phone.count("kh-12", month())
    _, body = phone.seal()
    batch = json.loads(body)
    broken = json.dumps({**batch, "slots": [slot[:60] + "A" * 86 for slot in batch["slots"]]}).encode()
    assert told(office.post(phone.token, broken)) == (400, {"status": "malformed"})
    assert told(office.post(phone.token, body))[0] == 201


def test_a_batch_for_a_key_that_is_gone_is_told_so_and_comes_again_once_the_key_is_back(office: Office) -> None:
    phone = office.phone()
    phone.count("kh-12", month())
    name, body = phone.seal()
    office.restart((OTHER,))
    assert told(office.post(phone.token, body)) == (400, {"batch": name, "status": "unknown key"})
    office.restart((OTHER, SECRET))
    assert told(office.post(phone.token, body))[0] == 201
    # Known by its name: no slot of a repeat is opened.
    office.restart((OTHER,))
    assert told(office.post(phone.token, body))[0] == 200
    assert office.totals() == {("kh-12", month()): (1, 0)}


@pytest.mark.parametrize(
    ("ago", "status", "answer"), [(-40, 201, "counted"), (12, 201, "counted"), (13, 400, "too old")]
)
def test_a_page_made_more_than_twelve_months_ago_is_too_old(office: Office, ago: int, status: int, answer: str) -> None:
    phone = office.phone()
    phone.month = month(ago)
    phone.count("kh-12", month())
    name, body = phone.seal()
    code, said = told(office.post(phone.token, body))
    assert (code, said["batch"], said["status"]) == (status, name, answer)
    assert office.totals() == ({("kh-12", month()): (1, 0)} if status == 201 else {})


@pytest.mark.parametrize(("ago", "counted"), [(-5000, 0), (-1, 0), (0, 0), (1, 1), (11, 11), (12, 11), (200, 11)])
def test_a_wrong_clock_counts_in_the_nearest_month_there_is(office: Office, ago: int, counted: int) -> None:
    phone = office.phone()
    phone.count("kh-12", month(ago))
    phone.seal()
    phone.deliver(office.hear)
    assert office.totals() == {("kh-12", month(counted)): (1, 0)}


def test_a_month_whose_figures_are_frozen_takes_nothing_more(office: Office) -> None:
    with immediate(office.db):
        office.db.execute("insert into releases values ('start', ?)", [json.dumps({"first_month": month(2)})])
    phone = office.phone()
    for ago in (0, 2, 3, 9):
        phone.count("kh-12", month(ago))
    phone.seal()
    phone.deliver(office.hear)
    assert office.totals() == {("kh-12", month()): (1, 0), ("kh-12", month(2)): (3, 0)}
    assert {row[1] for row in office.db.execute("select * from tallies")} == {month(), month(1), month(2)}


def test_what_is_counted_for_a_foreign_area_goes_to_the_first_of_the_organisation(office: Office) -> None:
    office.organisation("Another", "th-10")
    phone = office.phone("kh-2", "kh-12")
    for area in ("th-10", "zz", "kh-2"):
        phone.count(area, month())
    phone.seal()
    phone.deliver(office.hear)
    assert office.totals() == {("kh-12", month()): (2, 0), ("kh-2", month()): (1, 0)}


def test_a_flag_stands_once_for_each_service_and_reason_with_the_month_of_the_server(office: Office) -> None:
    phone = office.phone()
    for reason in (Reason.MOVED, Reason.MOVED, Reason.CLOSED):
        phone.flag("kh-licadho", reason, month(7))
    phone.seal()
    phone.deliver(office.hear)
    assert office.db.execute("select * from flags").fetchall() == [
        (entry_of("kh-licadho"), reason, month()) for reason in (Reason.MOVED, Reason.CLOSED)
    ]
    assert office.totals() == {}


def test_flags_that_somebody_makes_up_do_not_fill_the_disk(office: Office) -> None:
    rows = [(hashlib.sha256(b"%d" % number).digest()[:8], 1, "2026-01") for number in range(9_999)]
    with immediate(office.db):
        office.db.conn.executemany("insert into flags values (?, ?, ?)", rows)
    phone = office.phone()
    for number in range(20):
        phone.flag(f"made-up-{number}", Reason.MOVED, month())
    phone.count("kh-12", month())
    phone.seal()
    phone.deliver(office.hear)
    assert office.db.execute("select count(*) from flags").fetchone() == (10_000,)
    assert office.totals() == {("kh-12", month()): (1, 0)}


def test_a_body_that_is_too_large_is_refused_before_it_is_read(office: Office) -> None:
    phone = office.phone()
    assert told(office.post(phone.token, b" " * (MOST_BYTES + 1))) == (413, {"status": "too large"})
    # There is no more of it than this, so whoever tried to read it would find no JSON.
    length = {"CONTENT_LENGTH": str(MOST_BYTES + 1)}
    short = office.client.post("/counts/phones", data=b"{", content_type="application/json", environ_overrides=length)
    assert told(short) == (413, {"status": "too large"})


def test_the_largest_batch_there_is_fits(office: Office) -> None:
    phone = office.phone()
    phone.page = [Slot(Kind.COUNT, month(), month(), "kh-12", 255, 255)] * 64
    _, body = phone.seal()
    assert len(body) < MOST_BYTES
    assert told(office.post(phone.token, body))[0] == 201
    assert office.totals() == {("kh-12", month()): (64 * 255, 64 * 255)}


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_only_json_is_taken_so_that_no_form_of_another_site_can_send_it(office: Office, kind: str) -> None:
    phone = office.phone()
    _, body = phone.seal()
    assert told(office.post(phone.token, body, kind)) == (415, {"status": "refused"})


@pytest.mark.parametrize("path", ["/counts/batches", "/counts/phones"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_nothing_but_post_is_answered(office: Office, path: str, method: str) -> None:
    answer = office.client.open(path, method=method)
    assert told(answer) == (405, {"status": "refused"})
    assert answer.headers["Allow"] == "POST"


def test_a_token_that_sends_sixty_batches_in_an_hour_is_told_to_wait_and_others_are_not(office: Office) -> None:
    phone, other = office.phone(), office.phone()
    _, body = phone.seal()
    assert [office.post(phone.token, body).status_code for _ in range(60)] == [201] + [200] * 59
    late = office.post(phone.token, body)
    assert told(late) == (429, {"status": "try later"})
    assert 0 < int(late.headers["Retry-After"]) <= 3600
    other.seal()
    other.deliver(office.hear)
    assert other.waiting == []


def test_one_batch_from_many_at_once_is_counted_once(office: Office) -> None:
    phones = [office.phone() for _ in range(8)]
    phones[0].count("kh-12", month())
    _, body = phones[0].seal()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda phone: office.app.test_client().post(
            "/counts/batches", data=body, content_type="application/json",
            headers={"Authorization": f"Bearer {phone.token}"}).status_code, phones))  # fmt: skip
    assert sorted(answers) == [200] * 7 + [201]
    assert (office.totals(), office.batches()) == ({("kh-12", month()): (1, 0)}, 1)


def test_a_fault_of_ours_names_its_place_and_nothing_that_was_sent(
    office: Office, capfd: pytest.CaptureFixture[str]
) -> None:
    phone = office.phone()
    phone.count("kh-12", month())
    name, body = phone.seal()
    with immediate(office.db):
        office.db.execute("delete from serves")
    assert told(office.post(phone.token, body)) == (500, {"status": "refused"})
    printed = "".join(capfd.readouterr())
    assert printed.startswith("A fault while counting: IndexError in counts.py, line ")
    assert printed.count("\n") == 1
    assert not any(secret in printed for secret in (name, phone.token, "kh-12", "127.0.0.1", month()[:4]))
    assert office.batches() == 0


def test_a_clock_that_stands_before_the_app_was_written_counts_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwa.views.counts._SENSIBLE", now().replace(year=now().year + 1))
    phone = office.phone()
    _, body = phone.seal()
    assert told(office.post(phone.token, body)) == (503, {"status": "try later"})


def test_a_page_of_somebody_else_is_no_receipt(office: Office) -> None:
    phone = office.phone()
    name, body = phone.seal()
    for answer in (
        (200, b"<html>Welcome to the hotel</html>"), (200, b"[]"), (200, b"{}"), (201, b'{"batch": "other"}'),
        (400, json.dumps({"batch": name, "status": "too old"}).encode()), (302, b""),
    ):  # fmt: skip
        assert not phone.hear(name, *answer)
    assert phone.waiting == [(name, body)]
