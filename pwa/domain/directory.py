"""The directory: one row a service, as an organisation edits it in a spreadsheet, checked cell by cell.

A row with a fault is never used, nor any other row of the same file: half a directory is a wrong one.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pwa.domain import cells, hours
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.phones import Message, Phone, parse_messaging, parse_phones

COLUMNS = (
    "id", "country", "province", "categories", "name", "name_local", "services", "location", "confidential", "phones",
    "messaging", "email", "url", "hours", "languages", "interpreter", "cost", "for_whom", "for_nationals",
    "asks_for_papers", "may_report", "access", "status", "checked_on", "checked_by", "source", "source_date",
)  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """Where an entry was found; `date` as the source gives it, or "undated"."""

    title: str
    url: str
    date: str


@dataclass(frozen=True)
class Service:
    """One entry. `cells` are the words of the file, column by column; the rest is worked out from them."""

    cells: tuple[str, ...]
    categories: tuple[str, ...]
    phones: tuple[Phone, ...]
    messages: tuple[Message, ...]
    spans: hours.Spans | None
    languages: tuple[str, ...]
    for_nationals: tuple[str, ...]
    references: tuple[Reference, ...]

    def __getitem__(self, column: str) -> str:
        return self.cells[COLUMNS.index(column)]

    @property
    def id(self) -> str:
        return self.cells[0]

    @property
    def confidential(self) -> bool:
        return self["confidential"] == "yes"

    @property
    def checked_on(self) -> str:
        return self["checked_on"]


def read(path: Path, today: dt.date) -> tuple[Service, ...]:
    """The services of a CSV file. Raises FaultsFoundError with every fault: file, row (the header is row 1), column."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        raise FaultsFoundError(
            [Fault(path.name, f"row {row}", "is not UTF-8. Save the sheet as CSV UTF-8 (comma separated).")]
        ) from None
    return parse(text, path.name, today)


def parse(text: str, file: str, today: dt.date) -> tuple[Service, ...]:
    """The services in the text of a CSV file. Raises FaultsFoundError."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append(row)
    except csv.Error as error:
        message = f"cannot be taken apart into cells ({error}). Look for a lone quote or a very long cell."
        raise FaultsFoundError([Fault(file, f"row {len(rows) + 1}", message)]) from None
    if not rows or tuple(rows[0]) != COLUMNS:
        raise FaultsFoundError([Fault(file, "row 1", f"must be the columns {', '.join(COLUMNS)}.")])
    faults: list[Fault] = []
    services: list[Service] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(COLUMNS):
            faults.append(Fault(file, f"row {number}", f"has {len(row)} cells, not {len(COLUMNS)}."))
            continue
        row = [_imported(cell) for cell in row]
        found = list(cells.faults_of(dict(zip(COLUMNS, row, strict=True)), today))
        if row[0] in seen:
            found.append(("id", f"{row[0]!r} stands in row {seen[row[0]]} too. Each service has an id of its own."))
        seen.setdefault(row[0], number)
        faults += [Fault(file, f"row {number}, {column}", message) for column, message in found]
        if not found:
            services.append(from_cells(tuple(row)))
    if faults:
        raise FaultsFoundError(faults)
    return tuple(services)


def from_cells(written: tuple[str, ...]) -> Service:
    """A service from cells that have passed the check."""
    row = dict(zip(COLUMNS, written, strict=True))
    return Service(
        cells=written,
        categories=cells.parts_of(row["categories"]),
        phones=parse_phones(row["phones"], row["country"]),
        messages=parse_messaging(row["messaging"], row["country"]),
        spans=hours.weekly_spans(row["hours"]),
        languages=cells.parts_of(row["languages"]),
        for_nationals=cells.parts_of(row["for_nationals"]),
        references=tuple(_references(row)),
    )


def dump(services: Iterable[Service]) -> str:
    """The services as CSV text, safe to open in a spreadsheet: reading it back gives the same services."""
    return "".join(lines(service.cells for service in services))


class _Line:
    """A file to `csv` that hands back each line."""

    @staticmethod
    def write(line: str) -> str:
        return line


def lines(rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    """Rows of cells as `dump` writes them, line by line, whether or not they would pass today's check."""
    writer: Any = csv.writer(_Line(), lineterminator="\n")
    yield writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([_exported(cell) for cell in row])


# A cell that begins so is a formula to a spreadsheet. One apostrophe keeps it text; reading takes exactly one away.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _exported(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _imported(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell


def _references(row: dict[str, str]) -> Iterable[Reference]:
    dates = row["source_date"].split(" | ")
    for source, date in zip(row["source"].split(" | "), dates, strict=True):
        if found := cells.EACH_SOURCE.match(source):
            yield Reference(found["title"], found["url"], date)
