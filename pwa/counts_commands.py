"""`right-door counts …`: where counts are kept, and moving them from the file to PostgreSQL."""

import click

from pwa.checkup import config_or_stop, counts_or_stop, where
from pwa.store.db import open_counts
from pwa.store.moving import NotEmptyError, move
from pwa.store.sql import FAULTS, Shared


@click.group()
def counts() -> None:
    """Where counts are kept: the file counts.db, or the PostgreSQL that RIGHT_DOOR_COUNTS names."""


@counts.command()
def check() -> None:
    """Say where counts are kept, and which settings of PostgreSQL keep times of counts on its disk."""
    config = config_or_stop()
    db = counts_or_stop(config)
    if not isinstance(db, Shared):
        click.echo(f"Counts are kept in {config.data / 'counts.db'}.")
        return
    click.echo(f"Counts are kept in PostgreSQL: {db.place()}.")
    for line in db.warnings():
        click.echo(f"- {line}")


@counts.command(name="move")
def move_() -> None:
    """Copy all of counts.db into an empty PostgreSQL, in one transaction. The file then takes nothing more."""
    config = config_or_stop()
    file = config.data / "counts.db"
    if not config.counts:
        raise click.ClickException("RIGHT_DOOR_COUNTS: set it to the PostgreSQL that the counts shall go to.")
    if not file.exists():
        raise click.ClickException(f"{file} is not there. Nothing was copied.")
    to = counts_or_stop(config)
    try:
        moved = move(open_counts(config.data), to)
    except NotEmptyError:
        raise click.ClickException("That PostgreSQL is not empty. Nothing was copied.") from None
    except (OSError, *FAULTS) as error:
        raise click.ClickException(f"{file} is as it was: it or {where(config)} cannot be used ({error}).") from None
    for table, number in moved.items():
        click.echo(f"{table}: {number} {'row' if number == 1 else 'rows'}")
    click.echo(f"{file} takes nothing more. Start the server again, look at the figures, and delete that file:")
    click.echo("two copies, subtracted, tell what was counted between.")
