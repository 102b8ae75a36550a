import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import axe_playwright_python
import pytest
from click.testing import CliRunner, Result
from lxml import html
from playwright.sync_api import Browser
from sqlite_utils import Database

from pwa.checkup import now
from pwa.cli import main
from pwa.config import NAMES, Config
from pwa.figures_commands import page
from pwa.store import releases
from pwa.store.db import open_counts
from tests.test_every_page import TELLING
from tests.test_releases import count, enrol

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
CAVEAT = "counts of reports, not of violence"


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [*NAMES, "PORT"]:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path))
    monkeypatch.setenv("RIGHT_DOOR_JOINED_AREAS", "kh-3+kh-8")
    return tmp_path


@pytest.fixture
def config(data: Path) -> Config:
    return replace(Config.from_environ({"RIGHT_DOOR_JOINED_AREAS": "kh-3+kh-8"}), data=data)


@pytest.fixture
def db(config: Config) -> Iterator[Database]:
    """Counting began 200 days ago, so that one period is due today, at the least."""
    db = open_counts(config.data)
    releases.freeze_due(db, config, now() - dt.timedelta(days=200))
    for name in ("one", "two", "three"):
        enrol(db, name, "kh", "kh-12", "kh-1", "kh-2", "kh-8")
    enrol(db, "four", "kh-16")
    yield db
    db.close()


@pytest.fixture
def frozen(db: Database, config: Config) -> Database:
    """As in 2026: three quarters are frozen."""
    db.execute("delete from releases")
    releases.freeze_due(db, config, dt.date(2026, 1, 1))
    for month, told, referred in (("2026-01", 44, 33), ("2026-04", 55, 36), ("2026-07", 23, 11)):
        count(db, "kh-12", month, told, referred)
        count(db, "kh-1", month, 13, 4)
        count(db, "kh-2", month, 9, 5)
    assert len(releases.freeze_due(db, config, dt.date(2026, 10, 15))) == 3
    return db


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_latest_figures_are_printed_with_the_caveat(frozen: Database) -> None:
    said = run("figures").output
    assert said.startswith("July – September 2026\n".replace(" – ", "\u2009–\u2009"))
    assert re.search(r"Phnom Penh +about 25 +about 10\n", said)
    assert re.search(r"Battambang +fewer than 10, possibly none +not shown\n", said)
    assert re.search(r"Other areas together( +fewer than 10, possibly none){2}\n", said)
    assert re.search(r"Areas shown together +about 40 +about 10\n", said)
    assert CAVEAT in said.lower()
    assert "Published: 2026-Q3, 2026-Q2, 2026-Q1." in said


def test_an_earlier_period_and_a_year_can_be_asked_for(frozen: Database) -> None:
    assert re.search(r"Phnom Penh +about 55 +about 35\n", run("figures", "--period", "2026-Q2").output)
    year = run("figures", "--year", "2026").output
    assert year.startswith("2026, the sum of 2026-Q1, 2026-Q2, 2026-Q3\n")
    assert re.search(r"Phnom Penh +about 125 +about 80\n", year)
    assert re.search(r"Battambang +fewer than 10 in each of 3 periods, possibly none +not shown in 3 periods\n", year)


@pytest.mark.parametrize("asked", [("--period", "2026-Q4"), ("--period", "start"), ("--year", "2031"), ("--year", "")])
def test_what_is_not_published_is_said_not_to_be(frozen: Database, asked: tuple[str, str]) -> None:
    result = run("figures", *asked)
    if asked[1]:
        assert result.exit_code == 1
        assert f"{asked[1]} is not published. There are: 2026-Q3, 2026-Q2, 2026-Q1." in result.output


def test_before_the_first_freeze_nothing_is_printed(db: Database) -> None:
    result = run("figures")
    assert result.exit_code == 1
    assert "Nothing is published yet." in result.output


