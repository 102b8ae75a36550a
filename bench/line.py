"""A slow line to a server: one link of a given rate that all connections share, and a round trip before each answer.

    .venv/bin/python -m bench.line PORT_OF_SERVER PORT_TO_LISTEN_ON [KBIT_A_SECOND] [ROUND_TRIP_MS]

Everything that a phone fetches passes it, what its worker fetches too, which a browser's own throttling leaves out. A
new connection pays one round trip for TCP. Not in it: slow start, loss, and TLS.
"""

import asyncio
import sys
import time
from contextlib import suppress

PIECE = 1400


class Link:
    """One direction: what is sent takes its turn at `rate` bytes a second, and arrives `delay` seconds later."""

    def __init__(self, rate: float, delay: float) -> None:
        self._rate, self._delay, self._free = rate, delay, 0.0

    async def pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        sending = asyncio.create_task(self._deliver(due, sink))
        with suppress(OSError):
            while piece := await source.read(PIECE):
                self._free = max(time.monotonic(), self._free) + len(piece) / self._rate
                await due.put((self._free + self._delay, piece))
                await asyncio.sleep(max(0, self._free - time.monotonic()))
        await due.put((0, b""))
        await sending

    async def _deliver(self, due: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while (arrival := await due.get())[1]:
                await asyncio.sleep(max(0, arrival[0] - time.monotonic()))
                sink.write(arrival[1])
                await sink.drain()
        sink.close()


async def carry(server: int, port: int, kilobits: float, trip: float) -> None:
    up, down = (Link(kilobits * 1000 / 8, trip / 2000) for _ in range(2))

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # The handshake: on this machine it costs nothing, on the line a round trip.
        await asyncio.sleep(trip / 1000)
        with suppress(OSError):
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", server)
            await asyncio.gather(up.pump(reader, there_writer), down.pump(there_reader, writer))

    async with await asyncio.start_server(connected, "127.0.0.1", port) as listener:
        await listener.serve_forever()


if __name__ == "__main__":
    numbers = [float(text) for text in sys.argv[1:]]
    server, port, kilobits, trip = [*numbers, *(400.0, 400.0)[len(numbers) - 2 :]]
    asyncio.run(carry(int(server), int(port), kilobits, trip))
