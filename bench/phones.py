"""Phones for the benches: enrolled straight in the store, their batches sealed beforehand."""

import http.client
import json
import os
import random
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pwa import enrolment
from pwa.checkup import now
from pwa.config import DEVELOPMENT_SECRET
from pwa.domain.counting import Kind, Slot, encoded, this_month
from pwa.sealing import Lock, seal
from pwa.store import organisations
from tests.stores import open_counts

AREAS = ("kh-12", "kh-2", "kh-16")
SLOTS = 24


@dataclass(frozen=True)
class Sealed:
    """One batch as it is sent, and what is in it."""

    id: str
    body: bytes
    disclosures: int
    referrals: int


def enrol(data: Path, phones: int, groups: int = 12) -> list[str]:
    """That many tokens, over that many organisations. No code is left: while one is good, its end is in the file."""
    db, tokens = open_counts(data), []
    for group in range(groups):
        id, code, size = f"bench-{group}", enrolment.new_code().encode(), len(range(group, phones, groups))
        organisations.add(db, id, f"Organisation {group}", AREAS)
        if size:
            organisations.offer(db, id, code, int(time.time()) + 600, size)
        for _ in range(size):
            tokens.append(enrolment.new_token())
            assert organisations.enrol(db, code, tokens[-1], int(time.time()))
    db.conn.close()
    return tokens


def sealed(number: int, seed: int = 1, counts: int = 2) -> list[Sealed]:
    """That many batches, each with up to `counts` slots of counts among its dummies. Uses all processors."""
    share = -(-number // 8)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        parts = pool.map(partial(_sealed, share, counts), [seed * 1000 + part for part in range(8)])
        return [each for part in parts for each in part][:number]


def _sealed(number: int, counts: int, seed: int) -> list[Sealed]:
    chance, public, month = random.Random(seed), Lock((DEVELOPMENT_SECRET,)).public, this_month(now())  # noqa: S311
    return [_one(chance, public, month, counts) for _ in range(number)]


def _one(chance: random.Random, public: bytes, month: str, counts: int) -> Sealed:
    id = os.urandom(16)
    slots = [
        Slot(Kind.COUNT, month, month, chance.choice(AREAS), chance.randrange(3), chance.randrange(3))
        for _ in range(chance.randrange(counts + 1))
    ]
    dummies = [Slot(Kind.DUMMY, month)] * (SLOTS - len(slots))
    texts = [encoded(seal(public, id, slot)) for slot in [*slots, *dummies]]
    body = json.dumps({"batch": encoded(id), "slots": texts}).encode()
    return Sealed(encoded(id), body, sum(s.disclosures for s in slots), sum(s.referrals for s in slots))


class Line:
    """One connection of a phone, opened again where it breaks."""

    def __init__(self, port: int, patience: float = 30, agent: str = "bench") -> None:
        self._port, self._patience, self._agent = port, patience, agent
        self._connection: http.client.HTTPConnection | None = None

    def post(self, token: str, batch: Sealed) -> tuple[int, dict[str, object]]:
        """The answer. Raises OSError or HTTPException where the line breaks."""
        self._connection = self._connection or http.client.HTTPConnection(
            "localhost", self._port, timeout=self._patience
        )
        try:
            headers = {
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/json",
                "User-Agent": self._agent,
            }
            self._connection.request("POST", "/counts/batches", batch.body, headers)
            answer = self._connection.getresponse()
            return answer.status, json.loads(answer.read())
        except (OSError, http.client.HTTPException, ValueError):
            self.close()
            raise

    def close(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None


def totals(data: Path) -> tuple[int, int, int]:
    """Disclosures, referrals and batches that the server holds."""
    db = open_counts(data)
    (disclosures, referrals) = db.execute(
        "select coalesce(sum(disclosures), 0), coalesce(sum(referrals), 0) from tallies"
    ).fetchone()
    (batches,) = db.execute("select coalesce(sum(batches), 0) from sent").fetchone()
    db.conn.close()
    return int(disclosures), int(referrals), int(batches)
