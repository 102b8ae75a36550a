"""The directory at the desk: what comes first, what is typed, what waits, files in and out, and whose it is."""

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import html
from lxml.html import HtmlElement
from werkzeug import formparser
from werkzeug.test import TestResponse

from pwa.domain import directory
from pwa.domain.counting import Reason, entry_of
from pwa.domain.directory import COLUMNS, from_cells
from pwa.domain.proposals import Words, cells_of, fingerprint, service
from pwa.store import history, proposals, services, waiting
from pwa.store.db import immediate, open_counts
from pwa.store.people import NotAllowedError
from pwa.store.proposals import Wanted
from tests.desk import OURS, Desk, Visitor
from tests.pages import page
from tests.test_proposals import HELP, NUMBER

TODAY = dt.datetime.now(dt.UTC).date()
ID = "kh-help"


def ago(days: int) -> Words:
    return {"checked_on": (TODAY - dt.timedelta(days)).isoformat(), "checked_by": "North"}


# By state and id: in the order in which they stand, but for the closed one and those of another area.
ROWS = [
    HELP | {"id": "kh-flagged", "name": "Flagged help"} | ago(5),
    HELP | {"id": "kh-old", "name": "Old help"} | ago(300),
    HELP | {"id": "kh-never", "name": "New help"},
    HELP | {"id": "kh-due", "name": "Due help"} | ago(120),
    HELP | ago(3),
    HELP | {"id": "kh-gone", "name": "Closed help", "status": "closed"},
    HELP | {"id": "kh-south", "province": "KH-8", "name": "South help"},
    HELP | {"id": "kh-all", "province": "", "name": "National help"},
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("directory"))


@pytest.fixture
def desk(house: Desk) -> Desk:
    """The desk with a directory of its own and one flag of a reader, and nobody at it."""
    house.clear()
    services.replace_all(house.db, [from_cells(cells_of(row)) for row in ROWS], TODAY)
    house.change("delete from history")
    counts = open_counts(Path(house.config.data))
    with immediate(counts):
        counts.execute("delete from flags")
        counts.execute("insert into flags values (?, ?, '2026-11')", [entry_of("kh-flagged"), int(Reason.MOVED)])
    counts.close()
    return house


def flags_left(desk: Desk) -> int:
    counts = open_counts(Path(desk.config.data))
    (number,) = counts.execute("select count(*) from flags").fetchone()
    counts.close()
    return int(number)


def north(desk: Desk, label: str = "North") -> Visitor:
    return desk.somebody(label, "coordinator", ("kh-12",))


def says(desk: Desk, id: str = ID) -> Words:
    return waiting.current(desk.db, service(id))


def base(desk: Desk, id: str = ID) -> str:
    return fingerprint(says(desk, id))


def names(tree: HtmlElement) -> list[str]:
    return [link.text for link in tree.xpath("//li//h2/a")]


def proposed(desk: Desk, mine: Visitor, id: str = ID, **typed: str) -> TestResponse:
    return mine.post(f"/desk/directory/{id}/", base=base(desk, id), **typed)


def batch_of(desk: Desk, at: int = -1) -> str:
    return waiting.batches(desk.db)[at].id


def test_what_is_flagged_or_overdue_stands_first_then_never_then_due_then_fresh(desk: Desk) -> None:
    mine = north(desk)
    tree = page(mine.client, "/desk/directory/")
    assert names(tree) == ["Flagged help", "Old help", "New help", "Due help", "Legal help", "Closed help"]
    assert "It has moved" in tree.text_content() and "2026-11" in tree.text_content()
    everything = page(desk.somebody().client, "/desk/directory/")
    assert {"South help", "National help"} <= set(names(everything)) and len(names(everything)) == 8
    assert names(page(desk.somebody("S").client, "/desk/directory/?area=kh-8")) == ["South help"]


