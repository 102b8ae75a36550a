"""Organisations at the desk: who may add, see, enrol and put out, and what is shown of their phones."""

import hashlib
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from lxml import html
from sqlite_utils import Database
from werkzeug.test import TestResponse

from pwa import enrolment
from pwa.checkup import now as today
from pwa.domain.counting import quarter_of, this_month
from pwa.domain.organisation import BadNameError, clean_name, so_far
from pwa.domain.periods import before, period
from pwa.store import organisations
from pwa.store.db import open_counts
from tests.counter import code_in
from tests.desk import Desk, Visitor
from tests.pages import page

CENTRE, UNION = "ce" * 8, "ab" * 8
TABLES = ("organisations", "serves", "codes", "phones", "sent", "tallies", "flags", "releases")


@pytest.fixture
def counts(desk: Desk) -> Iterator[Database]:
    """The Centre works in Phnom Penh, the Union there and in Bangkok; each has two phones."""
    db = open_counts(desk.config.data)
    for table in ("serves", "organisations", "codes", "phones", "sent", "tallies"):
        db.execute(f"delete from {table}")  # noqa: S608
    db.conn.commit()
    organisations.add(db, CENTRE, "Centre", ["kh-12"])
    organisations.add(db, UNION, "Union", ["kh-12", "th-10"])
    for id in (CENTRE, UNION):
        for number in range(2):
            code = kept(desk, enrolment.new_code())
            organisations.offer(db, id, code, 2**40, 1)
            assert organisations.enrol(db, code, f"token {id} {number}", 1)
    yield db
    db.close()


def kept(desk: Desk, code: str) -> bytes:
    return enrolment.kept(code, desk.config.secrets)


def held(db: Database) -> dict[str, list[tuple[object, ...]]]:
    return {table: db.execute(f"select * from {table} order by 1, 2").fetchall() for table in TABLES}  # noqa: S608


def names(db: Database) -> dict[str, tuple[str, ...]]:
    return {one.name: one.areas for one in organisations.everyone(db)}


def aged(desk: Desk, label: str = "First") -> None:
    """The passkey was shown five minutes ago."""
    desk.change("update sessions set confirmed = confirmed - 300 where person = ?", desk.id_of(label))


def enrols(desk: Desk, code: str) -> int:
    return desk.app.test_client().post("/counts/phones", json={"code": code, "lang": "en"}).status_code


def shown(mine: Visitor, id: str = CENTRE, phones: str = "30") -> str:
    """Ask for a code, and read it off the page that shows it."""
    answer = mine.post(f"/desk/organisations/{id}/code", phones=phones)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/organisations/code/")
    return read(mine)


def read(mine: Visitor) -> str:
    """The code on the page that shows it."""
    tree = html.fromstring(mine.get("/desk/organisations/code/").text)
    return code_in(tree.xpath("string(//*[@class='typed']/b)"))


# Add, rename, areas


def test_an_administrator_adds_an_organisation_and_lands_on_its_page(desk: Desk, counts: Database) -> None:
    mine = desk.somebody()
    answer = mine.post("/desk/organisations/add", name="  Women's   house ", areas="Phnom Penh, KH-8, phnom penh")
    assert answer.status_code == 303
    assert re.fullmatch("/desk/organisations/[0-9a-f]{16}/", answer.headers["Location"])
    assert names(counts)["Women's house"] == ("kh-12", "kh-8")
    assert "No phone is enrolled." in mine.get(answer.headers["Location"]).text
    assert "Women&#39;s house" in mine.get("/desk/organisations/").text


