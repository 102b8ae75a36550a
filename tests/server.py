"""A real server in a process of its own, and a line to it that can be cut."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING

from tests import stores

if TYPE_CHECKING:
    from tests.host import Host

# Seconds for a start. On a busy machine, with all languages to read, ten are not enough.
PATIENCE = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`right-door serve` with a data folder of its own. `code` is the folder with the code, None for this one."""

    def __init__(self, data: Path, **settings: str) -> None:
        self.data, self.settings, self.port = data, {**stores.environment(data), **settings}, free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.code: Path | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self, printed: IO[bytes] | int = subprocess.DEVNULL) -> None:
        """Start, and wait until it answers. `printed` takes what it prints."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith("RIGHT_DOOR_")}
        environ |= {"RIGHT_DOOR_DATA": str(self.data), "PORT": str(self.port), **self.settings}
        command = [sys.executable, "-c", "from pwa.cli import main; main()", "serve"]
        errors = None if isinstance(printed, int) else printed
        self.process = subprocess.Popen(command, env=environ, stdout=printed, stderr=errors, cwd=self.code)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.origin}/sw.js", timeout=2).close()
                return
            except urllib.error.HTTPError:
                return  # It answers, if only to say that it goes by another name.
            except OSError:
                assert self.process.poll() is None, "The server ended while it started."
                time.sleep(0.05)
        raise AssertionError("The server did not start.")

    def stop(self) -> None:
        """Kill the process: after this nobody answers at all."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def run(self, *arguments: str) -> str:
        """Run a command of `right-door` on this server's data."""
        environ = {**os.environ, "RIGHT_DOOR_DATA": str(self.data), "PORT": str(self.port), **self.settings}
        command = [sys.executable, "-c", "from pwa.cli import main; main()", *arguments]
        return subprocess.run(command, env=environ, check=True, capture_output=True, text=True, cwd=self.code).stdout

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class Line:
    """A TCP line to a server that can be cut in the middle of an answer, or can flip bytes on the way.

    `cut_at` is how many bytes of an answer to a request for `watched` pass before the line goes dead; None passes all.
    """

    def __init__(self, server: "Server | Host", watched: bytes) -> None:
        self._server, self._watched = server, watched
        self.cut_at: int | None = None
        self.cuts = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry_or_drop, args=(phone,), daemon=True).start()

    def _carry_or_drop(self, phone: socket.socket) -> None:
        with contextlib.suppress(OSError):
            self._carry(phone)
        phone.close()

    def _carry(self, phone: socket.socket) -> None:
        with phone, socket.create_connection(("127.0.0.1", self._server.port)) as server:
            request = b""
            while b"\r\n\r\n" not in request:
                part = phone.recv(65536)
                if not part:
                    return
                request += part
            # One answer a connection keeps the counting of bytes honest.
            head, _, rest = request.partition(b"\r\n\r\n")
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            server.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + rest)
            left = self.cut_at if self._watched in lines[0] else None
            while part := server.recv(4096):
                if left is not None and len(part) > left:
                    phone.sendall(part[:left])
                    self.cuts += 1
                    return
                left = left - len(part) if left is not None else None
                phone.sendall(part)
