"""Where phones deliver: an app of a test's own, its database, and phones that are enrolled in it."""

import random
import secrets
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from pwa import enrolment
from pwa.app import create_app
from pwa.checkup import now
from pwa.config import Config
from pwa.domain.counting import this_month
from pwa.sealing import Lock
from pwa.store import organisations
from tests import stores
from tests.sender import Answer, Sender

Totals = dict[tuple[str, str], tuple[int, int]]


class Office:
    """A server without a network. `post` and `deliver` are what a phone does; `totals` is what was counted."""

    def __init__(self, data: Path, secrets: tuple[str, ...] = ("5e" * 32,)) -> None:
        self.data = data
        self.db = stores.open_counts(data)
        self.restart(secrets)

    def restart(self, secrets: tuple[str, ...]) -> None:
        """A new process would know no more than this: what is in memory is gone."""
        config = replace(Config.from_environ({}), data=self.data, secrets=secrets, counts=stores.address(self.data))
        self.app, self.secrets = create_app(config), secrets
        self.public = Lock(secrets).public
        self.client: FlaskClient = self.app.test_client()

    def organisation(self, name: str = "Centre", *areas: str) -> str:
        organisations.add(self.db, name, name, areas or ("kh-12",))
        return name

    def kept(self, code: str) -> bytes:
        """What this server keeps of a code."""
        return enrolment.kept(code, self.secrets)

    def enrolled(self, organisation: str) -> str:
        """The token of one more phone."""
        code, token = self.kept(enrolment.new_code()), secrets.token_urlsafe(32)
        organisations.offer(self.db, organisation, code, 2**40, 1)
        assert organisations.enrol(self.db, code, token, 1)
        return token

    def phone(self, *areas: str) -> Sender:
        """A phone of an organisation of its own."""
        organisation = self.organisation(f"Organisation {secrets.token_hex(4)}", *areas)
        token = self.enrolled(organisation)
        return Sender(self.public, token, this_month(now()), random.Random(token))  # noqa: S311

    def post(self, token: str, body: bytes, kind: str = "application/json") -> TestResponse:
        headers = {"Authorization": f"Bearer {token}"}
        return self.client.post("/counts/batches", data=body, content_type=kind, headers=headers)

    def hear(self, token: str, body: bytes) -> Answer:
        answer = self.post(token, body)
        return answer.status_code, answer.data

    def totals(self) -> Totals:
        rows = self.db.execute("select * from tallies where disclosures + referrals > 0").fetchall()
        return {(area, month): (told, referred) for area, month, told, referred in rows}

    def batches(self) -> int:
        (number,) = self.db.execute("select coalesce(sum(batches), 0) from sent").fetchone()
        return int(number)
