"""What every command does first: settings, data folder, and the faults of what would be served."""

import datetime as dt
import os
import sqlite3
import sys
from pathlib import Path
from typing import NoReturn

import click
from sqlite_utils import Database

from pwa import catalogues
from pwa.config import Config, SettingError
from pwa.domain import areas, content, directory, hsds, pathway, phrases
from pwa.domain.directory import Roll
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.store import services
from pwa.store.db import counts_of, open_content
from pwa.store.sql import FAULTS, Counts

STORED = "the stored directory (import a mended file)"


def config_or_stop(environ: dict[str, str] | None = None) -> Config:
    if environ is None:
        environ = dict(os.environ)
        # In development `serve` answers on PORT, and so must the addresses that a command prints.
        if port := environ.get("PORT"):
            environ.setdefault("RIGHT_DOOR_ORIGIN", f"http://localhost:{port}")
    try:
        return Config.from_environ(environ)
    except SettingError as error:
        raise click.ClickException(str(error)) from None


def open_or_stop(config: Config) -> Database:
    try:
        return open_content(config.data)
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"RIGHT_DOOR_DATA: {config.data} cannot be used ({error}).") from None


def filled_or_stop(config: Config) -> Database:
    """The directory to be shown, without a fault; where there is none yet, that of the shipped file."""
    db = open_or_stop(config)
    empty = not services.version(db)
    read, found = whole(config, config.directory if empty else db)
    if found:
        stop_with(found)
    if empty:
        services.replace_all(db, read, now())
    return db


def counts_or_stop(config: Config) -> Counts:
    try:
        return counts_of(config)
    except (OSError, *FAULTS) as error:
        raise click.ClickException(f"{where(config)} cannot be used ({error}).") from None


def where(config: Config) -> str:
    """Where the counts are. The address of a server is left out: it may hold a password."""
    return "RIGHT_DOOR_COUNTS: PostgreSQL" if config.counts else f"RIGHT_DOOR_DATA: {config.data}"


def stop_with(found: list[Fault]) -> NoReturn:
    click.echo("\n".join(map(str, found)), err=True)
    click.echo(f"{len(found)} {'fault' if len(found) == 1 else 'faults'}. Nothing was changed or served.", err=True)
    sys.exit(1)


def words(config: Config) -> tuple[content.Library | None, list[Fault]]:
    """The words and places that the directory is held against, and their faults."""
    found = list(catalogues.faults())
    try:
        areas.load(config.content / "places.yaml", config.countries)
    except FaultsFoundError as error:
        found += error.faults
    try:
        phrases.load(config.content / "phrases")
    except FaultsFoundError as error:
        found += error.faults
    try:
        return content.load(config.content, config.languages), found
    except FaultsFoundError as error:
        return None, [*found, *error.faults]


def rows(source: Path | Database) -> tuple[Roll | None, list[Fault]]:
    """The services of a file (CSV, or HSDS where it ends in .json) or of a database, and the faults in them."""
    try:
        if not isinstance(source, Path):
            return directory.checked(enumerate(services.stored(source), 2), STORED, today()), []
        kind = hsds if source.suffix.lower() == ".json" else directory
        return kind.read(source, today()), []
    except FaultsFoundError as error:
        return None, list(error.faults)
    except OSError as error:
        return None, [Fault(str(source), "file", f"cannot be read ({error.strerror}).")]


def whole(config: Config, source: Path | Database) -> tuple[Roll, list[Fault]]:
    """All that would be served from a directory, and every fault: in content, places, directory and between them."""
    library, found = words(config)
    read, faults = rows(source)
    found += faults
    if library and read is not None:
        wanted = {id for _, id in library.emergency_ids()}
        found += pathway.cross_faults(library, read.only(wanted))
    return read or Roll.of(()), found


def now() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def today() -> dt.date:
    """Today where the day is furthest on: a check made this morning in Manila is not in the future."""
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=14))).date()
