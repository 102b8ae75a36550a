import csv
import io
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine import run

State = dict[str, Any]
Deck = list[dict[str, Any]]
Moves = list[tuple[Any, ...]]
# Each move with the state after it, and where forward and backward lead from there.
WALK = """
import { opening, forward, backward, pick, hand } from "./course.js";
const slides = given.slides.map((slide) => ({
  ...slide, answers: slide.answers.map((each) => ({ ...each, to: each.to ?? undefined })),
}));
const moves = {
  forward: (state) => forward(state, slides),
  backward: (state) => backward(state, slides),
  pick: (state, answer) => pick(state, slides, answer),
  hand,
};
let state = opening();
const found = [state];
for (const [name, ...more] of given.moves) {
  const before = JSON.stringify(state);
  const after = moves[name](state, ...more);
  if (JSON.stringify(state) !== before) throw new Error(`${name} changed the state that it was given`);
  state = after;
  found.push(state);
}
console.log(JSON.stringify(found.map((each) => ({
  here: each, there: forward(each, slides), back: backward(each, slides),
  thereBack: backward(forward(each, slides), slides), backThere: forward(backward(each, slides), slides),
}))));
"""
MOVES = st.lists(
    st.just(("forward",))
    | st.just(("forward",))
    | st.just(("backward",))
    | st.tuples(st.just("pick"), st.integers(0, 3))
    | st.tuples(st.just("hand"), st.integers(0, 3), st.sampled_from([-1, 1])),
    max_size=40,
)


def slide(steps: int = 0, answers: Sequence[tuple[int | None, bool]] = (), **more: bool) -> dict[str, Any]:
    ways = [{"to": to, "good": good} for to, good in answers]
    return {"steps": steps or (2 if ways else 0), "answers": ways, "scene": False, "end": False, **more}


def scene(*answers: tuple[int, bool]) -> dict[str, Any]:
    return slide(answers=answers, scene=True, end=not answers)


STORY = [
    slide(),
    slide(steps=3),
    scene((3, False), (4, True), (5, True)),
    scene((6, True), (5, False)),
    scene((6, True), (5, True)),
    scene(),
    scene(),
    slide(answers=[(None, False), (None, True)]),
    slide(),
]


@st.composite
def decks(draw: st.DrawFn) -> Deck:
    """Screens, the scenes of a story without loops in any order, the questions of a check, and the last slide."""
    screens = draw(st.lists(st.integers(0, 2), min_size=1, max_size=3))
    count = draw(st.integers(1, 6))
    order = [0, *draw(st.permutations(range(1, count)))]
    scenes = [scene()] * count
    for rank, place in enumerate(order[:-1]):
        later = st.sampled_from(order[rank + 1 :]).map(lambda to: to + len(screens))
        scenes[place] = scene(*draw(st.lists(st.tuples(later, st.booleans()), max_size=4)))
    asked = draw(st.lists(st.lists(st.tuples(st.none(), st.booleans()), min_size=2, max_size=4), max_size=2))
    return [*(slide(steps) for steps in screens), *scenes, *(slide(answers=each) for each in asked), slide()]


def walked(slides: Deck, moves: Moves) -> list[dict[str, State]]:
    found: list[dict[str, State]] = run(WALK, {"slides": slides, "moves": moves})
    return found


def places(slides: Deck, moves: Moves) -> list[tuple[int, int]]:
    return [(each["here"]["at"], each["here"]["step"]) for each in walked(slides, moves)]


def slides_of(slides: Deck, *moves: tuple[Any, ...]) -> list[int]:
    """The slides that are seen, each once, in the order of a walk."""
    ats = [at for at, _ in places(slides, list(moves))]
    return [at for number, at in enumerate(ats) if number == 0 or at != ats[number - 1]]


def test_a_slide_is_shown_in_its_steps_before_the_next_one() -> None:
    assert places(STORY, [("forward",)] * 5) == [(0, 0), (1, 0), (1, 1), (1, 2), (1, 3), (2, 0)]


def test_before_the_first_and_behind_the_last_slide_there_is_nothing() -> None:
    assert places(STORY, [("backward",)]) == [(0, 0), (0, 0)]
    assert places([slide(), slide()], [("forward",)] * 3) == [(0, 0), (1, 0), (1, 0), (1, 0)]


def test_nobody_picks_and_the_way_goes_by_the_first_good_answer() -> None:
    assert slides_of(STORY, *[("forward",)] * 30) == [0, 1, 2, 4, 6, 7, 8]


