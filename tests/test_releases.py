import datetime as dt
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlite_utils import Database

from pwa.config import Config
from pwa.domain import periods
from pwa.domain.figures import FEW
from pwa.store import releases
from pwa.store.db import immediate
from pwa.store.releases import ClockError
from pwa.store.sql import FAULTS
from tests.stores import address, open_counts

pytestmark = pytest.mark.stores
BEGIN = dt.date(2026, 7, 1)
DUE = dt.date(2026, 10, 15)
DAY = dt.timedelta(days=1)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return replace(Config.from_environ({}), data=tmp_path)


@pytest.fixture
def db(config: Config) -> Iterator[Database]:
    """Counting began with the third quarter of 2026; three organisations report in kh-12, kh-1 and kh-2."""
    db = open_counts(config.data)
    assert releases.freeze_due(db, config, BEGIN) == ()
    for name in ("one", "two", "three"):
        enrol(db, name, "kh-12", "kh-1", "kh-2")
    yield db
    db.close()


def enrol(db: Database, name: str, *areas: str, phones: int = 1) -> None:
    db.execute("insert into organisations values (?, ?)", [name, name])
    for n in range(phones):
        db.execute("insert into phones values (?, ?)", [f"{name} {n}".encode(), name])
    for area in areas:
        db.execute("insert into serves values (?, ?)", [name, area])
    db.conn.commit()


def count(db: Database, area: str, month: str, disclosures: int, referrals: int = 0) -> None:
    db.execute("insert into tallies values (?, ?, ?, ?)", [area, month, disclosures, referrals])
    db.conn.commit()


def tallies(db: Database) -> list[tuple[str, str, int, int]]:
    return list(db.execute("select * from tallies order by area, month").fetchall())


def about(db: Database, period: str) -> dict[tuple[str, ...], int | None]:
    table = releases.of_period(db, period)
    assert table
    return {row.areas: row.disclosures.about for row in table.areas}


# Once, and never earlier.


def test_the_first_call_writes_down_where_counting_begins_and_freezes_nothing(config: Config) -> None:
    db = open_counts(config.data)
    assert releases.frozen_through(db) == ""
    assert releases.freeze_due(db, config, dt.date(2026, 11, 24)) == ()
    assert releases.frozen_through(db) == "2026-09"
    assert releases.published(db) == ()
    assert releases.coming(db, config, dt.date(2026, 11, 24))[0].name == "2026-Q4"
    db.close()


def test_where_counting_begins_does_not_depend_on_counts(config: Config) -> None:
    db = open_counts(config.data)
    count(db, "kh-12", "2026-01", 30)
    releases.freeze_due(db, config, DUE)
    assert releases.frozen_through(db) == "2026-09"
    db.close()


def test_a_period_is_frozen_on_its_day_and_not_the_day_before(db: Database, config: Config) -> None:
    count(db, "kh-12", "2026-08", 13)
    assert releases.freeze_due(db, config, DUE - DAY) == ()
    assert (releases.published(db), len(tallies(db))) == ((), 1)
    assert releases.freeze_due(db, config, DUE) == ("2026-Q3",)
    assert about(db, "2026-Q3") == {("kh-1",): None, ("kh-12",): 15, ("kh-2",): None}


def test_a_period_is_frozen_once(db: Database, config: Config) -> None:
    count(db, "kh-12", "2026-08", 13)
    releases.freeze_due(db, config, DUE)
    first = db.execute("select * from releases").fetchall()
    count(db, "kh-12", "2026-08", 50)
    assert releases.freeze_due(db, config, DUE) == releases.freeze_due(db, config, DUE + 30 * DAY) == ()
    assert db.execute("select * from releases").fetchall() == first


def test_the_months_of_a_frozen_period_are_deleted_and_later_ones_stay(db: Database, config: Config) -> None:
    for month in ("2026-07", "2026-08", "2026-09", "2026-10"):
        count(db, "kh-12", month, 4)
    releases.freeze_due(db, config, DUE)
    assert about(db, "2026-Q3")["kh-12",] == 10
    assert tallies(db) == [("kh-12", "2026-10", 4, 0)]


def test_periods_that_are_due_together_are_frozen_in_their_order(db: Database, config: Config) -> None:
    count(db, "kh-12", "2026-08", 20)
    count(db, "kh-12", "2026-11", 40)
    assert releases.freeze_due(db, config, dt.date(2027, 5, 1)) == ("2026-Q3", "2026-Q4", "2027-Q1")
    assert [about(db, name)["kh-12",] for name in ("2026-Q3", "2026-Q4", "2027-Q1")] == [20, 40, None]
    assert tallies(db) == []


