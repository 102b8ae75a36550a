"""A cheap phone in the hand of a reader: 360x740, real Chromium, everything that it asks of any host noted."""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

SIZE: ViewportSize = {"width": 360, "height": 740}


class Phone:
    """One browser profile and its tab. `errors` and `hosts` gather what goes wrong and where requests go."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context, self.origin = context, origin
        self.errors: list[str] = []
        self.hosts: set[str] = set()
        context.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))
        self.tab = self.new_tab()

    def new_tab(self) -> Page:
        tab = self.context.new_page()
        tab.on("pageerror", lambda error: self.errors.append(str(error)))
        return tab

    def open(self, path: str) -> Page:
        self.tab.goto(self.origin + path)
        return self.tab

    def keep(self, path: str) -> Page:
        """Open an area and wait until the page itself says that all of it is here."""
        # The worker waits fifteen seconds for a list; a busy machine may need longer to print a pack the first time.
        self.context.request.get(f"{self.origin}{path}pack.json", timeout=180_000)
        self.open(path)
        expect(self.tab.locator("#keep [data-state=ready]")).to_be_visible(timeout=60_000)
        return self.tab

    def until(self, script: str) -> None:
        """Wait, up to a minute, until an expression is true. `wait_for_function` takes a promise itself for true."""
        for _ in range(240):
            if self.tab.evaluate(script):
                return
            self.tab.wait_for_timeout(250)
        raise AssertionError(f"It never came to hold: {script}")

    def kept(self) -> dict[str, list[str]]:
        """What lies in the phone's caches, by name."""
        found: dict[str, list[str]] = self.tab.evaluate(
            """async () => { const found = {}; for (const name of await caches.keys()) {
            const cache = await caches.open(name);
            found[name] = (await cache.keys()).map((r) => new URL(r.url).pathname).sort(); } return found; }"""
        )
        return found


@contextmanager
def phone(browser: Browser, origin: str, **options: object) -> Iterator[Phone]:
    """A phone that has never been here, gone again at the end."""
    context = browser.new_context(viewport=SIZE, **options)  # type: ignore[arg-type]
    try:
        yield Phone(context, origin)
    finally:
        context.close()
