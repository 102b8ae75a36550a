import gzip
import hashlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random

import brotli
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.press import Press, Sheet

HTML = "text/html; charset=utf-8"


class Desk:
    """A press with a note of what was made."""

    def __init__(self, room: int) -> None:
        self.press, self.made = Press(room), list[str]()

    def ask(self, address: str, edition: str = "one", size: int = 10) -> Sheet:
        def make() -> Sheet:
            self.made.append(address)
            return Sheet(f"{edition}{address}".encode().ljust(size), HTML)

        return self.press.sheet(edition, address, make)


@settings(deadline=None)
@given(st.binary())
def test_every_form_of_a_sheet_is_the_same_page(body: bytes) -> None:
    sheet = Sheet(body, HTML)
    assert gzip.decompress(sheet.gzip) == brotli.decompress(sheet.brotli) == body
    assert sheet.wire == len(sheet.brotli)


def test_a_sheet_is_compressed_once() -> None:
    sheet = Sheet(b"page " * 1000, HTML)
    assert sheet.brotli is sheet.brotli
    assert sheet.gzip is sheet.gzip
    assert sheet.etag == sheet.etag


def test_the_same_page_has_the_same_bytes_in_every_process() -> None:
    sheet = Sheet(b"page", HTML)
    assert sheet.gzip[4:8] == bytes(4)
    assert sheet.gzip == Sheet(b"page", HTML).gzip
    assert sheet.brotli == Sheet(b"page", HTML).brotli
    assert sheet.etag == hashlib.sha256(b"page").hexdigest()[:32] != Sheet(b"pages", HTML).etag


@pytest.mark.parametrize(
    ("media_type", "pays"),
    [
        (HTML, True),
        ("text/javascript; charset=utf-8", True),
        ("application/json", True),
        ("application/manifest+json", True),
        ("image/svg+xml", True),
        ("image/png", False),
        ("font/woff2", False),
    ],
)
def test_only_text_is_compressed(media_type: str, pays: bool) -> None:
    sheet = Sheet(b"page " * 100, media_type)
    assert sheet.compressible == pays
    assert (sheet.wire < len(sheet.body)) == pays


def test_a_page_is_made_once_for_an_edition() -> None:
    desk = Desk(room=100)
    assert desk.ask("/a") is desk.ask("/a")
    assert desk.ask("/a", edition="two").body.startswith(b"two")
    assert desk.made == ["/a", "/a"]


def test_an_edition_that_is_over_takes_up_no_room() -> None:
    desk = Desk(room=30)
    for edition in ("one", "two", "three"):
        desk.ask("/a", edition)
        desk.ask("/b", edition)
    desk.ask("/c", "three")
    desk.made.clear()
    for address in ("/a", "/b", "/c"):
        desk.ask(address, "three")
    assert desk.made == []


def test_a_page_that_a_new_edition_leaves_as_it_is_is_not_compressed_again() -> None:
    press = Press()
    old = press.sheet("one", "/a", lambda: Sheet(b"page " * 100, HTML))
    forms = old.brotli, old.gzip
    new = press.sheet("two", "/a", lambda: Sheet(b"page " * 100, HTML))
    assert new.brotli is forms[0]
    assert new.gzip is forms[1]
    assert press.sheet("three", "/a", lambda: Sheet(b"other", HTML)).body == b"other"


def test_compressed_forms_take_up_room_too() -> None:
    random = Random(1)  # noqa: S311
    pages = {f"/{n}": Sheet(random.randbytes(1000), HTML) for n in range(4)}
    press = Press(room=4000)
    for address, sheet in pages.items():
        press.sheet("one", address, lambda sheet=sheet: sheet)  # type: ignore[misc]
    assert len(pages["/3"].brotli) >= 1000 <= len(pages["/3"].gzip)
    press.sheet("one", "/4", lambda: Sheet(b"", HTML))
    made = [address for address in ("/3", "/0", "/1", "/2") if _is_made(press, address)]
    assert made == ["/0", "/1", "/2"]


def _is_made(press: Press, address: str) -> bool:
    made: list[str] = []

    def make() -> Sheet:
        made.append(address)
        return Sheet(b"", HTML)

    press.sheet("one", address, make)
    return bool(made)


def test_a_rough_weight_is_near_the_true_one() -> None:
    words = Random(1).choices(["listen", "believe", "her", "choices", "urgent", "afterwards", "door"], k=5000)  # noqa: S311
    sheet = Sheet(" ".join(words).encode(), HTML)
    assert 0.8 < sheet.about / sheet.wire < 1.25
    assert Sheet(b"png", "image/png").about == 3


def test_the_page_asked_for_longest_ago_makes_room() -> None:
    desk = Desk(room=30)
    for address in ("/a", "/b", "/c", "/a", "/d"):
        desk.ask(address)
    desk.made.clear()
    for address in ("/a", "/c", "/d"):
        desk.ask(address)
    assert desk.made == []
    desk.ask("/b")
    assert desk.made == ["/b"]


def test_the_bound_is_in_bytes_not_in_pages() -> None:
    desk = Desk(room=100)
    for number in range(10):
        desk.ask(f"/{number}")
    desk.ask("/large", size=95)
    desk.made.clear()
    desk.ask("/large")
    assert desk.made == []
    desk.ask("/9")
    assert desk.made == ["/9"]


def test_a_page_larger_than_the_room_is_still_printed() -> None:
    desk = Desk(room=10)
    assert len(desk.ask("/large", size=1000).body) == 1000
    assert len(desk.ask("/small").body) == 10
    desk.made.clear()
    desk.ask("/small")
    assert desk.made == []


def test_a_page_that_cannot_be_made_is_made_when_asked_for_again() -> None:
    press = Press()

    def fail() -> Sheet:
        raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            press.sheet("one", "/a", fail)
    assert not press._turns
    assert press.sheet("one", "/a", lambda: Sheet(b"page", HTML)).body == b"page"


def test_many_who_ask_at_once_have_a_page_made_and_compressed_once() -> None:
    press, made, together = Press(), list[str](), threading.Barrier(8)

    def make() -> Sheet:
        made.append("/a")
        time.sleep(0.05)
        return Sheet(b"page " * 10_000, HTML)

    def ask(_: int) -> tuple[Sheet, bytes]:
        together.wait(timeout=5)
        sheet = press.sheet("one", "/a", make)
        return sheet, sheet.brotli

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(ask, range(8)))
    assert made == ["/a"]
    assert {id(sheet) for sheet, _ in found} == {id(found[0][0])}
    assert {id(form) for _, form in found} == {id(found[0][1])}


def test_nobody_waits_for_a_page_that_is_not_theirs() -> None:
    press, hold = Press(), threading.Event()

    def slow() -> Sheet:
        assert hold.wait(timeout=5)
        return Sheet(b"slow", HTML)

    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(press.sheet, "one", "/slow", slow)
        assert press.sheet("one", "/quick", lambda: Sheet(b"quick", HTML)).body == b"quick"
        hold.set()
        assert waiting.result(timeout=5).body == b"slow"
