"""A cheap phone on a poor line: first visit, repeat visit and openings without a network, against the bare page.

    .venv/bin/python -m bench slow [ROUNDS]

400 kbit/s and 400 ms round trip (bench.line), the processor slowed four times by Chromium. Ours and the bare page take
turns, so that a busy machine slows both alike; figures are medians. The browser slows the page's thread and no worker.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

from bench.served import Served, waited_for
from bench.table import Measured
from tests.equip import chromium
from tests.server import free_port

OURS = {"home": "/en/", "step": "/en/now/before/"}
NAMES = {"home": "home", "step": "the guide's first step"}
SLOWER = 4
WATCH = """
window.seen = { largest: 0, shift: 0, long: [], paint: 0 };
const watch = (type, each) =>
  new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
watch("largest-contentful-paint", (entry) => { seen.largest = entry.startTime; });
watch("layout-shift", (entry) => { if (!entry.hadRecentInput) seen.shift += entry.value; });
watch("longtask", (entry) => seen.long.push(Math.round(entry.duration)));
watch("paint", (entry) => { if (entry.name === "first-contentful-paint") seen.paint = entry.startTime; });
"""


@contextmanager
def line_to(port: int) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A slow line to the server: its origin, and the process to end when the network goes."""
    own = free_port()
    with subprocess.Popen([sys.executable, "-m", "bench.line", str(port), str(own)]) as process:
        try:
            waited_for(own)
            yield f"http://localhost:{own}", process
        finally:
            process.kill()


class Phone:
    """One profile of Chromium in a folder: closed and opened again, it keeps what it kept."""

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self._playwright, self._folder = playwright, folder

    @contextmanager
    def on(self) -> Iterator[BrowserContext]:
        context = self._playwright.chromium.launch_persistent_context(
            self._folder,
            executable_path=chromium(),
            viewport={"width": 360, "height": 740},
            args=["--no-sandbox", "--disable-background-networking", "--disable-features=Translate"],
        )
        context.add_init_script(WATCH)
        try:
            yield context
        finally:
            context.close()


def opened(context: BrowserContext, address: str) -> tuple[Page, dict[str, Any]]:
    """Open an address in a slowed tab; what its painting took, in milliseconds from the start of the navigation."""
    tab = context.new_page()
    context.new_cdp_session(tab).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    tab.goto(address, wait_until="load", timeout=60_000)
    tab.wait_for_function("window.seen.largest && window.seen.paint", timeout=20_000)
    tab.wait_for_timeout(300)
    return tab, tab.evaluate("seen")


def visits(playwright: Playwright, port: int, ours: str, ready: str) -> dict[str, dict[str, Any]]:
    """One phone's first visit to `ours`, a second, and openings without a network, each in a browser started anew."""
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        phone = Phone(playwright, Path(folder))
        with line_to(port) as (origin, line):
            with phone.on() as context:
                start = time.monotonic()
                tab, found["cold"] = opened(context, origin + ours)
                _until(tab, ready)
                found["cold"]["ready"] = time.monotonic() - start
                found["warm"] = opened(context, origin + ours)[1]
            with phone.on() as context:
                found["relaunch"] = opened(context, origin + ours)[1]
            line.kill()
            line.wait()
            with phone.on() as context:
                found["offline"] = opened(context, origin + ours)[1]
    return found


READY = """async () => {
  const stored = await caches.match("/kept.json", { cacheName: "kept" });
  return Boolean(stored && (await stored.json()).length); }"""
BARE_READY = """async () => {
  await navigator.serviceWorker.register("/bare/sw.js");
  return Boolean((await navigator.serviceWorker.ready).active); }"""


def _until(tab: Page, question: str) -> None:
    end = time.monotonic() + 120
    while not tab.evaluate(question):
        assert time.monotonic() < end, "The phone never kept the pages."
        tab.wait_for_timeout(50)


def measured(rounds: int = 5) -> list[Measured]:
    """Every figure of this part."""
    ours: dict[str, list[dict[str, dict[str, Any]]]] = {name: [] for name in OURS}
    bare: dict[str, list[dict[str, dict[str, Any]]]] = {name: [] for name in OURS}
    with Served() as served, sync_playwright() as playwright:
        served.prime("/en/pack.json", *OURS.values(), *(f"/bare/{name}/" for name in OURS))
        for _ in range(rounds):
            for name, path in OURS.items():
                ours[name].append(visits(playwright, served.port, path, READY))
                bare[name].append(visits(playwright, served.port, f"/bare/{name}/", BARE_READY))
    return [each for name in OURS for each in _figures(name, ours[name], bare[name])]


def _figures(name: str, ours: list[dict[str, dict[str, Any]]], bare: list[dict[str, dict[str, Any]]]) -> list[Measured]:
    found = []
    for visit in ("cold", "warm", "relaunch", "offline"):
        for kind in ("paint", "largest"):
            own, other = (statistics.median(run[visit][kind] for run in runs) for runs in (ours, bare))
            words = f"{NAMES[name]}: {visit}, {'first' if kind == 'paint' else 'largest'} paint"
            budget = f"{'cold' if visit == 'cold' else 'kept'}/bare"
            found.append(Measured(words, own, "ms", other, budget))
    ready = statistics.median(run["cold"]["ready"] for run in ours)
    found.append(Measured(f"{NAMES[name]}: cold, ready offline", ready, "s", budget="ready"))
    shift = max(run[visit]["shift"] for run in ours for visit in run)
    found.append(Measured(f"{NAMES[name]}: most layout shift", shift, "", budget="shift"))
    longest = statistics.median(max([0, *(t for visit in run for t in run[visit]["long"])]) for run in ours)
    same = statistics.median(max([0, *(t for visit in run for t in run[visit]["long"])]) for run in bare)
    found.append(Measured(f"{NAMES[name]}: longest task", longest, "ms", same, "task"))
    return found
