"""The doctor on a deployment that is well, on one that is bad on purpose, and on one that it cannot open."""

import datetime as dt
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pwa import catalogues
from pwa.cli import main
from pwa.config import NAMES, ROOT
from pwa.doctor_command import examine
from pwa.domain import directory
from pwa.findings import Finding
from pwa.store import services
from pwa.store.db import immediate, open_content, open_counts
from tests.demo import build
from tests.server import Server

SECRET = "0123456789abcdef" * 4
NOW = dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)
PROXY = ROOT / "deploy" / "nginx.conf"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings of a deployment that is well, and its data folder."""
    for name in [*NAMES, "PORT"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_ORIGIN", "https://door.example.org")
    monkeypatch.setenv("RIGHT_DOOR_SECRET_KEY", SECRET)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("RIGHT_DOOR_BACKUP", str(tmp_path / "shelf"))
    return tmp_path


def furnish(folder: Path, more: int = 0) -> None:
    """Two administrators with two passkeys each, services that were checked lately, a backup of today."""
    counts, content = build(folder / "data", more)
    day = NOW.date() - dt.timedelta(days=30)
    services.replace_all(content, directory.read(ROOT / "directory.csv", NOW.date()), day)
    with immediate(content):
        content.execute("update services set checked_on = ?", [day.isoformat()])
        content.execute("delete from people")
        for person in ("a", "b"):
            content.execute("insert into people values (?1, ?1, 'administrator', '', 0, 0)", [person])
            for key in range(2):
                values = [f"{person}{key}".encode(), person]
                content.execute("insert into credentials values (?, ?, x'00', 0, 1, '', '2026-08', '', '')", values)
    counts.close()
    content.close()
    (folder / "shelf").mkdir()
    mine = {"RIGHT_DOOR_DATA": str(folder / "data"), "RIGHT_DOOR_BACKUP": str(folder / "shelf")}
    assert CliRunner().invoke(main, ["backup"], env=mine).exit_code == 0
    at = NOW.timestamp() - 3600
    for path in (*(folder / "data").iterdir(), *(folder / "shelf").iterdir()):
        os.utime(path, (at, at))


def examined(folder: Path, now: dt.datetime = NOW, proxy: Path = PROXY) -> list[Finding]:
    return [each for found in examine((proxy,), folder / "settings", now).values() for each in found]


def wrong(folder: Path, now: dt.datetime = NOW, proxy: Path = PROXY) -> list[str]:
    return [f"{each.about}: {each.said} {each.do}" for each in examined(folder, now, proxy) if each.wrong]


def run(*options: str | Path) -> Result:
    result = CliRunner().invoke(main, ["doctor", *map(str, options)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def change(folder: Path, statement: str) -> None:
    db = open_content(folder / "data")
    with immediate(db):
        db.execute(statement)
    db.close()


def test_nothing_is_to_be_mended_where_all_is_well(folder: Path) -> None:
    furnish(folder)
    assert wrong(folder) == []
    result = run("--proxy", PROXY)
    assert result.exit_code == 0
    assert {line[6:] for line in result.output.splitlines() if line.startswith("fine")} >= {
        "words", "settings file", "proxy", "data folder", "databases", "clock", "desk", "directory",
    }  # fmt: skip
    # What is only to be looked at (here the backup lies on the same disk) counts where it is asked to.
    assert "LOOK  backup: It lies on the disk of the data" in result.output
    assert run("--proxy", PROXY, "--strict").exit_code == 1


def test_a_deployment_that_is_bad_on_purpose_is_told_all_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(folder)
    data, shelf = folder / "data", folder / "shelf"
    monkeypatch.setenv("RIGHT_DOOR_ORIGIN", "https://192.0.2.7")
    monkeypatch.setenv("RIGHT_DOOR_SECRET_KEY", "known-to-everybody-so-only-for-this-machine")
    monkeypatch.setenv("RIGHT_DOOR_WORKER", "off")
    monkeypatch.setenv("RIGHT_DOOR_FORMER_SECRET_KEYS", "ab" * 20)
    (folder / "settings").write_text("")
    (folder / "settings").chmod(0o644)
    (folder / "nginx.conf").write_text("http { server { server_name 192.0.2.7; } }")
    data.chmod(0o755)
    (data / "counts.bak").write_bytes((data / "counts.db").read_bytes())
    (data / ".env").write_text(f"RIGHT_DOOR_FORMER_SECRET_KEYS={'ab' * 20}")
    (data / "notes.txt").write_text("call them")
    (data / "before-restore").mkdir()
    (shelf / "right-door.backup").chmod(0o644)
    (shelf / "monday").write_bytes((shelf / "right-door.backup").read_bytes())
    change(folder, "update services set checked_on = '2026-01-01' where country in ('KH', 'SG', 'TH', 'MY')")
    change(folder, "update people set disabled = 1")
    told = wrong(folder, NOW + dt.timedelta(days=3), folder / "nginx.conf")
    for words in (
        "origin: 192.0.2.7 is no name of a host: passkeys and certificates need one. Set RIGHT_DOOR_ORIGIN",
        "secret: It is the one that everybody knows. Set RIGHT_DOOR_SECRET_KEY",
        "secret: It was hardly drawn at random",
        "may read",
        "nothing says access_log, so nginx writes one, with addresses. Write `access_log off;`",
        "nothing says error_log",
        f"Others than its owner may look into {data}. chmod 700 {data}",
        "counts.bak is a copy of the counts. Two, subtracted, tell what was counted between. shred -u",
        "A secret stands in",
        "before-restore holds the data from before a restore",
        "right-door.backup is older than 2 days. Run right-door backup",
        "right-door.backup. chmod 600",
        "monday holds counts too. Two copies, subtracted",
        "desk: No administrator can sign in. Run right-door invite --administrator.",
        "% of the services were not checked within 180 days. A wrong number",
    ):
        assert any(words in line for line in told), (words, told)
    result = run("--proxy", folder / "nginx.conf")
    assert result.exit_code == 1
    assert "notes.txt is not of Right Door" in result.output and "RIGHT_DOOR_WORKER is off" in result.output
    assert "known-to-everybody" not in result.output and "ab" * 20 not in result.output


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("update people set disabled = 1 where id = 'a'", "There is one administrator only."),
        ("delete from credentials where id = x'6130'", "Somebody has one passkey only"),
        ("update credentials set alert = '2026-11' where id = x'6130'", "A copy of a passkey was noticed."),
        ("delete from services", "directory: It is empty. Run right-door directory import"),
        ("update services set checked_on = '' where id = 'kh-licadho'", "1 % of the services were not checked"),
        ("pragma user_version = 99", "content.db: A newer Right Door has written it."),
        ("pragma user_version = 2", "content.db: It has the shape of an older Right Door."),
    ],
)
def test_each_state_of_the_data_has_its_finding(folder: Path, statement: str, words: str) -> None:
    furnish(folder)
    db = open_content(folder / "data")
    db.conn.execute(statement)
    db.conn.commit()
    db.close()
    found = [f"{each.about}: {each.said} {each.do}" for each in examined(folder)]
    assert any(words in line for line in found), found


def test_journals_that_tell_an_order_are_wrong(folder: Path) -> None:
    furnish(folder)
    db = open_counts(folder / "data")
    db.execute("pragma journal_mode=wal")
    db.close()
    assert any("counts.db: It is in WAL mode" in line for line in wrong(folder))


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (dt.datetime(2025, 11, 27, tzinfo=dt.UTC), "clock: It says 2025-11-27"),
        (dt.datetime(2026, 11, 1, tzinfo=dt.UTC), "which is before the data was written"),
        (dt.datetime(2029, 1, 1, tzinfo=dt.UTC), "nothing is frozen after 2026-09. Set it."),
    ],
)
def test_a_clock_that_must_be_wrong_is_told(folder: Path, now: dt.datetime, words: str) -> None:
    furnish(folder)
    assert any(words in line for line in wrong(folder, now))


def test_a_damaged_or_missing_backup_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(folder)
    file = folder / "shelf" / "right-door.backup"
    file.write_bytes(file.read_bytes()[:5000])
    assert any("right-door.backup is damaged" in line for line in wrong(folder))
    file.unlink()
    assert any("right-door.backup is not there. Run right-door backup" in line for line in wrong(folder))
    monkeypatch.delenv("RIGHT_DOOR_BACKUP")
    assert any("RIGHT_DOOR_BACKUP is not set" in line for line in wrong(folder))


def test_with_counts_in_postgresql_nobody_is_told_to_run_a_backup_that_would_refuse(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(folder)
    monkeypatch.setenv("RIGHT_DOOR_COUNTS", "postgresql://door@127.0.0.1:1/counts")
    monkeypatch.delenv("RIGHT_DOOR_BACKUP")
    said = run().output
    assert "LOOK  backup: The counts are in PostgreSQL" in said and "pg_dump" in said
    assert "right-door backup" not in said


def test_a_wrong_setting_is_a_finding_and_the_rest_is_still_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIGHT_DOOR_PERIOD", "month")
    result = run()
    assert result.exit_code == 1
    assert "MEND  settings: RIGHT_DOOR_PERIOD: 'month' is neither" in result.output and "fine  words" in result.output


def test_words_that_were_not_compiled_are_told(folder: Path) -> None:
    made = catalogues.path_of("km").with_suffix(".mo")
    kept = made.read_bytes()
    made.unlink()
    try:
        assert any("is not compiled. Run right-door words --compile" in line for line in wrong(folder))
    finally:
        made.write_bytes(kept)


def test_a_folder_that_cannot_be_opened_is_told_and_left_as_it_is(folder: Path) -> None:
    told = wrong(folder)
    assert any("data is not there. Start the server once, or run right-door restore." in line for line in told)
    furnish(folder)
    for name in ("content.db", "counts.db"):
        (folder / "data" / name).write_bytes(b"this is no database at all" * 400)
    told = wrong(folder)
    for about in ("databases", "clock", "desk", "directory"):
        assert any(line.startswith(f"{about}: It cannot be looked at (file is not a database)") for line in told), told
    assert not any((folder / "data" / f"content.db{end}").exists() for end in ("-wal", "-shm", "-journal"))


def test_nothing_is_written_not_even_a_time(folder: Path) -> None:
    furnish(folder)
    before = _seen(folder)
    run()
    assert _seen(folder) == before


def _seen(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}


def test_a_folder_that_is_served_is_looked_over_and_goes_on_being_served(folder: Path) -> None:
    with Server(folder / "served") as server:
        names = {path.name for path in server.data.iterdir()}
        result = CliRunner().invoke(main, ["doctor"], env={
            "RIGHT_DOOR_DATA": str(server.data), "RIGHT_DOOR_ORIGIN": server.origin, "RIGHT_DOOR_BACKUP": None,
        })  # fmt: skip
        assert "fine  databases" in result.output and "cannot be looked at" not in result.output
        assert {path.name for path in server.data.iterdir()} == names
        assert server.run("directory", "export", str(folder / "list.csv"))


def test_it_says_the_same_whatever_was_counted_and_nothing_of_a_secret(folder: Path) -> None:
    furnish(folder / "none")
    furnish(folder / "some", 200)
    said = [
        re.sub(r"/(none|some)/", "/", CliRunner().invoke(main, ["doctor"], env={
            "RIGHT_DOOR_DATA": str(folder / name / "data"), "RIGHT_DOOR_BACKUP": str(folder / name / "shelf"),
        }).output)
        for name in ("none", "some")
    ]  # fmt: skip
    assert said[0] == said[1]
    assert SECRET not in said[0]
