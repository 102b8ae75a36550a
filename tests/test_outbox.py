"""What the phone seals, and how its outbox changes: the shipped scripts in a real engine, opened with the real key."""

import json
from typing import Any

import pytest

from pwa.domain.counting import Batch, Kind, Reason, Slot, decoded, encoded, entry_of
from pwa.sealing import Lock
from tests.engine import run

LOCK = Lock(("5e" * 32,))
GIVEN = {"token": "t" * 43, "key": encoded(LOCK.public), "areas": [["kh-12", "Phnom Penh"]], "month": "2026-11"}
IMPORTS = """
import { answered, counted, enrolled, flagged, refusal, sealed, sealedForSending, take } from "./outbox.js";
"""
# Each script starts with the outbox of a phone just enrolled, in `state`, and gives back what is printed as JSON.
AROUND = """
async function all() {
  let state = await enrolled(null, given.phone);
  let opening;
  const open = async () => { ({ state, opening } = await take(state)); };
  const tap = async (what = "disclosures", area = "kh-12", month = "2026-11") => {
    ({ state, opening } = await counted(state, opening, { what, area, month }));
  };
  HERE
}
all().then((out) => console.log(JSON.stringify(out)));
"""


def phone(script: str, wanted: object = None) -> Any:
    return run(IMPORTS + AROUND.replace("HERE", script), {"phone": GIVEN, "wanted": wanted})


def opened(page: dict[str, Any]) -> list[Slot]:
    found = LOCK.open(Batch(decoded(page["id"]), tuple(decoded(slot) for slot in page["slots"])))
    assert found.unread == 0
    return list(found.slots)


def counts(page: dict[str, Any]) -> list[tuple[str, str, int, int]]:
    return [(s.area, s.month, s.disclosures, s.referrals) for s in opened(page) if s.kind is Kind.COUNT]


def test_a_phone_just_enrolled_holds_one_page_of_24_sealed_dummies() -> None:
    state = phone("return state;")
    (page,) = state["pages"]
    assert opened(page) == [Slot(Kind.DUMMY, made="2026-11")] * 24
    assert len(set(page["slots"])) == 24
    assert {len(slot) for slot in page["slots"]} == {146}
    assert page["next"] < 8


def test_a_count_is_sealed_in_the_slot_of_its_opening() -> None:
    state = phone("""await open(); await tap(); await tap("referrals"); await tap(); return state;""")
    (page,) = state["pages"]
    assert counts(page) == [("kh-12", "2026-11", 2, 1)]
    assert opened(page)[page["next"] - 1].kind is Kind.COUNT


@pytest.mark.parametrize("taps", [0, 1, 40])
def test_none_one_and_forty_counts_leave_the_same_shape(taps: int) -> None:
    state = phone(
        """await open();
        const first = state.pages[0].next;
        for (let n = 0; n < given.wanted; n += 1) await tap();
        return { ...state, first };""",
        taps,
    )
    (page,) = state["pages"]
    assert page["next"] == state["first"]
    assert len(json.dumps(page["slots"])) == 24 * 150
    assert sum(slot.disclosures for slot in opened(page)) == taps


def test_another_area_month_and_the_256th_count_take_a_slot_of_their_own() -> None:
    state = phone(
        """await open();
        await tap("disclosures", "kh-12", "2026-11");
        await tap("disclosures", "kh-2", "2026-11");
        await tap("disclosures", "kh-2", "2026-12");
        for (let n = 0; n < 256; n += 1) await tap("referrals", "kh-2", "2026-12");
        return state;"""
    )
    assert counts(state["pages"][0]) == [
        ("kh-12", "2026-11", 1, 0), ("kh-2", "2026-11", 1, 0), ("kh-2", "2026-12", 1, 255), ("kh-2", "2026-12", 0, 1)
    ]  # fmt: skip


