"""All that is stored, table by table, in words that a lawyer can read. Unpublished counts are never among it."""

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from textwrap import fill

from pwa.domain.counting import Reason, month_of
from pwa.store import orderless
from pwa.store.sql import Counts, Shared

ROWS = 20
INDEX = "An index for searching the directory, made from it."
HASH = "A SHA-256 is a fingerprint: who has the original can check it against it, and nobody can work back to it."
COUNTS = {
    "tallies": "How many disclosures and referrals there were in an area in a month. Each area has a row for each month"
    " that is not yet published, whether or not anything was counted. No organisation, phone or day.",
    "releases": "Published figures, as `right-door figures` prints them, and the month in which counting began.",
    "sent": "How many batches the phones of an organisation sent in a quarter. A phone sends one on a day when its app"
    " is opened, with counts in it or without. So it tells that the app was opened, and not whether anything was"
    " counted. Deleted after two years.",
    "batches": "The name and the content of each batch as SHA-256, so that a repeat is not counted twice, and the month"
    " after which both are deleted. They lie in the order of these fingerprints, so nothing tells which came first."
    " A row holds many.",
    "salt": "One random number that goes into the fingerprints of the names of batches.",
    "organisations": "The organisations that count, as somebody here named them.",
    "serves": "The areas where each organisation works.",
    "phones": "A SHA-256 of the token of each enrolled phone, so that it can deliver, and its organisation. Nothing"
    " says which phone it is, whose, since when, or when it was last heard of.",
    "codes": "Codes that enrol phones: a fingerprint of each, and the second when it ends. It is made with the secret"
    " in the settings, and without that nobody can try codes against it. A code ends ten minutes after it was drawn,"
    " and is deleted within the minute in which it ends, while the server runs.",
    "flags": "Services that somebody says are wrong: a SHA-256 of the service, the reason, the month. Not who said it.",
}
CONTENT = {
    "services": "The public directory of services, as `right-door directory export` writes it.",
    "release": "Which version of the directory this is, and the day of the last change, of all and of each area.",
    "people": "Those who may work at the desk: a label for what somebody does, a role, areas. Not a name. For a day"
    " after somebody came back with a new passkey also the second from which she may let others in again.",
    "credentials": "The public keys of their passkeys, with the months in which they were added and last used. The"
    " secret half of a passkey never leaves its device.",
    "sessions": "Who is signed in at the desk, to the second. A session ends after half an hour without use, and is"
    " deleted within a day.",
    "invitations": "Invitations to the desk that nobody has used. They end, and are deleted within a day after.",
    "challenges": "Random numbers that a browser at the desk must sign within five minutes. Deleted within a day.",
    "proposals": "Changes of the directory and of areas that wait for a second person: what an entry says and would"
    " say, who proposed it (label and role), the day. Where one person looks after an area alone, also the second from"
    " which she may decide. Deleted when decided, or after 90 days.",
    "history": "What became of each entry: what it said before and after, who proposed and who approved that (label and"
    " role), the day. Of what was refused only that, by whom and when. Under `access:` for two years who was invited,"
    " let in, changed or put out at the desk, and who added or removed a passkey: labels, role, areas, the month. Not"
    " when somebody signed in.",
    "places": "What the desk wrote about areas for readers: who looks after a list, the local rules.",
    "alone": "Areas that one person looks after alone: which, who allowed it (label), since which day.",
    "findable": INDEX,
    "finding": INDEX,
}
BESIDES = (
    "Nowhere is there a name or a word of a woman, nor a name, number or network address of a phone or a reader, nor"
    " the day or hour of a count. No row joins a count to an organisation, a phone or a person. Where one organisation"
    " alone works in an area, the counts of the area are its counts.",
    "The key that opens what phones send is not in these files. It is made from the secret in the settings.",
    "A backup (`right-door backup`) holds the same, but no session, invitation, challenge or code. It does not say when"
    " it was made. There is one: each takes the place of the one before.",
)
FILE = (
    "The file system knows when each file was last written. For counts.db that is the last time that anything came in.",
)
SHARED = (
    "PostgreSQL keeps more than this on its own disk. Its log for recovery holds the last changes, each with its time:"
    " those of a minute or two with the settings that docs/postgresql.md asks for, those of days or weeks without them."
    " Its tables hold rows that were changed or deleted, until the night. So who takes that disk learns when, and in"
    " which order, the last batches were counted.",
)
IN_MEMORY = (
    "In memory only, and gone with a new start: how many batches each token sent in the last hour, how many codes were"
    " tried in the last minute, and what is being answered at the moment.",
)
_REASONS = {Reason.NO_ANSWER: "no answer", Reason.WRONG_NUMBER: "wrong number", Reason.MOVED: "moved"}
_TIMES = {"expires", "started", "seen", "confirmed", "grants_from", "ripe"}


