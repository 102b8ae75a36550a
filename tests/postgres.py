"""A real PostgreSQL in a temporary folder: `python -m tests.postgres` finds its programs, or installs them."""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from pwa.config import ROOT

PAGE = ROOT / "docs" / "postgresql.md"
# With a space and a percent sign, so that a password that is printed anywhere is found.
PASSWORD = "s3cret word%of the tests"  # noqa: S105
ENCODED = "s3cret%20word%25of%20the%20tests"


def programs() -> Path | None:
    """Where `initdb` and `postgres` are, the latest version first; None where there are none."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "postgres").exists()), None)


def settings() -> str:
    """The settings that docs/postgresql.md asks for, as that page has them."""
    return PAGE.read_text(encoding="utf-8").split("```ini\n")[1].split("```")[0]


class Cluster:
    """One PostgreSQL with the settings of docs/postgresql.md, on this machine only, with a password."""

    def __init__(self, folder: Path, more: str = "") -> None:
        """`more` are lines of settings that stand after those of the page."""
        self.folder, self.port, self._bin = folder, _free_port(), programs()
        assert self._bin, "No PostgreSQL: run python -m tests.postgres"
        self._user = _unprivileged()
        secret = folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        if self._user:
            for path in (folder, secret):
                shutil.chown(path, self._user)
        self.data = folder / "data"
        self._run("initdb", "-D", str(self.data), "-U", "door", "-A", "scram-sha-256", "--pwfile", str(secret), "-N")
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(f"\n{settings()}\nlisten_addresses = '127.0.0.1'\nport = {self.port}\n")
            file.write(f"unix_socket_directories = '{folder}'\nmax_connections = 200\n{more}\n")

    def start(self) -> None:
        self._run("pg_ctl", "-D", str(self.data), "-w", "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "immediate") -> None:
        """"immediate" is as good as a power cut of the database alone."""  # fmt: skip
        self._run("pg_ctl", "-D", str(self.data), "-w", "-m", how, "stop")

    def url(self, database: str, password: str = ENCODED) -> str:
        return f"postgresql://door:{password}@127.0.0.1:{self.port}/{database}"

    def _run(self, program: str, *arguments: str) -> None:
        assert self._bin
        # No cluster runs as root: initdb refuses.
        command = [str(self._bin / program), *arguments]
        done = subprocess.run(
            command, cwd="/", user=self._user, group=self._user, extra_groups=[] if self._user else None,
            check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr


def temporary() -> Path:
    """A folder that an unprivileged user can go into; those of pytest are for their owner only."""
    folder = Path(tempfile.mkdtemp(prefix="right-door-postgres-"))
    folder.chmod(0o711)
    return folder


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _unprivileged() -> str | None:
    if os.geteuid() != 0:
        return None
    users = {user.pw_name for user in pwd.getpwall()}
    return "postgres" if "postgres" in users else "nobody"


def main() -> None:
    if not programs() and os.geteuid() == 0 and (manager := shutil.which("apt-get")):
        for arguments in (("update", "-qq"), ("install", "-y", "-qq", "--no-install-recommends", "postgresql")):
            subprocess.run(["env", "DEBIAN_FRONTEND=noninteractive", manager, *arguments], check=False)
    if not programs():
        sys.exit("These tests need PostgreSQL. Install it: apt-get install postgresql.")
    sys.stdout.write(f"PostgreSQL: {programs()}\n")


if __name__ == "__main__":
    main()
