"""Rows whose place in the file tells nothing of when they came.

To have no row numbers is not enough: inside a page SQLite puts each new row below the ones before. So small tables are
written anew, in the order of their keys, by whoever adds to them; and the names of batches, of which there are many,
lie sorted in buckets of one size, each on a page of its own, that are overwritten in place. The file then depends on
what came, never on when: where the same batches come in another order, the file holds the same bytes.
"""

import hashlib
from collections.abc import Iterable

from pwa.domain.counting import month_number
from pwa.store.sql import Counts

DIGEST = 32
RECORD = DIGEST + DIGEST + 2
# As many as fit on a page of 4,096 bytes.
RECORDS = 61
BUCKET = RECORD * RECORDS
_EMPTY = bytes(RECORD)


def anew(db: Counts, table: str) -> None:
    """Write a table anew in the order of its key. It then holds no trace of a row that was deleted either: of those
    SQLite leaves the length and the place."""
    rows = db.execute(f"select * from {table}").fetchall()  # noqa: S608
    db.execute(f"delete from {table}")  # noqa: S608
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        db.conn.executemany(f"insert into {table} values ({marks})", sorted(rows))  # noqa: S608


def name_of(db: Counts, batch: bytes) -> bytes:
    """The 32 bytes that a batch's own name is kept as.

    Salted: whoever could choose where names fall could fill one bucket, and so make all others double without end.
    """
    (salt,) = db.execute("select value from salt").fetchone()
    return hashlib.sha256(salt + batch).digest()


def content_of(db: Counts, name: bytes) -> bytes | None:
    """The digest that is kept beside a name; None where no such batch came."""
    buckets = _number(db)
    found = _bucket(db, _place(name, buckets)) if buckets else []
    return next((record[DIGEST : 2 * DIGEST] for record in found if record.startswith(name)), None)


def remember(db: Counts, name: bytes, content: bytes, expires: str) -> None:
    """Keep a name, the digest of what came under it (32 bytes) and an ISO month, within a transaction."""
    record, buckets = name + content + month_number(expires).to_bytes(2), _number(db)
    place = _place(name, buckets) if buckets else 0
    records = sorted([*_bucket(db, place), record])
    if buckets and len(records) <= RECORDS:
        db.execute("update batches set names = ? where bucket = ?", [_filled(records), place])
    else:
        _write(db, [*_records(db), record])


def forget(db: Counts, month: str) -> bool:
    """Drop the names whose ISO month is before `month`, within a transaction; whether there were any."""
    records = list(_records(db))
    kept = [record for record in records if int.from_bytes(record[-2:]) >= month_number(month)]
    if len(kept) < len(records):
        _write(db, kept)
    return len(kept) < len(records)


def expiries(db: Counts) -> list[int]:
    """For each name that is kept its month as a number, in no order that tells anything."""
    return sorted(int.from_bytes(record[-2:]) for record in _records(db))


def _number(db: Counts) -> int:
    return int(db.execute("select coalesce(max(bucket) + 1, 0) from batches").fetchone()[0])


def _place(name: bytes, buckets: int) -> int:
    # SHA-256 spreads names evenly, and `buckets` is a power of two.
    return int.from_bytes(name[:4]) * buckets >> 32


def _bucket(db: Counts, place: int) -> list[bytes]:
    row = db.execute("select names from batches where bucket = ?", [place]).fetchone()
    return _split(row[0]) if row else []


def _split(names: bytes) -> list[bytes]:
    found = (names[at : at + RECORD] for at in range(0, len(names), RECORD))
    return [record for record in found if record != _EMPTY]


def _records(db: Counts) -> Iterable[bytes]:
    for (names,) in db.execute("select names from batches order by bucket").fetchall():
        yield from _split(names)


def _filled(records: list[bytes]) -> bytes:
    return b"".join(records).ljust(BUCKET, b"\0")


def _write(db: Counts, records: list[bytes]) -> None:
    """Into the fewest buckets that hold them all: their number depends on the names, not on how it came to them."""
    number, buckets = 1, [sorted(records)]
    while max(map(len, buckets)) > RECORDS:
        number *= 2
        buckets = [[] for _ in range(number)]
        for record in sorted(records):
            buckets[_place(record, number)].append(record)
    db.execute("delete from batches")
    db.conn.executemany("insert into batches values (?, ?)", [(at, _filled(found)) for at, found in enumerate(buckets)])
