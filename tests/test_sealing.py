"""The lock of the outbox: what a phone seals only the server opens, in its own batch, and unchanged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain.counting import SEALED, Batch, Kind, Slot
from pwa.sealing import NAME, Lock, UnknownKeyError, seal
from tests.test_counting import SLOTS

OURS, FORMER, OTHER = "ours " * 8, "former " * 6, "other " * 7
LOCK = Lock((OURS,))
ID = bytes(range(16))
COUNT = Slot(Kind.COUNT, "2026-11", "2026-11", "kh-12", disclosures=1)
SLOW = settings(deadline=None, max_examples=50)


def opened(lock: Lock, *sealed: bytes, id: bytes = ID) -> tuple[tuple[Slot, ...], int]:
    found = lock.open(Batch(id, sealed))
    return found.slots, found.unread


@SLOW
@given(st.lists(SLOTS, min_size=1, max_size=5), st.binary(min_size=16, max_size=16))
def test_what_a_phone_seals_the_server_opens_in_its_order(slots: list[Slot], id: bytes) -> None:
    sealed = [seal(LOCK.public, id, slot) for slot in slots]
    assert {len(each) for each in sealed} == {SEALED}
    assert opened(LOCK, *sealed, id=id) == (tuple(slots), 0)


def test_no_two_seals_are_alike_and_none_shows_what_is_in_it() -> None:
    sealed = {seal(LOCK.public, ID, COUNT) for _ in range(50)}
    assert len(sealed) == 50
    assert not any(b"kh-12" in each for each in sealed)


def test_the_same_secret_makes_the_same_key_and_another_makes_another() -> None:
    assert Lock((OURS,)).public == LOCK.public
    assert Lock((OTHER,)).public != LOCK.public
    assert len(LOCK.public) == 65 and LOCK.public[0] == 4


@SLOW
@given(st.integers(NAME, SEALED - 1), st.integers(1, 255))
def test_a_seal_with_any_byte_changed_does_not_open(at: int, by: int) -> None:
    sealed = bytearray(seal(LOCK.public, ID, COUNT))
    sealed[at] ^= by
    assert opened(LOCK, bytes(sealed)) == ((), 1)


@SLOW
@given(st.binary(min_size=SEALED - NAME, max_size=SEALED - NAME))
def test_whatever_comes_under_our_name_opens_or_counts_as_unread(rest: bytes) -> None:
    good = seal(LOCK.public, ID, COUNT)
    # The form of a point is right, so that some of them come as far as the curve.
    for noise in (rest, b"\4" + rest[1:]):
        assert opened(LOCK, good[:NAME] + noise, good) == ((COUNT,), 1)


def test_a_seal_does_not_open_in_another_batch() -> None:
    sealed = seal(LOCK.public, ID, COUNT)
    assert opened(LOCK, sealed, id=bytes(16)) == ((), 1)
    assert opened(LOCK, sealed) == ((COUNT,), 0)


def test_a_seal_for_another_key_is_known_as_one_and_nothing_of_its_batch_is_opened() -> None:
    stranger = seal(Lock((OTHER,)).public, ID, COUNT)
    with pytest.raises(UnknownKeyError):
        opened(LOCK, seal(LOCK.public, ID, COUNT), stranger)


def test_after_a_change_of_the_secret_old_seals_open_and_new_ones_are_made_with_the_new_key() -> None:
    old = seal(Lock((FORMER,)).public, ID, COUNT)
    lock = Lock((OURS, FORMER))
    assert lock.public == LOCK.public
    assert opened(lock, old, seal(lock.public, ID, COUNT)) == ((COUNT, COUNT), 0)
    with pytest.raises(UnknownKeyError):
        opened(LOCK, old)


def test_a_slot_that_opens_and_says_nothing_sensible_counts_as_unread() -> None:
    senseless = Slot(Kind.COUNT, "2026-11", "2026-11", "no area")
    assert opened(LOCK, seal(LOCK.public, ID, senseless)) == ((), 1)
