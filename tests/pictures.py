"""Make the pictures of the README and of docs/ anew: `make pictures`. What stands on them is made up or as shipped."""

import csv
import io
import shutil
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from pwa.domain.directory import COLUMNS
from tests.demo import build
from tests.equip import chromium
from tests.phone import phone
from tests.seat import Seat, seat
from tests.server import Server
from tests.test_desk_browser import invite, link_from_the_command_line

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SHOWN = {
    "home": "/en/",
    "step": "/en/now/listen/",
    "area": "/en/kh-12/",
    "story": "/en/learn/listen/#screen-8",
    "directory": "/en/kh-12/directory/#group-hotline",
}
# Of no service that there is: a picture must not tell a number or an hour that somebody might believe.
EXAMPLE = {
    "id": "kh-example", "country": "KH", "province": "KH-12", "categories": "legal",
    "name": "An example centre (made up)",
    "services": "Free advice.", "confidential": "no", "hours": "Mo-Fr 08:00-17:00", "interpreter": "unknown",
    "asks_for_papers": "unknown", "may_report": "unknown", "access": "unknown", "status": "open",
    "source": "Made up for a picture <https://example.org/>", "source_date": "2026",
}  # fmt: skip
WIDTH, COLOURS = 360, 64


def keep(name: str, body: bytes) -> None:
    """A picture as small as it can be read: 360 pixels wide, of 64 colours."""
    picture = Image.open(io.BytesIO(body)).convert("RGB")
    if picture.width > WIDTH:
        picture = picture.resize((WIDTH, picture.height * WIDTH // picture.width), Image.Resampling.LANCZOS)
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


def readers(browser: Browser, server: Server) -> None:
    with phone(browser, server.origin) as mine:
        mine.keep("/en/kh-12/")
        for name, path in SHOWN.items():
            mine.open(path)
            if name in ("home", "area"):
                expect(mine.tab.locator("#keep [data-state=ready]")).to_be_visible(timeout=60_000)
            mine.tab.wait_for_timeout(300)
            keep(name, mine.tab.screenshot())


def slides(browser: Browser, server: Server) -> None:
    """What the room sees, and what the trainer sees in her own window."""
    context = browser.new_context(viewport={"width": 1024, "height": 576})
    wall = context.new_page()
    wall.goto(f"{server.origin}/en/learn/listen/present/")
    wall.keyboard.press("ArrowRight")
    wall.wait_for_timeout(300)
    with context.expect_page() as opened:
        wall.keyboard.press("n")
    notes = opened.value
    notes.set_viewport_size({"width": 720, "height": 560})
    notes.wait_for_timeout(500)
    keep("slide", wall.screenshot())
    keep("notes", notes.screenshot())
    context.close()


def taken(tab: Page, name: str, first: Locator | None = None) -> None:
    """What a phone shows of a page of the desk, from `first` on."""
    if first:
        first.evaluate("(part) => window.scrollTo(0, part.getBoundingClientRect().top + scrollY - 70)")
    tab.wait_for_timeout(300)
    keep(name, tab.screenshot())


def coordinators(one: Seat, other: Seat) -> None:
    """A change from one to the other, entry by entry and by file."""
    taken(one.open("/desk/"), "desk-home")
    taken(one.open("/desk/directory/"), "desk-directory")
    tab = one.open("/desk/directory/kh-example/")
    taken(tab, "desk-entry")
    tab.get_by_text("Change it", exact=True).click()
    hours = tab.locator("input[name=hours]")
    hours.fill("Mo-Fr 08:00-16:00")
    taken(tab, "desk-change", tab.locator("label:has(input[name=hours])"))
    tab.get_by_role("button", name="Propose this change").click()
    expect(tab.get_by_role("heading", name="Waits for a second person")).to_be_visible()
    tab = other.open("/desk/changes/")
    tab.get_by_role("link", name="1 change").click()
    taken(tab, "desk-approve")
    tab.get_by_role("button", name="Approve this change").click()
    expect(tab.get_by_text("Nothing waits.")).to_be_visible()
    tab = one.open("/desk/directory/kh-example/")
    taken(tab, "desk-history", tab.get_by_text("Propose to close it"))
    taken(one.open("/desk/import/"), "desk-files")
    taken(one.open("/desk/areas/kh-12/"), "desk-area")
    tab = one.open("/desk/posters/kh-12/")
    taken(tab, "desk-posters")
    tab.get_by_role("button", name="Show it").click()
    taken(tab, "desk-poster", tab.locator(".board"))


def administrators(first: Seat) -> None:
    taken(first.open("/desk/people/"), "desk-people")
    tab = first.open("/desk/organisations/")
    tab.get_by_role("link", name="Centre").first.click()
    taken(tab, "desk-organisation")
    tab.get_by_role("button", name="Show a code").click()
    expect(tab.get_by_role("heading", name="Enrol a phone")).to_be_visible()
    taken(tab, "desk-code")
    taken(first.open("/desk/figures/2026-Q3/"), "desk-figures")


def desk(browser: Browser, server: Server) -> None:
    with (
        seat(browser, server.origin) as first,
        seat(browser, server.origin) as one,
        seat(browser, server.origin) as other,
    ):
        taken(one.open("/desk/"), "desk-sign-in")
        first.accept(link_from_the_command_line(server))
        one.accept(invite(first, "Phnom Penh, first", "kh-12"))
        other.accept(invite(first, "Phnom Penh, second", "kh-12"))
        coordinators(one, other)
        administrators(first)


def furnish(data: Path) -> None:
    """Made-up organisations and a made-up quarter that was published; then the shipped directory and one example."""
    with tempfile.TemporaryDirectory() as demo:
        for db in build(Path(demo)):
            db.close()
        shutil.copy(Path(demo) / "counts.db", data / "counts.db")


def add_the_example(server: Server, data: Path) -> None:
    file = data / "example.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerows([COLUMNS, [EXAMPLE.get(column, "") for column in COLUMNS]])
    server.run("directory", "import", str(file))
    file.unlink()


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        furnish(data)
        with Server(data) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            readers(browser, server)
            slides(browser, server)
            add_the_example(server, data)
            desk(browser, server)
            browser.close()


if __name__ == "__main__":
    main()
