"""The promises P1 to P10: what may be stored, what reading leaves behind, and that each promise is held by a test."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request
from sqlite_utils import Database

from bench.breaking import breaks
from pwa import holdings
from pwa.config import Config
from pwa.domain.directory import COLUMNS
from pwa.store.db import open_content, open_counts
from tests.phone import phone
from tests.server import Server

ROOT = Path(__file__).resolve().parent.parent
PROMISES = [f"P{number}" for number in range(1, 11)]
NON_PROMISES = [f"N{number}" for number in range(1, 12)]
# A new column is a new thing that is kept of somebody: it is added here by whoever can say why.
COUNTS = {
    "batches": "bucket names",
    "codes": "code organisation expires uses",
    "flags": "entry reason month",
    "organisations": "id name",
    "phones": "token organisation",
    "releases": "period snapshot",
    "salt": "value",
    "sent": "organisation quarter batches",
    "serves": "organisation area",
    "tallies": "area month disclosures referrals",
}
CONTENT = {
    "alone": "area label day",
    "challenges": "challenge kind binding purpose expires",
    "credentials": "id person public_key counter backup_eligible name added used alert",
    "findable": "number id stale",
    "finding": "name about phones digits kinds place",
    "finding_words": "term doc cnt",
    "history": "target number kind before after label role approved_label approved_role day",
    "invitations": "secret person label role areas expires invited_by",
    "people": "id label role areas disabled grants_from",
    "places": "slug words changed_on",
    "proposals": "id batch target kind before after areas person label role day ripe",
    "release": "name value",
    "services": " ".join(COLUMNS),
    "sessions": "id person credential started seen confirmed",
}
READING = (
    "/en/", "/en/now/", "/en/now/listen/", "/en/now/urgent/", "/en/areas/", "/en/areas/kh/", "/en/kh-12/directory/",
    "/en/kh-12/print/", "/en/kh-12/abroad/ph/", "/en/learn/", "/en/learn/listen/", "/en/learn/listen/present/",
    "/en/check/", "/en/learned/", "/en/words/", "/en/show/km/", "/en/count/", "/en/privacy/", "/en/nowhere/",
)  # fmt: skip


@pytest.mark.parametrize(("opened", "expected"), [(open_counts, COUNTS), (open_content, CONTENT)])
def test_the_tables_hold_these_columns_and_no_others(
    opened: type[Database], expected: dict[str, str], tmp_path: Path
) -> None:
    db = opened(tmp_path)
    names = set(holdings.tables(db)) | {"finding_words"} & expected.keys()
    found = {
        name: " ".join(column for (column,) in db.execute("select name from pragma_table_info(?)", [name]).fetchall())
        for name in names
    }
    assert found == expected
    db.close()


def written(data: Path) -> dict[str, bytes]:
    """Every file of the data folder. What SQLite shares between processes is memory, and tells nothing of anybody."""
    return {path.name: path.read_bytes() for path in data.iterdir() if not path.name.endswith("-shm")}


@pytest.mark.browser
def test_reading_every_kind_of_page_sends_nothing_and_leaves_no_file_changed(browser: Browser, server: Server) -> None:
    told: list[str] = []

    def note(request: Request) -> None:
        if request.method != "GET" or request.post_data:
            told.append(f"{request.method} {request.url}")

    with phone(browser, server.origin) as mine:
        mine.keep("/en/kh-12/")
        before = written(server.data)
        mine.context.on("request", note)
        for path in READING:
            mine.open(path)
        tab = mine.open("/en/areas/")
        tab.get_by_label("Type a place").fill("zzyzx quiet words")
        with tab.expect_response("**/find/"):
            tab.get_by_role("button", name="Search all services").click()
        assert told == [f"POST {server.origin}/en/find/"]
        assert mine.hosts == {f"localhost:{server.port}"}
        assert mine.context.cookies() == []
        kept = tab.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
    after = written(server.data)
    assert after == before
    assert not any(b"zzyzx" in body for body in after.values())
    assert "zzyzx" not in kept


def there_are() -> set[str]:
    return {
        f"{path.name}::{name}"
        for path in (ROOT / "tests").glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }


def row(name: str) -> str:
    """The row of a promise or non-promise in the threat model."""
    text = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    found = re.findall(rf"^\| \*\*{name}\*\* .*$", text, re.MULTILINE)
    assert len(found) == 1, f"docs/threat-model.md has {len(found)} rows for {name}."
    return str(found[0])


@pytest.mark.parametrize("promise", PROMISES)
def test_each_promise_names_tests_that_exist_and_was_broken_on_purpose(promise: str) -> None:
    named = set(re.findall(r"`(test_\w+\.py::test_\w+)`", row(promise)))
    assert named
    assert named <= there_are()
    tried = {test for each in breaks() if each.promise == promise for test in each.tests}
    assert tried <= named, "a test that fails when the promise is broken is named in its row"


def test_each_break_still_fits_the_code_and_names_tests_that_exist() -> None:
    assert {each.promise for each in breaks()} == set(PROMISES)
    there = there_are()
    for each in breaks():
        assert set(each.tests) <= there, each.what
        for file, old, new in each.edits:
            assert (ROOT / file).read_text(encoding="utf-8").count(old) == 1, f"{each.what}: {file}"
            assert old != new


@pytest.mark.parametrize("name", NON_PROMISES)
def test_each_non_promise_is_said_to_readers_in_every_language(name: str, config: Config) -> None:
    (said,) = re.findall(r"\*([^*|]+)\*(?= \|)", row(name))
    folder = config.content
    english = (folder / "en" / "pages" / "privacy.md").read_text(encoding="utf-8")
    bullets = re.findall(r"^- \*\*(.+?)\*\*", english, re.MULTILINE)
    assert said in bullets, f"{name}: the privacy page has no point {said!r}"
    for language in config.languages:
        text = (folder / language / "pages" / "privacy.md").read_text(encoding="utf-8")
        assert len(re.findall(r"^- \*\*.+?\*\*", text, re.MULTILINE)) == len(bullets), language


@pytest.mark.parametrize("document", ["threat-model.md", "asvs.md"])
def test_every_file_and_test_that_is_named_as_evidence_is_there(document: str) -> None:
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+\.py::test_\w+)`", text))
    assert named <= there_are(), named - there_are()
    files = set(re.findall(r"`((?:pwa|tests|bench|docs|content|deploy)/[\w./-]+)`", text))
    files |= {f"tests/{name}" for name in re.findall(r"`(test_\w+\.py)`", text)}
    assert files
    assert [file for file in sorted(files) if not (ROOT / file).exists()] == []
