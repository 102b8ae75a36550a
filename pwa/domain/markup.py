"""Markdown into safe HTML: paragraphs, lists, headings, links, tables, and blocks such as `::: say`.

`[kata](lang:id)` marks words of another language. Raw HTML is off in the parser,
and the result passes an allow-list as a second wall.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.container import container_plugin

ROLES = ("agency", "inspector", "centre", "consulate")
BLOCKS = ("say", "avoid", "note", *ROLES)
# What a module has besides; they are taken out of its text before it becomes HTML.
LESSON_BLOCKS = ("notes", "scenario", "check")
_TAGS = {
    "p",
    "ul",
    "ol",
    "li",
    "h2",
    "h3",
    "strong",
    "em",
    "a",
    "br",
    "div",
    "span",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
FENCE = re.compile(r"^ {0,3}:::\s*(?P<name>[\w-]*)\s*$")
# The blank lines between two parts stay a part, so that lines can be counted.
_BLANK = re.compile(r"((?:\n[^\S\n]*)+\n)")
# `[name]: address` is for links in any other paragraph.
_DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:", re.MULTILINE)
_LANGUAGE = re.compile(r"^lang:(?P<code>[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)$")
_ADDRESS = re.compile(r"^(https://[^\s]+|mailto:[^\s?]+@[^\s?]+|tel:\+?\d+|(?!//)(\.\./|/)?[a-z0-9./#-]*)$")


def _container(md: MarkdownIt, name: str) -> None:
    def render(self: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        return f'<div class="{name}">\n' if tokens[index].nesting == 1 else "</div>\n"

    container_plugin(md, name, render=render)


def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table")
    for name in BLOCKS:
        _container(md, name)
    md.core.ruler.push("foreign_words", _mark_foreign_words)
    return md


def _mark_foreign_words(state: StateCore) -> None:
    for token in state.tokens:
        is_foreign = False
        for child in token.children or []:
            found = _LANGUAGE.match(str(child.attrs.get("href", ""))) if child.type == "link_open" else None
            if found:
                child.tag, child.attrs, is_foreign = "span", {"lang": found["code"]}, True
            elif child.type == "link_close" and is_foreign:
                child.tag, is_foreign = "span", False


_MD = _parser()
# Relative links lead to other pages of the same language; the scheme check stands in `faults`.
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes={"div": {"class"}, "a": {"href"}, "span": {"lang"}, "ol": {"start"}},
    url_schemes={"https", "tel", "mailto"},
    link_rel="noreferrer",
)


def html_of(text: str) -> str:
    """The HTML of a Markdown text. A paragraph that begins with "Source:" is marked as one."""
    return _CLEANER.clean(_MD.render(text)).strip().replace("<p>Source:", '<p class="source">Source:')


def inline_html(text: str) -> str:
    """The HTML of a line of Markdown, without a paragraph around it."""
    return _CLEANER.clean(_MD.renderInline(text)).strip()


def faults_of(text: str, first_line: int = 1, blocks: tuple[str, ...] = BLOCKS) -> Iterator[tuple[int, str]]:
    """What is wrong in a Markdown text: (line, message). Lines count from `first_line`; `blocks` may stand in it."""
    open_block: tuple[int, str] | None = None
    for number, line in enumerate(text.splitlines(), first_line):
        if open_block and line.startswith("## "):
            yield number, f"the block {open_block[1]} of line {open_block[0]} is still open. Close it with ::: first."
            open_block = None
        if not (fence := FENCE.match(line)):
            if line.lstrip().startswith(":::"):
                yield number, f"{line!r} is no block. Write ::: and one of {', '.join(blocks)}."
            continue
        name = fence["name"]
        if open_block and name:
            yield (
                number,
                f"the block {open_block[1]} of line {open_block[0]} is still open. Close it with ::: first.",
            )
        elif not open_block and not name:
            yield number, "::: closes a block, but none is open."
        elif name and name not in blocks:
            yield number, f"{name!r} is no block. There are {', '.join(blocks)}."
        open_block = (number, name) if name else None
    if open_block:
        yield open_block[0], f"the block {open_block[1]} is never closed. Write ::: on a line of its own."
    yield from _link_faults(text, first_line)


def _link_faults(text: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Only what can hold a link is parsed: most of a start would go into paragraphs that hold none."""
    if _DEFINITION.search(text):
        yield from _faults_in(text, first_line)
        return
    line = first_line
    for part in _BLANK.split(text):
        if "[" in part or "<" in part:
            yield from _faults_in(part, line)
        line += part.count("\n")


def _faults_in(text: str, first_line: int) -> Iterator[tuple[int, str]]:
    for token in _MD.parse(text):
        for child in token.children or []:
            if child.type == "image":
                yield (
                    first_line + (token.map or [0])[0],
                    "no pictures in a text: phones would have to fetch them.",
                )
            if child.type == "link_open" and child.tag == "a" and not _ADDRESS.match(str(child.attrs.get("href", ""))):
                href = child.attrs.get("href")
                yield first_line + (token.map or [0])[0], f"{href!r} is no address that a page may link to."
