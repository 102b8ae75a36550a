"""`right-door directory flagged` and `settle`: what readers say is wrong, and that somebody has looked into it."""

import click

from pwa.checkup import config_or_stop, counts_or_stop, open_or_stop
from pwa.domain.counting import Reason
from pwa.store import flags

REASONS = {
    Reason.NO_ANSWER: "no answer",
    Reason.WRONG_NUMBER: "wrong number",
    Reason.MOVED: "moved",
    Reason.CLOSED: "closed",
}


@click.command()
def flagged() -> None:
    """List the services that readers flagged, each with the reason and the month. Nobody knows who, or how often."""
    config = config_or_stop()
    told = flags.standing(counts_or_stop(config), open_or_stop(config))
    for flag in told:
        click.echo(f"{flag.service}: {REASONS[flag.reason]} ({flag.month})")
    if not told:
        click.echo("Nothing is flagged.")


@click.command()
@click.argument("ids", nargs=-1, required=True)
def settle(ids: tuple[str, ...]) -> None:
    """Take the flags off the services IDS, once somebody has looked into them."""
    config = config_or_stop()
    if unknown := flags.missing(open_or_stop(config), ids):
        raise click.ClickException(f"No such service: {', '.join(unknown)}. Nothing was changed.")
    flags.settle(counts_or_stop(config), ids)
    click.echo(f"Settled: {', '.join(ids)}.")
