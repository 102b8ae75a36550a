"""What surrounds the data: settings, the proxy in front, the disk, the clock, the backup, the words."""

import datetime as dt
import ipaddress
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from sqlite_utils import Database

from pwa import backups, catalogues, proxies
from pwa.backup_files import NAME, others_beside
from pwa.backups import BackupError
from pwa.catalogues import StaleCatalogueError
from pwa.config import DEVELOPMENT_SECRET, Config
from pwa.domain import periods
from pwa.findings import Finding, glance, inside, others_may
from pwa.store import releases

_MIB = 1024 * 1024
_LEAST, _LITTLE = 100 * _MIB, 1024 * _MIB
_BACKUP_DAYS = 2
_FEWEST_LETTERS = 10


def of_settings(config: Config) -> Iterator[Finding]:
    """The origin, the secret (never shown), the worker, the user."""
    host = urlsplit(config.origin).hostname or ""
    if config.development:
        yield Finding(
            "origin",
            False,
            "It is this machine: nobody else is answered.",
            "For readers set RIGHT_DOOR_ORIGIN to https://your.host.",
        )
    elif _is_address(host) or "." not in host:
        yield Finding(
            "origin",
            True,
            f"{host} is no name of a host: passkeys and certificates need one.",
            "Set RIGHT_DOOR_ORIGIN to https://your.host.",
        )
    for secret in config.secrets:
        if not config.development and secret == DEVELOPMENT_SECRET:
            yield Finding(
                "secret",
                True,
                "It is the one that everybody knows.",
                "Set RIGHT_DOOR_SECRET_KEY to what `openssl rand -hex 32` prints.",
            )
        elif len(set(secret)) < _FEWEST_LETTERS:
            yield Finding(
                "secret",
                True,
                "It was hardly drawn at random: it has few different letters.",
                "Set"
                " RIGHT_DOOR_SECRET_KEY to what `openssl rand -hex 32` prints, and keep this one in"
                " RIGHT_DOOR_FORMER_SECRET_KEYS until every phone has delivered.",
            )
    if not config.worker:
        yield Finding(
            "worker",
            False,
            "RIGHT_DOOR_WORKER is off: phones keep nothing, and pages need a network.",
            "Set it to on once that is mended.",
        )
    if os.geteuid() == 0 and config.data.exists() and config.data.stat().st_uid == 0:
        yield Finding("user", False, "The data belongs to root.", "Give the server a user of its own.")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def of_settings_file(file: Path) -> Iterator[Finding]:
    """The file that holds the secret, where there is one."""
    if file.exists() and others_may(file):
        yield Finding("secret", True, f"Others than its owner may read {file}.", f"chmod 600 {file}")


def of_proxies(config: Config, files: tuple[Path, ...], named: bool) -> Iterator[Finding]:
    """What a proxy would write down of a visit. `named`: somebody told these files; else they are the usual ones."""
    host, served = urlsplit(config.origin).hostname or "", False
    if config.development and not named:
        return
    for file in files:
        if not named and not file.exists():
            continue
        try:
            found = proxies.keeps(file, host)
        except (OSError, ValueError) as error:
            yield Finding(
                "proxy",
                named,
                f"{file} cannot be read as a configuration ({error}).",
                "Look by hand that it writes no log of requests and of what goes wrong.",
            )
            continue
        served |= found is not None
        for fault in found or ():
            yield Finding(
                "proxy",
                True,
                f"{fault.file}, {fault.where}: {fault.message.rsplit(' Write `', 1)[0]}",
                _right(fault.message),
            )
    if not served and not config.development:
        yield Finding(
            "proxy",
            named,
            f"No configuration was found that serves {host}.",
            "Name it: right-door doctor --proxy FILE. Where somebody else runs the proxy, ask that it keeps no log.",
        )


def _right(message: str) -> str:
    return f"Write `{message.rsplit(' Write `', 1)[1]}" if " Write `" in message else "Take that line out."


def of_space(config: Config) -> Iterator[Finding]:
    """Whether the disk has room to write, and to write a database anew."""
    if not config.data.is_dir():
        return
    free, held = shutil.disk_usage(config.data).free, sum(path.stat().st_size for path in inside(config.data))
    if free < max(_LEAST, 2 * held):
        yield Finding(
            "space",
            True,
            f"The disk of {config.data} is nearly full.",
            "Make room: phones keep what they hold until it can be written.",
        )
    elif free < _LITTLE:
        yield Finding("space", False, f"The disk of {config.data} has less than a GiB free.", "Make room soon.")
    nodes = os.statvfs(config.data)
    if nodes.f_files and nodes.f_favail < 1000:
        yield Finding("space", True, "The disk has hardly room for new files (inodes).", "Delete files on it.")


def of_clock(config: Config, now: dt.datetime) -> Iterator[Finding]:
    """A wrong clock freezes figures too early or never, and forgets names of batches that are still repeated."""
    right = "Set it, and keep it right: timedatectl set-ntp true"
    written = [path.stat().st_mtime for path in inside(config.data)] if config.data.is_dir() else []
    if now.year < 2026 or any(second > now.timestamp() + 24 * 60 * 60 for second in written):
        yield Finding("clock", True, f"It says {now:%Y-%m-%d}, which is before the data was written.", right)
        return
    if (config.data / "counts.db").exists():
        with closing(glance(config.data / "counts.db")) as db:
            through = releases.frozen_through(Database(db))
        if through and periods.in_doubt(through, now.date()):
            yield Finding(
                "clock",
                True,
                f"It says {now:%Y-%m-%d}, and nothing is frozen after {through}.",
                "Set it. If it is right: right-door freeze-figures --after-a-pause",
            )


def of_backup(config: Config, now: dt.datetime) -> Iterator[Finding]:
    """Whether there is one, whole, of these days, for its owner alone, and only one."""
    about, again = "backup", "Run right-door backup, and look why the timer did not."
    if config.counts:
        yield Finding(
            about,
            False,
            "The counts are in PostgreSQL: whether they are backed up cannot be seen from here.",
            "Keep one pg_dump and one right-door directory export: docs/postgresql.md.",
        )
        return
    if not config.backup:
        yield Finding(
            about,
            not config.development,
            "RIGHT_DOOR_BACKUP is not set: nobody knows of a backup.",
            "Set it, and run right-door backup each night: docs/running.md.",
        )
        return
    file = config.backup / NAME if config.backup.is_dir() else config.backup
    if not file.exists():
        yield Finding(about, True, f"{file} is not there.", again)
        return
    try:
        backups.read(file)
    except BackupError as error:
        yield Finding(about, True, str(error), "Move it away, and run right-door backup.")
    if (now.timestamp() - file.stat().st_mtime) > _BACKUP_DAYS * 24 * 60 * 60:
        yield Finding(about, True, f"{file} is older than {_BACKUP_DAYS} days.", again)
    if others_may(file):
        yield Finding(about, True, f"Others than its owner may read {file}.", f"chmod 600 {file}")
    for other in others_beside(file):
        yield Finding(
            about,
            True,
            f"{other} holds counts too. Two copies, subtracted, tell what was counted between.",
            f"shred -u {other}",
        )
    if config.data.exists() and file.stat().st_dev == config.data.stat().st_dev:
        yield Finding(about, False, "It lies on the disk of the data, and is lost with it.", "Put it on another one.")


def of_words() -> Iterator[Finding]:
    """Whether the translations were compiled."""
    try:
        catalogues.check_compiled()
    except StaleCatalogueError as error:
        said, _, do = str(error).partition(" Run: ")
        yield Finding("words", True, said, f"Run {do}")
