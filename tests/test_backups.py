"""A backup: whole, of both databases, without what is over in a day, and never a second one."""

import datetime as dt
import fcntl
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from pwa import backups, holdings
from pwa.backup_files import NAME
from pwa.backups import BackupError
from pwa.cli import main
from pwa.config import NAMES
from pwa.domain.counting import Batch, Kind, Slot
from pwa.store import counts, organisations, releases
from pwa.store.db import immediate, open_content, open_counts
from pwa.upkeep import Upkeep
from tests.demo import build

KEY = b"key!"
TODAY = dt.date(2026, 11, 24)
OVER = ("sessions", "challenges", "invitations", "codes")


class House:
    """The demo's data, with somebody signed in and a code that is good."""

    def __init__(self, folder: Path) -> None:
        self.data, self.shelf = folder / "data", folder / "shelf"
        self.shelf.mkdir()
        self.counts, self.content = build(self.data, 5)
        with immediate(self.content):
            for statement in (
                "insert into sessions select x'5e55', 'p1', id, 1795000001, 1795000002, 1795000003 from credentials",
                "insert into challenges values (x'c4a1', '', x'', x'', 1795000004)",
                "insert into invitations values (x'1217', '', 'New', 'administrator', '', 1795000005, null)",
                "update people set grants_from = 1795000006",
            ):
                self.content.execute(statement)

    def deliver(self, number: int) -> None:
        slot = Slot(Kind.COUNT, "2026-11", "2026-11", "kh-12", 1, 0)
        batch = Batch(number.to_bytes(16), (number.to_bytes(32),))
        assert counts.receive(self.counts, "token 0 of House", batch, [slot], TODAY) is counts.Receipt.COUNTED

    def run(self, *arguments: str | Path) -> Result:
        result = CliRunner().invoke(main, [str(argument) for argument in arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    def refused(self, *arguments: str | Path) -> str:
        result = self.run(*arguments)
        assert result.exit_code == 1, result.output
        return result.output


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    for name in [*NAMES, "PORT"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path / "data"))
    made = House(tmp_path)
    yield made
    made.counts.close()
    made.content.close()


def opened(body: bytes) -> Database:
    connection = sqlite3.connect(":memory:")
    connection.deserialize(body)
    return Database(connection)


def rows(db: Database, table: str) -> list[tuple[object, ...]]:
    return db.execute(f"select * from {table}").fetchall()  # noqa: S608


def test_every_row_is_in_it_but_those_that_are_over_in_a_day(house: House) -> None:
    house.run("backup", house.shelf)
    kept = backups.read(house.shelf / NAME).files
    for name, live in (("counts.db", house.counts), ("content.db", house.content)):
        copy = opened(kept[name])
        for table in holdings.tables(live):
            if table in OVER:
                assert rows(live, table) and rows(copy, table) == [], table
            elif table != "people":
                assert rows(copy, table) == rows(live, table), table
        assert copy.execute("pragma user_version").fetchone() == live.execute("pragma user_version").fetchone()
        copy.close()


def test_who_must_wait_waits_on_to_the_end_of_the_day_and_no_second_is_told(house: House) -> None:
    house.run("backup", house.shelf)
    copy = opened(backups.read(house.shelf / NAME).files["content.db"])
    ((until,),) = copy.execute("select grants_from from people").fetchall()
    assert until % 86_400 == 0 and 0 <= until - 1_795_000_006 < 86_400
    copy.close()
    body = (house.shelf / NAME).read_bytes()
    for second in range(1_795_000_001, 1_795_000_007):
        assert str(second).encode() not in body
        assert not [size for size in (4, 6, 8) if second.to_bytes(size) in body]


def test_the_same_data_gives_the_same_bytes_whenever_it_is_copied(house: House) -> None:
    assert backups.take(house.data, KEY) == backups.take(house.data, KEY)
    house.run("backup", house.shelf)
    with tarfile.open(house.shelf / NAME) as archive:
        members = archive.getmembers()
    assert [member.name for member in members] == ["right-door.json", "content.db", "counts.db"]
    assert {(m.mtime, m.uid, m.gid, m.uname, m.gname, m.mode) for m in members} == {(0, 0, 0, "", "", 0o600)}


def test_only_its_owner_can_read_it_whatever_the_umask(house: House) -> None:
    before = os.umask(0)
    try:
        house.run("backup", house.shelf)
    finally:
        os.umask(before)
    assert stat.S_IMODE((house.shelf / NAME).stat().st_mode) == 0o600


def test_a_backup_takes_the_place_of_the_one_before_and_overwrites_what_that_held(house: House) -> None:
    file = house.shelf / NAME
    assert "overwritten" not in house.run("backup", house.shelf).output
    first = file.read_bytes()
    house.deliver(1)
    with file.open("rb") as before:
        said = house.run("backup", file).output
        assert before.read() == b""
    assert "The backup before is overwritten." in said
    assert [path.name for path in house.shelf.iterdir()] == [NAME]
    assert file.read_bytes() != first


def test_the_old_bytes_are_overwritten_on_the_disk_before_they_are_let_go(house: House) -> None:
    house.run("backup", house.shelf)
    script = """
import os, sys
seen = []
write, truncate = os.write, os.ftruncate
def traced(opened, body):
    seen.append((os.fstat(opened).st_ino, bytes(body[:4])))
    return write(opened, body)
os.write = traced
from pwa.cli import main
inode = os.stat(sys.argv[1]).st_ino
try:
    main(["backup", sys.argv[1]])
finally:
    print("zeros" if (inode, bytes(4)) in seen else "left")
"""
    done = subprocess.run(
        [sys.executable, "-c", script, house.shelf / NAME], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "zeros"


def test_none_is_written_beside_another_copy_of_counts(house: House) -> None:
    house.run("backup", house.shelf / "monday")
    said = house.refused("backup", house.shelf / "tuesday")
    assert "monday holds counts too" in said and "subtracted" in said
    (house.shelf / "monday").unlink()
    with sqlite3.connect(house.data / "counts.db") as db:
        db.execute("vacuum into ?", [str(house.shelf / "by-hand")])
    db.close()
    assert "by-hand holds counts too" in house.refused("backup", house.shelf)
    assert [path.name for path in house.shelf.iterdir()] == ["by-hand"]


def test_a_place_where_it_must_not_lie_is_refused_in_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (house.shelf / "letter").write_text("Dear")
    assert "is in the data folder" in house.refused("backup", house.data)
    assert "mkdir -m 700" in house.refused("backup", house.shelf / "none" / "file")
    assert "is no backup of Right Door" in house.refused("backup", house.shelf / "letter")
    assert (house.shelf / "letter").read_text() == "Dear"
    assert "RIGHT_DOOR_BACKUP" in house.refused("backup")
    monkeypatch.setenv("RIGHT_DOOR_BACKUP", str(house.shelf))
    assert house.run("backup").exit_code == 0
    os.link(house.shelf / NAME, house.shelf.parent / "second")
    assert "a hard link" in house.refused("backup")


def test_a_disk_that_is_full_keeps_the_backup_before(house: House) -> None:
    house.run("backup", house.shelf)
    before = (house.shelf / NAME).read_bytes()
    script = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
from pwa.cli import main
main(["backup", sys.argv[1]])
"""
    done = subprocess.run([sys.executable, "-c", script, house.shelf], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "cannot be written" in done.stderr and "Traceback" not in done.stderr
    assert (house.shelf / NAME).read_bytes() == before
    assert [path.name for path in house.shelf.iterdir()] == [NAME]


def test_two_at_a_time_do_not_write_into_one_another(house: House) -> None:
    part = house.shelf / f".{NAME}.part"
    with part.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert "Another backup is being written" in house.refused("backup", house.shelf)
    # What a backup left that was cut off is in nobody's way.
    assert house.run("backup", house.shelf).exit_code == 0
    assert not part.exists()


def test_each_damaged_byte_of_a_database_or_the_list_is_noticed(house: House, tmp_path: Path) -> None:
    house.run("backup", house.shelf)
    body, copy = (house.shelf / NAME).read_bytes(), tmp_path / "copy"
    with tarfile.open(house.shelf / NAME) as archive:
        spans = [(member.offset_data, member.size) for member in archive]
    for start, size in spans:
        for at in range(start, start + size, max(1, size // 40)):
            copy.write_bytes(body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
            with pytest.raises(BackupError, match="damaged"):
                backups.read(copy)
    for length in (20, 600, len(body) // 2, spans[-1][0] + spans[-1][1] - 1):
        copy.write_bytes(body[:length])
        with pytest.raises(BackupError, match="damaged"):
            backups.read(copy)


def test_a_missing_database_makes_no_backup(house: House) -> None:
    (house.data / "counts.db").rename(house.shelf / "elsewhere")
    assert "counts.db cannot be copied" in house.refused("backup", house.shelf.parent / NAME)
    assert not (house.shelf.parent / NAME).exists()


def test_a_backup_follows_a_freeze_so_that_no_period_can_be_frozen_twice(house: House) -> None:
    from pwa.backup_commands import after_a_freeze
    from pwa.checkup import config_or_stop

    config = config_or_stop({"RIGHT_DOOR_DATA": str(house.data), "RIGHT_DOOR_BACKUP": str(house.shelf)})
    said: list[str] = []
    upkeep = Upkeep(
        config, house.counts, house.content, said.append,
        lambda: dt.datetime(2027, 1, 15, tzinfo=dt.UTC), lambda: after_a_freeze(config),
    )  # fmt: skip
    upkeep.tick()
    assert said == ["2026-Q4 is frozen."]
    copy = opened(backups.read(house.shelf / NAME).files["counts.db"])
    assert releases.published(copy) == ("2026-Q4", "2026-Q3")
    copy.close()


def test_a_backup_that_fails_after_a_freeze_is_said(house: House) -> None:
    from pwa.backup_commands import after_a_freeze
    from pwa.checkup import config_or_stop

    config = config_or_stop({"RIGHT_DOOR_DATA": str(house.data), "RIGHT_DOOR_BACKUP": str(house.data)})
    assert "is in the data folder" in after_a_freeze(config)


def test_what_is_held_is_told_of_a_restored_backup_as_of_the_data(house: House, tmp_path: Path) -> None:
    house.run("backup", house.shelf)
    result = CliRunner().invoke(main, ["restore", str(house.shelf)], env={"RIGHT_DOOR_DATA": str(tmp_path / "new")})
    assert result.exit_code == 0, result.output
    with immediate(house.content):
        for table in ("sessions", "challenges", "invitations"):
            house.content.execute(f"delete from {table}")  # noqa: S608
        house.content.execute("update people set grants_from = (grants_from + 86399) / 86400 * 86400")
    organisations.forget_codes(house.counts, 2_000_000_000)
    new = open_counts(tmp_path / "new"), open_content(tmp_path / "new")
    assert list(holdings.report(*new)) == list(holdings.report(house.counts, house.content))
    for db in new:
        db.close()
