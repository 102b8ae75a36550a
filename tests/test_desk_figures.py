"""The frozen figures at the desk: the same for everybody who is signed in, and nothing that is not frozen."""

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest
from lxml import html
from playwright.sync_api import Browser, expect
from sqlite_utils import Database

from pwa.checkup import now as today
from pwa.config import Config
from pwa.domain.counting import this_month
from pwa.store import releases
from pwa.store.db import open_counts
from tests.desk import Desk, Visitor
from tests.looks import axe, cut_off
from tests.pages import page
from tests.seat import seat
from tests.server import Server
from tests.test_every_page import TELLING
from tests.test_releases import count, enrol

CAVEAT = "counts of reports, not of violence"


@pytest.fixture
def counts(desk: Desk) -> Iterator[Database]:
    """Nothing is counted, nothing frozen."""
    db = open_counts(desk.config.data)
    for table in ("serves", "organisations", "codes", "phones", "sent", "tallies", "releases"):
        db.execute(f"delete from {table}")  # noqa: S608
    db.conn.commit()
    yield db
    db.close()


@pytest.fixture
def frozen(desk: Desk, counts: Database) -> Database:
    furnish(counts, desk.config)
    return counts


def furnish(db: Database, config: Config) -> None:
    """As in 2026: three quarters are frozen, in three areas of three organisations. Bangkok has one."""
    for name in ("one", "two", "three"):
        enrol(db, name, "kh-12", "kh-1", "kh-2")
    enrol(db, "four", "th-10")
    releases.freeze_due(db, config, dt.date(2026, 1, 1))
    for month, told, referred in (("2026-01", 44, 33), ("2026-04", 55, 36), ("2026-07", 23, 11)):
        count(db, "kh-12", month, told, referred)
        count(db, "kh-1", month, 13, 4)
        count(db, "kh-2", month, 9, 5)
    assert len(releases.freeze_due(db, config, dt.date(2026, 10, 15))) == 3


def said(mine: Visitor, path: str = "/desk/figures/") -> str:
    answer = mine.get(path)
    assert answer.status_code == 200, path
    return " ".join(html.fromstring(answer.text).xpath("string(//main)").replace("\u2009", " ").split())


def rows(mine: Visitor, path: str = "/desk/figures/") -> dict[str, tuple[str, str]]:
    """The table of a page: disclosures and referrals by area."""
    found = html.fromstring(mine.get(path).text).xpath("//table//tr[th[@scope='row']]")
    cells = [[" ".join(cell.text_content().split()) for cell in row] for row in found]
    return {place: (told, referred) for place, told, referred in cells}


PATHS = ("/desk/figures/", "/desk/figures/2026-Q3/", "/desk/figures/2026-Q1/", "/desk/figures/2026/")
FILES = ("/desk/figures/2026-Q3/table.csv", "/desk/figures/2026/table.csv")


def test_the_latest_figures_stand_first_as_table_and_chart_with_the_caveat(desk: Desk, frozen: Database) -> None:
    mine = desk.somebody()
    text = said(mine)
    assert "July – September 2026 These are counts of reports, not of violence." in text
    assert rows(mine)["Phnom Penh"] == ("about 25", "about 10")
    assert rows(mine)["Battambang"] == ("fewer than 10, possibly none", "not shown")
    assert "<svg" in mine.get("/desk/figures/").text
    assert all(
        said(mine, path).count("These are counts of reports, not of violence. More may mean more trust.") == 1
        for path in PATHS
    )


def test_periods_and_years_are_plain_links_and_each_tells_its_own(desk: Desk, frozen: Database) -> None:
    mine = desk.somebody()
    links = html.fromstring(mine.get("/desk/figures/").text).xpath("//nav[@aria-label='Periods']//a")
    assert [link.get("href") for link in links] == [
        "/desk/figures/2026/",
        "/desk/figures/2026-Q3/",
        "/desk/figures/2026-Q2/",
        "/desk/figures/2026-Q1/",
    ]
    assert [link.get("href") for link in links if link.get("aria-current")] == ["/desk/figures/2026-Q3/"]
    assert rows(mine, "/desk/figures/2026-Q2/")["Phnom Penh"] == ("about 55", "about 35")
    assert rows(mine, "/desk/figures/2026/")["Phnom Penh"] == ("about 125", "about 80")