def test_a_period_without_a_count_is_published_like_any_other(db: Database, config: Config) -> None:
    releases.freeze_due(db, config, DUE)
    table = releases.of_period(db, "2026-Q3")
    assert table
    assert [row.disclosures for row in table.areas] == [FEW, FEW, FEW]


def test_what_comes_late_counts_in_the_first_open_month(db: Database, config: Config) -> None:
    releases.freeze_due(db, config, DUE)
    with immediate(db):
        month = periods.open_month("2026-08", DUE, releases.frozen_through(db))
        db.execute("insert into tallies values ('kh-12', ?, 12, 0)", [month])
    assert month == "2026-10"
    releases.freeze_due(db, config, dt.date(2027, 1, 15))
    assert (about(db, "2026-Q3")["kh-12",], about(db, "2026-Q4")["kh-12",]) == (None, 10)


def test_a_count_of_before_the_beginning_is_not_lost(db: Database, config: Config) -> None:
    count(db, "kh-12", "2026-03", 12)
    releases.freeze_due(db, config, DUE)
    assert about(db, "2026-Q3")["kh-12",] == 10


def test_a_snapshot_cannot_be_changed(db: Database, config: Config) -> None:
    releases.freeze_due(db, config, DUE)
    with pytest.raises(FAULTS, match="never changed"):
        db.execute("update releases set snapshot = '{}' where period = '2026-Q3'")


def test_a_snapshot_is_canonical_json_of_all_that_is_published(db: Database, config: Config) -> None:
    count(db, "kh-12", "2026-08", 13, 4)
    releases.freeze_due(db, config, DUE)
    (text,) = db.execute("select snapshot from releases where period = '2026-Q3'").fetchone()
    found = json.loads(text)
    assert json.dumps(found, sort_keys=True, separators=(",", ":")) == text
    assert (found["rule"], found["caveat"]) == ("frozen-10-5/1", "reports-not-violence")
    assert found["areas"][1] == {
        "areas": ["kh-12"],
        "new": True,
        "disclosures": {"about": 15, "least": 13, "most": 17, "shown": 1, "few": 0, "unsaid": 0},
        "referrals": {"about": None, "least": 0, "most": 9, "shown": 0, "few": 1, "unsaid": 0},
    }
    assert found.keys() == {"areas", "caveat", "disclosures", "name", "periods", "referrals", "rule"}


@pytest.mark.file
def test_a_freeze_that_is_cut_off_changes_nothing(db: Database, config: Config) -> None:
    count(db, "kh-12", "2026-08", 13)
    db.execute("create temp trigger cut before delete on tallies begin select raise(abort, 'cut'); end")
    with pytest.raises(sqlite3.IntegrityError, match="cut"):
        releases.freeze_due(db, config, DUE)
    assert (releases.published(db), len(tallies(db))) == ((), 1)
    db.execute("drop trigger cut")
    assert releases.freeze_due(db, config, DUE) == ("2026-Q3",)


def test_several_processes_that_freeze_at_once_freeze_once(db: Database, config: Config) -> None:
    count(db, "kh-12", "2026-08", 13)
    code = (
        "import datetime as dt, sys; from dataclasses import replace; from pathlib import Path\n"
        "from pwa.config import Config; from pwa.store import releases; from pwa.store.db import counts_of\n"
        "config = replace(Config.from_environ({}), data=Path(sys.argv[1]), counts=sys.argv[2])\n"
        "print(*releases.freeze_due(counts_of(config), config, dt.date(2026, 10, 15)))"
    )
    command = [sys.executable, "-c", code, str(config.data), address(config.data)]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    said = sorted(process.communicate()[0].strip() for process in started)
    assert said == ["", "", "", "2026-Q3"]
    assert about(db, "2026-Q3")["kh-12",] == 15


# Organisations and joined areas.


def test_an_area_with_two_organisations_is_not_in_the_table_and_its_counts_are_deleted(
    db: Database, config: Config
) -> None:
    enrol(db, "four", "kh-16")
    enrol(db, "five", "kh-16")
    count(db, "kh-16", "2026-08", 44)
    releases.freeze_due(db, config, DUE)
    assert ("kh-16",) not in about(db, "2026-Q3")
    assert tallies(db) == []
    (text,) = db.execute("select snapshot from releases where period = '2026-Q3'").fetchone()
    assert "kh-16" not in text


