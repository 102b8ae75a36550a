"""The index of services: true after every write, and what it finds."""

import csv
import datetime as dt
import functools
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from pwa.config import COUNTRIES, ROOT
from pwa.domain import areas, directory, naming
from pwa.domain.directory import COLUMNS, Service, from_cells
from pwa.domain.naming import Names
from pwa.store import finding, services
from pwa.store.db import open_content
from pwa.store.finding import Found
from pwa.store.migrations import CONTENT

MONDAY, TUESDAY = dt.date(2026, 11, 23), dt.date(2026, 11, 24)
BLANK = dict.fromkeys(COLUMNS, "") | {"country": "KH", "categories": "legal", "status": "open"}
WRITTEN = f"into services values ({', '.join('?' * len(COLUMNS))})"


@pytest.fixture(scope="module")
def names() -> Names:
    return naming.names_of(areas.load(ROOT / "content" / "places.yaml", COUNTRIES), "en", {"hotline": "Helpline"})


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = open_content(tmp_path)
    yield database
    database.close()


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    database = open_content(tmp_path_factory.mktemp("shipped"))
    services.replace_all(database, directory.read(ROOT / "directory.csv", MONDAY), MONDAY)
    yield database
    database.close()


def service(id: str, **cells: str) -> Service:
    return from_cells(tuple((BLANK | {"id": id} | cells).values()))


def found(db: Database, typed: str, names: Names, closed: bool = False, most: int = 30) -> Found:
    question = naming.asked(typed, names, functools.partial(finding.knows, db))
    return finding.find(db, question, COUNTRIES, closed, most)


def ids(db: Database, typed: str, names: Names, closed: bool = False) -> list[str]:
    return [each.id for each in found(db, typed, names, closed).services]


def numbered(db: Database) -> list[tuple[int, str]]:
    """What the index holds, by the numbers that it keeps for services."""
    rows = db.execute("select findable.number, id from findable join finding on finding.rowid = findable.number")
    return sorted(rows.fetchall())


@pytest.mark.parametrize(
    ("typed", "id"),
    [
        ("licadho", "kh-licadho"),
        ("Licahdo", "kh-licadho"),
        ("likadho", "kh-licadho"),
        ("helpline 1300", "th-1300"),
        ("023 997 919", "kh-antitrafficking-1288"),
        ("+85523997919", "kh-antitrafficking-1288"),
        ("១២៨០", "kh-child-helpline-1280"),
        ("ទូរស័ព្ទ", "kh-child-helpline-1280"),
        ("ជំនួយកុមារ", "kh-child-helpline-1280"),
        ("สายด่วน", "th-1191-antitrafficking"),
        ("Công an", "vn-113"),
        ("cong an 113", "vn-113"),
        ("talian kasih", "my-talian-kasih"),
        ("taliankasih", "my-talian-kasih"),
        ("Help line Cambodia child", "kh-child-helpline-1280"),
        ("peace hous", "vn-peace-house-hotline"),
    ],
)
def test_a_service_is_found_by_name_number_and_local_script_with_a_wrong_letter_too(
    shipped: Database, names: Names, typed: str, id: str
) -> None:
    assert id in ids(shipped, typed, names)[:3]


def in_country(db: Database, country: str) -> list[Service]:
    return [each for each in services.everything(db) if (each["country"], each["status"]) == (country, "open")]


@pytest.mark.parametrize("typed", ["Da Nang", "danang", "Đà Nẵng", "da nagn"])
def test_a_province_finds_what_serves_it(shipped: Database, names: Names, typed: str) -> None:
    told = found(shipped, typed, names)
    vietnamese = {each.id for each in in_country(shipped, "VN") if each["province"] in ("", "VN-DN", "VN-27")}
    assert {each.id for each in told.services} == vietnamese
    assert told.every and not told.more


def test_what_is_a_provinces_own_stands_before_what_serves_all_the_country(db: Database, names: Names) -> None:
    many = [service(f"all-{n}", name="Bangkok desk", country="TH") for n in range(5)]
    own = [service(f"own-{n}", name="Desk", country="TH", province="TH-10") for n in range(5)]
    services.replace_all(db, [*many, *own, service("else", country="TH", province="TH-27")], MONDAY)
    assert sorted(ids(db, "bangkok", names)[:5]) == [f"own-{n}" for n in range(5)]
    assert "else" not in ids(db, "bangkok", names)


