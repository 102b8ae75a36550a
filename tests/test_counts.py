"""Exactly once, over months and over a bad line: whatever is lost, repeated, copied, revoked or started anew."""

import copy
import datetime as dt
import hashlib
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlite_utils import Database

from pwa.checkup import now
from pwa.domain.counting import REMEMBERED_MONTHS, Batch, Kind, Slot, month_number, month_of, this_month
from pwa.store import counts, organisations
from pwa.store.counts import Receipt
from pwa.store.db import immediate
from tests.office import Office
from tests.sender import Answer, Sender
from tests.stores import CHOSEN, open_counts

pytestmark = pytest.mark.stores
TODAY = dt.date(2026, 11, 23)
TOKEN = "a token"  # noqa: S105


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = enrolled(tmp_path)
    yield database
    database.close()


def enrolled(folder: Path) -> Database:
    database = open_counts(folder)
    hurry(database)
    organisations.add(database, "a", "A", ["kh-12"])
    organisations.offer(database, "a", b"code", 10, 1)
    organisations.enrol(database, b"code", TOKEN, 1)
    return database


def hurry(database: Database) -> None:
    if not CHOSEN.postgres:
        database.execute("pragma synchronous=off")


def day(month: int) -> dt.date:
    return dt.date.fromisoformat(f"{month_of(month)}-15")


def batch(number: int) -> Batch:
    return Batch(hashlib.sha256(b"%d" % number).digest()[:16], (b"%109d" % number,))


def total(db: Database) -> int:
    (found,) = db.execute("select coalesce(sum(disclosures), 0) from tallies").fetchone()
    return int(found)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


START = month_number("2026-11")
# A page made now, in some month from now, and sent in some others; between them the server deletes what is over.
LIVES = st.lists(
    st.tuples(st.integers(0, 12), st.lists(st.integers(0, 40), min_size=1, max_size=6)), min_size=1, max_size=5
)


@settings(deadline=None, max_examples=60)
@given(LIVES)
def test_over_the_years_no_page_is_counted_twice_and_none_that_came_in_time_is_lost(
    lives: list[tuple[int, list[int]]],
) -> None:
    sent = sorted((made + later, number, made) for number, (made, waits) in enumerate(lives) for later in waits)
    with tempfile.TemporaryDirectory() as folder:
        db = enrolled(Path(folder))
        for month, number, made in sent:
            today = day(START + month)
            counts.forget(db, today)
            slot = Slot(Kind.COUNT, month_of(START + made), month_of(START + made), "kh-12", disclosures=1)
            counts.receive(db, TOKEN, batch(number), [slot], today)
        assert total(db) == sum(min(waits) <= 12 for _, waits in lives)
        db.close()


def test_a_page_that_comes_again_every_month_for_as_long_as_it_is_taken_is_counted_once(db: Database) -> None:
    slot = Slot(Kind.COUNT, "2026-11", "2026-11", "kh-12", disclosures=1)
    for month in range(20):
        counts.forget(db, day(START + month))
        told = counts.receive(db, TOKEN, batch(1), [slot], day(START + month))
        assert told is not Receipt.COUNTED or month == 0
    assert total(db) == 1


def test_names_are_kept_for_fourteen_months_and_not_a_month_longer(db: Database) -> None:
    slot = Slot(Kind.DUMMY, "2026-11")
    counts.receive(db, TOKEN, batch(1), [slot], TODAY)
    counts.forget(db, day(START + REMEMBERED_MONTHS))
    assert counts.known(db, batch(1)) is Receipt.BEFORE
    counts.forget(db, day(START + REMEMBERED_MONTHS + 1))
    assert counts.known(db, batch(1)) is None


def test_how_many_batches_came_is_kept_for_two_whole_years(db: Database) -> None:
    for number, month in enumerate((START - 2, START)):
        counts.receive(db, TOKEN, batch(number), [Slot(Kind.DUMMY, month_of(month))], day(month))
    assert organisations.sent(db, "2026-Q3") == organisations.sent(db, "2026-Q4") == {"a": 1}
    counts.forget(db, dt.date(2028, 12, 31))
    assert organisations.sent(db, "2026-Q3") == {"a": 1}
    counts.forget(db, dt.date(2029, 1, 1))
    assert organisations.sent(db, "2026-Q3") == organisations.sent(db, "2026-Q4") == {}


@pytest.mark.file
def test_a_name_whose_time_is_over_is_nowhere_in_the_file(db: Database, tmp_path: Path) -> None:
    counts.receive(db, TOKEN, batch(1), [Slot(Kind.DUMMY, "2026-11")], TODAY)
    (names,) = db.execute("select names from batches").fetchone()
    name = names[:32]
    assert any(name in body for body in files(tmp_path).values())
    counts.forget(db, day(START + REMEMBERED_MONTHS + 1))
    assert not any(name in body for body in files(tmp_path).values())