@pytest.mark.parametrize(
    ("name", "areas", "words"),
    [
        ("Centre", "kh-8", "Another organisation has this name."),
        (" ", "kh-8", "Write a name of 1 to 80 letters"),
        ("x" * 81, "kh-8", "Write a name of 1 to 80 letters"),
        ("Cen\u202etre", "kh-8", "Write a name of 1 to 80 letters"),
        ("House", "kh-8, nowhere <at all>", "No such area is offered here"),
        ("House", " , ", "An organisation needs one area at least."),
    ],
)
def test_what_is_wrong_is_said_in_words_and_what_was_typed_is_kept(
    desk: Desk, counts: Database, name: str, areas: str, words: str
) -> None:
    mine, before = desk.somebody(), held(counts)
    answer = mine.post("/desk/organisations/add", name=name, areas=areas)
    assert answer.status_code == 409
    tree = html.fromstring(answer.text)
    assert words in tree.xpath("string(//*[@role='alert'])")
    assert tree.xpath("string(//input[@name='name']/@value)") == name
    assert tree.xpath("string(//input[@name='areas']/@value)") == areas
    assert held(counts) == before


def test_an_organisation_gets_another_name_and_other_areas_beside_the_form_that_asks(
    desk: Desk, counts: Database
) -> None:
    mine = desk.somebody()
    taken = mine.post(f"/desk/organisations/{CENTRE}/name", name="Union")
    assert taken.status_code == 409
    form = html.fromstring(taken.text).xpath("//details[@open][.//input[@name='name']]")[0]
    assert "Another organisation has this name." in form.text_content()
    assert mine.post(f"/desk/organisations/{CENTRE}/name", name="Centre").status_code == 303
    assert mine.post(f"/desk/organisations/{CENTRE}/name", name="House").status_code == 303
    assert mine.post(f"/desk/organisations/{CENTRE}/areas", areas="Kandal, th").status_code == 303
    assert names(counts) == {"House": ("kh-8", "th"), "Union": ("kh-12", "th-10")}
    assert mine.post(f"/desk/organisations/{CENTRE}/areas", areas="").status_code == 409


@pytest.mark.parametrize("text", ["", " ", "\n", "a\nb", "a\u200bb", "\u202ea", "\ue000", "x" * 81])
def test_a_name_that_cannot_be_seen_is_none(text: str) -> None:
    with pytest.raises(BadNameError):
        clean_name(text)


def test_a_name_is_kept_in_one_form() -> None:
    assert clean_name("  Caf\u0065\u0301   of  women ") == "Caf\u00e9 of women"


# Codes


def test_a_code_is_shown_once_and_stands_in_no_address_no_store_and_no_file(desk: Desk, counts: Database) -> None:
    mine = desk.somebody()
    asked = mine.post(f"/desk/organisations/{CENTRE}/code", phones="30")
    assert asked.headers["Location"] == "/desk/organisations/code/"
    cookie = next(c for c in asked.headers.getlist("Set-Cookie") if c.startswith("__Host-desk-code="))
    code, *flags = cookie.removeprefix("__Host-desk-code=").split("; ")
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/", "Max-Age=60"} <= set(flags)
    answer = mine.get("/desk/organisations/code/")
    assert enrolment.shown(code) in answer.text and f"/en/count/#{code}" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "__Host-desk-code=;" in answer.headers["Set-Cookie"]
    again = mine.get("/desk/organisations/code/").text
    assert code not in again and enrolment.shown(code) not in again and "shown only once" in again
    files = b"".join(file.read_bytes() for file in desk.config.data.iterdir())
    assert code.encode() not in files
    assert kept(desk, code) in files
    assert code not in mine.get(f"/desk/organisations/{CENTRE}/").text


