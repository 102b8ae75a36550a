"""Scenarios and checks: scenes and questions with answers, each answer explained, none of them a dead end.

    ### scene-or-question
    What happens, what she says.

    - [x] A good way. -> next-scene
      Why it helps.
    - [ ] There is a better way. -> another-scene
      What it does to her, and what is better.

A scene without answers is an end.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from pwa.domain import markup

ANSWERS = range(2, 5)
QUESTIONS = range(4, 7)
DECISIONS = 3
ENDS = 2
# Far beyond what anybody reads. The walk through a story takes one call inside another for each scene on a way.
MOST_SCENES = 60
_ANSWER = re.compile(r"^- \[(?P<mark>[ x])\] +(?P<text>.+?)(?: +-> *(?P<to>\S*))?\s*$")
_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")

Lines = Iterable[tuple[int, str]]
Complain = Callable[[int, str], None]


@dataclass(frozen=True)
class Answer:
    """One answer. `good` tells a good way, or a right answer; `to` names the scene it leads to; `why` explains it.

    `text` and `reason` are the Markdown of `html` and `why`.
    """

    text: str
    good: bool
    to: str
    reason: str
    line: int

    @cached_property
    def html(self) -> str:
        return markup.inline_html(self.text)

    @cached_property
    def why(self) -> str:
        return markup.html_of(self.reason)


@dataclass(frozen=True)
class Scene:
    """One scene of a scenario, or one question of a check. `key` is the scene's id, or the question in words."""

    key: str
    text: str
    answers: tuple[Answer, ...]
    line: int

    @cached_property
    def html(self) -> str:
        """The words of a scene, or the question as a line."""
        return markup.html_of(self.text) if self.text.strip() else markup.inline_html(self.key)

    @property
    def is_end(self) -> bool:
        return not self.answers


def scenario(lines: Lines, complain: Complain) -> tuple[Scene, ...]:
    """The scenes of a scenario, the start first. Calls `complain(line, message)` for each fault."""
    scenes = list(_parts(lines, complain))
    for scene in scenes:
        if not _ID.match(scene.key):
            complain(scene.line, f"{scene.key!r} is no name for a scene. Use small letters, digits and hyphens.")
        if not scene.text.strip():
            complain(scene.line, f"the scene {scene.key!r} has no text.")
        if scene.answers:
            _check_answers(scene, complain)
    _check_ways(scenes, complain)
    return tuple(scenes)


def check(lines: Lines, complain: Complain) -> tuple[Scene, ...]:
    """The questions of a check. Calls `complain(line, message)` for each fault."""
    lines = list(lines)
    _check_lines_of_questions(lines, complain)
    questions = list(_parts(lines, complain))
    if len(questions) not in QUESTIONS:
        line = questions[0].line if questions else 1
        complain(line, f"a check has {QUESTIONS[0]} to {QUESTIONS[-1]} questions, and this has {len(questions)}.")
    for question in questions:
        if not question.key:
            complain(question.line, "a question has no words after ###.")
        _check_answers(question, complain)
        for answer in question.answers:
            if answer.to:
                complain(answer.line, "an answer of a check leads nowhere else. Take -> away.")
    return tuple(replace(question, text="") for question in questions)


def _check_lines_of_questions(lines: Lines, complain: Complain) -> None:
    below = False
    for number, line in lines:
        if line.startswith("### "):
            below = True
        elif line.startswith("- ["):
            below = False
        elif below and line.strip():
            complain(number, f"{line.strip()!r} stands below a question. A question is one line.")


def _parts(lines: Lines, complain: Complain) -> Iterator[Scene]:
    head: tuple[int, str] | None = None
    gathered: list[tuple[int, str]] = []
    for number, line in lines:
        if line.startswith("### "):
            if head:
                yield _part(head, gathered, complain)
            head, gathered = (number, line[4:].strip()), []
        elif head:
            gathered.append((number, line))
        elif line.strip():
            complain(number, f"{line.strip()!r} stands before the first ###.")
    if head:
        yield _part(head, gathered, complain)


