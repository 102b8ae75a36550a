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
/<lang>/find/
/<lang>/learn/
/<lang>/learn/<module>/
/<lang>/learn/<module>/present/
/<lang>/learned/
/<lang>/now/
/<lang>/now/<step>/
/<lang>/offline/
/<lang>/pack.json
/<lang>/privacy/
/<lang>/show/
/<lang>/show/<other>/
/<lang>/words/
/counts/batches
/counts/phones
/desk/
/desk/areas/
/desk/areas/<id>/
/desk/areas/<id>/alone
/desk/areas/<id>/back
/desk/changes/
/desk/changes/<id>/
/desk/changes/<id>/decide
/desk/directory/
/desk/directory/<id>/
/desk/directory/<id>/back
/desk/directory/<id>/right
/desk/directory/<id>/status
/desk/export/list.csv
/desk/export/list.json
/desk/figures/
/desk/figures/<name>/
/desk/figures/<name>/table.csv
/desk/import/
/desk/import/propose
/desk/invitation/
/desk/invitation/options
/desk/invitations/<id>/withdraw
/desk/new-entry/
/desk/new-entry/check
/desk/organisations/
/desk/organisations/<id>/
/desk/organisations/<id>/areas
/desk/organisations/<id>/code
/desk/organisations/<id>/end-code
/desk/organisations/<id>/name
/desk/organisations/<id>/remove
/desk/organisations/<id>/replace
/desk/organisations/<id>/revoke
/desk/organisations/add
/desk/organisations/code/
/desk/passkeys/
/desk/passkeys/<id>/name
/desk/passkeys/<id>/remove
/desk/passkeys/confirm
/desk/passkeys/confirm/options
/desk/passkeys/options
/desk/people/
/desk/people/<id>/back
/desk/people/<id>/revoke
/desk/people/<id>/role
/desk/people/invite
/desk/people/invited/
/desk/posters/
/desk/posters/<id>/
/desk/posters/<id>/door.svg
/desk/posters/<id>/print/
/desk/sessions/<id>/end
/desk/sessions/end-others
/desk/sign-in
/desk/sign-in/options
/desk/sign-out
/favicon.ico
/manifest.webmanifest
/static/<path:name>
/sw.js
/wiped
"""


def test_the_addresses_are_these_and_no_others(app: Flask) -> None:
    assert sorted({rule.rule for rule in app.url_map.iter_rules()}) == ADDRESSES.split()


def test_no_address_takes_anything_from_a_reader_but_words_to_search_for_and_what_an_enrolled_phone_sends(
    app: Flask,
) -> None:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/counts/"):
            assert rule.methods == {"POST", "OPTIONS"}, rule
        elif not rule.rule.startswith("/desk/"):
            taken = {"POST"} if rule.rule == "/<lang>/find/" else set()
            assert rule.methods == {"GET", "HEAD", "OPTIONS"} | taken, rule