@pytest.mark.file
def test_to_forget_where_nothing_is_over_does_not_touch_the_file(db: Database, tmp_path: Path) -> None:
    counts.receive(db, TOKEN, batch(1), [Slot(Kind.DUMMY, "2026-11")], TODAY)
    before = files(tmp_path)
    counts.forget(db, TODAY)
    organisations.forget_codes(db, 1)
    assert files(tmp_path) == before


@pytest.mark.file
@pytest.mark.parametrize("table", ["tallies", "flags", "batches", "sent"])
def test_a_batch_that_fails_anywhere_leaves_nothing_and_is_counted_when_it_comes_again(
    db: Database, tmp_path: Path, table: str
) -> None:
    slots = [Slot(Kind.COUNT, "2026-11", "2026-11", "kh-12", disclosures=1)]
    counts.receive(db, TOKEN, batch(1), slots, TODAY)
    slots.append(Slot(Kind.FLAG, "2026-11", "2026-11", "kh-12", reason=1, entry=bytes(8)))  # type: ignore[arg-type]
    before = files(tmp_path)
    trigger = f"create temp trigger cut before {{}} on {table} begin select raise(abort, 'cut'); end"
    db.execute(trigger.format("update" if table == "batches" else "insert"))
    with pytest.raises(Exception, match="cut"):
        counts.receive(db, TOKEN, batch(2), slots, TODAY)
    assert files(tmp_path) == before
    db.execute("drop trigger cut")
    assert counts.receive(db, TOKEN, batch(2), slots, TODAY) is Receipt.COUNTED
    assert total(db) == 2


@pytest.mark.file
def test_two_who_write_at_once_wait_for_each_other(db: Database, tmp_path: Path) -> None:
    other = open_counts(tmp_path)
    other.execute("pragma busy_timeout=0")
    slots = [Slot(Kind.COUNT, "2026-11", "2026-11", "kh-12", disclosures=1)]
    with immediate(db), pytest.raises(Exception, match="locked"):
        counts.receive(other, TOKEN, batch(1), slots, TODAY)
    assert counts.receive(other, TOKEN, batch(1), slots, TODAY) is Receipt.COUNTED
    assert counts.receive(db, TOKEN, batch(1), slots, TODAY) is Receipt.BEFORE
    other.close()


FATES = st.sampled_from(["heard", "heard", "lost on the way", "lost on the way back", "a hotel's page", "sent twice"])


class Line(RuleBasedStateMachine):
    """Phones, a server, and a line between them that loses, repeats and lies."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.office = Office(Path(self.folder.name))
        hurry(self.office.db)
        self.month, self.sealed = this_month(now()), 0
        self.phones: list[Sender] = []

    @initialize()
    def enrol(self) -> None:
        self.office.organisation()
        for number in range(3):
            self.phones.append(
                Sender(self.office.public, self.office.enrolled("Centre"), self.month, random.Random(number))  # noqa: S311
            )

    @rule(which=st.integers(0, 2), number=st.integers(0, 30), clock=st.sampled_from([0, -300, -13, -1, 1, 500]))
    def count(self, which: int, number: int, clock: int) -> None:
        self.phones[which].count("kh-12", month_of(month_number(self.month) + clock), number)
        self.phones[which].seal()
        self.sealed += number

    @rule(which=st.integers(0, 2), fate=FATES)
    def deliver(self, which: int, fate: str) -> None:
        self.phones[which].deliver(lambda token, body: self.carry(fate, token, body))

    def carry(self, fate: str, token: str, body: bytes) -> Answer:
        if fate == "lost on the way":
            return None
        if fate == "a hotel's page":
            return 200, b"<html>Please sign in</html>"
        answer = self.office.hear(token, body)
        if fate == "sent twice":
            answer = self.office.hear(token, body)
        return None if fate == "lost on the way back" else answer

    @rule(which=st.integers(0, 2))
    def copy_what_waits(self, which: int) -> None:
        """A backup is put onto another phone: both hold the same sealed pages now."""
        other = self.phones[(which + 1) % 3]
        held = {name for name, _ in other.waiting}
        other.waiting += copy.deepcopy([pair for pair in self.phones[which].waiting if pair[0] not in held])

    @rule()
    def revoke_all(self) -> None:
        organisations.revoke(self.office.db, "Centre")

    @rule(which=st.integers(0, 2))
    def enrol_again(self, which: int) -> None:
        self.phones[which].token = self.office.enrolled("Centre")

    @rule()
    def start_anew(self) -> None:
        self.office.restart(("5e" * 32,))

    @invariant()
    def never_too_many(self) -> None:
        assert total(self.office.db) <= self.sealed

    def teardown(self) -> None:
        self.office.restart(("5e" * 32,))
        for which, phone in enumerate(self.phones):
            self.enrol_again(which)
            phone.deliver(self.office.hear)
            assert phone.waiting == []
        assert total(self.office.db) == self.sealed
        self.office.db.close()
        self.folder.cleanup()


def test_on_a_line_that_loses_repeats_and_lies_each_count_is_counted_exactly_once() -> None:
    run_state_machine_as_test(Line, settings=settings(deadline=None, max_examples=6, stateful_step_count=20))
