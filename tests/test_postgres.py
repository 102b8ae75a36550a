"""Counts in a real PostgreSQL: what is different from a file, and what must not be."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from bench.kills import run
from pwa import holdings
from pwa.cli import main
from pwa.config import NAMES, Config
from pwa.domain.counting import Batch, Kind, Slot
from pwa.store import counts, db, organisations
from pwa.store.counts import Receipt
from pwa.store.postgres import Postgres
from pwa.store.sql import Shared, StoreError
from pwa.upkeep import Upkeep
from tests import stores
from tests.conftest import TODAY
from tests.postgres import ENCODED, PASSWORD, Cluster, temporary

pytestmark = pytest.mark.postgres
SLOTS = [Slot(Kind.COUNT, "2026-11", "2026-11", "kh-12", disclosures=1)]
TOKEN = "a token"  # noqa: S105


@pytest.fixture
def url(tmp_path: Path) -> str:
    return stores.address(tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[Postgres]:
    """A PostgreSQL with one organisation and one phone."""
    found = Postgres(url)
    enrol(found)
    yield found
    found.close()


def enrol(found: Postgres | Database) -> None:
    organisations.add(found, "a", "A", ["kh-12"])
    organisations.offer(found, "a", b"code", 10, 1)
    organisations.enrol(found, b"code", TOKEN, 1)


def batch(number: int) -> Batch:
    return Batch(number.to_bytes(16), (b"%109d" % number,))


def receive(found: Postgres, number: int) -> Receipt:
    return counts.receive(found, TOKEN, batch(number), SLOTS, TODAY)


def total(found: Postgres) -> int:
    return int(found.execute("select coalesce(sum(disclosures), 0) from tallies").fetchone()[0])


def fail(found: Postgres, times: int, how: str) -> None:
    """Let the next `times` writes of a batch fail, each as `how` says. A sequence is not taken back with them."""
    for sql in (
        "create sequence failures",
        "create function fail() returns trigger language plpgsql as $$ begin"
        f" if nextval('right_door.failures') <= {times} then {how}; end if; return new; end $$",
        "create trigger fail before insert on sent for each row execute function fail()",
    ):
        found.execute(sql)


@pytest.mark.parametrize("code", ["40001", "40P01"])
def test_what_postgresql_takes_back_because_of_another_is_done_again(store: Postgres, code: str) -> None:
    fail(store, 4, f"raise exception 'again' using errcode = '{code}'")
    assert receive(store, 1) is Receipt.COUNTED
    assert (total(store), organisations.sent(store, "2026-Q4")) == (1, {"a": 1})


def test_and_not_without_end(store: Postgres) -> None:
    fail(store, 5, "raise exception 'again' using errcode = '40001'")
    with pytest.raises(StoreError, match="again"):
        receive(store, 1)
    assert total(store) == 0
    assert receive(store, 1) is Receipt.COUNTED


def test_a_line_that_is_lost_in_a_transaction_leaves_nothing_and_the_next_one_has_a_new_line(store: Postgres) -> None:
    fail(store, 1, "perform pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(StoreError):
        receive(store, 1)
    assert total(store) == 0
    assert receive(store, 1) is Receipt.COUNTED
    assert total(store) == 1


def test_a_line_that_is_lost_between_two_transactions_is_not_even_noticed(store: Postgres, url: str) -> None:
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'right-door'")
    assert receive(store, 1) is Receipt.COUNTED
    assert organisations.of_token(store, TOKEN) == "a"


class Cutter:
    """A line to PostgreSQL that goes dead once, right after a commit went out and before its answer comes back."""

    def __init__(self, port: int) -> None:
        self._server, self.cuts, self.armed = port, 0, False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                mine, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._server))
            threading.Thread(target=self._carry, args=(mine, server, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(server, mine, False), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket, out: bool) -> None:
        try:
            while part := one.recv(65536):
                if cut := out and self.armed and b"COMMIT" in part:
                    self.armed, self.cuts = False, self.cuts + 1
                    one.shutdown(socket.SHUT_RDWR)
                other.sendall(part)
                if cut:
                    break
        except OSError:
            pass
        finally:
            one.close()


def test_a_commit_whose_answer_is_lost_is_known_as_done_when_the_phone_sends_again(url: str) -> None:
    cutter = Cutter(stores.cluster().port)
    found = Postgres(url.replace(f":{stores.cluster().port}/", f":{cutter.port}/"))
    enrol(found)
    cutter.armed = True
    with pytest.raises(StoreError):
        receive(found, 1)
    assert cutter.cuts == 1
    assert receive(found, 1) is Receipt.BEFORE
    assert total(found) == 1
    found.close()
    cutter.close()


def test_one_writes_at_a_time_and_whoever_is_frozen_in_the_middle_does_not_hold_up_the_others_for_ever(
    store: Postgres, url: str
) -> None:
    other = Postgres(url)
    other.execute("set idle_in_transaction_session_timeout = '1s'")
    other.execute("begin immediate")
    assert receive(store, 1) is Receipt.COUNTED
    with pytest.raises(StoreError):
        receive(other, 2)
    other.close()


def test_upkeep_is_done_by_one_process_at_a_time(store: Postgres, url: str, tmp_path: Path) -> None:
    other, content, said = Postgres(url), db.open_content(tmp_path), list[str]()
    organisations.offer(store, "a", b"code", 10, 1)
    upkeep = Upkeep(Config.from_environ({}), store, content, said.append)
    with other.alone() as mine:
        assert mine
        upkeep.tick()
        assert organisations.offer_of(store, "a", 9)
    upkeep.tick()
    assert (organisations.offer_of(store, "a", 9), said) == (None, [])
    with other.alone() as mine:
        assert mine
    other.close()
    content.close()


def test_after_the_night_rows_lie_by_their_keys_come_from_one_transaction_and_none_is_left_behind(
    store: Postgres,
) -> None:
    for number in range(200):
        assert receive(store, number) is Receipt.COUNTED
    db.settle(store)
    for table, key in (("batches", "bucket"), ("tallies", "area, month"), ("sent", "organisation, quarter")):
        rows = store.execute(f"select {key}, xmin::text from {table} order by ctid").fetchall()  # noqa: S608
        assert rows == sorted(rows)
        assert len({row[-1] for row in rows}) == 1
    (pages,) = store.execute("select pg_relation_size('batches') / 8192").fetchone()
    (buckets,) = store.execute("select count(*) from batches").fetchone()
    assert pages == buckets
    assert [receive(store, number) for number in (0, 199)] == [Receipt.BEFORE] * 2


def test_both_stores_have_the_same_tables_and_columns(store: Postgres, tmp_path: Path) -> None:
    file = db.open_counts(tmp_path)
    assert sorted(file.table_names()) == store.table_names()
    for table in store.table_names():
        columns = [[at[0] for at in each.execute(f"select * from {table}").description] for each in (file, store)]  # noqa: S608
        assert columns[0] == columns[1]
    file.close()


@pytest.mark.parametrize("setting", ["log_statement = 'all'", "log_min_duration_statement = 0", "log_duration = on"])
def test_a_server_that_writes_down_what_comes_is_not_used(url: str, setting: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    with psycopg.connect(url, autocommit=True) as line:
        line.execute(f"alter database {name} set {setting}")
        try:
            with pytest.raises(StoreError, match=f"^{setting.split()[0]} is "):
                Postgres(url)
        finally:
            line.execute(f"alter database {name} reset all")


def test_neither_is_one_that_keeps_an_archive_or_feeds_a_replica() -> None:
    more = "wal_level = replica\nmax_wal_senders = 2\narchive_mode = on\ntrack_commit_timestamp = on"
    cluster = Cluster(temporary(), f"{more}\narchive_command = 'true'")
    cluster.start()
    with psycopg.connect(cluster.url("postgres"), autocommit=True) as line:
        line.execute("select pg_create_physical_replication_slot('copy')")
    with pytest.raises(StoreError) as stopped:
        Postgres(cluster.url("postgres"))
    cluster.stop()
    assert all(f"{name} is " in str(stopped.value) for name in ("archive_mode", "track_commit_timestamp", "slots"))


def test_the_settings_of_the_page_leave_nothing_to_warn_of(store: Postgres) -> None:
    assert store.warnings() == ()


@pytest.fixture
def command(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path))
    monkeypatch.setenv("RIGHT_DOOR_COUNTS", url)
    return CliRunner()


@pytest.mark.parametrize("wrong", ["password", "database", "port"])
def test_a_password_is_never_printed(command: CliRunner, url: str, monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    said = [command.invoke(main, ["counts", "check"]).output]
    changed = {"password": url.replace("s3cret", "s3cret0"), "database": f"{url}_none", "port": url.replace(":5", ":1")}
    monkeypatch.setenv("RIGHT_DOOR_COUNTS", changed[wrong])
    result = command.invoke(main, ["organisation", "list"])
    assert result.exit_code == 1 or wrong == "port"
    said += [result.output, repr(replace(Config.from_environ({}), counts=url))]
    assert said[0].startswith("Counts are kept in PostgreSQL: ")
    assert not any(form in text for text in said for form in (PASSWORD, ENCODED, "s3cret"))


def test_the_counts_of_a_file_move_whole_and_the_file_takes_nothing_more(
    command: CliRunner, url: str, tmp_path: Path
) -> None:
    file = db.open_counts(tmp_path)
    enrol(file)
    for number in range(100):
        counts.receive(file, TOKEN, batch(number), SLOTS, TODAY)
    before = stores.held(file)
    result = command.invoke(main, ["counts", "move"])
    assert result.exit_code == 0, result.output
    found = Postgres(url)
    assert stores.held(found) == before
    assert [receive(found, number) for number in (99, 100)] == [Receipt.BEFORE, Receipt.COUNTED]
    with pytest.raises(Exception, match="phones"):
        counts.receive(file, TOKEN, batch(101), SLOTS, TODAY)
    with pytest.raises(Exception, match="moved to PostgreSQL"):
        db.open_counts(tmp_path)
    file.close()
    found.close()


@pytest.mark.parametrize("said_by", ["organisation list", "serve", "backup", "counts move"])
def test_whoever_goes_on_with_a_file_whose_counts_were_moved_is_told_so(
    command: CliRunner,
    url: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    said_by: str,
) -> None:
    db.open_content(tmp_path).close()
    db.open_counts(tmp_path).close()
    assert command.invoke(main, ["counts", "move"]).exit_code == 0
    monkeypatch.setenv("RIGHT_DOOR_COUNTS", url if said_by == "counts move" else "")
    monkeypatch.setenv("RIGHT_DOOR_BACKUP", str(tmp_path_factory.mktemp("backup")))
    result = command.invoke(main, said_by.split())
    assert result.exit_code == 1
    told = "counts.db takes nothing more: its counts were moved to PostgreSQL, which RIGHT_DOOR_COUNTS must name"
    assert told in result.output, result.output
    # It would bring back the counts of before the move, beside those of PostgreSQL.
    assert "restore a backup" not in result.output


def test_the_doctor_asks_for_the_file_to_be_deleted_after_the_move_and_not_for_it_once_it_is(
    command: CliRunner, tmp_path: Path
) -> None:
    db.open_content(tmp_path).close()
    db.open_counts(tmp_path).close()
    assert command.invoke(main, ["counts", "move"]).exit_code == 0
    said = command.invoke(main, ["doctor"]).output
    assert "counts.db: Its counts were moved to PostgreSQL." in said and f"shred -u {tmp_path / 'counts.db'}" in said
    assert "newer Right Door" not in said
    for path in tmp_path.glob("counts.db*"):
        path.unlink()
    said = command.invoke(main, ["doctor"]).output
    assert "fine  databases" in said, said


def test_what_is_not_empty_is_not_moved_into(command: CliRunner, store: Postgres, tmp_path: Path) -> None:
    file = db.open_counts(tmp_path)
    organisations.add(file, "b", "B", ["kh-2"])
    before = stores.held(file), stores.held(store)
    result = command.invoke(main, ["counts", "move"])
    assert result.exit_code == 1
    assert result.output == "Error: That PostgreSQL is not empty. Nothing was copied.\n"
    assert (stores.held(file), stores.held(store)) == before
    file.close()


def test_two_processes_of_which_one_is_killed_again_and_again_lose_no_count_and_double_none(tmp_path: Path) -> None:
    done = run(tmp_path, 240, 5, processes=2)
    assert done.kills == 5
    assert done.answers[200] > 0
    assert (done.lost, done.double, done.batches_held) == (0, 0, 240)


def test_everything_we_hold_says_what_a_postgresql_keeps_besides(store: Postgres, tmp_path: Path) -> None:
    content = db.open_content(tmp_path)
    said = "\n".join(holdings.report(store, content))
    assert (
        said.index("# PostgreSQL, in place of counts.db") < said.index("## phones: 1 row") < said.index("# content.db")
    )
    assert "keeps more than this on its own disk" in said and "For counts.db that is" not in said
    content.close()


def test_a_newer_version_of_the_tables_is_left_alone(store: Postgres, url: str) -> None:
    assert isinstance(store, Shared)
    store.execute("comment on schema right_door is '99'")
    with pytest.raises(StoreError, match="later version"):
        Postgres(url)