def test_a_year_that_took_the_place_of_its_periods_is_the_one_link_of_it(desk: Desk, frozen: Database) -> None:
    releases.freeze_due(frozen, desk.config, dt.date(2029, 1, 20), after_a_pause=True)
    assert releases.collapse_due(frozen, dt.date(2029, 1, 20)) == ("2026",)
    mine = desk.somebody()
    links = html.fromstring(mine.get("/desk/figures/2026/").text).xpath("//nav[@aria-label='Periods']//a/@href")
    assert [link for link in links if "2026" in link] == ["/desk/figures/2026/"]
    assert rows(mine, "/desk/figures/2026/")["Phnom Penh"][0].startswith("about 125")
    assert mine.get("/desk/figures/2026-Q3/").status_code == 404


def test_everybody_sees_the_same_figures(desk: Desk, frozen: Database) -> None:
    people = [desk.somebody(), desk.somebody("Far", "coordinator", ("my-01",))]
    for path in PATHS:
        seen = {html.tostring(html.fromstring(one.get(path).text).get_element_by_id("figures")) for one in people}
        assert len(seen) == 1, path
    for path in FILES:
        assert len({one.get(path).data for one in people}) == 1


def test_the_file_has_hxl_tags_the_caveat_and_a_name_that_tells_nothing(desk: Desk, frozen: Database) -> None:
    mine = desk.somebody()
    for path, name in zip(FILES, ("table-2026-Q3.csv", "table-2026.csv"), strict=True):
        answer = mine.get(path)
        assert answer.content_type == "text/csv; charset=utf-8"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert not [word for word in TELLING if word in name]
        assert answer.data.startswith(b"\xef\xbb\xbf")
        lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        assert lines[1][:5] == ["#date+start", "#date+end", "#country+code+list", "#adm1+code+list", "#adm1+name"]
        assert all(CAVEAT in row[-1] for row in lines[2:])
    tall = [row for row in csv.DictReader(io.StringIO(mine.get(FILES[0]).data.decode("utf-8-sig")))]
    assert {row["As published"] for row in tall if row["Area code"] == "KH-12"} == {"about 25", "about 10"}


def test_the_file_is_the_same_in_whatever_language_the_browser_asks_for(desk: Desk, frozen: Database) -> None:
    mine = desk.somebody()
    asked = [mine.client.get(FILES[0], headers={"Accept-Language": lang}).data for lang in ("en", "th", "km", "x")]
    assert len(set(asked)) == 1


def test_before_the_first_freeze_it_says_in_words_that_there_is_nothing_and_when_there_will_be(
    desk: Desk, counts: Database
) -> None:
    mine = desk.somebody()
    for _ in range(2):
        text = said(mine)
        coming = releases.coming(counts, desk.config, today())[0]
        assert "Nothing is frozen yet, so there is no figure." in text
        assert "The first figures" in text
        assert f"they are frozen on {coming.due:%-d %b %Y}" in text
        assert "table.csv" not in mine.get("/desk/figures/").text
        releases.freeze_due(counts, desk.config, today())


def test_what_is_due_and_not_frozen_yet_is_said_to_be_due(desk: Desk, counts: Database) -> None:
    releases.freeze_due(counts, desk.config, today() - dt.timedelta(days=200))
    assert "due now. The server freezes them by itself within a day." in said(desk.somebody())


def test_nobody_sees_a_figure_that_is_not_frozen(desk: Desk, frozen: Database) -> None:
    open_one = releases.coming(frozen, desk.config, today())[0].name
    cast = desk.somebody(), desk.somebody("Phnom Penh", "coordinator", ("kh", "th"))
    paths = (*PATHS, *FILES, "/desk/", "/desk/organisations/")
    before = [mine.get(path).text for mine in cast for path in paths]
    for area in ("kh-12", "th-10"):
        count(frozen, area, this_month(today()), 77771, 77772)
    # Not the numbers, nor their sum, nor anything else that follows from them.
    assert [mine.get(path).text for mine in cast for path in paths] == before
    for mine in cast:
        for name in (
            open_one,
            "start",
            "2026-Q",
            "2026-H1",
            "2025",
            "20",
            "",
            "2026-Q3 ",
            "..",
            "é",
            "%",
            "Q3",
            "x" * 3000,
        ):
            for end in ("", "table.csv"):
                if name:
                    assert mine.get(f"/desk/figures/{name}/{end}").status_code == 404, (name, end)


