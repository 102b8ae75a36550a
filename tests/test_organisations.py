"""Who counts: organisations added by command, phones enrolled by a code that soon is worth nothing."""

import datetime as dt
import hashlib
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zxingcpp
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from playwright.sync_api import Browser

from pwa import enrolment
from pwa.cli import main
from pwa.config import NAMES
from pwa.domain.counting import decoded
from pwa.store import organisations
from tests.counter import code_in
from tests.office import Office
from tests.sender import Sender
from tests.stores import environment, held, open_counts

pytestmark = pytest.mark.stores
CODE = "K7QF3M9T"
ORIGIN = "https://door.example.org"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = Office(tmp_path)
    yield found
    found.db.close()


@pytest.fixture
def settings(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*NAMES, "PORT"]:
        monkeypatch.delenv(name, raising=False)
    for name, value in {"RIGHT_DOOR_DATA": str(office.data), **environment(office.data)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("RIGHT_DOOR_ORIGIN", ORIGIN)
    monkeypatch.setenv("RIGHT_DOOR_SECRET_KEY", "5e" * 32)


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["organisation", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def ask(office: Office, code: object, lang: object = "en") -> tuple[int, dict[str, object]]:
    answer = office.client.post("/counts/phones", json={"code": code, "lang": lang})
    assert answer.content_type == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    return answer.status_code, answer.get_json()


def offered(office: Office, code: str = CODE, expires: int = 2**40, uses: int = 30) -> str:
    organisations.add(office.db, f"id-{code[0]}", f"Centre {code[0]}", ["kh-12", "kh-2"])
    organisations.offer(office.db, f"id-{code[0]}", office.kept(code), expires, uses)
    return code


# Codes


def test_a_code_gives_a_phone_its_token_key_areas_and_month(office: Office) -> None:
    status, told = ask(office, offered(office))
    assert status == 201
    assert told.keys() == {"token", "key", "areas", "month"}
    assert len(decoded(str(told["token"]))) == 32
    assert decoded(str(told["key"])) == office.public
    assert told["areas"] == [["kh-12", "Phnom Penh"], ["kh-2", "Battambang"]]
    assert told["month"] == f"{dt.datetime.now(dt.UTC):%Y-%m}"


@pytest.mark.file
def test_a_token_delivers_and_is_nowhere_in_the_file_and_neither_is_the_code(office: Office) -> None:
    _, told = ask(office, offered(office))
    phone = Sender(office.public, str(told["token"]), str(told["month"]))
    phone.count("kh-12", phone.month)
    phone.seal()
    phone.deliver(office.hear)
    assert phone.waiting == []
    body = (office.data / "counts.db").read_bytes()
    for secret in (phone.token.encode(), decoded(phone.token), CODE.encode()):
        assert secret not in body
    assert hashlib.sha256(phone.token.encode()).digest() in body


@given(st.text(enrolment.LETTERS, min_size=8, max_size=8), st.data())
def test_a_code_is_understood_however_somebody_types_it(code: str, data: st.DataObject) -> None:
    alike = {"0": "0Oo", "1": "1IiLl"}
    written = ""
    for letter in code:
        written += data.draw(st.sampled_from(alike.get(letter, letter + letter.lower())))
        written += data.draw(st.sampled_from(["", "", " ", "-", " - "]))
    assert enrolment.typed(written) == code


@pytest.mark.parametrize("code", ["", "K7QF3M9", "K7QF3M9TT", "K7QF3M9U", "K7QF3M9!", "K7QF3M9ß", "K7QF3M9é", "8" * 9])
def test_what_is_no_code_is_not_understood(code: str) -> None:
    assert enrolment.typed(code) is None


def test_codes_are_drawn_from_all_letters_and_never_twice() -> None:
    drawn = {enrolment.new_code() for _ in range(2000)}
    assert len(drawn) == 2000
    assert set("".join(drawn)) == set(enrolment.LETTERS)
    assert not set(enrolment.LETTERS) & set("ILOU")
    assert all(enrolment.typed(enrolment.shown(code)) == code for code in drawn)


def test_every_refusal_is_the_same_and_tells_nothing(office: Office) -> None:
    offered(office, "AAAAAAAA", expires=1)
    offered(office, "BBBBBBBB", uses=1)
    assert ask(office, "BBBBBBBB")[0] == 201
    offered(office, "CCCCCCCC")
    organisations.revoke(office.db, "id-C")
    refusals = [
        office.client.post("/counts/phones", json={"code": code, "lang": "en"})
        for code in ("AAAAAAAA", "BBBBBBBB", "CCCCCCCC", "DDDDDDDD", "no code", "")
    ]
    assert {(answer.status_code, answer.data) for answer in refusals} == {(404, b'{"status": "unknown code"}')}
    assert len({str(sorted(answer.headers)) for answer in refusals}) == 1


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"1", b'"K7QF3M9T"', b"null", b"{}", b'{"code": "K7QF3M9T"}', b"\xff", b"[" * 30_000,
             b'{"code": 1, "lang": "en"}', b'{"code": "K7QF3M9T", "lang": null}']
)  # fmt: skip
def test_what_is_no_request_is_malformed(office: Office, body: bytes) -> None:
    offered(office)
    answer = office.client.post("/counts/phones", data=body, content_type="application/json")
    assert (answer.status_code, answer.get_json()) == (400, {"status": "malformed"})
    assert ask(office, CODE)[0] == 201


