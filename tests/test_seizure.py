"""What a seized server tells, in small: bench/seizure.py, and the same search where there is something to find."""

import datetime as dt
import hashlib
import os
import sqlite3
import time
from pathlib import Path

from bench.phones import Sealed, sealed
from bench.seizure import AGENT, files_in, found, is_chance, order, seize
from pwa.domain.counting import decoded, encoded
from pwa.enrolment import new_token


def test_after_phones_have_delivered_nothing_on_the_disk_tells_who_when_or_in_which_order(tmp_path: Path) -> None:
    told, places, sizes = seize(tmp_path / "data", 300, 40)
    assert told == {}
    assert is_chance(places, 300), places
    assert {"file", "pages", "backup's file", "backup's pages"} == set(places)
    assert {"content.db", "counts.db", "right-door.backup", "printed.txt"} <= set(sizes)
    assert sizes.get("counts.db-journal", 0) == 0
    assert "counts.db-wal" not in sizes


def test_the_same_search_finds_each_trace_in_a_database_that_leaks(tmp_path: Path) -> None:
    batches, tokens, now = sealed(60), [new_token() for _ in range(4)], int(time.time())
    with sqlite3.connect(tmp_path / "leaky.db") as db:
        db.execute("create table batches (id blob, name text, token text, agent text, host text, at integer, day text)")
        db.execute("create table salt (value blob)")
        db.execute("insert into salt values (x'')")
        for at, batch in enumerate(batches):
            slot = batch.body.split(b'"')[9].decode()
            day = dt.datetime.fromtimestamp(now, dt.UTC).date().isoformat()
            row = [_hash(batch.id), batch.id, tokens[at % 4], AGENT + slot, "127.0.0.1", now, day]
            db.execute("insert into batches values (?, ?, ?, ?, ?, ?, ?)", row)
    db.close()
    told = found(files_in(tmp_path), tokens, batches, (now, now))
    assert set(told) == {"address", "browser", "token", "batch name", "sealed slot", "time"}
    assert len(told["time"]) >= 2
    assert not is_chance(order(tmp_path / "leaky.db", batches), len(batches))


def test_without_row_numbers_a_page_of_a_table_still_tells_the_order_of_arrival(tmp_path: Path) -> None:
    batches = [Sealed(encoded(os.urandom(16)), b"", 0, 0) for _ in range(5000)]
    with sqlite3.connect(tmp_path / "leaky.db") as db:
        db.execute("create table salt (value blob)")
        db.execute("insert into salt values (x'')")
        db.execute("create table batches (id blob primary key, content blob) without rowid")
        for batch in batches:
            db.execute("insert into batches values (?, ?)", [_hash(batch.id), _hash(batch.id)[::-1]])
    db.close()
    places = order(tmp_path / "leaky.db", batches)
    assert abs(places["file"]) < 0.1
    assert not is_chance(places, len(batches)), places


def _hash(name: str) -> bytes:
    return hashlib.sha256(decoded(name)).digest()
