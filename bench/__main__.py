"""Run the benches and print one table: `.venv/bin/python -m bench [PART [NUMBER …]]`, or `make bench` for all.

Ends with status 1 where a budget of bench/table.py is missed.
"""

import os
import platform
import sys
import time
from collections.abc import Callable

from bench import fleet, growth, slow, throughput, weights
from bench.table import Measured, show

PARTS: dict[str, tuple[str, Callable[..., list[Measured]]]] = {
    "weights": ("Bytes as sent, and elements", weights.measured),
    "slow": ("A cheap phone at 400 kbit/s, 400 ms, four times slower: ours against the bare page", slow.measured),
    "throughput": ("Answers a second", throughput.measured),
    "growth": ("Rows, languages and areas", growth.measured),
    "entries": ("One more service", growth.entries),
    "fleet": ("A fleet of phones over a month", fleet.measured),
}
ALL = ("weights", "slow", "throughput", "growth", "fleet")


def main() -> None:
    wanted = sys.argv[1:2] or list(ALL)
    numbers = [int(text) for text in sys.argv[2:]]
    if unknown := [name for name in wanted if name not in PARTS]:
        raise SystemExit(f"bench: there is no part {unknown[0]!r}. Parts: {', '.join(PARTS)}.")
    load = " ".join(f"{each:.1f}" for each in os.getloadavg())
    machine = f"{platform.machine()}, {os.cpu_count()} processors, load {load}"
    print(f"{time.strftime('%Y-%m-%d')}, {machine}, Python {platform.python_version()}")
    missed = sum(show(title, measure(*numbers)) for title, measure in (PARTS[name] for name in wanted))
    print(f"\nBudgets missed: {missed}.")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
