"""A poster as one file of SVG: its text is text, its fonts are those of the machine that opens it.

Attributes alone and no style: the policy of the pages lets none in. Lengths are millimetres of A4; A5 is A4 made small.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape

from pwa.domain import linebreaks
from pwa.domain.poster import qr_paths
from pwa.domain.posters import SIZES, STICKER, Block, Number, Poster

WIDE, HIGH = SIZES["a4"]
_MARGIN, _GAP = 14.0, 3.0
# The side of the code on A4: below the least a camera has to come close, above the most it takes room from words.
_LEAST_CODE, _MOST_CODE = 60.0, 98.0
_STEPS = tuple(range(10, 3, -1))
_CARD_CODE, _EDGE = 34.0, 3.0
# Sizes of title and lines by the number of languages.
_LETTERS = {1: (13.0, 6.2), 2: (10.5, 5.8), 3: (9.0, 5.2), 4: (8.0, 4.8)}


@dataclass(frozen=True)
class Line:
    """One line of text in the middle of its column: how high its letters are, how much room it takes, its language."""

    text: str
    size: float
    high: float
    block: Block
    bold: bool = False

    def at(self, x: float, y: float) -> str:
        """Drawn with its top at `y` and its middle at `x`."""
        # The baseline of a tall script stands no lower in its line: what is below it needs the room.
        base = y + (self.high - self.size) / 2 + 0.8 * self.size
        weight = ' font-weight="700"' if self.bold else ""
        return (
            f'<text x="{x:g}" y="{base:.2f}" font-size="{self.size:.2f}"{weight} xml:lang="{escape(self.block.lang)}" '
            f'direction="{escape(self.block.direction)}">{escape(self.text)}</text>'
        )


def svg(poster: Poster) -> str:
    """The poster, or the sheet of stickers, as a file of its own."""
    wide, high = SIZES[poster.size]
    body = _stickers(poster) if poster.size == "sticker" else _page(poster)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}mm" height="{high}mm" viewBox="0 0 {WIDE} {HIGH}" '
        'font-family="sans-serif" text-anchor="middle" fill="#000">'
        f'<path fill="#fff" d="M0 0h{WIDE}v{HIGH}H0z"/>{body}</svg>\n'
    )


def fit(poster: Poster) -> int:
    """How large the letters can be, in tenths, so that all of it fits and the code keeps its least size.

    For the page that prints it too: a browser fits as much into the same room, or more.
    """
    if poster.size == "sticker":
        return next((step for step in _STEPS if _high(_beside(poster, step / 10)) <= _CARD_CODE), _STEPS[-1])
    room = HIGH - 2 * _MARGIN - 6 * _GAP - _LEAST_CODE
    return next((step for step in _STEPS if _taken(poster, step / 10) <= room), _STEPS[-1])


def _taken(poster: Poster, small: float) -> float:
    return _high(_above(poster, small)) + _high(_below(poster, small)) + _numbers(poster, small)[1]


def _page(poster: Poster) -> str:
    small = fit(poster) / 10
    above, below = _above(poster, small), _below(poster, small)
    numbers, high = _numbers(poster, small)
    room = HIGH - 2 * _MARGIN - _high(above) - _high(below) - high - 6 * _GAP
    side = min(room, _MOST_CODE)
    y, drawn = _MARGIN + (room - side) / 3, []
    for line in above:
        drawn.append(line.at(WIDE / 2, y))
        y += line.high
    drawn.append(_code(poster.address, (WIDE - side) / 2, y + _GAP, side))
    y += side + 3 * _GAP
    for line in below:
        drawn.append(line.at(WIDE / 2, y))
        y += line.high
    y = HIGH - _MARGIN - high
    return "".join([*drawn, *(f'<g transform="translate(0 {y:.2f})">{numbers}</g>' if numbers else "")])


def _above(poster: Poster, small: float) -> list[Line]:
    title, lines = (small * size for size in _LETTERS[len(poster.blocks)])
    found = _set(_dotted(poster.places), 1.1 * lines, _tallest(poster))
    for block in poster.blocks:
        found += _apart(_set(block.title, title, block, bold=True), 0.3 * title)
        for text in block.lines:
            found += _set(text, lines, block)
    return found


def _below(poster: Poster, small: float) -> list[Line]:
    first = poster.blocks[0]
    about = f"{first.printed} {poster.name}"
    return [*_address(first, 5.0 * small, WIDE - 2 * _MARGIN), *_set(about, 3.4, first)]


def _numbers(poster: Poster, small: float) -> tuple[str, float]:
    """The emergency numbers in columns below a rule, and how high that is; nothing where none is known."""
    if not poster.numbers:
        return "", 0.0
    drawn, y = [f'<path stroke="#000" stroke-width=".6" d="M{_MARGIN:g} 0H{WIDE - _MARGIN:g}"/>'], _GAP
    for line in _set(_dotted(poster.headings), 5 * small, _tallest(poster)):
        drawn.append(line.at(WIDE / 2, y))
        y += line.high
    columns = min(len(poster.numbers), 3)
    room = (WIDE - 2 * _MARGIN) / columns
    for start in range(0, len(poster.numbers), columns):
        row = [_number(poster, each, room, small) for each in poster.numbers[start : start + columns]]
        for column, cell in enumerate(row):
            below = y
            for line in cell:
                drawn.append(line.at(_MARGIN + room * (column + 0.5), below))
                below += line.high
        y += max(map(_high, row)) + _GAP / 2
    if not all(each.checked for each in poster.numbers):
        for block in poster.blocks:
            for line in _set(block.unchecked, 3.4, block):
                drawn.append(line.at(WIDE / 2, y))
                y += line.high
    return "".join(drawn), y


def _number(poster: Poster, each: Number, room: float, small: float) -> list[Line]:
    latin, shown = _latin(poster.blocks[0]), _joined(each)
    size = min(11 * small, room / linebreaks.width(shown, bold=True))
    found = _set(shown, size, latin, bold=True, room=room)
    found += _set(_dotted(poster.called(each.kind)), 5 * small, _tallest(poster), room=room)
    return found + (_set(each.note, 3.4, latin, room=room) if each.note else [])


def _stickers(poster: Poster) -> str:
    wide, high = STICKER
    left, top = (WIDE - 2 * wide) / 2, (HIGH - 5 * high) / 2
    across = "".join(f"M{left - 6:g} {top + row * high:g}H{left + 2 * wide + 6:g}" for row in range(6))
    down = "".join(f"M{left + column * wide:g} {top - 6:g}V{top + 5 * high + 6:g}" for column in range(3))
    each = "".join(
        f'<g transform="translate({left + place % 2 * wide:g} {top + place // 2 * high:g})">{_sticker(one)}</g>'
        for place, one in enumerate(poster.stickers)
    )
    return f'<path stroke="#999" stroke-width=".2" stroke-dasharray="1 1" fill="none" d="{across}{down}"/>{each}'


def _sticker(poster: Poster) -> str:
    wide, high = STICKER
    block = poster.blocks[0]
    room = wide - 2 * _EDGE
    below = _address(block, 2.4, room)
    if not all(each.checked for each in poster.numbers):
        below += _set(block.unchecked, 2.2, block, room=room)
    below += _set(block.printed, 2.0, block, room=room)
    drawn, y = [_code(block.address, _EDGE, _EDGE, _CARD_CODE)], high - 2 - _high(below)
    for line in below:
        drawn.append(line.at(wide / 2, y))
        y += line.high
    found = _beside(poster, fit(poster) / 10)
    y = _EDGE + max(0.0, (_CARD_CODE - _high(found)) / 2)
    for line in found:
        drawn.append(line.at((_EDGE + _CARD_CODE + wide) / 2 - 1, y))
        y += line.high
    return "".join(drawn)


def _beside(poster: Poster, small: float) -> list[Line]:
    """What stands beside the code of a sticker. A number is isolated: in Arabic its groups would change places."""
    block, room = poster.blocks[0], STICKER[0] - _CARD_CODE - 2 * _EDGE
    found = _set(block.place, 3.4 * small, block, room=room)
    found += _set(block.title, 4.2 * small, block, bold=True, room=room)
    for each in poster.numbers:
        called = f"\u2066{_joined(each)}\u2069 {block.kinds[each.kind]}"
        found += _apart(_set(called, 3.6 * small, block, bold=True, room=room), 0.6 * small)
        found += _set(each.note, 2.0, _latin(block), room=room) if each.note else []
    return found


def _dotted(said: Iterable[str]) -> str:
    return "\u00a0· ".join(said)


def _joined(each: Number) -> str:
    return "\u00a0/ ".join(each.numbers)


def _address(block: Block, size: float, room: float) -> list[Line]:
    """The address on one line; where that is too narrow the path on one of its own, and no letter lost in between."""
    host, _, path = block.address.partition("//")[2].partition("/")
    parts = [block.address.removesuffix(f"/{path}"), f"/{path}"]
    widest = max(linebreaks.width(part, bold=True) for part in parts)
    size = max(0.7 * size, min(size, room / widest)) if host else size
    return _set("\u200b".join(parts), size, _latin(block), bold=True, room=room)


def _set(text: str, size: float, block: Block, bold: bool = False, room: float = WIDE - 2 * _MARGIN) -> list[Line]:
    """A text in lines. In a narrow column letters that stand high get less room: there a line seldom has a second."""
    tall = block.lang.split("-")[0] in linebreaks.TALL
    high = size * (1.35 if not tall else 1.5 if room < STICKER[0] else 1.75)
    return [Line(line, size, high, block, bold) for line in linebreaks.lines(text, room / size, bold)]


def _apart(found: list[Line], more: float) -> list[Line]:
    """The same lines with room above them."""
    empty = replace(found[0], text="", high=more)
    return [empty, *found]


def _tallest(poster: Poster) -> Block:
    """The block whose letters want the most room, for a line in all languages."""
    tall = (block for block in poster.blocks if block.lang.split("-")[0] in linebreaks.TALL)
    return next(tall, poster.blocks[0])


def _latin(block: Block) -> Block:
    return replace(block, direction="ltr", lang="en")


def _high(found: Iterable[Line]) -> float:
    return sum(line.high for line in found)


def _code(address: str, x: float, y: float, side: float) -> str:
    modules, paths = qr_paths(address, "Q")
    return (
        f'<g transform="translate({x:.2f} {y:.2f}) scale({side / modules:.5f})" shape-rendering="crispEdges" '
        f'role="img" aria-label="{escape(address)}">{paths}</g>'
    )
