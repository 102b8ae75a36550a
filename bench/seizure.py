"""What a seized server tells: a search through every file that is left after phones have delivered.

    .venv/bin/python -m bench.seizure [BATCHES] [PHONES]

The real server, real requests. Then each file of the data folder, a backup, what lies in the folder for temporary files
and all that the server printed are searched for what must not be there: addresses, browsers, times
finer than a month, names of batches, tokens, sealed slots, and the order in which batches came.
"""

import datetime as dt
import hashlib
import json
import math
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.phones import Line, Sealed, enrol, sealed
from pwa import backups
from pwa.backup_files import NAME
from pwa.checkup import now
from pwa.config import ROOT
from pwa.domain import directory
from pwa.domain.counting import REMEMBERED_MONTHS, decoded, month_number, this_month
from pwa.store import services
from pwa.store.db import open_content
from tests.server import Server

PAGE = 4096
AGENT = "SeizureBench/1.0 (a cheap phone)"


def deliver(server: Server, tokens: Sequence[str], batches: Sequence[Sealed]) -> tuple[int, int]:
    """Send every batch in its order; the seconds since 1970 of the first and the last."""
    line, start = Line(server.port, agent=AGENT), int(time.time())
    for at, batch in enumerate(batches):
        status, _ = line.post(tokens[at % len(tokens)], batch)
        assert status == 201, status
    line.close()
    return start, int(time.time())


def back_up(server: Server, folder: Path) -> bytes:
    """A backup by the command, in `folder`, over an earlier one; and the copy of counts.db in it."""
    folder.mkdir()
    for _ in range(2):
        server.run("backup", str(folder))
    return backups.read(folder / NAME).files["counts.db"]


def found(
    files: dict[str, bytes],
    tokens: Sequence[str],
    batches: Sequence[Sealed],
    span: tuple[int, int],
    explained: Sequence[bytes] = (),
) -> dict[str, list[str]]:
    """What each file holds that it must not, by kind of trace; where and how often. No time is looked for in
    `explained`: among a million bytes of fingerprints some look like one."""
    needles = {
        "address": [b"127.0.0.1", b"::1"],
        "browser": [AGENT.encode(), b"SeizureBench", b"Mozilla"],
        "token": [form for token in tokens for form in (token.encode(), decoded(token))],
        "batch name": [form for b in batches for form in (b.id.encode(), decoded(b.id), decoded(b.id).hex().encode())],
        "sealed slot": [slot for b in batches[:200] for slot in _slots(b)],
    }
    told: dict[str, list[str]] = {}
    for name, body in files.items():
        for kind, forms in needles.items():
            if hits := sum(form in body for form in forms):
                told.setdefault(kind, []).append(f"{name}: {hits}")
        for part in explained:
            body = body.replace(part, b"")
        for trace in _times(body, span):
            told.setdefault("time", []).append(f"{name}: {trace}")
    return told


def _slots(batch: Sealed) -> Iterator[bytes]:
    for text in re.findall(rb'"([A-Za-z0-9_-]{146})"', batch.body):
        yield text[:60]
        yield decoded(text.decode())[:60]


def _times(body: bytes, span: tuple[int, int]) -> Iterator[str]:
    first, last = (dt.datetime.fromtimestamp(second, dt.UTC) for second in span)
    for day in {first.date(), last.date()}:
        for form in (day.isoformat(), day.strftime("%Y%m%d"), day.strftime("%d %b %Y"), day.strftime("%d/%b/%Y")):
            if form.encode() in body:
                yield form
    for second in range(span[0], span[1] + 1):
        forms = {"text": str(second).encode()}
        forms |= {
            f"{size} bytes {order}": second.to_bytes(size, order) for size in (4, 6, 8) for order in ("big", "little")
        }
        for form, needle in forms.items():
            if needle in body:
                yield f"{second} as {form}"
    for name, needle in _julian(span):
        if needle in body:
            yield name


def _julian(span: tuple[int, int]) -> Iterator[tuple[str, bytes]]:
    for second in span:
        yield "Julian day", f"{second / 86400 + 2440587.5:.2f}".encode()


