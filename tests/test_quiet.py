"""The server says nothing of who came: not in what it prints, not in a file, whatever is sent to it."""

import http.client
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pwa.domain.counting import MOST_BYTES
from pwa.gate import MOST_SENT
from tests.counter import code_in
from tests.server import Server

TOKEN, AGENT = "tokentokentoken", "an agent that nobody should see"


class Loud:
    """A server whose every word is kept."""

    def __init__(self, folder: Path) -> None:
        self.server, self.printed = Server(folder / "data"), folder / "printed"
        with self.printed.open("wb") as out:
            self.server.start(out)
        assert self.server.process
        self.pid = self.server.process.pid

    def post(self, path: str, body: bytes, **headers: str) -> int:
        line = http.client.HTTPConnection("localhost", self.server.port, timeout=20)
        given = {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}", "User-Agent": AGENT, **headers}
        line.request("POST", path, body, given)
        status = line.getresponse().status
        line.close()
        return status

    def raw(self, sent: bytes) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.server.port), timeout=20)
        line.sendall(sent)
        return line

    def files(self) -> list[str]:
        """What the process has open, but for its databases, its sockets and what it prints to."""
        links = [str(path.readlink()) for path in Path(f"/proc/{self.pid}/fd").iterdir() if path.is_symlink()]
        ours = (str(self.server.data), str(self.printed), "/dev/", "pipe:", "socket:", "anon_inode:")
        return [link for link in links if not link.startswith(ours)]


@pytest.fixture
def loud(tmp_path: Path) -> Iterator[Loud]:
    found = Loud(tmp_path)
    yield found
    found.server.stop()


def test_nothing_that_is_sent_is_printed(loud: Loud) -> None:
    said = loud.server.run("organisation", "add", "Centre", "--area", "KH-12")
    statuses = [
        loud.post("/counts/batches", b'{"batch": "AAAAAAAAAAAAAAAAAAAAAA", "slots": []}'),
        loud.post("/counts/batches", b"\xff" * 1000),
        loud.post("/counts/batches", b" " * (MOST_BYTES + 1)),
        loud.post("/counts/phones", b'{"code": "WRONGONE", "lang": "en"}'),
        loud.post("/counts/phones", f'{{"code": "{code_in(said)}", "lang": "en"}}'.encode()),
        loud.post("/counts/phones", b"{"),
        loud.post("/counts/nothing", b"{}"),
        loud.post("/en/", b"{}"),
        loud.post("/counts/batches", b"{}", Host="evil.example"),
    ]
    assert statuses == [401, 401, 413, 404, 201, 400, 404, 405, 400]
    for sent in (b"nonsense\r\n\r\n", b"POST /counts/batches HTTP/1.1\r\nContent-Length: x\r\n\r\n",
                 b"POST /counts/batches HTTP/1.1\r\nContent-Length: 500\r\n\r\nhalf"):  # fmt: skip
        loud.raw(sent).close()
    with loud.server.data.joinpath("counts.db").open("r+b") as file:
        file.write(b"no longer a database")
    assert loud.post("/counts/batches", b"{}") in (401, 503)
    printed = loud.printed.read_text().splitlines()
    assert len(printed) == 1, printed
    assert " is open at " in printed[0]


def test_what_is_sent_never_lies_in_a_file_not_even_while_it_comes(loud: Loud) -> None:
    before = loud.files()
    head = f"POST /counts/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MOST_SENT - 1}\r\n\r\n".encode()
    lines = [loud.raw(head + b"x" * (MOST_SENT - 100_000)) for _ in range(3)]
    time.sleep(1)
    assert loud.files() == before
    for line in lines:
        line.close()


def test_a_body_of_more_than_two_megabytes_is_refused_at_its_head(loud: Loud) -> None:
    line = loud.raw(f"POST /counts/batches HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MOST_SENT}\r\n\r\n".encode())
    assert line.recv(12) == b"HTTP/1.1 413"
    line.close()
