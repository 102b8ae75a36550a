"""The commands: `right-door …`, or `flask --app wsgi …`."""

import functools
import logging
import os
import sys

import click
from sqlite_utils import Database

from pwa import upkeep
from pwa.backup_commands import after_a_freeze, backup, restore
from pwa.catalogues import StaleCatalogueError
from pwa.checkup import config_or_stop, counts_or_stop, filled_or_stop, stop_with, whole
from pwa.config import Config
from pwa.counts_commands import counts
from pwa.directory_commands import directory_
from pwa.doctor_command import doctor
from pwa.domain import content
from pwa.figures_commands import figures, freeze_figures
from pwa.flag_commands import flagged, settle
from pwa.holdings_command import everything_we_hold
from pwa.organisation_commands import organisation
from pwa.people_commands import invite
from pwa.static_command import export_static
from pwa.store import services
from pwa.store.sql import Shared
from pwa.upkeep import Upkeep
from pwa.words_commands import show_coverage, words


@click.group()
def main() -> None:
    """Right Door: check the files, keep the directory, serve the handbook."""


main.add_command(directory_)
directory_.add_command(flagged)
directory_.add_command(settle)
main.add_command(figures)
main.add_command(organisation)
main.add_command(freeze_figures)
main.add_command(invite)
main.add_command(everything_we_hold)
main.add_command(counts)
main.add_command(words)
main.add_command(backup)
main.add_command(restore)
main.add_command(doctor)
main.add_command(export_static)


@main.command()
@click.option("--coverage", is_flag=True, help="Print what must be taught or shown, and the files that do.")
@click.option("--languages", is_flag=True, help="Print how far each language is, file by file.")
def check(coverage: bool, languages: bool) -> None:
    """Check content, catalogues and directory. Prints every fault with file and row; exit status 1 where one is."""
    config = config_or_stop()
    _, found = whole(config, config.directory)
    if found:
        stop_with(found)
    if coverage:
        _show_coverage(content.load(config.content, config.languages))
    if languages:
        show_coverage(config, content.load(config.content, config.languages))
    click.echo("content/ and directory.csv: no faults.")


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
    config = config_or_stop(environ)
    _listen(config, filled_or_stop(config), host, port)


def _listen(config: Config, db: Database, host: str, port: int) -> None:
    from pwa import gate
    from pwa.app import create_app

    try:
        app = create_app(config)
    except StaleCatalogueError as error:
        raise click.ClickException(str(error)) from None
    said = functools.partial(click.echo, err=True)
    kept = counts_or_stop(config)
    for line in kept.warnings() if isinstance(kept, Shared) else ():
        said(f"PostgreSQL: {line}")
    upkeep.start(Upkeep(config, kept, db, said, back_up=lambda: after_a_freeze(config)))
    # It would say how many waited, and a log beside it when.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    # No access log: nothing about a reader is written anywhere.
    try:
        server = gate.listening(app, host, port)
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used ({error.strerror}). Set PORT to another.") from None
    number = sum(services.tally(db).values())
    click.echo(f"{config.name} is open at {config.origin} with {number} services. Ctrl+C ends it.")
    sys.stdout.flush()
    server.run()


def _show_coverage(library: content.Library) -> None:
    covered = library.covered()
    for requirement in content.REQUIREMENTS:
        click.echo(f"{requirement}  {', '.join(covered.get(requirement, [])) or 'NOTHING'}")
    missing = [requirement for requirement in content.REQUIREMENTS if requirement not in covered]
    if missing:
        raise click.ClickException(f"No file covers {', '.join(missing)}.")
