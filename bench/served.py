"""The server that benches ask: the shipped directory, the whole app and the bare pages, in a process of its own."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from bench.directory import TODAY
from pwa.config import ROOT
from pwa.domain import directory
from pwa.store import services
from pwa.store.db import open_content
from tests.server import free_port


def waited_for(port: int, seconds: float = 120) -> float:
    """Wait until somebody listens on a port; the seconds that it took."""
    begin = time.monotonic()
    while time.monotonic() - begin < seconds:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return time.monotonic() - begin
        time.sleep(0.02)
    raise TimeoutError(f"Nobody listens on port {port}.")


class Served:
    """`bench.bare` on a data folder of its own."""

    def __init__(self) -> None:
        self.port = free_port()
        self._folder = tempfile.TemporaryDirectory()
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def __enter__(self) -> "Served":
        db = open_content(Path(self._folder.name))
        services.replace_all(db, directory.read(ROOT / "directory.csv", TODAY), TODAY)
        db.close()
        environ = {**os.environ, "RIGHT_DOOR_DATA": self._folder.name, "PORT": str(self.port)}
        self.process = subprocess.Popen([sys.executable, "-m", "bench.bare"], env=environ)
        waited_for(self.port)
        return self

    def prime(self, *paths: str) -> None:
        """Have pages printed and compressed beforehand, as for everybody but the first who asks after a release."""
        for path in paths:
            for form in ("br", "gzip"):
                asked = urllib.request.Request(self.origin + path, headers={"Accept-Encoding": form})
                urllib.request.urlopen(asked, timeout=300).read()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
        self._folder.cleanup()
