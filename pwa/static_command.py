"""`right-door export-static`: the reader side as files, for any host of static files."""

import os
import secrets
import sys
import time
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from pathlib import Path

import click

from pwa.catalogues import StaleCatalogueError
from pwa.checkup import config_or_stop, filled_or_stop
from pwa.config import Config
from pwa.static_folder import FolderError, replaced
from pwa.store import services


@click.command(name="export-static")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--compressed", is_flag=True, help="Write .br and .gz beside each text, for a host that sends them.")
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=os.cpu_count() or 1,
    show_default="one for each processor",
    help="How many processes work at once.",
)
def export_static(folder: Path, compressed: bool, jobs: int) -> None:
    """Write all that readers read as files into DIR, for any host of static files.

    DIR is new, empty or an earlier export, which is replaced whole at the end, or not at all. docs/static.md says how
    to serve it.
    """
    environ = dict(os.environ)
    # Files hold no key: whoever exports need not have the server's.
    environ.setdefault("RIGHT_DOOR_SECRET_KEY", secrets.token_hex(32))
    config = replace(config_or_stop(environ), static=True)
    db = filled_or_stop(config)
    edition, start = services.version(db), time.monotonic()
    db.close()
    try:
        with replaced(folder) as new:
            number, size = _fill(config, new, edition, compressed, jobs)
    except (FolderError, StaleCatalogueError) as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{folder} cannot be written ({error.strerror}). It is as it was.") from None
    except BrokenProcessPool:
        raise click.ClickException(f"A process was ended from outside. {folder} is as it was.") from None
    seconds = time.monotonic() - start
    click.echo(f"{folder} holds {number} files, {size / 2**20:.0f} MB, made in {seconds:.0f} seconds.")
    _say_what_it_is(config)


def _fill(config: Config, new: Path, edition: str, compressed: bool, jobs: int) -> tuple[int, int]:
    from pwa.static_site import ChangedError, Written, export, parts

    total = Written()
    try:
        written = export(config, new, edition, compressed, jobs)
        with click.progressbar(written, length=len(parts(config)), label="Writing", file=sys.stderr) as every:
            for one in every:
                total += one
    except ChangedError as error:
        raise FolderError(f"{error} Nothing was changed.") from None
    return total.files, total.bytes


def _say_what_it_is(config: Config) -> None:
    if config.counts_at is None:
        click.echo("It counts nothing. To count, set RIGHT_DOOR_READER_ORIGIN: docs/static.md says how.")
    elif config.counts_at:
        click.echo(f"Counts go to {config.counts_at}, which must run with the same RIGHT_DOOR_READER_ORIGIN.")
    else:
        click.echo("Counts go to this site's own /counts/, which the host must pass on to right-door serve.")
    if config.readers.startswith("http://"):
        click.echo(f"On paper and slides stands {config.readers}. Set RIGHT_DOOR_ORIGIN for another.", err=True)
