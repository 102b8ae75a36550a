"""Make the pictures of the README anew: `make pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

from tests.equip import chromium
from tests.phone import phone
from tests.server import Server

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SHOWN = {
    "home": "/en/",
    "step": "/en/now/listen/",
    "area": "/en/kh-12/",
    "story": "/en/learn/listen/#screen-8",
    "directory": "/en/kh-12/directory/#group-hotline",
}


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as data,
        Server(Path(data)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        with phone(browser, server.origin) as mine:
            mine.keep("/en/kh-12/")
            for name, path in SHOWN.items():
                mine.open(path)
                if name in ("home", "area"):
                    expect(mine.tab.locator("#keep [data-state=ready]")).to_be_visible()
                mine.tab.wait_for_timeout(300)
                mine.tab.screenshot(path=FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
