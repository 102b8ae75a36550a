from collections.abc import Callable
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pwa.domain import stories
from pwa.domain.stories import Complain, Lines, Scene

Parser = Callable[[Lines, Complain], tuple[Scene, ...]]
Graph = list[list[int]]
FIRST = 11
STORY = """### door
She *waits*.

- [x] Sit down. -> talk
  She can breathe.
- [ ] Stay at the door. -> talk
  She looks up at you.

### talk
She looks at you.

- [x] Wait. -> ask
  Silence is fine.
- [ ] Hurry. -> ask
  She loses the thread.

### ask
She asks what you do.

- [x] Tell her. -> stays
  Now she can choose.

  It is hers.
- [ ] Send her on. -> leaves
  She has a number now.

### stays
She stays.

### leaves
She leaves with a number.
"""
QUESTION = "### May *you* {}?\n- [ ] Yes.\n  She did not agree.\n- [x] No.\n  It is hers to say.\n"
CHECK = "".join(map(QUESTION.format, ("ask", "call", "tell", "write")))
WORDS = st.from_regex(r"[A-Za-zéក]+( [A-Za-zéក]+){0,4}", fullmatch=True)
LINES = st.lists(
    st.sampled_from(["### a", "### b", "### ", "###", "### B c", "- [x] Yes. -> a", "- [ ] No. -> b", "- [x] Yes. ->"])
    | st.sampled_from(["- [x] ", "- [X] Yes.", "- [ ] -> a", "  Why.", " Why.", "", "\t", "Text.", ":::", "> - [x] a"])
    | st.sampled_from(["![a](b)", "<script>", "[a](lang:id)", "- [x] a -> b c", "\0"])
    | st.text(max_size=9)
)
GRAPHS = st.integers(1, 6).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, size - 1), max_size=4), min_size=size, max_size=size)
)


class Told(NamedTuple):
    scenes: tuple[Scene, ...]
    faults: list[tuple[int, str]]

    def lines(self, said: str) -> list[int]:
        return [line for line, message in self.faults if said in message]


def told(parser: Parser, text: str) -> Told:
    faults: list[tuple[int, str]] = []
    scenes = parser(enumerate(text.splitlines(), FIRST), lambda line, message: faults.append((line, message)))
    return Told(scenes, faults)


def test_a_scenario_is_what_was_written() -> None:
    scenes, faults = told(stories.scenario, STORY)
    assert faults == []
    assert [(scene.key, scene.is_end) for scene in scenes] == [
        ("door", False), ("talk", False), ("ask", False), ("stays", True), ("leaves", True),
    ]  # fmt: skip
    assert scenes[0].html == "<p>She <em>waits</em>.</p>"
    assert scenes[0].line == FIRST
    assert [(each.html, each.good, each.to, each.line) for each in scenes[2].answers] == [
        ("Tell her.", True, "stays", FIRST + 19), ("Send her on.", False, "leaves", FIRST + 23),
    ]  # fmt: skip
    assert scenes[2].answers[0].why == "<p>Now she can choose.</p>\n<p>It is hers.</p>"


def test_a_check_is_what_was_written() -> None:
    questions, faults = told(stories.check, CHECK)
    assert faults == []
    assert [question.html for question in questions] == [
        f"May <em>you</em> {word}?" for word in ("ask", "call", "tell", "write")
    ]
    assert [(each.html, each.good, each.to, each.why) for each in questions[0].answers] == [
        ("Yes.", False, "", "<p>She did not agree.</p>"), ("No.", True, "", "<p>It is hers to say.</p>"),
    ]  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(WORDS, st.lists(st.tuples(WORDS, WORDS, st.booleans()), min_size=2, max_size=4)), min_size=1))
