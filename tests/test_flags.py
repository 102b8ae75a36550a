"""Flags: offered only where a phone is enrolled, sent with the daily delivery, and something to check for whoever keeps
the list."""

import datetime as dt
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pwa.config import Config
from pwa.domain import directory
from pwa.domain.counting import Reason, entry_of
from pwa.store import flags, services
from pwa.store.db import open_content
from tests.counter import deliver, enrol, organisation
from tests.phone import phone
from tests.server import Server
from tests.stores import open_counts

TODAY = dt.date(2026, 11, 23)


@pytest.mark.stores
def test_flags_stand_by_service_and_reason_until_they_are_settled(tmp_path: Path) -> None:
    counts, content = open_counts(tmp_path), open_content(tmp_path)
    services.replace_all(content, directory.read(Config.from_environ({}).directory, TODAY), TODAY)
    rows = [("kh-police-117", 1), ("kh-licadho", 3), ("kh-licadho", 2), ("gone-from-the-list", 4)]
    counts.conn.executemany(
        "insert into flags values (?, ?, '2026-11')", [(entry_of(service), reason) for service, reason in rows]
    )
    counts.conn.commit()
    told = flags.standing(counts, content)
    assert [(flag.service, flag.reason) for flag in told] == [
        ("kh-licadho", Reason.WRONG_NUMBER), ("kh-licadho", Reason.MOVED), ("kh-police-117", Reason.NO_ANSWER)
    ]  # fmt: skip
    flags.settle(counts, ["kh-licadho"])
    assert [flag.service for flag in flags.standing(counts, content)] == ["kh-police-117"]


@pytest.mark.browser
def test_a_phone_that_is_not_enrolled_is_offered_no_flag(browser: Browser, served: Server) -> None:
    with phone(browser, served.origin) as mine:
        for path in ("/en/kh-12/directory/", "/en/kh-12/abroad/id/"):
            tab = mine.open(path)
            expect(tab.locator("h1")).to_be_visible()
            assert tab.locator("[data-flag]").count() > 3
            expect(tab.get_by_role("button", name="Something wrong here?")).to_have_count(0)
            expect(tab.get_by_text("Is one of these numbers wrong?")).to_be_hidden()


@pytest.mark.browser
def test_a_flag_is_saved_without_a_network_and_becomes_something_to_check(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        enrol(mine, organisation(server))
        mine.keep("/en/kh-12/")
        server.stop()
        tab = mine.open("/en/kh-12/directory/")
        tab.locator("#kh-licadho").get_by_role("button", name="Something wrong here?").click()
        expect(tab.locator("[data-flag-name]")).to_contain_text("LICADHO")
        tab.get_by_role("button", name="Moved").click()
        expect(tab.get_by_text("Saved. It goes out with the next delivery")).to_be_visible()
        tab.get_by_role("button", name="Close").click()
        tab.get_by_text("Is one of these numbers wrong?").click()
        tab.get_by_role("button", name="Police").click()
        tab.get_by_role("button", name="No answer").click()
        expect(tab.get_by_text("Saved. It goes out with the next delivery")).to_be_visible()
        assert mine.errors == []
        server.start()
        assert deliver(tab)["reached"] is True
        told = server.run("directory", "flagged").splitlines()
        assert [line.split(" (")[0] for line in told] == ["kh-licadho: moved", "kh-police-117: no answer"]
        with pytest.raises(subprocess.CalledProcessError) as refused:
            server.run("directory", "settle", "kh-licadho", "kh-nobody")
        assert "kh-nobody" in refused.value.stderr
        assert len(server.run("directory", "flagged").splitlines()) == 2
        server.run("directory", "settle", "kh-licadho", "kh-police-117")
        assert server.run("directory", "flagged") == "Nothing is flagged.\n"
