"""The drill: phones deliver, a backup is taken meanwhile, the server dies, its folder is lost, and it comes back."""

import http.client
import json
import random
import shutil
import sqlite3
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlite_utils import Database

from bench.phones import enrol
from pwa import backups
from pwa.checkup import now
from pwa.config import DEVELOPMENT_SECRET
from pwa.domain.counting import Batch, decoded, this_month
from pwa.sealing import Lock
from pwa.store import counts
from pwa.store.db import open_counts
from tests.sender import Answer, Sender
from tests.server import Server

PHONES, AREAS = 6, ("kh-12", "kh-2")


@dataclass
class Hand:
    """Somebody who counts all day: her phone, all that it ever sent, and what each batch held."""

    phone: Sender
    chance: random.Random
    sent: dict[str, bytes] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)

    def day(self, port: int) -> None:
        told = self.chance.randrange(4)
        for _ in range(told):
            self.phone.count(self.chance.choice(AREAS), self.phone.month)
        name, body = self.phone.seal()
        self.sent[name], self.held[name] = body, told
        self.phone.deliver(lambda token, sealed: self.post(port, token, sealed))

    def post(self, port: int, token: str, body: bytes, lost: float = 0.2) -> Answer:
        """What comes back; None where the server is gone, or, so often, where the answer is lost."""
        line = http.client.HTTPConnection("localhost", port, timeout=10)
        try:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            line.request("POST", "/counts/batches", body, headers)
            answer = line.getresponse()
            found = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            line.close()
        return found if self.chance.random() >= lost else None


class Deployment:
    """A server under writes that do not pause for anything, until they are told to."""

    def __init__(self, folder: Path) -> None:
        self.shelf = folder / "shelf"
        self.shelf.mkdir()
        self.server = Server(folder / "data")
        public, month = Lock((DEVELOPMENT_SECRET,)).public, this_month(now())
        tokens = enrol(self.server.data, PHONES, 3)
        self.hands = [
            Hand(Sender(public, token, month, random.Random(at)), random.Random(at))  # noqa: S311
            for at, token in enumerate(tokens)
        ]
        self.done = threading.Event()

    def work(self) -> list[threading.Thread]:
        threads = [threading.Thread(target=self._days, args=(hand,)) for hand in self.hands]
        for thread in threads:
            thread.start()
        return threads

    def _days(self, hand: Hand) -> None:
        while not self.done.is_set() and len(hand.sent) < 45:
            hand.day(self.server.port)

    def wait_for(self, number: int) -> None:
        """Until that many batches have been let go of."""
        while sum(len(hand.sent) - len(hand.phone.waiting) for hand in self.hands) < number:
            assert not self.done.wait(0.01)

    def told(self) -> set[str]:
        """The names of the batches whose phones were told that they are counted."""
        return {n for hand in self.hands for n in hand.sent.keys() - {waiting for waiting, _ in hand.phone.waiting}}


def known(db: Database, hands: list[Hand]) -> set[str]:
    """The names of the batches that a database knows."""
    found = set()
    for hand in hands:
        for name, body in hand.sent.items():
            slots = tuple(decoded(slot) for slot in json.loads(body)["slots"])
            if counts.known(db, Batch(decoded(name), slots)) is counts.Receipt.BEFORE:
                found.add(name)
    return found


def total(data: Path) -> int:
    db = open_counts(data)
    (found,) = db.execute("select total(disclosures) from tallies").fetchone()
    db.close()
    return int(found)


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return Deployment(tmp_path)


def test_the_drill(deployment: Deployment) -> None:
    server, hands = deployment.server, deployment.hands
    server.start()
    threads = deployment.work()
    deployment.wait_for(40)
    before = deployment.told()
    server.run("backup", str(deployment.shelf))
    after = len(deployment.told())
    deployment.wait_for(after + 25)
    server.stop()
    deployment.done.set()
    for thread in threads:
        thread.join()
    shutil.rmtree(server.data)
    held = {name: number for hand in hands for name, number in hand.held.items()}

    connection = sqlite3.connect(":memory:")
    connection.deserialize(backups.read(deployment.shelf / "right-door.backup").files["counts.db"])
    copy = known(Database(connection), hands)
    (copied,) = connection.execute("select total(disclosures) from tallies").fetchone()
    connection.close()
    # What was told before the backup began is in it, and a tally is there exactly with the name of its batch.
    assert before <= copy and copied == sum(held[name] for name in copy)
    lost = deployment.told() - copy
    assert len(lost) >= 15, "the drill is only one where something came between the backup and the loss"

    said = server.run("restore", str(deployment.shelf))
    assert "Counts that came since, from phones that were told so, are lost. Nobody can say how many" in said
    server.start()
    for hand in hands:
        while hand.phone.waiting:
            hand.phone.deliver(lambda token, body, hand=hand: hand.post(server.port, token, body))  # type: ignore[misc]
        assert not hand.phone.refused
    assert total(server.data) == sum(held.values()) - sum(held[name] for name in lost)

    # A phone whose receipts were all lost sends everything again: each is counted once, wherever it came before.
    server.stop()
    server.start()
    answers = [
        (name, hand.post(server.port, hand.phone.token, body, lost=0))
        for hand in hands
        for name, body in hand.sent.items()
    ]
    assert {name for name, answer in answers if answer and answer[0] == 201} == lost
    assert {name for name, answer in answers if answer and answer[0] == 200} == held.keys() - lost
    assert total(server.data) == sum(held.values())
    server.stop()
