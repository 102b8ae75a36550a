"""The browser's profile on the disk, as somebody with tools finds it: no count shows in its size, shape or bytes."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pwa.checkup import now
from pwa.domain.counting import Kind, Slot, pack_slot, this_month
from tests.counter import enrol, organisation, tap
from tests.phone import SIZE, Phone
from tests.server import Server

pytestmark = pytest.mark.browser
Files = dict[str, bytes]


def profile(browser: Browser, path: str, server: Server, code: str, folder: Path, taps: int) -> Files:
    """Every file in the profile of a phone that enrolled, counted that often, and was switched off."""
    context = browser.browser_type.launch_persistent_context(
        folder, executable_path=path, args=["--no-sandbox", "--disable-background-networking"], viewport=SIZE
    )
    mine = Phone(context, server.origin)
    mine.tab.clock.install()
    tab = enrol(mine, code)
    if taps:
        tap(tab, *["disclosures"] * taps)
    expect(tab.get_by_text("Did she agree to be counted?")).to_be_visible()
    context.close()
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def kept_files(files: Files) -> dict[str, int]:
    """The sizes of what pages keep: private files, databases, local storage. Not what the browser notes beside them."""
    places = ("File System", "IndexedDB", "Local Storage")
    own = ("LOG", "LOG.old", "LOCK", "CURRENT")
    return {
        name: len(body) for name, body in files.items() if any(f"/{place}/" in name for place in places)
        and Path(name).name not in own
    }  # fmt: skip


def test_no_count_one_and_forty_leave_a_profile_of_one_size_and_shape_and_none_in_plain(
    browser: Browser, chromium_path: str, server: Server, tmp_path: Path
) -> None:
    code, month = organisation(server), this_month(now())
    shapes, plain = [], pack_slot(Slot(Kind.COUNT, month, month, "kh-12"))[:14]
    for taps in (0, 1, 40):
        files = profile(browser, chromium_path, server, code, tmp_path / str(taps), taps)
        outbox = [body for name, body in files.items() if "File System" in name and len(body) == 32 * 1024]
        assert len(outbox) == 2
        assert outbox[0] == outbox[1]
        assert not any(plain in body for body in files.values())
        shapes.append(kept_files(files))
    assert shapes[0] == shapes[1] == shapes[2]
