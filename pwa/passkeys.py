"""The ceremonies of passkeys: what is asked of a browser, and what its answer changes. No web in here.

A browser is known by a random cookie (`browser`) before it signs in, and by its session afterwards. Times are Unix
seconds. Whatever is wrong raises proofs.RefusedError and changes nothing but the challenge, which is used up.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from sqlite_utils import Database

from pwa import proofs
from pwa.config import Config
from pwa.domain import staff
from pwa.proofs import Claim, Made, Party, RefusedError
from pwa.store import access, people, sessions
from pwa.store.db import immediate
from pwa.store.people import Credential, NotAllowedError
from pwa.store.sessions import Session, digest

_DECOY = proofs.decoy()


def party(config: Config) -> Party:
    """The site as passkeys know it: never from a request."""
    return Party(urlsplit(config.origin).hostname or "", config.origin, config.name)


def begin_sign_in(db: Database, party: Party, browser: str, now: int) -> dict[str, Any]:
    """Options for `navigator.credentials.get()`: without a name, the authenticator offers what it holds."""
    return proofs.options_to_show(party, sessions.ask(db, "sign-in", digest(browser), now))


def sign_in(db: Database, party: Party, browser: str, body: bytes, now: int) -> str:
    """The cookie of a new session. `body` is JSON with `credential`."""
    claim, _ = _answered(db, "sign-in", digest(browser), proofs.read(body), now)
    known, counter = _proven(db, party, claim)
    with immediate(db):
        # An old counter is refused and yet noted, so nothing is raised in here.
        allowed = people.count_use(db, known.id, counter, now)
        token = sessions.start(db, known.person, known.id, now) if allowed else ""
    if not token:
        raise RefusedError
    return token


def begin_confirm(db: Database, party: Party, session: Session, now: int) -> dict[str, Any]:
    """Options for showing a passkey again in a session, before what gives somebody access."""
    return proofs.options_to_show(party, sessions.ask(db, "confirm", session.id, now))


def confirm(db: Database, party: Party, session: Session, body: bytes, now: int) -> None:
    """Make a session fresh again. `body` is JSON with `credential`."""
    claim, _ = _answered(db, "confirm", session.id, proofs.read(body), now)
    known, counter = _proven(db, party, claim)
    if known.person != session.person:
        raise RefusedError
    with immediate(db):
        done = people.count_use(db, known.id, counter, now) and sessions.confirm(db, session.id, now)
    if not done:
        raise RefusedError


def begin_join(db: Database, party: Party, browser: str, body: bytes, now: int) -> dict[str, Any]:
    """Options for `navigator.credentials.create()`. `body` is JSON with the `secret` of an invitation and a `name`.

    Raises NotAllowedError for a name that cannot be kept.
    """
    answer = proofs.read(body)
    found = access.invitation(db, _text(answer, "secret"), now)
    if not found:
        raise RefusedError
    _name(answer)
    challenge = sessions.ask(db, "join", digest(browser), now, found.id)
    return proofs.options_to_make(party, challenge, found.person, found.label, ())


def join(db: Database, party: Party, browser: str, body: bytes, now: int) -> str:
    """The cookie of a new session. `body` is JSON with `secret`, `name` and `credential`.

    Invitation, person, passkey and session change in one transaction: all or nothing, once.
    """
    answer = proofs.read(body)
    secret, name = _text(answer, "secret"), _name(answer)
    claim, purpose = _answered(db, "join", digest(browser), answer, now)
    if purpose != digest(secret):
        raise RefusedError
    made = proofs.made(party, claim)
    with _all_or_refused(db):
        found = access.redeem(db, secret, now)
        if not found:
            raise RefusedError
        people.add_credential(db, _kept(made, found.person, name, now))
        return sessions.start(db, found.person, made.credential, now)


def begin_add(db: Database, party: Party, session: Session, body: bytes, now: int) -> dict[str, Any]:
    """Options for one more passkey of a signed-in person. `body` is JSON with a `name`.

    Raises NotAllowedError where no passkey was shown in the last five minutes, or she has as many as one may have.
    """
    _name(proofs.read(body))
    if not session.is_fresh(now):
        raise NotAllowedError("not-fresh")
    who = people.person(db, session.person)
    known = tuple(each.id for each in people.credentials(db, session.person))
    if not who:
        raise RefusedError
    if len(known) >= people.MOST_PASSKEYS:
        raise NotAllowedError("too-many-passkeys")
    return proofs.options_to_make(party, sessions.ask(db, "add", session.id, now), who.id, who.label, known)


def add(db: Database, party: Party, session: Session, body: bytes, now: int) -> None:
    """Keep one more passkey. `body` is JSON with `name` and `credential`."""
    answer = proofs.read(body)
    name = _name(answer)
    claim, _ = _answered(db, "add", session.id, answer, now)
    made = proofs.made(party, claim)
    with _all_or_refused(db):
        # A session that was ended meanwhile adds nothing.
        if not sessions.confirm(db, session.id, now):
            raise RefusedError
        people.add_credential(db, _kept(made, session.person, name, now))
        people.note_own(db, "passkey-added", session.person, now)


def _answered(db: Database, kind: str, binding: bytes, answer: dict[str, Any], now: int) -> tuple[Claim, bytes]:
    """The claim in an answer to a challenge that we gave this browser for this, and the challenge's purpose."""
    claim = proofs.claim(answer.get("credential"))
    purpose = sessions.take(db, claim.challenge, kind, binding, now)
    if purpose is None:
        raise RefusedError
    return claim, purpose


def _proven(db: Database, party: Party, claim: Claim) -> tuple[Credential, int]:
    """The passkey that a claim proves, and its counter. An unknown one takes as long as a wrong signature."""
    known = people.credential(db, claim.credential)
    shown = proofs.shown(party, claim, known.public_key if known else _DECOY)
    if not known or claim.handle != known.person or shown.backup_eligible != known.backup_eligible:
        raise RefusedError
    return known, shown.counter


def _kept(made: Made, person: str, name: str, now: int) -> Credential:
    eligible, month = made.backup_eligible, people.month(now)
    return Credential(made.credential, person, made.public_key, made.counter, eligible, name, month, month, "")


def _text(answer: dict[str, Any], key: str) -> str:
    value = answer.get(key)
    # An unpaired surrogate is no text, and cannot be hashed or stored.
    if not isinstance(value, str) or not value.isprintable():
        raise RefusedError
    return value


def _name(answer: dict[str, Any]) -> str:
    try:
        return staff.label(_text(answer, "name"))
    except staff.LabelError:
        raise NotAllowedError("label") from None


@contextmanager
def _all_or_refused(db: Database) -> Iterator[None]:
    try:
        with immediate(db):
            yield
    # A credential id that anybody has already, or a tenth passkey beside a ninth.
    except (sqlite3.IntegrityError, NotAllowedError):
        raise RefusedError from None
