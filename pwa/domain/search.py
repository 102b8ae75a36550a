"""What somebody types to find a service: plain letters, words, and a question to the full text search of SQLite.

Every word that is asked for becomes a set of alternatives: the word itself, the places that it names, the kinds of help
that it names, a telephone number that it is part of, other spellings. A service is found where each word has one.
"""

import functools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from pwa.domain.areas import plain

# What is read of what somebody types: so many letters, then so many words.
LETTERS, WORDS = 200, 8
_LONGEST = 40
# Scripts that write no spaces between words: Thai and Lao, Burmese, Khmer, kana, Han.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
)
# What shows nothing: soft hyphens, joiners, turns of the direction, the spaces of no width in Khmer.
_HIDDEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+")
_DIGITS = re.compile(r"(?![0-9])\d")
_RUN = re.compile(f"[{UNSPACED}]+")
_GAP = re.compile(f"(?<=[{UNSPACED}]) +(?=[{UNSPACED}])")
# Khmer DA and TA below another letter look the same; Lao writes LO after HO in two ways.
_ALIKE = (("\u17d2\u178a", "\u17d2\u178f"), ("\u0eab\u0ebc", "\u0eab\u0ea5"))
_IDLE = frozenset(
    ("a", "an", "and", "at", "by", "can", "find", "for", "from", "help", "i", "in", "is", "me", "my", "near", "need",
     "of", "on", "or", "the", "to", "want", "where", "with")
)  # fmt: skip
_TEXT = "{name about phones kinds}"


@dataclass(frozen=True)
class Word:
    """One word of a question, in plain letters, with what else may stand for it.

    `begins`: longer words count too. `places` are tokens of areas ("kh12", "kh0" for all of KH), `kinds` categories,
    `digits` a whole telephone number that the word is part of, `near` other spellings of it.
    """

    text: str
    begins: bool
    places: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    digits: str = ""
    near: tuple[str, ...] = ()