def test_any_words_come_back_as_they_were_written(written: list[tuple[str, list[tuple[str, str, bool]]]]) -> None:
    lines = []
    for text, answers in written:
        lines += ["### here", text, ""]
        lines += [f"- [{'x' if good else ' '}] {answer} -> here\n  {why}" for answer, why, good in answers]
    scenes, _ = told(stories.scenario, "\n".join(lines))
    assert [
        (scene.html, [(answer.html, answer.why, answer.good, answer.to) for answer in scene.answers])
        for scene in scenes
    ] == [
        (f"<p>{text}</p>", [(answer, f"<p>{why}</p>", good, "here") for answer, why, good in answers])
        for text, answers in written
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("Sit down. -> talk", "Sit down.", 4, "leads nowhere"),
        ("Sit down. -> talk", "Sit down. -> away", 4, "no scene 'away'"),
        ("Sit down. -> talk", "Sit down. -> talk now", 4, "leads nowhere"),
        ("Hurry. -> ask", "Hurry. -> talk", 14, "a loop"),
        ("Send her on. -> leaves", "Send her on. -> leaves\n- [ ] Again. -> door\n  No.", 25, "a loop"),
        ("  She can breathe.", "", 4, "no explanation"),
        ("Send her on. -> leaves", "Send her on. -> stays", 30, "no answer leads to the scene 'leaves'"),
        ("Stay at the door. -> talk", "Stay at the door. -> stays", 27, "'stays' has 1 decisions"),
        ("Stay at the door. -> talk", "Stay at the door. -> ask", 27, "'stays' has 2 decisions"),
        ("[x] Sit", "[ ] Sit", 1, "no good answer"),
        ("### leaves\n", "### leaves\nShe goes.\n\n### stays\n", 33, "two scenes are called 'stays'"),
        ("### door", "### The door", 1, "'The door' is no name"),
        ("### door", "### -door", 1, "'-door' is no name"),
        ("### door", "Loose.\n### door", 1, "'Loose.' stands before the first ###"),
        ("  She looks up at you.", "  She looks up at you.\nLoose.", 8, "stands after the answers"),
        ("[ ] Hurry", "[X] Hurry", 14, "is no answer"),
        ("She *waits*.", "", 1, "has no text"),
        ("- [ ] Hurry. -> ask\n  She loses the thread.\n", "", 9, "'talk' has 1 answers"),
        ("- [ ] Hurry", "- [ ] A. -> ask\n  B.\n" * 3 + "- [ ] Hurry", 9, "'talk' has 5 answers"),
    ],
)
def test_each_fault_of_a_scenario_is_named_by_its_line(old: str, new: str, line: int, said: str) -> None:
    assert old in STORY
    assert told(stories.scenario, STORY.replace(old, new, 1)).lines(said) == [FIRST - 1 + line]


def test_a_scenario_has_two_ends_at_least() -> None:
    one = STORY.replace("-> leaves", "-> stays").partition("### leaves")[0]
    assert told(stories.scenario, one).faults == [
        (FIRST, "this scenario has 1 ends. 2 are the least: her choice makes a difference.")
    ]


def test_a_scenario_of_a_thousand_scenes_is_a_fault_in_words() -> None:
    text = (
        "".join(f"### s{n}\nWords.\n\n- [x] On. -> s{n + 1}\n  Why.\n" for n in range(2000)) + "### s2000\nThe end.\n"
    )
    scenes, faults = told(stories.scenario, text)
    assert len(scenes) == 2001
    assert (scenes[60].line, "this scenario has 2001 scenes. 60 are the most.") in faults


def test_a_scenario_without_scenes_is_a_fault() -> None:
    assert told(stories.scenario, "").lines("needs scenes") == [1]


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("[ ] Yes.", "[ ] Yes. -> call", 2, "leads nowhere else"),
        ("  It is hers to say.", "", 4, "no explanation"),
        ("[x] No.", "[ ] No.", 1, "no good answer"),
        ("- [x] No.\n  It is hers to say.\n", "", 1, "1 answers"),
        ("### ", "Loose.\n### ", 1, "before the first ###"),
        ("  It is hers to say.", "It is hers to say.", 5, "stands after the answers"),
        ("[x] No.", "[y] No.", 4, "is no answer"),
        ("### May *you* ask?\n", "### \n", 1, ""),
        ("### May *you* ask?\n", "### May *you* ask?\nShe is silent.\n", 2, "'She is silent.'"),
    ],
)
def test_each_fault_of_a_check_is_named_by_its_line(old: str, new: str, line: int, said: str) -> None:
    assert told(stories.check, CHECK.replace(old, new, 1)).lines(said) == [FIRST - 1 + line]


