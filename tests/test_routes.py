"""Every address there is. A printed address must not die: a line is added here, hardly ever taken away."""

from flask import Flask

ADDRESSES = """
/
/<lang>/
/<lang>/<area>/
/<lang>/<area>/abroad/<country>/
/<lang>/<area>/bundle-<digest>.json
/<lang>/<area>/directory/
/<lang>/<area>/pack.json
/<lang>/<area>/print/
/<lang>/areas/
/<lang>/areas/<country>/
/<lang>/areas/names.json
/<lang>/away/
/<lang>/bundle-<digest>.json
/<lang>/check/
/<lang>/count/
/<lang>/learn/
/<lang>/learn/<module>/
/<lang>/learn/<module>/present/
/<lang>/learn/bundle-<digest>.json
/<lang>/learned/
/<lang>/now/
/<lang>/now/<step>/
/<lang>/offline/
/<lang>/pack.json
/<lang>/privacy/
/<lang>/words/
/favicon.ico
/manifest.webmanifest
/static/<path:name>
/sw.js
/wiped
"""


def test_the_addresses_are_these_and_no_others(app: Flask) -> None:
    assert sorted(rule.rule for rule in app.url_map.iter_rules()) == ADDRESSES.split()


def test_no_address_takes_anything_from_a_reader(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert rule.methods == {"GET", "HEAD", "OPTIONS"}, rule
