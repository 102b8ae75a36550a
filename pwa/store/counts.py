"""What phones deliver: each batch counted in one transaction, exactly once, as area and month and nothing else."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from enum import Enum

from pwa.domain.counting import (
    ACCEPTED_MONTHS,
    REMEMBERED_MONTHS,
    Batch,
    Kind,
    Slot,
    month_number,
    month_of,
    quarter_of,
    this_month,
)
from pwa.domain.periods import open_month
from pwa.store import orderless
from pwa.store.db import immediate
from pwa.store.organisations import areas_of, of_token
from pwa.store.releases import frozen_through
from pwa.store.sql import Counts, again

MOST_FLAGS = 10_000
YEARS_KEPT = 2


class Receipt(Enum):
    """What became of a batch."""

    COUNTED = "counted"
    BEFORE = "already counted"
    CONFLICT = "conflict"
    TOO_OLD = "too old"
    STRANGER = "token"


def known(db: Counts, batch: Batch) -> Receipt | None:
    """BEFORE or CONFLICT where a batch of this name has come, else None."""
    content = orderless.content_of(db, orderless.name_of(db, batch.id))
    if not content:
        return None
    return Receipt.BEFORE if content == _content(batch) else Receipt.CONFLICT


@again
def receive(db: Counts, token: str, batch: Batch, slots: Sequence[Slot], today: dt.date) -> Receipt:
    """Count a batch whose opened slots are `slots`: everything in one transaction, or nothing.

    Raises one of FAULTS where it could not be written; then nothing of it is there.
    """
    with immediate(db):
        found = enter(db, token, batch, slots, today)
        if found is Receipt.COUNTED:
            tidy(db, slots)
    return found


def enter(db: Counts, token: str, batch: Batch, slots: Sequence[Slot], today: dt.date) -> Receipt:
    """Write a batch inside a transaction, which `tidy` must end."""
    month = this_month(today)
    organisation = of_token(db, token)
    if not organisation:
        return Receipt.STRANGER
    if before := known(db, batch):
        return before
    if any(month_number(slot.made) < month_number(month) - ACCEPTED_MONTHS for slot in slots):
        return Receipt.TOO_OLD
    _tally(db, slots, areas_of(db, organisation), today)
    _flag(db, slots, month)
    expires = month_of(month_number(month) + REMEMBERED_MONTHS)
    orderless.remember(db, orderless.name_of(db, batch.id), _content(batch), expires)
    db.execute(
        "insert into sent values (?, ?, 1)"
        " on conflict (organisation, quarter) do update set batches = sent.batches + 1",
        [organisation, quarter_of(month)],
    )
    return Receipt.COUNTED


def tidy(db: Counts, slots: Iterable[Slot]) -> None:
    """Leave no trace of the order in which the batches with these slots were entered."""
    orderless.anew(db, "tallies")
    orderless.anew(db, "sent")
    if any(slot.kind is Kind.FLAG for slot in slots):
        orderless.anew(db, "flags")


@again
def forget(db: Counts, today: dt.date) -> None:
    """What is over goes from the file: names of batches that can no longer come again, and how many batches came in
    the quarters of years that ended two years ago."""
    with immediate(db):
        orderless.forget(db, this_month(today))
        db.execute("delete from sent where quarter < ?", [f"{today.year - YEARS_KEPT}-Q1"])


def _tally(db: Counts, slots: Sequence[Slot], areas: Sequence[str], today: dt.date) -> None:
    frozen = frozen_through(db)
    latest = month_number(this_month(today))
    months = {open_month(month_of(latest - ago), today, frozen) for ago in range(ACCEPTED_MONTHS)}
    # A row for each area and open month, whatever was counted: that there is one tells nothing.
    db.conn.executemany(
        "insert into tallies select distinct area, ?, 0, 0 from serves where true on conflict do nothing",
        [(month,) for month in sorted(months)],
    )
    for slot in slots:
        if slot.kind is Kind.COUNT:
            db.execute(
                "update tallies set disclosures = disclosures + ?, referrals = referrals + ?"
                " where area = ? and month = ?",
                [
                    slot.disclosures,
                    slot.referrals,
                    slot.area if slot.area in areas else areas[0],
                    open_month(slot.month, today, frozen),
                ],
            )


def _flag(db: Counts, slots: Sequence[Slot], month: str) -> None:
    for slot in slots:
        # A phone that makes entries up must not fill the disk.
        if slot.kind is Kind.FLAG and db.execute("select count(*) from flags").fetchone()[0] < MOST_FLAGS:
            db.execute(
                "insert into flags values (?, ?, ?) on conflict (entry, reason) do update set month = excluded.month",
                [slot.entry, slot.reason, month],
            )


def _content(batch: Batch) -> bytes:
    return hashlib.sha256(batch.id + b"".join(batch.slots)).digest()
