"""What a screen must hold however it looks: nothing that axe finds, nothing cut off."""

from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.sync_api import Page

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def open_all(tab: Page) -> None:
    tab.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")


def axe(tab: Page) -> list[tuple[str, str]]:
    """What axe finds, each with the first place. The page's context must bypass the content policy."""
    tab.evaluate(_AXE)
    found: list[dict[str, Any]] = tab.evaluate("axe.run(document).then((result) => result.violations)")
    return [(each["id"], each["nodes"][0]["html"]) for each in found]


def cut_off(tab: Page) -> list[str]:
    """What sticks out of the screen or of its box."""
    wide: list[str] = tab.evaluate(
        """() => [...document.querySelectorAll("body *")]
        .filter((e) => e.checkVisibility() && !e.closest(".skip, .scroll") && !e.matches("option"))
        .filter((e) => { const box = e.getBoundingClientRect();
          return box.right > innerWidth + 1 || box.left < -1 || e.scrollWidth > e.clientWidth + 2
            && getComputedStyle(e).display !== "inline"; })
        .map((e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 30)}`)"""
    )
    return wide
