"""One app with real databases, asked as the server asks it (WSGI), without a network between."""

import io
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pwa.app import create_app
from pwa.checkup import now
from pwa.config import Config
from pwa.domain import directory
from pwa.domain.counting import Kind, Reason, Slot, encoded, this_month
from pwa.enrolment import Limit
from pwa.sealing import Lock, seal
from pwa.store import access, organisations, services
from pwa.store.db import immediate
from pwa.web import House
from tests.authenticator import Authenticator, Json

LANGUAGES = ("en", "km")
# Rows of these come and go with every question for a passkey.
PASSING = {"challenges", "invitations"}
# A session notes when it was last used.
SOME = {"sessions": "id, person, credential"}


@dataclass
class Answer:
    """What came back, how many seconds of a processor the app took for it, and the first cookie that it set."""

    status: int
    body: bytes
    seconds: float
    cookie: str = ""


class Target:
    """An app with the shipped words and services in `folder`, an enrolled phone, and somebody at the desk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        config = replace(Config.from_environ({}), data=folder / "data", languages=LANGUAGES)
        self.app = create_app(config)
        self.app.logger.disabled = True
        self.house: House = self.app.extensions["house"]
        # A limit that were reached would leave the rest of the inputs untried.
        self.house.batch_limit = self.house.code_limit = Limit(2**60, 3600)
        for db in (self.house.db, self.house.counts):
            # A power cut is not what this is about.
            db.execute("pragma synchronous=off")
        self.today = now()
        services.replace_all(self.house.db, directory.read(config.directory, self.today), self.today)
        self._enrol(config)
        self._seat()
        self.held = self.rows()

    def _enrol(self, config: Config) -> None:
        organisations.add(self.house.counts, "bench", "Bench", ("kh-12",))
        organisations.offer(self.house.counts, "bench", b"ABCDEFGH", 2**40, 1)
        self.token = "a" * 43
        assert organisations.enrol(self.house.counts, b"ABCDEFGH", self.token, 1)
        public, month = Lock(config.secrets).public, this_month(self.today)
        slots = (Slot(Kind.DUMMY, month), Slot(Kind.COUNT, month, month, "kh-12", 1, 1),
                 Slot(Kind.FLAG, month, month, "kh-12", reason=Reason.MOVED))  # fmt: skip
        name = bytes(range(16))
        texts = [encoded(seal(public, name, slot)) for slot in (*slots, *[slots[0]] * 5)]
        self.batch: Json = {"batch": encoded(name), "slots": texts}
        assert self.post("/counts/batches", json.dumps(self.batch).encode(), **self.bearer).status == 201

    def _seat(self) -> None:
        self.authenticator = Authenticator(counts=False)
        said = {
            "secret": access.invite(self.house.db, None, "First", "administrator", (), int(time.time())),
            "name": "Key",
        }
        options, cookie = self.asked("/desk/invitation/options", said)
        body = json.dumps({**said, "credential": self.authenticator.make(options)}).encode()
        answer = self.post("/desk/invitation/", body, cookie=cookie)
        assert answer.status == 200
        self.cookie = answer.cookie
        (self._noted,) = self.house.db.execute("select max(number) from history").fetchone()
        self._people = {table: self._all(table) for table in ("people", "credentials", "sessions")}

    @property
    def bearer(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    def ask(self, method: str, path: bytes, body: bytes = b"", query: str = "", **headers: str) -> Answer:
        """One request. `headers` in small letters with underscores; the path as raw bytes, percents undone."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": path.decode("latin-1"), "QUERY_STRING": query,
            "SERVER_NAME": "localhost", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost:8000", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False, "wsgi.input_terminated": True,
            "CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": headers.pop("content_type", "application/json"),
            "HTTP_SEC_FETCH_SITE": "same-origin",
        }  # fmt: skip
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        told: list[Any] = []
        begun = time.thread_time()
        answered: Any = self.app.wsgi_app(environ, _start(told))
        text = b"".join(answered)
        answered.close()
        seconds = time.thread_time() - begun
        cookies = [value.split(";")[0] for name, value in told[1] if name == "Set-Cookie"]
        return Answer(int(told[0][:3]), text, seconds, next(iter(cookies), ""))

    def post(self, path: str, body: bytes, **headers: str) -> Answer:
        return self.ask("POST", path.encode(), body, **headers)

    def asked(self, path: str, said: Json) -> tuple[Json, str]:
        """Options for a passkey, and the cookie that its answer must come with."""
        answer = self.post(path, json.dumps(said).encode())
        assert answer.status == 200, (path, answer.status)
        return json.loads(answer.body), answer.cookie

    def rows(self) -> dict[str, list[Any]]:
        """All that both databases hold, but for what passes with every challenge."""
        found = {}
        for db in (self.house.db, self.house.counts):
            for (table,) in db.execute("select name from sqlite_master where type = 'table'").fetchall():
                columns = SOME.get(table, "*")
                if table not in PASSING:
                    found[table] = db.execute(f"select {columns} from {table} order by 1").fetchall()  # noqa: S608
        return found

    def _all(self, table: str) -> list[Any]:
        return list(self.house.db.execute(f"select * from {table}").fetchall())  # noqa: S608

    def invitation(self) -> str:
        """The secret of one that has just been made; there is no other."""
        with immediate(self.house.db):
            self.house.db.execute("delete from invitations")
        secret = access.invite(self.house.db, None, "Second", "administrator", (), int(time.time()))
        self._forget_notes()
        return secret

    def just_come(self) -> None:
        """Let the session of the one at the desk be new: nobody is sent away in the middle of a long run."""
        with immediate(self.house.db):
            self.house.db.execute("update sessions set started = ?1, seen = ?1", [int(time.time())])

    def put_back(self) -> None:
        """Take away who was let in, and whoever has joined."""
        with immediate(self.house.db):
            self.house.db.execute("delete from people")
            for table, rows in self._people.items():
                for row in rows:
                    self.house.db.execute(f"insert into {table} values ({','.join('?' * len(row))})", row)  # noqa: S608
        self._forget_notes()
        self.just_come()

    def _forget_notes(self) -> None:
        with immediate(self.house.db):
            self.house.db.execute("delete from history where number > ?", [self._noted])


def _start(told: list[Any]) -> Any:
    """What WSGI calls with status and headers: they go into `told`."""
    return lambda status, headers, fault=None: told.extend((status, headers))
