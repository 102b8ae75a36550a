"""The file depends on what came, never on the order in which it came."""

import hashlib
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from pwa.domain.counting import Batch, Kind, Reason, Slot, entry_of
from pwa.store import counts, orderless, organisations
from pwa.store.counts import Receipt
from pwa.store.db import immediate
from tests.conftest import TODAY
from tests.stores import open_counts

pytestmark = pytest.mark.stores
MONTH = "2026-11"


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_counts(tmp_path)
    yield database
    database.close()


def digest(text: object) -> bytes:
    return hashlib.sha256(str(text).encode()).digest()


def remember(db: Database, name: bytes, expires: str = "2028-01") -> None:
    with immediate(db):
        orderless.remember(db, name, digest(name), expires)


def buckets(db: Database) -> list[tuple[int, bytes]]:
    return list(db.execute("select bucket, names from batches order by bucket").fetchall())


@settings(deadline=None, max_examples=15)
@given(st.lists(st.binary(min_size=32, max_size=32), unique=True, max_size=150), st.randoms(use_true_random=False))
def test_names_come_back_and_lie_the_same_whatever_the_order(names: list[bytes], chance: random.Random) -> None:
    shuffled = chance.sample(names, len(names))
    with tempfile.TemporaryDirectory() as folder:
        one, other = open_counts(Path(folder) / "one"), open_counts(Path(folder) / "other")
        for name, again in zip(names, shuffled, strict=True):
            remember(one, name)
            remember(other, again)
        assert all(orderless.content_of(one, name) == digest(name) for name in names)
        assert orderless.content_of(one, digest("never came")) is None
        assert len(orderless.expiries(one)) == len(names)
        assert buckets(one) == buckets(other)
        one.close()
        other.close()


@pytest.mark.file
def test_no_bucket_is_fuller_than_its_page_and_there_are_no_more_than_needed(db: Database) -> None:
    with immediate(db):
        for number in range(2_000):
            orderless.remember(db, digest(number), digest(number), "2028-01")
    sizes = {len(names) for _, names in buckets(db)}
    assert sizes == {orderless.BUCKET}
    assert len(buckets(db)) in (64, 128)
    (size,) = db.execute("pragma page_size").fetchone()
    assert size > orderless.BUCKET


@pytest.mark.file
def test_names_are_forgotten_after_their_month_and_the_others_lie_as_if_they_had_never_been(
    db: Database, tmp_path: Path
) -> None:
    for number in range(300):
        remember(db, digest(number), "2027-12" if number % 3 else "2028-02")
    with immediate(db):
        assert not orderless.forget(db, "2027-12")
        assert orderless.forget(db, "2028-01")
        assert not orderless.forget(db, "2028-01")
    other = open_counts(tmp_path / "other")
    for number in range(0, 300, 3):
        remember(other, digest(number), "2028-02")
    assert buckets(db) == buckets(other)
    body = (tmp_path / "counts.db").read_bytes()
    assert digest(0) in body
    assert not any(digest(number) in body for number in (1, 2, 4))
    other.close()


def test_who_chooses_the_names_of_batches_cannot_choose_where_they_fall(tmp_path: Path) -> None:
    one, other = open_counts(tmp_path / "one"), open_counts(tmp_path / "other")
    mine, again, theirs = (orderless.name_of(db, b"a") for db in (one, one, other))
    assert mine == again
    assert mine != theirs
    one.close()
    other.close()


def everything(folder: Path, order: int) -> bytes:
    """The bytes of a database after 90 phones and 250 batches, in that order, but for how often it was written."""
    chance, db = random.Random(order), open_counts(folder)  # noqa: S311
    db.execute("pragma synchronous=off")
    with immediate(db):
        db.execute("update salt set value = ?", [bytes(16)])
    for id in "abc":
        organisations.add(db, id, f"Organisation {id}", ["kh-12", "kh-2"])
        organisations.offer(db, id, id.encode() * 8, 10, 30)
    tokens = [f"{id}{number}" for id in "abc" for number in range(30)]
    for token in chance.sample(tokens, len(tokens)):
        assert organisations.enrol(db, token[0].encode() * 8, token, 1)
    for number in chance.sample(range(250), 250):
        token, batch, slots = made(number, tokens)
        assert counts.receive(db, token, batch, slots, TODAY) is Receipt.COUNTED
    db.close()
    assert (folder / "counts.db-journal").read_bytes() == b""
    body = bytearray((folder / "counts.db").read_bytes())
    # https://www.sqlite.org/fileformat.html: the file change counter, and for which of its values the size is right.
    body[24:28] = body[92:96] = bytes(4)
    return bytes(body)


def made(number: int, tokens: list[str]) -> tuple[str, Batch, list[Slot]]:
    chance = random.Random(number)  # noqa: S311
    month, area = chance.choice(["2026-11", "2026-10", "2025-01", "2031-01"]), chance.choice(["kh-12", "kh-2", "sg"])
    slots = [Slot(Kind.COUNT, MONTH, month, area, chance.randrange(200), chance.randrange(3))]
    if number % 5 == 0:
        reason, entry = Reason(chance.randrange(1, 5)), entry_of(str(chance.randrange(20)))
        slots.append(Slot(Kind.FLAG, MONTH, month, area, reason=reason, entry=entry))
    return chance.choice(tokens), Batch(digest(number)[:16], (chance.randbytes(109),)), slots


@pytest.mark.file
def test_phones_and_batches_in_another_order_leave_the_same_bytes(tmp_path: Path) -> None:
    first, second, third = (everything(tmp_path / str(order), order) for order in (1, 2, 3))
    assert first == second == third
