"""The directory out of the desk as a file, and a file into it: compared row by row, then proposed as one batch."""

import base64
import binascii
import zlib
from collections.abc import Sequence

from flask import Response, abort, request

from pwa.desk_forms import desk_page, latest_day, said_no, today
from pwa.desk_web import LONGEST_FILE, Member, desk_room, done, member, now, refusal
from pwa.domain import directory, hsds
from pwa.domain.directory import Roll
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.proposals import Proposal, Signature, areas_of, differences, fingerprint, overview, service, words_of
from pwa.store import history, proposals, services
from pwa.store.people import NotAllowedError
from pwa.store.proposals import Wanted
from pwa.web import house

room = desk_room("desk_exchange", __name__)
FILE = "file.csv"


@room.get("/desk/import/")
def page() -> Response:
    member()
    return _page()


@room.post("/desk/import/")
def compare() -> Response:
    """What a file would change. Writes nothing."""
    mine = member()
    sent = request.files.get("file")
    text = sent.read().decode("utf-8-sig", "surrogateescape") if sent else ""
    return _compared(mine, text)


@room.post("/desk/import/propose")
def propose() -> Response:
    """Let all that a file changes wait for a second person, as it was shown."""
    request.max_form_memory_size = LONGEST_FILE
    mine, text = member(), _unpacked(request.form.get("packed", ""))
    if request.form.get("version") != services.version(house().db):
        return _compared(mine, text, "stale")
    try:
        rows = _rows(directory.parse(text, FILE, latest_day()))
        wanted = [Wanted(each.target, each.after, fingerprint(each.before)) for each in rows]
        batch = proposals.propose(house().db, mine.person.id, "import", wanted, now())
    except (FaultsFoundError, NotAllowedError) as error:
        return said_no(error)
    return done("desk_changes.batch", id=batch)


@room.get("/desk/export/list.csv")
def export() -> Response:
    member()
    return _file("\ufeff" + "".join(services.written(house().db)), "text/csv; charset=utf-8", "csv")


@room.get("/desk/export/list.json")
def export_hsds() -> Response:
    """HSDS 3, read with all checks: what an older release let in could be the address of a shelter."""
    member()
    try:
        checked = directory.checked(enumerate(services.stored(house().db), 2), FILE, latest_day())
    except FaultsFoundError as error:
        return said_no(error)
    return _file("".join(hsds.lines(checked)), "application/json", "json")


def _file(text: str, media_type: str, ending: str) -> Response:
    # A name that says nothing: it stands in the list of downloads.
    name = f'attachment; filename="list-{today()}.{ending}"'
    return Response(text, content_type=media_type, headers={"Content-Disposition": name})


def _page(fault: str = "", faults: Sequence[Fault] = ()) -> Response:
    large = history.of(house().db, history.IMPORTS, 10)
    return desk_page("import", 422 if fault else 200, fault=fault, faults=faults, large=large)


def _compared(mine: Member, text: str, fault: str = "") -> Response:
    try:
        roll = directory.parse(text, FILE, latest_day()) if text else None
    except FaultsFoundError as error:
        return _page("faults", error.faults)
    if not roll:
        return refusal("bad-file")
    told = services.difference(house().db, roll)
    rows = _rows(roll)
    far = [each.name for each in rows if not all(map(mine.person.covers, each.areas))]
    fault = "not-your-area" if far else "too-many-changes" if len(rows) > proposals.MOST_ROWS else fault
    emergency = {id for _, id in house().library.emergency_ids()}
    return desk_page(
        "compared",
        409 if fault else 200,
        told=told,
        groups=overview(rows, emergency),
        rows=rows,
        far=far,
        fault=fault,
        differences=differences,
        covers=lambda each: all(map(mine.person.covers, each.areas)),
        packed="" if far else base64.b64encode(zlib.compress(text.encode("utf-8", "surrogateescape"), 9)).decode(),
        version=services.version(house().db),
    )


def _rows(roll: Roll) -> list[Proposal]:
    """What a file would change, as it would wait: neither what says the same nor what was checked here later."""
    db, numbers = house().db, {id: number for number, id in enumerate(roll.ids)}
    told = services.difference(db, roll)
    ids = {*told.added, *told.changed, *told.closed}
    before = {cells[0]: words_of(cells) for cells in services.stored(db) if cells[0] in ids}
    found = [(service(id), before.get(id, {}), words_of(roll.cells(numbers[id]))) for id in sorted(ids)]
    return [
        Proposal("", "", target, "import", old, new, areas_of(target, old, new), "", Signature("", ""), "", 0)
        for target, old, new in found
    ]


def _unpacked(packed: str) -> str:
    """The text that `_compared` packed. 400 for anything else, and for what is larger than a file may be."""
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(base64.b64decode(packed, validate=True), LONGEST_FILE)
    except (binascii.Error, ValueError, zlib.error):
        abort(400)
    return text.decode("utf-8", "surrogateescape") if reader.eof else abort(400)
