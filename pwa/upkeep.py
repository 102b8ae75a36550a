"""What the server does by itself, at its start and daily: freeze figures, age them, delete what is over."""

import datetime as dt
import threading
import time
from collections.abc import Callable

from sqlite_utils import Database

from pwa.config import Config
from pwa.store import counts, flags, organisations, people, releases, sessions, waiting
from pwa.store.db import alone, immediate, settle
from pwa.store.sql import FAULTS, Counts, Shared

SECONDS = 60


class Upkeep:
    """`tick` once a minute: codes go within the minute in which they end, everything else is done once a day.

    `clock` gives the time in UTC. `say` takes lines for whoever runs the server; none tells of a phone or a count.
    `back_up` makes a backup and returns what went wrong, "" for nothing.
    """

    def __init__(
        self,
        config: Config,
        counts: Counts,
        content: Database,
        say: Callable[[str], None],
        clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
        back_up: Callable[[], str] = lambda: "",
    ) -> None:
        self._config, self._counts, self._content, self._say, self._clock = config, counts, content, say, clock
        self._back_up = back_up
        self._done: dt.date | None = None

    def tick(self) -> None:
        now = self._clock()
        try:
            with alone(self._counts) as mine:
                # While another process is at it, this one waits for the next minute.
                if mine:
                    self._turn(now)
        except FAULTS as error:
            self._done = None
            self._say(f"Upkeep could not be done ({error}). It is tried again.")
        except releases.ClockError as error:
            # A clock that is years ahead would also forget the names of batches that are still repeated.
            self._say(f"{error} Nothing was frozen or deleted.")

    def _turn(self, now: dt.datetime) -> None:
        organisations.forget_codes(self._counts, int(now.timestamp()))
        if self._done != now.date():
            self._done = now.date()
            self._daily(now)

    def _daily(self, now: dt.datetime) -> None:
        today = now.date()
        frozen = releases.freeze_due(self._counts, self._config, today)
        for name in frozen:
            self._say(f"{name} is frozen.")
        # Restored from before it, the period would be frozen anew, from other counts, and be published twice.
        if frozen and (wrong := self._back_up()):
            self._say(f"No backup was made after that: {wrong}")
        for year in releases.collapse_due(self._counts, today):
            self._say(f"{year} is now kept as one sum. Its periods are deleted.")
        counts.forget(self._counts, today)
        # Of several machines, one without a desk may not have the services that the desk added.
        if not isinstance(self._counts, Shared) or people.everyone(self._content):
            flags.forget_unknown(self._counts, self._content)
        settle(self._counts)
        _forget_desk(self._content, int(now.timestamp()))


def start(upkeep: Upkeep) -> None:
    """Do it now, and then for as long as this process lives."""
    upkeep.tick()
    threading.Thread(target=_forever, args=(upkeep,), daemon=True).start()


def _forever(upkeep: Upkeep) -> None:
    while True:
        time.sleep(SECONDS)
        upkeep.tick()


def _forget_desk(db: Database, now: int) -> None:
    with immediate(db):
        db.execute("delete from challenges where expires <= ?", [now])
        db.execute("delete from invitations where expires <= ?", [now])
        waiting.forget_old(db, dt.datetime.fromtimestamp(now, dt.UTC).date())
        db.execute(
            "delete from sessions where seen <= ? or started <= ?", [now - sessions.IDLE, now - sessions.LONGEST]
        )
    sessions.settle(db)
