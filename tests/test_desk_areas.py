"""Areas at the desk: who looks after a list and the local rules, approved by two, shown over the handbook's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import html
from werkzeug.test import TestResponse

from pwa.domain import directory
from pwa.domain.proposals import Words, fingerprint, place
from pwa.store import services, waiting
from tests.conftest import TODAY
from tests.desk import Desk, Visitor
from tests.pages import page

FOCAL = {
    "focal_role": "Duty officer",
    "focal_organisation": "Centre of the north",
    "focal_contact": "focal@example.org",
}
RULE = {
    "report_state": "known",
    "report_text": "You need not report it.\n\n**She** decides.\n\nSource: an example for this test, 2020.",
}
CHECKED = {"checked_role": "Lawyer", "checked_organisation": "Bar of the north", "checked_on": "2026-11-20"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    found = Desk(tmp_path_factory.mktemp("areas"))
    services.replace_all(found.db, directory.read(found.config.directory, TODAY), TODAY)
    return found


@pytest.fixture
def desk(house: Desk) -> Iterator[Desk]:
    """The desk with the shipped directory and nobody at it."""
    house.clear()
    services.release(house.db, TODAY)
    house.db.conn.commit()
    yield house
    assert Path(house.config.data).exists()


def somebody(desk: Desk, label: str, *areas: str) -> Visitor:
    return desk.somebody(label, "coordinator", areas or ("kh-12",))


def proposed(desk: Desk, mine: Visitor, slug: str = "kh-12", **typed: str) -> TestResponse:
    now = fingerprint(waiting.current(desk.db, place(slug)))
    return mine.post(f"/desk/areas/{slug}/", base=now, language="en", **typed)


def approve(desk: Desk, other: Visitor) -> None:
    batch = waiting.batches(desk.db)[-1].id
    assert other.post(f"/desk/changes/{batch}/decide", decision="approve").status_code == 303


def seen(desk: Desk, path: str) -> str:
    """The words of a reader's page."""
    return str(page(Visitor(desk).client, path).text_content())


def test_readers_see_what_two_people_agreed_on_over_the_handbooks_own(desk: Desk) -> None:
    mine, other = somebody(desk, "North"), somebody(desk, "North two")
    assert "Nobody local has taken over this list" in seen(desk, "/en/kh-12/")
    assert proposed(desk, mine, **FOCAL, **RULE, **CHECKED).status_code == 303
    assert "Nobody local has taken over this list" in seen(desk, "/en/kh-12/")
    approve(desk, other)
    for path in ("/en/kh-12/", "/en/kh-12/print/"):
        text = seen(desk, path)
        for words in ("Duty officer, Centre of the north: focal@example.org", "You need not report it.",
                      "Checked by: Lawyer, Bar of the north", " Last change of these rules"):  # fmt: skip
            assert words in text, (path, words)
        assert "We have not found the rule. Ask a hospital" in text
    assert "Duty officer" not in seen(desk, "/en/kh-8/") and "You need not report it." not in seen(desk, "/en/kh/")


def test_what_is_said_of_a_country_holds_for_its_provinces_until_one_says_else(desk: Desk) -> None:
    mine, other = somebody(desk, "Country", "kh"), somebody(desk, "Country two", "kh")
    proposed(desk, mine, "kh", **FOCAL, **RULE)
    approve(desk, other)
    assert "You need not report it." in seen(desk, "/en/kh-12/") and "Duty officer" in seen(desk, "/en/kh-8/")
    proposed(desk, mine, "kh-12", report_state="unsure", report_text="Ask first.\n\nSource: none found.")
    approve(desk, other)
    text = seen(desk, "/en/kh-12/")
    assert "Ask first." in text and "You need not report it." not in text and "Duty officer" in text
    assert "You need not report it." in seen(desk, "/en/kh-8/")


def test_a_country_without_a_file_shows_what_the_desk_wrote(desk: Desk) -> None:
    mine, other = desk.somebody("First"), desk.somebody("Second")
    assert seen(desk, "/en/ae/").count("We have not found the rule") == 5
    proposed(desk, mine, "ae", **FOCAL)
    approve(desk, other)
    text = seen(desk, "/en/ae/")
    assert "Duty officer" in text and text.count("We have not found the rule") == 5
    proposed(desk, mine, "ae", **FOCAL, **RULE)
    approve(desk, other)
    for path in ("/en/ae/", "/en/ae/print/"):
        text = seen(desk, path)
        assert "You need not report it." in text and text.count("We have not found the rule") == 4


def test_an_earlier_state_is_brought_back_by_two_also_the_handbooks_own(desk: Desk) -> None:
    mine, other = somebody(desk, "North"), somebody(desk, "North two")
    proposed(desk, mine, **FOCAL)
    approve(desk, other)
    form = {"base": fingerprint(waiting.current(desk.db, place("kh-12"))), "number": "1"}
    assert mine.post("/desk/areas/kh-12/back", **form).status_code == 303
    approve(desk, other)
    assert "Nobody local has taken over this list" in seen(desk, "/en/kh-12/")
    assert "Back to an earlier state" in seen_at_desk(mine, "/desk/areas/kh-12/")


