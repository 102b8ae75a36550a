"""HSDS that we did not write: of another programme, edited by hand, or damaged. It is a directory, or faults."""

import copy
import datetime as dt
import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.config import ROOT
from pwa.domain import directory, hsds
from pwa.domain.faults import FaultsFoundError
from tests.test_hsds import CELLS, row

TODAY = dt.date(2026, 11, 23)
Path = tuple[str | int, ...]


def _key(number: int) -> str:
    return str(uuid.UUID(int=number, version=4))


def _term(number: int, taxonomy: str, code: str) -> dict[str, Any]:
    return {"id": _key(number), "code": code, "name": code, "description": code, "taxonomy": taxonomy}


# The least that the standard asks of a service, and one with much in it. Neither is of our making.
LEAST = {"id": _key(1), "name": "A desk", "status": "active"}
FULL: dict[str, Any] = {
    "id": _key(2),
    "organization_id": _key(3),
    "name": "An office",
    "description": "Advice",
    "url": "https://example.org/office",
    "email": "office@example.org",
    "status": "temporarily closed",
    "interpretation_services": "Ask at the door",
    "minimum_age": 18,
    "last_modified": "2026-03-15T10:30:45.123Z",
    "organization": {"id": _key(3), "name": "A body", "description": "A body", "website": "https://example.org/"},
    "phones": [
        {"id": _key(4), "number": "+855 23 997 919", "extension": 100, "type": "voice", "languages": []},
        {"id": _key(5), "number": "+855 12 812 345", "type": "text"},
    ],
    "schedules": [
        {"id": _key(6), "freq": "WEEKLY", "byday": "MO,TU", "opens_at": "08:00:00", "closes_at": "17:00+07:00"}
    ],
    "service_areas": [{"id": _key(7), "name": "Cambodia", "extent": "KH", "extent_type": "text"}],
    "languages": [{"id": _key(8), "name": "Khmer", "code": "km"}],
    "service_at_locations": [
        {"id": _key(9), "location": {"id": _key(10), "location_type": "physical", "name": "Phnom Penh"}}
    ],
    "attributes": [{"id": _key(11), "taxonomy_term": _term(12, "A taxonomy of theirs", "1000")}],
    "cost_options": [{"id": _key(13), "amount": 5, "currency": "USD"}],
}
SHELTER = row("b", confidential="yes", categories="shelter", location="Phnom Penh", phones="023 997 919")
PLACES = {"service_at_locations", "location", "addresses", "address_1", "latitude", "longitude"}
OURS: dict[str, Any] = json.loads(hsds.dump([SHELTER]))[0]


def read(*entries: Any) -> tuple[directory.Service, ...]:
    return tuple(hsds.parse(json.dumps(entries), "a.json", TODAY))


def faults_of(*entries: Any) -> list[str]:
    with pytest.raises(FaultsFoundError) as refused:
        read(*entries)
    return [str(fault) for fault in refused.value.faults]


def test_the_least_that_the_standard_asks_is_refused_by_what_we_need_more() -> None:
    told = "\n".join(faults_of(LEAST))
    for column in ("categories", "source"):
        assert f"a.json: services[0].attributes: {column}: " in told
    assert "a.json: services[0].service_areas[0].extent: must be the ISO code of a country" in told


def test_a_service_of_another_programme_lacks_our_category_alone() -> None:
    (told,) = faults_of(FULL)
    assert told.startswith("a.json: services[0].attributes: categories: ")
    assert "hotline, police, health" in told


def test_with_a_category_a_service_of_another_programme_is_read_field_by_field() -> None:
    theirs = copy.deepcopy(FULL)
    theirs["attributes"].append({"id": _key(14), "taxonomy_term": _term(15, "Right Door categories", "legal")})
    (found,) = read(theirs)
    wanted = {
        "id": FULL["id"], "country": "KH", "categories": "legal", "status": "closed", "languages": "km",
        "phones": "+855 23 997 919 [ext. 100]", "messaging": "sms +855 12 812 345", "hours": "Mo,Tu 08:00-17:00",
        "location": "Phnom Penh", "interpreter": "unknown", "source": "A body <https://example.org/office>",
        "source_date": "2026-03-15", "checked_on": "", "confidential": "no",
    }  # fmt: skip
    assert {column: found[column] for column in wanted} == wanted


