"""The commands: `right-door …`, or `flask --app wsgi …`."""

import datetime as dt
import os
import sqlite3
import sys
from pathlib import Path
from typing import NoReturn

import click
import waitress
from sqlite_utils import Database

from pwa.config import Config, SettingError
from pwa.domain import areas, content, directory, pathway
from pwa.domain.directory import Service
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.store import services
from pwa.store.db import open_content


@click.group()
def main() -> None:
    """Right Door: check the files, keep the directory, serve the handbook."""


@main.command()
@click.option("--coverage", is_flag=True, help="Print what must be taught or shown, and the files that do.")
def check(coverage: bool) -> None:
    """Check content and directory. Prints every fault with its file and row; exit status 1 where there is one."""
    config = _config()
    found = _faults(config, config.directory)
    if found:
        _stop_with(found)
    if coverage:
        _show_coverage(content.load(config.content, config.languages))
    click.echo("content/ and directory.csv: no faults.")


@main.group(name="directory")
def directory_() -> None:
    """The services that readers see."""


@directory_.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
def import_(file: Path, dry_run: bool) -> None:
    """Put the services of FILE (CSV) in place of all. All or nothing: a file with a fault changes nothing."""
    config = _config()
    found = _faults(config, file)
    if found:
        _stop_with(found)
    read, db = directory.read(file, _today()), _open(config)
    _show(services.difference(db, read))
    if dry_run:
        click.echo("Dry run: nothing was changed.")
    else:
        services.replace_all(db, read, _now())
        click.echo(f"{len(read)} services are in the directory.")


@directory_.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write the directory to FILE (CSV in UTF-8 with a mark, so that a spreadsheet reads every script)."""
    text = services.written(_open(_config()))
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_text(text, encoding="utf-8-sig", newline="")
        part.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written ({error.strerror}).") from None
    click.echo(f"{file} is written.")


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=8000,
    show_default=True,
    envvar="PORT",
    help="The port to listen on.",
)
def serve(host: str, port: int) -> None:
    """Serve the handbook. Refuses to start where content or directory has a fault."""
    environ = dict(os.environ)
    if host not in ("127.0.0.1", "localhost", "::1") and "RIGHT_DOOR_ORIGIN" not in environ:
        raise click.ClickException("RIGHT_DOOR_ORIGIN: set it to https://your.host before others can reach this.")
    environ.setdefault("RIGHT_DOOR_ORIGIN", f"http://localhost:{port}")
    config = _config(environ)
    db = _open(config)
    empty = not services.version(db)
    found = _faults(config, config.directory if empty else db)
    if found:
        _stop_with(found)
    if empty:
        services.replace_all(db, directory.read(config.directory, _today()), _now())
    _listen(config, db, host, port)


def _listen(config: Config, db: Database, host: str, port: int) -> None:
    from pwa.app import create_app

    app = create_app(config)
    # No access log: nothing about a reader is written anywhere.
    try:
        server = waitress.create_server(app, host=host, port=port, threads=8, ident=None)
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used ({error.strerror}). Set PORT to another.") from None
    number = sum(services.tally(db).values())
    click.echo(f"{config.name} is open at {config.origin} with {number} services. Ctrl+C ends it.")
    sys.stdout.flush()
    server.run()


def _config(environ: dict[str, str] | None = None) -> Config:
    try:
        return Config.from_environ(environ if environ is not None else os.environ)
    except SettingError as error:
        raise click.ClickException(str(error)) from None


def _open(config: Config) -> Database:
    try:
        return open_content(config.data)
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"RIGHT_DOOR_DATA: {config.data} cannot be used ({error}).") from None


def _faults(config: Config, source: Path | Database) -> list[Fault]:
    """Every fault of content, places and a directory (a file, or what is stored), and between them."""
    found: list[Fault] = []
    library: content.Library | None = None
    read: tuple[Service, ...] | None = None
    try:
        areas.load(config.content / "places.yaml", config.countries)
    except FaultsFoundError as error:
        found += error.faults
    try:
        library = content.load(config.content, config.languages)
    except FaultsFoundError as error:
        found += error.faults
    try:
        if isinstance(source, Path):
            read = directory.read(source, _today())
        else:
            read = directory.parse(services.written(source), "the stored directory (import a mended file)", _today())
    except FaultsFoundError as error:
        found += error.faults
    except OSError as error:
        found.append(Fault(str(source), "file", f"cannot be read ({error.strerror})."))
    if library and read is not None:
        found += pathway.cross_faults(library, read)
    return found


def _show_coverage(library: content.Library) -> None:
    covered = library.covered()
    for requirement in content.REQUIREMENTS:
        click.echo(f"{requirement}  {', '.join(covered.get(requirement, [])) or 'NOTHING'}")
    missing = [requirement for requirement in content.REQUIREMENTS if requirement not in covered]
    if missing:
        raise click.ClickException(f"No file covers {', '.join(missing)}.")


def _stop_with(found: list[Fault]) -> NoReturn:
    for fault in found:
        click.echo(str(fault), err=True)
    click.echo(f"{len(found)} {'fault' if len(found) == 1 else 'faults'}. Nothing was changed or served.", err=True)
    sys.exit(1)


def _show(difference: services.Difference) -> None:
    for service in difference.added:
        click.echo(f"+ {service}")
    for service, columns in difference.changed.items():
        click.echo(f"~ {service}: {', '.join(columns)}")
    for service in difference.removed:
        click.echo(f"- {service}")
    click.echo(
        f"{len(difference.added)} added, {len(difference.changed)} changed, {len(difference.removed)} removed, "
        f"{difference.same} the same."
    )


def _now() -> dt.date:
    return dt.datetime.now(dt.UTC).date()


def _today() -> dt.date:
    """Today where the day is furthest on: a check made this morning in Manila is not in the future."""
    return dt.datetime.now(dt.timezone(dt.timedelta(hours=14))).date()
