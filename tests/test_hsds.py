import contextlib
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.config import ROOT
from pwa.domain import directory, hsds
from pwa.domain.directory import COLUMNS, Service, from_cells
from pwa.domain.faults import FaultsFoundError
from tests import hsds_form

TODAY = dt.date(2026, 11, 23)
SHIPPED = tuple(directory.read(ROOT / "directory.csv", TODAY))
BLANK = dict.fromkeys(COLUMNS, "") | {
    "country": "KH", "categories": "legal", "status": "open", "confidential": "no", "interpreter": "unknown",
    "asks_for_papers": "unknown", "may_report": "unknown", "access": "unknown",
    "source": "A list <https://example.org/>", "source_date": "2026",
}  # fmt: skip
WORDS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=30).map(
    lambda text: " ".join(text.split())
)
CELLS = st.fixed_dictionaries(
    {},
    optional={
        "name_local": WORDS,
        "services": WORDS,
        "cost": st.sampled_from(["free", "a small fee"]),
        "hours": st.sampled_from(
            [
                "24/7",
                "Mo-Fr 08:00-17:00",
                "Mo-Sa 22:00-02:00; Su off",
                '"by appointment"',
                "24/7; PH off",
                "Mo-Fr 08:00-17:00; PH off",
                "Apr-Sep 08:00-17:00; PH 09:00-12:00",
                "Mo-Fr,PH 08:00-17:00",
                "Mo; PH",
            ]
        ),
        "phones": st.sampled_from(["117", "+855 23 997 919 [office]; 1280", "023 997 919"]),
        "messaging": st.sampled_from(["telegram +855 12 812 345", "whatsapp +855 12 812 345 [day]"]),
        "languages": st.sampled_from(["km", "km;en"]),
        "province": st.sampled_from(["KH-12", "KH-8"]),
        "categories": st.sampled_from(["legal;police", "hotline", "consular"]),
        "checked_on": st.sampled_from(["2026-01-31", "2025-12-01"]),
        "asks_for_papers": st.sampled_from(["yes", "no"]),
        "interpreter": st.sampled_from(["yes", "no"]),
        "email": st.just("desk@example.org"),
        "url": st.just("https://example.org/desk"),
        "location": WORDS,
        "for_whom": WORDS,
        "checked_by": WORDS,
        "status": st.just("closed"),
    },
)


def row(id: str = "a", **cells: str) -> Service:
    return from_cells(tuple((BLANK | {"id": id, "name": "A desk"} | cells).values()))


def read(text: str) -> tuple[Service, ...]:
    return tuple(hsds.parse(text, "a.json", TODAY))


def faults_of(written: Any) -> list[str]:
    with pytest.raises(FaultsFoundError) as refused:
        read(written if isinstance(written, str) else json.dumps(written))
    return [str(fault) for fault in refused.value.faults]


def test_the_shipped_directory_comes_back_as_it_went() -> None:
    assert read(hsds.dump(SHIPPED)) == SHIPPED


def test_two_exports_of_one_directory_are_the_same() -> None:
    assert hsds.dump(SHIPPED) == hsds.dump(read(hsds.dump(SHIPPED)))


@settings(deadline=None)
@given(CELLS)
def test_any_service_that_the_check_lets_in_comes_back_letter_by_letter(cells: dict[str, str]) -> None:
    service = row(**cells)
    try:
        directory.parse("".join(directory.lines([service.cells])), "a.csv", TODAY)
    except FaultsFoundError:
        return
    assert read(hsds.dump([service])) == (service,)


def test_what_hsds_has_a_field_for_stands_there() -> None:
    service = row(phones="+855 23 997 919 [office]", url="https://example.org/", email="a@example.org", languages="km")
    (written,) = json.loads(hsds.dump([service]))
    assert written["name"] == "A desk"
    assert written["status"] == "active"
    assert written["phones"][0]["number"] == "+855 23 997 919"
    assert written["url"] == "https://example.org/"
    assert written["email"] == "a@example.org"
    assert written["languages"][0]["code"] == "km"