def test_a_country_finds_all_that_is_in_it_by_its_name_in_any_script(shipped: Database, names: Names) -> None:
    inside = {each.id for each in in_country(shipped, "KH")}
    for typed in ("Cambodia", "kampuchea", "កម្ពុជា", "cambodai"):
        assert inside <= set(ids(shipped, typed, names)), typed


def test_closed_services_and_countries_not_offered_are_found_by_nobody_but_who_asks(db: Database, names: Names) -> None:
    services.replace_all(db, [service("shut", name="Sunrise", status="closed"), service("a", name="Sunrise")], MONDAY)
    assert ids(db, "sunrise", names) == ["a"]
    assert sorted(ids(db, "sunrise", names, closed=True)) == ["a", "shut"]
    question = naming.asked("sunrise", names, functools.partial(finding.knows, db))
    assert finding.find(db, question, ["TH"]).services == ()


def test_there_are_at_most_so_many_and_it_is_told_that_there_are_more(db: Database, names: Names) -> None:
    services.replace_all(db, [service(f"a{n}", name="Sunrise") for n in range(4)], MONDAY)
    assert [found(db, "sunrise", names, most=most).more for most in (3, 4)] == [True, False]
    assert len(found(db, "sunrise", names, most=3).services) == 3


def test_where_no_service_has_all_the_words_those_with_some_are_told_as_such(db: Database, names: Names) -> None:
    services.replace_all(db, [service("a", name="Sunrise house"), service("b", name="Moon"), service("c")], MONDAY)
    told = found(db, "sunrise moon", names)
    assert not told.every
    assert {each.id for each in told.services} == {"a", "b"}
    assert found(db, "sunrise house", names).every
    assert found(db, "sunset", names) == Found()
    assert found(db, "", names) == Found()


def test_what_is_not_shown_to_readers_is_not_found(db: Database, names: Names) -> None:
    hidden = {"checked_on": "2026-11-01", "checked_by": "Coordinator", "source": "Gazette <https://example.org>"}
    services.replace_all(db, [service("a", name="Sunrise", **hidden)], MONDAY)
    assert ids(db, "coordinator", names) == ids(db, "gazette", names) == []


def test_the_index_follows_every_import(db: Database, names: Names) -> None:
    services.merge(db, [service("a", name="Sunrise"), service("b", name="Sunset")], MONDAY)
    assert (ids(db, "sunrise", names), ids(db, "sunset", names)) == (["a"], ["b"])
    services.merge(db, [service("a", name="Moonrise"), service("c", name="Sunrise")], TUESDAY)
    assert (ids(db, "sunrise", names), ids(db, "moonrise", names), ids(db, "sunset", names)) == (["c"], ["a"], ["b"])
    services.replace_all(db, [service("b", name="Sunrise", status="closed")], TUESDAY)
    assert ids(db, "sunrise", names) == ids(db, "moonrise", names) == []
    assert [id for _, id in numbered(db)] == ["b"]


def test_an_import_leaves_nothing_for_the_next_search_to_take_in(db: Database) -> None:
    services.merge(db, [service("a", name="Sunrise")], MONDAY)
    assert db.execute("select count(*) from findable where stale").fetchone() == (0,)
    assert [id for _, id in numbered(db)] == ["a"]


def test_an_import_that_fails_leaves_the_index_as_it_was(db: Database, names: Names) -> None:
    services.merge(db, [service("a", name="Sunrise")], MONDAY)
    with pytest.raises(sqlite3.IntegrityError):
        services.merge(db, [service("a", name="Moon"), service("b", name="Moon"), service("b", name="Moon")], TUESDAY)
    assert (ids(db, "sunrise", names), ids(db, "moon", names)) == (["a"], [])


