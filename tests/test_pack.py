import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain.pack import Bundle, File, bundle_body, digest_of, listing, unpacked

HEADERS = {"Content-Security-Policy": "default-src 'none'"}
HTML = "text/html; charset=utf-8"
STYLE = "<style>body { color: black }</style>"
BASE = File("/km/offline/", HTML, f"<title>Door</title>\n{STYLE}\n<main>\n</main>\n<nav>Now</nav>".encode())
PAGE = File("/km/now/", HTML, f"<title>Door</title>\n{STYLE}\n<p>ស្តាប់</p>".encode())
SCRIPT = File("/static/app-1.js", "text/javascript", b'"use strict";')
# Few letters and long lines, so that many lines of a file stand in the base too.
LINES = st.lists(st.sampled_from(["", "a", "</p>", STYLE, "x" * 15, "y" * 16, "ស្តាប់ " * 3]), max_size=12).map("\n".join)


def bundle(*files: File) -> Bundle:
    return Bundle("/km/bundle-1.json", files, bundle_body(files, BASE), wire=7)


def listed(*bundles: Bundle, headers: dict[str, str] = HEADERS, **about: object) -> dict[str, Any]:
    found = json.loads(listing(bundles, about, headers))
    assert isinstance(found, dict)
    return found


def test_a_bundle_carries_every_file_with_its_address_and_type_and_what_the_base_lacks() -> None:
    assert json.loads(bundle_body([SCRIPT, PAGE], BASE)) == {
        "base": BASE.address,
        "files": [
            {"address": PAGE.address, "type": PAGE.media_type, "body": [[0, 2], "<p>ស្តាប់</p>"]},
            {"address": SCRIPT.address, "type": SCRIPT.media_type, "body": '"use strict";'},
        ],
    }


def test_the_base_stands_first_and_whole_in_the_bundle_that_holds_it() -> None:
    first, *rest = json.loads(bundle_body([SCRIPT, File("/a/", HTML, BASE.body), BASE], BASE))["files"]
    assert first == {"address": BASE.address, "type": HTML, "body": BASE.body.decode()}
    assert rest[0]["body"] == [[0, 5]]


def test_a_bundle_is_the_same_in_whatever_order_its_files_come() -> None:
    assert bundle_body([PAGE, SCRIPT, BASE], BASE) == bundle_body([BASE, SCRIPT, PAGE], BASE)


def test_a_bundle_spends_no_bytes_on_escapes_or_spaces() -> None:
    assert "ស្តាប់".encode() in bundle_body([PAGE], BASE)
    assert bundle_body([], BASE) == b'{"base":"/km/offline/","files":[]}'


@settings(deadline=None)
@given(st.lists(LINES | st.text(), max_size=5), LINES)
def test_what_a_phone_unpacks_is_byte_for_byte_what_was_packed_and_proved(bodies: list[str], shared: str) -> None:
    base = File("/base", "text/plain", shared.encode())
    files = (base, *(File(f"/{number}", "text/plain", body.encode()) for number, body in enumerate(bodies)))
    found = unpacked(bundle_body(files, base), base)
    assert set(found) == set(files)
    for entry in listed(bundle(*files))["files"]:
        (file,) = (file for file in found if file.address == entry["address"])
        assert entry["sha256"] == hashlib.sha256(file.body).hexdigest()
        assert entry["bytes"] == len(file.body)


def test_a_picture_has_no_place_in_a_bundle_of_text() -> None:
    with pytest.raises(UnicodeDecodeError):
        bundle_body([File("/icon.png", "image/png", b"\x89PNG")], BASE)


def test_a_listing_says_what_the_pack_is_about_and_what_it_weighs() -> None:
    one, other = bundle(PAGE), bundle(SCRIPT)
    found = listed(one, other, language="km", services=3)
    assert (found["language"], found["services"]) == ("km", 3)
    assert found["bytes"] == len(PAGE.body) + len(SCRIPT.body)
    assert found["wire"] == 14
    assert found["bundles"][0] == {
        "address": one.address,
        "bytes": len(one.body),
        "wire": 7,
        "files": [PAGE.address],
    }


def test_the_version_changes_with_any_byte_or_address_or_header_and_with_nothing_else() -> None:
    version = listed(bundle(PAGE, SCRIPT))["version"]
    assert listed(bundle(PAGE, SCRIPT), date="2026-11-23")["version"] == version
    assert listed(replace(bundle(PAGE, SCRIPT), address="/en/bundle-other.json"))["version"] == version
    assert listed(bundle(PAGE, SCRIPT), headers=HEADERS | {"Referrer-Policy": "origin"})["version"] != version
    assert listed(bundle(PAGE))["version"] != version
    assert listed(bundle(PAGE, File(SCRIPT.address, SCRIPT.media_type, SCRIPT.body + b" ")))["version"] != version
    assert listed(bundle(PAGE, File("/static/app-2.js", SCRIPT.media_type, SCRIPT.body)))["version"] != version


def test_a_digest_is_the_beginning_of_the_sha_256() -> None:
    assert digest_of(b"door") == hashlib.sha256(b"door").hexdigest()[:16]