def test_the_page_of_a_code_says_in_words_until_when_for_how_many_and_what_to_say(desk: Desk, counts: Database) -> None:
    mine = desk.somebody()
    mine.post(f"/desk/organisations/{CENTRE}/code", phones="12")
    tree = page_of(mine.get("/desk/organisations/code/"))
    expires, uses = counts.execute("select expires, uses from codes").fetchone()
    assert uses == 12
    assert 590 <= expires - desk.now <= 600
    minutes = (expires // 60 + 7 * 60) % (24 * 60)
    assert f"Works until {minutes // 60:02}:{minutes % 60:02} (time in Phnom Penh), for 12 phones." in tree
    for words in ("You can say", "only if she agrees", "the phone shows that it is enrolled", "You can say no."):
        assert words in tree


def page_of(answer: TestResponse) -> str:
    assert answer.status_code == 200
    return " ".join(html.fromstring(answer.text).xpath("string(//main)").split())


def test_a_code_lives_for_ten_minutes_for_so_many_phones_and_only_one_at_a_time(desk: Desk, counts: Database) -> None:
    mine = desk.somebody()
    first = shown(mine)
    second = shown(mine, phones="1")
    assert enrols(desk, first) == 404
    assert counts.execute("select count(*) from codes").fetchone() == (1,)
    assert (enrols(desk, second), enrols(desk, second)) == (201, 404)
    third = shown(mine)
    counts.execute("update codes set expires = ?", [desk.now])
    counts.conn.commit()
    assert enrols(desk, third) == 404
    assert len(held(counts)["phones"]) == 5


def test_a_code_can_be_ended_before_its_time(desk: Desk, counts: Database) -> None:
    mine = desk.somebody()
    code = shown(mine, phones="3")
    assert enrols(desk, code) == 201
    out = page_of(mine.get(f"/desk/organisations/{CENTRE}/"))
    assert "A code is out." in out and "It enrols 2 more phones." in out
    assert mine.post(f"/desk/organisations/{CENTRE}/end-code").status_code == 303
    assert enrols(desk, code) == 404
    assert "A code is out." not in page_of(mine.get(f"/desk/organisations/{CENTRE}/"))
    assert len(held(counts)["phones"]) == 5


def test_what_is_over_is_not_shown_though_the_browser_still_has_it(desk: Desk, counts: Database) -> None:
    mine = desk.somebody()
    mine.post(f"/desk/organisations/{CENTRE}/code", phones="30")
    counts.execute("update codes set expires = ?", [desk.now])
    counts.conn.commit()
    assert "shown only once" in mine.get("/desk/organisations/code/").text


@pytest.mark.parametrize("phones", ["", "0", "31", "-1", "1.5", "1e1", "1_0", "１", "٣", "many", "9" * 5000])
def test_a_number_of_phones_that_is_none_draws_no_code(desk: Desk, counts: Database, phones: str) -> None:
    mine, before = desk.somebody(), held(counts)
    answer = mine.post(f"/desk/organisations/{CENTRE}/code", phones=phones)
    assert answer.status_code == 409
    tree = html.fromstring(answer.text)
    assert "Write a number from 1 to 30." in tree.xpath("string(//*[@role='alert'])")
    assert tree.xpath("string(//input[@name='phones']/@value)") == phones
    assert held(counts) == before


# Phones


def test_a_quarter_that_runs_is_shown_in_whole_tens_and_the_one_before_as_it_was(desk: Desk, counts: Database) -> None:
    this = quarter_of(this_month(today()))
    last = quarter_of(before(period(this).first))
    counts.execute("insert into sent values (?, ?, 1)", [UNION, last])
    counts.execute("insert into sent values (?, ?, 47)", [CENTRE, last])
    mine, told = desk.somebody(), set()
    for batches in range(30):
        counts.execute("insert or replace into sent values (?, ?, ?)", [CENTRE, this, batches])
        counts.conn.commit()
        answer = page_of(mine.get(f"/desk/organisations/{CENTRE}/"))
        assert "47 deliveries" in answer
        told.add(answer)
    assert len(told) == 3
    assert any("fewer than 10 deliveries, possibly none" in each for each in told)
    assert any("20 deliveries or more" in each for each in told)
    assert "1 delivery What a delivery is" in page_of(mine.get(f"/desk/organisations/{UNION}/"))


def test_whole_tens_are_never_more_than_there_were() -> None:
    assert [so_far(batches) for batches in (0, 1, 9, 10, 19, 20, 1234)] == [0, 0, 0, 10, 10, 20, 1230]


def test_the_page_says_what_the_numbers_are_not_and_warns_of_one_phone(desk: Desk, counts: Database) -> None:
    mine = desk.somebody()
    said = page_of(mine.get(f"/desk/organisations/{CENTRE}/"))
    assert "2 phones are enrolled." in said and "one worker" not in said
    assert "It does not say that somebody told something" in said
    organisations.revoke(counts, CENTRE)
    assert enrols(desk, shown(mine)) == 201
    assert "what the organisation sends is what one worker sends" in page_of(mine.get(f"/desk/organisations/{CENTRE}/"))


def test_no_count_and_no_fingerprint_of_a_phone_is_on_any_page(desk: Desk, counts: Database) -> None:
    counts.execute("insert into tallies values ('kh-12', ?, 7771, 7772)", [this_month(today())])
    counts.conn.commit()
    mine = desk.somebody()
    for path in ("/desk/", "/desk/organisations/", f"/desk/organisations/{CENTRE}/", "/desk/figures/"):
        text = mine.get(path).text
        assert "777" not in text
        assert not [token for (token, _) in held(counts)["phones"] if token.hex()[:8] in text], path  # type: ignore[attr-defined]


def test_all_phones_are_put_out_with_the_code_and_those_of_others_stay(desk: Desk, counts: Database) -> None:
    mine = desk.somebody()
    code = shown(mine)
    aged(desk)
    assert mine.post(f"/desk/organisations/{CENTRE}/revoke").status_code == 303
    assert {owner for _, owner in held(counts)["phones"]} == {UNION}
    assert enrols(desk, code) == 404
    assert "No phone is enrolled." in page_of(mine.get(f"/desk/organisations/{CENTRE}/"))


def test_replacing_puts_all_out_and_shows_a_code_at_once(desk: Desk, counts: Database) -> None:
    mine = desk.somebody()
    answer = mine.post(f"/desk/organisations/{CENTRE}/replace")
    assert answer.headers["Location"] == "/desk/organisations/code/"
    assert {owner for _, owner in held(counts)["phones"]} == {UNION}
    assert enrols(desk, read(mine)) == 201


def test_a_removed_organisation_leaves_nothing_of_its_own_and_the_counts_of_its_area(
    desk: Desk, counts: Database
) -> None:
    mine = desk.somebody()
    shown(mine)
    counts.execute("insert into sent values (?, '2026-Q4', 3)", [CENTRE])
    counts.execute("insert into tallies values ('kh-12', '2026-11', 5, 4)")
    counts.conn.commit()
    digest = hashlib.sha256(f"token {CENTRE} 0".encode()).digest()
    assert digest in (desk.config.data / "counts.db").read_bytes()
    assert mine.post(f"/desk/organisations/{CENTRE}/remove").headers["Location"] == "/desk/organisations/"
    assert names(counts) == {"Union": ("kh-12", "th-10")}
    body = (desk.config.data / "counts.db").read_bytes()
    assert digest not in body and CENTRE.encode() not in body and b"Centre" not in body
    assert held(counts)["tallies"] == [("kh-12", "2026-11", 5, 4)]
    assert mine.get(f"/desk/organisations/{CENTRE}/").status_code == 404


def test_a_code_is_offered_to_no_organisation_that_is_gone(desk: Desk, counts: Database) -> None:
    organisations.remove(counts, CENTRE)
    before = held(counts)
    with pytest.raises(KeyError):
        organisations.offer(counts, CENTRE, kept(desk, "K7QF3M9T"), 2**40, 30)
    assert held(counts) == before


# Boundaries

FORM = {"name": "Other", "areas": "kh-8", "phones": "3"}
ADMINISTRATORS = ("name", "areas", "remove", "replace", "revoke")
EVERY = (*ADMINISTRATORS, "code", "end-code")


def writes(id: str = CENTRE) -> list[str]:
    return ["/desk/organisations/add", *(f"/desk/organisations/{id}/{verb}" for verb in EVERY)]


def pages(id: str = CENTRE) -> list[str]:
    return ["/desk/organisations/", "/desk/organisations/code/", f"/desk/organisations/{id}/"]


@pytest.mark.parametrize("path", [*pages(), *writes()])
@pytest.mark.parametrize("ended", ["never in", "idle", "old", "put out"])
def test_signed_out_or_over_nothing_is_shown_or_changed(desk: Desk, counts: Database, path: str, ended: str) -> None:
    desk.somebody("Second")
    outside = Visitor(desk) if ended == "never in" else desk.somebody()
    outside.client.set_cookie("__Host-desk-code", "K7QF3M9T")
    organisations.offer(counts, CENTRE, kept(desk, "K7QF3M9T"), 2**40, 30)
    if ended == "put out":
        desk.change("update people set disabled = 1 where label = 'First'")
        desk.change("delete from credentials where person = ?", desk.id_of("First"))
    elif ended != "never in":
        column, seconds = ("seen", 1800) if ended == "idle" else ("started", 43200)
        desk.change(f"update sessions set {column} = {column} - {seconds} where person = ?", desk.id_of("First"))  # noqa: S608
    before = held(counts)
    answer = outside.get(path) if path in pages() else outside.post(path, **FORM)
    assert answer.status_code == 403
    assert "Sign in with a passkey" in answer.text
    assert "Centre" not in answer.text and "K7QF" not in answer.text
    assert held(counts) == before


@pytest.mark.parametrize("path", writes())
@pytest.mark.parametrize("site", ["cross-site", "same-site", "none", None])
def test_a_write_from_another_site_changes_nothing(desk: Desk, counts: Database, path: str, site: str | None) -> None:
    mine, before = desk.somebody(), held(counts)
    headers = {"Sec-Fetch-Site": site} if site else {"Origin": "https://example.org"}
    assert mine.client.post(path, data=FORM, headers=headers).status_code == 403
    assert held(counts) == before


@pytest.mark.parametrize("id", ["00", "nobody", "..", CENTRE[:-1], CENTRE.upper(), "é", "code'--"])
def test_a_changed_id_is_not_found(desk: Desk, counts: Database, id: str) -> None:
    mine, before = desk.somebody(), held(counts)
    for verb in EVERY:
        assert mine.post(f"/desk/organisations/{id}/{verb}", **FORM).status_code == 404, verb
    assert mine.get(f"/desk/organisations/{id}/").status_code == 404
    assert held(counts) == before


def test_a_coordinator_of_another_area_finds_nothing_and_changes_nothing(desk: Desk, counts: Database) -> None:
    other, before = desk.somebody("Kandal", "coordinator", ("kh-8",)), held(counts)
    listed = page_of(other.get("/desk/organisations/"))
    assert "Centre" not in listed and "Union" not in listed and "Add an organisation" not in listed
    for id in (CENTRE, UNION):
        assert other.get(f"/desk/organisations/{id}/").status_code == 404
        for path in writes(id)[1:]:
            assert other.post(path, **FORM).status_code == 404, path
    assert other.post("/desk/organisations/add", **FORM).status_code == 403
    assert held(counts) == before


def test_a_code_of_another_area_is_not_shown_whoever_carries_it(desk: Desk, counts: Database) -> None:
    organisations.offer(counts, CENTRE, kept(desk, "K7QF3M9T"), 2**40, 30)
    other = desk.somebody("Kandal", "coordinator", ("kh-8",))
    other.client.set_cookie("__Host-desk-code", "K7QF3M9T")
    answer = other.get("/desk/organisations/code/")
    assert answer.status_code == 404 and "K7QF" not in answer.text
    for made_up in ("AAAAAAAA", "<b>", "é", "A" * 4000):
        other.client.set_cookie("__Host-desk-code", made_up)
        answer = other.get("/desk/organisations/code/")
        assert answer.status_code == 200 and "shown only once" in answer.text and made_up not in answer.text


def test_a_coordinator_enrols_for_an_organisation_of_her_areas_and_does_nothing_else_to_it(
    desk: Desk, counts: Database
) -> None:
    mine = desk.somebody("Phnom Penh", "coordinator", ("kh-12",))
    assert enrols(desk, shown(mine)) == 201
    said = page_of(mine.get(f"/desk/organisations/{CENTRE}/"))
    assert "3 phones are enrolled." in said and "Rename" not in said and "Remove" not in said
    before = held(counts)
    for verb in ADMINISTRATORS:
        answer = mine.post(f"/desk/organisations/{CENTRE}/{verb}", **FORM)
        assert answer.status_code == 403 and "Only an administrator" in answer.text, verb
    assert held(counts) == before
    assert mine.post(f"/desk/organisations/{CENTRE}/end-code").status_code == 303


def test_where_an_organisation_works_elsewhere_too_a_coordinator_sees_it_but_lets_no_phone_in(
    desk: Desk, counts: Database
) -> None:
    mine, before = desk.somebody("Phnom Penh", "coordinator", ("kh-12",)), held(counts)
    said = page_of(mine.get(f"/desk/organisations/{UNION}/"))
    assert "Phnom Penh and areas that are not yours" in said and "Bangkok" not in said
    assert "An administrator makes its codes." in said and "Show a code" not in said
    for verb in ("code", "end-code"):
        answer = mine.post(f"/desk/organisations/{UNION}/{verb}", phones="1")
        assert answer.status_code == 403 and "not yours too" in answer.text
    assert held(counts) == before
    both = desk.somebody("Two", "coordinator", ("kh", "th-10"))
    assert enrols(desk, shown(both, UNION)) == 201


@pytest.mark.parametrize("verb", ["areas", "code", "remove", "replace"])
def test_what_lets_phones_in_or_an_area_out_needs_a_passkey_just_shown(desk: Desk, counts: Database, verb: str) -> None:
    mine, before = desk.somebody(), held(counts)
    aged(desk)
    answer = mine.post(f"/desk/organisations/{CENTRE}/{verb}", **FORM)
    assert answer.status_code == 403 and "Show your passkey again first." in answer.text
    assert held(counts) == before
    answer = mine.post("/desk/organisations/add", **FORM)
    assert answer.status_code == 403 and 'value="Other"' in answer.text
    assert held(counts) == before


def test_who_came_back_by_a_new_link_lets_no_phone_in_for_a_day(desk: Desk, counts: Database) -> None:
    mine, before = desk.somebody(), held(counts)
    desk.change("update people set grants_from = ?", desk.now + 3600)
    for path in ("/desk/organisations/add", *(f"/desk/organisations/{CENTRE}/{v}" for v in ("code", "replace"))):
        answer = mine.post(path, **FORM)
        assert answer.status_code == 403 and "For 24 hours after that" in answer.text, path
    assert held(counts) == before
    assert mine.post(f"/desk/organisations/{CENTRE}/revoke").status_code == 303


def test_each_page_is_whole_and_the_desk_leads_to_it(desk: Desk, counts: Database) -> None:
    for visitor in (desk.somebody(), desk.somebody("Phnom Penh", "coordinator", ("kh-12",))):
        links = html.fromstring(visitor.get("/desk/").text).xpath("//main//a/@href")
        assert {"/desk/organisations/", "/desk/figures/"} <= {urlsplit(link).path for link in links}
        for path in ("/desk/organisations/", f"/desk/organisations/{CENTRE}/", f"/desk/organisations/{UNION}/"):
            page(visitor.client, path)