@pytest.mark.parametrize("recursive", ["on", "off"])
def test_what_a_plain_sqlite_writes_is_found_as_well(tmp_path: Path, names: Names, recursive: str) -> None:
    ours = open_content(tmp_path)
    services.merge(ours, [service("a", name="Sunrise"), service("b", name="Sunrise")], MONDAY)
    plain = sqlite3.connect(tmp_path / "content.db")
    plain.execute(f"pragma recursive_triggers={recursive}")
    assert plain.execute("select count(*) from finding where finding match 'sunrise'").fetchone() == (2,)
    with plain:
        plain.execute(f"insert or replace {WRITTEN}", service("a", name="Moon").cells)
        plain.execute(f"insert or ignore {WRITTEN}", service("b", name="Moon").cells)
        plain.execute(f"insert {WRITTEN}", service("c", name="Moonlight").cells)
    assert sorted(ids(ours, "moon", names)) == ["a", "c"]
    with plain:
        plain.execute("update services set id = 'd', name = 'Starlight' where id = 'c'")
    assert (ids(ours, "sunrise", names), ids(ours, "moon", names), ids(ours, "star", names)) == (["b"], ["a"], ["d"])
    with plain:
        plain.execute("delete from services where id = 'b'")
    assert ids(ours, "sunrise", names) == []
    assert [id for _, id in numbered(ours)] == ["a", "d"]
    plain.close()
    ours.close()


def test_words_are_found_parted_and_drawn_together(db: Database, names: Names) -> None:
    local = "ទូរស័ព្ទ ជំនួយ"
    services.merge(db, [service("a", name="Safehouse"), service("b", name="Sun rise", name_local=local)], MONDAY)
    assert ids(db, "safe house", names) == ["a"] and found(db, "safe house", names).every
    assert ids(db, "sunrise", names) == ids(db, local.replace(" ", ""), names) == ids(db, local, names) == ["b"]


def test_a_copy_by_vacuum_finds_the_same(tmp_path: Path, db: Database, names: Names) -> None:
    services.merge(db, [service(f"a{n}", name=f"Sunrise{n}") for n in range(9)], MONDAY)
    services.replace_all(db, [service(f"a{n}", name=f"Sunrise{n}") for n in (1, 5, 8)], MONDAY)
    (tmp_path / "copy").mkdir()
    db.conn.commit()
    db.execute("vacuum into ?", [str(tmp_path / "copy" / "content.db")])
    copy = open_content(tmp_path / "copy")
    copy.execute("vacuum")
    assert [ids(copy, f"sunrise{n}", names) for n in (1, 5, 8)] == [["a1"], ["a5"], ["a8"]]
    copy.close()


def test_a_database_of_the_first_version_is_brought_forward_with_its_rows_findable(
    tmp_path: Path, names: Names
) -> None:
    old = sqlite3.connect(tmp_path / "content.db")
    CONTENT[0](Database(old))
    rows = csv.reader(io.StringIO((ROOT / "directory.csv").read_text(encoding="utf-8")))
    next(rows)
    with old:
        old.executemany(f"insert {WRITTEN}", rows)
        old.execute("pragma user_version = 1")
    old.close()
    new = open_content(tmp_path)
    assert new.execute("pragma user_version").fetchone() == (len(CONTENT),)
    assert ids(new, "licadho", names) == ["kh-licadho"]
    assert "vn-113" in ids(new, "da nang", names)
    assert len(numbered(new)) == services.number(new) > 100
    services.merge(new, [service("kh-licadho", name="Another name", checked_on="2026-11-01")], MONDAY)
    assert ids(new, "licadho", names) == []
    new.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    steps=st.lists(
        st.tuples(st.booleans(), st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["Sun", "Moon", "Star"]))),
        max_size=5,
    )
)
def test_after_any_writes_each_service_is_found_by_its_name_and_by_no_other(
    db: Database, names: Names, steps: list[tuple[bool, dict[str, str]]]
) -> None:
    for replace, given_names in steps:
        services.merge(db, [service(id, name=name) for id, name in given_names.items()], MONDAY, replace=replace)
    for name in ("Sun", "Moon", "Star"):
        held = sorted(each.id for each in services.everything(db) if each["name"] == name)
        assert sorted(ids(db, name, names)) == held
    assert sorted(id for _, id in numbered(db)) == [each.id for each in services.everything(db)]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=60))
def test_any_text_is_searched_for_without_an_error(shipped: Database, names: Names, typed: str) -> None:
    assert len(found(shipped, typed, names).services) <= finding.MOST
