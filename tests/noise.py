"""Noise for whatever reads an answer of a browser: wrong bytes at every depth, JSON, base64url, CBOR and keys alike."""

import copy
import json
import random
from typing import Any

import cbor2

from tests.authenticator import Json, b64, raw

ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**64, 1e308, "", " ", "é", "\ud800", "A", "=", "none", "packed", "public-key",
    [], {}, [[]], {"": None}, "A" * 2000, b64(b"\xff" * 40), "null", "webauthn.get", "webauthn.create",
)  # fmt: skip
ODD_CBOR: tuple[Any, ...] = (
    None, True, 0, -1, -7, -257, -65535, 2**63, 1.5, b"", b"\0", b"\4" + bytes(64), "", "none", "packed", "tpm",
    "android-key", "android-safetynet", "apple", "fido-u2f", [], [b""], {}, {1: 2}, cbor2.CBORTag(2, b"1"),
)  # fmt: skip
FIELDS = ("clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle")


class Noise:
    """The same noise for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311

    def body(self, answer: Json) -> bytes:
        """An answer as bytes of JSON, with one to three things wrong."""
        answer = copy.deepcopy(answer)
        kinds = (self._tree, self._field, self._field, self._client, self._cbor, self._cbor)
        for _ in range(self._random.randint(1, 3)):
            self._random.choice(kinds)(answer)
        text = json.dumps(answer).encode()
        return self._bytes(text) if self._random.random() < 0.1 else text

    def _response(self, answer: Json) -> Json:
        credential = answer.get("credential")
        response = credential.get("response") if isinstance(credential, dict) else None
        return response if isinstance(response, dict) else {}

    def _tree(self, answer: Json) -> None:
        node: Any = answer
        while node:
            key = self._random.choice(list(node))
            if isinstance(node[key], dict) and node[key] and self._random.random() < 0.8:
                node = node[key]
            elif self._random.random() < 0.3:
                del node[key]
                return
            else:
                node[key] = self._random.choice(ODD)
                return

    def _field(self, answer: Json) -> None:
        response = self._response(answer)
        there = [name for name in FIELDS if isinstance(response.get(name), str)]
        if there:
            name = self._random.choice(there)
            response[name] = b64(self._bytes(self._raw(response[name])))

    def _client(self, answer: Json) -> None:
        response = self._response(answer)
        try:
            client = json.loads(self._raw(response["clientDataJSON"]))
            self._tree(client)
        except (KeyError, TypeError, ValueError, IndexError):
            return
        response["clientDataJSON"] = b64(json.dumps(client).encode())

    def _cbor(self, answer: Json) -> None:
        """Another value in the attestation object, or in the key inside its authenticator data."""
        response = self._response(answer)
        try:
            found = cbor2.loads(self._raw(response["attestationObject"]))
            part = self._random.choice(("fmt", "attStmt", "authData", "statement", "key", "key"))
            if part == "statement":
                found["attStmt"][self._random.choice(("alg", "sig", "x5c", "ver"))] = self._random.choice(ODD_CBOR)
            elif part == "key":
                data = found["authData"]
                cose = cbor2.loads(data[87:])
                cose[self._random.choice((1, 3, -1, -2, -3))] = self._random.choice(ODD_CBOR)
                found["authData"] = data[:87] + cbor2.dumps(cose)
            else:
                found[part] = self._random.choice(ODD_CBOR)
            response["attestationObject"] = b64(cbor2.dumps(found))
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, cbor2.CBORError):
            return

    def _bytes(self, found: bytes) -> bytes:
        kind = self._random.randrange(5)
        at = self._random.randrange(len(found) + 1)
        if kind == 0:
            return found[:at]
        if kind == 1:
            return found[:at] + self._random.randbytes(self._random.randint(1, 9)) + found[at:]
        if kind == 2:
            return found[:at] + found[at + self._random.randint(1, 9) :]
        if kind == 3:
            return found + found[:at]
        return found[:at] + self._random.randbytes(1) + found[at + 1 :]

    def _raw(self, text: Any) -> bytes:
        try:
            return raw(text)
        except (TypeError, ValueError):
            return b""
