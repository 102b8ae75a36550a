"""A full or failing disk: the phone hears "try later", nothing is counted in part, and the same batch counts after."""

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pwa.checkup import now
from pwa.domain.counting import Reason, this_month
from pwa.store import organisations
from pwa.store.db import open_counts
from tests.failing import fail_syncs, room_for
from tests.office import Office
from tests.sender import Sender

PAGE = 4096


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = Office(tmp_path)
    yield found
    found.db.close()


@pytest.fixture
def phone(office: Office) -> Sender:
    """A phone that has delivered before, so that a batch changes pages that are there."""
    found = office.phone("kh-12", "kh-2")
    sealed(found, 1)
    found.deliver(office.hear)
    return found


def sealed(phone: Sender, number: int) -> tuple[str, bytes]:
    phone.count("kh-12", this_month(now()), number, number)
    phone.flag(f"service-{number}", Reason.MOVED, this_month(now()))
    return phone.seal()


def held(office: Office) -> list[str]:
    """All that a new connection reads, which mends first what a broken write left."""
    db = open_counts(office.data)
    found = list(db.conn.iterdump())
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)
    db.close()
    return found


def in_thread(office: Office, phone: Sender, body: bytes, database: bool) -> int:
    """The answer to a request whose thread cannot sync the database, or none of the other files."""
    answers: list[int] = []

    def work() -> None:
        with office.app.app_context():
            connection = office.app.extensions["house"].counts
        names = {fd: os.path.realpath(f"/proc/self/fd/{fd}") for fd in range(200)}
        fail_syncs(errno.EIO, [fd for fd, name in names.items() if name.endswith("counts.db") == database])
        answers.append(office.post(phone.token, body).status_code)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    (answer,) = answers
    return answer


def test_wherever_the_disk_is_full_a_batch_is_counted_whole_or_not_at_all(office: Office, phone: Sender) -> None:
    size = (office.data / "counts.db").stat().st_size
    refused = 0
    for number, room in enumerate(range(0, size + 4 * PAGE, PAGE // 2), 2):
        before = held(office)
        _, body = sealed(phone, number)
        with room_for(room):
            answer = office.post(phone.token, body)
        if answer.status_code == 503:
            assert answer.get_json() == {"status": "try later"}
            assert held(office) == before
            refused += 1
            assert office.post(phone.token, body).status_code == 201
        else:
            assert answer.status_code == 201
        assert office.post(phone.token, body).status_code == 200
        if number % 15 == 0:
            # A token may send sixty in an hour.
            office.restart(("5e" * 32,))
    assert refused > size / PAGE
    numbers = range(1, number + 1)
    assert office.totals() == {("kh-12", this_month(now())): (sum(numbers), sum(numbers))}
    assert office.batches() == len(numbers)


@pytest.mark.parametrize("database", [True, False], ids=["the database", "its journal"])
def test_a_disk_that_cannot_sync_leaves_a_batch_uncounted(office: Office, phone: Sender, database: bool) -> None:
    before = held(office)
    _, body = sealed(phone, 5)
    assert in_thread(office, phone, body, database) == 503
    assert held(office) == before
    assert office.post(phone.token, body).status_code == 201
    assert office.post(phone.token, body).status_code == 200
    assert office.totals() == {("kh-12", this_month(now())): (6, 6)}


def test_a_commit_that_fails_lets_go_of_the_lock(office: Office, phone: Sender) -> None:
    size = (office.data / "counts.db").stat().st_size
    _, body = sealed(phone, 5)
    with room_for(size // 2):
        assert office.post(phone.token, body).status_code == 503
    other = open_counts(office.data)
    other.execute("pragma busy_timeout=0")
    other.execute("begin immediate")
    other.execute("rollback")
    other.close()


def test_a_phone_that_enrols_on_a_full_disk_hears_so_and_the_code_is_not_used_up(office: Office) -> None:
    organisations.add(office.db, "a", "A", ["kh-12"])
    organisations.offer(office.db, "a", office.kept("K7QF3M9T"), 2**40, 1)
    asked = {"code": "K7QF3M9T", "lang": "en"}
    with room_for(PAGE):
        answer = office.client.post("/counts/phones", json=asked)
    assert (answer.status_code, answer.get_json()) == (503, {"status": "try later"})
    assert office.client.post("/counts/phones", json=asked).status_code == 201
    assert office.client.post("/counts/phones", json=asked).status_code == 404
