"""Published figures as CSV with a row of HXL tags (HXL 1.1), for the tools of the humanitarian data world."""

import csv
import io
from collections.abc import Callable, Iterator

from pwa.domain.figures import Figure, Table, Together
from pwa.domain.periods import period

# An HXL list in one cell is apart by this sign.
LIST = "|"
COLUMNS = {
    "First day": "#date+start",
    "Last day": "#date+end",
    "Country": "#country+code+list",
    "Area code": "#adm1+code+list",
    "Area": "#adm1+name",
    "Row": "#meta+row",
    "New": "#meta+new",
    "What": "#indicator+name",
    "As published": "#indicator+text",
    "About": "#indicator+about+num",
    "At least": "#indicator+min+num",
    "At most": "#indicator+max+num",
    "Caveat": "#meta+caveat",
}
CAVEAT = "counts of reports, not of violence; more may mean more trust"
WHAT = {"disclosures": "disclosures received", "referrals": "referrals made"}
Cells = tuple[str, ...]


def dump(table: Table, called: Callable[[Cells], str], said: Callable[[Figure], str]) -> str:
    """A table as CSV text: headings, tags, then a row for each area and number, and for the areas together.

    `called` names the area of some slugs, `said` puts a figure in words. "Row" tells areas from sums of them, so that a
    tool adds nothing twice: "area", "areas shown together", "other areas together". "New" is "yes" for an area that is
    not among the others.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows((COLUMNS.keys(), COLUMNS.values()))
    writer.writerows([_safe(cell) for cell in row] for row in _rows(table, called, said))
    return text.getvalue()


def _rows(table: Table, called: Callable[[Cells], str], said: Callable[[Figure], str]) -> Iterator[Cells]:
    days = (period(table.periods[0]).first_day.isoformat(), period(table.periods[-1]).last_day.isoformat())
    for row in table.areas:
        place = (_list({slug[:2] for slug in row.areas}), _list({s for s in row.areas if "-" in s}), called(row.areas))
        for kind, figure in (("disclosures", row.disclosures), ("referrals", row.referrals)):
            yield (*days, *place, "area", "yes" if row.new else "", WHAT[kind], *_numbers(figure, said), CAVEAT)
    for kind, both in (("disclosures", table.disclosures), ("referrals", table.referrals)):
        for name, figure in _together(both):
            yield (*days, "", "", "", name, "", WHAT[kind], *_numbers(figure, said), CAVEAT)


def _together(both: Together) -> Iterator[tuple[str, Figure]]:
    if both.shown:
        yield "areas shown together", both.shown
    if both.others:
        yield "other areas together", both.others


def _numbers(figure: Figure, said: Callable[[Figure], str]) -> Cells:
    """The words, then numbers alone, so that a tool can calculate; what is not said is empty."""
    return (said(figure), *("" if n is None else str(n) for n in (figure.whole, figure.least, figure.most)))


def _list(codes: set[str]) -> str:
    return LIST.join(sorted(code.upper() for code in codes))


def _safe(cell: str) -> str:
    # A spreadsheet takes such a cell for a formula, some of them also after spaces.
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) else cell
