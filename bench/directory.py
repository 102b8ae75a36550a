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
PAGES = ("/en/kh-12/", "/en/kh-12/directory/", "/en/kh-12/pack.json", "/en/areas/kh/")
KINDS = ("legal", "psychosocial;hotline", "health", "training;economic", "migrant_resource", "police")
TIMES = ("", "24/7", "Mo-Fr 08:00-17:00", "Mo-Fr 08:00-12:00,13:00-17:00; Sa 08:00-12:00")


def shipped() -> list[dict[str, str]]:
    with Config.from_environ({}).directory.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def generated(number: int, note: str = "") -> Iterator[dict[str, str]]:
    """Services of one country: OWN of them in one province, whatever `number` is, the rest in the others."""
    others = sorted(first_level_codes("KH") - {HERE})
    for n in range(number):
        yield dict.fromkeys(directory.COLUMNS, "") | {
            "id": f"kh-made-{n}", "country": "KH", "province": HERE if n < OWN else others[n % len(others)],
            "categories": KINDS[n % len(KINDS)], "name": f"Service {n} for women who work far from home",
            "name_local": f"សេវា {n}", "services": f"Free advice, in person or by telephone{note}. Desk {n}.",
            "location": "Next to the market", "confidential": "no",
            "phones": f"+855 23 9{n % 100:02} {n // 100 % 1000:03}; 023 99{n % 10} {n // 10 % 1000:03} [office]",
            "messaging": f"telegram +855 12 {n % 1000:03} {n // 1000 % 1000:03}", "email": f"desk{n}@example.org",
            "url": f"https://example.org/{n}", "hours": TIMES[n % len(TIMES)], "languages": "km;en",
            "interpreter": "unknown", "cost": "free", "for_whom": "Migrant workers", "asks_for_papers": "unknown",
            "may_report": "unknown", "access": "unknown", "status": "open",
            "source": f"A list <https://example.org/list/{n}>", "source_date": "2026",
        }  # fmt: skip


def written(file: Path, number: int, note: str = "") -> Path:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, directory.COLUMNS)
        writer.writeheader()
        writer.writerows([*shipped(), *generated(number, note)])
    return file


def timed(data: Path, *arguments: str | Path) -> tuple[float, float]:
    """Seconds and megabytes at the peak of a command."""
    command = [sys.executable, "-c", "from pwa.cli import main; main()", *map(str, arguments)]
    begin = time.perf_counter()
    with subprocess.Popen(
        command, env={**os.environ, "RIGHT_DOOR_DATA": str(data)}, stdout=subprocess.DEVNULL
    ) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, arguments
    return time.perf_counter() - begin, used.ru_maxrss / 1000


def imports(folder: Path, number: int) -> None:
    first, second = written(folder / "first.csv", number), written(folder / "second.csv", number, " at our desk")
    print(f"{number:,} rows, {first.stat().st_size / 1e6:.0f} MB of CSV\n")
    print(f"{'':24}{'seconds':>8}{'of 60':>7}{'MB':>6}{'of 500':>8}")
    for name, arguments in {
        "import, all new": ("import", first),
        "import, all the same": ("import", first),
        "import, all changed": ("import", second),
        "import --replace": ("import", "--replace", first),
        "export": ("export", folder / "out.csv"),
        "export --hsds": ("export", "--hsds", folder / "out.json"),
        "import of HSDS": ("import", folder / "out.json"),
    }.items():
        seconds, megabytes = timed(folder / "data", "directory", *arguments)
        print(f"{name:24}{seconds:8.1f}{seconds / SECONDS:7.2f}{megabytes:6.0f}{megabytes / MEGABYTES:8.2f}")


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
