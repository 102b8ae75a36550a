"""Public holidays in opening hours: what a service says of them. Nobody here knows which days they are."""

import functools
import re

from pwa.domain import hours

_DAYS = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)(?:-(?:Mo|Tu|We|Th|Fr|Sa|Su))?"
_TIMES = r"\d\d:\d\d-\d\d:\d\d"
# The last rule, where it is of public holidays: alone, or with days of the week beside them.
_LAST = re.compile(
    rf"(?P<before>(?:{_DAYS},)*)PH(?P<after>(?:,{_DAYS})*)(?: (?P<said>closed|unknown|{_TIMES}(?:,{_TIMES})*))?"
)
_NAMED = re.compile(r"\bPH\b")
_NO_ORDINARY_DAY = re.compile(r"(?:.* )?closed(?: _+)?|PH(?: .*)?")


def check(text: str) -> None:
    """Raises HoursError where hours are no opening_hours, or cannot be said to a reader as they are meant."""
    if message := _fault(text):
        raise hours.HoursError(f"{text!r} {message}")


@functools.lru_cache(maxsize=10_000)
def rule(text: str) -> str:
    """What hours say of public holidays, as a rule of its own: "PH off", "PH 09:00-12:00", "PH", "PH unknown".

    "" where they say nothing, or what `check` refuses. Raises HoursError on bad syntax.
    """
    *earlier, last = hours.rules(text)
    found = _LAST.fullmatch(last)
    if not found or any(_NAMED.search(one) for one in earlier):
        return ""
    return f"PH {found['said'] or ''}".strip().replace("closed", "off")


def told(text: str) -> str:
    """What hours say of public holidays: "off", or times as "09:00–12:00"; "" where nobody knows. Raises HoursError."""
    said = rule(text)
    if said in ("", "PH unknown"):
        return ""
    times = said.removeprefix("PH").strip() or "00:00-24:00"
    return times if times == "off" else hours.in_words(times)


def ordinary(text: str) -> str:
    """Hours as they are written, without a last rule for public holidays alone. Raises HoursError."""
    found = _LAST.fullmatch(hours.rules(text)[-1])
    if not found or found["before"] or found["after"] or not rule(text):
        return text
    return text[: hours.without_comments(text).rfind(";")].strip()


@functools.lru_cache(maxsize=10_000)
def _fault(text: str) -> str:
    rules = hours.rules(text)
    if message := hours.unfit(text):
        return message
    if not rule(text) and any(_NAMED.search(one) for one in rules):
        return (
            "says of public holidays (PH) what nobody can tell for certain. Write them once, last and after a "
            "semicolon: Mo-Fr 08:00-17:00; PH off, or for other times Mo-Fr 08:00-17:00; PH 09:00-12:00."
        )
    parts = [part for one in rules for part in re.split(r", | \|\| ", one) if part]
    if parts and all(_NO_ORDINARY_DAY.fullmatch(part) for part in parts):
        return "is open on no ordinary day. Write days and times, such as Mo-Fr 08:00-17:00; PH off, or nothing."
    return ""
