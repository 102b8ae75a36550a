"""`right-door invite …`: the first administrator, and the way back in when nobody else can open it."""

import time

import click
from sqlite_utils import Database

from pwa.checkup import config_or_stop, open_or_stop
from pwa.domain import staff
from pwa.store import access, people
from pwa.store.people import NotAllowedError


@click.command()
@click.option("--administrator", is_flag=True, help="Invite an administrator.")
@click.option("--label", default="First administrator", show_default=True, help="What she does, never her name.")
@click.option("--recover", metavar="LABEL", help="Let somebody back in who has lost all her passkeys.")
def invite(administrator: bool, label: str, recover: str | None) -> None:
    """Print a link to the desk that works once, within 15 minutes."""
    if administrator == (recover is not None):
        raise click.ClickException("Say either --administrator or --recover LABEL.")
    config = config_or_stop()
    db = open_or_stop(config)
    secret = _new(db, label) if recover is None else _back(db, recover)
    click.echo("Open this within 15 minutes, on the device that will hold the passkey. It works once.", err=True)
    click.echo(f"{config.origin}/desk/invitation/#{secret}")


def _new(db: Database, label: str) -> str:
    try:
        return access.invite(db, None, staff.label(label), staff.ADMINISTRATOR, (), int(time.time()))
    except staff.LabelError:
        raise click.ClickException("--label: write 1 to 40 letters that can be seen.") from None
    except NotAllowedError:
        raise click.ClickException(f"--label: {label!r} is in use, or invited already. Choose another.") from None


def _back(db: Database, label: str) -> str:
    found = people.called(db, label)
    if not found:
        there = ", ".join(repr(each.label) for each in people.everyone(db)) or "nobody"
        raise click.ClickException(f"--recover: there is no {label!r}. There is {there}.")
    return access.invite_back(db, None, found.id, int(time.time()))