def test_an_organisation_without_a_phone_does_not_count_as_one(db: Database, config: Config) -> None:
    for name, phones in (("four", 3), ("five", 1), ("six", 0)):
        enrol(db, name, "kh-16", phones=phones)
    assert releases.organisations(db, config)["kh-16",] == 2


def test_an_area_is_new_in_its_first_table_and_after_a_gap(db: Database, config: Config) -> None:
    def new(name: str) -> set[str]:
        table = releases.of_period(db, name)
        assert table
        return {row.areas[0] for row in table.areas if row.new}

    releases.freeze_due(db, config, DUE)
    assert new("2026-Q3") == {"kh-1", "kh-12", "kh-2"}
    for name in ("one", "two", "three"):
        db.execute("insert into serves values (?, 'kh-16')", [name])
    db.execute("delete from serves where area = 'kh-2' and organisation = 'one'")
    releases.freeze_due(db, config, dt.date(2027, 1, 15))
    assert new("2026-Q4") == {"kh-16"}
    db.execute("insert into serves values ('one', 'kh-2')")
    releases.freeze_due(db, config, dt.date(2027, 4, 15))
    assert new("2027-Q1") == {"kh-2"}


def test_joined_areas_are_one_and_an_organisation_in_both_counts_once(db: Database, config: Config) -> None:
    config = replace(config, joined_areas=(("kh-3", "kh-8"),))
    enrol(db, "four", "kh-3", "kh-8")
    enrol(db, "five", "kh-8")
    assert releases.organisations(db, config)["kh-3", "kh-8"] == 2
    enrol(db, "six", "kh-3")
    count(db, "kh-3", "2026-08", 6, 6)
    count(db, "kh-8", "2026-07", 7, 7)
    releases.freeze_due(db, config, DUE)
    assert about(db, "2026-Q3")["kh-3", "kh-8"] == 15
    assert not {("kh-3",), ("kh-8",)} & about(db, "2026-Q3").keys()


@pytest.mark.file
def test_the_next_table_is_told_from_organisations_alone(db: Database, config: Config) -> None:
    enrol(db, "four", "kh-16")
    count(db, "kh-16", "2026-08", 44)

    def no_counts(action: int, table: str | None, *_: str | None) -> int:
        return sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_READ and table == "tallies" else sqlite3.SQLITE_OK

    db.conn.set_authorizer(no_counts)
    with pytest.raises(sqlite3.DatabaseError, match="prohibited"):
        tallies(db)
    period, shown, missing = releases.coming(db, config, DUE)
    assert (period.name, shown, missing) == ("2026-Q3", [("kh-1",), ("kh-12",), ("kh-2",)], [("kh-16",)])


# A setting that changes, a clock that is wrong.


def test_after_a_change_to_half_years_the_half_that_has_begun_ends_in_quarters(db: Database, config: Config) -> None:
    releases.freeze_due(db, config, DUE)
    config = replace(config, period="half-year")
    assert releases.freeze_due(db, config, dt.date(2027, 7, 15)) == ("2026-Q4", "2027-H1")
    config = replace(config, period="quarter")
    assert releases.freeze_due(db, config, dt.date(2027, 10, 15)) == ("2027-Q3",)


def test_half_years_are_due_after_a_half_year(config: Config) -> None:
    db, config = open_counts(config.data), replace(config, period="half-year")
    releases.freeze_due(db, config, dt.date(2026, 11, 24))
    assert releases.frozen_through(db) == "2026-06"
    assert releases.freeze_due(db, config, dt.date(2027, 1, 14)) == ()
    assert releases.freeze_due(db, config, dt.date(2027, 1, 15)) == ("2026-H2",)
    assert releases.published(db) == ("2026-H2",)
    db.close()


@pytest.mark.parametrize("day", [dt.date(1970, 1, 1), dt.date(2025, 12, 31), dt.date(2028, 1, 1), dt.date(2036, 2, 7)])
def test_a_clock_that_is_likely_wrong_freezes_nothing(db: Database, config: Config, day: dt.date) -> None:
    count(db, "kh-12", "2026-08", 13)
    with pytest.raises(ClockError, match=f"{day}"):
        releases.freeze_due(db, config, day)
    assert (releases.published(db), len(tallies(db))) == ((), 1)