def test_a_shelter_of_another_programme_with_an_address_is_refused() -> None:
    theirs = copy.deepcopy(FULL)
    theirs["attributes"] = [{"id": _key(14), "taxonomy_term": _term(15, "Right Door categories", "shelter")}]
    theirs["service_at_locations"][0]["location"]["name"] = "12 Street 400"
    assert any("A confidential place has no address" in fault for fault in faults_of(theirs))


@settings(deadline=None)
@given(CELLS)
def test_no_confidential_service_is_written_with_a_location(cells: dict[str, str]) -> None:
    service = row(**(cells | {"confidential": "yes", "categories": "shelter"}))
    try:
        directory.parse("".join(directory.lines([service.cells])), "a.csv", TODAY)
    except FaultsFoundError:
        return
    written = json.loads(hsds.dump([service]))
    assert read(*written) == (service,)
    assert not PLACES & set(_names(written))


def test_the_shipped_confidential_services_have_no_location_field_at_any_depth() -> None:
    hidden = [one for one in directory.read(ROOT / "directory.csv", TODAY) if one.confidential]
    assert hidden
    names = set(_names(json.loads(hsds.dump(hidden))))
    assert "phones" in names
    assert not names & PLACES


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in _inside(value):
        yield from _names(inner)


def _inside(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _paths(value: Any, before: Path = ()) -> Iterator[Path]:
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield (*before, step)
        yield from _paths(value[step], (*before, step))


WRONG: tuple[Any, ...] = (
    None, True, 0, -1, 1e300, float("nan"), 10**400, "", " ", "x" * 3_000, "\ud800", "\0", "[;]", [], {}, [[]], [None],
    {"id": 1}, [{"code": ["a"]}], {"taxonomy": {}}, [{"taxonomy_term": {"taxonomy": [], "code": {}}}],
)  # fmt: skip


def _changed(entry: dict[str, Any], path: Path, how: str, wrong: Any) -> dict[str, Any]:
    """A copy of the entry with the value at the path dropped, replaced, nested, doubled or renamed."""
    made = copy.deepcopy(entry)
    part: Any = made
    for step in path[:-1]:
        part = part[step]
    step, value = path[-1], part[path[-1]]
    if how == "drop":
        del part[step]
    elif how == "rename" and isinstance(part, dict):
        part[f"{step}_"] = part.pop(step)
    else:
        part[step] = {"list": [value], "object": {str(step): value}, "twice": [value, value]}.get(how, wrong)
    return made


HOWS = ("drop", "rename", "list", "object", "twice", "replace")


@settings(deadline=None, max_examples=400)
@given(st.data(), st.sampled_from([LEAST, FULL, OURS]))
def test_hsds_with_anything_dropped_retyped_or_nested_is_a_directory_or_faults(
    data: Any, entry: dict[str, Any]
) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        paths = list(_paths(entry))
        if paths:
            path = data.draw(st.sampled_from(paths))
            entry = _changed(entry, path, data.draw(st.sampled_from(HOWS)), data.draw(st.sampled_from(WRONG)))
    _directory_or_faults(entry)


@pytest.mark.parametrize("how", HOWS[:-1])
@pytest.mark.parametrize("entry", [FULL, OURS], ids=["theirs", "ours"])
def test_every_place_of_an_entry_can_be_broken_without_a_traceback(entry: dict[str, Any], how: str) -> None:
    for path in _paths(entry):
        _directory_or_faults(_changed(entry, path, how, None))


def _directory_or_faults(entry: Any) -> None:
    """Any fault names the file and a place in it; what is read goes out and comes back."""
    faults: tuple[str, ...] = ()
    try:
        found = read(entry)
    except FaultsFoundError as refused:
        faults = tuple(map(str, refused.faults))
    else:
        assert read(*json.loads(hsds.dump(found))) == found
    assert all(fault.startswith("a.json: ") for fault in faults)
