"""Where a backup lies: one file, and what the one before held is overwritten.

Two copies of counts.db, subtracted, tell what was counted between. So a backup takes the place of the one before, and
none is written beside another. Overwriting is what a program can do: a disk that writes elsewhere (SSD), a file system
with snapshots, or whoever copied the file may still have the old one. docs/running.md says so.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pwa.backups import BackupError, holds_counts, is_backup, read

NAME = "right-door.backup"
_CHUNK = 1024 * 1024


def place(target: Path, data: Path) -> Path:
    """The file that a backup of `data` goes to. Raises BackupError for a place where it must not lie."""
    file = (target / NAME if target.is_dir() else target).resolve()
    if file.is_relative_to(data.resolve()):
        raise BackupError(f"{file} is in the data folder, and would be lost with it. Name another folder.")
    if not file.parent.is_dir():
        raise BackupError(f"{file.parent} is not there. Make it, for you alone: mkdir -m 700 {file.parent}")
    if file.exists() and not (file.is_file() and is_backup(file)):
        raise BackupError(f"{file} is there and is no backup of Right Door. Name another file.")
    if file.exists() and file.stat().st_nlink > 1:
        raise BackupError(f"{file} has a second name somewhere (a hard link), which would be a second copy. Delete it.")
    if others := others_beside(file):
        raise BackupError(
            f"{others[0]} holds counts too. Two copies, subtracted, tell what was counted between: keep one."
            f" Delete it (shred -u {others[0]}), or name it as the place of this backup."
        )
    return file


def others_beside(file: Path) -> list[Path]:
    """Other files in the folder of a backup that hold counts as well. Raises OSError where one cannot be read."""
    ours = {file, _part_of(file)}
    found = (path for path in sorted(file.parent.iterdir()) if path.is_file() and path not in ours)
    return [path for path in found if holds_counts(path)]


def write(file: Path, body: bytes) -> bool:
    """Put a backup in its place, whole or not at all; then overwrite what the one before held. Whether there was one.

    Raises BackupError, and OSError where the disk is full or fails: then the one before is still there.
    """
    part = _part_of(file)
    with _claimed(part) as written:
        try:
            _fill(written, body)
            # From the disk: what was meant to be written is no proof of what was.
            read(part)
            before = os.open(file, os.O_RDWR | os.O_NOFOLLOW) if file.exists() else None
        except BaseException:
            _overwrite(written)
            part.unlink()
            raise
        part.replace(file)
    _settle(file.parent)
    if before is None:
        return False
    try:
        _overwrite(before)
    finally:
        os.close(before)
    return True


def _part_of(file: Path) -> Path:
    return file.with_name(f".{file.name}.part")


@contextmanager
def _claimed(part: Path) -> Iterator[int]:
    """The file that a backup grows in, empty, for one process at a time."""
    opened = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        claimed = False
        with suppress(BlockingIOError):
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it before may have put it in its place since we opened it.
            claimed = part.exists() and part.stat().st_ino == os.fstat(opened).st_ino
        if not claimed:
            raise BackupError(f"Another backup is being written to {part.parent}. Wait for it.")
        os.fchmod(opened, 0o600)
        _overwrite(opened)
        yield opened
    finally:
        os.close(opened)


def _fill(opened: int, body: bytes) -> None:
    view = memoryview(body)
    while view:
        view = view[os.write(opened, view) :]
    os.fsync(opened)


def _overwrite(opened: int) -> None:
    """Zeros over all of a file, on the disk, and then nothing in it."""
    os.lseek(opened, 0, os.SEEK_SET)
    left = os.fstat(opened).st_size
    while left:
        left -= os.write(opened, bytes(min(left, _CHUNK)))
    os.fsync(opened)
    os.ftruncate(opened, 0)
    os.lseek(opened, 0, os.SEEK_SET)


def _settle(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