@pytest.mark.parametrize(
    ("picks", "way"),
    [((0,), [2, 3, 6, 7, 8]), ((1,), [2, 4, 6, 7, 8]), ((2,), [2, 5, 7, 8]), ((0, 1), [2, 3, 5, 7, 8])],
)
def test_the_way_follows_the_picked_answers_and_an_end_skips_the_other_scenes(
    picks: tuple[int, ...], way: list[int]
) -> None:
    moves: Moves = [("forward",)] * 5
    for answer in picks:
        moves += [("pick", answer), ("forward",)]
    assert slides_of(STORY, *moves, *[("forward",)] * 12)[2:] == way


def test_a_pick_shows_what_every_answer_means_and_can_be_changed_on_the_way_back() -> None:
    moves = [*[("forward",)] * 5, ("pick", 2), ("forward",), ("backward",), ("pick", 0), ("forward",), ("backward",)]
    assert places(STORY, moves)[5:] == [(2, 0), (2, 2), (5, 0), (2, 2), (2, 2), (3, 0), (2, 2)]


def test_a_picked_answer_of_a_check_leads_to_the_next_slide() -> None:
    moves = [*[("forward",)] * 14, ("pick", 0), ("forward",)]
    assert slides_of(STORY, *moves)[-2:] == [7, 8]


def test_a_story_that_ends_the_deck_ends_it_from_any_end() -> None:
    deck = [scene((1, True), (2, False)), scene(), scene()]
    assert slides_of(deck, *[("forward",)] * 9) == [0, 1]


def test_hands_are_counted_for_each_answer_of_each_slide_and_never_below_none() -> None:
    moves: Moves = [("hand", 0, 1), ("hand", 0, 1), ("hand", 1, -1), ("forward",), ("hand", 0, 1), ("hand", 0, -1)]
    assert walked(STORY, [*moves, ("hand", 0, -1), ("hand", 0, 1)])[-1]["here"]["hands"] == {
        "0.0": 2, "0.1": 0, "1.0": 1,
    }  # fmt: skip


@settings(deadline=None, max_examples=60)
@given(decks(), MOVES)
def test_forward_and_back_lead_to_the_same_place_from_wherever_one_is(slides: Deck, moves: Moves) -> None:
    for state in walked(slides, moves):
        here = state["here"]
        assert 0 <= here["step"] <= slides[here["at"]]["steps"]
        assert all(count >= 0 for count in here["hands"].values())
        assert state["thereBack"] == here or state["there"] == here
        assert state["backThere"] == here or state["back"] == here


@settings(deadline=None, max_examples=40)
@given(decks(), MOVES)
def test_every_walk_ends_at_the_last_slide_and_all_the_way_back_at_the_first(slides: Deck, moves: Moves) -> None:
    most = sum(each["steps"] + 1 for each in slides)
    way = [at for at, _ in places(slides, [*moves, *[("forward",)] * most])][len(moves) :]
    if not any(each["scene"] and each["answers"] and not any(a["good"] for a in each["answers"]) for each in slides):
        assert way[-1] == len(slides) - 1
        ends = [number for number, at in enumerate(way) if slides[at]["end"]]
        assert not any(slides[at]["scene"] and not slides[at]["end"] for number in ends for at in way[number:])
        assert len({way[number] for number in ends}) <= 1
    last = walked(slides, [*moves, *[("backward",)] * (len(moves) + most)])[-1]["here"]
    assert (last["at"], last["step"], last["trail"]) == (0, 0, [])


def table(rows: list[list[str]]) -> str:
    found: str = run('import { csv } from "./csv.js";\nconsole.log(JSON.stringify(csv(given)));\n', rows)
    return found


def test_a_table_begins_with_a_mark_for_spreadsheets_and_ends_each_row_as_they_do() -> None:
    assert table([["a", "b"], ["", "é"]]) == '\ufeff"a","b"\r\n"","é"\r\n'


def test_a_quote_is_doubled() -> None:
    assert table([['She said "no", twice']]) == '\ufeff"She said ""no"", twice"\r\n'


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_would_calculate_is_text(start: str) -> None:
    assert table([[f'{start}HYPERLINK("x")', f"a{start}"]]) == f'\ufeff"\'{start}HYPERLINK(""x"")","a{start}"\r\n'


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.text() | st.text("=+-@\t\r\n\",;'a"), min_size=1, max_size=4), min_size=1, max_size=5))
def test_a_table_reads_back_as_it_was_but_for_the_apostrophe_before_a_formula(rows: list[list[str]]) -> None:
    text = table(rows)
    assert text.startswith("\ufeff")
    assert list(csv.reader(io.StringIO(text[1:], newline=""), strict=True)) == [
        [f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in row] for row in rows
    ]
