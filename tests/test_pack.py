import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain.pack import Bundle, File, bundle_body, digest_of, listing

HEADERS = {"Content-Security-Policy": "default-src 'none'"}
PAGE = File("/km/now/", "text/html; charset=utf-8", "<p>ស្តាប់</p>".encode())
SCRIPT = File("/static/app-1.js", "text/javascript", b'"use strict";')


def bundle(*files: File) -> Bundle:
    return Bundle("/km/bundle-1.json", files, bundle_body(files, HEADERS), wire=7)


def listed(*bundles: Bundle, **about: object) -> dict[str, Any]:
    found = json.loads(listing(bundles, about))
    assert isinstance(found, dict)
    return found


def test_a_bundle_carries_every_file_with_its_address_type_and_text() -> None:
    carried = json.loads(bundle_body([SCRIPT, PAGE], HEADERS))
    assert carried["headers"] == HEADERS
    assert carried["files"] == [
        {"address": PAGE.address, "type": PAGE.media_type, "body": "<p>ស្តាប់</p>"},
        {"address": SCRIPT.address, "type": SCRIPT.media_type, "body": '"use strict";'},
    ]


def test_a_bundle_is_the_same_in_whatever_order_its_files_come() -> None:
    assert bundle_body([PAGE, SCRIPT], HEADERS) == bundle_body([SCRIPT, PAGE], HEADERS)


def test_a_bundle_spends_no_bytes_on_escapes_or_spaces() -> None:
    assert "ស្តាប់".encode() in bundle_body([PAGE], {})
    assert bundle_body([], {}) == b'{"headers":{},"files":[]}'


@settings(deadline=None)
@given(st.lists(st.text().map(str.encode), max_size=5))
def test_what_a_phone_unpacks_is_byte_for_byte_what_was_packed_and_proved(bodies: list[bytes]) -> None:
    files = [File(f"/{number}", "text/plain", body) for number, body in enumerate(bodies)]
    unpacked = {f["address"]: f["body"].encode() for f in json.loads(bundle_body(files, {}))["files"]}
    assert unpacked == {file.address: file.body for file in files}
    for entry in listed(bundle(*files))["files"]:
        assert entry["sha256"] == hashlib.sha256(unpacked[entry["address"]]).hexdigest()
        assert entry["bytes"] == len(unpacked[entry["address"]])


def test_a_picture_has_no_place_in_a_bundle_of_text() -> None:
    with pytest.raises(UnicodeDecodeError):
        bundle_body([File("/icon.png", "image/png", b"\x89PNG")], {})


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
    # Headers travel in the body of a bundle, whose address is its hash.
    assert listed(replace(bundle(PAGE, SCRIPT), address="/en/bundle-other.json"))["version"] != version
    assert listed(bundle(PAGE))["version"] != version
    assert listed(bundle(PAGE, File(SCRIPT.address, SCRIPT.media_type, SCRIPT.body + b" ")))["version"] != version
    assert listed(bundle(PAGE, File("/static/app-2.js", SCRIPT.media_type, SCRIPT.body)))["version"] != version


def test_a_digest_is_the_beginning_of_the_sha_256() -> None:
    assert digest_of(b"door") == hashlib.sha256(b"door").hexdigest()[:16]
