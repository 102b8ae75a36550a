"""A made-up deployment, the same each time: `python -m tests.demo` writes what it holds to docs/what-we-hold.md."""

import datetime as dt
import hashlib
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from sqlite_utils import Database

from pwa import enrolment, holdings
from pwa.config import ROOT, Config
from pwa.domain.counting import Batch, Kind, Reason, Slot, entry_of
from pwa.domain.directory import COLUMNS, Service, from_cells
from pwa.store import counts, organisations, releases, services
from pwa.store.db import immediate, open_content
from tests.stores import open_counts

PAGE = ROOT / "docs" / "what-we-hold.md"
START, FROZEN, TODAY = dt.date(2026, 7, 10), dt.date(2026, 10, 15), dt.date(2026, 11, 24)
HEAD = """# What we hold

All that a deployment stores, as `right-door everything-we-hold` prints it: for a court, a hospital's data officer, a
survivor. The command also lists the files of the data folder with their sizes. Below is what it prints for a made-up
deployment: three organisations in two areas, five phones, one published quarter and one that is open. A test makes this
page anew and fails where it differs; `python -m tests.demo` writes it.

What is counted and how it travels stands in [counting.md](counting.md), what is published in [figures.md](figures.md).

```text
"""


def build(folder: Path, more: int = 0) -> tuple[Database, Database]:
    """Counts and content of the demo. Each batch of the open quarter counts `more` disclosures more."""
    db, content = open_counts(folder), open_content(folder)
    config = replace(Config.from_environ({}), data=folder)
    with immediate(db):
        db.execute("update salt set value = ?", [_bytes("salt", 16)])
    releases.freeze_due(db, config, START)
    tokens = [token for name, areas, phones in ORGANISATIONS for token in _enrolled(db, name, areas, phones)]
    for number, token in enumerate(tokens * 2):
        _deliver(db, token, number, START, 4)
    releases.freeze_due(db, config, FROZEN)
    for number, token in enumerate(tokens, 100):
        _deliver(db, token, number, TODAY, more)
    kept = enrolment.kept("K7QF3M9T", config.secrets)
    organisations.offer(db, "house", kept, int(dt.datetime(2026, 11, 24, 9, 40, tzinfo=dt.UTC).timestamp()), 30)
    _furnish(content)
    return db, content


ORGANISATIONS = (
    ("Centre", ("kh-12", "kh-2"), 2),
    ("House", ("kh-12",), 1),
    ("Union", ("kh-12",), 2),
)


def _enrolled(db: Database, name: str, areas: tuple[str, ...], phones: int) -> list[str]:
    organisations.add(db, name.lower(), name, areas)
    tokens = [f"token {number} of {name}" for number in range(phones)]
    for token in tokens:
        organisations.offer(db, name.lower(), token.encode(), 10, 1)
        organisations.enrol(db, token.encode(), token, 1)
    return tokens


def _deliver(db: Database, token: str, number: int, today: dt.date, disclosures: int) -> None:
    month = f"{today:%Y-%m}"
    slots = [Slot(Kind.COUNT, month, month, "kh-12", disclosures, disclosures // 2)]
    if number == 100:
        entry = entry_of("kh-example-1")
        slots.append(Slot(Kind.FLAG, month, month, "kh-12", reason=Reason.WRONG_NUMBER, entry=entry))
    batch = Batch(_bytes(f"name {number}", 16), (_bytes(f"slot {number}", 32),))
    counts.receive(db, token, batch, slots, today)


def _furnish(content: Database) -> None:
    services.replace_all(content, [_service(1), _service(2)], START)
    with immediate(content):
        for statement, row in (
            ("people values (?, ?, ?, ?, ?, ?)", ["p1", "Coordinator, Phnom Penh", "coordinator", "kh-12", 0, 0]),
            (
                "credentials values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_bytes("passkey", 32), "p1", _bytes("key", 77), 0, 1, "Office laptop", "2026-08", "2026-11", ""],
            ),
        ):
            content.execute(f"insert into {statement}", row)


def _service(number: int) -> Service:
    cells = {"id": f"kh-example-{number}", "country": "KH", "categories": "legal", "name": "An example"}
    return from_cells(tuple((dict.fromkeys(COLUMNS, "") | cells | {"status": "open"}).values()))


def _bytes(text: str, size: int) -> bytes:
    return hashlib.shake_256(text.encode()).digest(size)


def page() -> str:
    """What docs/what-we-hold.md should say."""
    with tempfile.TemporaryDirectory() as folder:
        db, content = build(Path(folder))
        told = "\n".join(holdings.report(db, content))
        db.close()
        content.close()
    return f"{HEAD}{told}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{PAGE} is written.\n")