def test_at_most_50_stand_on_a_page(desk: Desk) -> None:
    with immediate(desk.db):
        for number in range(60):
            row = HELP | {"id": f"kh-more-{number}", "name": f"More {number:02}"}
            services.put(desk.db, row["id"], cells_of(row))
    mine = north(desk)
    first, second = (page(mine.client, f"/desk/directory/?page={each}") for each in (1, 2))
    assert (len(names(first)), len(names(second))) == (50, 16)
    assert not set(names(first)) & set(names(second))
    for wrong in ("0", "-1", "1000000"):
        assert mine.get(f"/desk/directory/?page={wrong}").status_code == 404


def test_words_find_what_is_hers_and_closed_ones_too(desk: Desk) -> None:
    mine, before = north(desk), desk.work()
    tree = html.fromstring(mine.post("/desk/directory/", words="help").text)
    assert set(names(tree)) == {"Flagged help", "Old help", "New help", "Due help", "Legal help", "Closed help"}
    assert names(html.fromstring(mine.post("/desk/directory/", words="south").text)) == []
    assert desk.work() == before


def test_still_right_is_one_tap_and_takes_the_flags_with_it(desk: Desk) -> None:
    mine = north(desk)
    answer = mine.post("/desk/directory/kh-flagged/right", base=base(desk, "kh-flagged"))
    assert answer.status_code == 303
    assert (says(desk, "kh-flagged")["checked_on"], says(desk, "kh-flagged")["checked_by"]) == (
        TODAY.isoformat(),
        "North",
    )
    assert flags_left(desk) == 0
    assert "Still right, checked" in page(mine.client, "/desk/directory/kh-flagged/").text_content()
    late = mine.post("/desk/directory/kh-never/right", base="0" * 16)
    assert late.status_code == 409 and "Look at it again" in late.text
    assert "checked_on" not in says(desk, "kh-never")


def test_the_one_tap_gives_a_script_the_row_and_not_the_page(desk: Desk) -> None:
    mine = north(desk)
    form = {"base": base(desk, "kh-old")}
    answer = mine.client.post("/desk/directory/kh-old/right", data=form, headers={**OURS, "HX-Request": "true"})
    assert answer.status_code == 200 and "HX-Request" in answer.headers["Vary"]
    assert answer.text.lstrip().startswith('<li class="card" id="row-kh-old">') and "<html" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_change_waits_and_a_fault_keeps_what_was_typed(desk: Desk) -> None:
    mine = north(desk)
    before = desk.work()
    wrong = proposed(desk, mine, phones="*21*1#", name="Law help")
    assert wrong.status_code == 422 and desk.work() == before
    tree = html.fromstring(wrong.text)
    assert tree.xpath("//input[@name='phones']/@value") == ["*21*1#"]
    assert tree.xpath("//input[@name='name']/@value") == ["Law help"]
    assert "can start a service" in tree.get_element_by_id("fault-phones").text
    assert proposed(desk, mine, **NUMBER).status_code == 303
    assert says(desk)["phones"] == HELP["phones"]
    (waits,) = waiting.of_target(desk.db, service(ID))
    assert waits.after["phones"] == NUMBER["phones"]
    assert "Waits for a second person" in page(mine.client, f"/desk/directory/{ID}/").text_content()


def test_a_new_number_ends_what_a_check_said_unless_it_was_checked_today(desk: Desk) -> None:
    mine = north(desk)
    proposed(desk, mine, name="Law help")
    proposed(desk, mine, **NUMBER)
    proposed(desk, mine, **NUMBER, checked="yes")
    by_name = {tuple(sorted(each.after.items())) for each in waiting.of_target(desk.db, service(ID))}
    found = [dict(each).get("checked_on") for each in by_name]
    assert sorted(map(str, found)) == sorted(["None", ago(3)["checked_on"], TODAY.isoformat()])


