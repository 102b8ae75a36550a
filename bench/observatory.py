"""MDN's HTTP Observatory, run here against the real server: its score and each of its tests, for reader and desk.

    .venv/bin/python -m bench.observatory [PACKAGE]

PACKAGE is what npm shall install: a name with a version, a folder or a repository (by default the newest release). It
needs npm, and a network for it; everything goes into a temporary folder.

The tool refuses what it cannot reach over https on port 443. So a small proxy stands before the server as in a real
deployment: it ends TLS with a certificate that the tool is told to trust, and sends http to https. The tool begins at
"/": for every other page the proxy sends it on from there. At the desk somebody signs in first, with a real passkey in
software, and the tool gets the cookie as the server set it. No host is taken to be in the browsers' preload list.
"""

import datetime as dt
import http.client
import json
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.authenticator import Authenticator, Json, Way
from tests.server import Server

PACKAGE = "@mdn/mdn-http-observatory"
HOST = "door.example.org"
ORIGIN = f"https://{HOST}"
SCANNER = Path(__file__).with_suffix(".mjs")
READER = ("/", "/en/now/listen/", "/en/kh-12/", "/en/count/", "/en/learn/", "/en/privacy/", "/en/away/")
DESK = ("/desk/", "/desk/people/", "/desk/directory/")
GOALS = {"reader": 150, "desk": 155}
# What a version can give that has both tests which the goals count on: of embedders and of openers.
WITH_BOTH = 165


@dataclass
class Front:
    """Where "/" leads, and the cookie that is set on the way there."""

    path: str = "/"
    cookie: str = ""


class Proxy(BaseHTTPRequestHandler):
    """Hands a request to the server behind it, as it came, and the answer back, as it is."""

    behind: int
    front: Front
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path == "/" and self.front.path != "/":
            headers = {"Location": self.front.path, "Content-Length": "0"}
            return self._answer(302, headers | ({"Set-Cookie": self.front.cookie} if self.front.cookie else {}), b"")
        line = http.client.HTTPConnection("127.0.0.1", self.behind, timeout=20)
        line.request(self.command, self.path, headers={**dict(self.headers), "Host": HOST})
        answer = line.getresponse()
        return self._answer(answer.status, dict(answer.getheaders()), answer.read())

    do_HEAD = do_OPTIONS = do_GET  # noqa: N815

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        # Not send_response(): it would add a Server header of its own.
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in ("connection", "transfer-encoding"):
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing."""


class ToHttps(BaseHTTPRequestHandler):
    """The plain port: everything is elsewhere."""

    def do_GET(self) -> None:
        self.send_response(301)
        self.send_header("Location", ORIGIN + self.path)
        self.end_headers()

    do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, *_: Any) -> None:
        """Nothing."""


def certificate(folder: Path) -> Path:
    """A certificate for this machine and its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, HOST)])
    names = x509.SubjectAlternativeName([x509.DNSName(HOST)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = folder / "certificate.pem"
    file.write_bytes(secret + made.public_bytes(pem))
    return file


@contextmanager
def proxied(server: Server, front: Front, file: Path) -> Iterator[tuple[int, int]]:
    """The plain and the TLS port of a proxy before `server`."""
    about = {"behind": server.port, "front": front}
    tls, plain = (
        ThreadingHTTPServer(("127.0.0.1", 0), handler) for handler in (type("Handler", (Proxy,), about), ToHttps)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    tls.socket = context.wrap_socket(tls.socket, server_side=True)
    for each in (tls, plain):
        threading.Thread(target=each.serve_forever, daemon=True).start()
    try:
        yield plain.server_port, tls.server_port
    finally:
        for each in (tls, plain):
            each.shutdown()
            each.server_close()


def installed(package: str, folder: Path) -> Path:
    """The tool's folder. Its install scripts would fetch lists from hosts that need not be there, so none runs."""
    if not (npm := shutil.which("npm")):
        sys.exit("This needs npm: install Node.js.")
    (folder / "package.json").write_text("{}")
    command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", "--omit=optional", package]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    tool = (folder / "node_modules" / PACKAGE).resolve()
    preload = tool / "conf" / "hsts-preload.json"
    if not preload.exists():
        preload.write_text("{}")
    return tool


class Browser:
    """Somebody at the desk: signs in and keeps the cookie as it was set."""

    def __init__(self, server: Server) -> None:
        self._port, self._jar = server.port, ""

    def post(self, path: str, body: Json) -> tuple[Json, str]:
        headers = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "Cookie": self._jar}
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=20)
        line.request("POST", path, json.dumps(body), {**headers, "Host": HOST})
        answer = line.getresponse()
        told = json.loads(answer.read())
        assert answer.status == 200, (path, answer.status, told)
        cookie = (answer.headers.get_all("Set-Cookie") or [""])[0]
        self._jar = cookie.split(";")[0]
        return told, cookie

    def signed_in(self, secret: str) -> str:
        """The Set-Cookie of a new session."""
        said = {"secret": secret, "name": "Bench"}
        options, _ = self.post("/desk/invitation/options", said)
        made = Authenticator().make(options, Way(origin=ORIGIN))
        return self.post("/desk/invitation/", {**said, "credential": made})[1]


def scan(tool: Path, file: Path, ports: tuple[int, int]) -> Json:
    """What the tool says of the page behind the proxy's "/"."""
    command = ["node", str(SCANNER), str(tool), HOST, *map(str, ports)]
    environ = {**os.environ, "NODE_EXTRA_CA_CERTS": str(file)}
    found: Json = json.loads(subprocess.run(command, env=environ, check=True, stdout=subprocess.PIPE).stdout)
    return found


def show(kind: str, path: str, found: Json, told: set[str]) -> bool:
    """Print a score, and the tests where they differ from the last; whether all passed and the goal was reached."""
    passed = all(test["pass"] for test in found["tests"])
    # Releases up to 1.6.3 lack them, and can give 20 points less.
    goal = GOALS[kind] - (0 if found["most"] >= WITH_BOTH else 20)
    print(f"{kind:7}{path:18}{found['score']:4} of at most {found['most']}  {found['grade']:3} goal {goal}")
    lines = [f"        {t['points']:+4}  {t['name']}: {t['result']}" for t in found["tests"]]
    if str(lines) not in told:
        told.add(str(lines))
        print("\n".join(lines))
    return passed and int(found["score"]) >= goal


def main() -> None:
    package = sys.argv[1] if len(sys.argv) > 1 else PACKAGE
    told: set[str] = set()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tool, file, front = installed(package, folder), certificate(folder), Front()
        version = json.loads((tool / "package.json").read_text())["version"]
        print(f"MDN HTTP Observatory {version}")
        server = Server(folder / "data", RIGHT_DOOR_ORIGIN=ORIGIN, RIGHT_DOOR_SECRET_KEY="5e" * 32)
        with server, proxied(server, front, file) as ports:
            secret = server.run("invite", "--administrator").split("#")[1].split()[0]
            cookie = Browser(server).signed_in(secret)
            good = True
            for kind, path in [*(("reader", path) for path in READER), *(("desk", path) for path in DESK)]:
                front.path, front.cookie = path, cookie if kind == "desk" else ""
                good &= show(kind, path, scan(tool, file, ports), told)
    if not good:
        sys.exit("Something does not pass, or a goal is missed.")


if __name__ == "__main__":
    main()
