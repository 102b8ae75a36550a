"""`right-door organisation …`: who counts, and how their phones are enrolled."""

import io
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import click
import qrcode

from pwa import enrolment
from pwa.checkup import config_or_stop, counts_or_stop, now, stop_with
from pwa.config import Config
from pwa.domain import areas
from pwa.domain.counting import quarter_of, this_month
from pwa.domain.faults import FaultsFoundError
from pwa.domain.organisation import BadNameError, clean_name
from pwa.domain.poster import QUIET, qr_svg
from pwa.store import organisations
from pwa.store.organisations import Organisation, TakenError
from pwa.store.sql import FAULTS, Counts

AREA = click.option("--area", "slugs", multiple=True, required=True, help="Where it works: KH-12, or KH. Repeat it.")
SVG = click.option("--svg", type=click.Path(dir_okay=False, path_type=Path), help="Write the QR code to this file too.")


@click.group()
def organisation() -> None:
    """The organisations that count, and the codes that enrol their phones."""


@organisation.command()
@click.argument("name")
@AREA
@SVG
def add(name: str, slugs: tuple[str, ...], svg: Path | None) -> None:
    """Add the organisation NAME and print a code that enrols its phones: ten minutes, thirty phones."""
    config = config_or_stop()
    db, chosen = counts_or_stop(config), _areas(config, slugs)
    id, name = enrolment.new_id(), _name(name)
    try:
        with _stored():
            organisations.add(db, id, name, chosen)
    except TakenError:
        raise click.ClickException(
            f"{name!r} is there already. `organisation code` enrols more phones of it."
        ) from None
    _offer(config, db, id, name, svg)


@organisation.command(name="list")
def list_() -> None:
    """List the organisations: areas, phones enrolled, and batches of this quarter, which say nothing of counts."""
    db = counts_or_stop(config_or_stop())
    sent = organisations.sent(db, quarter_of(this_month(now())))
    for one in organisations.everyone(db):
        batches = sent.get(one.id, 0)
        click.echo(
            f"{one.name}: {', '.join(one.areas)}; phones enrolled: {one.phones}; batches this quarter: {batches}"
        )


@organisation.command()
@click.argument("name")
@SVG
def code(name: str, svg: Path | None) -> None:
    """Print a new code for the phones of NAME. The code before it is void."""
    config = config_or_stop()
    db = counts_or_stop(config)
    found = _found(db, name)
    _offer(config, db, found.id, found.name, svg)


@organisation.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Take the right to deliver from all phones of NAME.

    What waits on them is kept, and comes after enrolling again.
    """
    db = counts_or_stop(config_or_stop())
    found = _found(db, name)
    with _stored():
        phones = organisations.revoke(db, found.id)
    lost = "1 phone has lost its token." if phones == 1 else f"{phones} phones have lost their tokens."
    click.echo(f"{lost} What waits on a phone is kept there.")
    click.echo(f"To enrol again: right-door organisation code {shlex.quote(found.name)}")


@organisation.command()
@click.argument("name")
@click.argument("new")
def rename(name: str, new: str) -> None:
    """Call the organisation NAME by a new name."""
    db = counts_or_stop(config_or_stop())
    found, new = _found(db, name), _name(new)
    try:
        with _stored():
            organisations.rename(db, found.id, new)
    except TakenError:
        raise click.ClickException(f"{new!r} is another organisation. Nothing was changed.") from None
    click.echo(f"{found.name} is now {new}.")


@organisation.command(name="areas")
@click.argument("name")
@AREA
def areas_(name: str, slugs: tuple[str, ...]) -> None:
    """Give the organisation NAME other areas. Its phones know them after enrolling again."""
    config = config_or_stop()
    db, chosen = counts_or_stop(config), _areas(config, slugs)
    found = _found(db, name)
    with _stored():
        organisations.move(db, found.id, chosen)
    click.echo(f"{found.name} works in {', '.join(chosen)}.")


@contextmanager
def _stored() -> Iterator[None]:
    try:
        yield
    except FAULTS as error:
        raise click.ClickException(f"The counts cannot be written ({error}). Nothing was changed.") from None


def _found(db: Counts, name: str) -> Organisation:
    if one := organisations.named(db, _name(name)):
        return one
    there = ", ".join(one.name for one in organisations.everyone(db)) or "none"
    raise click.ClickException(f"No organisation is called {name!r}. There are: {there}.")


def _name(name: str) -> str:
    try:
        return clean_name(name)
    except BadNameError:
        raise click.ClickException("The name: write 1 to 80 letters.") from None


def _areas(config: Config, slugs: tuple[str, ...]) -> list[str]:
    try:
        atlas = areas.load(config.content / "places.yaml", config.countries)
    except FaultsFoundError as error:
        stop_with(list(error.faults))
    wrong = [slug for slug in slugs if not atlas.get(slug.lower())]
    if wrong:
        raise click.ClickException(
            f"--area: {', '.join(wrong)} is not offered here. Write an ISO 3166 code such as KH-12."
        )
    return sorted({slug.lower() for slug in slugs})


def _offer(config: Config, db: Counts, id: str, name: str, svg: Path | None) -> None:
    drawn = enrolment.new_code()
    kept = enrolment.kept(drawn, config.secrets)
    with _stored():
        organisations.offer(db, id, kept, int(time.time()) + enrolment.SECONDS, enrolment.PHONES)
    page = f"{config.readers}/{quote(config.languages[0])}/count/"
    address, picture, square = f"{page}#{drawn}", io.StringIO(), qrcode.QRCode(border=QUIET)
    square.add_data(address)
    square.print_ascii(out=picture, invert=True)
    click.echo(picture.getvalue())
    click.echo(f"{name}: scan this, or open {page} and type the code.")
    click.echo(f"Code: {enrolment.shown(drawn)} (ten minutes, at most {enrolment.PHONES} phones)")
    if svg:
        _draw(svg, address)


def _draw(svg: Path, address: str) -> None:
    drawn = qr_svg(address).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    try:
        svg.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise click.ClickException(f"{svg} cannot be written ({error.strerror}). The code above is good.") from None
    click.echo(f"{svg} is written. Delete it in ten minutes.")