def shown(typed: str) -> str:
    """What somebody typed, as it may stand in a page: one line, no hidden characters, at most LETTERS."""
    line = "".join(" " if c.isspace() else c for c in typed[: LETTERS * 2])
    kept = (c for c in line if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return " ".join("".join(kept).split())[:LETTERS].strip()


def fold(text: str) -> str:
    """Small letters without tone marks, digits as 0 to 9, one way to write what looks the same.

    "Đà Nẵng" is "da nang", "១២៨០" is "1280". Folding again changes nothing.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKC", _HIDDEN.sub("", text))
    text = unicodedata.normalize("NFKC", plain(text))
    text = _DIGITS.sub(lambda digit: str(unicodedata.decimal(digit[0])), text)
    for one, other in _ALIKE:
        text = text.replace(one, other)
    return text


def words_in(text: str) -> list[str]:
    """The words of a text in plain letters. A line of a script without spaces is one word."""
    letters = "".join(c if _is_letter(c) else " " for c in fold(text))
    return _RUN.sub(r" \g<0> ", letters).split()


@functools.lru_cache(4096)
def _is_letter(character: str) -> bool:
    kind = unicodedata.category(character)
    return kind[0] in "LNM" or kind == "Co"


def spread(text: str) -> str:
    """A text as the index holds it: plain letters, and lines without spaces as pairs: "กรุง" is "กร รุ ุง"."""
    folded = fold(text)
    if folded.isascii():
        return folded
    return _RUN.sub(lambda run: f" {_pairs(run[0])} ", _GAP.sub("", folded))


def spread_numbers(cell: str) -> str:
    """Each telephone number of a cell without its spaces, and again without country code or the 0 before it."""
    found = []
    for entry in cell.split(";"):
        written = entry.partition("[")[0]
        digits = re.sub("[^0-9]", "", written)
        code = next((digits[:n] for n in (1, 2, 3) if int(digits[:n] or 0) in COUNTRY_CODE_TO_REGION_CODE), "")
        found += [digits, digits.removeprefix(code if "+" in written else "").lstrip("0")]
    return " ".join(dict.fromkeys(found))


def _pairs(text: str) -> str:
    return " ".join(text[at : at + 2] for at in range(max(1, len(text) - 1)))


def asked(typed: str) -> tuple[Word, ...]:
    """The words of a question, idle ones too."""
    found = [word[:_LONGEST] for word in words_in(typed[:LETTERS])][: WORDS * 2]
    numbers = _numbers(found)
    return tuple(
        Word(word, begins=len(word) > 3 or (at == len(found) - 1 and len(word) > 1), digits=numbers[at])
        for at, word in enumerate(found)
    )


def telling(words: Sequence[Word]) -> tuple[Word, ...]:
    """At most WORDS of them, and no idle ones, unless there are no others or they belong to a name."""
    kept = [word for word in words if word.places or word.kinds or not is_idle(word.text)]
    return tuple(kept or words)[:WORDS]


def is_idle(word: str) -> bool:
    return word in _IDLE


def _numbers(words: Sequence[str]) -> list[str]:
    """For each word the number that it and its neighbours make up, "" where that is no telephone number.

    Without the 0 that only people of the same country dial.
    """
    found = [""] * len(words)
    start = 0
    for at in range(len(words) + 1):
        if at < len(words) and re.fullmatch("[0-9]+", words[at]):
            continue
        number = "".join(words[start:at]).lstrip("0")
        if len(number) >= 5:
            found[start:at] = [number[:_LONGEST]] * (at - start)
        start = at + 1
    return found


def is_unspaced(word: str) -> bool:
    return bool(_RUN.match(word))


def near(one: str, other: str) -> int | None:
    """How many letters are wrong, doubled, left out or have changed places; None where that is too many.

    One wrong letter is borne in a word of four letters, two from eight letters on.
    """
    bound = 0 if len(one) < 4 else 1 if len(one) < 8 else 2
    # A wrong letter takes one letter away and brings one in.
    if abs(len(one) - len(other)) > bound or len(set(one) ^ set(other)) > 2 * bound:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > bound:
            return None
    return row[-1] if row[-1] <= bound else None


def nearest(word: str, known: Iterable[str], most: int = 8) -> tuple[str, ...]:
    """The spellings among `known` that are nearest to a word, the nearest first, none where none is near."""
    found = [(wrong, other) for other in known if (wrong := near(word, other)) is not None]
    return tuple(other for _, other in sorted(found)[:most])


def split(word: str) -> list[tuple[str, str]]:
    """The ways to part a word in two: somebody wrote "phnompenh"."""
    return [(word[:at], word[at:]) for at in range(2, len(word) - 1)]


def question(words: Sequence[Word], every: bool = True) -> str:
    """Words as an expression for MATCH: all of them, or any. "" where there are none.

    Only letters, digits and marks get here, each in quotes: nobody can type an operator.
    """
    return (" AND " if every else " OR ").join(f"({_alternatives(word)})" for word in words)


def _alternatives(word: Word) -> str:
    long = "*" if word.begins else ""
    if is_unspaced(word.text):
        texts = [f'"{_pairs(word.text)}"' + ("*" if len(word.text) == 1 else "")]
    else:
        texts = [f'"{word.text}"{long}', *(f'"{word.text[:-1]}"' for _ in "s" if _is_plural(word))]
    texts += [f'"{other}"' for other in word.near]
    found = [f"{_TEXT} : ({' OR '.join(texts)})"]
    if word.places:
        found.append(f"place : ({' OR '.join(map(_quoted, word.places))})")
    if word.kinds:
        found.append(f"kinds : ({' OR '.join(map(_quoted, word.kinds))})")
    if word.digits:
        found.append(f"digits : {_quoted(word.digits)}*")
    return " OR ".join(found)


def _is_plural(word: Word) -> bool:
    return len(word.text) > 4 and word.text.endswith("s") and word.text.isascii()


def _quoted(text: str) -> str:
    return f'"{text}"'
