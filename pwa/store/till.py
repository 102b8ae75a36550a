"""Batches that come at the same moment are written in one transaction, so that a slow disk is asked once for all."""

import datetime as dt
import threading
from collections.abc import Sequence
from dataclasses import dataclass

from pwa.domain.counting import Batch, Slot
from pwa.store import counts
from pwa.store.counts import Receipt
from pwa.store.db import immediate
from pwa.store.organisations import of_token
from pwa.store.sql import FAULTS, Counts, again


@dataclass
class _Wish:
    token: str
    batch: Batch
    slots: Sequence[Slot]
    today: dt.date
    outcome: Receipt | Exception | None = None


class Till:
    """One for all threads of a process. Whoever has the turn writes what everybody brought in the meantime."""

    def __init__(self) -> None:
        self._turn, self._list = threading.Lock(), threading.Lock()
        self._waiting: list[_Wish] = []

    def look(self, db: Counts, token: str, batch: Batch | None) -> tuple[bool, Receipt | None]:
        """Whether a phone holds this token, and what became of a batch of this name. Between two writes: who reads
        during one is put to sleep by SQLite, and sleeps longer than the write lasts."""
        with self._turn:
            return of_token(db, token) is not None, counts.known(db, batch) if batch else None

    def receive(self, db: Counts, token: str, batch: Batch, slots: Sequence[Slot], today: dt.date) -> Receipt:
        """As counts.receive. A fault in one batch leaves the others as they are; a failing disk fails all."""
        wish = _Wish(token, batch, slots, today)
        with self._list:
            self._waiting.append(wish)
        with self._turn:
            with self._list:
                wishes, self._waiting = self._waiting, []
            # None where whoever had the turn before has written ours too.
            if wishes:
                _write(db, wishes)
        if isinstance(wish.outcome, Receipt):
            return wish.outcome
        raise wish.outcome or RuntimeError("Nobody wrote it.")


def _write(db: Counts, wishes: list[_Wish]) -> None:
    try:
        _together(db, wishes)
    except Exception as error:
        for wish in wishes:
            wish.outcome = error


@again
def _together(db: Counts, wishes: Sequence[_Wish]) -> None:
    with immediate(db):
        for wish in wishes:
            _enter(db, wish)
        if counted := [wish for wish in wishes if wish.outcome is Receipt.COUNTED]:
            counts.tidy(db, [slot for wish in counted for slot in wish.slots])


def _enter(db: Counts, wish: _Wish) -> None:
    db.execute("savepoint one")
    try:
        wish.outcome = counts.enter(db, wish.token, wish.batch, wish.slots, wish.today)
    except FAULTS:
        raise
    except Exception as error:
        wish.outcome = error
        db.execute("rollback to one")
    db.execute("release one")