def test_what_nobody_touched_stays_as_it_was_with_its_lines_and_spaces(desk: Desk) -> None:
    mine = north(desk)
    with immediate(desk.db):
        services.put(desk.db, ID, cells_of(HELP | {"services": "Advice.\n\nIn  person."}))
    proposed(desk, mine, services="Advice.\r\n\r\nIn  person.", name=" Law   help ")
    (waits,) = waiting.of_target(desk.db, service(ID))
    assert waits.after == HELP | {"services": "Advice.\n\nIn  person.", "name": "Law help"}


def test_no_shelter_gets_an_address(desk: Desk) -> None:
    mine = north(desk)
    before = desk.work()
    for typed in (
        {"categories": "shelter"},
        {"categories": "shelter", "confidential": "yes", "location": "12 Market Street"},
    ):
        assert proposed(desk, mine, **typed).status_code == 422
    assert desk.work() == before


def test_a_form_of_older_words_is_refused_and_keeps_what_was_typed(desk: Desk) -> None:
    mine, old = north(desk), base(desk)
    mine.post(f"/desk/directory/{ID}/right", base=old)
    answer = mine.post(f"/desk/directory/{ID}/", base=old, name="Law help")
    assert answer.status_code == 409 and "changed or checked since" in answer.text and "Law help" in answer.text
    assert waiting.batches(desk.db) == ()


def test_the_check_while_typing_writes_nothing_and_names_each_field(desk: Desk) -> None:
    mine, before = north(desk), desk.work()
    typed = {"phones": "999#", "hours": "always", "place": "kh-12", "name": ""}
    answer = mine.client.post("/desk/new-entry/check", data=typed, headers=OURS)
    tree = html.fromstring(f"<div>{answer.text}</div>")
    said = {each.get("id"): (each.text or "").strip() for each in tree.xpath("//span")}
    assert said["fault-phones"] and said["fault-hours"] and not said["fault-name"] and not said["fault-email"]
    assert all(each.get("hx-swap-oob") == "true" for each in tree.xpath("//span"))
    assert desk.work() == before


def test_an_entry_is_added_closed_and_opened_again_each_with_a_second_person(desk: Desk) -> None:
    mine, other = north(desk), north(desk, "North two")
    typed = {column: HELP[column] for column in ("phones", "source", "source_date", "services")}
    answer = mine.post("/desk/new-entry/", **typed, name="Ménage à côté", categories="legal", place="kh-12",
                       confidential="no", location="Near the market", interpreter="unknown")  # fmt: skip
    assert answer.status_code == 303, answer.text
    batch = batch_of(desk)
    assert services.one(desk.db, "kh-menage-a-cote") is None
    assert "Ménage" in page(other.client, f"/desk/changes/{batch}/").text_content()
    assert other.post(f"/desk/changes/{batch}/decide", decision="approve").status_code == 303
    assert says(desk, "kh-menage-a-cote")["province"] == "KH-12"
    for status in ("closed", "open"):
        assert mine.post(f"/desk/directory/{ID}/status", base=base(desk)).status_code == 303
        assert says(desk)["status"] != status
        assert other.post(f"/desk/changes/{batch_of(desk)}/decide", decision="approve").status_code == 303
        assert says(desk)["status"] == status
    assert mine.post("/desk/new-entry/", **typed, name="South", categories="legal", place="kh-8").status_code == 403


def test_an_earlier_state_is_brought_back_by_two(desk: Desk) -> None:
    mine, other = north(desk), north(desk, "North two")
    proposed(desk, mine, **NUMBER)
    other.post(f"/desk/changes/{batch_of(desk)}/decide", decision="approve")
    assert says(desk)["phones"] == NUMBER["phones"]
    tree = page(mine.client, f"/desk/directory/{ID}/")
    assert "Proposed by North (Coordinator), approved by North two (Coordinator)" in tree.text_content()
    number = tree.xpath("//input[@name='number']/@value")[0]
    assert mine.post(f"/desk/directory/{ID}/back", base=base(desk), number=number).status_code == 303
    assert mine.post(f"/desk/changes/{batch_of(desk)}/decide", decision="approve").status_code == 403
    other.post(f"/desk/changes/{batch_of(desk)}/decide", decision="approve")
    assert says(desk) == HELP | ago(3)
    for wrong in ("0", "99", "x"):
        assert mine.post(f"/desk/directory/{ID}/back", base=base(desk), number=wrong).status_code == 404


