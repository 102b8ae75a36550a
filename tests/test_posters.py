"""Posters at the desk: who may, what stands on one, where its code leads, what is refused."""

import re
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from lxml import etree, html

from pwa.app import create_app
from pwa.domain import directory, poster_svg
from pwa.domain.posters import MOST_LANGUAGES, SIZES, TONES
from pwa.store import services
from tests import board
from tests.conftest import TODAY
from tests.desk import OURS, Desk, Visitor
from tests.pages import page
from tests.test_every_page import TELLING

PRINT, FILE, CHOOSE = "/desk/posters/kh-12/print/", "/desk/posters/kh-12/door.svg", "/desk/posters/kh-12/"
PATHS = (PRINT, FILE, CHOOSE, "/desk/posters/?area=kh-12")
# What would make a boss look twice at who scans it, or promise that nobody sees it.
HINTS = (
    *(word for word in TELLING if word != "police"),
    "shelter", "safe", "secret", "private", "confiden", "anonym", "hurt", "fear", "afraid", "women", "woman", "her ",
    "she ", "partner", "husband", "boss", "employer", "complain", "report", "pay", "wage", "rights", "escape",
    "trouble",
)  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    found = Desk(tmp_path_factory.mktemp("posters"))
    found.config = replace(found.config, languages=("en", "km", "th", "ar", "vi"))
    found.app = create_app(found.config)
    services.replace_all(found.db, directory.read(found.config.directory, TODAY), TODAY)
    return found


@pytest.fixture
def desk(house: Desk) -> Desk:
    """The desk with the shipped directory, five languages, and nobody at it."""
    house.clear()
    return house


def asked(path: str, **choice: object) -> str:
    return f"{path}?{urlencode(choice, doseq=True)}"


def poster(mine: Visitor, slug: str = "kh-12", **choice: object) -> html.HtmlElement:
    answer = mine.get(asked(f"/desk/posters/{slug}/print/", **choice))
    assert answer.status_code == 200, answer.text
    return html.fromstring(answer.text).find_class("board")[0]


def file(mine: Visitor, slug: str = "kh-12", **choice: object) -> etree._Element:
    answer = mine.get(asked(f"/desk/posters/{slug}/door.svg", **choice))
    assert answer.status_code == 200, answer.text
    return etree.fromstring(answer.data)


def words(tree: html.HtmlElement) -> str:
    return " ".join(" ".join(tree.itertext()).split())


# Who may


@pytest.mark.parametrize("path", PATHS)
def test_a_coordinator_prints_for_her_areas_and_an_administrator_for_all(desk: Desk, path: str) -> None:
    for mine in (desk.somebody(), desk.somebody("City", "coordinator", ("kh-12",)),
                 desk.somebody("Country", "coordinator", ("kh",))):  # fmt: skip
        assert mine.get(path).status_code in (200, 303)


@pytest.mark.parametrize("path", PATHS)
def test_for_another_area_there_is_none(desk: Desk, path: str) -> None:
    for number, areas in enumerate((("th",), ("kh-8", "my-01"))):
        assert desk.somebody(f"Far {number}", "coordinator", areas).get(path).status_code == 404
    near = desk.somebody("City", "coordinator", ("kh-12",))
    assert near.get(path.replace("kh-12", "kh")).status_code == 404


@pytest.mark.parametrize("path", [*PATHS, "/desk/posters/"])
@pytest.mark.parametrize("ended", ["never in", "signed out", "put out", "seen", "started"])
def test_signed_out_or_over_nothing_is_shown(desk: Desk, path: str, ended: str) -> None:
    first, mine = desk.somebody(), Visitor(desk)
    if ended != "never in":
        mine = desk.somebody("City", "coordinator", ("kh-12",))
        assert mine.get(path).status_code in (200, 303)
    if ended == "signed out":
        mine.sign_out()
    elif ended == "put out":
        assert first.post(f"/desk/people/{desk.id_of('City')}/revoke").status_code == 303
    elif ended != "never in":
        desk.change(f"update sessions set {ended} = {ended} - 43200")  # noqa: S608
    answer = mine.get(path)
    assert answer.status_code == 403
    assert "Sign in with a passkey" in answer.text and "117" not in answer.text and "<path" not in answer.text


