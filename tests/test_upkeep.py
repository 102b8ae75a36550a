"""What the server does by itself: figures frozen when they are due, and what is over deleted, each day once."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pwa.config import Config
from pwa.domain.counting import Batch, Kind, Reason, Slot, entry_of, month_of
from pwa.store import counts, flags, organisations, releases
from pwa.store.db import immediate, open_content
from pwa.upkeep import Upkeep
from tests.demo import build
from tests.server import Server
from tests.stores import open_counts

pytestmark = pytest.mark.stores


class House:
    """The demo's databases, and upkeep by a clock that is set by hand."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, list[str]()
        self.db, self.content = build(folder)
        self.now = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
        config = replace(Config.from_environ({}), data=folder)
        self.upkeep = Upkeep(config, self.db, self.content, self.said.append, lambda: self.now)

    def at(self, year: int, month: int, day: int, hour: int = 9, minute: int = 0) -> list[str]:
        """What is said at that time."""
        self.now = dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC)
        before = len(self.said)
        self.upkeep.tick()
        return self.said[before:]

    def number(self, table: str) -> int:
        db = self.content if table in ("sessions", "challenges", "invitations") else self.db
        return int(db.execute(f"select count(*) from {table}").fetchone()[0])  # noqa: S608


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path)
    yield found
    found.db.close()
    found.content.close()


def test_a_quarter_is_frozen_on_its_day_once_and_its_counts_are_gone(house: House) -> None:
    assert house.at(2027, 1, 14) == []
    assert house.at(2027, 1, 15) == ["2026-Q4 is frozen."]
    assert house.at(2027, 1, 15, 23) == house.at(2027, 1, 16) == []
    assert releases.published(house.db) == ("2026-Q4", "2026-Q3")
    assert house.db.execute("select count(*) from tallies where month <= '2026-12'").fetchone() == (0,)


def test_a_code_is_gone_within_the_minute_in_which_it_ends(house: House) -> None:
    house.at(2026, 11, 24, 9, 39)
    assert house.number("codes") == 1
    house.at(2026, 11, 24, 9, 40)
    assert house.number("codes") == 0


def test_names_of_batches_go_after_their_month(house: House) -> None:
    slot = Slot(Kind.DUMMY, "2026-11")
    batch = Batch(bytes(16), (b"sealed",))
    (token,) = ["token 0 of House"]
    counts.receive(house.db, token, batch, [slot], dt.date(2026, 11, 24))
    for year in (2027, 2028):
        for month in range(1, 13):
            house.at(year, month, 20)
            expected = None if (year, month) > (2028, 1) else counts.Receipt.BEFORE
            assert counts.known(house.db, batch) is expected, (year, month)


def test_years_take_the_place_of_their_quarters_after_two_years(house: House) -> None:
    said = [line for year in (2027, 2028) for month in range(1, 13) for line in house.at(year, month, 20)]
    assert said == [f"{year}-Q{quarter} is frozen." for year, quarter in [(2026, 4), *((2027, q) for q in (1, 2, 3, 4)),
                                                                        (2028, 1), (2028, 2), (2028, 3)]]  # fmt: skip
    assert house.at(2029, 1, 20)[-1] == "2026 is now kept as one sum. Its periods are deleted."
    assert releases.published(house.db)[-1] == "2026"


def test_a_clock_that_jumps_ahead_freezes_nothing_and_forgets_no_name(house: House) -> None:
    names = house.db.execute("select names from batches").fetchall()
    for year in (2031, 1970):
        (said,) = house.at(year, 6, 1)
        assert said.startswith("The clock says") and said.endswith("Nothing was frozen or deleted.")
    assert house.db.execute("select names from batches").fetchall() == names
    assert house.number("tallies") == 4
    assert house.at(2027, 1, 20) == ["2026-Q4 is frozen."]


def test_flags_on_what_is_not_in_the_directory_go(house: House) -> None:
    month = month_of(322)
    slots = [
        Slot(Kind.FLAG, month, month, "kh-12", reason=Reason.MOVED, entry=entry_of(service))
        for service in ("kh-example-2", "made up", "kh-gone")
    ]
    counts.receive(house.db, "token 0 of House", Batch(bytes(16), (b"sealed",)), slots, dt.date(2026, 11, 24))
    assert house.number("flags") == 4
    house.at(2026, 11, 24)
    assert [flag.service for flag in flags.standing(house.db, house.content)] == ["kh-example-1", "kh-example-2"]
    assert house.number("flags") == 2


def test_what_ended_at_the_desk_goes_and_nothing_is_left_in_the_log(house: House) -> None:
    now = int(dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC).timestamp())
    ids = [bytes([number]) * 32 for number in range(1, 7)]
    with immediate(house.content):
        for id, seen in ((ids[0], now - 1), (ids[1], now - 3600)):
            house.content.execute(
                "insert into sessions select ?, 'p1', id, ?, ?, 0 from credentials", [id, now - 4000, seen]
            )
        for id, expires in ((ids[2], now + 1), (ids[3], now)):
            house.content.execute("insert into challenges values (?, '', x'', x'', ?)", [id, expires])
        for id, expires in ((ids[4], now + 1), (ids[5], now)):
            house.content.execute("insert into invitations values (?, '', '', '', '', ?, null)", [id, expires])
    house.at(2026, 11, 24)
    assert [house.number(table) for table in ("sessions", "challenges", "invitations")] == [1, 1, 1]
    kept = b"".join(path.read_bytes() for path in house.folder.iterdir() if path.name.startswith("content"))
    assert [id in kept for id in ids] == [True, False] * 3


@pytest.mark.file
def test_what_could_not_be_done_is_said_and_tried_again(house: House) -> None:
    house.db.execute("pragma busy_timeout=0")
    other = open_counts(house.folder)
    with immediate(other):
        (said,) = house.at(2027, 1, 15)
        assert said == "Upkeep could not be done (database is locked). It is tried again."
    assert house.at(2027, 1, 15, 9, 1) == ["2026-Q4 is frozen."]
    other.close()


def test_a_server_that_starts_freezes_what_is_due_before_it_answers(tmp_path: Path) -> None:
    """The demo's quarter of this real day's past: the server's own clock says that it is due."""
    db = open_counts(tmp_path)
    today = dt.datetime.now(dt.UTC).date()
    config = replace(Config.from_environ({}), data=tmp_path)
    releases.freeze_due(db, config, today - dt.timedelta(days=200))
    organisations.add(db, "a", "A", ["kh-12"])
    due = releases.coming(db, config, today)[0].name
    with (tmp_path / "printed").open("wb") as printed:
        server = Server(tmp_path / ".")
        server.start(printed)
        server.stop()
    assert f"{due} is frozen." in (tmp_path / "printed").read_text()
    assert due in releases.published(db)
    db.close()


@pytest.mark.file
def test_a_data_folder_that_cannot_be_used_is_said_in_one_line(tmp_path: Path) -> None:
    open_content(tmp_path).close()
    (tmp_path / "counts.db").write_bytes(b"this is no database at all, and long enough to be looked at" * 20)
    done = subprocess.run(
        [sys.executable, "-c", "from pwa.cli import main; main()", "serve"],
        env={"RIGHT_DOOR_DATA": str(tmp_path), "PATH": ""}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("Error: RIGHT_DOOR_DATA: ")
