"""Counts in PostgreSQL, as far as it can be told without one: settings that are judged, addresses that are refused."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pwa.config import Config, SettingError
from pwa.store import db
from pwa.store.postgres_settings import NAMES, SLOTS, judge
from pwa.store.sql import StoreError
from tests.postgres import settings

SECRET = "a-very-secret-word"  # noqa: S105


def page() -> dict[str, str]:
    """The settings of docs/postgresql.md, in the units of pg_settings."""
    lines = (line.split(" = ") for line in settings().splitlines() if line)
    return {name: value.removesuffix("s").removesuffix("MB") for name, value in lines}


def test_the_page_asks_for_nothing_that_is_refused_or_warned_of() -> None:
    verdict = judge({**page(), SLOTS: "0", "fsync": "on", "full_page_writes": "on", "autovacuum": "on"})
    assert (verdict.refused, verdict.warned) == ((), ())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("archive_mode", "on"), ("archive_mode", "always"), (SLOTS, "1"), ("wal_level", "logical"),
        ("track_commit_timestamp", "on"), ("log_statement", "all"), ("log_statement", "mod"), ("log_duration", "on"),
        ("log_min_duration_statement", "0"), ("log_min_duration_statement", "5000"), ("log_min_duration_sample", "0"),
        ("log_transaction_sample_rate", "0.01"), ("log_parameter_max_length_on_error", "-1"),
        ("auto_explain.log_min_duration", "0"), ("pgaudit.log", "write"), ("log_min_messages", "debug1"),
        ("fsync", "off"), ("full_page_writes", "off"),
    ],
)  # fmt: skip
def test_what_keeps_a_timeline_or_loses_counts_is_refused(name: str, value: str) -> None:
    (said,) = judge({name: value}).refused
    assert said.startswith(f"{name} is {value}: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("wal_level", "replica"), ("max_wal_size", "1024"), ("wal_keep_size", "64"), ("wal_recycle", "on"),
        ("checkpoint_timeout", "300"), ("archive_timeout", "0"), ("autovacuum", "off"), ("log_checkpoints", "on"),
        ("log_autovacuum_min_duration", "600000"), ("log_lock_waits", "on"), ("summarize_wal", "on"),
        ("pg_stat_statements.track", "top"),
    ],
)  # fmt: skip
def test_what_keeps_times_for_longer_is_warned_of(name: str, value: str) -> None:
    verdict = judge({name: value})
    assert verdict.refused == ()
    assert [said.startswith(f"{name} is {value}: ") for said in verdict.warned] == [True]


def test_every_setting_that_is_judged_is_asked_for() -> None:
    assert {"archive_mode", "pgaudit.log", "max_wal_size"} <= set(NAMES)
    assert SLOTS not in NAMES


@pytest.mark.parametrize(
    "address",
    [
        "counts.db",
        "mysql://door@localhost/door",
        f"postgresql://door:{SECRET}@localhost",
        f"postgresql://door:{SECRET}@localhost/",
        f"postgresql://door:{SECRET}@localhost/a/b",
        f"postgresql://door:{SECRET}@localhost:port/door",
        f"postgresql://door:{SECRET}@[localhost/door",
        f"postgresql://door:{SECRET}@localhost/door#x",
        f"postgresql://door:{SECRET}@one,two/door",
        f"postgresql://door:{SECRET}@db.example.org/door",
        f"postgresql://door:{SECRET}@db.example.org/door?sslmode=require",
        f"postgresql://door:{SECRET}@localhost/door?options=-cfsync",
        f"postgresql://door:{SECRET}@localhost/door?host=db.example.org",
        f"postgresql://door:{SECRET}@localhost/door?x",
    ],
)
def test_a_wrong_address_is_refused_and_never_repeated(address: str) -> None:
    with pytest.raises(SettingError) as stopped:
        Config.from_environ({"RIGHT_DOOR_COUNTS": address})
    assert str(stopped.value).startswith("RIGHT_DOOR_COUNTS: ")
    assert SECRET not in str(stopped.value) and address not in str(stopped.value)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:///door",
        "postgresql://door@localhost/door",
        f"postgresql://door:{SECRET}@127.0.0.1:5433/door",
        f"postgresql://door:{SECRET}@db.example.org/door?sslmode=verify-full&sslrootcert=/etc/ssl/ours.pem",
    ],
)
def test_a_right_address_is_kept_and_not_shown(address: str) -> None:
    config = Config.from_environ({"RIGHT_DOOR_COUNTS": address})
    assert config.counts == address
    assert address not in repr(config)


def test_who_keeps_counts_in_a_file_loads_nothing_of_postgresql(tmp_path: Path) -> None:
    code = (
        "import sys; from dataclasses import replace; from pathlib import Path; import pwa.cli, pwa.app\n"
        "from pwa.config import Config; from pwa.store.db import counts_of\n"
        "counts_of(replace(Config.from_environ({}), data=Path(sys.argv[1])))\n"
        "print([name for name in sys.modules if 'psycopg' in name or name == 'pwa.store.postgres'])"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_without_the_package_it_says_which_one_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "pwa.store.postgres", raising=False)
    with pytest.raises(StoreError, match=r"pip install 'right-door\[postgresql\]'"):
        db.counts_of(replace(Config.from_environ({}), counts="postgresql:///door"))