@pytest.mark.parametrize("path", [*PATHS, "/desk/posters/"])
def test_nothing_is_written_here_and_no_other_host_is_answered(desk: Desk, path: str) -> None:
    mine, before = desk.somebody(), (desk.work(), desk.rows())
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert mine.client.open(path, method=method, headers=OURS).status_code == 405
        assert mine.client.open(path, method=method, headers={"Sec-Fetch-Site": "cross-site"}).status_code in (403, 405)
    assert mine.client.get(path, headers={"Host": "evil.example"}).status_code == 400
    assert desk.work() == before[0]
    assert [row[0] for row in before[1]["sessions"]] == [row[0] for row in desk.rows()["sessions"]]


def test_no_cache_keeps_any_of_it_and_no_other_site_frames_it(desk: Desk) -> None:
    mine = desk.somebody()
    for path in (*PATHS, "/desk/posters/", asked(PRINT, size="x")):
        headers = mine.get(path).headers
        assert headers["Cache-Control"] == "no-store", path
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers


# What is refused


@pytest.mark.parametrize("slug", ["xx", "kh-99", "KH-12", "fr", "..", "é", "x" * 3000])
def test_an_unknown_area_has_no_poster(desk: Desk, slug: str) -> None:
    mine = desk.somebody()
    for end in ("", "print/", "door.svg"):
        assert mine.get(f"/desk/posters/{slug}/{end}").status_code in (404, 308)
    assert mine.get(asked("/desk/posters/", area=slug)).status_code == 404


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"lang": "xx"}, "Choose a language that is offered here."),
        ({"lang": ""}, "Choose a language that is offered here."),
        ({"also": "<script>"}, "Choose a language that is offered here."),
        ({"size": "a3"}, "Choose A4, A5 or stickers."),
        ({"size": "A4"}, "Choose A4, A5 or stickers."),
        ({"tone": "../x"}, "Choose who the poster is for."),
        ({"also": ["km", "th", "ar", "vi"]}, "So many languages do not fit."),
        ({"also": ["km", "th"], "size": "a5"}, "So many languages do not fit."),
    ],
    ids=str,
)
def test_what_there_is_not_is_refused_in_words_and_can_be_chosen_again(
    desk: Desk, choice: dict[str, object], said: str
) -> None:
    mine = desk.somebody()
    for path in (PRINT, FILE):
        answer = mine.get(asked(path, **choice))
        assert answer.status_code == 422 and answer.mimetype == "text/html"
        tree = html.fromstring(answer.text)
        assert said in tree.xpath("string(//*[@role='alert'])")
        assert tree.xpath("//form[@action='/desk/posters/kh-12/print/']")
        assert "<script>" not in answer.text.replace("&lt;", "").partition("<main")[2]


# What stands on one


@pytest.mark.parametrize("tone", TONES)
@pytest.mark.parametrize("size", SIZES)
def test_neither_poster_nor_file_hints_at_why_somebody_scans_it(desk: Desk, tone: str, size: str) -> None:
    mine = desk.somebody()
    for slug in ("kh-12", "th-10", "id", "my-01", "kw"):
        for tree in (poster(mine, slug, size=size, tone=tone), file(mine, slug, size=size, tone=tone)):
            said = f"{words(tree).lower()} "
            assert len(said) > 200
            assert [word for word in HINTS if word in said] == []


@pytest.mark.parametrize("path", [PRINT, FILE])
def test_its_code_and_its_print_hold_the_address_of_the_area_in_the_first_language_alone(desk: Desk, path: str) -> None:
    mine = desk.somebody()
    answer = mine.client.get(
        asked(path, lang="km", also=["en", "th"]),
        headers={"Host": "localhost:9", "X-Forwarded-Host": "evil.example"},
    )
    assert answer.status_code == 200
    tree = html.fromstring(answer.data)
    assert tree.xpath("//*[@role='img']/@aria-label") == ["http://localhost:8000/km/kh-12/"]
    assert "localhost:9" not in answer.text and "evil" not in answer.text
    assert mine.get("/km/kh-12/").status_code == 200


