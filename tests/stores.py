"""The counts of a test: a file, or with `pytest --store=postgres` a database of its own for each folder."""

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import psycopg
from sqlite_utils import Database

from pwa.config import Config
from pwa.store import db
from pwa.store.sql import Counts
from tests.postgres import Cluster, temporary


@dataclass
class _Chosen:
    """Which store this run of the tests is for. The cluster starts with the first test that needs it."""

    postgres: bool = False
    cluster: Cluster | None = None
    taken: dict[str, str] = field(default_factory=dict)
    free: list[str] = field(default_factory=list)


CHOSEN = _Chosen()


def cluster() -> Cluster:
    if not CHOSEN.cluster:
        CHOSEN.cluster = Cluster(temporary())
        CHOSEN.cluster.start()
    return CHOSEN.cluster


def end() -> None:
    if CHOSEN.cluster:
        CHOSEN.cluster.stop()
        shutil.rmtree(CHOSEN.cluster.folder)
        CHOSEN.cluster = None


def address(folder: Path) -> str:
    """What RIGHT_DOOR_COUNTS is for the data folder of a test: "" for the file."""
    if not CHOSEN.postgres:
        return ""
    # Without the folder, which the file would make, the database would be given back at once, and to the next folder:
    # two stores of one test would be one.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return database(str(folder.absolute()))


def database(name: str) -> str:
    """The address of the database of that name: empty where it is the first time that somebody asks for it."""
    # A new database costs more than most tests; an example of Hypothesis deletes its folder when it is over.
    _give_back({known for known in CHOSEN.taken if not Path(known).exists()})
    if name not in CHOSEN.taken:
        CHOSEN.taken[name] = CHOSEN.free.pop() if CHOSEN.free else _made()
    return cluster().url(CHOSEN.taken[name])


def give_back() -> None:
    """The test is over: its databases are emptied, and serve the next."""
    _give_back(set(CHOSEN.taken))


def _give_back(names: set[str]) -> None:
    for known in map(CHOSEN.taken.pop, names):
        with psycopg.connect(cluster().url(known), autocommit=True) as line:
            line.execute("drop schema if exists right_door cascade")
        CHOSEN.free.append(known)


def _made() -> str:
    name = f"door_{len(CHOSEN.taken) + len(CHOSEN.free)}"
    with psycopg.connect(cluster().url("postgres"), autocommit=True) as line:
        line.execute(f"create database {name}")
    return name


def environment(folder: Path) -> dict[str, str]:
    """The same for a process of its own."""
    return {"RIGHT_DOOR_COUNTS": found} if (found := address(folder)) else {}


def open_counts(folder: Path) -> Database:
    """The counts of a data folder. Said to be a Database, of which PostgreSQL has what these tests use."""
    config = replace(Config.from_environ({}), data=folder, counts=address(folder))
    return cast(Database, db.counts_of(config))


def held(db: Counts) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, in the order of its values."""
    return {table: sorted(db.execute(f"select * from {table}").fetchall()) for table in db.table_names()}  # noqa: S608
