"""The desk without a browser: real app, real database, real signatures, and people who come to it."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlite_utils import Database
from werkzeug.test import TestResponse

from pwa.app import create_app
from pwa.config import Config
from pwa.store import access, access_history, people
from pwa.store.db import immediate, open_content
from tests.authenticator import Authenticator, Json, Way

OURS = {"Sec-Fetch-Site": "same-origin"}
REFUSED = b'{"status":"refused"}\n'
TABLES = ("people", "credentials", "sessions", "invitations")
# What is changed at the desk, by those who work there.
WORK = ("proposals", "history", "places", "alone")


class Desk:
    """One app and its database. `now` is the time of the machine, in whole seconds."""

    def __init__(self, data: Path) -> None:
        self.config = replace(Config.from_environ({}), data=data)
        self.app: Flask = create_app(self.config)
        self.db: Database = open_content(data)
        # A power cut is not what these tests are about, and thousands of them wait for the disk.
        self.db.execute("pragma synchronous=off")

    @property
    def now(self) -> int:
        return int(time.time())

    def clear(self) -> None:
        with immediate(self.db):
            for table in (*WORK, "challenges", "invitations", "sessions", "credentials", "people"):
                self.db.execute(f"delete from {table}")  # noqa: S608

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that is kept of people, but for challenges."""
        return {table: self.db.execute(f"select * from {table} order by 1").fetchall() for table in TABLES}  # noqa: S608

    def work(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that readers see and all that waits, and what became of it: not who was let in."""
        tables = ("services", "release", *WORK)
        rows = {table: self.db.execute(f"select * from {table} order by 1").fetchall() for table in tables}  # noqa: S608
        return {table: [row for row in found if row[0] != access_history.TARGET] for table, found in rows.items()}

    def change(self, statement: str, *values: object) -> None:
        with immediate(self.db):
            self.db.execute(statement, values)

    def invitation(self, label: str = "First", role: str = "administrator", areas: tuple[str, ...] = ()) -> str:
        """A link's secret, as the command line makes it."""
        return access.invite(self.db, None, label, role, areas, self.now)

    def somebody(self, label: str = "First", role: str = "administrator", areas: tuple[str, ...] = ()) -> "Visitor":
        """One who has joined and is signed in."""
        visitor = Visitor(self)
        answer = visitor.join(self.invitation(label, role, areas))
        assert answer.status_code == 200, answer.text
        return visitor

    def id_of(self, label: str) -> str:
        found = people.called(self.db, label)
        assert found
        return found.id


class Visitor:
    """A browser and the authenticator beside it."""

    def __init__(self, desk: Desk, authenticator: Authenticator | None = None) -> None:
        self.desk, self.client = desk, desk.app.test_client()
        self.authenticator = authenticator or Authenticator()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, **form: str) -> TestResponse:
        return self.client.post(path, data=form, headers=OURS)

    def send(self, path: str, body: Json) -> TestResponse:
        return self.client.post(path, json=body, headers=OURS)

    def ask(self, path: str, body: Json | None = None) -> Json:
        answer = self.send(path, body or {})
        assert answer.status_code == 200, answer.text
        options: Json = answer.get_json()
        return options

    def join(self, secret: str, way: Way | None = None, name: str = "Key") -> TestResponse:
        said = {"secret": secret, "name": name}
        options = self.ask("/desk/invitation/options", said)
        return self.send("/desk/invitation/", {**said, "credential": self.authenticator.make(options, way)})

    def add(self, way: Way | None = None, name: str = "Spare") -> TestResponse:
        options = self.ask("/desk/passkeys/options", {"name": name})
        return self.send("/desk/passkeys/", {"name": name, "credential": self.authenticator.make(options, way)})

    def asked_to_sign_in(self) -> Json:
        return self.ask("/desk/sign-in/options")

    def sign_in(self, way: Way | None = None) -> TestResponse:
        shown = self.authenticator.show(self.asked_to_sign_in(), way)
        return self.send("/desk/sign-in", {"credential": shown})

    def sign_out(self) -> None:
        assert self.post("/desk/sign-out").status_code == 303

    @property
    def is_in(self) -> bool:
        return self.get("/desk/passkeys/").status_code == 200