def order(file: Path, batches: Sequence[Sealed]) -> dict[str, float]:
    """How far the places of the batches' names in the file follow the order of arrival.

    "file" is Spearman's rank correlation; within 4 / sqrt(n) of zero it is chance. "pages" looks into each page of the
    file by itself, where a database lays rows down as they come: the mean of (n - 1) r squared, which is 1 by chance.
    """
    with sqlite3.connect(file) as db:
        ((salt,),) = db.execute("select value from salt").fetchall()
    db.close()
    body = file.read_bytes()
    places = [body.find(hashlib.sha256(salt + decoded(batch.id)).digest()) for batch in batches]
    assert min(places) >= 0
    pages: dict[int, list[int]] = {}
    for place in places:
        pages.setdefault(place // PAGE, []).append(place)
    parts = [(len(page) - 1) * _spearman(page) ** 2 for page in pages.values() if len(page) > 1]
    return {"file": _spearman(places), "pages": sum(parts) / len(parts)}


def _spearman(places: Sequence[int]) -> float:
    """The rank correlation of distinct places with 0, 1, 2 …"""
    number, ranks = len(places), {place: rank for rank, place in enumerate(sorted(places))}
    far = sum((ranks[place] - at) ** 2 for at, place in enumerate(places))
    return 1 - 6 * far / (number * (number**2 - 1))


def is_chance(places: dict[str, float], number: int) -> bool:
    """Whether that is what `number` names in no order give."""
    pages = max(1, number / 61)
    bounds = {"file": (0, 4 / math.sqrt(number)), "pages": (1, 4 * math.sqrt(2 / pages))}
    return all(abs(value - bounds[kind][0]) < bounds[kind][1] for name, value in places.items() for kind in bounds
               if name.endswith(kind))  # fmt: skip


def fingerprints(file: Path, batches: Sequence[Sealed]) -> list[bytes]:
    """What the file keeps of the batches. Every byte of it must follow from the batches and the month alone."""
    with sqlite3.connect(file) as db:
        ((salt,),) = db.execute("select value from salt").fetchall()
        kept = [names for (names,) in db.execute("select names from batches")]
    db.close()
    expires = month_number(this_month(now())) + REMEMBERED_MONTHS
    records = {bytes(66)} | {_record(salt, batch) + expires.to_bytes(2) for batch in batches}
    parts = [names[at : at + 66] for names in kept for at in range(0, len(names), 66)]
    assert set(parts) - {bytes(66)} == records - {bytes(66)}
    assert sum(part != bytes(66) for part in parts) == len(batches)
    return kept


def _record(salt: bytes, batch: Sealed) -> bytes:
    id = decoded(batch.id)
    content = id + b"".join(decoded(slot) for slot in json.loads(batch.body)["slots"])
    return hashlib.sha256(salt + id).digest() + hashlib.sha256(content).digest()


def files_in(data: Path, *printed: Path) -> dict[str, bytes]:
    """Every file of the data folder and what the server printed, by name."""
    paths = [*(path for path in sorted(data.rglob("*")) if path.is_file()), *printed]
    return {path.name: path.read_bytes() for path in paths}


def seize(data: Path, number: int, phones: int) -> tuple[dict[str, list[str]], dict[str, float], dict[str, int]]:
    """Run it all: traces found, correlations with the order of arrival, sizes of the files searched."""
    batches, log, temporary = sealed(number), data.parent / "printed.txt", data.parent / "temporary"
    temporary.mkdir(parents=True)
    # The day of the last import is public, and would hide any other trace of this day.
    content = open_content(data)
    services.replace_all(content, directory.read(ROOT / "directory.csv", now()), dt.date(2026, 1, 1))
    content.conn.close()
    server = Server(data, TMPDIR=str(temporary))
    with log.open("wb") as out:
        server.start(out)
        # More than an hour's worth for each phone would be refused.
        tokens = enrol(data, max(phones, number // 50))
        first, last = deliver(server, tokens, batches)
        copy = back_up(server, data.parent / "backup")
        server.stop()
    # Whoever seizes the backup alone has the same to work on.
    (data.parent / "copy").write_bytes(copy)
    backed_up = order(data.parent / "copy", batches)
    files = files_in(data, log, *temporary.rglob("*"), *(data.parent / "backup").iterdir())
    return (
        # From before the first phone enrolled to after the last code could end.
        found(files, tokens, batches, (first - 120, last + 700), fingerprints(data / "counts.db", batches)),
        order(data / "counts.db", batches) | {f"backup's {where}": value for where, value in backed_up.items()},
        {n: len(b) for n, b in files.items()},
    )


def main() -> None:
    number, phones = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (10_000, 200)
    with tempfile.TemporaryDirectory() as folder:
        told, places, sizes = seize(Path(folder) / "data", number, phones)
    print("searched: " + ", ".join(f"{name} {size}" for name, size in sizes.items()))
    print(f"traces: {told or 'none'}")
    words = ", ".join(f"{where} {value:+.4f}" for where, value in places.items())
    print(f"order of arrival: {words}: {'chance' if is_chance(places, number) else 'IT SHOWS'}")


if __name__ == "__main__":
    main()
