"""A backup: both databases in one file, each copied whole while the server writes.

Nothing in it says when it was made. What is over within days at most (sessions, invitations, codes) must not live on
in it: it is left out.

The file is a tar archive: `right-door.json`, `content.db`, `counts.db`. The first holds digests (SHA-256), the step of
the migrations, and the name of the public key that phones seal for.
"""

import hashlib
import io
import json
import secrets
import sqlite3
import tarfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pwa.store.db import UnusableError, refuse_unusable
from pwa.store.migrations import CONTENT, COUNTS

MANIFEST = "right-door.json"
FORMAT = 1
KNOWN = {"content.db": CONTENT, "counts.db": COUNTS}
_OVER = {"content.db": ("sessions", "challenges", "invitations"), "counts.db": ("codes",)}
# Seconds since 1970 until which somebody must wait: up to the next day they do no harm, and tell less.
_UNTIL = {"content.db": (("people", "grants_from"), ("proposals", "ripe")), "counts.db": ()}
_DAY = 24 * 60 * 60


class BackupError(Exception):
    """Something that stops a backup or a restore. The message names the file and says what to do."""


@dataclass(frozen=True)
class Backup:
    """A backup that is whole: the bytes of each database by its name, and the name of the key (4 bytes)."""

    files: Mapping[str, bytes]
    key: bytes


def take(folder: Path, key: bytes) -> bytes:
    """The bytes of a backup of the databases in `folder`, which may be served meanwhile. Raises BackupError."""
    files = {}
    for name in KNOWN:
        try:
            files[name] = _copied(folder / name, name)
        except sqlite3.Error as error:
            raise BackupError(f"{folder / name} cannot be copied ({error}).") from None
    return packed(files, key)


def packed(files: Mapping[str, bytes], key: bytes) -> bytes:
    """The bytes of a backup that holds these databases."""
    about = {"format": FORMAT, "key": key.hex(), "files": {n: _about(body) for n, body in files.items()}}
    manifest = json.dumps(about | {"sha256": _sealed(about)}, indent=1).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, body in {MANIFEST: manifest, **files}.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(body), 0o600
            archive.addfile(member, io.BytesIO(body))
    return out.getvalue()


def _copied(file: Path, name: str) -> bytes:
    copy = f"file:{secrets.token_hex(8)}?mode=memory&cache=shared"
    # Into memory: what is left out would else lie on the disk for a moment, and be found there later.
    with (
        closing(sqlite3.connect(copy, uri=True)) as made,
        closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=10)) as source,
    ):
        refuse_unusable(source, name, KNOWN[name])
        source.execute("vacuum into ?", [copy])
        there = {table for (table,) in made.execute("select name from sqlite_master where type = 'table'")}
        for table in _OVER[name]:
            if table in there:
                made.execute(f"delete from {table}")  # noqa: S608
        for table, column in _UNTIL[name]:
            if table in there:
                made.execute(f"update {table} set {column} = ({column} + {_DAY - 1}) / {_DAY} * {_DAY}")  # noqa: S608
        made.commit()
        made.execute("vacuum")
        return made.serialize()


def _about(body: bytes) -> dict[str, Any]:
    # The step stands in the header of every SQLite file.
    return {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body), "step": int.from_bytes(body[60:64])}


def _sealed(about: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def read(file: Path) -> Backup:
    """A backup, looked through: digests, SQLite's own check, steps that this program knows. Raises BackupError."""
    try:
        if not is_backup(file):
            raise BackupError(f"{file} is no backup of Right Door.")
        with tarfile.open(file, "r:") as archive:
            parts = {member.name: _part(archive, member) for member in archive}
        about = json.loads(parts.pop(MANIFEST))
        if about["format"] != FORMAT:
            raise BackupError(f"{file} was made by a newer Right Door. Restore it with that one.")
        if about.pop("sha256") != _sealed(about):
            raise BackupError(f"{file} is damaged: its list is not what was written. Take another copy of it.")
        listed, key = about["files"], bytes.fromhex(about["key"])
    except OSError as error:
        raise BackupError(f"{file} cannot be read ({error.strerror}).") from None
    except (tarfile.TarError, ValueError, LookupError, TypeError, AttributeError):
        raise BackupError(f"{file} is damaged: it is cut off, or its list cannot be read.") from None
    for name in KNOWN:
        body = parts.get(name, b"")
        if listed.get(name) != _about(body):
            raise BackupError(f"{file} is damaged: {name} in it is not what was written. Take another copy of it.")
        _look_through(file, name, body)
    return Backup({name: parts[name] for name in KNOWN}, key)


def _part(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    found = archive.extractfile(member)
    return found.read() if found else b""


def _look_through(file: Path, name: str, body: bytes) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.deserialize(body)
            refuse_unusable(db, f"{file}: {name}", KNOWN[name])
            faults = db.execute("pragma integrity_check").fetchall() != [("ok",)]
            faults |= bool(db.execute("pragma foreign_key_check").fetchall())
        except UnusableError as error:
            raise BackupError(f"{error}.") from None
        except sqlite3.Error as error:
            raise BackupError(f"{file} is damaged: {name} in it cannot be opened ({error}).") from None
    if faults:
        raise BackupError(f"{file} is damaged: {name} in it has faults. Take another backup.")


def is_backup(file: Path) -> bool:
    """Whether a file begins as a backup does."""
    with file.open("rb") as opened:
        return opened.read(len(MANIFEST) + 1) == f"{MANIFEST}\0".encode()


def holds_counts(file: Path) -> bool:
    """Whether a file is a backup, or a copy of counts.db, as far as can be seen from its beginning."""
    if is_backup(file):
        return True
    with file.open("rb") as opened:
        head = opened.read(16 * 4096)
    return head.startswith(b"SQLite format 3\0") and b"CREATE TABLE tallies" in head
