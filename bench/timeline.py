"""For how long PostgreSQL's log tells when batches were counted, with the settings of docs/postgresql.md and without.

    .venv/bin/python -m bench.timeline [SECONDS]

Batches come for that long, about one in two seconds, and then nothing for the same time. Twice, `pg_waldump` reads what
the log on the disk still holds: how many commits, and how old the first is.
"""

import datetime as dt
import re
import shutil
import subprocess
import sys
import time

from pwa.domain.counting import Batch, Kind, Slot
from pwa.store import counts, organisations
from pwa.store.postgres import Postgres
from tests.conftest import TODAY
from tests.postgres import Cluster, programs, temporary

COMMIT = re.compile(r"COMMIT (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) UTC")
PLAIN = "wal_recycle = on\nmax_wal_size = 1GB\nmin_wal_size = 80MB\ncheckpoint_timeout = 5min\narchive_timeout = 0"


def commits(cluster: Cluster) -> tuple[int, float]:
    """How many commits the log holds, and for how many seconds the first of them lies back."""
    bin = programs()
    assert bin
    found: list[str] = []
    for segment in sorted((cluster.data / "pg_wal").glob("0*")):
        command = [str(bin / "pg_waldump"), "--rmgr=Transaction", str(segment)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env={"TZ": "UTC"})
        found += COMMIT.findall(done.stdout)
    first = dt.datetime.fromisoformat(min(found)).replace(tzinfo=dt.UTC) if found else dt.datetime.now(dt.UTC)
    return len(found), (dt.datetime.now(dt.UTC) - first).total_seconds()


def measure(seconds: float, more: str) -> tuple[tuple[int, float], tuple[int, float]]:
    """While batches come, and after the same time without any."""
    cluster = Cluster(temporary(), more)
    cluster.start()
    try:
        store = Postgres(cluster.url("postgres"))
        organisations.add(store, "a", "A", ["kh-12"])
        organisations.offer(store, "a", b"code", 10, 1)
        organisations.enrol(store, b"code", "token", 1)
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            number += 1
            slot = Slot(Kind.COUNT, "2026-11", "2026-11", "kh-12", disclosures=1)
            counts.receive(store, "token", Batch(number.to_bytes(16), (b"sealed",)), [slot], TODAY)
            time.sleep(0.5)
        during = commits(cluster)
        time.sleep(seconds)
        store.close()
        return during, commits(cluster)
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder)


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 240
    for name, more in (("settings of docs/postgresql.md", ""), ("PostgreSQL's own settings", PLAIN)):
        for when, (number, age) in zip(("while batches come", "after a pause"), measure(seconds, more), strict=True):
            print(f"{name}, {when}: {number} commits, the first {age:.0f} s ago", flush=True)


if __name__ == "__main__":
    main()
