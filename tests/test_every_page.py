from flask import Flask

from tests.pages import house_of, page, reader_addresses

# What no title, address or file name may hint at.
TELLING = (
    "violen",
    "abus",
    "gbv",
    "vaw",
    "survivor",
    "victim",
    "rape",
    "assault",
    "harass",
    "danger",
    "police",
    "disclos",
)


def test_every_reader_address_is_whole_and_every_local_link_leads_somewhere(app: Flask) -> None:
    house, reader = house_of(app), app.test_client()
    followed: set[str] = set()
    addresses = list(reader_addresses(house.config, house.library, house.atlas))
    titles = [page(reader, address, followed=followed).findtext(".//title") or "" for address in addresses]
    assert len(addresses) > 700
    outside = [text.lower() for text in (*titles, *addresses, *house.assets.files)]
    assert not [text for text in outside for word in TELLING if word in text]


def test_a_page_has_no_more_elements_than_a_bad_phone_can_bear(app: Flask) -> None:
    house, reader = house_of(app), app.test_client()
    for path in ("/en/", "/en/now/before/", "/en/areas/", "/en/areas/ph/", "/en/kh-12/", "/en/words/", "/en/privacy/"):
        assert sum(1 for _ in page(reader, path).iter()) <= 420, path
    assert house.assets.styles["app"]


def test_what_the_front_of_the_phone_shows_is_neutral(app: Flask) -> None:
    shown = app.test_client().get("/manifest.webmanifest").get_data(as_text=True).lower()
    assert not [word for word in TELLING if word in shown]
    assert '"right door"' in shown
