"""A phone that counts: enrolled with a real code, tapping in a real browser, and what the server then holds."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.phone import Phone
from tests.server import Server
from tests.stores import open_counts


def organisation(server: Server, name: str = "Centre", *areas: str) -> str:
    """Add an organisation; its code."""
    chosen = [option for area in areas or ("KH-12",) for option in ("--area", area)]
    return code_in(server.run("organisation", "add", name, *chosen))


def code_in(said: str) -> str:
    found = re.search(r"\b([0-9A-HJKMNP-TV-Z]{4})-?([0-9A-HJKMNP-TV-Z]{4})\b", said)
    assert found, said
    return found[1] + found[2]


def enrol(mine: Phone, code: str) -> Page:
    """Open the address of the QR code and enrol."""
    tab = mine.open(f"/en/count/#{code}")
    tab.get_by_role("button", name="Enrol this phone").click()
    expect(tab.locator("#enrol")).not_to_have_attribute("open", "")
    expect(tab.get_by_text("Did she agree to be counted?")).to_be_visible()
    return tab


def tap(tab: Page, *what: str) -> None:
    """She agreed: tap, and wait out the ten seconds (the page's clock must be installed)."""
    tab.get_by_role("button", name="Yes, she agreed").click()
    for each in what:
        tab.locator(f"[data-what={each}]").click()
    tab.clock.fast_forward(11_000)
    expect(tab.get_by_text("Saved", exact=True)).to_be_visible()
    tell(tab, "status")
    tab.get_by_role("button", name="Done").click()


def deliver(tab: Page) -> dict[str, object]:
    """Deliver now, as the phone does once a day. What the page is told."""
    return tell(tab, "deliver")


def tell(tab: Page, wish: str) -> dict[str, object]:
    """Ask another worker of the outbox for something: it waits until those before it are done."""
    told: dict[str, object] = tab.evaluate(
        """async (wish) => { const worker = new Worker(document.body.dataset.outbox);
        const channel = new MessageChannel();
        const told = new Promise((done) => { channel.port1.onmessage = ({ data }) => done(data); });
        worker.postMessage({ do: wish, server: document.body.dataset.counts ?? "" }, [channel.port2]);
        const answer = await told; worker.terminate(); return answer; }""",
        wish,
    )
    return told


def until(holds: Callable[[], bool], tab: Page) -> None:
    """Wait up to ten seconds for something to hold."""
    for _ in range(100):
        if holds():
            return
        tab.wait_for_timeout(100)
    raise AssertionError("It did not come to hold.")


def stored(tab: Page) -> dict[str, str]:
    """Every file of the phone's private file system, as text by its path."""
    found: dict[str, str] = tab.evaluate(
        """async () => { const found = {};
        const walk = async (folder, path) => { for await (const [name, entry] of folder.entries()) {
          if (entry.kind === "directory") await walk(entry, `${path}${name}/`);
          else found[path + name] = [...new Uint8Array(await (await entry.getFile()).arrayBuffer())]
            .map((byte) => String.fromCharCode(byte)).join(""); } };
        await walk(await navigator.storage.getDirectory(), ""); return found; }"""
    )
    return found


def tallies(data: Path) -> dict[str, tuple[int, int]]:
    """Disclosures and referrals by area, over all months."""
    db = open_counts(data)
    rows = db.execute("select area, sum(disclosures), sum(referrals) from tallies group by area").fetchall()
    db.conn.close()
    return {area: (disclosures, referrals) for area, disclosures, referrals in rows if disclosures or referrals}
