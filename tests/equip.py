"""Find what the browser tests need, or install it: `python -m tests.equip`. Says what is missing in one line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def chromium() -> str | None:
    """The path of a Chromium that Playwright can drive, or None. CHROMIUM in the environment goes first."""
    if named := os.environ.get("CHROMIUM"):
        return named
    if found := next((path for name in NAMES if (path := shutil.which(name))), None):
        return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def _run(*command: str) -> bool:
    print("+", *command, flush=True)
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0


def _by_system() -> bool:
    """With the system's package manager, where this user may."""
    manager = shutil.which("apt-get")
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    sudo = [] if root else ["sudo", "-n"]
    if not manager or not (root or (shutil.which("sudo") and _run(*sudo, "true"))):
        return False
    fonts = ("fonts-noto-core",)
    return _run(*sudo, manager, "update", "-qq") and _run(
        *sudo, "env", "DEBIAN_FRONTEND=noninteractive", manager, "install", "-y", "-qq", "chromium", *fonts
    )


def _by_playwright() -> bool:
    return _run(sys.executable, "-m", "playwright", "install", "chromium")


def main() -> None:
    if not chromium() and not (_by_system() and chromium()) and not (_by_playwright() and chromium()):
        sys.exit(
            "The browser tests need Chromium. Install it (chromium or google-chrome), or set CHROMIUM to its path."
        )
    print(f"Browser: {chromium()}")


if __name__ == "__main__":
    main()