def test_own_approval_is_refused_in_words_and_a_second_passkey_is_no_second_person(desk: Desk) -> None:
    mine = north(desk)
    proposed(desk, mine, **NUMBER)
    assert mine.add().status_code == 200
    mine.sign_out()
    assert mine.sign_in().status_code == 200
    before = desk.work()
    for decision in ("approve", "refuse"):
        answer = mine.post(f"/desk/changes/{batch_of(desk)}/decide", decision=decision)
        assert answer.status_code == 403 and "your own change" in answer.text
    assert desk.work() == before
    assert "Approve" not in mine.get(f"/desk/changes/{batch_of(desk)}/").text
    assert mine.post(f"/desk/changes/{batch_of(desk)}/decide", decision="withdraw").status_code == 303
    assert waiting.batches(desk.db) == ()


def test_what_is_refused_is_gone_and_its_history_says_only_that(desk: Desk) -> None:
    mine, other = north(desk), north(desk, "North two")
    proposed(desk, mine, name="Something unkind")
    assert other.post(f"/desk/changes/{batch_of(desk)}/decide", decision="refuse").status_code == 303
    text = page(mine.client, f"/desk/directory/{ID}/").text_content()
    assert "Proposed by North (Coordinator), refused by North two (Coordinator)" in text
    assert "unkind" not in text
    assert other.post("/desk/changes/0/decide", decision="refuse").status_code == 404


def test_who_lost_an_area_can_still_take_back_what_she_proposed_there(desk: Desk) -> None:
    mine = north(desk)
    proposed(desk, mine, **NUMBER)
    desk.change("update people set areas = 'kh-8' where label = 'North'")
    assert mine.get(f"/desk/directory/{ID}/").status_code == 404
    assert "Take it back" in page(mine.client, f"/desk/changes/{batch_of(desk)}/").text_content()
    assert mine.post(f"/desk/changes/{batch_of(desk)}/decide", decision="withdraw").status_code == 303
    assert waiting.batches(desk.db) == ()


def test_a_large_import_of_the_operator_is_told_with_its_numbers(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "MOST_ROWS", 1)
    mine = north(desk)
    proposed(desk, mine, name="Law help")
    desk.somebody("Two").post(f"/desk/changes/{batch_of(desk)}/decide", decision="approve")
    services.merge(desk.db, [from_cells(cells_of(row | {"cost": "free"})) for row in ROWS], TODAY)
    assert "8 changed" in page(mine.client, "/desk/import/").text_content()
    assert "a large import by the operator came after it" in page(mine.client, f"/desk/directory/{ID}/").text_content()


def test_an_emergency_number_that_readers_are_shown_cannot_be_closed(desk: Desk) -> None:
    police = next(s for s in directory.read(desk.config.directory, TODAY) if s.id == "kh-police-117")
    with immediate(desk.db):
        services.put(desk.db, police.id, police.cells)
        services.release(desk.db, TODAY)
    mine, other = desk.somebody("First"), desk.somebody("Second")
    mine.post("/desk/directory/kh-police-117/status", base=base(desk, police.id))
    assert "Called first in an emergency" in other.get(f"/desk/changes/{batch_of(desk)}/").text
    before = desk.work()
    answer = other.post(f"/desk/changes/{batch_of(desk)}/decide", decision="approve")
    assert answer.status_code == 409 and "is no open service" in answer.text
    assert desk.work() == before


