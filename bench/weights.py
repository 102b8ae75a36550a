"""What a phone fetches, in bytes as sent (brotli): `.venv/bin/python bench/weights.py`."""

import datetime as dt
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import brotli

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pwa.app import create_app
from pwa.config import Config
from pwa.domain import directory
from pwa.store import services
from pwa.store.db import open_content

PAGES = ("/en/", "/en/now/before/", "/en/areas/", "/en/areas/ph/", "/en/kh-12/", "/en/sg/directory/", "/en/words/")
PACKS = ("/en/pack.json", "/en/kh-12/pack.json", "/en/sg/pack.json", "/en/ph-00/pack.json")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = replace(Config.from_environ({}), data=Path(folder))
        today = dt.datetime.now(dt.UTC).date()
        services.replace_all(open_content(config.data), directory.read(config.directory, today), today)
        app = create_app(config)
        style = app.extensions["house"].assets.styles["app"]
        reader = app.test_client()
        print(f"{'page':24}{'sent':>8}{'words':>8}{'ratio':>8}")
        for path in PAGES:
            whole = reader.get(path).data
            bare = len(brotli.compress(whole.replace(style.encode(), b"")))
            sent = len(reader.get(path, headers={"Accept-Encoding": "br"}).data)
            print(f"{path:24}{sent:8,}{bare:8,}{sent / bare:8.2f}")
        print(f"\n{'pack':24}{'sent':>8}{'bytes':>9}{'files':>7}{'one by one':>12}")
        for path in PACKS:
            pack = reader.get(path).get_json()
            single = sum(len(brotli.compress(reader.get(file["address"]).data)) for file in pack["files"])
            print(f"{path:24}{pack['wire']:8,}{pack['bytes']:9,}{len(pack['files']):7}{single:12,}")
        script = app.extensions["house"].assets.files["app.js"].body
        print(f"\nscript {len(brotli.compress(script)):,} bytes, style {len(brotli.compress(style.encode())):,} bytes")


if __name__ == "__main__":
    main()
