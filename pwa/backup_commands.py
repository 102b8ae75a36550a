"""`right-door backup`, `right-door restore`."""

import datetime as dt
from pathlib import Path

import click

from pwa import backups, restoring
from pwa.backup_files import NAME, place, write
from pwa.backups import Backup, BackupError
from pwa.checkup import config_or_stop, counts_or_stop, now
from pwa.config import Config
from pwa.sealing import Lock
from pwa.store import releases

LOST = (
    "What is lost: whatever was written since this backup was made.",
    "- Counts that came since, from phones that were told so, are lost. Nobody can say how many there were: a phone"
    " lets go of a count once it is told. Do not estimate them.",
    "- Counts that phones still hold come by themselves, and are counted once. What this backup knows already is not"
    " counted again.",
    "- A phone that was enrolled since must be enrolled again. What it holds is kept until then.",
    "- Whoever was put out since is in again, phones and people at the desk alike: put them out once more, now.",
    "- Nobody is signed in at the desk. No invitation and no code is good. Changes of the directory since are gone.",
)


@click.command()
@click.argument("target", required=False, type=click.Path(path_type=Path), metavar="[FILE|FOLDER]")
def backup(target: Path | None) -> None:
    """Copy both databases into one file while the server runs, in place of the backup before.

    Without FILE or FOLDER to RIGHT_DOOR_BACKUP.
    """
    config = config_or_stop()
    if not (target := target or config.backup):
        raise click.ClickException("Name a file or folder, or set RIGHT_DOOR_BACKUP.")
    try:
        file, replaced = _back_up(config, target)
    except BackupError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written ({error.strerror}). No backup was made.") from None
    click.echo(f"{file} is written and looked through: content.db and counts.db.")
    if replaced:
        click.echo("The backup before is overwritten. Do not keep another: two, subtracted, tell what was counted.")


def after_a_freeze(config: Config) -> str:
    """Back up to RIGHT_DOOR_BACKUP, if that is set. What went wrong, "" for nothing."""
    try:
        if config.backup:
            _back_up(config, config.backup)
    except (BackupError, OSError) as error:
        return str(error)
    return ""


def _refuse_shared(config: Config) -> None:
    """Raises BackupError where counts.db is not where the counts are: half a backup would pass for a whole one."""
    if config.counts:
        raise BackupError(
            "The counts are in PostgreSQL (RIGHT_DOOR_COUNTS), and this copies files alone. Take the directory with"
            " right-door directory export, the counts with pg_dump: docs/postgresql.md."
        )


def _back_up(config: Config, target: Path) -> tuple[Path, bool]:
    _refuse_shared(config)
    file = place(target, config.data)
    return file, write(file, backups.take(config.data, Lock(config.secrets).name))


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[FILE|FOLDER]")
@click.option("--over", is_flag=True, help="Move data that is there aside, to before-restore in the data folder.")
def restore(file: Path | None, over: bool) -> None:
    """Put a backup in place, after looking through all of it. Stop the server before.

    Without FILE or FOLDER from RIGHT_DOOR_BACKUP.
    """
    config = config_or_stop()
    try:
        _refuse_shared(config)
        if restoring.is_cut_off(config.data):
            restoring.finish(config.data)
            click.echo(f"The restore that was cut off in {config.data} is done now.")
            return
        if not (source := file or config.backup):
            raise click.ClickException("Name a file or folder, or set RIGHT_DOOR_BACKUP.")
        source = source / NAME if source.is_dir() else source
        read = backups.read(source)
        moved = restoring.restore(config.data, read, over)
    except BackupError as error:
        raise click.ClickException(f"{error} Nothing was changed.") from None
    except OSError as error:
        raise click.ClickException(f"{config.data} cannot be written ({error.strerror}).") from None
    _tell(config, source, read, moved)


def _tell(config: Config, source: Path, read: Backup, moved: bool) -> None:
    written = dt.datetime.fromtimestamp(source.stat().st_mtime, dt.UTC).date()
    click.echo(f"{config.data} holds {source} again, a file last written on {written}.")
    if moved:
        aside = config.data / restoring.ASIDE
        click.echo(f"The data that was there is in {aside}. It holds counts: delete it once you need it no longer.")
    click.echo("\n" + "\n".join(LOST))
    if not Lock(config.secrets).knows(read.key):
        click.echo(
            "\nThis backup was made under another RIGHT_DOOR_SECRET_KEY. Put that one in RIGHT_DOOR_FORMER_SECRET_KEYS:"
            " without it, what phones hold cannot be opened."
        )
    coming = releases.coming(counts_or_stop(config), config, now())[0]
    if coming.due <= now():
        click.echo(
            f"\n{coming.name} is due, and is not frozen in this backup: the next start of the server freezes it. If it"
            " was published before, the numbers may differ. Then say so wherever they are shown, and publish no second"
            " table of it."
        )
