"""A backup put back: looked through first, never over data that is used or wanted, and whole wherever it is cut off."""

import datetime as dt
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pwa import backups
from pwa.backup_files import NAME
from pwa.cli import main
from pwa.config import NAMES
from pwa.store import services
from pwa.store.db import RESTORING, open_content, open_counts
from tests.demo import build
from tests.server import Server

CUT = """
import os, sys
left = int(sys.argv[1])
def cut(event, arguments):
    global left
    if event in ("os.rename", "os.rmdir", "os.mkdir"):
        left -= 1
        if left < 0:
            os._exit(9)
from pwa.cli import main
sys.addaudithook(cut)
main(["restore", "--over", sys.argv[2]])
"""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the demo."""
    folder = tmp_path_factory.mktemp("kept")
    for db in build(folder / "data"):
        db.close()
    file = folder / NAME
    file.write_bytes(backups.take(folder / "data", b"key!"))
    return file


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [*NAMES, "PORT"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def refused(*arguments: str | Path) -> str:
    result = run(*arguments)
    assert result.exit_code == 1, result.output
    return result.output


def other(folder: Path) -> None:
    """Data that is not the demo's, and a log beside it that nobody took in."""
    open_counts(folder).close()
    open_content(folder).close()
    db = open_content(folder)
    db.execute("insert into release values ('version', 'other')")
    db.conn.commit()
    copy = folder.with_name("copied")
    shutil.copytree(folder, copy)
    db.close()
    shutil.rmtree(folder)
    copy.rename(folder)
    assert (folder / "content.db-wal").stat().st_size > 0


def version(folder: Path) -> str:
    db = open_content(folder)
    found = services.version(db)
    db.close()
    return found


def bodies(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_a_lost_folder_comes_back_to_the_byte_for_its_owner_alone(kept: Path, data: Path) -> None:
    before = os.umask(0)
    try:
        assert run("restore", kept.parent).exit_code == 0
    finally:
        os.umask(before)
    # The command itself opened it, and so put content.db in WAL mode.
    restored = {name: body[:18] + body[20:24] + body[28:92] for name, body in bodies(data).items()}
    wanted = {n: b[:18] + b[20:24] + b[28:92] for n, b in backups.read(kept).files.items()}
    assert restored == wanted
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert {stat.S_IMODE((data / name).stat().st_mode) for name in restored} == {0o600}


def test_it_says_in_words_what_is_lost(kept: Path) -> None:
    said = run("restore", kept).output
    for words in (
        "Counts that came since, from phones that were told so, are lost. Nobody can say how many",
        "are counted once",
        "enrolled again",
        "Whoever was put out since is in again",
        "Nobody is signed in",
        f"a file last written on {dt.datetime.fromtimestamp(kept.stat().st_mtime, dt.UTC).date()}",
        "under another RIGHT_DOOR_SECRET_KEY",
    ):
        assert words in said, words


def test_a_period_that_the_backup_does_not_know_as_frozen_is_named(kept: Path, data: Path, tmp_path: Path) -> None:
    assert "is due" not in run("restore", kept).output
    db = open_counts(data)
    db.execute("delete from releases where period = '2026-Q3'")
    db.conn.commit()
    db.close()
    run("backup", tmp_path / "later")
    said = run("restore", "--over", tmp_path / "later").output
    assert "2026-Q3 is due, and is not frozen in this backup" in said and "publish no second table" in said


def test_data_that_is_there_is_kept_unless_told_and_then_moved_aside(kept: Path, data: Path) -> None:
    other(data)
    before = bodies(data)
    assert "holds data. Say --over" in refused("restore", kept)
    assert bodies(data) == before
    assert "before-restore. It holds counts" in run("restore", "--over", kept).output
    assert bodies(data / "before-restore").keys() >= {"content.db", "counts.db"}
    assert version(data) != "other"
    assert version(data / "before-restore") == "other"
    # A second one would make a chain of copies of the counts.
    assert "is there from an earlier restore" in refused("restore", "--over", kept)


def test_a_folder_that_is_served_is_left_alone(data: Path, tmp_path: Path) -> None:
    with Server(data) as server:
        server.run("backup", str(tmp_path / "mine"))
        assert "is in use. Stop the server" in refused("restore", "--over", tmp_path / "mine")
        server.stop()
        assert run("restore", "--over", tmp_path / "mine").exit_code == 0
        server.start()


@pytest.mark.parametrize("there", [True, False])
def test_a_restore_that_is_cut_off_at_any_moment_left_the_old_or_ends_in_the_new(
    kept: Path, data: Path, there: bool
) -> None:
    ends = list[str]()
    for step in range(40):
        if there:
            other(data)
        done = subprocess.run([sys.executable, "-c", CUT, str(step), kept], capture_output=True, text=True, check=False)
        if done.returncode == 9:
            ends.append(_after_the_cut(kept, data, there))
        assert done.returncode in (0, 9), done.stderr
        if done.returncode == 0 or ends[-1] == "new":
            assert bodies(data).keys() >= {"content.db", "counts.db"} and not (data / RESTORING).exists()
            assert version(data) not in ("", "other")
        if done.returncode == 0:
            break
        shutil.rmtree(data, ignore_errors=True)
    assert ends == sorted(ends, key=["old", "new"].index)
    assert set(ends) == {"old", "new"} and len(ends) >= 6


def _after_the_cut(kept: Path, data: Path, there: bool) -> str:
    if not (data / RESTORING).exists() and (data / "content.db").exists() and version(data) != "other":
        return "new"
    if not (data / RESTORING).exists():
        # Also with what had been staged by then lying about.
        assert (data / "content.db").exists() == there
        assert run("restore", "--over", kept).exit_code == 0
        return "old"
    for command in (["everything-we-hold"], ["serve"], ["directory", "export", str(data / "x")]):
        assert "a restore was cut off here: run `right-door restore` again" in refused(*command)
    assert "is done now" in run("restore").output
    return "new"


def test_what_is_no_backup_or_a_newer_one_is_refused_and_changes_nothing(
    kept: Path, data: Path, tmp_path: Path
) -> None:
    assert "cannot be read (No such file" in refused("restore", tmp_path / "none")
    assert "is no backup of Right Door" in refused("restore", __file__)
    assert "Name a file or folder" in refused("restore")
    newer = tmp_path / "newer"
    for db in build(newer):
        db.execute("pragma user_version = 9")
        db.close()
    assert "was made by a newer Right Door: it is at step 9" in refused("restore", _forged(newer, tmp_path / "forged"))
    assert not data.exists()


def test_a_backup_whose_database_is_broken_inside_is_refused(kept: Path, data: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    for db in build(broken):
        db.close()
    with sqlite3.connect(broken / "counts.db") as db_:
        (root,) = db_.execute("select rootpage from sqlite_master where name = 'phones'").fetchone()
    db_.close()
    with (broken / "counts.db").open("r+b") as file:
        file.seek((root - 1) * 4096)
        file.write(os.urandom(4096))
    assert "forged is damaged: counts.db" in refused("restore", _forged(broken, tmp_path / "forged"))
    assert not data.exists()


def _forged(folder: Path, file: Path) -> Path:
    """A backup with right digests, of whatever the folder holds."""
    files = {name: (folder / name).read_bytes() for name in backups.KNOWN}
    # Not in WAL mode, as copies are.
    files = {name: body[:18] + b"\1\1" + body[20:] for name, body in files.items()}
    file.write_bytes(backups.packed(files, b"key!"))
    return file