def seen_at_desk(mine: Visitor, path: str) -> str:
    return str(page(mine.client, path).text_content())


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ({"focal_role": "Duty officer"}, "focal_contact"),
        (FOCAL | {"focal_contact": "12"}, "focal_contact"),
        (FOCAL | {"focal_contact": "*21*9#"}, "focal_contact"),
        (FOCAL | {"focal_contact": "at@home"}, "focal_contact"),
        ({"report_state": "known"}, "report_text"),
        ({"report_text": "You must.\n\nSource: a law."}, "report_state"),
        (RULE | {"report_text": "You must."}, "report_text"),
        (RULE | {"report_text": "## Rule\n\nSource: a law."}, "report_text"),
        (RULE | {"report_text": "![x](https://example.org/x.png)\n\nSource: a law."}, "report_text"),
        (RULE | {"report_text": "[x](ftp://example.org)\n\nSource: a law."}, "report_text"),
        (RULE | {"report_text": "You \u202emust.\n\nSource: a law."}, "report_text"),
        (RULE | CHECKED | {"checked_on": "2099-01-01"}, "checked_on"),
        (RULE | {"checked_role": "Lawyer"}, "checked_on"),
    ],
)
def test_a_fault_stands_at_its_field_and_keeps_what_was_typed(desk: Desk, typed: Words, column: str) -> None:
    mine, before = somebody(desk, "North"), desk.work()
    answer = proposed(desk, mine, **typed)
    assert answer.status_code == 422 and desk.work() == before
    tree = html.fromstring(answer.text)
    assert tree.get_element_by_id(f"fault-{column}").text
    for name, words in typed.items():
        fields = tree.xpath(f"//*[@name='{name}']")
        kept = fields[0].get("value") or fields[0].text or "".join(fields[0].xpath("./option[@selected]/@value"))
        assert " ".join(kept.split()) == " ".join(words.split()), name


def test_raw_html_in_a_rule_stays_words(desk: Desk) -> None:
    mine, other = somebody(desk, "North"), somebody(desk, "North two")
    text = "<script>alert(1)</script> <b onclick=x>You</b>\n\nSource: a law."
    assert proposed(desk, mine, report_state="known", report_text=text).status_code == 303
    approve(desk, other)
    tree = page(Visitor(desk).client, "/en/kh-12/")
    assert not tree.xpath("//*[@onclick]") and "alert(1)" in tree.text_content()


def test_a_form_of_older_words_is_refused(desk: Desk) -> None:
    mine, other = somebody(desk, "North"), somebody(desk, "North two")
    old = fingerprint(waiting.current(desk.db, place("kh-12")))
    proposed(desk, mine, **FOCAL)
    approve(desk, other)
    answer = mine.post("/desk/areas/kh-12/", base=old, language="en", **RULE)
    assert answer.status_code == 409 and "You need not report it." in answer.text


def test_readers_and_the_desk_are_told_that_one_person_decides_alone(desk: Desk) -> None:
    first, mine = desk.somebody("First"), somebody(desk, "North")
    words = "One person looks after this list alone"
    assert words not in seen(desk, "/en/kh-12/")
    assert mine.post("/desk/areas/kh-12/alone", alone="yes").status_code == 403
    assert first.post("/desk/areas/kh/alone", alone="yes").status_code == 303
    for path in ("/en/kh/", "/en/kh-12/", "/en/kh-12/print/"):
        assert words in seen(desk, path)
    assert words not in seen(desk, "/en/th/")
    assert first.post("/desk/areas/kh/alone", alone="no").status_code == 303
    assert words not in seen(desk, "/en/kh-12/")


def test_only_a_fresh_administrator_who_was_not_let_back_in_lately_allows_one_person_alone(desk: Desk) -> None:
    first = desk.somebody("First")
    desk.change("update sessions set confirmed = confirmed - 300")
    assert first.post("/desk/areas/kh-12/alone", alone="yes").status_code == 403
    desk.change("update sessions set confirmed = confirmed + 300")
    desk.change("update people set grants_from = ?", desk.now + 3600)
    assert first.post("/desk/areas/kh-12/alone", alone="yes").status_code == 403
    assert desk.work()["alone"] == []


def test_an_area_is_chosen_from_hers(desk: Desk) -> None:
    mine = somebody(desk, "Country", "kh")
    assert "Cambodia" in seen_at_desk(mine, "/desk/areas/")
    assert mine.get("/desk/areas/?area=kh-12").headers["Location"] == "/desk/areas/kh-12/"
    assert proposed(desk, mine, language_of="").status_code == 409
    assert mine.post("/desk/areas/kh/", language="xx", focal_role="Duty officer").status_code == 400
