"""How many batches a second the server counts, and how long a phone waits, while readers read.

    .venv/bin/python -m bench.receiver [RATE] [SECONDS]

The real `right-door serve`. Batches are sealed beforehand and sent at a fixed rate; the wait is measured from the
moment when a batch was due, so a server that falls behind cannot hide it. Then once more as fast as eight senders can.
"""

import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from bench.phones import Line, Sealed, enrol, sealed, totals
from tests.server import Server

SENDERS = 8
PAGES = ("/en/", "/en/kh-12/", "/en/kh-12/directory/", "/en/now/listen/")
PHONES = 400


def fixed(port: int, tokens: list[str], batches: list[Sealed], rate: float) -> list[float]:
    """Send `batches` at `rate` a second. Seconds from when each was due to its receipt."""
    waits: list[float] = []
    start = time.monotonic() + 0.2

    def work(first: int) -> None:
        line = Line(port)
        for at in range(first, len(batches), SENDERS):
            due = start + at / rate
            time.sleep(max(0, due - time.monotonic()))
            status, _ = line.post(tokens[at % len(tokens)], batches[at])
            assert status == 201, status
            waits.append(time.monotonic() - due)
        line.close()

    _together(work)
    return waits


def flat_out(port: int, tokens: list[str], batches: list[Sealed]) -> float:
    """Batches a second when every sender sends its next at once."""
    start = time.monotonic()

    def work(first: int) -> None:
        line = Line(port)
        for at in range(first, len(batches), SENDERS):
            status, _ = line.post(tokens[at % len(tokens)], batches[at])
            assert status == 201, status
        line.close()

    _together(work)
    return len(batches) / (time.monotonic() - start)


def _together(work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(n,)) for n in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def percentile(waits: list[float], part: float) -> float:
    return sorted(waits)[min(len(waits) - 1, int(len(waits) * part))]


class Reader:
    """Somebody who reads one page after the other, without a pause."""

    def __init__(self, origin: str) -> None:
        self._origin, self._stop = origin, threading.Event()
        self.waits: list[float] = []
        self._thread = threading.Thread(target=self._read)

    def __enter__(self) -> "Reader":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _read(self) -> None:
        while not self._stop.is_set():
            start = time.monotonic()
            path = PAGES[len(self.waits) % len(PAGES)]
            request = urllib.request.Request(self._origin + path, headers={"Accept-Encoding": "br"})
            urllib.request.urlopen(request).read()
            self.waits.append(time.monotonic() - start)
            time.sleep(0.02)


def main() -> None:
    rate, seconds = map(int, sys.argv[1:3]) if len(sys.argv) > 2 else (220, 30)
    batches = sealed(rate * seconds + 3000)
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server:
        tokens = enrol(Path(folder), PHONES)
        fixed(server.port, tokens, batches[:200], 50)
        with Reader(server.origin) as reader:
            waits = fixed(server.port, tokens, batches[200 : rate * seconds], rate)
        most = flat_out(server.port, tokens, batches[rate * seconds :])
        held = totals(Path(folder))[2]
    for who, times in (("batches", waits), ("pages", reader.waits)):
        half, most_of = (percentile(times, part) * 1000 for part in (0.5, 0.99))
        print(
            f"{who}: {len(times) / seconds:.0f} a second, half within {half:.0f} ms, 99 of 100 within {most_of:.0f} ms"
        )
    print(f"batches flat out, nobody reading: {most:.0f} a second; {held} of {len(batches)} held")


if __name__ == "__main__":
    main()
