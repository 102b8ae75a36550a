"""`right-door directory …`: files into the directory, with all that they change said first, and out of it."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import click
from sqlite_utils import Database

from pwa.checkup import STORED, config_or_stop, now, open_or_stop, rows, stop_with, today, words
from pwa.domain import content, directory, hsds, pathway
from pwa.domain.changes import Fields
from pwa.domain.directory import Roll, Service
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.store import services
from pwa.store.services import Difference

SHORT = 60
_LOOKED_AT = re.compile(r'["\\]')
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


@click.group(name="directory")
def directory_() -> None:
    """The services that readers see."""


@directory_.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--replace", is_flag=True, help="Put the file in place of all: what it lacks goes.")
def import_(file: Path, dry_run: bool, replace: bool) -> None:
    """Put the services of FILE (CSV, or HSDS as .json) beside and over those that are there.

    A service that was checked later than the row of the file stays as it is. All or nothing: a file with a fault
    changes nothing.
    """
    config = config_or_stop()
    library, found = words(config)
    read, faults = rows(file)
    if not library or read is None or found or faults:
        stop_with([*found, *faults])
    db = open_or_stop(config)

    def allow(told: Difference) -> None:
        if found := _between(library, db, read, told):
            raise FaultsFoundError(found)

    try:
        if dry_run:
            allow(told := services.difference(db, read, replace))
        else:
            told = services.merge(db, read, now(), replace, allow)
    except FaultsFoundError as error:
        stop_with(list(error.faults))
    for line in _said(told, read):
        click.echo(line)
    if dry_run:
        click.echo("Dry run: nothing was changed.")
    else:
        click.echo(f"{services.number(db)} services are in the directory.")


@directory_.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--hsds", "as_hsds", is_flag=True, help="Write HSDS 3 (Open Referral) as JSON.")
def export(file: Path, as_hsds: bool) -> None:
    """Write the directory to FILE (CSV in UTF-8 with a mark, so that a spreadsheet reads every script)."""
    db = open_or_stop(config_or_stop())
    if as_hsds:
        # Read with all checks: what an older release let in could be the address of a shelter.
        read, faults = rows(db)
        if read is None:
            stop_with(faults)
        lines, encoding = hsds.lines(read), "utf-8"
    else:
        lines, encoding = services.written(db), "utf-8-sig"
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("w", encoding=encoding, newline="") as out:
            out.writelines(lines)
        part.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written ({error.strerror}).") from None
    click.echo(f"{file} is written.")


def _between(library: content.Library, db: Database, read: Roll, told: Difference) -> list[Fault]:
    """What the rules would miss in the directory as it would be after this import."""
    wanted = {id for _, id in library.emergency_ids()}
    mine = list(read.only(wanted - set(told.kept)))
    gone = {service.id for service in mine} | set(told.removed)
    ours, faults = _stored(db, sorted(wanted - gone))
    return faults or pathway.cross_faults(library, [*mine, *ours])


def _said(told: Difference, read: Roll) -> Iterator[str]:
    """The difference, a line for each row and each field."""
    numbers = {id: number for number, id in enumerate(read.ids)} if told.added else {}
    for id in told.added:
        yield f"+ {id}: {_short(read[numbers[id]]['name'])}"
    closed = set(told.closed)
    for id in sorted({*told.changed, *closed}):
        if id in closed:
            yield f"x {id}: closed"
        yield from _fields("~", id, told.changed.get(id, {}))
    for id, differs in told.kept.items():
        ours, theirs = differs["checked_on"]
        yield f"! {id}: kept. Ours was checked on {ours}, the row {f'on {theirs}' if theirs else 'never'}. Not taken:"
        yield from _fields("!", id, differs)
    for id in told.removed:
        yield f"- {id}"
    left = f", {told.absent} that the file lacks are left as they are" if told.absent else ""
    yield f"= {told.same} the same{left}"
    counts = {name: len(getattr(told, name)) for name in ("added", "changed", "closed", "kept", "removed")}
    yield f"{', '.join(f'{number} {name}' for name, number in counts.items())}, {told.same} the same."


def _fields(mark: str, id: str, differs: Fields) -> Iterator[str]:
    for column, (old, new) in differs.items():
        start = _first_difference(old, new)
        yield f"{mark} {id}, {column}: {_short(old, start)} -> {_short(new, start)}"


def _first_difference(old: str, new: str) -> int:
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _short(cell: str, start: int = 0) -> str:
    """A cell for one line of a terminal: the part where it differs, with what is hidden or turns writing escaped."""
    begin = max(0, start - SHORT // 3) if len(cell) > SHORT else 0
    part = cell[begin : begin + SHORT]
    seen = "".join(map(_visible, part)) if _LOOKED_AT.search(part) or not part.isprintable() else part
    return f'{"…" if begin else ""}"{seen}"{"…" if begin + SHORT < len(cell) else ""}'


def _visible(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    return letter.encode("unicode_escape").decode() if unicodedata.category(letter) in _HIDDEN else letter


def _stored(db: Database, ids: list[str]) -> tuple[tuple[Service, ...], list[Fault]]:
    try:
        return tuple(directory.checked(enumerate(services.stored(db, ids), 2), STORED, today())), []
    except FaultsFoundError as error:
        return (), list(error.faults)
