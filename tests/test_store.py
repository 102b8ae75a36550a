import datetime as dt
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from pwa.domain.areas import Area
from pwa.domain.directory import COLUMNS, Service, from_cells
from pwa.store import services
from pwa.store.db import immediate, open_content
from pwa.store.migrations import CONTENT

MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
CAMBODIA, PHNOM_PENH, KANDAL = (Area(code, code) for code in ("KH", "KH-12", "KH-8"))
BLANK = dict.fromkeys(COLUMNS, "") | {"country": "KH", "categories": "police", "status": "open"}


def service(id: str, **cells: str) -> Service:
    return from_cells(tuple((BLANK | {"id": id} | cells).values()))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_content(tmp_path)
    yield database
    database.close()


def ids(found: tuple[Service, ...]) -> list[str]:
    return [one.id for one in found]


def pragma(db: Database, name: str) -> object:
    return db.execute(f"pragma {name}").fetchone()[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("busy_timeout", 10_000),
        ("foreign_keys", 1),
        ("secure_delete", 1),
        ("trusted_schema", 0),
    ],
)
def test_a_connection_has_the_pragmas_that_keep_the_file_whole(db: Database, name: str, value: object) -> None:
    assert pragma(db, name) == value


def test_a_missing_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    open_content(folder).close()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_new_database_is_empty_and_has_no_version(db: Database) -> None:
    assert services.everything(db) == ()
    assert services.version(db) == services.changed_on(db) == ""


def test_the_migrations_run_once_and_keep_what_is_there(tmp_path: Path) -> None:
    first = open_content(tmp_path)
    services.replace_all(first, [service("a")], MONDAY)
    schema = first.execute("select sql from sqlite_master").fetchall()
    again = open_content(tmp_path)
    assert pragma(again, "user_version") == len(CONTENT)
    assert again.execute("select sql from sqlite_master").fetchall() == schema
    assert ids(services.everything(again)) == ["a"]
    first.close()
    again.close()


def test_many_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        opened = list(pool.map(lambda _: open_content(tmp_path), range(8)))
    assert [pragma(db, "user_version") for db in opened] == [len(CONTENT)] * 8
    for db in opened:
        db.close()


def test_a_transaction_that_fails_leaves_nothing_behind(db: Database) -> None:
    def write_and_fail() -> None:
        with immediate(db):
            db.execute("insert into release values ('version', 'half')")
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()
    assert services.version(db) == ""
    assert not db.conn.in_transaction


def test_a_transaction_holds_the_lock_from_its_first_moment(db: Database, tmp_path: Path) -> None:
    other = open_content(tmp_path)
    other.execute("pragma busy_timeout=0")
    with immediate(db), pytest.raises(sqlite3.OperationalError, match="locked"), immediate(other):
        pass
    with immediate(other):
        pass
    other.close()


def test_all_services_are_replaced_and_come_back_as_they_were(db: Database) -> None:
    services.replace_all(db, [service("old")], MONDAY)
    new = (service("a", phones="00971; 023 997 919", name="'=1+1"), service("b", name="Đà\n'Nẵng\""))
    services.replace_all(db, reversed(new), TUESDAY)
    assert services.everything(db) == new


def test_a_replacement_that_fails_half_way_changes_nothing(db: Database) -> None:
    services.replace_all(db, [service("a", name="Old"), service("b")], MONDAY)
    before = services.everything(db), services.version(db), services.changed_on(db)
    with pytest.raises(sqlite3.IntegrityError):
        services.replace_all(db, [service("a", name="New"), service("c"), service("c")], TUESDAY)
    assert (services.everything(db), services.version(db), services.changed_on(db)) == before


def test_the_version_changes_with_the_content_alone(db: Database) -> None:
    services.replace_all(db, [service("a"), service("b")], MONDAY)
    first = services.version(db)
    services.replace_all(db, [service("b"), service("a")], TUESDAY)
    assert (services.version(db), services.changed_on(db)) == (first, "2026-11-23")
    services.replace_all(db, [service("a"), service("b", cost="free")], TUESDAY)
    assert services.version(db) != first
    assert services.changed_on(db) == "2026-11-24"
    services.replace_all(db, [service("a"), service("b")], TUESDAY)
    assert services.version(db) == first