@pytest.mark.parametrize(
    ("hours", "rule", "note"),
    [
        ("Mo 08:00-12:00,13:00-17:00; PH off", "PH off", "Closed on public holidays."),
        ("Mo,Tu 22:00-02:00; PH 09:00-12:00", "PH 09:00-12:00", "On public holidays 09:00–12:00."),
        ("Mo 08:00-17:00; PH", "PH", "On public holidays 00:00–24:00."),
        ("Mo 08:00-17:00; PH unknown", "PH unknown", "On a public holiday it may be closed."),
    ],
)
def test_what_hours_say_of_public_holidays_is_carried_by_a_schedule_of_its_own(
    hours: str, rule: str, note: str
) -> None:
    (written,) = json.loads(hsds.dump([row(hours=hours)]))
    (told,) = [schedule for schedule in written["schedules"] if "description" in schedule]
    assert (told["description"], told["notes"]) == (rule, note)
    assert not [one for one in written["attributes"] if one["taxonomy_term"]["code"] == "hours"]
    assert list(hsds_form.faults(written)) == []
    assert read(json.dumps([written])) == (row(hours=hours),)


def test_who_takes_the_rule_for_public_holidays_out_of_a_file_takes_it_from_the_service() -> None:
    (written,) = json.loads(hsds.dump([row(hours="Mo-Fr 08:00-17:00; PH off")]))
    written["schedules"] = [schedule for schedule in written["schedules"] if "description" not in schedule]
    (found,) = read(json.dumps([written]))
    assert found["hours"] == "Mo,Tu,We,Th,Fr 08:00-17:00"


def test_a_rule_for_public_holidays_stands_last_wherever_its_schedule_stood() -> None:
    (written,) = json.loads(hsds.dump([row(hours="Mo 08:00-17:00; PH off")]))
    written["schedules"] = [{"description": "PH off"}, {"description": "Sa 08:00-12:00"}, written["schedules"][0]]
    (found,) = read(json.dumps([written]))
    assert found["hours"] == "Mo 08:00-17:00; Sa 08:00-12:00; PH off"


def test_who_changes_a_field_changes_the_service() -> None:
    written = json.loads(hsds.dump([row(phones="117")]))
    written[0]["phones"][0]["number"] = "119"
    (found,) = read(json.dumps(written))
    assert found["phones"] == "119"


def test_no_confidential_place_has_a_location_in_the_file() -> None:
    written = json.loads(hsds.dump(SHIPPED))
    hidden = [entry for entry, service in zip(written, SHIPPED, strict=True) if service.confidential]
    assert hidden
    for entry in hidden:
        text = json.dumps(entry)
        assert "service_at_locations" not in text and "address_1" not in text, entry["name"]


def test_every_required_field_of_the_standard_is_there() -> None:
    # HSDS 3: a service needs id, name and status; every object in it has an id of its own.
    for entry in json.loads(hsds.dump(SHIPPED)):
        assert entry["id"] and entry["name"] and entry["status"] in ("active", "inactive", "defunct")
        for phone in entry.get("phones", []):
            assert phone["id"] and phone["number"]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("{", "a.json: line 1, column 2: is no JSON"),
        ("5", "must be a list of HSDS services"),
        ([5], "services[0]: must be an object"),
        ("[" * 100_000, "nested too deep"),
        ([{}], "services[0]"),
    ],
)
def test_what_is_no_hsds_is_named_with_its_place(written: Any, said: str) -> None:
    assert any(said in fault for fault in faults_of(written))


def test_a_bad_number_is_named_by_its_place_in_the_file() -> None:
    written = json.loads(hsds.dump([row(), row("b", phones="117")]))
    written[1]["phones"][0]["number"] = "*21*117#"
    assert any(fault.startswith("a.json: services[1].phones[0].number: ") for fault in faults_of(written))


def test_two_services_of_one_id_are_refused() -> None:
    assert any("is the id of services[0] too" in fault for fault in faults_of(hsds.dump([row(), row()])))


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda of: (
            st.lists(of)
            | st.dictionaries(
                st.sampled_from(["id", "name", "phones", "attributes", "schedules", "status", "languages"]), of
            )
        ),
    )
)
def test_any_json_is_a_directory_or_faults(written: Any) -> None:
    with contextlib.suppress(FaultsFoundError):
        read(json.dumps([written]))


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_bytes('["é"]'.encode("cp1252"))
    with pytest.raises(FaultsFoundError, match="is not UTF-8"):
        hsds.read(file, TODAY)