def test_what_waits_shows_the_old_words_beside_the_new_and_who_proposed_it_on_which_day(desk: Desk) -> None:
    mine, other = north(desk), north(desk, "North two")
    assert proposed(desk, mine, **(HELP | NUMBER)).status_code == 303
    for path in (f"/desk/changes/{batch_of(desk)}/", f"/desk/directory/{ID}/"):
        tree = page(other.client, path)
        old, new = (tree.xpath(f"//div[@class='number-changed']//{tag}") for tag in ("del", "ins"))
        assert [HELP["phones"] in each.text_content() for each in old] == [True], path
        assert [NUMBER["phones"] in each.text_content() for each in new] == [True], path
        said = " ".join(tree.find(".//main").text_content().split())
        assert "North (" in said and f"{TODAY:%b} {TODAY.year}" in said, path


def test_one_number_in_2000_rows_is_on_screen_at_once_and_the_rest_is_folded(desk: Desk) -> None:
    rows = {f"kh-row-{n}": HELP | {"id": f"kh-row-{n}", "name": f"Help {n}"} for n in range(2000)}
    with immediate(desk.db):
        for id, row in rows.items():
            services.put(desk.db, id, cells_of(row))
        services.release(desk.db, TODAY)
    mine, other = north(desk), north(desk, "North two")
    changed = [
        row | ({"phones": "+855 23 997 999"} if n == 777 else {"services": "Advice"})
        for n, row in enumerate(rows.values())
    ]
    compared = upload(mine, changed)
    assert compared.status_code == 200
    assert_number_stands_alone(html.fromstring(compared.text))
    sent = hidden(compared)
    assert mine.client.post("/desk/import/propose", data=sent, headers=OURS).status_code == 303
    batch = batch_of(desk)
    tree = html.fromstring(other.get(f"/desk/changes/{batch}/").text)
    assert_number_stands_alone(tree)
    assert len(tree.xpath("//section[2]//li")) == 50
    third = html.fromstring(other.get(f"/desk/changes/{batch}/?group=2&page=40").text)
    assert len(third.xpath("//section[1]//li")) == 49
    for wrong in ("group=3", "group=2&page=0", "group=-1"):
        assert other.get(f"/desk/changes/{batch}/?{wrong}").status_code == 404
    (row,) = tree.xpath("//section[1]//input[@name='row']/@value")
    assert other.post(f"/desk/changes/{batch}/decide", decision="refuse", row=row).status_code == 303
    assert other.post(f"/desk/changes/{batch}/decide", decision="approve").status_code == 303
    assert says(desk, "kh-row-778")["services"] == "Advice"
    assert says(desk, "kh-row-777")["phones"] == HELP["phones"]


def assert_number_stands_alone(tree: HtmlElement) -> None:
    first = tree.xpath("//main//section")[0]
    assert not first.xpath(".//details") and "+855 23 997 999" in first.text_content()
    assert len(first.xpath(".//li")) == 1
    assert "1999" in tree.xpath("//main//section")[1].xpath("./h2")[0].text_content()


def upload(mine: Visitor, rows: list[Words], text: str = "") -> TestResponse:
    text = text or "".join(directory.lines(cells_of(row) for row in rows))
    # By hand: the test client would write a large form into a file.
    head = (
        b'--edge\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\nContent-Type: text/csv\r\n\r\n'
    )
    body = head + text.encode("utf-8-sig") + b"\r\n--edge--\r\n"
    kind = "multipart/form-data; boundary=edge"
    return mine.client.post("/desk/import/", data=body, content_type=kind, headers=OURS)


def hidden(answer: TestResponse) -> dict[str, str]:
    tree = html.fromstring(answer.text)
    return {each.get("name"): each.get("value") for each in tree.xpath("//input[@type='hidden']")}