def test_other_connections_see_a_replacement_at_once(db: Database, tmp_path: Path) -> None:
    other = open_content(tmp_path)
    services.replace_all(db, [service("a")], MONDAY)
    assert ids(services.everything(other)) == ["a"]
    assert services.version(other) == services.version(db)
    other.close()


def test_an_area_is_served_by_its_own_and_by_its_countrys_and_by_no_other(db: Database) -> None:
    here = [service("kh"), service("kh-12", province="KH-12"), service("kh-8", province="KH-8")]
    services.replace_all(
        db, [*here, service("th", country="TH"), service("th-10", country="TH", province="TH-10")], MONDAY
    )
    assert ids(services.serving(db, PHNOM_PENH)) == ["kh", "kh-12"]
    assert ids(services.serving(db, KANDAL)) == ["kh", "kh-8"]
    assert ids(services.serving(db, CAMBODIA)) == ["kh"]
    assert services.serving(db, Area("LA", "Laos")) == ()


def test_a_closed_service_is_kept_but_neither_served_nor_counted(db: Database) -> None:
    services.replace_all(db, [service("open"), service("shut", status="closed")], MONDAY)
    assert ids(services.serving(db, CAMBODIA)) == ["open"]
    assert services.tally(db) == {("KH", ""): 1}
    assert ids(services.everything(db)) == ["open", "shut"]


def test_the_tally_counts_open_services_by_area(db: Database) -> None:
    rows = [service("a"), service("b"), service("c", province="KH-12"), service("d", country="TH")]
    services.replace_all(db, rows, MONDAY)
    assert services.tally(db) == {("KH", ""): 2, ("KH", "KH-12"): 1, ("TH", ""): 1}


def test_a_difference_names_what_an_import_would_change(db: Database) -> None:
    services.replace_all(db, [service("a"), service("b"), service("c")], MONDAY)
    rows = [service("a"), service("b", cost="free", phones="117"), service("d")]
    changed = {"b": {"phones": ("", "117"), "cost": ("", "free")}}
    assert services.difference(db, rows) == services.Difference(added=("d",), changed=changed, same=1, absent=1)
    assert services.difference(db, rows, replace=True) == services.Difference(
        added=("d",), changed=changed, removed=("c",), same=1
    )
    assert ids(services.everything(db)) == ["a", "b", "c"]


def test_a_merge_keeps_what_the_file_lacks_and_what_was_checked_later(db: Database) -> None:
    old = [service("a", checked_on="2026-05-01", name="Ours"), service("b"), service("c"), service("gone")]
    services.replace_all(db, old, MONDAY)
    rows = [
        service("a", checked_on="2026-04-30", name="Theirs"),
        service("b", checked_on="2026-04-30", name="Newer"),
        service("c", status="closed"),
        service("new"),
    ]
    told = services.merge(db, rows, TUESDAY)
    assert (told.added, list(told.changed), told.closed, list(told.kept), told.absent) == (
        ("new",), ["b"], ("c",), ["a"], 1,
    )  # fmt: skip
    assert {one.id: one["name"] for one in services.everything(db)} == {
        "a": "Ours", "b": "Newer", "c": "", "gone": "", "new": "",
    }  # fmt: skip
    assert services.changed_on(db) == TUESDAY.isoformat()
    version = services.version(db)
    assert services.merge(db, rows, MONDAY).kept == told.kept
    assert (services.version(db), services.changed_on(db)) == (version, TUESDAY.isoformat())


def test_a_merge_makes_the_version_that_the_same_directory_has_when_it_is_replaced(db: Database) -> None:
    services.replace_all(db, [service("a")], MONDAY)
    services.merge(db, [service("b"), service("a", cost="free")], MONDAY)
    merged = services.version(db)
    services.replace_all(db, [service("a", cost="free"), service("b")], MONDAY)
    assert services.version(db) == merged


