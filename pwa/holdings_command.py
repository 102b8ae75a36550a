"""`right-door everything-we-hold`: all that is stored, to show to a court or a data officer."""

import click

from pwa import holdings
from pwa.checkup import config_or_stop, counts_or_stop, open_or_stop, where
from pwa.store.sql import FAULTS


@click.command(name="everything-we-hold")
def everything_we_hold() -> None:
    """Print all that is stored, table by table, and why. Counts that are not yet published are never printed."""
    config = config_or_stop()
    try:
        for line in holdings.report(counts_or_stop(config), open_or_stop(config)):
            click.echo(line)
    except FAULTS as error:
        raise click.ClickException(f"{where(config)} cannot be read ({error}).") from None
    click.echo(f"\n# Files in {config.data}\n")
    for file in sorted(path for path in config.data.rglob("*") if path.is_file()):
        click.echo(f"- {file.relative_to(config.data)}: {file.stat().st_size:,} bytes")
