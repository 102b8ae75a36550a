"""The export held against the form of HSDS 3.0."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.config import ROOT
from pwa.domain import directory, hsds
from tests.hsds_form import faults
from tests.test_hsds import CELLS, row


def exported() -> list[dict[str, Any]]:
    services = directory.read(ROOT / "directory.csv", dt.date(2026, 11, 24))
    found: list[dict[str, Any]] = json.loads(hsds.dump(services))
    return found


def test_every_shipped_service_has_the_form() -> None:
    found = exported()
    assert len(found) == 108
    assert [fault for each in found for fault in faults(each)] == []


@settings(max_examples=60, deadline=None)
@given(st.lists(CELLS, min_size=1, max_size=3))
def test_every_service_that_can_be_written_has_the_form(rows: list[dict[str, str]]) -> None:
    services = [row(f"a{at}", **cells) for at, cells in enumerate(rows)]
    assert [fault for each in json.loads(hsds.dump(services)) for fault in faults(each)] == []


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("id",), "kh-police-117"),
        (("status",), "open"),
        (("name",), None),
        (("nmae",), "misspelt"),
        (("url",), "no address"),
        (("email",), "nobody"),
        (("phones",), {}),
        (("phones", 0, "id"), "1"),
        (("phones", 0, "number"), 117),
        (("service_areas", 0, "extent"), 7),
        (("attributes", 0, "taxonomy_term"), "police"),
        (("attributes", 0, "taxonomy_term", "id"), "police"),
    ],
)
def test_a_broken_export_is_found_however_deep(path: tuple[str | int, ...], wrong: object) -> None:
    service = next(each for each in exported() if each.get("url") and each.get("email") and each["phones"])
    part: Any = service
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = wrong
    assert len(list(faults(service))) == 1


@pytest.mark.parametrize("name", ["id", "name", "status"])
def test_what_must_be_there_is_missed(name: str) -> None:
    service = exported()[0]
    del service[name]
    assert list(faults(service)) == [f"service.{name}: missing"]