STATES = st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["One", "Two", "'=3"]))


@settings(deadline=None, max_examples=25)
@given(st.lists(STATES, min_size=1, max_size=4))
def test_after_any_replacements_the_last_one_stands_and_a_difference_to_it_is_none(
    states: list[dict[str, str]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        db = open_content(Path(folder))
        for state in states:
            rows = [service(key, name=name) for key, name in state.items()]
            told = services.difference(db, rows)
            assert len(told.added) + len(told.changed) + told.same == len(rows)
            services.replace_all(db, rows, MONDAY)
            assert {one.id: one["name"] for one in services.everything(db)} == state
            assert services.difference(db, rows, replace=True) == services.Difference(same=len(rows))
        db.close()


def test_a_change_tells_its_day_to_the_places_that_it_touches_and_to_no_other(db: Database) -> None:
    own, other = service("a", province="KH-12"), service("b", province="KH-8")
    services.replace_all(db, [own, other], MONDAY)
    services.replace_all(db, [service("a", province="KH-12", name="New"), other], TUESDAY)
    assert services.changed_on(db, PHNOM_PENH) == services.changed_on(db) == TUESDAY.isoformat()
    assert services.changed_on(db, KANDAL) == MONDAY.isoformat()
    assert services.changed_on(db, CAMBODIA) == ""
    services.replace_all(db, [service("a", name="New"), other], TUESDAY + dt.timedelta(1))
    # It moved: away from one place, and to where it serves them all.
    for area in (PHNOM_PENH, CAMBODIA, KANDAL):
        assert services.changed_on(db, area) == "2026-11-25"
    assert not db.execute("select 1 from release where name like 'touched %'").fetchall()


def test_a_directory_of_an_older_release_keeps_the_day_of_its_last_change(tmp_path: Path) -> None:
    file = tmp_path / "content.db"
    older = Database(sqlite3.connect(file))
    for number, migration in enumerate(CONTENT[:4], 1):
        migration(older)
        older.execute(f"pragma user_version = {number}")
    older.execute("insert into release values ('changed_on', '2026-11-20')")
    cells = [BLANK | {"id": "a", "province": "KH-12"}, BLANK | {"id": "b", "country": "TH"}]
    for each in cells:
        older.execute(f"insert into services values ({', '.join('?' * len(COLUMNS))})", list(each.values()))  # noqa: S608
    older.conn.commit()
    older.conn.close()
    db = open_content(tmp_path)
    days = [services.changed_on(db, Area(code, code)) for code in ("KH-12", "TH")]
    assert days == ["2026-11-20", "2026-11-20"]
    db.close()


def test_what_is_read_of_another_country_is_bounded_and_begins_with_what_serves_all_of_it(db: Database) -> None:
    found = [service(f"p{n}", province="KH-8", categories="legal;shelter") for n in range(5)]
    found += [
        service("z-all", categories="legal"),
        service("police"),
        service("shut", categories="legal", status="closed"),
    ]
    services.replace_all(db, found, MONDAY)
    assert ids(services.of_kinds(db, "KH", ["legal", "shelter"], 3)) == ["z-all", "p0", "p1"]
    assert ids(services.of_kinds(db, "TH", ["legal"], 3)) == []


def test_those_for_her_people_are_found_in_every_province(db: Database) -> None:
    found = [service("a", province="KH-8", for_nationals="PH;ID"), service("b", for_nationals="ID"), service("c")]
    services.replace_all(db, found, MONDAY)
    assert ids(services.for_people_of(db, "KH", "PH")) == ["a"]
    assert ids(services.for_people_of(db, "KH", "ID")) == ["a", "b"]


def test_areas_are_counted_without_reading_a_row(db: Database) -> None:
    asked = "explain query plan select country, province, count(*) from services where status = 'open' group by 1, 2"
    assert "COVERING INDEX services_open" in str(db.execute(asked).fetchall())
