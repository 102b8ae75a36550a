"""The directory: one row a service, as an organisation edits it in a spreadsheet, checked cell by cell.

A row with a fault is never used, nor any other row of the same file: half a directory is a wrong one.
"""

import datetime as dt
import io
import json
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TextIO

from pwa.domain import cells, freshness, holidays, hours, spreadsheet
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.phones import Message, Phone, parse_messaging, parse_phones

COLUMNS = (
    "id", "country", "province", "categories", "name", "name_local", "services", "location", "confidential", "phones",
    "messaging", "email", "url", "hours", "languages", "interpreter", "cost", "for_whom", "for_nationals",
    "asks_for_papers", "may_report", "access", "status", "checked_on", "checked_by", "source", "source_date",
)  # fmt: skip
# Beyond these a file is no directory that anybody could mend: what is held of it stays small.
MOST_BYTES = 200_000_000
MOST_FAULTS = 1_000
_INDEX = {column: number for number, column in enumerate(COLUMNS)}

Cells = tuple[str, ...]
# Where in the file, and what is wrong and would be right.
Found = tuple[str, str]


@dataclass(frozen=True)
class Reference:
    """Where an entry was found; `date` as the source gives it, or "undated"."""

    title: str
    url: str
    date: str


@dataclass(frozen=True)
class Service:
    """One entry. `cells` are the words of the file, column by column; the rest is worked out from them when asked for.

    They have passed the check: others can raise PhoneError or HoursError when they are worked out. Where the time of
    day at its place is not known, it has no `spans`.
    """

    cells: Cells
    time_known: bool = True

    def __getitem__(self, column: str) -> str:
        return self.cells[_INDEX[column]]

    @property
    def id(self) -> str:
        return self.cells[0]

    @property
    def confidential(self) -> bool:
        return self["confidential"] == "yes"

    @property
    def checked_on(self) -> str:
        return self["checked_on"]

    def is_old(self, day: str) -> bool:
        """Whether nobody has checked it, or not in the 180 days before `day` (ISO date; "" where it is not known)."""
        return freshness.is_old(self.checked_on, day)

    @cached_property
    def categories(self) -> tuple[str, ...]:
        return cells.parts_of(self["categories"])

    @cached_property
    def phones(self) -> tuple[Phone, ...]:
        return parse_phones(self["phones"], self["country"])

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        return parse_messaging(self["messaging"], self["country"])

    @cached_property
    def week(self) -> hours.Spans | None:
        return hours.weekly_spans(self["hours"])

    @property
    def spans(self) -> hours.Spans | None:
        return self.week if self.time_known else None

    @property
    def day_and_night(self) -> bool:
        return self.week == hours.ALWAYS

    @cached_property
    def holidays(self) -> str:
        """What its hours say of public holidays: "off", or times; "" where nobody knows."""
        return holidays.told(self["hours"])

    @property
    def written_hours(self) -> str:
        """Its hours as they are written, without what they say of public holidays alone."""
        return holidays.ordinary(self["hours"])

    @cached_property
    def languages(self) -> tuple[str, ...]:
        return cells.parts_of(self["languages"])

    @cached_property
    def for_nationals(self) -> tuple[str, ...]:
        return cells.parts_of(self["for_nationals"])

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        found = zip(self["source"].split(" | "), self["source_date"].split(" | "), strict=True)
        read = ((cells.EACH_SOURCE.match(source), date) for source, date in found)
        return tuple(Reference(source["title"], source["url"], date) for source, date in read if source)


