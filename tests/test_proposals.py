"""What readers see changes when a second person approves: who may, on what, and what is left of it."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlite_utils import Database

from pwa.domain import proposals as domain
from pwa.domain.directory import COLUMNS, from_cells
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.proposals import Words, cells_of, fingerprint, words_of
from pwa.store import access, access_history, history, people, places, proposals, services, waiting
from pwa.store.db import immediate, open_content
from pwa.store.people import Credential, NotAllowedError
from pwa.store.proposals import Wanted

NOW = int(dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC).timestamp())
TODAY = dt.date(2026, 11, 24)
HOUR = 3600
CAST = {
    "First": ("administrator", ""),
    "Second": ("administrator", ""),
    "North": ("coordinator", "kh-12"),
    "North two": ("coordinator", "kh-12"),
    "South": ("coordinator", "kh-8"),
    "Both": ("coordinator", "kh-12 kh-8"),
    "Country": ("coordinator", "kh"),
    "Thai": ("coordinator", "th"),
}
HELP = {
    "id": "kh-help", "country": "KH", "province": "KH-12", "categories": "legal", "name": "Legal help",
    "services": "Free advice", "location": "Next to the market", "confidential": "no", "phones": "+855 23 997 919",
    "interpreter": "unknown", "asks_for_papers": "unknown", "may_report": "unknown", "access": "unknown",
    "status": "open", "source": "A list <https://example.org/>", "source_date": "2026",
}  # fmt: skip
NUMBER = {"phones": "+855 23 997 920"}
FOCAL = {
    "language": "en",
    "focal_role": "Duty officer",
    "focal_organisation": "Centre",
    "focal_contact": "a@example.org",
}


def fine() -> None:
    """Nothing else stands against it."""


class Office:
    """A directory of a few services and the cast; `id` is that of a person by her label."""

    def __init__(self, folder: Path) -> None:
        self.db: Database = open_content(folder)
        rows = [HELP, HELP | {"id": "kh-other", "province": "KH-8"}, HELP | {"id": "kh-all", "province": ""}]
        with immediate(self.db):
            for row in rows:
                services.put(self.db, row["id"], cells_of(row))
            services.release(self.db, TODAY)
            for label, (role, areas) in CAST.items():
                self.db.execute("insert into people values (?, ?, ?, ?, 0, 0)", [f"id of {label}", label, role, areas])

    def id(self, label: str) -> str:
        found = people.called(self.db, label)
        assert found
        return found.id

    def says(self, id: str = "kh-help") -> Words:
        return waiting.current(self.db, domain.service(id))

    def propose(self, label: str, after: Words, id: str = "kh-help", kind: str = "edit", now: int = NOW) -> str:
        """The batch of one change of one service."""
        target, before = domain.service(id), self.says(id)
        words = {column: cell for column, cell in (before | after).items() if cell}
        return proposals.propose(self.db, self.id(label), kind, [Wanted(target, words, fingerprint(before))], now)

    def rows(self, batch: str) -> list[str]:
        return [each.id for each in waiting.of_batch(self.db, batch)]

    def approve(self, label: str, batch: str, now: int = NOW) -> None:
        proposals.approve(self.db, self.id(label), self.rows(batch), now, fine)

    def all(self) -> list[tuple[object, ...]]:
        """Every row that a decision can change: not what is told of who was let in."""
        tables = ("services", "release", "proposals", "history", "places", "alone", "findable")
        rows = [row for table in tables for row in self.db.execute(f"select * from {table}").fetchall()]  # noqa: S608
        return [row for row in rows if row[0] != access_history.TARGET]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = Office(tmp_path)
    yield found
    found.db.close()


def test_readers_see_the_old_number_until_another_person_approves_and_the_new_one_after(office: Office) -> None:
    version = services.version(office.db)
    batch = office.propose("North", NUMBER)
    assert office.says()["phones"] == HELP["phones"] and services.version(office.db) == version
    office.approve("North two", batch)
    assert office.says()["phones"] == NUMBER["phones"] and services.version(office.db) != version
    assert waiting.batches(office.db) == ()
    (entry,) = history.of(office.db, "service:kh-help")
    assert (entry.kind, entry.proposed.label, entry.approved.label, entry.day) == (
        "edit",
        "North",
        "North two",
        "2026-11-24",
    )
    assert (entry.before["phones"], entry.after["phones"]) == (HELP["phones"], NUMBER["phones"])
    assert office.db.execute("select count(*) from findable where stale").fetchone() == (0,)


@pytest.mark.parametrize("label", ["North", "First"])
def test_nobody_approves_her_own(office: Office, label: str) -> None:
    batch = office.propose(label, NUMBER)
    before = office.all()
    with pytest.raises(NotAllowedError, match="own"):
        office.approve(label, batch)
    with pytest.raises(NotAllowedError, match="own"):
        proposals.refuse(office.db, office.id(label), office.rows(batch), NOW)
    assert office.all() == before


def test_nobody_approves_her_own_with_another_passkey_nor_when_she_was_out_and_is_back(office: Office) -> None:
    batch, mine = office.propose("North", NUMBER), office.id("North")
    with immediate(office.db):
        for key in (b"1" * 16, b"2" * 16):
            people.add_credential(office.db, Credential(key, mine, b"", 0, False, "Key", "2026-11", "2026-11", ""))
    before = office.all()
    with pytest.raises(NotAllowedError, match="own"):
        office.approve("North", batch)
    access.revoke(office.db, office.id("First"), mine, NOW)
    with pytest.raises(NotAllowedError, match="not-yours"):
        proposals.approve(office.db, mine, office.rows(batch), NOW, fine)
    secret = access.invite_back(office.db, office.id("First"), mine, NOW)
    with immediate(office.db):
        back = access.redeem(office.db, secret, NOW)
    assert back and back.person == mine
    for hours in (1, 30):
        with pytest.raises(NotAllowedError, match=r"own|back-too-lately"):
            office.approve("North", batch, NOW + hours * HOUR)
    assert office.all() == before


def test_who_came_back_by_a_new_link_approves_nothing_for_a_day(office: Office) -> None:
    batch = office.propose("North", NUMBER)
    with immediate(office.db):
        office.db.execute("update people set grants_from = ? where label = 'North two'", [NOW + 60])
    with pytest.raises(NotAllowedError, match="back-too-lately"):
        office.approve("North two", batch)
    office.approve("North two", batch, NOW + 60)


@pytest.mark.parametrize(
    ("id", "after", "proposer", "may", "may_not"),
    [
        ("kh-help", NUMBER, "North", ["North two", "Both", "Country", "First"], ["South", "Thai"]),
        ("kh-help", {"province": "KH-8"}, "Both", ["Country", "First"], ["North", "South", "Thai"]),
        ("kh-help", {"province": ""}, "Country", ["First"], ["Both", "North", "Thai"]),
        ("kh-all", NUMBER, "Country", ["First"], ["Both", "North", "South", "Thai"]),
        ("kh-all", {"province": "KH-12"}, "First", ["Country", "Second"], ["North", "Both"]),
        ("kh-help", {"country": "TH", "province": "", "phones": "1300"}, "First", ["Second"], ["Country", "Thai"]),
    ],
)
def test_both_look_after_every_area_that_a_change_touches(
    office: Office, id: str, after: Words, proposer: str, may: list[str], may_not: list[str]
) -> None:
    for label in may_not:
        with pytest.raises(NotAllowedError, match="not-your-area"):
            office.propose(label, after, id)
    batch = office.propose(proposer, after, id)
    before = office.all()
    for label in may_not:
        with pytest.raises(NotAllowedError, match="not-your-area"):
            office.approve(label, batch)
    assert office.all() == before
    proposals.withdraw(office.db, office.id(proposer), office.rows(batch))
    for label in may:
        again = office.propose(proposer, after, id)
        old = office.says(id)
        office.approve(label, again)
        with immediate(office.db):
            services.put(office.db, id, cells_of(old))


def test_what_has_changed_since_is_refused_and_nothing_of_its_batch_is_written(office: Office) -> None:
    one = office.propose("North", NUMBER)
    other = office.propose("Both", {"name": "Law help"})
    two = [
        Wanted(domain.service(id), office.says(id) | NUMBER, fingerprint(office.says(id)))
        for id in ("kh-help", "kh-other")
    ]
    batch = proposals.propose(office.db, office.id("Both"), "import", two, NOW)
    office.approve("North two", one)
    before = office.all()
    for late in (other, batch):
        with pytest.raises(NotAllowedError) as refused:
            office.approve("First", late)
        assert refused.value.args == ("stale", "kh-help")
    assert office.all() == before
    (fit,) = (each.id for each in waiting.of_batch(office.db, batch) if each.name == "kh-other")
    proposals.approve(office.db, office.id("South"), [fit], NOW, fine)
    assert office.says("kh-other")["phones"] == NUMBER["phones"] and len(office.rows(batch)) == 1


def test_a_form_that_was_made_of_older_words_is_refused(office: Office) -> None:
    base = fingerprint(office.says())
    office.approve("North two", office.propose("North", NUMBER))
    before = office.all()
    wanted = Wanted("service:kh-help", HELP | {"name": "Law help"}, base)
    with pytest.raises(NotAllowedError, match="stale"):
        proposals.propose(office.db, office.id("North"), "edit", [wanted], NOW)
    assert office.all() == before


def test_what_says_the_same_is_no_change(office: Office) -> None:
    with pytest.raises(NotAllowedError, match="nothing-changed"):
        office.propose("North", {})


def test_the_checks_of_an_import_hold_when_it_is_proposed_and_when_it_is_approved(office: Office) -> None:
    before = office.all()
    for after in ({"phones": "*21*1#"}, {"categories": "shelter"}, {"id": "kh-else"}, {"name": ""},
                  {"categories": "shelter", "confidential": "yes", "location": "12 Market Street"}):  # fmt: skip
        with pytest.raises(FaultsFoundError):
            office.propose("North", after)
    assert office.all() == before
    batch = office.propose("North", {"checked_on": "2026-11-24", "checked_by": "North"})
    before = office.all()
    with pytest.raises(FaultsFoundError, match="in the future"):
        office.approve("North two", batch, NOW - 3 * 24 * HOUR)
    assert office.all() == before


def test_where_something_else_stands_against_it_all_is_taken_back(office: Office) -> None:
    batch = office.propose("North", {"status": "closed"}, kind="close")
    before = office.all()

    def against() -> None:
        assert office.says()["status"] == "closed"
        raise FaultsFoundError([Fault("content/en/rules/kh.md", "emergency", "is no open service.")])

    with pytest.raises(FaultsFoundError):
        proposals.approve(office.db, office.id("First"), office.rows(batch), NOW, against)
    assert office.all() == before


def test_what_is_refused_leaves_only_that_it_was_and_what_is_withdrawn_nothing(office: Office) -> None:
    batch = office.propose("North", {"name": "A secret"})
    proposals.refuse(office.db, office.id("North two"), office.rows(batch), NOW)
    (entry,) = history.of(office.db, "service:kh-help")
    assert (entry.kind, entry.before, entry.after, entry.approved.label) == ("refused", {}, {}, "North two")
    batch = office.propose("North", {"name": "A secret"})
    with pytest.raises(NotAllowedError, match="not-yours"):
        proposals.withdraw(office.db, office.id("First"), office.rows(batch))
    proposals.withdraw(office.db, office.id("North"), office.rows(batch))
    assert waiting.batches(office.db) == () and len(history.of(office.db, "service:kh-help")) == 1


def test_what_nobody_knows_cannot_be_decided(office: Office) -> None:
    batch = office.propose("North", NUMBER)
    done = office.rows(batch)
    office.approve("North two", batch)
    before = office.all()
    first = office.id("First")
    for ids in ([], ["nothing"], done):
        with pytest.raises(KeyError):
            proposals.approve(office.db, first, ids, NOW, fine)
        with pytest.raises(KeyError):
            proposals.refuse(office.db, first, ids, NOW)
        with pytest.raises(KeyError):
            proposals.withdraw(office.db, office.id("North"), ids)
    assert office.all() == before


def test_still_right_needs_no_second_person_and_makes_what_waits_stale(office: Office) -> None:
    batch = office.propose("North", NUMBER)
    base = fingerprint(office.says())
    for label, key in (("South", "not-your-area"), ("Thai", "not-your-area")):
        with pytest.raises(NotAllowedError, match=key):
            proposals.still_right(office.db, office.id(label), "kh-help", base, NOW)
    with pytest.raises(KeyError):
        proposals.still_right(office.db, office.id("First"), "kh-none", base, NOW)
    version = services.version(office.db)
    proposals.still_right(office.db, office.id("North two"), "kh-help", base, NOW)
    assert office.says() == HELP | {"checked_on": "2026-11-24", "checked_by": "North two"}
    assert services.version(office.db) != version
    assert history.of(office.db, "service:kh-help")[0].kind == "checked"
    with pytest.raises(NotAllowedError, match="stale"):
        office.approve("North two", batch)
    with pytest.raises(NotAllowedError, match="stale"):
        proposals.still_right(office.db, office.id("North"), "kh-help", base, NOW)


def test_alone_she_puts_her_own_change_live_after_a_day_and_not_a_second_before(office: Office) -> None:
    mine = office.id("North")
    early = office.propose("North", NUMBER)
    for label in ("North", "Country"):
        with pytest.raises(NotAllowedError, match="administrators-only"):
            proposals.set_alone(office.db, office.id(label), "kh-12", True, NOW)
    version = services.version(office.db)
    proposals.set_alone(office.db, office.id("First"), "kh-12", True, NOW)
    assert services.version(office.db) != version
    batch = office.propose("North", {"phones": "+855 23 997 921"})
    with pytest.raises(NotAllowedError, match="own"):
        office.approve("North", early, NOW + 48 * HOUR)
    with pytest.raises(NotAllowedError, match="not-yet"):
        office.approve("North", batch, NOW + 24 * HOUR - 1)
    proposals.set_alone(office.db, office.id("First"), "kh-12", False, NOW)
    with pytest.raises(NotAllowedError, match="own"):
        office.approve("North", batch, NOW + 24 * HOUR)
    proposals.set_alone(office.db, office.id("First"), "kh-12", True, NOW)
    office.approve("North", batch, NOW + 24 * HOUR)
    assert office.says()["phones"] == "+855 23 997 921"
    (entry,) = history.of(office.db, "service:kh-help")
    assert entry.proposed == entry.approved == domain.Signature("North", "coordinator")
    wide = office.propose("Both", {"province": "KH-8"})
    with pytest.raises(NotAllowedError, match="own"):
        office.approve("Both", wide, NOW + 24 * HOUR)
    assert mine


def test_one_number_among_2000_rows_stands_alone_before_all_others(office: Office) -> None:
    rows = {
        f"kh-row-{n}": HELP | {"id": f"kh-row-{n}", "phones": f"023 99{n // 1000} {n % 1000:03}"} for n in range(2000)
    }
    with immediate(office.db):
        for id, row in rows.items():
            services.put(office.db, id, cells_of(row))
    kinds = [
        {"services": "Advice in person"},
        {"location": "Behind the market"},
        {"source_date": "2026-11", "name": "Law help"},
    ]
    wanted = []
    for n, (id, row) in enumerate(rows.items()):
        after = row | ({"phones": "+855 23 997 920"} if n == 1234 else kinds[n % 3])
        if n % 3 == 0 and n != 1234:
            after |= {"phones": f"+855 23 99{n // 1000} {n % 1000:03}"}
        wanted.append(Wanted(domain.service(id), after, fingerprint(row)))
    batch = proposals.propose(office.db, office.id("North"), "import", wanted, NOW)
    groups = domain.overview(waiting.of_batch(office.db, batch), ["kh-row-1"])
    assert [(g.emergency, g.apart, len(g.rows)) for g in groups[:3]] == [
        (True, True, 1),
        (False, True, 1),
        (False, True, 665),
    ]
    assert groups[1].rows[0].name == "kh-row-1234" and groups[1].columns == ("phones",)
    assert sum(len(group.rows) for group in groups) == 2000 and len(groups) == 5


def test_a_batch_and_all_that_waits_have_a_bound(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "MOST_WAITING", 1)
    office.propose("North", NUMBER)
    with pytest.raises(NotAllowedError, match="too-many-changes"):
        office.propose("South", NUMBER, "kh-other")


def test_an_area_waits_for_a_second_person_too(office: Office) -> None:
    target = domain.place("kh-12")

    def propose(label: str, words: Words) -> str:
        wanted = Wanted(target, words, fingerprint(waiting.current(office.db, target)))
        return proposals.propose(office.db, office.id(label), "edit", [wanted], NOW)

    with pytest.raises(NotAllowedError, match="not-your-area"):
        propose("South", FOCAL)
    for wrong in ({"focal_contact": "ring us"}, {"focal_role": ""}, {"report_state": "known"}, {"language": ""},
                  {"report_state": "known", "report_text": "You must."}, {"name": "x"}, {"checked_on": "2026-11-20"},
                  {"report_state": "sure", "report_text": "You must.\n\nSource: a law."}):  # fmt: skip
        with pytest.raises(FaultsFoundError):
            propose("North", FOCAL | wrong)
    rule = {"report_state": "known", "report_text": "You must.\n\nSource: a law, 2020."}
    batch, version = propose("North", FOCAL | rule), services.version(office.db)
    assert places.overlays(office.db) == {}
    office.approve("North two", batch)
    assert places.overlays(office.db)["kh-12"].words == FOCAL | rule
    assert services.version(office.db) != version
    office.approve("North two", propose("North", {}))
    assert places.overlays(office.db) == {}
    assert len(history.of(office.db, target)) == 2


def test_the_command_line_writes_a_history_too_and_a_large_import_one_entry(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [HELP | NUMBER, HELP | {"id": "kh-new"}]
    services.merge(office.db, [from_cells(cells_of(row)) for row in rows], TODAY)
    (changed,), (added,) = (history.of(office.db, domain.service(id)) for id in ("kh-help", "kh-new"))
    assert (changed.kind, changed.approved) == ("import", history.OPERATOR)
    assert (changed.before["phones"], changed.after["phones"]) == (HELP["phones"], NUMBER["phones"])
    assert (added.before, added.after) == ({}, rows[1])
    services.replace_all(office.db, [from_cells(cells_of(rows[0]))], TODAY)
    assert history.of(office.db, "service:kh-new")[0].after == {}
    monkeypatch.setattr(history, "MOST_ROWS", 1)
    services.merge(office.db, [from_cells(cells_of(row | {"cost": "free"})) for row in rows], TODAY)
    assert len(history.of(office.db, "service:kh-help")) == 1
    (large,) = history.of(office.db, history.IMPORTS)
    assert large.after == {"added": "1", "changed": "1"}


def test_a_state_of_history_can_be_proposed_again(office: Office) -> None:
    office.approve("North two", office.propose("North", NUMBER))
    (entry,) = history.of(office.db, "service:kh-help")
    office.approve("North two", office.propose("North", entry.before, kind="roll-back"))
    assert office.says() == HELP
    assert [entry.kind for entry in history.of(office.db, "service:kh-help")] == ["roll-back", "edit"]


def test_words_and_cells_are_the_same(office: Office) -> None:
    assert cells_of(words_of(cells_of(HELP))) == cells_of(HELP) and len(cells_of({})) == len(COLUMNS)


def test_what_nobody_decided_in_90_days_is_forgotten(office: Office) -> None:
    office.propose("North", NUMBER)
    for days, left in ((90, 1), (91, 0)):
        with immediate(office.db):
            waiting.forget_old(office.db, TODAY + dt.timedelta(days))
        assert len(waiting.batches(office.db)) == left


def test_of_two_who_approve_at_once_one_does_and_it_is_written_once(office: Office, tmp_path: Path) -> None:
    batch = office.propose("North", NUMBER)
    ids, who = office.rows(batch), [office.id(label) for label in ("North two", "Both", "Country", "First")]

    def approve(by: str) -> bool:
        db = open_content(tmp_path)
        try:
            proposals.approve(db, by, ids, NOW, fine)
        except KeyError:
            return False
        finally:
            db.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(approve, who)) == [False, False, False, True]
    assert len(history.of(office.db, "service:kh-help")) == 1 and office.says()["phones"] == NUMBER["phones"]


def test_a_form_that_is_sent_twice_makes_one_change(office: Office) -> None:
    office.propose("North", NUMBER)
    with pytest.raises(NotAllowedError, match="waits-already"):
        office.propose("North", NUMBER)
    office.propose("North two", NUMBER)
    assert len(waiting.batches(office.db)) == 2


@pytest.mark.parametrize(
    ("old", "new", "marked"),
    [
        ("+855 23 997 919", "+855 23 997 910", ("9", "0")),
        ("117", "117; 118", ("", "; 118")),
        ("aa", "aaa", ("", "a")),
        ("", "x", ("", "x")),
        ("abc", "abc", ("", "")),
        ("market", "bracket", ("market", "bracket")),
    ],
)
def test_what_differs_in_two_texts_is_marked_and_nothing_is_lost(old: str, new: str, marked: tuple[str, str]) -> None:
    change = domain.Change("phones", old, new)
    for text, middle in zip((old, new), marked, strict=True):
        parts = change.parted(text)
        assert "".join(parts) == text
        if old != "market":
            assert parts[1] == middle
