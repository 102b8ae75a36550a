import io
import re

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from playwright.sync_api import Browser

from pwa.domain.poster import QUIET, qr_svg

SHORT = "https://e.org/"
LONG = f"https://handbook.example.org/en/learn/{'listen-and-wait/' * 7}"
ADDRESSES = (
    SHORT,
    "HTTPS://E.ORG/EN/LEARN/LISTEN/",
    "http://localhost:8000/km/learn/before/",
    "https://handbook.example.org/en/learn/before/?a=1&b=<2>#\"three\"",
    "https://e.org/ភាសាខ្មែរ/",
    LONG.ljust(150, "a"),
)  # fmt: skip
SURROUNDINGS = {"paper": "background: #fff; color: #000", "night": "background: #000; color: #fff; color-scheme: dark"}


def shown(browser: Browser, address: str, size: int, style: str, scale: float = 1) -> Image.Image:
    """What a camera would see: the code at `size` CSS pixels, in the middle of a page."""
    context = browser.new_context(
        viewport={"width": size + 80, "height": size + 80}, device_scale_factor=scale, java_script_enabled=False
    )
    try:
        tab = context.new_page()
        tab.set_content(
            f"<style>body {{ margin: 40px; {style} }} svg {{ display: block; inline-size: {size}px }}</style>"
            + qr_svg(address)
        )
        return Image.open(io.BytesIO(tab.screenshot())).convert("L")
    finally:
        context.close()


def read(image: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(image, try_invert=False)]


def side_of(svg: str) -> int:
    found = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert found
    return int(found[1])


@pytest.mark.browser
@pytest.mark.parametrize("style", SURROUNDINGS.values(), ids=SURROUNDINGS)
@pytest.mark.parametrize("size", [96, 240, 600])
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_camera_reads_the_address_at_any_size_in_light_and_dark(
    browser: Browser, address: str, size: int, style: str
) -> None:
    assert read(shown(browser, address, size, style)) == [address]


@pytest.mark.browser
@pytest.mark.parametrize("scale", [1.5, 2, 3])
def test_a_phone_of_any_density_shows_a_small_code_that_can_be_read(browser: Browser, scale: float) -> None:
    assert read(shown(browser, ADDRESSES[-1], 96, SURROUNDINGS["night"], scale)) == [ADDRESSES[-1]]


@pytest.mark.browser
@pytest.mark.parametrize("address", [SHORT, ADDRESSES[-1]])
def test_four_modules_of_white_stand_around_the_code_on_a_dark_page(browser: Browser, address: str) -> None:
    side, module = side_of(qr_svg(address)), 8
    image = shown(browser, address, side * module, SURROUNDINGS["night"])
    code = image.crop((40, 40, 40 + side * module, 40 + side * module))
    assert image.getpixel((39, 39)) == 0
    edge = QUIET * module
    assert QUIET == 4
    inner = code.crop((edge, edge, code.width - edge, code.height - edge))
    code.paste(255, (edge, edge, code.width - edge, code.height - edge))
    assert code.getextrema() == (255, 255)
    for corner in ((0, 0), (inner.width - 1, 0), (0, inner.height - 1)):
        assert inner.getpixel(corner) == 0
    assert {colour for _, colour in inner.getcolors() or []} == {0, 255}


@settings(deadline=None, max_examples=50)
@given(st.text("&<>\"'/:a. é", min_size=1, max_size=60))
def test_the_address_stands_in_the_label_as_it_is_and_changes_nothing_else(address: str) -> None:
    svg = etree.fromstring(qr_svg(address))
    side = svg.get("viewBox").split()[-1]
    assert dict(svg.attrib) == {
        "class": "qr", "viewBox": f"0 0 {side} {side}", "role": "img", "aria-label": address,
        "shape-rendering": "crispEdges",
    }  # fmt: skip
    assert [(each.tag, sorted(each.attrib)) for each in svg.iter()][1:] == [("path", ["d", "fill"])] * 2
    assert all(re.fullmatch(r"[MmHhvz\d -]+", each.get("d")) for each in svg)


def test_a_label_is_escaped_so_that_no_element_begins_in_it() -> None:
    svg = qr_svg('https://e.org/?a&b="><script>')
    assert 'aria-label="https://e.org/?a&amp;b=&quot;>&lt;script>"' in svg
    assert svg.count("<") == len(re.findall(r"</?(?:svg|path)\b", svg))


@pytest.mark.parametrize("address", ["", "https://e.org/" + "a" * 2318, "a" * 10_000])
def test_an_address_that_no_code_can_hold_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        qr_svg(address)


def test_the_longest_address_still_has_a_code() -> None:
    assert side_of(qr_svg("https://e.org/" + "a" * 2317)) == 177 + 2 * QUIET


@pytest.mark.parametrize(("correction", "side"), [("M", 29 + 2 * QUIET), ("Q", 33 + 2 * QUIET)])
def test_a_code_for_paper_has_more_correction_and_others_stay_as_they_are(correction: str, side: int) -> None:
    address = "https://handbook.example.org/en/kh-12/ab"
    assert side_of(qr_svg(address, correction)) == side
    assert qr_svg(address) == qr_svg(address, "M")


@pytest.mark.browser
def test_a_code_for_paper_is_read_with_a_tenth_of_it_gone(browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 480, "height": 480})
    tab = context.new_page()
    tab.set_content(f"<style>svg {{ display: block; inline-size: 400px }}</style>{qr_svg(ADDRESSES[-1], 'Q')}")
    image = Image.open(io.BytesIO(tab.screenshot())).convert("L")
    context.close()
    [whole] = zxingcpp.read_barcodes(image, try_invert=False)
    assert whole.ec_level == "Q"
    # A thumb's mark off the finder patterns: 110 by 110 of about 340 by 340.
    image.paste(255, (190, 190, 300, 300))
    assert read(image) == [ADDRESSES[-1]]