def test_after_a_long_pause_the_operator_can_say_that_the_clock_is_right(db: Database, config: Config) -> None:
    frozen = releases.freeze_due(db, config, dt.date(2028, 1, 20), after_a_pause=True)
    assert frozen == ("2026-Q3", "2026-Q4", "2027-Q1", "2027-Q2", "2027-Q3", "2027-Q4")


def test_a_clock_that_goes_back_freezes_nothing_twice(db: Database, config: Config) -> None:
    releases.freeze_due(db, config, dt.date(2027, 1, 15))
    assert releases.freeze_due(db, config, DUE) == ()
    assert releases.published(db) == ("2026-Q4", "2026-Q3")


# Years.


def freeze_until(db: Database, config: Config, last: dt.date) -> None:
    while (period := releases.coming(db, config, last)[0]).due <= last:
        count(db, "kh-12", period.first, 23, 11)
        assert releases.freeze_due(db, config, period.due) == (period.name,)


def test_a_year_is_the_sum_of_what_is_published_so_far(db: Database, config: Config) -> None:
    assert releases.of_year(db, "2026") is None
    freeze_until(db, config, dt.date(2027, 4, 15))
    year = releases.of_year(db, "2026")
    assert year
    assert year.periods == ("2026-Q3", "2026-Q4")
    assert {row.areas: row.disclosures.about for row in year.areas}["kh-12",] == 50


def test_a_year_gives_way_to_its_sum_24_months_after_its_end_and_says_the_same(db: Database, config: Config) -> None:
    freeze_until(db, config, dt.date(2028, 10, 15))
    before = releases.of_year(db, "2026")
    assert releases.collapse_due(db, dt.date(2028, 12, 31)) == ()
    assert releases.collapse_due(db, dt.date(2029, 1, 1)) == ("2026",)
    assert releases.collapse_due(db, dt.date(2029, 1, 1)) == ()
    assert releases.of_year(db, "2026") == releases.of_period(db, "2026") == before
    assert releases.of_period(db, "2026-Q3") is None
    assert releases.published(db)[-3:] == ("2027-Q2", "2027-Q1", "2026")
    assert releases.frozen_through(db) == "2028-09"


def test_after_years_nothing_but_years_is_old(db: Database, config: Config) -> None:
    freeze_until(db, config, dt.date(2033, 1, 15))
    assert releases.collapse_due(db, dt.date(2033, 1, 15)) == ("2026", "2027", "2028", "2029", "2030")
    assert {name for name in releases.published(db) if name < "2031"} == {"2026", "2027", "2028", "2029", "2030"}
    assert releases.frozen_through(db) == "2032-12"


def test_a_year_that_is_not_frozen_to_its_end_stays(db: Database, config: Config) -> None:
    releases.freeze_due(db, config, DUE)
    assert releases.collapse_due(db, dt.date(2030, 1, 1)) == ()
    assert releases.published(db) == ("2026-Q3",)


@pytest.mark.file
def test_nothing_of_an_old_snapshot_is_left_in_the_file(db: Database, config: Config) -> None:
    with immediate(db):
        for name in ("one", "two", "three"):
            db.conn.executemany("insert into serves values (?, ?)", [(name, f"th-{n}") for n in range(10, 60)])
    freeze_until(db, config, dt.date(2028, 10, 15))
    # What only the old snapshots have; the sum names its periods in another way.
    pieces = [f'"{name}":{value}'.encode() for name, value in (("name", '"2026-Q3"'), ("periods", '["2026-Q4"]'))]
    files = [path for path in config.data.iterdir() if path.is_file()]
    assert all(any(piece in path.read_bytes() for path in files) for piece in pieces)
    size = (config.data / "counts.db").stat().st_size
    releases.collapse_due(db, dt.date(2029, 1, 1))
    files = [path for path in config.data.iterdir() if path.is_file()]
    assert not any(piece in path.read_bytes() for path in files for piece in pieces)
    # Some pages are no longer needed: they are given back, not kept as they are.
    assert db.execute("pragma freelist_count").fetchone() == (0,)
    assert (config.data / "counts.db").stat().st_size < size


@pytest.mark.parametrize("name", ["start", "2031-Q1", "", "2026-Q3' or '1'='1"])
def test_what_was_never_published_is_not_found(db: Database, config: Config, name: str) -> None:
    releases.freeze_due(db, config, DUE)
    assert releases.of_period(db, name) is None
