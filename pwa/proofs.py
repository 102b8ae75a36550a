"""The wall before the passkey library: what a browser sends is read, checked by it and by us, or refused.

The rules are those of a relying party in WebAuthn Level 3, sections 7.1 and 7.2. py_webauthn 3.0.1 lets through what
is checked here by hand, and lets many kinds of error out on malformed input.
"""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    decode_credential_public_key,
    decoded_public_key_to_cryptography,
    encode_cbor,
    parse_attestation_object,
    parse_cbor,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
LONGEST_BODY = 64 * 1024
# A credential id has 16 bytes at least and 1,023 at most.
SHORTEST_ID, LONGEST_ID = 16, 1023
PATIENCE = 5 * 60 * 1000
P = ParamSpec("P")
T = TypeVar("T")


class RefusedError(Exception):
    """What was shown proves nothing. Unknown or wrong, it carries no reason: the answer is the same for all."""


@dataclass(frozen=True)
class Party:
    """The site that passkeys are made for, by configuration alone. `id` is a host name."""

    id: str
    origin: str
    name: str


@dataclass(frozen=True)
class Claim:
    """What a browser sends, read but not believed. `handle` is "" at a registration."""

    credential: bytes
    challenge: bytes
    handle: str
    answer: dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A new passkey, proven to be held by an authenticator that has verified its user."""

    credential: bytes
    public_key: bytes
    counter: int
    backup_eligible: bool


@dataclass(frozen=True)
class Shown:
    """What an authenticator said when it proved a passkey."""

    counter: int
    backup_eligible: bool


def _walled(reads: Callable[P, T]) -> Callable[P, T]:
    @wraps(reads)
    def walled(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return reads(*args, **kwargs)
        # Hostile bytes make the library and its CBOR, ASN.1 and key readers raise nearly anything. No database, no
        # file and no request is touched inside, so there is nothing else that this could hide.
        except Exception:
            raise RefusedError from None

    return walled


@_walled
def read(body: bytes) -> dict[str, Any]:
    """A JSON object in UTF-8, of 64 KiB at most, no key of it written twice. Raises RefusedError."""
    if len(body) > LONGEST_BODY:
        raise ValueError
    found = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    if not isinstance(found, dict):
        raise TypeError
    return found


@_walled
def claim(answer: object) -> Claim:
    """The browser's `PublicKeyCredential.toJSON()`, taken apart. Raises RefusedError."""
    if not isinstance(answer, dict):
        raise TypeError
    response = answer["response"]
    for part in ("attestationObject", "authenticatorData", "signature"):
        _bytes(response.get(part, ""))
    client = read(_bytes(response["clientDataJSON"]))
    # A page of ours is never inside another's.
    if client.get("crossOrigin", False) is not False or "topOrigin" in client:
        raise ValueError
    credential = _bytes(answer["rawId"])
    if not SHORTEST_ID <= len(credential) <= LONGEST_ID:
        raise ValueError
    handle = response.get("userHandle") or ""
    return Claim(credential, _bytes(client["challenge"]), _bytes(handle).decode("ascii"), answer)


@_walled
def made(party: Party, claim: Claim) -> Made:
    """The passkey that a registration made, its challenge being one that we gave. Raises RefusedError."""
    written = _bytes(claim.answer["response"]["attestationObject"])
    attestation = parse_attestation_object(written)
    plain = parse_cbor(written)
    # The library stops reading where the map ends, and takes a text for a statement with nothing in it.
    if len(encode_cbor(plain)) != len(written) or not isinstance(plain["attStmt"], dict):
        raise ValueError
    # We ask for none, so a chain of certificates, which names the maker of a phone, is never sent by a browser.
    if attestation.fmt not in ("none", "packed") or attestation.att_stmt.x5c is not None:
        raise ValueError
    found = verify_registration_response(
        credential=claim.answer,
        expected_challenge=claim.challenge,
        expected_rp_id=party.id,
        expected_origin=party.origin,
        require_user_verification=True,
        supported_pub_key_algs=ALGORITHMS,
    )
    if found.credential_id != claim.credential:
        raise ValueError
    # Without a statement nobody signs at a registration: a key that is none, or another one than its algorithm signs
    # with, would be kept, and lock its owner out.
    key = decode_credential_public_key(found.credential_public_key)
    if not _signs_with(decoded_public_key_to_cryptography(key), key.alg):
        raise ValueError
    eligible = found.credential_device_type == CredentialDeviceType.MULTI_DEVICE
    return Made(found.credential_id, found.credential_public_key, found.sign_count, eligible)


def _signs_with(key: PublicKeyTypes, algorithm: int) -> bool:
    # Web Authentication, 5.8.5: ES256 has P-256 and no other curve.
    if isinstance(key, ec.EllipticCurvePublicKey):
        return algorithm == COSEAlgorithmIdentifier.ECDSA_SHA_256 and isinstance(key.curve, ec.SECP256R1)
    if isinstance(key, ed25519.Ed25519PublicKey):
        return algorithm == COSEAlgorithmIdentifier.EDDSA
    return isinstance(key, rsa.RSAPublicKey) and algorithm == COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256


@_walled
def shown(party: Party, claim: Claim, public_key: bytes) -> Shown:
    """The proof of a passkey with this key, its challenge being one that we gave. Raises RefusedError.

    The counter is told, not judged: an old one is right by its signature and still means a copy.
    """
    found = verify_authentication_response(
        credential=claim.answer,
        expected_challenge=claim.challenge,
        expected_rp_id=party.id,
        expected_origin=party.origin,
        credential_public_key=public_key,
        credential_current_sign_count=0,
        require_user_verification=True,
    )
    return Shown(found.new_sign_count, found.credential_device_type == CredentialDeviceType.MULTI_DEVICE)


def options_to_make(
    party: Party, challenge: bytes, person: str, label: str, known: tuple[bytes, ...]
) -> dict[str, Any]:
    """What `navigator.credentials.create()` takes: a discoverable passkey, its user verified, the maker not asked."""
    options = generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=person.encode("ascii"),
        user_name=label,
        challenge=challenge,
        timeout=PATIENCE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=id) for id in known],
        supported_pub_key_algs=ALGORITHMS,
    )
    return _plain(options_to_json(options))


def options_to_show(party: Party, challenge: bytes) -> dict[str, Any]:
    """What `navigator.credentials.get()` takes: any passkey of this site, its user verified."""
    options = generate_authentication_options(
        rp_id=party.id, challenge=challenge, timeout=PATIENCE, user_verification=UserVerificationRequirement.REQUIRED
    )
    return _plain(options_to_json(options))


def decoy() -> bytes:
    """A public key (COSE, ES256) that nobody can sign for, so that an unknown passkey takes as long as a known one."""
    numbers = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    x, y = numbers.x.to_bytes(32), numbers.y.to_bytes(32)
    return bytes.fromhex("a501020326200121 5820") + x + bytes.fromhex("22 5820") + y


def _plain(options: str) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(options)
    return plain


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _bytes(text: str) -> bytes:
    """base64url without filling, exactly as it would be written: two writings of one id would be two ids."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError
    found = base64.urlsafe_b64decode(f"{text}{'=' * (-len(text) % 4)}")
    if base64.urlsafe_b64encode(found).rstrip(b"=").decode() != text:
        raise ValueError
    return found