@dataclass(frozen=True)
class Roll(Collection[Service]):
    """Many services, held as bytes (a third of their size as cells), each made anew when it is asked for."""

    ids: tuple[str, ...]
    rows: tuple[bytes, ...]

    @classmethod
    def of(cls, found: Iterable[Service]) -> "Roll":
        return found if isinstance(found, Roll) else cls.of_cells(service.cells for service in found)

    @classmethod
    def of_cells(cls, found: Iterable[Cells]) -> "Roll":
        ids, rows = [], []
        for row in found:
            ids.append(row[0])
            rows.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode())
        return cls(tuple(ids), tuple(rows))

    def cells(self, number: int) -> Cells:
        return tuple(json.loads(self.rows[number]))

    def only(self, ids: Container[str]) -> Iterator[Service]:
        return (self[number] for number, id in enumerate(self.ids) if id in ids)

    def __getitem__(self, number: int) -> Service:
        return Service(self.cells(number))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Service]:
        return map(self.__getitem__, range(len(self.rows)))

    def __contains__(self, service: object) -> bool:
        return any(service == one for one in self)


def read(path: Path, today: dt.date) -> Roll:
    """The services of a CSV file. Raises FaultsFoundError with every fault: file, row (the header is row 1), column."""
    refuse_large(path)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
        return _read(text, path.name, today)


def refuse_large(path: Path) -> None:
    """Raises FaultsFoundError where a file is larger than any directory."""
    if (size := path.stat().st_size) > MOST_BYTES:
        message = f"has {size / 1e6:,.0f} MB. At most {MOST_BYTES / 1e6:,.0f}: part it, and import one after the other."
        raise FaultsFoundError([Fault(path.name, "file", message)])


def parse(text: str, file: str, today: dt.date) -> Roll:
    """The services in the text of a CSV file. Raises FaultsFoundError."""
    return _read(io.StringIO(text, newline=""), file, today)


def checked(rows: Iterable[tuple[int, Sequence[str]]], file: str, today: dt.date) -> Roll:
    """The services in rows of cells, each with its number. Raises FaultsFoundError."""
    seen: dict[str, int] = {}
    return whole(file, ((f"row {n}", row, _faults_of(n, row, seen, today)) for n, row in rows))


def whole(file: str, rows: Iterable[tuple[str, Sequence[str], Iterable[Found]]]) -> Roll:
    """The services in rows: where each stands, its cells, its faults. Raises FaultsFoundError, with 1,000 at most."""
    faults: list[Fault] = []

    def good() -> Iterator[Cells]:
        for at, row, found in rows:
            number = len(faults)
            faults.extend(Fault(file, where, message) for where, message in found)
            if len(faults) > MOST_FAULTS:
                faults[MOST_FAULTS:] = [Fault(file, at, "is the last that was looked at. Mend these faults first.")]
                return
            if len(faults) == number:
                yield tuple(row)

    roll = Roll.of_cells(good())
    if faults:
        raise FaultsFoundError(faults)
    return roll


def _read(text: TextIO, file: str, today: dt.date) -> Roll:
    return checked(spreadsheet.rows(text, file, COLUMNS), file, today)


def _faults_of(number: int, row: Sequence[str], seen: dict[str, int], today: dt.date) -> Iterator[Found]:
    if len(row) != len(COLUMNS):
        where = spreadsheet.place(number, min(len(row), len(COLUMNS)), COLUMNS)
        yield where, f"this row has {len(row):,} cells, not {len(COLUMNS)}. Write one for each column and none more."
        return
    for column, message in cells.faults_of(dict(zip(COLUMNS, row, strict=True)), today):
        yield f"row {number}, {column}", message
    if row[0] in seen:
        yield f"row {number}, id", f"{row[0]!r} stands in row {seen[row[0]]} too. Each service has an id of its own."
    seen.setdefault(row[0], number)


def from_cells(written: Cells) -> Service:
    """A service from cells that have passed the check."""
    return Service(written)


def dump(services: Iterable[Service]) -> str:
    """The services as CSV text, safe to open in a spreadsheet: reading it back gives the same services."""
    return "".join(lines(service.cells for service in services))


def lines(rows: Iterable[Cells]) -> Iterator[str]:
    """Rows of cells as `dump` writes them, line by line, whether or not they would pass today's check."""
    return spreadsheet.lines(COLUMNS, rows)
