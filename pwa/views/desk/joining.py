"""An invitation becomes a person with a passkey. The secret stands behind # in the address, which no server sees."""

from typing import Any

from flask import Response
from sqlite_utils import Database

from pwa import passkeys
from pwa.desk_web import browser, ceremony, desk_room, let_in, show, to_browser
from pwa.proofs import Party

room = desk_room("desk_invitation", __name__)


@room.get("/desk/invitation/")
def page() -> Response:
    return show("invitation")


@ceremony(room, "/desk/invitation/options")
def ask(db: Database, party: Party, body: bytes, now: int) -> Any:
    return to_browser(lambda name: passkeys.begin_join(db, party, name, body, now))


@ceremony(room, "/desk/invitation/")
def join(db: Database, party: Party, body: bytes, now: int) -> Any:
    return let_in(passkeys.join(db, party, browser(), body, now))
