"""Inputs that are wrong, by the million: none may end in a fault of ours, change a table, take long or fill the memory.

    .venv/bin/python -m bench.fuzz [INPUTS] [FIRST]
    .venv/bin/python -m bench.fuzz again KIND NUMBER

Batches, enrolment, passkeys, searches, addresses and languages as requests to the app; CSV and Markdown to what reads
them, a tenth of the CSV through the page of the desk. FIRST is the number of the first input (0 without it): other
numbers, other inputs. What fails is named with its kind and number; `again` sends that one input once more.

The time is what the app takes of a processor, so that what else runs on the machine has no part in it; nothing here
waits for a disk or a network. An input that takes more than 200 ms is sent three times more; the least of all counts.
"""

import os
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

from bench.inputs import Outcome, try_one, warm_up
from bench.target import Target

# Of a hundred inputs, so many of each kind.
SHARE = {
    "addresses": 20,
    "languages": 12,
    "words": 2,
    "batches": 30,
    "enrolment": 17,
    "passkeys": 5,
    "csv": 9,
    "markdown": 5,
}
LONGEST = 0.2
# Inputs between two looks at the tables.
LOOK = 500
PAGE = resource.getpagesize()
# What may be added between a quarter of the way and the end: a leak of a hundred bytes an input would be far more.
GROWTH = 24 * 2**20


@dataclass
class Report:
    """What one process saw. `memory` is in bytes: at the start, at each quarter, at the end."""

    inputs: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)
    memory: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def growth(self) -> int:
        return self.memory[-1] - self.memory[1]


def kind_of(number: int) -> str:
    """The kind of the input of this number: in a hundred, as many of each as SHARE says, spread."""
    place = number * 37 % 100
    for kind, share in SHARE.items():
        if place < share:
            return kind
        place -= share
    raise AssertionError("The shares are no hundred.")


def run(folder: Path, numbers: range) -> Report:
    """Send the inputs of these numbers to an app of its own in `folder`."""
    target, report = Target(folder), Report()
    warm_up(target)
    target.held, begun = target.rows(), time.monotonic()
    quarters = {len(numbers) * part // 4 for part in (1, 2, 3)}
    report.memory.append(resident())
    for at, number in enumerate(numbers, 1):
        kind = kind_of(number)
        outcome = fair(target, kind, number)
        note(report, kind, number, outcome)
        if at % LOOK == 0 or at == len(numbers):
            look(target, report, numbers[max(0, at - LOOK)], number)
        if at in quarters:
            report.memory.append(resident())
    report.memory.append(resident())
    report.seconds = time.monotonic() - begun
    return report


def fair(target: Target, kind: str, number: int) -> Outcome:
    """What becomes of an input; where it was slow, what became of it the fastest time out of four."""
    outcome = try_one(target, kind, number)
    for _ in range(3):
        if outcome.fault or outcome.seconds <= LONGEST:
            break
        outcome = min(outcome, try_one(target, kind, number), key=lambda each: each.seconds)
    return outcome


def note(report: Report, kind: str, number: int, outcome: Outcome) -> None:
    report.inputs[kind] += 1
    report.statuses.update(outcome.statuses)
    report.slowest[kind] = max(report.slowest.get(kind, (0.0, 0)), (outcome.seconds, number))
    if outcome.fault:
        report.faults.append(f"{kind} {number}: {outcome.fault}")
    elif outcome.seconds > LONGEST:
        report.faults.append(f"{kind} {number}: took {outcome.seconds * 1000:.0f} ms")


def look(target: Target, report: Report, first: int, last: int) -> None:
    """Compare every table with what it held."""
    rows = target.rows()
    if changed := [name for name in rows if rows[name] != target.held.get(name)]:
        report.faults.append(f"{first} to {last}: changed {', '.join(changed)}")
        target.held = rows


def resident() -> int:
    """Bytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE


def _in_folder(numbers: range) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        return run(Path(folder), numbers)


def told(reports: Iterable[Report]) -> list[str]:
    """Lines for people; what failed stands last."""
    reports = list(reports)
    inputs: Counter[str] = sum((report.inputs for report in reports), Counter())
    statuses: Counter[int] = sum((report.statuses for report in reports), Counter())
    lines = [
        f"{inputs.total():,} inputs in {max(report.seconds for report in reports):,.0f} s, {len(reports)} processes"
    ]
    for kind in SHARE:
        seconds, number = max(report.slowest.get(kind, (0.0, 0)) for report in reports)
        lines.append(f"  {kind:10}{inputs[kind]:9,}  slowest {seconds * 1000:6.1f} ms (number {number})")
    lines.append("answers: " + ", ".join(f"{status} {number:,}" for status, number in sorted(statuses.items())))
    for report in reports:
        lines.append("memory in MB: " + ", ".join(f"{size / 1e6:.1f}" for size in report.memory))
        if report.growth > GROWTH:
            report.faults.append(f"the memory grew by {report.growth / 1e6:.0f} MB")
    faults = [fault for report in reports for fault in report.faults]
    return [*lines, f"faults: {len(faults)}", *faults[:50]]


def main() -> None:
    if sys.argv[1:2] == ["again"]:
        with tempfile.TemporaryDirectory() as folder:
            target = Target(Path(folder))
            warm_up(target)
            print(fair(target, sys.argv[2], int(sys.argv[3])))
        return
    given = [int(each.replace("_", "")) for each in sys.argv[1:3]]
    number, first = [*given, 10_000, 0][:1] + [*given[1:], 0][:1]
    workers = os.cpu_count() or 1
    size = -(-number // workers)
    shares = [range(first + at, first + min(at + size, number)) for at in range(0, number, size)]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        lines = told(pool.map(_in_folder, shares))
    print("\n".join(lines))
    if "faults: 0" not in lines:
        sys.exit(1)


if __name__ == "__main__":
    main()