def test_a_file_is_compared_row_by_row_and_becomes_one_batch(desk: Desk) -> None:
    mine, before = north(desk), desk.work()
    kept = ROWS[4] | {"name": "Older words"} | ago(30)
    rows = [
        ROWS[1] | NUMBER,
        ROWS[2] | {"status": "closed"},
        HELP | {"id": "kh-new", "name": "Brand new"},
        kept,
        ROWS[6],
    ]
    compared = upload(mine, rows)
    text = html.fromstring(compared.text).text_content()
    for words in ("New: 1", "Changed: 1", "Closed: 1", "Kept, checked here later: 1", "The same: 1", NUMBER["phones"]):
        assert words in text, words
    assert desk.work() == before
    assert mine.client.post("/desk/import/propose", data=hidden(compared), headers=OURS).status_code == 303
    assert waiting.batches(desk.db)[0].rows == 3
    other = north(desk, "North two")
    assert other.post(f"/desk/changes/{batch_of(desk)}/decide", decision="approve").status_code == 303
    assert says(desk, "kh-new")["name"] == "Brand new" and says(desk, "kh-never")["status"] == "closed"
    assert says(desk)["name"] == HELP["name"]


def test_rows_of_other_areas_are_refused_by_name_and_faults_with_row_and_column(desk: Desk) -> None:
    mine, before = north(desk), desk.work()
    far = upload(mine, [ROWS[1] | NUMBER, ROWS[6] | NUMBER, ROWS[7] | NUMBER])
    text = html.fromstring(far.text).text_content()
    assert far.status_code == 409 and "kh-south" in text and "kh-all" in text and "packed" not in hidden(far)
    wrong = upload(mine, [ROWS[1] | {"phones": "#1"}])
    assert wrong.status_code == 422 and "row 2, phones" in wrong.text
    for text in ("", "no columns at all", "\0" * 10):
        assert upload(mine, [], text or " ").status_code in (409, 422)
    forged = upload(desk.somebody(), [ROWS[6] | NUMBER])
    assert mine.client.post("/desk/import/propose", data=hidden(forged), headers=OURS).status_code == 403
    for packed in ("", "!", "eJwDAAAAAAE", "AAAA"):
        data = {"packed": packed, "version": services.version(desk.db)}
        assert mine.client.post("/desk/import/propose", data=data, headers=OURS).status_code == 400
    assert desk.work() == before


def test_a_file_that_was_compared_with_an_older_directory_is_shown_again(desk: Desk) -> None:
    mine = north(desk)
    sent = hidden(upload(mine, [ROWS[1] | NUMBER]))
    mine.post(f"/desk/directory/{ID}/right", base=base(desk))
    answer = mine.client.post("/desk/import/propose", data=sent, headers=OURS)
    assert answer.status_code == 409 and waiting.batches(desk.db) == ()
    assert mine.client.post("/desk/import/propose", data=hidden(answer), headers=OURS).status_code == 303


def test_only_the_file_of_an_import_may_be_large(desk: Desk) -> None:
    mine, before = north(desk), desk.work()
    assert upload(mine, [], "a" * 2_100_000).status_code == 413
    big = {"name": "a" * 70_000, "packed": "a" * 70_000}
    for path in (f"/desk/directory/{ID}/", "/desk/new-entry/check", "/desk/new-entry/"):
        assert mine.client.post(path, data=big, headers=OURS).status_code == 413, path
    assert desk.work() == before


def test_what_is_sent_is_never_written_into_a_file_of_its_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = north(desk)

    def written(*_: object, **__: object) -> None:
        raise AssertionError("A temporary file was asked for.")

    for name in ("TemporaryFile", "SpooledTemporaryFile", "NamedTemporaryFile"):
        monkeypatch.setattr(tempfile, name, written)
        monkeypatch.setattr(formparser, name, written, raising=False)
    assert upload(mine, [], "a" * 1_500_000).status_code == 422


