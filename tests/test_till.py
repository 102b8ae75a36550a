"""Batches that come at once are written together, and each is still whole or not there."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from pwa.domain.counting import Batch, Kind, Slot
from pwa.store import organisations
from pwa.store.counts import Receipt
from pwa.store.db import immediate
from pwa.store.till import Till
from tests.conftest import TODAY
from tests.failing import room_for
from tests.stores import CHOSEN, open_counts

pytestmark = pytest.mark.stores
SLOT = Slot(Kind.COUNT, "2026-11", "2026-11", "kh-12", disclosures=1)
# The organisation of this token has no area: a fault of ours.
FAULTY = "token of nobody"


class Queue:
    """Ten threads, each with a connection of its own, before one till."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.till, self.own = folder, Till(), threading.local()
        self.pool = ThreadPoolExecutor(10)
        self.db = open_counts(folder)
        for name, areas in (("somebody", ["kh-12"]), ("nobody", [])):
            organisations.add(self.db, name, name, areas)
            organisations.offer(self.db, name, name.encode(), 10, 1)
            organisations.enrol(self.db, name.encode(), f"token of {name}", 1)

    def bring(self, number: int, token: str = "token of somebody") -> "Future[Receipt]":  # noqa: S107
        return self.pool.submit(self._bring, number, token)

    def _bring(self, number: int, token: str) -> Receipt:
        return self.till.receive(self.own.db, token, Batch(bytes([number]) * 16, (b"sealed",)), [SLOT], TODAY)

    def writes(self) -> int:
        """Changes where something was written. https://www.sqlite.org/fileformat.html, the file change counter."""
        if CHOSEN.postgres:
            return int(self.db.execute("select coalesce(max(xmin::text::bigint), 0) from tallies").fetchone()[0])
        return int.from_bytes((self.folder / "counts.db").read_bytes()[24:28])

    def total(self) -> int:
        (found,) = self.db.execute("select coalesce(sum(disclosures), 0) from tallies").fetchone()
        return int(found)


@pytest.fixture
def queue(tmp_path: Path) -> Iterator[Queue]:
    found = Queue(tmp_path)
    barrier = threading.Barrier(10)

    def connect() -> None:
        # Each thread opens its connection now, so that none is opened while the file is locked or the disk full.
        barrier.wait()
        found.own.db = open_counts(tmp_path)

    for done in [found.pool.submit(connect) for _ in range(10)]:
        done.result()
    yield found
    found.pool.shutdown()
    found.db.close()


def while_somebody_writes(queue: Queue, *tokens: str) -> "list[Future[Receipt]]":
    """Bring a batch for each token while the file is locked, so that they wait together."""
    with immediate(queue.db):
        brought = [queue.bring(number, token) for number, token in enumerate(tokens)]
        time.sleep(0.3)
    return brought


SOMEBODY = "token of somebody"


@pytest.mark.file
def test_batches_that_wait_together_are_written_together(queue: Queue) -> None:
    before = queue.writes()
    brought = while_somebody_writes(queue, *[SOMEBODY] * 10)
    assert {done.result() for done in brought} == {Receipt.COUNTED}
    assert queue.total() == 10
    assert queue.writes() - before <= 3


def test_a_fault_in_one_batch_leaves_the_others_as_they_are(queue: Queue) -> None:
    brought = while_somebody_writes(queue, *[SOMEBODY] * 4, FAULTY, *[SOMEBODY] * 4)
    assert [done.exception() is None for done in brought] == [True] * 4 + [False] + [True] * 4
    assert isinstance(brought[4].exception(), IndexError)
    assert queue.total() == 8
    assert organisations.sent(queue.db, "2026-Q4") == {"somebody": 8}


def test_strangers_and_repeats_among_them_hear_their_own_answer(queue: Queue) -> None:
    assert queue.bring(0).result() is Receipt.COUNTED
    brought = while_somebody_writes(queue, SOMEBODY, "no token", SOMEBODY)
    assert [done.result() for done in brought] == [Receipt.BEFORE, Receipt.STRANGER, Receipt.COUNTED]
    before = queue.writes()
    again = while_somebody_writes(queue, SOMEBODY, "no token", SOMEBODY)
    assert [done.result() for done in again] == [Receipt.BEFORE, Receipt.STRANGER, Receipt.BEFORE]
    assert queue.writes() == before
    assert queue.total() == 2


@pytest.mark.file
def test_on_a_full_disk_none_of_them_is_counted_and_each_comes_again(queue: Queue) -> None:
    assert queue.bring(0).result() is Receipt.COUNTED
    with room_for(4096):
        brought = while_somebody_writes(queue, *[SOMEBODY] * 10)
        failed = [done for done in brought if isinstance(done.exception(), sqlite3.Error)]
    assert len(failed) == 9
    assert queue.total() == 1
    assert [queue.bring(number).result() for number in range(10)] == [Receipt.BEFORE] + [Receipt.COUNTED] * 9
    assert queue.total() == 10
