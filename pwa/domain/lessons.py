"""A module: short screens that are also slides, one scenario, one check, and notes for whoever presents it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from pwa.domain import markup, stories
from pwa.domain.contentfile import ContentFile
from pwa.domain.pages import Page
from pwa.domain.stories import Scene

GOALS = range(2, 5)
MINUTES = range(5, 9)
TEACHING = range(5, 11)


@dataclass(frozen=True)
class Screen:
    """One screen of a module: `title`, words, and notes for the presenter. The last two carry scenes or questions.

    `text` and `notes_text` are Markdown.
    """

    title: str
    text: str
    notes_text: str
    scenes: tuple[Scene, ...] = ()
    questions: tuple[Scene, ...] = ()

    @cached_property
    def html(self) -> str:
        return markup.html_of(self.text)

    @cached_property
    def notes(self) -> str:
        return markup.html_of(self.notes_text)


@dataclass(frozen=True)
class Lesson:
    """One module. `minutes` is how long reading it takes; `goals` are what the reader will be able to do."""

    page: Page
    goals: tuple[str, ...]
    minutes: int
    screens: tuple[Screen, ...]

    @property
    def sayings(self) -> tuple[tuple[str, str], ...]:
        """The sentences to say and to avoid, as (kind, HTML), in their order: what a handout holds."""
        whole = "\n".join(screen.html for screen in self.screens)
        return tuple((found[1], found[2].strip()) for found in _SAYING.finditer(whole))


@dataclass
class _Draft:
    title: str
    line: int
    text: list[str] = field(default_factory=list)
    blocks: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


_SAYING = re.compile(r'<div class="(say|avoid)">(.*?)</div>', re.DOTALL)


def lesson_of(page: Page, file: ContentFile) -> Lesson:
    """The module in a file. Faults go to the file, with their lines."""
    goals, minutes = file.front.get("goals"), file.front.get("minutes")
    if not isinstance(goals, list) or len(goals) not in GOALS or not all(isinstance(goal, str) for goal in goals):
        file.fault(1, f"goals: must list {GOALS[0]} to {GOALS[-1]} things that the reader will be able to do.")
        goals = []
    if not isinstance(minutes, int) or minutes not in MINUTES:
        file.fault(1, f"minutes: must be a whole number from {MINUTES[0]} to {MINUTES[-1]}.")
        minutes = MINUTES[0]
    drafts = _drafts(file)
    screens = tuple(_screen(draft, file.fault) for draft in drafts)
    _check_order(drafts, file)
    return Lesson(page, tuple(markup.inline_html(str(goal)) for goal in goals), minutes, screens)


def _drafts(file: ContentFile) -> list[_Draft]:
    drafts: list[_Draft] = []
    block = ""
    for number, line in enumerate(file.body.splitlines(), file.body_line):
        if line.startswith("## "):
            drafts.append(_Draft(line[3:].strip(), number))
            block = ""
            if not drafts[-1].title:
                file.fault(number, "a screen needs a title after ##.")
        elif not drafts:
            if line.strip():
                file.fault(number, "words stand before the first screen. Begin with ## and its title.")
        elif block:
            if line.strip() == ":::":
                block = ""
            else:
                drafts[-1].blocks[block].append((number, line))
        elif (found := markup.FENCE.match(line)) and found["name"] in markup.LESSON_BLOCKS:
            block = found["name"]
            if block in drafts[-1].blocks:
                file.fault(number, f"a screen has one block {block}, and this is its second.")
            drafts[-1].blocks.setdefault(block, [])
        else:
            drafts[-1].text.append(line)
    return drafts


def _screen(draft: _Draft, complain: Callable[[int, str], None]) -> Screen:
    blocks = draft.blocks
    notes = "\n".join(line for _, line in blocks.get("notes", []))
    if not notes.strip():
        complain(draft.line, f"the screen {draft.title!r} has no ::: notes for whoever presents it.")
    text = "\n".join(draft.text)
    if not text.strip() and not blocks.keys() - {"notes"}:
        complain(draft.line, f"the screen {draft.title!r} is empty.")
    return Screen(
        title=draft.title,
        text=text,
        notes_text=notes,
        scenes=stories.scenario(blocks["scenario"], complain) if "scenario" in blocks else (),
        questions=stories.check(blocks["check"], complain) if "check" in blocks else (),
    )


def _check_order(drafts: list[_Draft], file: ContentFile) -> None:
    kinds = [" and ".join(d.blocks.keys() & {"scenario", "check"}) or "screen" for d in drafts]
    if kinds[-2:] != ["scenario", "check"] or set(kinds[:-2]) != {"screen"}:
        file.fault(
            file.body_line,
            "a module has its screens, then one screen with ::: scenario, and last one with ::: check. "
            f"This one has {', '.join(kinds) or 'nothing'}.",
        )
    elif len(kinds) - 2 not in TEACHING:
        file.fault(file.body_line, f"a module has {TEACHING[0]} to {TEACHING[-1]} screens before its scenario.")
