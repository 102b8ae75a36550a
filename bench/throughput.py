"""How many pages a second: `.venv/bin/python -m bench throughput [SECONDS]`. Needs wrk, and nginx for the second half.

A reader page against a constant answer of the same size, from the same server and with the same headers, by turns; then
the same pages as files behind nginx. Everything on one machine: wrk takes its share of the processors from both.
"""

import gzip
import re
import shutil
import statistics
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.served import Served, waited_for
from bench.table import Measured
from tests.server import free_port

ROUNDS = 5
PAGES = {"home": "/en/", "step": "/en/now/before/"}
CONF = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log crit;
events {{ worker_connections 512; }}
http {{
  include /etc/nginx/mime.types; access_log off; gzip_static on; etag on; sendfile on;
  {temporary}
  server {{ listen 127.0.0.1:{port}; root {folder}/pages; {pieces} location = /same {{ return 200 "{same}"; }} }}
}}
"""
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def rate(address: str, encoding: str, seconds: float) -> float:
    """Answers a second of one address, asked by eight connections; none may fail."""
    command = ["wrk", "-t1", "-c8", f"-d{seconds:.0f}s", "-H", f"Accept-Encoding: {encoding}", address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in told, told
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return float(found[1])


def by_turns(addresses: list[str], encoding: str, seconds: float) -> list[float]:
    """The median rate of each address; they take turns, so that a busy machine slows all alike."""
    runs = [[rate(address, encoding, seconds) for address in addresses] for _ in range(ROUNDS)]
    return [statistics.median(run[at] for run in runs) for at in range(len(addresses))]


def memory(pid: int) -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1024


@contextmanager
def nginx(pages: dict[str, bytes]) -> Iterator[str]:
    """nginx with these pages as files, each with its compressed form beside it; its origin."""
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        # Its workers are another user's.
        folder.chmod(0o755)
        for path, body in pages.items():
            file = folder / "pages" / path.strip("/") / "index.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
            file.with_suffix(".html.gz").write_bytes(gzip.compress(body, 9))
        # nginx takes no word of more than 4,096 bytes.
        size = len(gzip.compress(next(iter(pages.values())), 9))
        words = [f"$piece{number}" for number in range(-(-size // 4000))]
        lengths = [4000] * (len(words) - 1) + [size - 4000 * (len(words) - 1)]
        pieces = " ".join(f'set {word} "{"x" * length}";' for word, length in zip(words, lengths, strict=True))
        temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in TEMPORARY)
        conf = folder / "nginx.conf"
        conf.write_text(
            CONF.format(folder=folder, port=port, same="".join(words), pieces=pieces, temporary=temporary),
            encoding="utf-8",
        )
        with subprocess.Popen(["nginx", "-c", str(conf)]) as process:
            try:
                waited_for(port)
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def measured(seconds: float = 3) -> list[Measured]:
    """Every figure of this part."""
    if not shutil.which("wrk"):
        raise SystemExit("bench throughput: install wrk.")
    found = []
    with Served() as served:
        assert served.process
        rest = memory(served.process.pid)
        served.prime(*PAGES.values())
        for name, path in PAGES.items():
            addresses = [served.origin + each for each in (path, f"/bare/same/{name}", "/bare/raw")]
            page, same, raw = by_turns(addresses, "br", seconds)
            found.append(Measured(f"{path} against a constant of its size", page, "a second", same, "throughput"))
            found.append(Measured(f"{path} against 6 KB past Flask, from waitress alone", page, "a second", raw))
        found.append(Measured("memory under load, against at rest", memory(served.process.pid), "MB", rest))
        found += _files(served, seconds)
    return found


def _files(served: Served, seconds: float) -> list[Measured]:
    if not shutil.which("nginx"):
        print("bench throughput: no nginx, so its figures are left out.")
        return []
    pages = {path: urllib.request.urlopen(served.origin + path).read() for path in PAGES.values()}
    with nginx(pages) as origin:
        page, same = by_turns([f"{origin}{PAGES['home']}", f"{origin}/same"], "gzip", seconds)
    return [Measured("/en/ as a file behind nginx, against a constant of nginx", page, "a second", same)]
