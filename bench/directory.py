"""A directory of 100,000 services: what an import and a page cost. `.venv/bin/python bench/directory.py [ROWS]`."""

import csv
import datetime as dt
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from flask import Flask

from pwa.app import create_app
from pwa.config import Config
from pwa.domain import directory
from pwa.domain.areas import first_level_codes
from pwa.press import Press
from pwa.store import services
from pwa.store.db import open_content

TODAY = dt.datetime.now(dt.UTC).date()
SECONDS, MEGABYTES = 60, 500
HERE = "KH-12"
OWN = 20
# Of one area. What lists areas weighs each of them, and so costs what the country has: bench/weights.py.
PAGES = ("/en/kh-12/", "/en/kh-12/directory/", "/en/kh-12/print/")
KINDS = ("legal", "psychosocial;hotline", "health", "training;economic", "migrant_resource", "police")
# Nearly each its own, as nothing that is worked out once for all of a kind may make the figures look better.
TIMES = ("", "24/7", "Mo-Fr {0:02}:{1:02}-17:{2:02}", "Mo-Fr 08:00-12:00,13:00-1{0}:{1:02}; Sa 08:{2:02}-12:00")


def shipped() -> list[dict[str, str]]:
    with Config.from_environ({}).directory.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def generated(number: int, note: str = "", own: int = OWN) -> Iterator[dict[str, str]]:
    """Services of one country: `own` of them in one province, whatever `number` is, the rest in the others."""
    others = sorted(first_level_codes("KH") - {HERE})
    for n in range(number):
        times = TIMES[n % len(TIMES)].format(n // 3600 % 9, n // 60 % 60, n % 60)
        yield dict.fromkeys(directory.COLUMNS, "") | {
            "id": f"kh-made-{n}", "country": "KH", "province": HERE if n < own else others[n % len(others)],
            "categories": KINDS[n % len(KINDS)], "name": f"Service {n} for women who work far from home",
            "name_local": f"សេវា {n}", "services": f"Free advice, in person or by telephone{note}. Desk {n}.",
            "location": f"Next to market {n}{note}", "confidential": "no",
            "phones": f"+855 23 9{n % 100:02} {n // 100 % 1000:03}; 023 99{n % 10} {n // 10 % 1000:03} [office]",
            "messaging": f"telegram +855 12 {n % 1000:03} {n // 1000 % 1000:03}", "email": f"desk{n}@example.org",
            "url": f"https://example.org/{n}", "hours": times, "languages": "km;en",
            "interpreter": "unknown", "cost": "free", "for_whom": f"Migrant workers{note}",
            "asks_for_papers": "unknown", "may_report": "unknown", "access": "unknown", "status": "open",
            "source": f"A list <https://example.org/list/{n}>", "source_date": "2026",
        }  # fmt: skip


def written(file: Path, number: int, note: str = "", own: int = OWN) -> Path:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, directory.COLUMNS)
        writer.writeheader()
        # Never all at once: the peak of a process counts from that of the one that started it.
        writer.writerows(chain(shipped(), generated(number, note, own)))
    return file


def timed(data: Path, *arguments: str | Path) -> tuple[float, float, float]:
    """Seconds, those of them on a processor, and megabytes at the peak of a command."""
    command = [sys.executable, "-c", "from pwa.cli import main; main()", *map(str, arguments)]
    begin = time.perf_counter()
    with subprocess.Popen(
        command, env={**os.environ, "RIGHT_DOOR_DATA": str(data)}, stdout=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000


def imports(folder: Path, number: int) -> None:
    first, second = written(folder / "first.csv", number), written(folder / "second.csv", number, " at our desk")
    load = os.getloadavg()[0]
    print(
        f"{number:,} rows, {first.stat().st_size / 1e6:.0f} MB of CSV; {os.cpu_count()} processors, load {load:.1f}\n"
    )
    print(f"{'':32}{'seconds':>8}{'of 60':>7}{'processor':>11}{'MB':>6}{'of 500':>8}")
    told("dry run, all new", folder, "import", "--dry-run", first)
    told("import, all new", folder, "import", first)
    told("import, all the same", folder, "import", first)
    told("dry run, all changed", folder, "import", "--dry-run", second)
    told("import, all changed", folder, "import", second)
    told("import --replace", folder, "import", "--replace", first)
    told("export", folder, "export", folder / "out.csv")
    tenth, page = folder / "tenth", folder / "out.json"
    timed(tenth, "directory", "import", written(folder / "tenth.csv", number // 10))
    told(f"export --hsds, {number // 10:,} rows", tenth, "export", "--hsds", page)
    told(f"import of HSDS, {number // 10:,} rows", tenth, "import", page)


def told(name: str, data: Path, *arguments: str | Path) -> None:
    seconds, busy, megabytes = timed(data, "directory", *arguments)
    limits = seconds / SECONDS, megabytes / MEGABYTES
    print(f"{name:32}{seconds:8.1f}{limits[0]:7.2f}{busy:11.1f}{megabytes:6.0f}{limits[1]:8.2f}", flush=True)


def app_of(folder: Path, number: int) -> Flask:
    config = replace(Config.from_environ({}), data=folder)
    found = directory.read(written(folder.with_suffix(".csv"), number), TODAY)
    services.replace_all(open_content(folder), found, TODAY)
    return create_app(config)


def pages(folder: Path, small: int, large: int) -> None:
    """A page printed anew by turns from both directories, so that a busy machine slows both alike."""
    apps = [app_of(folder / "small", small), app_of(folder / "large", large)]
    print(f"\n{'page, printed anew':24}{small:>8,} rows{large:>9,} rows{'ratio':>8}")
    for path in PAGES:
        taken: list[list[float]] = [[], []]
        for _ in range(25):
            for app, times in zip(apps, taken, strict=True):
                app.extensions["house"].press = Press()
                begin = time.perf_counter()
                assert app.test_client().get(path).status_code == 200
                times.append(time.perf_counter() - begin)
        one, other = (statistics.median(times) * 1000 for times in taken)
        print(f"{path:24}{one:10.1f} ms{other:11.1f} ms{other / one:8.2f}")


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        imports(Path(folder), number)
        pages(Path(folder), 100, number)


if __name__ == "__main__":
    main()