def test_freezing_says_which_periods_and_when_the_next_is_and_never_a_count(db: Database, config: Config) -> None:
    period = releases.coming(db, config, now())[0]
    for number, area in ((77771, "kh-12"), (77772, "kh-16")):
        count(db, area, period.first, number, number)
    said = run("freeze-figures").output
    assert f"{period.name} is frozen.\n" in said
    assert re.search(r"\d{4}-Q\d can be frozen from \d{4}-\d\d-\d\d on\.\n$", said)
    assert "7777" not in said
    again = run("freeze-figures").output
    assert "is frozen" not in again
    assert again.count("\n") == 1


def test_the_first_freeze_says_where_counting_begins() -> None:
    said = run("freeze-figures").output
    assert re.match(r"Counting begins with (\S+)\.\n\1 can be frozen from ", said)


def test_old_years_are_said_to_be_sums(db: Database, config: Config) -> None:
    db.execute("delete from releases")
    releases.freeze_due(db, config, dt.date(2026, 1, 1))
    last = releases.coming(db, config, now())[0]
    releases.freeze_due(db, config, dt.date(2029, 1, 20), after_a_pause=True)
    assert last.name in releases.published(db)
    assert releases.collapse_due(db, dt.date(2029, 1, 20)) == ("2026",)
    assert run("figures", "--year", "2026").output.startswith("2026, the sum of 2026-Q1, 2026-Q2, 2026-Q3, 2026-Q4\n")


def test_a_clock_in_doubt_stops_the_freeze_in_words(db: Database, config: Config) -> None:
    db.execute("delete from releases")
    db.execute("""insert into releases values ('start', '{"first_month": "2024-01"}')""")
    result = run("freeze-figures")
    assert result.exit_code == 1
    assert "--after-a-pause" in result.output
    assert "Nothing was frozen." in result.output
    assert run("freeze-figures", "--after-a-pause").exit_code == 0


def test_the_next_table_is_shown_and_what_to_do_about_an_area_of_one(db: Database) -> None:
    said = run("figures", "--next").output
    assert "Phnom Penh (kh-12): in the table\n" in said
    assert "Ratanakiri (kh-16): not shown: fewer than three organisations report here\n" in said
    assert "Kampong Cham + Kandal (kh-3+kh-8): in the table\n" in said
    assert "RIGHT_DOOR_JOINED_AREAS" in said


def test_before_the_freeze_no_command_says_anything_that_depends_on_a_count(db: Database, config: Config) -> None:
    """Two worlds that differ only in what was counted: word for word the same output."""
    commands = (("figures",), ("figures", "--next"), ("figures", "--year", "2026"))
    before = [run(*command).output for command in commands]
    month = releases.coming(db, config, now())[0].first
    for area in ("kh-12", "kh-1", "kh-16"):
        count(db, area, month, 40, 20)
    assert [run(*command).output for command in commands] == before


def test_the_csv_file_opens_in_a_spreadsheet_and_carries_the_caveat(frozen: Database, tmp_path: Path) -> None:
    assert run("figures", "--csv", tmp_path / "f.csv").output == f"{tmp_path / 'f.csv'} is written.\n"
    raw = (tmp_path / "f.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert rows[0]["Area"] == "#adm1+name"
    assert {row["Caveat"] for row in rows[1:]} == {f"{CAVEAT}; more may mean more trust"}


def test_a_file_that_cannot_be_written_is_named(frozen: Database, tmp_path: Path) -> None:
    result = run("figures", "--csv", tmp_path / "none" / "f.csv")
    assert result.exit_code == 1
    assert "none/f.csv cannot be written" in result.output


def test_a_language_that_is_not_offered_is_refused(frozen: Database, tmp_path: Path) -> None:
    result = run("figures", "--html", tmp_path / "f.html", "--language", "tlh")
    assert result.exit_code == 1
    assert "tlh is not offered" in result.output


def test_a_data_folder_that_is_none_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path / "file"))
    assert "RIGHT_DOOR_DATA" in run("figures").output