def report(counts: Counts, content: Counts) -> Iterator[str]:
    """The lines of it. Raises ValueError for a table that nobody has explained here."""
    yield _filled(HASH)
    shared = isinstance(counts, Shared)
    place = "PostgreSQL, in place of counts.db" if shared else "counts.db"
    for name, db, words in ((place, counts, COUNTS), ("content.db", content, CONTENT)):
        yield f"\n# {name}"
        for table in sorted(tables(db), key=list(words).index):
            (number,) = db.execute(f"select count(*) from {table}").fetchone()  # noqa: S608
            yield f"\n## {table}: {number:,} {'row' if number == 1 else 'rows'}\n"
            yield _filled(words[table])
            lines = _LINES[table](db) if table in _LINES else _held(db, table)
            if told := "\n".join(_filled(f"- {line}", "  ") for line in lines):
                yield f"\n{told}"
    yield "\n# Besides\n"
    yield "\n\n".join(_filled(words) for words in (*BESIDES, *(SHARED if shared else FILE), *IN_MEMORY))


def _filled(text: str, indent: str = "") -> str:
    return fill(text, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def tables(db: Counts) -> list[str]:
    """The tables of a database, without those that SQLite keeps for itself inside a text index."""
    names = sorted(db.table_names())
    inner = tuple(f"{name}_" for name in names if CONTENT.get(name) == INDEX)
    return [name for name in names if not name.startswith((*inner, "sqlite_"))]


def _held(db: Counts, table: str) -> Iterator[str]:
    """Every row, or the first twenty and how many more there are like them."""
    cursor = db.execute(f"select * from {table}")  # noqa: S608
    columns = [column for column, *_ in cursor.description]
    # A server's own order is that in which rows came.
    rows = sorted(cursor.fetchall()) if table in COUNTS else cursor.fetchall()
    for row in rows[:ROWS]:
        yield ", ".join(f"{column} {_shown(column, value)}" for column, value in zip(columns, row, strict=True))
    if len(rows) > ROWS:
        yield f"and {len(rows) - ROWS} more like these"


def _shown(column: str, value: object) -> str:
    if isinstance(value, bytes):
        return f"{value[:4].hex()}… ({len(value)} bytes)"
    if column in _TIMES and isinstance(value, int) and value:
        return f"{dt.datetime.fromtimestamp(value, dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f'"{value}"' if isinstance(value, str) else str(value)


def _tallies(db: Counts) -> Iterator[str]:
    areas, months = (
        [value for (value,) in db.execute(f"select distinct {column} from tallies order by 1").fetchall()]  # noqa: S608
        for column in ("area", "month")
    )
    if areas:
        yield f"areas {', '.join(areas)}"
        yield f"months {', '.join(months)}"
        yield "The numbers are shown to nobody. Once a period is published, the exact ones are deleted."


def _batches(db: Counts) -> Iterator[str]:
    for month, number in sorted(Counter(orderless.expiries(db)).items()):
        yield f"{number:,} {'name' if number == 1 else 'names'}, deleted after {month_of(month)}"


def _flags(db: Counts) -> Iterator[str]:
    for entry, reason, month in db.execute("select entry, reason, month from flags order by entry, reason").fetchall():
        yield f"service {_shown('entry', entry)}, {_REASONS.get(reason, 'closed')}, {month}"


def _releases(db: Counts) -> Iterator[str]:
    for period, snapshot in db.execute("select period, snapshot from releases order by period").fetchall():
        yield f"{period}: {json.dumps(json.loads(snapshot))}"


_LINES: dict[str, Callable[[Counts], Iterable[str]]] = {
    "tallies": _tallies,
    "batches": _batches,
    "flags": _flags,
    "releases": _releases,
    "services": lambda _: (),
    "findable": lambda _: (),
    "finding": lambda _: (),
}