def test_a_language_that_is_not_offered_gets_the_names_of_the_first(office: Office) -> None:
    assert ask(office, offered(office), "xx")[1]["areas"] == [["kh-12", "Phnom Penh"], ["kh-2", "Battambang"]]


@pytest.mark.file
def test_a_code_lasts_until_its_second_and_is_then_gone_from_the_file(office: Office) -> None:
    offered(office, expires=1000)
    kept = office.kept(CODE)
    assert organisations.enrol(office.db, kept, "one", 999)
    assert kept in (office.data / "counts.db").read_bytes()
    assert organisations.enrol(office.db, kept, "two", 1000) is None
    assert kept not in (office.data / "counts.db").read_bytes()
    assert organisations.of_token(office.db, "one") == "id-K"
    assert organisations.of_token(office.db, "two") is None


@pytest.mark.file
def test_codes_are_also_forgotten_where_nobody_asks(office: Office) -> None:
    offered(office, expires=1000)
    organisations.forget_codes(office.db, 999)
    assert office.db.execute("select count(*) from codes").fetchone() == (1,)
    organisations.forget_codes(office.db, 1000)
    assert office.db.execute("select count(*) from codes").fetchone() == (0,)
    assert office.kept(CODE) not in (office.data / "counts.db").read_bytes()


@pytest.mark.file
def test_who_reads_the_database_cannot_work_out_a_code_without_the_secret(office: Office) -> None:
    code = offered(office)
    held = b"".join(file.read_bytes() for file in office.data.iterdir())
    assert office.kept(code) in held
    for guess in (code.encode(), hashlib.sha256(code.encode()).digest(), enrolment.kept(code, ("another" * 5,))):
        assert guess not in held


def test_with_another_secret_a_code_that_is_out_enrols_nobody(office: Office) -> None:
    code, before = offered(office), office.secrets
    office.restart(("6f" * 32, *before))
    assert ask(office, code) == (404, {"status": "unknown code"})
    office.restart(before)
    assert ask(office, code)[0] == 201


def test_thirty_phones_enrol_with_a_code_and_not_one_more_even_at_once(office: Office) -> None:
    offered(office)

    def enrol(number: int) -> str | None:
        db = open_counts(office.data)
        found = organisations.enrol(db, office.kept(CODE), f"token {number}", 1)
        db.close()
        return found

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(enrol, range(40)))
    assert given.count("id-K") == 30
    assert organisations.everyone(office.db)[0].phones == 30
    assert office.db.execute("select count(*) from codes").fetchone() == (0,)


def test_after_thirty_tries_in_a_minute_everybody_waits_a_minute(office: Office) -> None:
    offered(office)
    assert [ask(office, "DDDDDDDD")[0] for _ in range(30)] == [404] * 30
    answer = office.client.post("/counts/phones", json={"code": CODE, "lang": "en"})
    assert (answer.status_code, answer.get_json()) == (429, {"status": "try later"})
    assert answer.headers["Retry-After"] == "60"


def test_a_limit_counts_each_key_by_itself_forgets_after_its_time_and_stays_small() -> None:
    now = [0.0]
    limit = enrolment.Limit(2, 60, lambda: now[0])
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert limit.allows("b")
    now[0] = 59.9
    assert not limit.allows("a")
    now[0] = 60
    assert limit.allows("a")
    for number in range(limit.KEYS + 500):
        limit.allows(str(number))
    assert len(limit._seen) == limit.KEYS
    assert not any(key in str(limit._seen) for key in ("'a'", "'b'", "20499"))


# Commands


@pytest.mark.usefixtures("settings")
def test_adding_an_organisation_prints_a_code_that_enrols(office: Office) -> None:
    said = run("add", "Centre", "--area", "KH-12", "--area", "kh-2")
    assert said.exit_code == 0
    assert "ten minutes, at most 30 phones" in said.output
    status, told = ask(office, code_in(said.output))
    assert (status, told["areas"]) == (201, [["kh-12", "Phnom Penh"], ["kh-2", "Battambang"]])
    assert run("list").output == "Centre: kh-12, kh-2; phones enrolled: 1; batches this quarter: 0\n"


def drawn(text: str) -> Image.Image:
    """A QR code of half blocks as a terminal shows it: a full block is lit, so white."""
    rows = [line for line in text.splitlines() if re.search("[█▀▄]", line)]
    width = max(map(len, rows))
    picture = Image.new("L", (width, 2 * len(rows)), 0)
    for y, row in enumerate(rows):
        for x, letter in enumerate(row.ljust(width)):
            picture.putpixel((x, 2 * y), 255 if letter in "█▀" else 0)
            picture.putpixel((x, 2 * y + 1), 255 if letter in "█▄" else 0)
    return picture.resize((width * 8, len(rows) * 16), Image.Resampling.NEAREST)


