"""A hundred thousand phones over a month: `.venv/bin/python -m bench fleet [PHONES] [SAMPLE]`.

Measured here, by the real code: what each kind of change costs a phone (real pages, real bundles, the rule by which the
worker copies, fetches alone or fetches a bundle, and in Chromium that the worker does as this rule says); what a batch
and its receipt weigh; how many batches a second `right-door serve` counts; what a kept name takes up in `counts.db`.
Scaled: everything that is said of all phones and of a month. Supposed: what is in MONTH.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from bench.directory import TODAY
from bench.phones import enrol, sealed
from bench.receiver import flat_out
from bench.table import Measured
from pwa.app import create_app
from pwa.config import ROOT, Config
from pwa.domain import directory
from pwa.domain.directory import COLUMNS, Service, from_cells
from pwa.store import orderless, services
from pwa.store.db import immediate, open_content, open_counts
from tests.server import Server

PHONES, SAMPLE, DAYS, AWAKE = 100_000, 4000, 30, 16 * 3600
PACK = "/en/kh-12/pack.json"
# How often in a month a phone finds each change. Phones open the app once a day, within 16 hours.
MONTH = {
    "nothing new": 17,
    "a service of another province": 6,
    "a service of the area": 4,
    "a page of the guide": 2,
    "a release: style or script": 1,
}
MEGABYTE = 1_000_000


@dataclass(frozen=True)
class State:
    """All that a phone may ask: the list, and every answer it names, with its size as sent."""

    pack: dict[str, Any]
    wire: dict[str, int]
    list_wire: int


def state(reader: FlaskClient) -> State:
    pack = reader.get(PACK).get_json()
    named = [*(file["address"] for file in pack["files"]), *(bundle["address"] for bundle in pack["bundles"])]
    return State(pack, {address: _sent(reader, address) for address in named}, _sent(reader, PACK))


def _sent(reader: FlaskClient, path: str) -> int:
    answer = reader.get(path, headers={"Accept-Encoding": "br"})
    return len(answer.data) + len(str(answer.headers))


def cost(before: State, after: State) -> tuple[int, int]:
    """Requests and bytes of an update, by the rule of `sw.js`."""
    if before.pack["version"] == after.pack["version"]:
        return 1, NOT_MODIFIED if before.pack == after.pack else after.list_wire
    held = {file["address"]: file["sha256"] for file in before.pack["files"]}
    wanted = {file["address"]: file for file in after.pack["files"]}
    asked = [PACK]
    for bundle in after.pack["bundles"]:
        left = [address for address in bundle["files"] if held.get(address) != wanted[address]["sha256"]]
        alone = sum(wanted[address]["bytes"] for address in left) / 4 < bundle["wire"]
        asked += left if alone else [bundle["address"]]
    return len(asked), after.list_wire + sum(after.wire[address] for address in asked[1:])


# Status line and headers of a 304; measured in `updates`.
NOT_MODIFIED = 900


def updates(folder: Path) -> Iterator[tuple[str, int, int]]:
    """What each change costs a phone that holds Phnom Penh in English: its name, requests, bytes."""
    rows = list(directory.read(ROOT / "directory.csv", TODAY))
    own = next(row for row in rows if row.id == "kh-licadho")
    rows.append(_like(own, "kh-other", province="KH-8"))
    before = state(_reader(folder / "before", rows))

    def changed(
        name: str, *, keep: Callable[[Service], Service] = lambda row: row, **edits: str
    ) -> tuple[str, int, int]:
        reader = _reader(folder / name.replace(" ", "-"), rows, [keep(row) for row in rows], **edits)
        return name, *cost(before, state(reader))

    yield changed("nothing new")
    yield changed(
        "a service of another province",
        keep=lambda row: _like(row, row.id, hours="24/7") if row.id == "kh-other" else row,
    )
    yield changed(
        "a service of the area", keep=lambda row: _like(row, row.id, hours="24/7") if row.id == own.id else row
    )
    yield changed("a page of the guide", words="now/listen.md")
    yield changed("a release: style or script", style="/* one line more */")


def _like(row: Service, id: str, **cells: str) -> Service:
    return from_cells(tuple(({column: row[column] for column in COLUMNS} | {"id": id} | cells).values()))


def _reader(
    folder: Path, rows: list[Service], later: list[Service] | None = None, words: str = "", style: str = ""
) -> FlaskClient:
    """A reader of these rows, imported and then changed; with a word more in a page of the guide, or a style longer."""
    config = replace(Config.from_environ({}), data=folder)
    if words:
        config = replace(config, content=_copied(folder, words))
    db = open_content(folder)
    services.replace_all(db, rows, TODAY)
    if later:
        services.replace_all(db, later, TODAY)
    app = create_app(config)
    house = app.extensions["house"]
    if style:
        styles = {name: text + style for name, text in house.assets.styles.items()}
        house.assets = replace(house.assets, styles=styles)
    return app.test_client()


def _copied(folder: Path, page: str) -> Path:
    content = folder.with_name(folder.name + "-content")
    shutil.copytree(ROOT / "content", content)
    file = content / "en" / page
    file.write_text(file.read_text(encoding="utf-8") + "\nTake your time.\n", encoding="utf-8")
    return content


def received(sample: int) -> tuple[float, float, float]:
    """Batches a second, bytes of a batch as sent, bytes in the database for each batch."""
    batches = sealed(sample)
    size = sum(len(batch.body) for batch in batches) / sample
    with tempfile.TemporaryDirectory() as name, Server(Path(name)) as server:
        tokens = enrol(Path(name), max(8, sample // 20))
        rate = flat_out(server.port, tokens, batches)
    return rate, size, _kept_bytes()


def _kept_bytes(number: int = 100_000) -> float:
    """Bytes of the file for each name that is kept, at `number` of them, written by the real store."""
    with tempfile.TemporaryDirectory() as name:
        db = open_counts(Path(name))
        with immediate(db):
            orderless._write(db, [hashlib.sha256(str(n).encode()).digest() * 2 + b"\0\1" for n in range(number)])
        db.close()
        return (Path(name) / "counts.db").stat().st_size / number


def measured(phones: int = PHONES, sample: int = SAMPLE) -> list[Measured]:
    """Every figure of this part."""
    found, fetched, asked = [], 0, 0
    with tempfile.TemporaryDirectory() as name:
        for words, requests, size in updates(Path(name)):
            found.append(Measured(f"measured: {words}, {requests} requests", size, "bytes"))
            fetched += MONTH[words] * size
            asked += MONTH[words] * requests
    rate, batch, kept = received(sample)
    seconds = DAYS * AWAKE
    found += [
        Measured("measured: a batch, without headers", batch, "bytes"),
        Measured("measured: batches counted, eight senders, nobody reading", rate, "a second"),
        Measured("measured: a name of a batch in counts.db", kept, "bytes"),
        Measured(f"scaled: batches of {phones:,} phones, one a day", phones * DAYS / seconds, "a second", rate),
        Measured("scaled: requests for pages and packs", phones * asked / seconds, "a second"),
        Measured("scaled: sent to one phone in the month", fetched / 1000, "KB"),
        Measured("scaled: sent to all in the month", phones * fetched / MEGABYTE, "MB"),
        Measured("scaled: mean rate of sending", phones * fetched * 8 / seconds / MEGABYTE, "Mbit/s"),
        Measured("scaled: received from all in the month", phones * DAYS * batch / MEGABYTE, "MB"),
        Measured("scaled: names of the month's batches in counts.db", phones * DAYS * kept / MEGABYTE, "MB"),
    ]
    return found
