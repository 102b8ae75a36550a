"""What the store asks of the database of counts, be it a SQLite file or PostgreSQL.

The statements of the store are SQL that both understand, with `?` for a value. Where the two differ, `postgres.py`
alone knows.
"""

import functools
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Any, ParamSpec, Protocol, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
TRIES = 5
PAUSE = 0.02


class Rows(Protocol):
    """What a statement answers."""

    @property
    def description(self) -> Any: ...
    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Line(Protocol):
    """The connection itself."""

    @property
    def in_transaction(self) -> bool: ...
    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def executemany(self, sql: str, rows: Iterable[Any], /) -> object: ...


class Counts(Protocol):
    """A database of counts: as much of sqlite_utils.Database as the store uses."""

    @property
    def conn(self) -> Line: ...
    def execute(self, sql: str, parameters: Any = None) -> Rows: ...
    def table_names(self) -> list[str]: ...
    def close(self) -> None: ...


class Shared(ABC):
    """A database of counts that several processes write at once."""

    @abstractmethod
    def alone(self) -> AbstractContextManager[bool]:
        """Whether this is the only process that is at the upkeep; the others hear False until it is over."""

    @abstractmethod
    def settle(self) -> None:
        """Write the tables anew in the order of their keys, and leave no row in them that was deleted or changed."""

    @abstractmethod
    def warnings(self) -> tuple[str, ...]:
        """Settings of its server that keep times of counts for longer than need be, a sentence each."""

    @abstractmethod
    def place(self) -> str:
        """Where it is, without a password."""


class StoreError(Exception):
    """PostgreSQL could not do it. Nothing of it is there; if the line was lost in a commit, perhaps all of it is."""


class AgainError(StoreError):
    """PostgreSQL took a transaction back because of another one, and asks for it again."""


# What a database of counts raises where it cannot be read or written.
FAULTS = (sqlite3.Error, StoreError)


def again(work: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Let `work`, which is one whole transaction, be done again where PostgreSQL asks for it: five times in all."""

    @functools.wraps(work)
    def tried(*given: Given.args, **named: Given.kwargs) -> Answer:
        for number in range(1, TRIES):
            try:
                return work(*given, **named)
            except AgainError:
                time.sleep(PAUSE * number)
        return work(*given, **named)

    return tried