def read(picture: Image.Image) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(picture)]


@pytest.mark.usefixtures("settings")
def test_the_code_in_the_terminal_is_the_address_of_the_count_page_with_the_code_behind_a_hash() -> None:
    said = run("add", "Centre", "--area", "KH-12").output
    assert read(drawn(said)) == [f"{ORIGIN}/en/count/#{code_in(said)}"]


@pytest.mark.browser
@pytest.mark.usefixtures("settings")
def test_the_code_in_a_file_is_the_same_address(browser: Browser, tmp_path: Path) -> None:
    said = run("add", "Centre", "--area", "KH-12", "--svg", tmp_path / "code.svg").output
    context = browser.new_context(viewport={"width": 400, "height": 400}, java_script_enabled=False)
    tab = context.new_page()
    tab.goto((tmp_path / "code.svg").as_uri())
    picture = Image.open(io.BytesIO(tab.screenshot())).convert("L")
    context.close()
    assert read(picture) == [f"{ORIGIN}/en/count/#{code_in(said)}"]


@pytest.mark.usefixtures("settings")
def test_a_new_code_voids_the_one_before(office: Office) -> None:
    first = code_in(run("add", "Centre", "--area", "KH-12").output)
    second = code_in(run("code", "Centre").output)
    assert ask(office, first)[0] == 404
    assert ask(office, second)[0] == 201


@pytest.mark.usefixtures("settings")
def test_revoking_takes_all_tokens_and_the_code_and_says_how_to_enrol_again(office: Office) -> None:
    code = code_in(run("add", "Women's centre", "--area", "KH-12").output)
    tokens = [str(ask(office, code)[1]["token"]) for _ in range(2)]
    said = run("revoke", "Women's centre").output
    assert said.splitlines() == [
        "2 phones have lost their tokens. What waits on a phone is kept there.",
        """To enrol again: right-door organisation code 'Women'"'"'s centre'""",
    ]
    assert all(organisations.of_token(office.db, token) is None for token in tokens)
    assert ask(office, code)[0] == 404
    assert "Women's centre: kh-12; phones enrolled: 0" in run("list").output


@pytest.mark.usefixtures("settings")
def test_an_organisation_gets_another_name_and_other_areas(office: Office) -> None:
    code = code_in(run("add", "Centre", "--area", "KH-12").output)
    assert run("rename", "Centre", "House").output == "Centre is now House.\n"
    assert run("areas", "House", "--area", "TH-10", "--area", "KH").output == "House works in kh, th-10.\n"
    assert ask(office, code)[1]["areas"] == [["kh", "Cambodia"], ["th-10", "Bangkok"]]
    assert run("list").output.startswith("House: kh, th-10; phones enrolled: 1")


@pytest.mark.usefixtures("settings")
def test_what_is_wrong_changes_nothing_and_is_said(office: Office) -> None:
    run("add", "Centre", "--area", "KH-12")
    run("add", "House", "--area", "KH-12")
    before = held(office.db)
    for arguments, words in (
        (["add", "Centre", "--area", "KH-2"], "is there already"),
        (["add", " ", "--area", "KH-2"], "1 to 80 letters"),
        (["add", "x" * 81, "--area", "KH-2"], "1 to 80 letters"),
        (["add", "Cen\ntre", "--area", "KH-2"], "1 to 80 letters"),
        (["add", "Centre \u202etwo", "--area", "KH-2"], "1 to 80 letters"),
        (["add", "Other", "--area", "KH-99"], "KH-99 is not offered"),
        (["add", "Other", "--area", "../etc"], "is not offered"),
        (["add", "Other"], "Missing option '--area'"),
        (["rename", "Centre", "House"], "another organisation"),
        (["rename", "Nobody", "Somebody"], "There are: Centre, House"),
        (["areas", "Centre", "--area", "KH-99"], "KH-99 is not offered"),
        (["revoke", "Nobody"], "No organisation"),
        (["code", "Nobody"], "No organisation"),
    ):
        said = run(*arguments)
        assert said.exit_code != 0, arguments
        assert words in said.output, said.output
    assert held(office.db) == before


@pytest.mark.usefixtures("settings")
def test_a_code_whose_picture_cannot_be_written_is_good_all_the_same(office: Office, tmp_path: Path) -> None:
    said = run("add", "Centre", "--area", "KH-12", "--svg", tmp_path / "no folder" / "code.svg")
    assert said.exit_code == 1
    assert "cannot be written" in said.output
    assert ask(office, code_in(said.output))[0] == 201


@pytest.mark.usefixtures("settings")
def test_a_name_is_stored_without_the_blanks_around_it_and_found_with_them() -> None:
    run("add", "  Centre ", "--area", "KH-12")
    assert "Centre: kh-12" in run("list").output
    assert run("code", " Centre").exit_code == 0
    assert "is there already" in run("add", "Centre ", "--area", "KH-12").output