def test_ten_stickers_take_turns_each_with_the_code_of_its_own_language(desk: Desk) -> None:
    mine = desk.somebody()
    for tree in (poster(mine, lang="th", also="km", size="sticker"), file(mine, lang="th", also="km", size="sticker")):
        found = tree.xpath("//*[@role='img']/@aria-label")
        assert found == ["http://localhost:8000/th/kh-12/", "http://localhost:8000/km/kh-12/"] * 5


def test_each_block_says_its_language_and_direction(desk: Desk) -> None:
    tree = poster(desk.somebody(), lang="ar", also=["km", "en"])
    assert [(each.get("lang"), each.get("dir")) for each in tree.xpath(".//section")] == [
        ("ar", "rtl"), ("km", "ltr"), ("en", "ltr"),
    ]  # fmt: skip
    # In Arabic the groups of a number would change places.
    assert set(tree.xpath(".//b/@dir | .//p[@class='address']/@dir")) == {"ltr"}
    assert "ភ្នំពេញ" in words(tree) and "Phnom Penh" in words(tree)


@pytest.mark.parametrize(
    ("slug", "said"),
    [
        ("kh-12", ["117 Police"]),
        ("th-10", ["191 Police", "1669 Ambulance call from the same province as the patient"]),
        ("la", ["1191 / 191 Police sources differ, try both", "1195 / 195 Ambulance sources differ, try both"]),
        ("my-01", ["999 Any emergency", "112 Any emergency from a mobile phone"]),
        ("kw", []),
    ],
)
def test_the_emergency_numbers_are_those_that_readers_see_there(desk: Desk, slug: str, said: list[str]) -> None:
    mine = desk.somebody()
    tree = poster(mine, slug)
    assert [words(each) for each in tree.xpath(".//div[@class='numbers']//li")] == said
    assert ("Emergency numbers" in words(tree)) == bool(said)
    assert ("From public sources, not yet checked here. Call anyway." in words(tree)) == bool(said)
    seen = words(html.fromstring(mine.get(f"/en/{slug}/").text).get_element_by_id("emergency"))
    assert all(number in seen for each in said for number in re.findall(r"\d{3,4}", each.split(" ")[0]))
    drawn = words(file(mine, slug))
    assert all(each.split(" ")[0] in drawn for each in said)
    told = mine.get(f"/desk/posters/{slug}/print/").text
    assert ("No emergency number is known here." in told) == (not said)
    assert ("Nobody has said that these were dialled:" in told) == bool(said)


def test_a_number_that_was_checked_is_said_to_be_so_neither_here_nor_there(desk: Desk) -> None:
    mine = desk.somebody()
    before = desk.db.execute("select checked_on, checked_by from services where id = 'kh-police-117'").fetchone()
    desk.change("update services set checked_on = '2026-11-20', checked_by = 'x' where id = 'kh-police-117'")
    try:
        assert "not yet checked" not in words(poster(mine)) and "not yet checked" not in words(file(mine))
        text = mine.get(PRINT).text
        assert "Nobody has said that these were dialled" not in text
        assert "The emergency numbers are those of today." in text
    finally:
        desk.change("update services set checked_on = ?, checked_by = ? where id = 'kh-police-117'", *before)


def test_a_closed_number_is_printed_no_more(desk: Desk) -> None:
    mine = desk.somebody()
    desk.change("update services set status = 'closed' where id = 'kh-police-117'")
    try:
        assert "117" not in words(poster(mine)) and "117" not in words(file(mine))
    finally:
        desk.change("update services set status = 'open' where id = 'kh-police-117'")


def test_the_kinds_of_help_are_dull_and_are_those_that_there_are(desk: Desk) -> None:
    mine = desk.somebody()
    assert "Help for migrant workers" in words(poster(mine)) and "Embassy" not in words(poster(mine))
    desk.change("update services set categories = 'shelter;consular' where id = 'kh-lscw'")
    try:
        for tree in (poster(mine), file(mine)):
            assert "Embassy or consulate · Help for migrant workers" in words(tree)
            assert "shelter" not in words(tree).lower()
    finally:
        desk.change("update services set categories = 'legal' where id = 'kh-lscw'")


