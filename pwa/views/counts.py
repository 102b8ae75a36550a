"""What phones send: a code for a token, and batches. Nothing of a request is logged, stored or repeated."""

import datetime as dt
import json
import sqlite3
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, request
from werkzeug.exceptions import HTTPException

from pwa import enrolment
from pwa.config import ROOT
from pwa.domain.counting import MOST_BYTES, Batch, MalformedError, encoded, read_batch, this_month
from pwa.enrolment import Limit
from pwa.sealing import UnknownKeyError
from pwa.store import organisations
from pwa.store.counts import Receipt
from pwa.store.sql import StoreError
from pwa.web import house

room = Blueprint("counts", __name__, url_prefix="/counts")
_CODES = {Receipt.COUNTED: 201, Receipt.BEFORE: 200, Receipt.CONFLICT: 409, Receipt.TOO_OLD: 400}
# Before this, the server's clock is wrong for certain.
_SENSIBLE = dt.date(2026, 1, 1)


@room.before_app_request
def _only_post() -> Response | None:
    # /counts/batches would be the page of an area else, which it is not.
    if not request.path.startswith("/counts/") or request.method == "POST":
        return None
    if request.method == "OPTIONS" and _from_the_files():
        return Response(status=204)
    answer = refusal(405)
    answer.headers["Allow"] = "POST"
    return answer


@room.after_app_request
def _answer_the_files(answer: Response) -> Response:
    """Phones that read an export as static files elsewhere send from its origin. No other one may."""
    if request.path.startswith("/counts/") and house().config.reader_origin:
        answer.vary.add("Origin")
        if _from_the_files():
            answer.headers["Access-Control-Allow-Origin"] = house().config.reader_origin
            if request.method == "OPTIONS":
                answer.headers["Access-Control-Allow-Methods"] = "POST"
                answer.headers["Access-Control-Allow-Headers"] = "authorization, content-type"
                answer.headers["Access-Control-Max-Age"] = "600"
    return answer


def _from_the_files() -> bool:
    ours = house().config.reader_origin
    return bool(ours) and request.headers.get("Origin") == ours


@room.post("/batches")
def batches() -> Response:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    batch, db, till, today = _batch(_body()), house().counts, house().till, _today()
    # A repeat is known by its name: its slots need not be opened again.
    enrolled, found = till.look(db, token, batch)
    if not enrolled:
        return _said(401, status="token")
    if not house().batch_limit.allows(token):
        return _later(house().batch_limit)
    if not batch:
        raise MalformedError("No batch.")
    name, unread = encoded(batch.id), 0
    if not found:
        try:
            opened = house().lock.open(batch)
        except UnknownKeyError:
            return _said(400, batch=name, status="unknown key")
        if not opened.slots:
            raise MalformedError("No slot opens.")
        found, unread = till.receive(db, token, batch, opened.slots, today), opened.unread
    if found is Receipt.STRANGER:
        return _said(401, status="token")
    about = {"month": this_month(today), "unread": unread} if found in (Receipt.COUNTED, Receipt.BEFORE) else {}
    return _said(_CODES[found], batch=name, status=found.value, **about)


@room.post("/phones")
def phones() -> Response:
    if not house().code_limit.allows(""):
        return _later(house().code_limit)
    code, lang = _asked(_body())
    token, today = enrolment.new_token(), _today()
    kept = enrolment.kept(code, house().config.secrets) if code else None
    organisation = organisations.enrol(house().counts, kept, token, int(time.time())) if kept else None
    if not organisation:
        return _said(404, status="unknown code")
    areas = _called(organisations.areas_of(house().counts, organisation), lang)
    return _said(201, token=token, key=encoded(house().lock.public), month=this_month(today), areas=areas)


def refusal(code: int) -> Response:
    """What a phone hears where its request is none."""
    return _said(code, status={413: "too large", 503: "try later"}.get(code, "refused"))


@room.errorhandler(HTTPException)
def _refused(error: HTTPException) -> Response:
    return refusal(error.code or 500)


@room.errorhandler(MalformedError)
def _malformed(_: MalformedError) -> Response:
    return _said(400, status="malformed")


@room.errorhandler(sqlite3.Error)
@room.errorhandler(StoreError)
def _unwritten(_: Exception) -> Response:
    # A full or failing disk, a line to PostgreSQL that is lost: nothing was counted, and the phone keeps what it has.
    return refusal(503)


@room.errorhandler(Exception)
def _fault(error: Exception) -> Response:
    # Not the message, nor the time: a message may repeat what was sent.
    ours = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).is_relative_to(ROOT / "pwa")]
    where = f"{Path(ours[-1].filename).name}, line {ours[-1].lineno}"
    print(f"A fault while counting: {type(error).__name__} in {where}.", file=sys.stderr, flush=True)
    return refusal(500)


def _batch(body: bytes) -> Batch | None:
    try:
        return read_batch(body)
    except MalformedError:
        return None


def _asked(body: bytes) -> tuple[str | None, str]:
    """The code that was typed, None where it is none, and the language. Raises MalformedError."""
    try:
        asked = json.loads(body)
        code, lang = asked["code"], asked["lang"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise MalformedError("No code and language.") from None
    if not isinstance(code, str) or not isinstance(lang, str):
        raise MalformedError("No words.")
    return enrolment.typed(code), lang


def _called(slugs: tuple[str, ...], lang: str) -> list[list[str]]:
    lang = lang if lang in house().languages else next(iter(house().languages))
    found = [(slug, house().atlas.get(slug)) for slug in slugs]
    return [[slug, area.called(lang) if area else slug] for slug, area in found]


def _body() -> bytes:
    """The body of a request in JSON; else 415, or 413 where it is larger than any batch."""
    if request.mimetype != "application/json":
        abort(415)
    if (request.content_length or 0) > MOST_BYTES:
        abort(413)
    body = request.stream.read(MOST_BYTES + 1)
    return body if len(body) <= MOST_BYTES else abort(413)


def _today() -> dt.date:
    today = dt.datetime.now(dt.UTC).date()
    return today if today >= _SENSIBLE else abort(503)


def _later(limit: Limit) -> Response:
    answer = _said(429, status="try later")
    answer.headers["Retry-After"] = str(limit.seconds)
    return answer


def _said(code: int, **told: Any) -> Response:
    return Response(json.dumps(told), code, content_type="application/json", headers={"Cache-Control": "no-store"})
