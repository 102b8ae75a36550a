"""Exactly once, as a machine of states: the shipped scripts in real tabs, a real server, and a network that lies.

Hypothesis taps, opens, delivers, loses requests and receipts, repeats them, sets the clock wrong, revokes and enrols
again, in any order. What a page was told is saved must be counted once: no more, no less.
"""

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from playwright.sync_api import Browser, Page, Route

from pwa import enrolment
from pwa.checkup import now
from pwa.config import DEVELOPMENT_SECRET
from pwa.domain.counting import encoded, this_month
from pwa.sealing import Lock
from pwa.store import organisations
from pwa.store.db import open_counts
from tests.counter import tallies
from tests.phone import phone
from tests.server import Server

pytestmark = pytest.mark.browser
AREAS = ("kh-12", "kh-2")
KINDS = ("disclosures", "referrals")
KEY = Lock((DEVELOPMENT_SECRET,)).public
BATCHES = "**/counts/batches"
# Moves the clock of a worker: phones are wrong by years.
CLOCK = """
let moved = 0;
const Real = Date;
self.Date = class extends Real { constructor(...at) { if (at.length) super(...at); else super(Real.now() + moved); } };
new BroadcastChannel("clock").onmessage = ({ data }) => { moved = data; };
"""
ASK = """async ([tab, wish]) => {
  window.workers ??= {};
  window.workers[tab] ??= new Worker(document.body.dataset.outbox);
  const channel = new MessageChannel();
  const told = new Promise((done) => { channel.port1.onmessage = ({ data }) => done(data); });
  window.workers[tab].postMessage(wish, [channel.port2]);
  return told;
}"""

FORGET = """async () => { const files = await navigator.storage.getDirectory();
for await (const name of files.keys()) await files.removeEntry(name, { recursive: true }); }"""


def pass_on(route: Route) -> None:
    route.continue_()


def lose_request(route: Route) -> None:
    route.abort()


def lose_receipt(route: Route) -> None:
    route.fetch()
    route.abort()


def send_twice(route: Route) -> None:
    route.fetch()
    route.fulfill(response=route.fetch())


def hotel(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<h1>Accept our terms</h1>")


def break_down(route: Route) -> None:
    route.fulfill(status=502, body="Bad gateway")


NETWORKS = (pass_on, pass_on, lose_request, lose_receipt, send_twice, hotel, break_down)


class PhoneAndServer(RuleBasedStateMachine):
    """One phone with two tabs (workers that share its files), one organisation, and what ought to be counted."""

    tab: Page
    server: Server

    def __init__(self) -> None:
        super().__init__()
        self.expected = {area: {kind: 0 for kind in KINDS} for area in AREAS}
        self.before = tallies(self.server.data)
        self.db = open_counts(self.server.data)
        self.name, self.revoked = enrolment.new_id(), False
        organisations.add(self.db, self.name, self.name, AREAS)
        self.tab.reload()
        self.tab.evaluate(FORGET)
        self._enrol()
        for tab in ("first", "second"):
            self._ask(tab, {"do": "open"})

    def _ask(self, tab: str, wish: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = self.tab.evaluate(ASK, [tab, wish])
        return told

    def _enrol(self) -> None:
        # Without the server's door: it lets in thirty phones a minute, and here are hundreds.
        code, token = enrolment.new_code(), enrolment.new_token()
        organisations.offer(self.db, self.name, code.encode(), int(time.time()) + 600, 30)
        assert organisations.enrol(self.db, code.encode(), token, int(time.time())) == self.name
        given = {"token": token, "key": encoded(KEY), "areas": [[a, a] for a in AREAS], "month": this_month(now())}
        self.tab.context.route("**/counts/phones", lambda route: route.fulfill(status=201, json=given))
        assert self._ask("first", {"do": "enrol", "code": code, "lang": "en"})["state"] == "ready"
        self.tab.context.unroute("**/counts/phones")
        self.revoked = False

    @rule(tab=st.sampled_from(["first", "second"]), what=st.sampled_from(KINDS), area=st.sampled_from(AREAS))
    def tap(self, tab: str, what: str, area: str) -> None:
        assert self._ask(tab, {"do": "count", "what": what, "area": area})["state"] == "ready"
        self.expected[area][what] += 1

    @rule(tab=st.sampled_from(["first", "second"]))
    def open_again(self, tab: str) -> None:
        self._ask(tab, {"do": "open"})

    @rule(years=st.sampled_from([0, -40, -2, 1, 30]))
    def set_the_clock(self, years: int) -> None:
        self.tab.evaluate("(ms) => new BroadcastChannel('clock').postMessage(ms)", years * 365 * 86_400_000)

    @rule(tab=st.sampled_from(["first", "second"]), network=st.sampled_from(NETWORKS))
    def deliver(self, tab: str, network: Callable[[Route], None]) -> None:
        self.tab.context.route(BATCHES, network)
        self._ask(tab, {"do": "deliver"})
        self.tab.context.unroute(BATCHES)

    @rule()
    def both_tabs_deliver_and_tap_at_once(self) -> None:
        told = self.tab.evaluate(
            f"""() => Promise.all([["first", {{ do: "deliver" }}], ["second", {{ do: "deliver" }}],
            ["first", {{ do: "count", what: "disclosures", area: "kh-12" }}],
            ["second", {{ do: "count", what: "disclosures", area: "kh-12" }}]].map({ASK}))"""
        )
        assert [each["state"] for each in told] == ["ready"] * 4
        self.expected["kh-12"]["disclosures"] += 2

    @rule()
    @precondition(lambda self: not self.revoked)
    def revoke(self) -> None:
        organisations.revoke(self.db, self.name)
        self.revoked = True

    @rule()
    @precondition(lambda self: self.revoked)
    def enrol_again(self) -> None:
        self._enrol()

    def teardown(self) -> None:
        # With a new token: this one may have been used more often than an hour allows.
        self._enrol()
        told = self._ask("first", {"do": "deliver"})
        assert (told["reached"], told["refused"]) == (True, "")
        held = tallies(self.server.data)
        for area in AREAS:
            gained = [n - b for n, b in zip(held.get(area, (0, 0)), self.before.get(area, (0, 0)), strict=True)]
            assert gained == [self.expected[area][kind] for kind in KINDS], area
        self.db.conn.close()


def test_whatever_the_network_does_each_saved_count_is_counted_once(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin, service_workers="block") as mine:
        address = mine.open("/en/offline/").evaluate("document.body.dataset.outbox")
        script = CLOCK + mine.tab.request.get(server.origin + address).text()
        headers = {"Content-Type": "text/javascript", "Cross-Origin-Embedder-Policy": "require-corp"}
        mine.context.route(f"**{address}", lambda route: route.fulfill(body=script, headers=headers))
        PhoneAndServer.tab, PhoneAndServer.server = mine.tab, server
        run_state_machine_as_test(
            PhoneAndServer,
            settings=settings(
                max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
            ),
        )
