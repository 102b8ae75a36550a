"""The lock of the outbox: what a phone seals with the public key, the server opens (HPKE, RFC 9180).

The key is made from the secret of the deployment, so that none lies in the data folder or in a backup.
"""

import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pwa.domain.counting import Batch, MalformedError, Slot, pack_slot, read_slot

INFO = b"right-door count 1"
NAME = 4
_CURVE = ec.SECP256R1()
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)


class UnknownKeyError(Exception):
    """A slot is sealed for a key that this server does not have, or has no longer."""


@dataclass(frozen=True)
class Opened:
    """The slots of a batch that open, and how many do not."""

    slots: tuple[Slot, ...]
    unread: int


class Lock:
    """The keys of a deployment: the current one seals, the former ones still open."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        keys = [_private(secret) for secret in secrets]
        self.public = _point(keys[0])
        self._keys = {_name(_point(key)): key for key in reversed(keys)}

    @property
    def name(self) -> bytes:
        """The 4 bytes that name the current key: public, as they stand before each slot."""
        return _name(self.public)

    def knows(self, name: bytes) -> bool:
        """Whether the key of this name is here, as the current one or as a former one."""
        return name in self._keys

    def open(self, batch: Batch) -> Opened:
        """Open every slot. Raises UnknownKeyError where one is sealed for another key."""
        if any(slot[:NAME] not in self._keys for slot in batch.slots):
            raise UnknownKeyError
        found = [self._read(slot, batch.id) for slot in batch.slots]
        slots = tuple(slot for slot in found if slot)
        return Opened(slots, unread=len(found) - len(slots))

    def _read(self, sealed: bytes, batch: bytes) -> Slot | None:
        try:
            return read_slot(_SUITE.decrypt(sealed[NAME:], self._keys[sealed[:NAME]], INFO + batch))
        # A point that is not on the curve is a ValueError.
        except (InvalidTag, ValueError, MalformedError):
            return None


def seal(public: bytes, batch: bytes, slot: Slot) -> bytes:
    """A slot as a phone seals it: 109 bytes. `public` is an uncompressed point, `batch` the 16 bytes of its page."""
    key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, public)
    return _name(public) + _SUITE.encrypt(pack_slot(slot), key, INFO + batch)


def _private(secret: str) -> ec.EllipticCurvePrivateKey:
    # 16 bytes more than the order has, so that no key is likelier than another (FIPS 186-5, A.2.1).
    drawn = HKDF(SHA256(), 48, salt=None, info=b"right-door count key 1").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(drawn) % (_ORDER - 1) + 1, _CURVE)


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _name(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:NAME]
