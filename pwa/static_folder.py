"""A folder that is replaced whole: written beside the old one, and then put in its place."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARKER = ".right-door-export"
_SAID = "Made by right-door export-static. The next export into this folder replaces all that is in it.\n"


class FolderError(Exception):
    """A folder that cannot be replaced. The message names it and says what would be right."""


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """An empty folder beside `folder`, to be filled; it takes the place of `folder` at the end of the block.

    Where the block raises, or the process is ended at any moment, what is in `folder` stays as it was. Raises
    FolderError for a folder that is neither empty nor an earlier export.
    """
    folder = folder.absolute()
    part, old = folder.with_name(f".{folder.name}.part"), folder.with_name(f".{folder.name}.old")
    _refuse_strange(folder)
    with _alone_in(part):
        try:
            # Cut off between the two renames below: the old one is whole and only has the wrong name.
            if not folder.exists() and _is_ours(old):
                old.rename(folder)
            _clear(old)
            (part / MARKER).write_text(_SAID, encoding="utf-8")
            yield part
            # Else a power cut could leave the new names with empty files behind them.
            os.sync()
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        if folder.exists():
            folder.rename(old)
        part.rename(folder)
        shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _alone_in(part: Path) -> Iterator[None]:
    """`part` made and emptied, and locked for as long as the block lasts: two exports must not mix."""
    held = _locked(part)
    try:
        for left in part.iterdir():
            shutil.rmtree(left) if left.is_dir() and not left.is_symlink() else left.unlink()
        yield
    finally:
        os.close(held)


def _locked(part: Path) -> int:
    try:
        part.mkdir(exist_ok=True)
    except OSError as error:
        raise FolderError(f"{part.parent}: no folder can be made there ({error.strerror}).") from None
    if part.is_symlink() or not _is_ours(part):
        raise FolderError(f"{part} is in the way, and not ours to delete. Move it.")
    held = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Another export may have ended between the two lines above, and given its folder another name.
        if not part.exists() or part.stat().st_ino != os.fstat(held).st_ino:
            raise BlockingIOError
    except BlockingIOError:
        os.close(held)
        raise FolderError(f"{part}: another export into this folder is going on. Wait for its end.") from None
    return held


def _refuse_strange(folder: Path) -> None:
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FolderError(f"{folder} is no folder. Name a new one, an empty one or an earlier export.")
    if folder.is_mount():
        raise FolderError(f"{folder} is a whole disk or stick. Name a folder on it, such as {folder / 'site'}.")
    if folder.exists() and not _is_ours(folder):
        raise FolderError(
            f"{folder} holds other files, and an export replaces all of them. Name a new or empty folder."
        )


def _clear(left: Path) -> None:
    """Take away what an export that was cut off left behind."""
    if left.is_symlink() or left.exists():
        if left.is_symlink() or not left.is_dir() or not _is_ours(left):
            raise FolderError(f"{left} is in the way, and not ours to delete. Move it.")
        shutil.rmtree(left)


def _is_ours(folder: Path) -> bool:
    """Whether a folder is an export, or empty and so nobody's."""
    return folder.is_dir() and ((folder / MARKER).is_file() or not any(folder.iterdir()))