def test_the_day_stands_on_it_and_a_development_address_is_warned_of(desk: Desk) -> None:
    mine = desk.somebody()
    assert re.search(r"Printed on \d{1,2} [A-Z][a-z]{2} 20\d\d\. Numbers change\.", words(poster(mine)))
    assert re.search(r"Printed on \d{1,2} [A-Z][a-z]{2} 20\d\d\. Numbers change\.", words(file(mine)))
    assert "This code leads to this computer alone." in mine.get(PRINT).text


# Files and pages


@pytest.mark.parametrize("size", SIZES)
def test_the_file_has_a_dull_name_and_holds_text_and_shapes_alone(desk: Desk, size: str) -> None:
    answer = desk.somebody().get(asked(FILE, size=size, also="km"))
    assert answer.content_type == "image/svg+xml; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="door-kh-12-{size}.svg"'
    tree = etree.fromstring(answer.data)
    assert {etree.QName(each).localname for each in tree.iter()} == {"svg", "g", "path", "text"}
    assert not [name for each in tree.iter() for name in each.attrib if name.startswith("on") or "href" in name]
    assert not tree.xpath("//@style | //@class")
    wide, high = SIZES[size]
    assert (tree.get("width"), tree.get("height")) == (f"{wide}mm", f"{high}mm")


def test_what_is_written_in_a_poster_stays_words(desk: Desk) -> None:
    one = board.poster("a4", "en")
    evil = replace(one.blocks[0], title='</text><script>x</script> & "', address="https://e.org/?a=<b>&c='\"")
    for size in SIZES:
        text = poster_svg.svg(replace(one, size=size, blocks=(evil,)))
        tree = etree.fromstring(text.encode())
        assert {etree.QName(each).localname for each in tree.iter()} <= {"svg", "g", "path", "text"}
        assert "</text><script>x" in "".join(tree.itertext())


@pytest.mark.parametrize("path", ["/desk/posters/", CHOOSE, PRINT, asked(PRINT, size="sticker", also="km")])
def test_each_page_is_whole(desk: Desk, path: str) -> None:
    tree = page(desk.somebody().client, path)
    assert not [word for word in TELLING if word in (tree.findtext(".//title") or "").lower()]


def test_the_desk_leads_there_and_back(desk: Desk) -> None:
    mine = desk.somebody()
    assert '"/desk/posters/"' in mine.get("/desk/").text
    assert '"/desk/posters/kh-12/"' in mine.get("/desk/areas/kh-12/").text
    assert mine.get("/desk/posters/?area=kh-12").headers["Location"] == CHOOSE
    only = desk.somebody("City", "coordinator", ("kh-12",))
    assert only.get("/desk/posters/").headers["Location"] == CHOOSE
    two = desk.somebody("Two", "coordinator", ("kh-12", "kh-8"))
    assert two.get("/desk/posters/").text.count('<li><a href="/desk/posters/kh-') == 2
    back = html.fromstring(mine.get(asked(PRINT, lang="th", also="km", size="a5", tone="staff")).text)
    [link] = back.xpath("//a[@class='back']/@href")
    again = html.fromstring(mine.get(link).text)
    assert again.xpath("//input[@checked]/@value") == ["staff", "a5", "km"]
    assert again.xpath("//option[@selected]/@value") == ["th"]


def test_a_province_that_was_joined_to_another_says_so(desk: Desk) -> None:
    atlas = desk.app.extensions["house"].atlas
    joined = next(area for area in atlas.areas.values() if area.merged_into)
    assert "Since July 2025 this is part of" in desk.somebody().get(f"/desk/posters/{joined.slug}/").text


def test_the_form_says_how_many_languages_fit(desk: Desk) -> None:
    text = desk.somebody().get(CHOOSE).text
    assert MOST_LANGUAGES == {"a4": 4, "a5": 2, "sticker": 10}
    assert "Up to four languages." in text and "Up to two languages." in text
