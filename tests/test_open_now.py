"""Hours on the page and on the phone: whose clock, which day, and what nobody knows about holidays."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect

from pwa.app import create_app
from pwa.config import ROOT, Config
from pwa.domain import directory
from pwa.domain.directory import Service
from pwa.store import services
from pwa.store.db import open_content
from tests.pages import page
from tests.phone import phone
from tests.server import Server

TODAY = dt.date(2026, 11, 23)
OFFICE = "Mo-Fr 07:30-16:00"
SAID_NOTHING = "On a public holiday it may be closed"
# Province or country, and hours. 24 November 2026 is a Tuesday.
MADE = {
    "office": ("KH-12", OFFICE),
    "night": ("KH-12", "Mo-Su 20:00-04:00"),
    "sunday-night": ("KH-12", "Su 22:00-02:00"),
    "always": ("KH-12", "24/7"),
    "feast-off": ("KH-12", "Mo-Fr 07:30-16:00; PH off"),
    "feast-short": ("KH-12", "Mo-Fr 07:30-16:00; PH 09:00-12:00"),
    "always-but": ("KH-12", "24/7; PH off"),
    "seasonal": ("KH-12", "Apr-Sep 08:00-17:00; PH off"),
    "called": ("KH-12", '"by appointment"'),
    "whole-country": ("ID", OFFICE),
    "western": ("ID-JK", OFFICE),
    "central": ("ID-BA", OFFICE),
    "eastern": ("ID-PA", OFFICE),
}


def rows() -> list[Service]:
    """The shipped services, with those that are made here, of economic help, in place of Cambodia's and Indonesia's."""
    shipped = list(directory.read(ROOT / "directory.csv", TODAY))
    pattern = next(service for service in shipped if service.id == "kh-police-117")
    columns = directory.COLUMNS
    kept = [one.cells for one in shipped if one["country"] not in ("KH", "ID") or "police" in one.categories]
    emergency = [one.cells for one in shipped if one.id in ("id-112", "id-119")]
    for id, (place, hours) in MADE.items():
        cells = dict(zip(columns, pattern.cells, strict=True))
        abroad = id == "central"
        cells |= {"id": id, "name": id, "country": place[:2], "hours": hours}
        cells |= {"categories": "economic;consular" if abroad else "economic", "for_nationals": "PH" if abroad else ""}
        cells |= {"province": place if "-" in place else "", "phones": "+855 23 997 919"}
        kept.append(tuple(cells.values()))
    text = "".join(directory.lines([*kept, *(one for one in emergency if one not in kept)]))
    return list(directory.parse(text, "made.csv", TODAY))


def fill(folder: Path) -> Path:
    db = open_content(folder)
    services.replace_all(db, rows(), TODAY)
    db.close()
    return folder


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """Somebody who reads without scripts."""
    folder = fill(tmp_path_factory.mktemp("hours"))
    return create_app(replace(Config.from_environ({}), data=folder)).test_client()


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with Server(fill(tmp_path_factory.mktemp("open"))) as server:
        yield server


HOLIDAYS = {
    "office": SAID_NOTHING,
    "night": SAID_NOTHING,
    "feast-off": "Closed on public holidays",
    "feast-short": "On public holidays 09:00–12:00",
    "always-but": "Closed on public holidays",
    "seasonal": "Closed on public holidays",
    "always": None,
    "called": None,
}


@pytest.mark.parametrize("id", HOLIDAYS)
def test_a_card_says_once_what_is_known_of_public_holidays(reader: FlaskClient, id: str) -> None:
    card = page(reader, "/en/kh-12/directory/").xpath(f"//article[@id='{id}']")[0].text_content()
    assert card.lower().count("public holiday") == (HOLIDAYS[id] is not None)
    assert (HOLIDAYS[id] or "Hours") in card
    assert "PH" not in card


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("night", "Monday – Sunday 20:00–04:00"),
        ("sunday-night", "Sunday 22:00–02:00"),
        ("always", "day and night"),
        ("always-but", "day and night"),
        ("seasonal", "Apr-Sep 08:00-17:00"),
        ("feast-short", "Monday – Friday 07:30–16:00"),
    ],
)
def test_a_card_and_the_paper_tell_the_hours_of_an_ordinary_week(reader: FlaskClient, id: str, told: str) -> None:
    card = page(reader, "/en/kh-12/directory/").xpath(f"//article[@id='{id}']//dl")[0].text_content()
    assert told in " ".join(card.split())
    entry = page(reader, "/en/kh-12/print/").xpath(f"//*[@class='entry'][.//b='{id}']")[0].text_content()
    assert f"Hours: {told}" in " ".join(entry.split())


def test_the_pathway_says_it_beside_each_service_with_hours(reader: FlaskClient) -> None:
    tree = page(reader, "/en/kh-12/")
    for id, told in HOLIDAYS.items():
        (entry,) = tree.xpath(f"//*[@id='path']//li[b='{id}']")[:1]
        said = told if id != "seasonal" else None
        assert (said or "") in entry.text_content()
        assert entry.text_content().lower().count("public holiday") == (said is not None), id


def test_on_paper_the_general_case_is_said_once_for_the_sheet_and_only_exceptions_with_an_entry(
    reader: FlaskClient,
) -> None:
    sheet = page(reader, "/en/kh-12/print/").xpath("//*[@id='directory']")[0]
    entries = {
        entry.xpath(".//b")[0].text_content(): entry.text_content() for entry in sheet.xpath(".//*[@class='entry']")
    }
    assert sheet.text_content().count("On a public holiday a service may be closed.") == 1
    for id, told in HOLIDAYS.items():
        said = told if told != SAID_NOTHING else None
        assert entries[id].lower().count("public holiday") == (said is not None), id
        assert (said or "") in entries[id]


@pytest.mark.parametrize(
    ("path", "id", "clock"),
    [
        ("/en/id/directory/", "whole-country", ""),
        ("/en/id-jk/directory/", "whole-country", ""),
        ("/en/id-ba/directory/", "whole-country", "(Indonesia (Jakarta) Time)"),
        ("/en/id-pa/directory/", "whole-country", "(Indonesia (Jakarta) Time)"),
        ("/en/id-pa/directory/", "eastern", ""),
        ("/en/id-jk/abroad/ph/", "central", "(Indonesia (Makassar) Time)"),
        ("/en/sg/abroad/id/", "whole-country", "(Indonesia (Jakarta) Time)"),
    ],
)
def test_hours_by_another_clock_than_that_of_the_place_name_it(
    reader: FlaskClient, path: str, id: str, clock: str
) -> None:
    facts = " ".join(page(reader, path).xpath(f"//article[@id='{id}']//dl")[0].text_content().split())
    assert f"Monday – Friday 07:30–16:00 {clock}".strip() in facts
    assert clock or "Time)" not in facts


# Seen from the phone: its own zone, the moment in UTC, the page, and what it says of which service.
SEEN = {
    "a day in the week": ("Asia/Phnom_Penh", "2026-11-24T03:00:00Z", "kh-12", {
        "office": "Open now", "night": "Opens Tuesday 20:00", "sunday-night": "Opens Sunday 22:00",
        "always": "Day and night", "feast-off": "Usually open now", "feast-short": "Usually open now",
        "always-but": "Usually open now",
    }),
    "after midnight": ("Asia/Phnom_Penh", "2026-11-23T19:30:00Z", "kh-12", {
        "office": "Opens Tuesday 07:30", "night": "Open now", "feast-off": "Opens Tuesday 07:30",
    }),
    "the last minute": ("Asia/Phnom_Penh", "2026-11-23T20:59:00Z", "kh-12", {"night": "Open now"}),
    "the minute after it": ("Asia/Phnom_Penh", "2026-11-23T21:00:00Z", "kh-12", {"night": "Opens Tuesday 20:00"}),
    "Friday evening": ("Asia/Phnom_Penh", "2026-11-27T09:00:00Z", "kh-12", {
        "office": "Opens Monday 07:30", "feast-off": "Opens Monday 07:30", "night": "Opens Friday 20:00",
    }),
    "Sunday before midnight": ("Asia/Phnom_Penh", "2026-11-29T16:59:00Z", "kh-12", {
        "sunday-night": "Open now", "office": "Opens Monday 07:30",
    }),
    "Sunday into Monday": ("Asia/Phnom_Penh", "2026-11-29T18:30:00Z", "kh-12", {
        "sunday-night": "Open now", "night": "Open now", "office": "Opens Monday 07:30",
    }),
    "Monday after it": ("Asia/Phnom_Penh", "2026-11-29T19:00:00Z", "kh-12", {"sunday-night": "Opens Sunday 22:00"}),
    "a phone in another zone, where it is still Sunday": ("America/New_York", "2026-11-30T01:00:00Z", "kh-12", {
        "office": "Open now", "sunday-night": "Opens Sunday 22:00 (time there)", "always": "Day and night",
    }),
    "a phone in a zone of half hours": ("Asia/Kolkata", "2026-11-30T00:29:00Z", "kh-12", {
        "office": "Opens Monday 07:30 (time there)", "feast-off": "Opens Monday 07:30 (time there)",
    }),
    "Jakarta, half an hour before": ("Asia/Jakarta", "2026-11-24T00:00:00Z", "id-jk", {
        "western": "Opens Tuesday 07:30", "whole-country": "Opens Tuesday 07:30",
    }),
    "Bali at that time": ("Asia/Makassar", "2026-11-24T00:00:00Z", "id-ba", {
        "central": "Open now", "whole-country": "Opens Tuesday 07:30 (time there)",
    }),
    "Papua at that time": ("Asia/Jayapura", "2026-11-24T00:00:00Z", "id-pa", {
        "eastern": "Open now", "whole-country": "Opens Tuesday 07:30 (time there)",
    }),
    "Papua, when its offices have closed": ("Asia/Jayapura", "2026-11-24T07:30:00Z", "id-pa", {
        "eastern": "Opens Wednesday 07:30", "whole-country": "Open now",
    }),
}  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("case", SEEN)
def test_the_phone_says_by_the_clock_of_the_service_whether_it_is_open(
    browser: Browser, open_house: Server, case: str
) -> None:
    zone, moment, area, told = SEEN[case]
    with phone(browser, open_house.origin, timezone_id=zone) as mine:
        mine.tab.clock.set_fixed_time(moment)
        tab = mine.open(f"/en/{area}/directory/")
        for id, words in told.items():
            expect(tab.locator(f"#{id} [data-open-chip]")).to_have_text(words)
        tab = mine.open(f"/en/{area}/")
        for id, words in told.items():
            expect(
                tab.locator("#path li.stack", has=tab.get_by_text(id, exact=True)).locator("[data-open-chip]").first
            ).to_have_text(words)
        assert mine.errors == []


@pytest.mark.browser
def test_without_a_network_the_phone_still_knows_what_is_open_and_says_the_next_thing_when_its_hour_comes(
    browser: Browser, tmp_path: Path
) -> None:
    with Server(fill(tmp_path)) as server, phone(browser, server.origin, timezone_id="Asia/Phnom_Penh") as mine:
        mine.keep("/en/kh-12/")
        server.stop()
        mine.tab.clock.install(time="2026-11-29T19:58:30Z")
        tab = mine.open("/en/kh-12/directory/")
        night = tab.locator("#night [data-open-chip]")
        expect(night).to_have_text("Open now")
        tab.clock.fast_forward("03:00:00")
        tab.clock.run_for(61_000)
        expect(night).to_have_text("Opens Monday 20:00")
        expect(tab.locator("#office [data-open-chip]")).to_have_text("Opens Monday 07:30")
        expect(tab.locator("#always [data-open-chip]")).to_have_text("Day and night")
        expect(tab.locator("#feast-off").get_by_text("Closed on public holidays")).to_be_visible()
        tab.locator("#filters summary").click()
        tab.get_by_label("Open now").check()
        expect(tab.locator("#office")).to_be_hidden()
        expect(tab.locator("#always")).to_be_visible()
