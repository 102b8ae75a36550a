"""What is wrong with a deployment, each with what to do. Looks only: nothing is written, not even beside a database."""

import os
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Finding:
    """`about` names what was looked at. What must be mended is `wrong`; what may be meant so is only to look at."""

    about: str
    wrong: bool
    said: str
    do: str


def glance(file: Path) -> sqlite3.Connection:
    """A connection that only reads. Raises sqlite3.Error, and OSError where there is no such file."""
    file.stat()
    # Where nobody has it open, SQLite would make files beside it to read it. Then nobody changes it either.
    quiet = "immutable=1" if is_wal(file) and not Path(f"{file}-shm").exists() else "mode=ro"
    db = sqlite3.connect(f"{file.absolute().as_uri()}?{quiet}", uri=True, timeout=5)
    db.execute("pragma trusted_schema=off")
    return db


def is_wal(file: Path) -> bool:
    """Whether a database is in WAL mode, by its header."""
    with file.open("rb") as opened:
        return opened.read(20)[18:] == b"\2\2"


def others_may(path: Path) -> bool:
    """Whether anybody but the owner has a right to it."""
    return bool(path.stat().st_mode & 0o077)


def may_write(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0))


def inside(folder: Path) -> Iterator[Path]:
    """Every file below a folder."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
