"""What the disk of a PostgreSQL tells after phones have delivered: nothing of who, and, unlike the file, when."""

import hashlib
from pathlib import Path

import pytest

from bench.phones import enrol, sealed
from bench.seizure import AGENT, deliver
from bench.timeline import commits
from pwa.domain.counting import decoded
from tests import stores
from tests.server import Server

pytestmark = pytest.mark.postgres
# What the operator wrote: addresses to listen on and to let in.
SETTINGS = (".conf", ".opts", ".pid")


def files(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in SETTINGS]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_nothing_on_the_disk_names_a_phone_a_batch_or_an_address_but_the_log_has_times(tmp_path: Path) -> None:
    batches = sealed(60)
    tokens = enrol(tmp_path, 12)
    with Server(tmp_path) as server:
        deliver(server, tokens, batches)
    cluster = stores.cluster()
    # What is in memory goes to the disk now.
    cluster.stop("fast")
    found = files(cluster.folder)
    cluster.start()

    def holding(*forms: bytes) -> list[str]:
        return [name for name, body in found.items() if any(form in body for form in forms)]

    # The search finds what is there.
    assert holding(hashlib.sha256(tokens[0].encode()).digest())
    assert {name.split("/")[1] for name in found if "/" in name} >= {"base", "pg_wal"}
    assert holding(AGENT.encode(), AGENT.split()[0].encode()) == []
    assert holding(*[form for token in tokens for form in (token.encode(), decoded(token))]) == []
    assert (
        holding(*[form for b in batches for form in (b.id.encode(), decoded(b.id), decoded(b.id).hex().encode())]) == []
    )
    slots = [slot for batch in batches for slot in batch.body.decode().split('"') if len(slot) == 146]
    assert len(slots) == 60 * 24
    assert holding(*[form for slot in slots for form in (slot.encode(), decoded(slot)[8:])]) == []
    assert "127.0.0.1:" not in found["log"].decode()
    # Promise P1 is weaker here, and docs/postgresql.md says so.
    assert commits(cluster)[0] > 0
