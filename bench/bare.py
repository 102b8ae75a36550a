"""The practical limit: a bare page of the same words, and an answer that never changes, from the same server.

    PORT=8000 RIGHT_DOOR_DATA=folder .venv/bin/python -m bench.bare

Serves the whole app as `right-door serve` does, and beside it `/bare/<name>/`: the words of a page of ours as plain
HTML with a line of style, compressed beforehand; `/bare/sw.js`, a worker of a few lines that answers them from its
cache; and `/bare/same/<name>`, a constant of the size of that page as sent.
"""

import os
import re
from collections.abc import Callable, Iterable
from typing import Any

import waitress
from flask import Flask, Response

from pwa.app import create_app
from pwa.config import Config
from pwa.press import Sheet
from pwa.web import send, sheet_at

PAGES = {"home": "/en/", "step": "/en/now/before/"}
STYLE = "body{margin:0 auto;max-width:40rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif}a{color:#0e5c58}"
WORKER = """
self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open("bare");
  await cache.addAll(["/bare/home/", "/bare/step/"]);
  await self.skipWaiting();
})()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => event.respondWith(
  caches.match(event.request).then((stored) => stored ?? fetch(event.request))));
"""


def bare(html: str) -> str:
    """The words of a page in plain HTML: no class, no script, one line of style."""
    body = html[html.index("<body") : html.index("</body>")]
    body = re.sub(r"<(svg|script|style|template)\b.*?</\1>", "", body, flags=re.DOTALL)
    body = re.sub(r"<[^>]*\shidden\b[^>]*>.*?</[^>]+>", "", body)
    # Tags that carry words; of their attributes only where a link leads.
    body = re.sub(r"<(?!/?(?:h1|h2|h3|p|ul|ol|li|a)\b)[^>]*>", "", body)
    body = re.sub(r"<(\w+)\b[^>]*?(\shref=\"[^\"]*\")?[^>]*>", r"<\1\2>", body)
    head = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bare</title>'
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    body = re.sub(r"\s*\n\s*", "\n", body)
    return f"{head}{view}<style>{STYLE}</style></head><body>{body}</body></html>"


def furnish(app: Flask) -> None:
    """Put the bare pages beside ours."""
    with app.test_request_context():
        ours = {name: sheet_at(path) for name, path in PAGES.items()}
    pages = {name: Sheet(bare(sheet.body.decode()).encode(), sheet.media_type) for name, sheet in ours.items()}
    same = {name: bytes(len(sheet.brotli)) for name, sheet in ours.items()}
    app.add_url_rule("/bare/<name>/", "bare", lambda name: send(pages[name]))
    app.add_url_rule("/bare/same/<name>", "same", lambda name: Response(same[name]))
    app.add_url_rule("/bare/sw.js", "bare_worker", lambda: Response(WORKER, content_type="text/javascript"))


def unguarded(app: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """The app, whose policy allows no style but ours, without it on the bare pages; and `/bare/raw`, without Flask."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/bare/raw":
            start("200 OK", [("Content-Type", "text/html"), ("Content-Length", "6000")])
            return [bytes(6000)]
        bare = environ["PATH_INFO"].startswith("/bare/") and "/same/" not in environ["PATH_INFO"]

        def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [each for each in headers if not (bare and each[0] == "Content-Security-Policy")]
            return start(status, kept, *rest)

        return app(environ, begin)

    return answer


def main() -> None:
    app = create_app(Config.from_environ(os.environ))
    furnish(app)
    waitress.serve(unguarded(app), host="127.0.0.1", port=int(os.environ["PORT"]), threads=8, ident=None)


if __name__ == "__main__":
    main()
