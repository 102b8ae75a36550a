"""`right-door doctor`: what is wrong with this deployment, and what to do. No secret, address of a reader, or count."""

import datetime as dt
import sqlite3
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

import click

from pwa import data_findings, machine_findings
from pwa.checkup import config_or_stop
from pwa.config import Config
from pwa.findings import Finding
from pwa.proxies import USUAL

SETTINGS = Path("/etc/right-door/settings")
Look = Callable[[], Iterable[Finding]]


@click.command()
@click.option(
    "--proxy",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration of Caddy or nginx; otherwise the usual places.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 also for what is only to be looked at.")
def doctor(files: tuple[Path, ...], strict: bool) -> None:
    """Look over this deployment, changing nothing, while it is served or not.

    MEND is wrong, LOOK may be meant so. Exit status: 0 where nothing is to be mended, 1 where something is.
    """
    found = examine(files, SETTINGS, dt.datetime.now(dt.UTC))
    for name, findings in found.items():
        if not findings:
            click.echo(f"fine  {name}")
        for each in findings:
            click.echo(f"{'MEND' if each.wrong else 'LOOK'}  {each.about}: {each.said}\n      {each.do}")
    every = [each for findings in found.values() for each in findings]
    wrong = sum(each.wrong for each in every)
    click.echo(f"\nTo mend: {wrong}. To look at: {len(every) - wrong}.")
    sys.exit(1 if wrong or (strict and every) else 0)


def examine(files: tuple[Path, ...], settings: Path, now: dt.datetime) -> dict[str, list[Finding]]:
    """Everything that is looked at, each with what was found."""
    looks: dict[str, Look] = {"words": machine_findings.of_words}
    found: dict[str, list[Finding]] = {}
    try:
        config = config_or_stop()
        looks |= _looks(config, files, settings, now)
    except click.ClickException as error:
        found["settings"] = [Finding("settings", True, error.message, "Mend it: most of the rest is looked at then.")]
    return found | {name: _findings(name, look) for name, look in looks.items()}


def _looks(config: Config, files: tuple[Path, ...], settings: Path, now: dt.datetime) -> dict[str, Look]:
    return {
        "settings": partial(machine_findings.of_settings, config),
        "settings file": partial(machine_findings.of_settings_file, settings),
        "proxy": partial(machine_findings.of_proxies, config, files or USUAL, bool(files)),
        "data folder": partial(data_findings.of_folder, config),
        "databases": partial(data_findings.of_databases, config),
        "space": partial(machine_findings.of_space, config),
        "clock": partial(machine_findings.of_clock, config, now),
        "backup": partial(machine_findings.of_backup, config, now),
        "desk": partial(data_findings.of_people, config),
        "directory": partial(data_findings.of_directory, config, now.date()),
    }


def _findings(name: str, look: Look) -> list[Finding]:
    try:
        return list(look())
    except (OSError, sqlite3.Error) as error:
        # Whatever it is, the rest must be looked at too.
        return [
            Finding(
                name,
                True,
                f"It cannot be looked at ({error}).",
                "Mend what is named above it first, or run this as the user that runs the server.",
            )
        ]
