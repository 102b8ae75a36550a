"""Counts in PostgreSQL: what the store asks of a SQLite file, asked of a server that several machines share.

One writer at a time, as with the file: each transaction begins by taking one advisory lock, and only then reads. So
nobody decides by what another one is changing, and the rows of small tables can be written anew. Not SERIALIZABLE: its
view of the data begins before the lock is there, and each batch that had waited would have to be taken back. Why, and
what of a timeline such a server keeps all the same, stands in docs/postgresql.md.
"""

import contextlib
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg.pq import TransactionStatus

from pwa.store.postgres_settings import NAMES, SLOTS, Verdict, judge
from pwa.store.postgres_tables import SCHEMA, STEPS
from pwa.store.sql import AgainError, Rows, Shared, StoreError

# "right" as a number, and which of our two locks: https://www.postgresql.org/docs/current/explicit-locking.html
_WRITER, _UPKEEP = "(1919510376, 1)", "(1919510376, 2)"
_AGAIN = ("40001", "40P01")
_BEGIN = f"begin isolation level read committed read write; select pg_advisory_xact_lock{_WRITER}"
_DIALECT = {"vacuum": "vacuum full releases"}
# Whoever is frozen in the middle holds up everybody, so the server ends it. A commit that was confirmed is on the disk.
_SESSION = (
    f"set search_path = {SCHEMA}; set synchronous_commit = on; set lock_timeout = '10s'; set statement_timeout = '60s';"
    " set idle_in_transaction_session_timeout = '30s'"
)
_PATIENCE: dict[str, Any] = {
    "connect_timeout": 5,
    "tcp_user_timeout": 20_000,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


class Postgres(Shared):
    """One connection. A line that was lost between two transactions is opened again; in one, the transaction fails."""

    def __init__(self, url: str) -> None:
        """Raises StoreError where the server does not answer, keeps a timeline, or is of a later version of this."""
        self._url, self._within = url, False
        self._line = self._connect()
        if refused := self._verdict().refused:
            self.close()
            raise StoreError(" ".join(refused))
        self._migrate()

    def __del__(self) -> None:
        # A thread that ends leaves its connection to nobody.
        with contextlib.suppress(AttributeError):
            self._line.close()

    @property
    def conn(self) -> "Postgres":
        return self

    @property
    def in_transaction(self) -> bool:
        return self._within

    def execute(self, sql: str, parameters: Any = None) -> Rows:
        """Raises StoreError, never with a value that was sent."""
        if sql == "begin immediate":
            return self._begin()
        return self._asked(_DIALECT.get(sql, sql), parameters)

    def executemany(self, sql: str, rows: Iterable[Any], /) -> None:
        with self._faults(), self._line.cursor() as cursor:
            cursor.executemany(_marked(sql), rows)

    def commit(self) -> None:
        if self._within:
            self._end(commit=True)

    def rollback(self) -> None:
        if self._within:
            self._end(commit=False)

    def close(self) -> None:
        self._within = False
        self._line.close()

    def table_names(self) -> list[str]:
        sql = "select tablename from pg_tables where schemaname = ? order by 1"
        return [name for (name,) in self._asked(sql, [SCHEMA]).fetchall()]

    def place(self) -> str:
        return f"{self._line.info.dbname} at {self._line.info.host}:{self._line.info.port}"

    def warnings(self) -> tuple[str, ...]:
        return self._verdict().warned

    def _verdict(self) -> Verdict:
        found = dict(self._asked("select name, setting from pg_settings where name = any(?)", [list(NAMES)]).fetchall())
        (slots,) = self._asked("select count(*) from pg_replication_slots").fetchone()
        return judge({**found, SLOTS: str(slots)})

    @contextmanager
    def alone(self) -> Iterator[bool]:
        (mine,) = self._asked(f"select pg_try_advisory_lock{_UPKEEP}").fetchone()
        try:
            yield mine
        finally:
            # With a line that was lost the lock is gone too.
            if mine and not self._line.closed:
                self._asked(f"select pg_advisory_unlock{_UPKEEP}")

    def settle(self) -> None:
        for table in self.table_names():
            # Published figures are never changed.
            if table != "releases":
                (key,) = self._asked(
                    "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid"
                    " and a.attnum = i.indkey[0] where i.indisprimary and i.indrelid = cast(? as regclass)", [table]
                ).fetchone()  # fmt: skip
                # All rows then come from one transaction: which was changed after which is gone.
                self._alone_with(f"update {table} set {key} = {key}")  # noqa: S608
                self._alone_with(f"cluster {table} using {table}_pkey")

    def _alone_with(self, *statements: str) -> None:
        self._begin()
        try:
            self._asked("set local statement_timeout = 0")
            for sql in statements:
                self._asked(sql)
            self.commit()
        finally:
            self.rollback()

    def _begin(self) -> Rows:
        try:
            begun = self._asked(_BEGIN)
        except StoreError:
            if not self._line.closed:
                self._line.rollback()
            raise
        self._within = True
        return begun

    def _end(self, commit: bool) -> None:
        self._within = False
        with self._faults():
            if not commit:
                # With a line that was lost its transaction is gone.
                if not self._line.closed:
                    self._line.rollback()
            elif self._line.info.transaction_status == TransactionStatus.INERROR:
                # PostgreSQL answers a commit of what has failed with a rollback, and calls that no error.
                self._line.rollback()
                raise StoreError("The transaction had failed.")
            else:
                self._line.commit()

    def _asked(self, sql: str, parameters: Any = None) -> Rows:
        try:
            return self._ask(sql, parameters)
        except StoreError:
            if self._within or not self._line.closed:
                raise
        # Nothing had been begun: what is asked outside a transaction changes nothing, or may be done twice.
        self._line = self._connect()
        return self._ask(sql, parameters)

    def _ask(self, sql: str, parameters: Any) -> Rows:
        with self._faults():
            # What has no values may be several statements, which cannot be prepared.
            return cast(Rows, self._line.execute(_marked(sql), parameters, prepare=None if parameters else False))

    def _connect(self) -> "psycopg.Connection[Any]":
        try:
            line = psycopg.connect(self._url, autocommit=True, application_name="right-door", **_PATIENCE)
            line.execute(_SESSION, prepare=False)
        except psycopg.Error as error:
            raise StoreError(f"PostgreSQL does not answer: {_without_password(str(error), self._url)}") from None
        return line

    def _migrate(self) -> None:
        if self._version() == len(STEPS):
            return
        self._begin()
        try:
            if (done := self._version()) > len(STEPS):
                raise StoreError("The tables are of a later version of Right Door than this one.")
            self._asked(f"create schema if not exists {SCHEMA}")
            for sql in (statement for step in STEPS[done:] for statement in step):
                self._asked(sql)
            if not done:
                self._asked("insert into salt values (?)", [secrets.token_bytes(16)])
            self._asked(f"comment on schema {SCHEMA} is '{len(STEPS)}'")
            self.commit()
        finally:
            self.rollback()

    def _version(self) -> int:
        sql = "select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = ?"
        found = self._asked(sql, [SCHEMA]).fetchone()
        return int(found[0] or 0) if found else 0

    @contextmanager
    def _faults(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            # Only the first line of it: the others repeat values and the statement.
            said = error.diag.message_primary or "the line to PostgreSQL was lost"
            raise (AgainError if error.sqlstate in _AGAIN else StoreError)(said) from None


def _marked(sql: str) -> Any:
    return sql.replace("?", "%s")


def _without_password(said: str, url: str) -> str:
    said, secret = " ".join(said.split()), urlsplit(url).password or ""
    for form in (url, secret, unquote(secret)):
        said = said.replace(form, "***") if form else said
    return said
