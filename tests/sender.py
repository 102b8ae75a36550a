"""A phone that counts, without a browser: it seals as docs/counting.md says, and keeps each batch until its receipt."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from pwa.domain.counting import Kind, Reason, Slot, encoded, entry_of
from pwa.sealing import seal

SLOTS = 24
# What a phone hears: a status and the bytes after it. None where nothing came back.
Answer = tuple[int, bytes] | None
Post = Callable[[str, bytes], Answer]


@dataclass
class Sender:
    """One phone. `month` is what the server told last; `waiting` are sealed batches, oldest first: name and bytes."""

    public: bytes
    token: str
    month: str
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311
    page: list[Slot] = field(default_factory=list)
    waiting: list[tuple[str, bytes]] = field(default_factory=list)
    refused: str = ""

    def count(self, area: str, month: str, disclosures: int = 1, referrals: int = 0) -> None:
        self.page.append(Slot(Kind.COUNT, self.month, month, area, disclosures, referrals))

    def flag(self, service: str, reason: Reason, month: str, area: str = "kh-12") -> None:
        self.page.append(Slot(Kind.FLAG, self.month, month, area, reason=reason, entry=entry_of(service)))

    def seal(self) -> tuple[str, bytes]:
        """Close the open page: its batch, which is never sealed again."""
        name = self.chance.randbytes(16)
        slots = [*self.page, *[Slot(Kind.DUMMY, self.month)] * (SLOTS - len(self.page))]
        texts = [encoded(seal(self.public, name, slot)) for slot in slots]
        self.page = []
        self.waiting.append((encoded(name), json.dumps({"batch": encoded(name), "slots": texts}).encode()))
        return self.waiting[-1]

    def deliver(self, post: Post) -> None:
        """Send what waits, oldest first, until an answer is missing. `post` takes token and body."""
        for name, body in list(self.waiting):
            if not (answer := post(self.token, body)):
                return
            self.hear(name, *answer)

    def hear(self, name: str, status: int, body: bytes) -> bool:
        """Let go of a batch, if that is its receipt; whether it was."""
        try:
            told = json.loads(body)
        except ValueError:
            return False
        if not isinstance(told, dict) or told.get("batch") != name or status not in (200, 201):
            self.refused = str(told.get("status", "")) if isinstance(told, dict) else ""
            return False
        self.waiting = [(other, kept) for other, kept in self.waiting if other != name]
        self.month = str(told["month"])
        return True