@pytest.mark.parametrize(("count", "right"), [(1, False), (3, False), (4, True), (6, True), (7, False)])
def test_a_check_has_four_to_six_questions(count: int, right: bool) -> None:
    found = told(stories.check, "".join(map(QUESTION.format, range(count))))
    assert found.lines(f"this has {count}") == ([] if right else [FIRST])
    assert len(found.scenes) == count


@settings(deadline=None)
@given(LINES, st.sampled_from([stories.scenario, stories.check]))
def test_any_lines_are_read_and_each_fault_stands_on_one_of_them(lines: list[str], parser: Parser) -> None:
    faults: list[tuple[int, str]] = []
    scenes = parser(enumerate(lines, FIRST), lambda line, message: faults.append((line, message)))
    heads = [number for number, line in enumerate(lines, FIRST) if line.startswith("### ")]
    assert [scene.line for scene in scenes] == heads
    for line, message in faults:
        assert message
        assert line in range(FIRST, FIRST + len(lines)) or (not heads and line == 1)
        assert "\n" not in message


def drawn(graph: Graph) -> tuple[str, dict[int, tuple[int, int]]]:
    """A scenario whose scene N has one answer for each scene that graph[N] names; its answers by line."""
    lines: list[str] = []
    ways = {}
    for scene, targets in enumerate(graph):
        lines += [f"### s{scene}", "Words."]
        for target in targets:
            ways[FIRST + len(lines)] = (scene, target)
            lines += [f"- [x] Go. -> s{target}", "  Why."]
    return "\n".join(lines), ways


def reached(ways: set[tuple[int, int]], start: int) -> set[int]:
    """Every scene that one answer or more lead to from `start`."""
    found: set[int] = set()
    while more := {target for scene, target in ways if scene in {start, *found}} - found:
        found |= more
    return found


def lengths(graph: Graph, scene: int, passed: tuple[int, ...] = ()) -> dict[int, int]:
    """The fewest answers from `scene` to each scene, from every way there is."""
    found = {scene: len(passed)}
    for target in set(graph[scene]) - {*passed, scene}:
        for end, length in lengths(graph, target, (*passed, scene)).items():
            found[end] = min(length, found.get(end, length))
    return found


@settings(deadline=None)
@given(GRAPHS)
def test_loops_are_found_in_any_story_and_without_the_named_answers_there_is_none(graph: Graph) -> None:
    text, ways = drawn(graph)
    named = {ways[line] for line in told(stories.scenario, text).lines("a loop")}
    here = {0, *reached(set(ways.values()), 0)}
    every = {way for way in ways.values() if way[0] in here}
    assert named <= {(scene, target) for scene, target in every if scene in {target, *reached(every, target)}}
    assert not any(scene in reached(every - named, scene) for scene in here)


@settings(deadline=None)
@given(GRAPHS)
def test_short_ways_and_scenes_without_a_way_are_found_in_any_story(graph: Graph) -> None:
    found = told(stories.scenario, drawn(graph)[0])
    decisions = lengths(graph, 0)
    short = [scene for scene, ways in enumerate(graph) if not ways and decisions.get(scene, 3) < 3]
    unreached = [scene for scene in range(len(graph)) if scene not in decisions]
    at = [scene.line for scene in found.scenes]
    assert found.lines("decisions") == [at[scene] for scene in short]
    assert found.lines("no answer leads to the scene") == [at[scene] for scene in unreached]
