"""A host of static files, as the web has many: it sends an export, with the headers that `_headers` names."""

import contextlib
import http.server
import mimetypes
import os
import re
import subprocess
import sys
import threading
from http import HTTPStatus
from pathlib import Path
from types import TracebackType

from tests.server import free_port

Rules = list[tuple[str, list[tuple[str, str]]]]


def rules(text: str) -> Rules:
    """The patterns of a `_headers` file, each with its headers. ValueError for a line that is neither."""
    found: Rules = []
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if not line.startswith(" "):
            if not line.startswith("/") or "*" in line[:-1]:
                raise ValueError(line)
            found.append((line, []))
            continue
        name, colon, value = line.strip().partition(": ")
        if not colon or not re.fullmatch("[A-Za-z-]+", name) or len(line) > 2000:
            raise ValueError(line)
        found[-1][1].append((name, value))
    return found


def headers_of(found: Rules, path: str) -> dict[str, str]:
    """What is sent with a path: of all rules that fit, values of one name joined, as the stricter hosts do."""
    sent: dict[str, str] = {}
    for pattern, headers in found:
        if path == pattern or (pattern.endswith("*") and path.startswith(pattern[:-1])):
            for name, value in headers:
                sent[name] = f"{sent[name]}, {value}" if name in sent else value
    return sent


class _Answer(http.server.SimpleHTTPRequestHandler):
    """Nothing of ours answers: a file, the way to a folder, or the page of a wrong address."""

    root: Path

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        file = self.root / path.removeprefix("/")
        if file.is_dir() and not path.endswith("/"):
            self._send(HTTPStatus.MOVED_PERMANENTLY, path, b"", [("Location", f"{path}/")])
            return
        file = file / "index.html" if path.endswith("/") else file
        if file.is_file() and not re.search(r"/[._]", path):
            kind = {".webmanifest": "application/manifest+json", ".js": "text/javascript"}.get(file.suffix)
            kind = kind or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            self._send(HTTPStatus.OK, path, file.read_bytes(), [("Content-Type", kind)])
        else:
            self._send(
                HTTPStatus.NOT_FOUND, path, (self.root / "404.html").read_bytes(), [("Content-Type", "text/html")]
            )

    def do_POST(self) -> None:
        self._send(HTTPStatus.METHOD_NOT_ALLOWED, self.path, b"", [("Connection", "close")])

    def _send(self, code: HTTPStatus, path: str, body: bytes, more: list[tuple[str, str]]) -> None:
        self.send_response(code)
        found = rules((self.root / "_headers").read_text(encoding="utf-8"))
        for name, value in [*headers_of(found, path).items(), *more, ("Content-Length", str(len(body)))]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class Host:
    """An export of `data` in `folder`, and a host that sends it. It has the ways of tests.server.Server."""

    def __init__(self, data: Path, folder: Path, **settings: str) -> None:
        self.data, self.folder, self.port = data, folder, free_port()
        self.settings = {
            "RIGHT_DOOR_LANGUAGES": "en",
            "RIGHT_DOOR_COUNTRIES": "KH SG",
            "RIGHT_DOOR_HOME_COUNTRIES": "PH",
            **settings,
        }
        self.server: http.server.ThreadingHTTPServer | None = None

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        answer = type("Answer", (_Answer,), {"root": self.folder})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), answer)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        """After this nobody answers at all."""
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def export(self) -> str:
        """Write the site, in place of the one before."""
        return self.run("export-static", str(self.folder), "--jobs", "1")

    def run(self, *arguments: str) -> str:
        """Run a command of `right-door` on this data; what changes the directory is then exported."""
        environ = {k: v for k, v in os.environ.items() if not k.startswith("RIGHT_DOOR_")}
        environ |= {"RIGHT_DOOR_DATA": str(self.data), "PORT": str(self.port), **self.settings}
        command = [sys.executable, "-c", "from pwa.cli import main; main()", *arguments]
        said = subprocess.run(command, env=environ, check=True, capture_output=True, text=True).stdout
        if arguments[:2] == ("directory", "import"):
            self.export()
        return said

    def __enter__(self) -> "Host":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):
            self.stop()
