"""A passkey authenticator and its browser in software: real keys, real signatures, and every wrong thing on request."""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40
Json = dict[str, Any]


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(f"{text}===")


class Key:
    """A key pair of one COSE algorithm. `cose` is its public half, `sign` signs as WebAuthn wants it."""

    cose: dict[int, Any]
    sign: Callable[[bytes], bytes]

    def __init__(self, algorithm: str = "ES256") -> None:
        getattr(self, f"_{algorithm.lower()}")()

    def _elliptic(self, curve: ec.EllipticCurve, alg: int, crv: int) -> None:
        key = ec.generate_private_key(curve)
        numbers = key.public_key().public_numbers()
        self.cose = {1: 2, 3: alg, -1: crv, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
        self.sign = lambda data: key.sign(data, ec.ECDSA(hashes.SHA256()))

    def _es256(self) -> None:
        self._elliptic(ec.SECP256R1(), -7, 1)

    def _es256k(self) -> None:
        self._elliptic(ec.SECP256K1(), -47, 8)

    def _eddsa(self) -> None:
        key = ed25519.Ed25519PrivateKey.generate()
        self.cose = {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}
        self.sign = key.sign

    def _rsa(self, alg: int, digest: hashes.HashAlgorithm) -> None:
        key = rsa.generate_private_key(65537, 2048)
        numbers = key.public_key().public_numbers()
        self.cose = {1: 3, 3: alg, -1: numbers.n.to_bytes(256), -2: numbers.e.to_bytes(3)}
        self.sign = lambda data: key.sign(data, padding.PKCS1v15(), digest)

    def _rs256(self) -> None:
        self._rsa(-257, hashes.SHA256())

    def _rs1(self) -> None:
        self._rsa(-65535, hashes.SHA1())  # noqa: S303


@dataclass(frozen=True)
class Passkey:
    """What an authenticator holds for one site and one person."""

    id: bytes
    key: Key
    handle: str
    flags: int


@dataclass(frozen=True)
class Way:
    """How an answer is made. Left as it is, the answer is right."""

    origin: str = "http://localhost:8000"
    rp_id: str | None = None
    challenge: bytes | None = None
    type: str | None = None
    client: Json = field(default_factory=dict)
    # Turns the bytes of clientDataJSON, or of the authenticator data, into others before they are signed.
    client_bytes: Callable[[bytes], bytes] = bytes
    data_bytes: Callable[[bytes], bytes] = bytes
    flags: int | None = None
    counter: int | None = None
    # Instead of what belongs there.
    fmt: Any = "none"
    statement: Json | None = None
    signature: bytes | None = None
    handle: str | None = None
    body_id: bytes | None = None
    # Turns the finished answer into another.
    answer: Callable[[Json], Json] = dict


class Authenticator:
    """Holds passkeys. `flags` are those of a key bound to one device; add BE | BS for one that is synced."""

    def __init__(self, algorithm: str = "ES256", flags: int = UP | UV, counts: bool = True) -> None:
        self.algorithm, self.flags, self.counts = algorithm, flags, counts
        self.counter = 0
        self.held: list[Passkey] = []

    def make(self, options: Json, way: Way | None = None, id: bytes | None = None) -> Json:
        """The browser's answer to `create()`, as `toJSON()` gives it."""
        way = way or Way()
        made = Passkey(id or secrets.token_bytes(32), Key(self.algorithm), options["user"]["id"], self.flags)
        self.held.append(made)
        attested = secrets.token_bytes(16) + len(made.id).to_bytes(2) + made.id + cbor2.dumps(made.key.cose)
        flags = self.flags | AT if way.flags is None else way.flags
        data = self._data(options["rp"]["id"], flags, way) + (attested if flags & AT else b"")
        data = way.data_bytes(data)
        client = self._client("webauthn.create", options["challenge"], way)
        statement = way.statement
        if statement is None and way.fmt == "packed":
            signed = made.key.sign(data + hashlib.sha256(client).digest())
            statement = {"alg": made.key.cose[3], "sig": signed}
        attestation = cbor2.dumps({"fmt": way.fmt, "attStmt": statement or {}, "authData": data})
        return self._answer(made, way, {"clientDataJSON": b64(client), "attestationObject": b64(attestation)})

    def show(self, options: Json, way: Way | None = None, which: int = -1) -> Json:
        """The browser's answer to `get()`, as `toJSON()` gives it."""
        way, passkey = way or Way(), self.held[which]
        data = way.data_bytes(self._data(options["rpId"], passkey.flags if way.flags is None else way.flags, way))
        client = self._client("webauthn.get", options["challenge"], way)
        signature = passkey.key.sign(data + hashlib.sha256(client).digest())
        response = {
            "clientDataJSON": b64(client),
            "authenticatorData": b64(data),
            "signature": b64(signature if way.signature is None else way.signature),
            "userHandle": passkey.handle if way.handle is None else way.handle,
        }
        return self._answer(passkey, way, response)

    def _data(self, rp_id: str, flags: int, way: Way) -> bytes:
        self.counter += self.counts
        counter = self.counter if way.counter is None else way.counter
        return hashlib.sha256((way.rp_id or rp_id).encode()).digest() + bytes([flags]) + counter.to_bytes(4)

    def _client(self, type: str, challenge: str, way: Way) -> bytes:
        asked = challenge if way.challenge is None else b64(way.challenge)
        said = {"type": way.type or type, "challenge": asked, "origin": way.origin, "crossOrigin": False}
        return way.client_bytes(json.dumps(said | way.client).encode())

    def _answer(self, passkey: Passkey, way: Way, response: Json) -> Json:
        id = b64(way.body_id or passkey.id)
        return way.answer(
            {"id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {}}
        )

    def copy(self) -> "Authenticator":
        """The same keys on another device, with the counter as it is now."""
        twin = Authenticator(self.algorithm, self.flags, self.counts)
        twin.counter, twin.held = self.counter, [replace(each) for each in self.held]
        return twin