# The page in one file.


@pytest.fixture
def file(frozen: Database, tmp_path: Path) -> Path:
    run("figures", "--html", tmp_path / "f.html")
    return tmp_path / "f.html"


def test_the_page_is_one_file_that_asks_nothing_of_anybody(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    tree = html.document_fromstring(text)
    assert not tree.xpath("//script | //link | //img | //a | //form | //iframe | //*[@style]")
    assert not re.search(r"https?:|@import|url\(", text)
    assert len(tree.xpath("//h1")) == len(tree.xpath("//main")) == 1
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))


def test_the_title_that_stands_on_every_printed_sheet_is_dull(file: Path) -> None:
    title = html.parse(file).findtext(".//title") or ""
    assert title.startswith("Figures, July")
    assert not [word for word in TELLING if word in title.lower()]


def test_the_table_says_all_and_the_chart_says_the_same_in_words(file: Path) -> None:
    tree = html.parse(file)
    rows = {row.findtext("th"): [cell.text for cell in row.iter("td")] for row in tree.iterfind(".//tbody/tr")}
    assert rows["Phnom Penh"] == ["about 25", "about 10"]
    assert rows["Battambang"] == ["fewer than 10, possibly none", "not shown"]
    chart = {}
    for item in tree.iterfind(".//figure/ul/li"):
        chart[item.findtext("p/b")] = [span.text.split(": ")[1] for span in item.iter("span")]
    assert chart == rows
    assert all(svg.get("aria-hidden") == "true" for svg in tree.iter("svg"))
    assert [th.get("scope") for th in tree.iterfind(".//thead//th")] == ["col"] * 3


def test_a_period_without_areas_has_a_page_in_words(config: Config) -> None:
    db = open_counts(config.data)
    releases.freeze_due(db, config, dt.date(2026, 1, 1))
    releases.freeze_due(db, config, dt.date(2026, 4, 15))
    table = releases.of_period(db, "2026-Q1")
    assert table
    assert "No area had three organisations" in page(config, table, "en")
    assert "No area had 3 organisations that report." in run("figures").output
    db.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 360, 1200])
def test_the_page_fits_reads_and_passes_axe(browser: Browser, file: Path, scheme: str, width: int) -> None:
    context = browser.new_context(viewport={"width": width, "height": 740}, color_scheme=scheme)  # type: ignore[arg-type]
    tab = context.new_page()
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(file.as_uri())
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    bars = tab.evaluate(
        "[...document.querySelectorAll('.measure')].map((line) => [...line.children].map((e) => "
        "[e.getBoundingClientRect().left, e.getBoundingClientRect().right]))"
    )
    assert all(0 <= left <= right <= width for line in bars for left, right in line)
    tab.evaluate(AXE)
    found = tab.evaluate("axe.run(document).then((result) => result.violations)")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert asked == [file.as_uri()]
    context.close()


@pytest.mark.browser
def test_on_paper_it_is_black_on_white_a4_and_no_row_is_cut(browser: Browser, file: Path) -> None:
    context = browser.new_context(viewport={"width": 700, "height": 1000}, color_scheme="dark")
    tab = context.new_page()
    tab.goto(file.as_uri())
    pdf = tab.pdf(prefer_css_page_size=True, format="A4")
    assert re.search(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]", pdf)
    assert len(re.findall(rb"/Type /Page\b", pdf)) <= 2
    tab.emulate_media(media="print")
    style = "getComputedStyle(document.querySelector('{}')).{}"
    assert tab.evaluate(style.format(".measure svg", "color")) == "rgb(0, 0, 0)"
    assert tab.evaluate(style.format("tr", "breakInside")) == "avoid"
    assert tab.evaluate(style.format("body", "backgroundColor")) == "rgb(255, 255, 255)"
    context.close()
