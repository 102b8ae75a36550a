"""Exactly once under `kill -9`: real processes, senders that lose receipts, a server that dies again and again.

    .venv/bin/python -m bench.kills [BATCHES] [KILLS]
    .venv/bin/python -m bench.kills [BATCHES] [KILLS] [PROCESSES]    # on a PostgreSQL that this starts

Each sender repeats the same bytes until an answer repeats the batch's name; a fifth of the answers is thrown away. At
the end what the server holds is compared with what was in the batches.
"""

import http.client
import queue
import random
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from bench.phones import Line, Sealed, enrol, sealed, totals
from tests import stores
from tests.server import Server

SENDERS = 8
LOST_RECEIPTS = 0.2
# A token and what it delivers; None sends a sender home.
Waiting = queue.Queue[tuple[str, Sealed] | None]


@dataclass
class Run:
    """What happened: `lost` and `double` are disclosures and referrals too few and too many."""

    batches: int
    kills: int = 0
    requests: int = 0
    answers: dict[int, int] = field(default_factory=dict)
    lost: int = 0
    double: int = 0
    batches_held: int = 0
    seconds: float = 0


def run(data: Path, number: int, kills: int, seed: int = 1, processes: int = 1) -> Run:
    """Send `number` batches through `kills` deaths of one of the processes. Several need a PostgreSQL."""
    chance, batches = random.Random(seed), sealed(number, seed)  # noqa: S311
    tokens = enrol(data, max(SENDERS, number // 25))
    done, begun = Run(number), time.monotonic()
    waiting: Waiting = queue.Queue()
    due = [(tokens[at % len(tokens)], batch) for at, batch in enumerate(batches)]
    # Each life takes its share, and the last share waits for the last death.
    share = number // (kills + 1)
    for given in due[share:]:
        waiting.put(given)
    servers = [Server(data / str(n), **stores.environment(data)) if n else Server(data) for n in range(processes)]
    for server in servers:
        server.start()
    ports = [server.port for server in servers]
    senders = [threading.Thread(target=_send, args=(ports, waiting, done, seed + n)) for n in range(SENDERS)]
    for sender in senders:
        sender.start()
    while done.kills < kills:
        if number - share - waiting.qsize() >= share * done.kills:
            time.sleep(chance.uniform(0, 0.3))
            victim = chance.choice(servers)
            victim.stop()
            done.kills += 1
            victim.start()
        time.sleep(0.01)
    for last in (*due[:share], *[None] * SENDERS):
        waiting.put(last)
    for sender in senders:
        sender.join()
    for server in servers:
        server.stop()
    disclosures, referrals, done.batches_held = totals(data)
    wanted = sum(b.disclosures for b in batches), sum(b.referrals for b in batches)
    for held, right in zip((disclosures, referrals), wanted, strict=True):
        done.lost += max(0, right - held)
        done.double += max(0, held - right)
    done.seconds = time.monotonic() - begun
    return done


def _send(ports: list[int], waiting: Waiting, done: Run, seed: int) -> None:
    chance, lines = random.Random(seed), [Line(port, patience=5) for port in ports]  # noqa: S311
    while given := waiting.get():
        # As behind a proxy: a repeat may come to another process than the first time.
        while not _delivered(chance.choice(lines), *given, chance, done):
            time.sleep(chance.uniform(0, 0.05))
    for line in lines:
        line.close()


def _delivered(line: Line, token: str, batch: Sealed, chance: random.Random, done: Run) -> bool:
    done.requests += 1
    try:
        status, answer = line.post(token, batch)
    except (OSError, http.client.HTTPException, ValueError):
        done.answers[0] = done.answers.get(0, 0) + 1
        return False
    done.answers[status] = done.answers.get(status, 0) + 1
    return status in (200, 201) and answer.get("batch") == batch.id and chance.random() >= LOST_RECEIPTS


def main() -> None:
    number, kills = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (20_000, 200)
    processes = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    stores.CHOSEN.postgres = len(sys.argv) > 3
    with tempfile.TemporaryDirectory() as folder:
        done = run(Path(folder), number, kills, processes=processes)
        stores.end()
    print(
        f"{done.batches} batches, {SENDERS} senders, {processes} processes, {done.kills} kills in {done.seconds:.0f} s"
    )
    print(f"requests {done.requests}")
    print("answers: " + ", ".join(f"{code or 'line broken'} {n}" for code, n in sorted(done.answers.items())))
    print(f"batches held {done.batches_held}; counts lost {done.lost}, double {done.double}")


if __name__ == "__main__":
    main()