def test_the_directory_goes_out_as_csv_and_hsds_and_into_no_cache(desk: Desk) -> None:
    mine = north(desk)
    out = mine.get("/desk/export/list.csv")
    rows = list(csv.DictReader(io.StringIO(out.get_data().decode("utf-8-sig"))))
    assert [row["id"] for row in rows] == sorted(row["id"] for row in ROWS) and set(rows[0]) == set(COLUMNS)
    written = mine.get("/desk/export/list.json")
    assert json.loads(written.text)
    for answer in (out, written):
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="list-{TODAY}.')


# Who asks is a coordinator of kh-12: none of this is hers.
READ = (
    "/desk/directory/kh-south/",
    "/desk/directory/kh-all/",
    "/desk/directory/kh-nothing/",
    "/desk/directory/?area=kh-8",
    "/desk/directory/?area=kh",
    "/desk/directory/?area=nowhere",
    "/desk/changes/{south}/",
    "/desk/changes/0/",
    "/desk/areas/kh-8/",
    "/desk/areas/kh/",
    "/desk/areas/nowhere/",
    "/desk/areas/?area=kh-8",
)
WRITE = (
    "/desk/directory/kh-south/",
    "/desk/directory/kh-south/right",
    "/desk/directory/kh-south/status",
    "/desk/directory/kh-south/back",
    "/desk/directory/kh-all/",
    "/desk/directory/kh-all/right",
    "/desk/directory/kh-all/status",
    "/desk/directory/kh-all/back",
    "/desk/changes/{south}/decide",
    "/desk/changes/0/decide",
    "/desk/areas/kh-8/",
    "/desk/areas/kh-8/back",
    "/desk/areas/kh-8/alone",
    "/desk/areas/kh/",
    "/desk/areas/nowhere/",
)
OWN = (
    "/desk/directory/",
    "/desk/directory/kh-help/",
    "/desk/directory/kh-help/right",
    "/desk/directory/kh-help/status",
    "/desk/directory/kh-help/back",
    "/desk/new-entry/",
    "/desk/new-entry/check",
    "/desk/import/",
    "/desk/import/propose",
    "/desk/changes/{north}/decide",
    "/desk/areas/kh-12/",
    "/desk/areas/kh-12/back",
    "/desk/areas/kh-12/alone",
)
SEEN = (
    "/desk/directory/",
    "/desk/directory/kh-help/",
    "/desk/new-entry/",
    "/desk/import/",
    "/desk/changes/",
    "/desk/changes/{north}/",
    "/desk/areas/",
    "/desk/areas/kh-12/",
    "/desk/export/list.csv",
    "/desk/export/list.json",
)
FORM = {"base": "", "number": "1", "decision": "approve", "alone": "yes", "name": "Taken over", "place": "kh-12"}


def furnished(desk: Desk) -> dict[str, str]:
    """Two waiting changes, one in each area, by an administrator."""
    first = desk.somebody("Proposer")
    for id in (ID, "kh-south"):
        assert proposed(desk, first, id, **NUMBER).status_code == 303
    by_area = {batch.areas[0]: batch.id for batch in waiting.batches(desk.db)}
    return {"north": by_area["kh-12"], "south": by_area["kh-8"]}


def test_what_is_of_another_area_or_not_there_is_not_found_and_nothing_changes(desk: Desk) -> None:
    batches, mine = furnished(desk), north(desk)
    before = desk.work()
    for path in READ:
        assert mine.get(path.format(**batches)).status_code == 404, path
    for path in WRITE:
        name = path.format(**batches)
        form = FORM | ({"base": base(desk, name.split("/")[3])} if "directory" in name else {})
        answer = mine.post(name, **form)
        assert answer.status_code in (403, 404), path
    assert "kh-south" not in mine.get("/desk/changes/").text
    (row,) = (each.id for each in waiting.of_batch(desk.db, batches["south"]))
    for id in (row, "0" * 16, "é"):
        form = {"decision": "approve", "row": id}
        assert mine.post(f"/desk/changes/{batches['north']}/decide", **form).status_code == 404, id
    for place in ("kh-8", "kh", "th"):
        assert proposed(desk, mine, place=place).status_code == 403, place
    assert mine.post(f"/desk/changes/{batches['north']}/decide", decision="take").status_code == 400
    assert desk.work() == before


