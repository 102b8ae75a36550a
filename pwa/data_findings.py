"""The data folder as it lies on the disk: who may read it, is it whole, who may sign in, how old are the checks."""

import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from pwa.backups import KNOWN, holds_counts
from pwa.config import Config
from pwa.domain.freshness import DUE_TO
from pwa.domain.staff import ADMINISTRATOR
from pwa.findings import Finding, glance, inside, is_wal, may_write, others_may
from pwa.restoring import ASIDE, is_cut_off
from pwa.store import overdue
from pwa.store.db import MOVED, PRAGMAS, RESTORING

_PLACES = {name: (name, f"{name}-wal", f"{name}-shm", f"{name}-journal") for name in KNOWN}
_READ_BACK = {"synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0, "temp_store": 2}
_MOST_SEARCHED = 1024 * 1024
_OVERDUE_IS_WRONG = 0.1


def of_folder(config: Config) -> Iterator[Finding]:
    """Who may read it, and what lies in it that should not."""
    about, data = "data folder", config.data
    if not data.is_dir():
        yield Finding(about, True, f"{data} is not there.", "Start the server once, or run right-door restore.")
        return
    if others_may(data):
        yield Finding(about, True, f"Others than its owner may look into {data}.", f"chmod 700 {data}")
    if not may_write(data):
        yield Finding(
            about,
            True,
            f"{data} cannot be read and written by this user.",
            f"chown it to the user that runs the server: chown -R USER {data}",
        )
        return
    owner = data.stat().st_uid
    for path in inside(data):
        if path.stat().st_uid != owner:
            yield Finding(about, True, f"{path} belongs to another user than the folder.", f"chown {owner} {path}")
    if is_cut_off(data):
        yield Finding(about, True, "A restore was cut off.", "Run right-door restore: it ends it.")
    yield from _strays(config)


def _strays(config: Config) -> Iterator[Finding]:
    about, data = "data folder", config.data
    ours = {data / place for places in _PLACES.values() for place in places}
    if (data / ASIDE).exists():
        yield Finding(
            about,
            True,
            f"{data / ASIDE} holds the data from before a restore. Two copies of counts,"
            " subtracted, tell what was counted between.",
            "Look at it, then shred -u its files.",
        )
    for path in inside(data):
        if path in ours or path.parent.name in (ASIDE, RESTORING):
            continue
        if holds_counts(path):
            yield Finding(
                about,
                True,
                f"{path} is a copy of the counts. Two, subtracted, tell what was counted between.",
                f"shred -u {path}",
            )
        elif _holds_secret(path, config):
            yield Finding(about, True, f"A secret stands in {path}: who gets the data gets its key.", "Move it out.")
        else:
            yield Finding(about, False, f"{path} is not of Right Door.", "Move it out of the data folder.")


def _holds_secret(path: Path, config: Config) -> bool:
    if path.stat().st_size > _MOST_SEARCHED:
        return False
    body = path.read_bytes()
    return any(secret.encode() in body for secret in config.secrets)


def of_databases(config: Config) -> Iterator[Finding]:
    """Journals, steps, SQLite's own check, and whether this SQLite does as it is told."""
    yield from _pragmas()
    for name, migrations in KNOWN.items():
        file = config.data / name
        if not file.exists():
            # With counts in PostgreSQL no start makes that file.
            if not (config.counts and name == "counts.db"):
                yield Finding(name, True, "It is not there.", "Start the server once, or run right-door restore.")
            continue
        with closing(glance(file)) as db:
            (step,) = db.execute("pragma user_version").fetchone()
            yield from _of_step(file, step, len(migrations))
            if db.execute("pragma quick_check").fetchall() != [("ok",)]:
                yield Finding(
                    name,
                    True,
                    "SQLite finds faults in it.",
                    "Stop the server, run right-door restore --over, and look at the disk.",
                )
    yield from _journals(config.data)


def _of_step(file: Path, step: int, newest: int) -> Iterator[Finding]:
    if step == MOVED:
        yield Finding(
            file.name,
            True,
            "Its counts were moved to PostgreSQL. Two copies, subtracted, tell what was counted between.",
            f"Let RIGHT_DOOR_COUNTS name that PostgreSQL, look at the figures, then shred -u {file}",
        )
    elif step > newest:
        yield Finding(file.name, True, "A newer Right Door has written it.", "Start the newer one again.")
    elif step < newest:
        yield Finding(
            file.name,
            False,
            "It has the shape of an older Right Door.",
            "Run right-door backup. The next start brings it forward.",
        )


def _pragmas() -> Iterator[Finding]:
    with closing(sqlite3.connect(":memory:")) as db:
        for name, value in PRAGMAS.items():
            db.execute(f"pragma {name}={value}")
            if db.execute(f"pragma {name}").fetchone() != (_READ_BACK[name],):
                yield Finding(
                    "SQLite", True, f"This SQLite does not take {name}={value}.", "Install Python with another SQLite."
                )


def _journals(data: Path) -> Iterator[Finding]:
    content, counts = data / "content.db", data / "counts.db"
    if content.exists() and not is_wal(content):
        yield Finding("content.db", False, "It is not in WAL mode.", "The next start of the server puts it there.")
    # A log keeps the pages of each commit in their order: which batch raised which figure.
    if (counts.exists() and is_wal(counts)) or Path(f"{counts}-wal").exists():
        yield Finding(
            "counts.db",
            True,
            "It is in WAL mode, and its log tells the order of what came.",
            "Stop whatever else opens it, and start the server again: it takes the log away.",
        )


def of_people(config: Config) -> Iterator[Finding]:
    """Who can sign in at the desk. No label, no number but one."""
    about, passkeys = (
        "desk",
        (
            "select p.role, count(c.id), coalesce(max(c.alert <> ''), 0) from people p"
            " left join credentials c on c.person = p.id where p.disabled = 0 group by p.id"
        ),
    )
    with closing(glance(config.data / "content.db")) as db:
        rows = [row for row in db.execute(passkeys).fetchall() if row[1]]
    administrators = [number for role, number, _ in rows if role == ADMINISTRATOR]
    if not administrators:
        yield Finding(about, True, "No administrator can sign in.", "Run right-door invite --administrator.")
    elif len(administrators) == 1:
        yield Finding(about, False, "There is one administrator only.", "Let her invite a second one.")
    if any(number == 1 for _, number, _ in rows):
        yield Finding(
            about,
            False,
            "Somebody has one passkey only, and is out when she loses it.",
            "Let everybody add a second one under her own name at the desk.",
        )
    if any(alert for *_, alert in rows):
        yield Finding(about, True, "A copy of a passkey was noticed.", "Look under People at the desk, and put it out.")


def of_directory(config: Config, today: dt.date) -> Iterator[Finding]:
    """How much of what readers see nobody has checked for long."""
    about = "directory"
    with closing(glance(config.data / "content.db")) as db:
        states = overdue.tally(Database(db), (), (), today)
    shown = sum(number for state, number in states.items() if state != "closed")
    old = states.get("overdue", 0) + states.get("never", 0)
    if not shown:
        yield Finding(about, True, "It is empty.", "Run right-door directory import FILE.")
    elif old:
        wrong = old / shown >= _OVERDUE_IS_WRONG
        share = max(1, round(100 * old / shown))
        yield Finding(
            about,
            wrong,
            f"{share} % of the services were not checked within {DUE_TO} days.",
            "A wrong number can send a woman to the person she fled. Dial them: the desk lists them first.",
        )
