"""Serve an export as nginx, Caddy and Apache do: `python -m bench.hosts DIR` prints what each gets wrong, or nothing.

DIR is what `right-door export-static DIR` wrote. Those that this machine has are started on 127.0.0.1, each with the
file that the export holds for it, and ended again. Exit status 1 where a header, a body or a status is wrong.
"""

import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from tests.host import headers_of, rules
from tests.server import free_port

Answer = tuple[int, Message, bytes]
NGINX = """daemon off; pid {work}/pid; error_log /dev/null crit; worker_processes 1;
events {{ }}
http {{ include /etc/nginx/mime.types;
{paths}
server {{ listen 127.0.0.1:{port}; root {site}; include {site}/_nginx.conf; }} }}
"""
CADDY = (
    "{{\n\tadmin off\n\tauto_https off\n}}\nhttp://127.0.0.1:{port} {{\nroot * {site}\nimport {site}/_Caddyfile\n}}\n"
)
APACHE = """ServerName localhost
Listen 127.0.0.1:{port}
PidFile {work}/pid
ErrorLog /dev/null
TypesConfig /etc/mime.types
{modules}
DocumentRoot {site}
<Directory {site}>
AllowOverride All
Require all granted
</Directory>
"""
MODULES = ("mpm_event", "authz_core", "dir", "mime", "headers", "alias")


def commands(site: Path, work: Path, port: int) -> dict[str, list[str]]:
    """How each host that is on this machine is started, its configuration written into `work`."""
    temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "\n".join(f"{name}_temp_path {work}/{name};" for name in temporary)
    lines = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES]
    texts = {"nginx": NGINX, "caddy": CADDY, "apache2": APACHE}
    found = {}
    for name, text in texts.items():
        config = work / name
        config.write_text(text.format(site=site, work=work, port=port, paths=paths, modules="\n".join(lines)))
        start = {
            "nginx": ["nginx", "-c", str(config)],
            "caddy": ["caddy", "run", "--adapter", "caddyfile", "--config", str(config)],
            "apache2": ["apache2", "-X", "-f", str(config)],
        }[name]
        if shutil.which(name):
            found[name] = start
    return found


def ask(port: int, path: str) -> Answer:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object) -> None:
            return None

    try:
        with urllib.request.build_opener(Stay).open(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def faults(port: int, site: Path) -> Iterator[str]:
    """What is wrong with the answers of one host."""
    found = rules((site / "_headers").read_text(encoding="utf-8"))
    for file in sorted(path for path in site.rglob("*") if path.is_file()):
        name = file.relative_to(site).as_posix()
        path = f"/{name.removesuffix('index.html')}"
        if name.startswith(("_", ".")) or name == "404.html" or name.endswith((".br", ".gz")):
            continue
        status, headers, body = ask(port, path)
        wanted = headers_of(found, path)
        if "/bundle-" in path:
            wanted["Cache-Control"] = headers_of(found, "/static/x")["Cache-Control"]
        if (status, body) != (200, file.read_bytes()):
            yield f"{path}: status {status}, {len(body)} bytes"
        yield from (f"{path}: {key}: {headers.get_all(key)}" for key in wanted if headers.get_all(key) != [wanted[key]])
        kind = {".html": "text/html", ".json": "application/json", ".js": "javascript", ".svg": "image/svg+xml"}
        if kind.get(file.suffix, "") not in headers.get("Content-Type", ""):
            yield f"{path}: {headers.get('Content-Type')}"
    if "manifest+json" not in ask(port, "/manifest.webmanifest")[1].get("Content-Type", ""):
        yield "/manifest.webmanifest is sent as something else"
    guard = headers_of(found, "/x")
    for path in ("/nowhere", "/en/nowhere/", "/_headers", "/.right-door-export", "/_nginx.conf", "/static/"):
        status, headers, body = ask(port, path)
        right = (status, body) == (404, (site / "404.html").read_bytes()) and headers.get("Cache-Control") == "no-store"
        if not right or any(headers.get(key) != value for key, value in guard.items()):
            yield f"{path}: status {status}, {headers.items()}"
    status, headers, _ = ask(port, "/en/now")
    if not (status in (301, 308) and headers.get("Location", "").endswith("/en/now/")):
        yield f"/en/now: status {status}, {headers.get('Location')}"


def main() -> int:
    site = Path(sys.argv[1]).resolve()
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        work, port = Path(folder), free_port()
        # The workers of nginx and Apache are other users, who must be let in.
        work.chmod(0o755)
        for name, command in commands(site, work, port).items():
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                time.sleep(2)
                said = list(faults(port, site))
            except OSError as error:
                said = [f"it did not start ({error})"]
            finally:
                process.terminate()
                process.wait()
            print("\n".join(f"{name}: {line}" for line in said or ["no faults"]))
            wrong += len(said)
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
