"""A backup put back: staged whole, then moved in, so that a cut at any moment leaves the old data or ends in the new.

`restored.part` holds what is still being written, and means nothing. Renamed to `restoring` it is whole, and every
command but `restore` refuses the folder until all of it has been moved in: content of today beside counts of yesterday
would count twice, or not at all.
"""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from pwa.backups import KNOWN, Backup, BackupError
from pwa.store.db import RESTORING

ASIDE = "before-restore"
_STAGE = "restored.part"
# Whatever SQLite keeps beside a database belongs to the old one, and would spoil the new.
_BESIDE = ("-wal", "-shm", "-journal", "")


def restore(folder: Path, backup: Backup, over: bool) -> bool:
    """Put a backup into `folder`, which is made where it is missing. Whether there was old data, which is moved aside.

    Raises BackupError where it holds data and `over` is False, or is in use.
    """
    old = _old(folder)
    if old and not over:
        raise BackupError(f"{folder} holds data. Say --over to move it to {folder / ASIDE} and restore.")
    if in_use(folder):
        raise BackupError(f"{folder} is in use. Stop the server, and try again.")
    if old and (folder / ASIDE).exists():
        raise BackupError(
            f"{folder / ASIDE} is there from an earlier restore, and holds counts. Look at it, overwrite its files"
            " (shred -u), delete it, and try again."
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _stage(folder, backup)
    finish(folder)
    return bool(old)


def is_cut_off(folder: Path) -> bool:
    """Whether a restore was decided here and has not ended."""
    return (folder / RESTORING).exists()


def finish(folder: Path) -> None:
    """Move in what is staged, the old aside. Can be cut off and called again."""
    for name in KNOWN:
        if not (folder / RESTORING / name).exists():
            continue
        for old in (folder / f"{name}{end}" for end in _BESIDE):
            if old.exists():
                _made(folder, ASIDE)
                old.replace(folder / ASIDE / old.name)
        (folder / RESTORING / name).replace(folder / name)
        _settle(folder)
    (folder / RESTORING).rmdir()
    _settle(folder)


def in_use(folder: Path) -> bool:
    """Whether a server, or another command, has content.db open. A server always has."""
    file = folder / "content.db"
    if not file.exists():
        return False
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=0)) as db:
        try:
            # In WAL mode this is had by whoever is alone with the file, and by nobody else.
            db.execute("pragma locking_mode=exclusive")
            db.execute("begin exclusive")
            db.execute("rollback")
        except sqlite3.OperationalError as error:
            return "locked" in str(error)
        except sqlite3.DatabaseError:
            # A file that is damaged can be served by nobody.
            return False
    return False


def _old(folder: Path) -> list[Path]:
    return [path for name in KNOWN for end in _BESIDE if (path := folder / f"{name}{end}").exists()]


def _stage(folder: Path, backup: Backup) -> None:
    stage = folder / _STAGE
    if stage.exists():
        shutil.rmtree(stage)
    _made(folder, _STAGE)
    for name, body in backup.files.items():
        opened = os.open(stage / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        _give(stage / name, folder)
    _settle(stage)
    stage.rename(folder / RESTORING)
    _settle(folder)


def _made(folder: Path, name: str) -> None:
    if not (folder / name).exists():
        (folder / name).mkdir(mode=0o700)
        _give(folder / name, folder)


def _give(path: Path, folder: Path) -> None:
    """To whom the folder belongs: where root restores, the server could not open it else."""
    owner = folder.stat()
    if os.geteuid() == 0:
        os.chown(path, owner.st_uid, owner.st_gid)


def _settle(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
