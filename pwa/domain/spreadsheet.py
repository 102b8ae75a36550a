"""CSV as a spreadsheet reads and writes it: rows with their numbers, a fault where one is broken, and no formula."""

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, TextIO

from pwa.domain.cells import LONGEST_CELL
from pwa.domain.faults import Fault, FaultsFoundError

# In letters: a line beyond this holds more than any row may, and is not read to its end.
LONGEST_LINE = 1_000_000
_ENCODING = "is not UTF-8. Save the sheet as CSV UTF-8 (comma separated)."
# What stands for a byte that is no UTF-8 where a file is opened with errors="surrogateescape".
_FOREIGN = re.compile("[\ud800-\udfff]")
_CELL = re.compile(r'("(?:[^"]|"")*+"|(?!")[^,]*+)(,|\r|\n|$)')
# A cell that begins so is a formula to a spreadsheet. One apostrophe keeps it text; reading takes exactly one away.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Lines:
    """The lines of a text for `csv`; those of the row in hand are kept, so that a fault in it finds its cell."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.of_row: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        self.of_row.append(line)
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            raise csv.Error
        return line


def rows(text: TextIO, file: str, columns: tuple[str, ...]) -> Iterator[tuple[int, list[str]]]:
    """The rows below the header, each with its number (the header is row 1); any number of cells.

    `text` is opened with newline="" and, where it comes from bytes, errors="surrogateescape". Raises FaultsFoundError
    at the first row that shows the file to be no such CSV, so that the rows before it must not be used either.
    """
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True)
    for number in count(1):
        lines.of_row.clear()
        try:
            row = next(reader, None)
        except csv.Error:
            index, message = _broken("".join(lines.of_row))
            raise FaultsFoundError([Fault(file, place(number, index, columns), message)]) from None
        if any(_FOREIGN.search(line) for line in lines.of_row):
            index = next(n for n, cell in enumerate(row or ()) if _FOREIGN.search(cell))
            raise FaultsFoundError([Fault(file, place(number, index, columns), _ENCODING)])
        if number == 1:
            _check_header(row or [], file, columns)
        elif row is None:
            return
        else:
            yield number, [_imported(cell) for cell in row]


def place(number: int, index: int, columns: tuple[str, ...]) -> str:
    """Where a cell is, in words: its row and the name of its column, or the column's number where it has no name."""
    return f"row {number}, {columns[index] if index < len(columns) else f'column {index + 1}'}"


def lines(columns: tuple[str, ...], found: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Rows of cells as CSV, line by line, safe to open in a spreadsheet: `rows` gives the same cells back."""
    writer: Any = csv.writer(_Line())
    yield writer.writerow(columns)
    for row in found:
        yield writer.writerow([_exported(cell) for cell in row])


class _Line:
    """A file to `csv` that hands back each line, with a plain end; a cell with any end of a line is in quotes."""

    @staticmethod
    def write(line: str) -> str:
        return line.removesuffix("\r\n") + "\n"


def _check_header(row: list[str], file: str, columns: tuple[str, ...]) -> None:
    if tuple(row) == columns:
        return
    index = next((n for n, (is_, wanted) in enumerate(zip(row, columns, strict=False)) if is_ != wanted), len(columns))
    index = min(index, len(row))
    there = f"{row[index][:60]!r}" if index < len(row) else "nothing"
    message = _ENCODING if "\0" in "".join(row) else f"must be the columns {', '.join(columns)}. Here stands {there}."
    raise FaultsFoundError([Fault(file, place(1, index, columns), message)])


def _broken(row: str) -> tuple[int, str]:
    """The cell at which a row cannot be taken apart (from 0), what is wrong, and what would be right."""
    if len(row) >= LONGEST_LINE:
        message = f"this row goes on for {LONGEST_LINE:,} letters and more. Look before it for a line that has no end."
        return 0, message
    at = index = 0
    while cell := _CELL.match(row, at):
        letters = len(cell[1].strip('"\r\n'))
        if letters > csv.field_size_limit() or cell[2] != ",":
            return index, f"has {letters:,} letters. At most {LONGEST_CELL:,}."
        at, index = cell.end(), index + 1
    return index, 'has a lone quote ("). Write a quote inside a cell twice, and put the whole cell in quotes.'


def _exported(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def _imported(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA) else cell
