"""Counts from phones that read an export as files: from its one origin, to the server, and nowhere else."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pwa import guard
from pwa.app import create_app
from pwa.config import Config
from tests.counter import deliver, enrol, organisation, tallies, tap, until
from tests.host import Host
from tests.office import Office
from tests.phone import phone
from tests.server import Server

READERS = "https://door.example.org"


class Elsewhere(Office):
    """A server whose readers read files under another name."""

    def restart(self, secrets: tuple[str, ...]) -> None:
        super().restart(secrets)
        config = replace(Config.from_environ({}), data=self.data, secrets=secrets, reader_origin=READERS)
        self.client = create_app(config).test_client()


@pytest.fixture
def office(tmp_path: Path) -> Elsewhere:
    return Elsewhere(tmp_path)


ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}


@pytest.mark.parametrize("path", ["/counts/batches", "/counts/phones"])
def test_a_browser_hears_that_the_readers_site_may_send_and_no_other(office: Elsewhere, path: str) -> None:
    answer = office.client.options(path, headers={"Origin": READERS, **ASKS})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == READERS
    assert answer.headers["Access-Control-Allow-Methods"] == "POST"
    assert answer.headers["Access-Control-Allow-Headers"] == "authorization, content-type"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    for origin in ("https://evil.example", f"{READERS}.evil.example", "null", READERS.upper(), ""):
        refused = office.client.options(path, headers={"Origin": origin, **ASKS})
        assert refused.status_code == 405
        assert "Access-Control-Allow-Origin" not in refused.headers
        assert refused.headers["Vary"] == "Origin"


def test_every_answer_to_the_readers_site_can_be_read_there_a_refusal_too(office: Elsewhere) -> None:
    for path, code in (("/counts/batches", 400), ("/counts/phones", 400), ("/counts/nothing", 404)):
        answer = office.client.post(path, json={}, headers={"Origin": READERS, "Authorization": "Bearer x"})
        assert answer.status_code in (code, 401), path
        assert answer.headers["Access-Control-Allow-Origin"] == READERS
        strange = office.client.post(path, json={}, headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Origin" not in strange.headers


def test_nothing_but_counts_can_be_read_by_another_site(office: Elsewhere) -> None:
    for path in ("/en/", "/desk/", "/sw.js", "/en/kh/pack.json"):
        assert "Access-Control-Allow-Origin" not in office.client.get(path, headers={"Origin": READERS}).headers


def test_without_the_setting_nothing_changes(tmp_path: Path) -> None:
    answer = Office(tmp_path).client.options("/counts/phones", headers={"Origin": READERS, **ASKS})
    assert answer.status_code == 405
    assert "Access-Control-Allow-Origin" not in answer.headers and "Vary" not in answer.headers


@pytest.mark.parametrize(
    ("readers", "static", "counts_at", "may_send_to"),
    [
        ("", False, "", "'self'"),
        ("", True, None, "'self'"),
        ("https://door.example.org", False, "", "'self'"),
        ("https://door.example.org", True, "https://count.example.org", "'self' https://count.example.org"),
        ("https://count.example.org", True, "", "'self'"),
    ],
)
def test_a_page_may_send_to_its_own_site_and_to_the_one_server_that_counts(
    readers: str, static: bool, counts_at: str | None, may_send_to: str
) -> None:
    config = replace(Config.from_environ({}), origin="https://count.example.org", reader_origin=readers, static=static)
    assert config.counts_at == counts_at
    policy = guard.headers(config, ())["Content-Security-Policy"]
    assert f"; connect-src {may_send_to}; " in policy
    assert policy.count("count.example.org") == (1 if counts_at else 0)


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Host]]:
    """A server that counts, and an export whose readers send to it."""
    folder = tmp_path_factory.mktemp("pair")
    server = Server(folder / "data")
    host = Host(folder / "data", folder / "site", RIGHT_DOOR_ORIGIN=server.origin, RIGHT_DOOR_COUNTRIES="KH")
    server.settings = {"RIGHT_DOOR_READER_ORIGIN": host.origin}
    host.settings["RIGHT_DOOR_READER_ORIGIN"] = host.origin
    with server:
        host.export()
        with host:
            yield server, host


@pytest.mark.browser
def test_a_phone_that_reads_files_is_enrolled_and_counts_at_the_server(
    browser: Browser, pair: tuple[Server, Host]
) -> None:
    server, host = pair
    code = organisation(server)
    with phone(browser, host.origin) as mine:
        mine.tab.clock.install()
        tab = enrol(mine, code)
        tab.get_by_text("Your organisation gave you a code?").click()
        expect(tab.get_by_text("Counts go to another address: localhost.")).to_be_visible()
        mine.keep("/en/kh-12/")
        server.stop()
        tap(mine.open("/en/count/"), "disclosures", "referrals")
        assert deliver(mine.tab)["reached"] is False
        server.start()
        assert deliver(mine.tab)["reached"] is True
        assert tallies(server.data) == {"kh-12": (1, 1)}
        assert mine.errors == []
        assert mine.hosts == {f"localhost:{host.port}", f"localhost:{server.port}"}
        assert mine.context.cookies() == []


@pytest.mark.browser
def test_what_is_sealed_goes_to_the_server_with_the_page_closed(browser: Browser, pair: tuple[Server, Host]) -> None:
    server, host = pair
    code = organisation(server, "House", "KH-2")
    with phone(browser, host.origin) as mine:
        mine.tab.clock.install()
        enrol(mine, code)
        mine.keep("/en/kh-12/")
        server.stop()
        tap(mine.open("/en/count/"), "disclosures")
        assert deliver(mine.tab)["reached"] is False
        server.start()
        mine.context.service_workers[0].evaluate("repeat()")
        until(lambda: tallies(server.data).get("kh-2") == (1, 0), mine.tab)


@pytest.mark.browser
def test_a_page_can_send_nowhere_else_and_another_site_is_not_answered(
    browser: Browser, pair: tuple[Server, Host], served: Server
) -> None:
    server, host = pair
    tries = """(url) => fetch(url, { method: "POST", body: "{}", headers: { "Content-Type": "application/json" } })
        .then((answer) => answer.status, (error) => error.name)"""
    with phone(browser, host.origin) as mine:
        tab = mine.open("/en/count/")
        assert tab.evaluate(tries, f"{served.origin}/counts/phones") == "TypeError"
        assert f"localhost:{served.port}" not in mine.hosts, "the policy keeps it from being asked at all"
        assert tab.evaluate(tries, f"{server.origin}/counts/phones") == 400
    with phone(browser, f"http://127.0.0.1:{host.port}") as stranger:
        tab = stranger.open("/en/count/")
        assert tab.evaluate(tries, f"{server.origin}/counts/phones") == "TypeError"


@pytest.mark.browser
def test_the_code_that_enrols_leads_to_where_readers_read(pair: tuple[Server, Host]) -> None:
    server, host = pair
    assert f"open {host.origin}/en/count/ " in server.run("organisation", "add", "Union", "--area", "KH-12")
