"""What readers flagged: a service, one of four reasons, the month. Each stays until somebody has looked into it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from pwa.domain.counting import Reason, entry_of
from pwa.store.db import immediate
from pwa.store.sql import Counts, again


@dataclass(frozen=True)
class Flag:
    """A service that somebody says is wrong. `month` is when it was last said, ISO, by the server's clock."""

    service: str
    reason: Reason
    month: str


def standing(counts: Counts, content: Database) -> tuple[Flag, ...]:
    """The flags on services that are stored, in the order of their ids. One on a service that is gone is left out."""
    flagged: dict[bytes, list[tuple[int, str]]] = {}
    for entry, reason, month in counts.execute("select entry, reason, month from flags order by reason"):
        flagged.setdefault(entry, []).append((reason, month))
    if not flagged:
        return ()
    ids = (row[0] for row in content.execute("select id from services order by id"))
    return tuple(Flag(id, Reason(reason), month) for id in ids for reason, month in flagged.get(entry_of(id), ()))


def missing(content: Database, services: Iterable[str]) -> list[str]:
    """Those of `services` that are not stored."""
    return [id for id in services if not content.execute("select 1 from services where id = ?", [id]).fetchone()]


@again
def settle(counts: Counts, services: Iterable[str]) -> None:
    """Somebody has looked into these services: their flags go."""
    with immediate(counts):
        counts.conn.executemany("delete from flags where entry = ?", [(entry_of(id),) for id in services])


@again
def forget_unknown(counts: Counts, content: Database) -> None:
    """Flags on services that are not stored go: nobody can look into them, and there is room for so many only."""
    known = {entry_of(id) for (id,) in content.execute("select id from services").fetchall()}
    gone = {entry for (entry,) in counts.execute("select entry from flags").fetchall()} - known
    if gone:
        with immediate(counts):
            counts.conn.executemany("delete from flags where entry = ?", [(entry,) for entry in gone])