def test_the_page_reads_no_count(desk: Desk, frozen: Database) -> None:
    mine = desk.somebody()
    frozen.execute("alter table tallies rename to hidden")
    try:
        assert [mine.get(path).status_code for path in (*PATHS, *FILES)] == [200] * 6
    finally:
        frozen.execute("alter table hidden rename to tallies")


def test_which_areas_the_next_figures_have_is_said_to_those_who_look_after_them(desk: Desk, frozen: Database) -> None:
    everywhere = said(desk.somebody())
    assert "Not in it: Bangkok." in everywhere and "deleted at the freeze" in everywhere
    assert "as it stands today: Banteay Meanchey, Phnom Penh, Battambang." in everywhere
    here = said(desk.somebody("Phnom Penh", "coordinator", ("kh-12",)))
    assert "as it stands today: Phnom Penh." in here and "Not in it" not in here and "Bangkok" not in here
    far = said(desk.somebody("Far", "coordinator", ("my-01",)))
    assert "as it stands today" not in far and "Not in it" not in far


@pytest.mark.parametrize("path", [*PATHS, *FILES])
@pytest.mark.parametrize("ended", ["never in", "seen", "started"])
def test_signed_out_or_over_no_figure_is_shown(desk: Desk, frozen: Database, path: str, ended: str) -> None:
    outside = Visitor(desk) if ended == "never in" else desk.somebody()
    if ended != "never in":
        desk.change(f"update sessions set {ended} = {ended} - 43200")  # noqa: S608
    answer = outside.get(path)
    assert answer.status_code == 403
    assert "Sign in with a passkey" in answer.text and "about 25" not in answer.text


@pytest.mark.parametrize("path", [*PATHS, *FILES])
def test_nothing_is_written_here(desk: Desk, frozen: Database, path: str) -> None:
    mine, before = desk.somebody(), list(frozen.conn.iterdump())
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = mine.client.open(path, method=method, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == 405, method
    assert list(frozen.conn.iterdump()) == before


@pytest.mark.parametrize("path", PATHS)
def test_each_page_is_whole(desk: Desk, frozen: Database, path: str) -> None:
    page(desk.somebody().client, path)


# In a browser


@pytest.fixture
def furnished(server: Server) -> Server:
    """A server whose figures are those of 2026, whatever it wrote at its start."""
    db = open_counts(server.data)
    db.execute("delete from releases")
    furnish(db, replace(Config.from_environ({}), data=server.data))
    db.close()
    return server


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_figures_are_readable_by_all_and_nothing_is_cut_off(
    browser: Browser, furnished: Server, scheme: str
) -> None:
    with seat(browser, furnished.origin, color_scheme=scheme, bypass_csp=True) as mine:
        mine.accept(furnished.run("invite", "--administrator").strip())
        for path in PATHS:
            tab = mine.open(path)
            assert axe(tab) == [], path
            for width, text in ((320, 100), (360, 200), (1280, 100)):
                tab.set_viewport_size({"width": width, "height": 740})
                style = tab.add_style_tag(content=f"html {{ font-size: {text}% !important }}")
                assert cut_off(tab) == [], (path, width)
                style.evaluate("(each) => each.remove()")
            low = tab.locator("main .btn:visible, main nav a").evaluate_all(
                "(all) => all.filter((e) => e.getBoundingClientRect().height < 48).map((e) => e.outerHTML)"
            )
            assert low == []
        assert mine.errors == []


@pytest.mark.browser
def test_the_file_is_taken_as_a_download_and_paper_holds_the_figures_alone(browser: Browser, furnished: Server) -> None:
    with seat(browser, furnished.origin) as mine:
        mine.accept(furnished.run("invite", "--administrator").strip())
        tab = mine.open("/desk/figures/")
        with tab.expect_download() as taken:
            tab.get_by_role("link", name="Take as a file").click()
        assert taken.value.suggested_filename == "table-2026-Q3.csv"
        assert CAVEAT in taken.value.path().read_text(encoding="utf-8-sig")
        tab.evaluate("window.print = () => { window.printed = document.title; }")
        tab.get_by_role("button", name="Print").click()
        assert tab.evaluate("window.printed") == "Figures · Right Door"
        tab.emulate_media(media="print")
        for words in ("Print", "Take as a file", "The next figures", "2026, the sum"):
            expect(tab.get_by_text(words).first).to_be_hidden()
        expect(tab.get_by_text("These are counts of reports, not of violence.")).to_be_visible()
        expect(tab.get_by_role("table")).to_be_visible()
