"""What a bench measured, held against its budget, and printed as a table."""

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass

AT_MOST, AT_LEAST = "at most", "at least"


@dataclass(frozen=True)
class Budget:
    """A limit on a figure, or where `ratio` on the figure over the one it is measured against."""

    limit: float
    bound: str = AT_MOST
    ratio: bool = False


# By name. Bytes are as sent (brotli), times on the slow profile, ratios against what was measured in the same run.
BUDGETS = {
    "cold/bare": Budget(1.10, ratio=True),
    "kept/bare": Budget(1.2, ratio=True),
    "ready": Budget(5),
    "shift": Budget(0),
    # What a browser calls a long task.
    "task": Budget(50),
    "document": Budget(13 * 1024),
    "requests": Budget(5),
    "first view": Budget(35 * 1024),
    "script": Budget(12 * 1024),
    "style": Budget(8 * 1024),
    "pack": Budget(150_000),
    "elements": Budget(400),
    "throughput": Budget(0.8, AT_LEAST, ratio=True),
    "rows": Budget(2, ratio=True),
    "entry": Budget(55),
    "elsewhere": Budget(0),
}


@dataclass(frozen=True)
class Measured:
    """One figure, what it is measured against ("" where nothing), and the name of its budget."""

    name: str
    value: float
    unit: str
    against: float | None = None
    budget: str = ""

    @property
    def ratio(self) -> float | None:
        return None if self.against is None else self.value / self.against if self.against else float("inf")

    @property
    def holds(self) -> bool:
        """Whether it keeps its budget; without one it does."""
        if not self.budget:
            return True
        budget = BUDGETS[self.budget]
        value = self.ratio if budget.ratio else self.value
        within: Callable[[float, float], bool] = operator.le if budget.bound == AT_MOST else operator.ge
        return value is not None and within(value, budget.limit)


def line(each: Measured) -> str:
    """A row of the table in Markdown."""
    limit = ""
    if each.budget:
        budget = BUDGETS[each.budget]
        limit = f"{budget.bound} {_said(budget.limit)}{' times' if budget.ratio else ''}"
    against = "" if each.against is None else f"{_said(each.against)} {each.unit}".strip()
    ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
    verdict = "" if not each.budget else "yes" if each.holds else "**NO**"
    cells = (each.name, f"{_said(each.value)} {each.unit}".strip(), against, ratio, limit, verdict)
    return f"| {' | '.join(cells)} |"


HEAD = "| what | measured | against | ratio | budget | held |\n|---|---:|---:|---:|---|---|"


def show(title: str, found: Iterable[Measured]) -> int:
    """Print a part of the table; how many of its budgets are missed."""
    rows = list(found)
    print(f"\n## {title}\n\n{HEAD}")
    for each in rows:
        print(line(each), flush=True)
    return sum(not each.holds for each in rows)


def _said(number: float) -> str:
    return f"{number:,.0f}" if number >= 100 or number == int(number) else f"{number:.3g}"
