"""Lines of a text whose width is guessed, for where no browser breaks them: a file of SVG.

The guesses are on the wide side, by the widest of the usual fonts without serifs.
"""

import re
import unicodedata

# Scripts that write without spaces. A line breaks where a writer put a zero-width space, else between letters.
TALL = ("km", "my", "lo", "th")
_PARTS = re.compile("[^ \u200b]+[ \u200b]?")
_BEFORE = "\u0e40\u0e41\u0e42\u0e43\u0e44\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4\u17d2\u1039"  # Joined to the letter after them.
_AFTER = "\u0e30\u0e32\u0e33\u0e45\u0e46\u0e2f\u0eb0\u0eb2\u0eb3\u17d4\u17d5\u17d6\u104a\u104b,.;:!?)"
_CAPITAL, _DIGIT, _SMALL, _SPACE, _KHMER, _BURMESE, _OTHER, _WIDE = 0.74, 0.64, 0.62, 0.32, 0.86, 1.0, 0.68, 1.0


def width(text: str, bold: bool = False) -> float:
    """About how wide a text is, in sizes of its letters."""
    total, before = 0.0, ""
    for letter in text:
        total += 0.0 if before in ("\u17d2", "\u1039") else _advance(letter)
        before = letter
    return total * (1.1 if bold else 1.0)


def lines(text: str, room: float, bold: bool = False) -> list[str]:
    """A text in lines that fit into `room` sizes of its letters. A word that is wider alone is broken."""
    found = [""]
    for part in _PARTS.findall(text):
        pieces = [part] if width(part.rstrip(), bold) <= room else _clusters(part)
        for piece in pieces:
            if found[-1] and width((found[-1] + piece).rstrip(), bold) > room:
                found.append("")
            found[-1] += piece
    return [line.replace("\u200b", "").strip(" ") for line in found]


def _advance(letter: str) -> float:
    kind = unicodedata.category(letter)
    if kind in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(letter) in ("W", "F"):
        return _WIDE
    if "\u1780" <= letter <= "\u17ff":
        return _KHMER if kind == "Lo" else _OTHER
    if "\u1000" <= letter <= "\u109f":
        return _BURMESE if kind == "Lo" else _OTHER
    if letter in "mwMW":
        return 1.0
    return {"Lu": _CAPITAL, "Nd": _DIGIT, "Ll": _SMALL, "Zs": _SPACE}.get(kind, _OTHER)


def _clusters(text: str) -> list[str]:
    """A text in the smallest pieces that a line may end after."""
    found: list[str] = []
    for letter in text:
        joined = unicodedata.category(letter)[0] == "M" or letter in _AFTER or letter in " \u200b"
        if found and (joined or found[-1][-1] in _BEFORE):
            found[-1] += letter
        else:
            found.append(letter)
    return found