def _part(head: tuple[int, str], lines: list[tuple[int, str]], complain: Complain) -> Scene:
    text: list[str] = []
    answers: list[tuple[int, re.Match[str], list[str]]] = []
    for number, line in lines:
        if found := _ANSWER.match(line):
            answers.append((number, found, []))
        elif line.startswith("- ["):
            complain(number, f"{line!r} is no answer. Write - [x] or - [ ], the words, and -> with the next scene.")
        elif not answers:
            text.append(line)
        elif line.startswith("  ") or not line.strip():
            answers[-1][2].append(line[2:])
        else:
            complain(number, f"{line!r} stands after the answers. Indent an explanation by two spaces.")
    return Scene(
        key=head[1],
        text="\n".join(text),
        answers=tuple(
            Answer(
                text=found["text"],
                good=found["mark"] == "x",
                to=found["to"] or "",
                reason="\n".join(why),
                line=number,
            )
            for number, found, why in answers
        ),
        line=head[0],
    )


def _check_answers(scene: Scene, complain: Complain) -> None:
    if len(scene.answers) not in ANSWERS:
        complain(
            scene.line, f"{scene.key!r} has {len(scene.answers)} answers. {ANSWERS[0]} to {ANSWERS[-1]} are right."
        )
    if scene.answers and not any(answer.good for answer in scene.answers):
        complain(scene.line, f"{scene.key!r} has no good answer. Mark at least one with [x].")
    for answer in scene.answers:
        if not answer.reason.strip():
            complain(answer.line, "this answer has no explanation. Write it below, indented by two spaces.")


def _check_ways(scenes: list[Scene], complain: Complain) -> None:
    named: dict[str, Scene] = {}
    for scene in scenes:
        if scene.key in named:
            complain(scene.line, f"two scenes are called {scene.key!r}.")
        named.setdefault(scene.key, scene)
    sound = True
    for scene in scenes:
        for answer in scene.answers:
            if answer.to not in named:
                sound = False
                complain(answer.line, f"this answer leads nowhere: there is no scene {answer.to!r}.")
    if not scenes:
        complain(1, "a scenario needs scenes: ### and a name.")
    elif len(scenes) > MOST_SCENES:
        complain(scenes[MOST_SCENES].line, f"this scenario has {len(scenes)} scenes. {MOST_SCENES} are the most.")
    elif sound:
        _follow(named, scenes[0], complain)


def _follow(named: dict[str, Scene], start: Scene, complain: Complain) -> None:
    for line in sorted(_loops(named, start)):
        complain(line, "this answer leads back to a scene before it: a loop. Give it a scene of its own.")
    decisions = _fewest_decisions(named, start)
    for key, scene in named.items():
        if key not in decisions:
            complain(scene.line, f"no answer leads to the scene {key!r}.")
        elif scene.is_end and decisions[key] < DECISIONS:
            complain(scene.line, f"a way to the end {key!r} has {decisions[key]} decisions. {DECISIONS} are the least.")
    ends = sum(scene.is_end for scene in named.values())
    if ends < ENDS:
        complain(start.line, f"this scenario has {ends} ends. {ENDS} are the least: her choice makes a difference.")


def _loops(named: dict[str, Scene], start: Scene) -> set[int]:
    found: set[int] = set()
    done: set[str] = set()

    def walk(scene: Scene, passed: frozenset[str]) -> None:
        here = passed | {scene.key}
        for answer in scene.answers:
            if answer.to in here:
                found.add(answer.line)
            elif answer.to not in done:
                walk(named[answer.to], here)
        done.add(scene.key)

    walk(start, frozenset())
    return found


def _fewest_decisions(named: dict[str, Scene], start: Scene) -> dict[str, int]:
    found, waiting = {start.key: 0}, [start]
    for scene in waiting:
        for answer in scene.answers:
            if answer.to not in found:
                found[answer.to] = found[scene.key] + 1
                waiting.append(named[answer.to])
    return found