def out(desk: Desk) -> Visitor:
    return Visitor(desk)


def expired(desk: Desk) -> Visitor:
    mine = north(desk, "Late")
    desk.change("update sessions set seen = seen - 1800 where person = ?", desk.id_of("Late"))
    return mine


def put_out(desk: Desk) -> Visitor:
    mine = north(desk, "Out")
    desk.change("update people set disabled = 1 where label = 'Out'")
    return mine


@pytest.mark.parametrize("who", [out, expired, put_out])
def test_whoever_is_not_in_sees_and_changes_nothing(desk: Desk, who: Callable[[Desk], Visitor]) -> None:
    batches, mine = furnished(desk), who(desk)
    before = desk.work()
    for path in [*SEEN, *READ]:
        answer = mine.get(path.format(**batches))
        assert answer.status_code in (403, 404), path
        assert answer.headers["Cache-Control"] == "no-store" and "Legal help" not in answer.text
    for path in [*OWN, *WRITE]:
        assert mine.post(path.format(**batches), **FORM).status_code in (403, 404), path
    assert desk.work() == before


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_what_comes_from_elsewhere_changes_nothing(desk: Desk, site: str) -> None:
    batches, mine = furnished(desk), desk.somebody("Another")
    before = desk.work()
    for path in [*OWN, *WRITE]:
        form = FORM | {"base": base(desk)}
        answer = mine.client.post(path.format(**batches), data=form, headers={"Sec-Fetch-Site": site})
        assert answer.status_code == 403, path
    assert desk.work() == before


def test_no_page_of_the_directory_at_the_desk_is_kept_by_a_browser(desk: Desk) -> None:
    batches, mine = furnished(desk), north(desk)
    for path in SEEN:
        answer = mine.get(path.format(**batches))
        assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store", path
        if "export" not in path:
            page(mine.client, path.format(**batches))


def test_alone_she_puts_it_live_after_a_day_and_everybody_sees_it_wait(desk: Desk) -> None:
    first, mine, far = desk.somebody("First"), north(desk), desk.somebody("South", "coordinator", ("kh-8",))
    assert first.post("/desk/areas/kh-12/alone", alone="yes").status_code == 303
    proposed(desk, mine, **NUMBER)
    path = f"/desk/changes/{batch_of(desk)}/"
    assert "one person looks after it alone" in page(far.client, "/desk/changes/").text_content()
    assert "About 24 hours are left" in page(far.client, path).text_content()
    assert far.post(f"{path}decide", decision="approve").status_code == 403
    early = mine.post(f"{path}decide", decision="approve")
    assert early.status_code == 403 and "24 hours" in early.text and "Put it live now" not in mine.get(path).text
    desk.change("update proposals set ripe = ripe - 86400")
    assert "Put it live now" in mine.get(path).text
    assert mine.post(f"{path}decide", decision="approve").status_code == 303
    assert says(desk)["phones"] == NUMBER["phones"]
    assert "alone, after 24 hours" in page(mine.client, f"/desk/directory/{ID}/").text_content()


def test_a_large_batch_waits_within_its_bound(desk: Desk) -> None:
    mine = north(desk)
    wanted = [Wanted(service(f"kh-x-{n}"), HELP | {"id": f"kh-x-{n}"}, fingerprint({})) for n in range(5_001)]
    with pytest.raises(NotAllowedError, match="too-many-changes"):
        proposals.propose(desk.db, desk.id_of("North"), "import", wanted, desk.now)
    assert mine.is_in and waiting.batches(desk.db) == ()
