"""The server in front of the app, and what it answers itself: a request that is none never reaches the app."""

from collections.abc import Mapping
from typing import Any

import waitress
from flask import Flask
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

from pwa.web import House

MOST_SENT = 2 * 1024 * 1024


def listening(app: Flask, host: str, port: int) -> Any:
    """A server for `app`, not yet running. Raises OSError where the port cannot be had."""
    # What is sent is held in memory: it would lie in a temporary file else.
    limits = {"max_request_body_size": MOST_SENT, "inbuf_overflow": MOST_SENT + 1}
    house: House = app.extensions["house"]
    sockets: dict[int, Any] = {}
    server = waitress.create_server(app, sockets, host=host, port=port, threads=8, ident=None, **limits)
    for socket in sockets.values():
        # A name such as "localhost" may be two sockets; the third thing in there wakes them.
        if hasattr(socket, "channel_class"):
            socket.channel_class = _guarded(house.guard)
    return server


def _guarded(guard: Mapping[str, str]) -> type[HTTPChannel]:
    """A channel whose own refusals carry the headers of every answer, and repeat nothing of what came."""

    class Refusal(ErrorTask):  # type: ignore[misc]
        def execute(self) -> None:
            error = self.request.error
            body = f"{error.reason}.\n".encode()
            self.status = f"{error.code} {error.reason}"
            about = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", **guard}
            self.response_headers.extend(about.items())
            self.set_close_on_finish()
            self.content_length = len(body)
            self.write(body)

    return type("Channel", (HTTPChannel,), {"error_task_class": Refusal})