def test_more_openings_than_slots_take_a_second_page_and_lose_nothing() -> None:
    state = phone(
        """for (let n = 0; n < 60; n += 1) { await open(); await tap(); }
        return state;"""
    )
    assert len(state["pages"]) in (3, 4)
    assert sum(slot.disclosures for page in state["pages"] for slot in opened(page)) == 60


def test_what_is_sealed_for_sending_is_never_changed_and_later_counts_go_on_the_next_page() -> None:
    before, after = phone(
        """await open();
        await tap(); await tap();
        state = await sealedForSending(state);
        const before = state;
        await tap();
        state = await sealedForSending(state);
        return [before, state];"""
    )
    assert after["pages"][0] == before["pages"][0]
    assert after["pages"][1]["id"] == before["pages"][1]["id"]
    told = [counts(page) for page in after["pages"]]
    assert told == [[("kh-12", "2026-11", 2, 0)], [("kh-12", "2026-11", 1, 0)], []]


def test_a_receipt_lets_go_of_its_own_page_only_and_brings_the_month_of_the_server() -> None:
    state = phone(
        """state = await sealedForSending(state);
        const [{ id }] = sealed(state);
        state = answered(state, id, { status: "counted", month: "2026-12", unread: 0 }, "2026-12-01");
        state = await sealedForSending(state);
        return { ...state, id };"""
    )
    assert state["id"] not in [page["id"] for page in state["pages"]]
    assert [page["made"] for page in state["pages"]] == ["2026-11", "2026-12"]
    assert (state["month"], state["delivered"], state["refused"]) == ("2026-12", "2026-12-01", "")


def test_a_refusal_keeps_the_page_and_has_a_name() -> None:
    pages, names = phone(
        """state = await sealedForSending(state);
        state = answered(state, sealed(state)[0].id, { status: "conflict" }, "2026-12-01");
        const receipt = { status: "counted", month: "2026-12" };
        return [state.pages.length, [refusal({ status: "conflict" }), refusal({ ...receipt, unread: 0 }),
          refusal({ ...receipt, unread: 2 })]];"""
    )
    assert pages == 2
    assert names == ["conflict", 0, "unread"]


def test_a_phone_that_enrols_again_keeps_what_waits_and_a_new_key_gets_a_new_page() -> None:
    changed = Lock(("6f" * 32,))
    first, again, other = phone(
        """const again = await enrolled(state, { ...given.phone, token: "second" });
        return [state, again, await enrolled(again, { ...given.phone, key: given.wanted })];""",
        encoded(changed.public),
    )
    assert again["token"] == "second"  # noqa: S105
    assert again["pages"] == first["pages"]
    old, new = other["pages"]
    assert old == first["pages"][0]
    assert changed.open(Batch(decoded(new["id"]), tuple(map(decoded, new["slots"])))).unread == 0


def test_a_flag_holds_the_service_its_reason_and_no_word() -> None:
    state = phone("""return flagged(state, { area: "sg", service: "sg-home", reason: "moved", month: "2026-11" });""")
    (flag,) = [slot for slot in opened(state["pages"][0]) if slot.kind is Kind.FLAG]
    assert (flag.reason, flag.entry, flag.area) == (Reason.MOVED, entry_of("sg-home"), "sg")


@pytest.mark.parametrize(
    ("clock", "month"), [("1970-01", "2000-01"), ("1999-12", "2000-01"), ("2026-11", "2026-11"), ("9999-12", "7461-04")]
)
def test_a_wrong_clock_still_seals_a_count(clock: str, month: str) -> None:
    state = phone(
        """await open(); await tap("disclosures", "kh-12", given.wanted); return state;""",
        clock,
    )
    assert counts(state["pages"][0]) == [("kh-12", month, 1, 0)]


def test_no_slot_opens_in_another_batch() -> None:
    first, second = phone("return [state.pages[0], (await enrolled(null, given.phone)).pages[0]];")
    moved = Batch(decoded(second["id"]), tuple(decoded(slot) for slot in first["slots"]))
    assert LOCK.open(moved).unread == 24
