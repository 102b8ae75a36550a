"""Somebody who reads all that was ever published, knows the rule, and wants to know what it hides.

Two attackers. `inverse` knows the program itself: it publishes every table that there could be and keeps those that
give the same page. `Reader` has only the CSV files, and the rule in words of its own; nothing of ours is imported.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

FEWEST_VALUES = 5
# For "not shown" the rule tells no end; this is far above every number that the tests use.
NO_END = 400

Values = frozenset[int]


@dataclass
class Harm:
    """A cell that is not shown, and what could be found out of it."""

    page: Any
    cell: int
    values: Values

    @property
    def present(self) -> bool:
        return 0 not in self.values


def harmed(values: Values) -> bool:
    """Whether a promise is broken: fewer than five values are left, or none is zero."""
    return 0 not in values or len(values) < FEWEST_VALUES


def inverse(
    worlds: Iterable[tuple[int, ...]],
    publish: Callable[[tuple[int, ...]], Hashable],
    hidden: Callable[[Any], Sequence[bool]],
) -> tuple[list[Harm], dict[Hashable, list[Values]]]:
    """Every harm that a rule does in these worlds, and for each page what each cell could be.

    `publish` is the rule: a world of exact numbers into a page. `hidden` tells of a page which numbers it withholds.
    """
    pages: dict[Hashable, list[int]] = {}
    for world in worlds:
        bits = pages.setdefault(publish(world), [0] * len(world))
        for cell, number in enumerate(world):
            bits[cell] |= 1 << number
    found = {page: [_values(one) for one in bits] for page, bits in pages.items()}
    harms = [
        Harm(page, cell, values[cell])
        for page, values in found.items()
        for cell, is_hidden in enumerate(hidden(page))
        if is_hidden and harmed(values[cell])
    ]
    return harms, found


def _values(bits: int) -> Values:
    return frozenset(number for number in range(bits.bit_length()) if bits >> number & 1)


@dataclass
class Column:
    """One number ("disclosures received") of one file: what each area could be, and the sentence over the others."""

    areas: dict[str, Values] = field(default_factory=dict)
    withheld: list[str] = field(default_factory=list)
    summed: list[str] = field(default_factory=list)
    new: set[str] = field(default_factory=set)
    others: Values | None = None

    def narrow(self) -> None:
        """Keep of every withheld area what the sum of the others leaves possible: all tables are gone through."""
        if self.others is None:
            return
        before = dict(self.areas)
        for area in self.summed:
            rest = _sums([before[other] for other in self.summed if other != area])
            self.areas[area] = _fitting(before[area], rest, _bits(self.others))


class Reader:
    """Reads the CSV files of periods, in their order, and of years. `listed` are the areas of the table before.

    `cells` holds, for each period, number and area, what it could be.
    """

    def __init__(self, listed: Iterable[str] = ()) -> None:
        self.cells: dict[tuple[str, str, str], Values] = {}
        self.hidden: set[tuple[str, str, str]] = set()
        self._listed = set(listed)
        self._years: dict[tuple[str, str, str, str], tuple[int, int | None]] = {}

    def read_period(self, text: str) -> None:
        columns: dict[str, Column] = defaultdict(Column)
        when = ""
        for row in _rows(text):
            column, said, when = columns[row["What"]], row["As published"], row["First day"]
            if row["Row"] == "area":
                column.areas[row["Area"]] = candidates(said)
                if not said.startswith("about"):
                    column.withheld.append(row["Area"])
                    column.summed += [row["Area"]] if not row["New"] else []
                column.new |= {row["Area"]} if row["New"] else set()
            elif row["Row"] == "other areas together":
                column.others = candidates(said, cells=len(column.summed))
        for what, column in columns.items():
            assert (column.others is not None) == (len(column.summed) >= 3), "The line of the others tells something."
            assert column.new == column.areas.keys() - self._listed, "What is new tells something."
            column.narrow()
            self.cells |= {(when, what, area): values for area, values in column.areas.items()}
            self.hidden |= {(when, what, area) for area in column.withheld}
        self._listed = {area for column in columns.values() for area in column.areas}

    def read_year(self, text: str) -> None:
        for row in _rows(text):
            most = int(row["At most"]) if row["At most"] else None
            key = (row["First day"], row["Last day"], row["What"], row["Area"] or row["Row"])
            assert self._years.setdefault(key, (int(row["At least"]), most)) == (int(row["At least"]), most)

    def narrow_by_years(self) -> None:
        """Keep of every cell what the sums of the years leave possible."""
        before = dict(self.cells)
        for (first, last, what, area), (least, most) in self._years.items():
            if area == "areas shown together":
                own = [k for k in self.cells if first <= k[0] <= last and k[1] == what and k not in self.hidden]
            else:
                own = [key for key in self.cells if first <= key[0] <= last and key[1:] == (what, area)]
            end = NO_END * len(own) if most is None else most
            for key in own:
                rest = _sums([before[other] for other in own if other != key])
                self.cells[key] &= _fitting(before[key], rest, _bits(range(least, end + 1)))

    def harms(self) -> dict[tuple[str, str, str], Values]:
        return {key: self.cells[key] for key in self.hidden if harmed(self.cells[key])}


def candidates(said: str, cells: int = 1) -> Values:
    """Every number for which the rule would have said these words, of one area or of several together."""
    if said == "fewer than 10, possibly none":
        return frozenset(range(10))
    if said == "not shown":
        return frozenset(range(NO_END))
    found = re.fullmatch(r"about (\d+)( or more)?", said)
    assert found, said
    about = int(found[1])
    return frozenset(range(about - 2, NO_END * cells) if found[2] else range(max(10, about - 2), about + 3))


# A set of numbers as the bits of one number: to shift it is to add to each.


def _bits(values: Iterable[int]) -> int:
    found = 0
    for value in values:
        found |= 1 << value
    return found


def _sums(sets: Sequence[Values]) -> int:
    """Every sum that one value of each set can give, as bits."""
    sums = 1
    for values in sets:
        shifted = [sums << value for value in values]
        sums = 0
        for one in shifted:
            sums |= one
    return sums


def _fitting(values: Values, rest: int, wanted: int) -> Values:
    """Those values that give a wanted sum with some sum of the rest."""
    return frozenset(value for value in values if rest << value & wanted)


def _rows(text: str) -> list[dict[str, str]]:
    return [row for row in csv.DictReader(io.StringIO(text)) if not row["Row"].startswith("#")]
