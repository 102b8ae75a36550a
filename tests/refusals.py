"""How the tests of passkeys tell what is wrong, and what a refusal is."""

from collections.abc import Callable
from typing import Any

import cbor2
from werkzeug.test import TestResponse

from tests.authenticator import Json, Way, b64, raw
from tests.desk import REFUSED, Desk

Rows = dict[str, list[tuple[Any, ...]]]


def assert_refused(desk: Desk, before: Rows, answer: TestResponse) -> None:
    assert (answer.status_code, answer.data) == (403, REFUSED)
    assert "Set-Cookie" not in answer.headers
    assert desk.rows() == before


def changed(part: str, change: Callable[[Any], Any]) -> Callable[[Json], Json]:
    """An answer whose response has another `part`."""
    return lambda answer: {**answer, "response": {**answer["response"], part: change(answer["response"].get(part))}}


def attestation(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Json], Json]:
    return changed("attestationObject", lambda text: b64(cbor2.dumps(change(cbor2.loads(raw(text))))))


def key(change: dict[int, Any]) -> Callable[[bytes], bytes]:
    """Authenticator data whose COSE key has other entries; None takes one away."""

    def changing(data: bytes) -> bytes:
        start = 55 + int.from_bytes(data[53:55])
        cose = {**cbor2.loads(data[start:]), **change}
        return data[:start] + cbor2.dumps({label: value for label, value in cose.items() if value is not None})

    return changing


ORIGINS = {
    "another scheme": "https://localhost:8000",
    "another port": "http://localhost:8001",
    "no port": "http://localhost",
    "a sub-domain": "http://desk.localhost:8000",
    "a longer name": "http://localhost:8000.example.org",
    "a name before": "http://notlocalhost:8000",
    "a slash": "http://localhost:8000/",
    "capitals": "http://LOCALHOST:8000",
    "none": "null",
}
CLIENTS = {
    "crossOrigin is true": Way(client={"crossOrigin": True}),
    "crossOrigin is a word": Way(client={"crossOrigin": "false"}),
    "crossOrigin is 0": Way(client={"crossOrigin": 0}),
    "crossOrigin is null": Way(client={"crossOrigin": None}),
    "topOrigin of another site": Way(client={"topOrigin": "https://example.com"}),
    "topOrigin of ours": Way(client={"topOrigin": "http://localhost:8000"}),
    "topOrigin is null": Way(client={"topOrigin": None}),
    "in UTF-16": Way(client_bytes=lambda said: said.decode().encode("utf-16")),
    "in UTF-16 without a mark": Way(client_bytes=lambda said: said.decode().encode("utf-16-le")),
    "with a byte order mark": Way(client_bytes=lambda said: b"\xef\xbb\xbf" + said),
    "a key twice": Way(client_bytes=lambda said: said[:-1] + b', "origin": "http://localhost:8000"}'),
    "a list": Way(client_bytes=lambda said: b"[" + said + b"]"),
    "no origin": Way(client_bytes=lambda said: said.replace(b'"origin"', b'"from"')),
    "no challenge": Way(client_bytes=lambda said: said.replace(b'"challenge"', b'"asked"')),
    "a challenge that is a number": Way(client={"challenge": 7}),
    "nothing": Way(client_bytes=lambda said: b""),
}
