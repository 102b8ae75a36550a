from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain import pathway
from pwa.domain.areas import Area
from pwa.domain.cells import CATEGORIES
from pwa.domain.content import Library, Shelf
from pwa.domain.directory import COLUMNS, Service, from_cells
from pwa.domain.freshness import is_old
from pwa.domain.pages import Page
from pwa.domain.rules import Rule

DAY = "2026-11-23"
HERE = Area("KH-12", "Phnom Penh")
BLANK = dict.fromkeys(COLUMNS, "") | {"country": "KH", "categories": "police", "status": "open", "phones": "117"}


def service(id: str, **cells: str) -> Service:
    return from_cells(tuple((BLANK | {"id": id, "name": id} | cells).values()))


def ids(found: tuple[Service, ...] | list[Service]) -> list[str]:
    return [one.id for one in found]


def library(**emergency: tuple[str, ...]) -> Library:
    page = Page("kh", "en", "Rules", "Rules", "", 0, "page", "", (), True, "", ())
    return Library({"en": Shelf(rules={slug: Rule(page, (), wanted) for slug, wanted in emergency.items()})})


def test_every_category_has_a_place_in_the_pathway() -> None:
    assert {category for stage in pathway.STAGES.values() for category in stage} == set(CATEGORIES)


def test_a_category_without_a_service_is_there_and_empty() -> None:
    drawn = pathway.draw([], HERE, (), DAY)
    assert [(group.category, group.services) for group in drawn.now] == [(c, ()) for c in pathway.STAGES["now"]]
    assert [(group.category, group.services) for group in drawn.later] == [(c, ()) for c in pathway.STAGES["later"]]


def test_emergency_numbers_stand_apart_in_the_order_of_the_rules() -> None:
    rows = [service("a"), service("b"), service("c")]
    drawn = pathway.draw(rows, HERE, ("c", "gone", "a"), DAY)
    assert ids(drawn.emergency) == ["c", "a"]
    police = next(group for group in drawn.now if group.category == "police")
    assert ids(police.services) == ["b"]


def test_a_one_stop_centre_stands_in_each_of_its_categories_and_a_shelter_in_both_stages() -> None:
    drawn = pathway.draw([service("centre", categories="health;legal;shelter")], HERE, (), DAY)
    assert [group.category for group in drawn.now if group.services] == ["health", "shelter"]
    assert [group.category for group in drawn.later if group.services] == ["shelter", "legal"]


def test_old_checks_stand_below_fresh_ones_and_in_both_parts_the_areas_own_come_first() -> None:
    rows = [
        service("never b", name="b"),
        service("never A", name="A"),
        service("old", checked_on="2025-01-01"),
        service("own never", province="KH-12", name="z"),
        service("own old", province="KH-12", checked_on="2026-05-26"),
        service("new", checked_on="2026-11-01"),
        service("own due", province="KH-12", checked_on="2026-05-27"),
        service("own new", province="KH-12", checked_on="2026-10-01"),
    ]
    young, old = ["own new", "own due", "new"], ["own old", "own never", "old", "never A", "never b"]
    assert ids(pathway.in_order(rows, HERE, DAY)) == young + old
    assert ids(pathway.in_order(rows, HERE, "")) == [*young[:2], "own old", "new", "old", *old[1:2], *old[3:]]


def test_a_check_is_old_after_180_days_or_where_there_is_none() -> None:
    assert not is_old("2026-05-27", DAY)
    assert is_old("2026-05-26", DAY)
    assert is_old("", DAY) and is_old("", "")
    assert not is_old("1999-01-01", "")
    assert not is_old("2026-11-24", DAY)


def test_the_directory_has_its_categories_in_the_order_of_need_and_leaves_empty_ones_out() -> None:
    rows = [service("t", categories="training"), service("h", categories="health; hotline"), service("p")]
    groups = pathway.by_category(rows, HERE, ("p",), DAY)
    assert [(group.category, ids(group.services)) for group in groups] == [("health", ["h"]), ("training", ["t"])]


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(CATEGORIES), min_size=1, unique=True), max_size=12), st.sets(st.integers(0, 12))
)
def test_the_directory_has_every_service_once(categories: list[list[str]], urgent: set[int]) -> None:
    rows = [service(str(number), categories=";".join(each)) for number, each in enumerate(categories)]
    emergency = tuple(str(number) for number in urgent)
    listed = [one.id for group in pathway.by_category(rows, HERE, emergency, DAY) for one in group.services]
    assert sorted(listed) == sorted(one.id for one in rows if one.id not in emergency)


def test_rules_that_name_an_open_service_of_the_country_with_a_number_have_no_fault() -> None:
    assert pathway.cross_faults(library(kh=("kh-117",)), [service("kh-117")]) == []


def test_rules_that_name_a_service_which_cannot_be_called_are_named() -> None:
    rows = [service("shut", status="closed"), service("mute", phones=""), service("there", country="TH")]
    found = pathway.cross_faults(library(kh=("gone", "shut", "mute", "there")), rows)
    assert {(fault.file, fault.where) for fault in found} == {("content/en/rules/kh.md", "emergency")}
    assert [fault.message.split()[0] for fault in found] == ["'gone'", "'shut'", "'mute'", "'there'"]
