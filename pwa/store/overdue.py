"""The directory as somebody at the desk looks after it: what must be looked at first, page by page."""

import datetime as dt
import json
from collections.abc import Sequence

from sqlite_utils import Database

from pwa.domain.directory import COLUMNS, Service, from_cells
from pwa.domain.freshness import DUE_TO, FRESH_UNDER

STATES = ("flagged", "overdue", "never", "due", "fresh", "closed")
PAGE = 50
_STATE = """case when status = 'closed' then 5 when id in (select value from json_each(:flagged)) then 0
    when checked_on = '' then 2 when checked_on < :old then 1 when checked_on <= :due then 3 else 4 end"""
# The areas are slugs; a country takes in its provinces. None of them stands for all.
_OURS = """(:areas = '[]' or lower(country) in (select value from json_each(:areas))
    or lower(province) in (select value from json_each(:areas)))"""
# Only our own words are put into the text of a statement.
_TALLY = f"select {_STATE}, count(*) from services where {_OURS} group by 1"  # noqa: S608
_LISTED = (
    f"select {_STATE} as state, {', '.join(COLUMNS)} from services where {_OURS}"  # noqa: S608
    " order by state, checked_on, name, id limit :most offset :from"
)


def tally(db: Database, areas: Sequence[str], flagged: Sequence[str], today: dt.date) -> dict[str, int]:
    """How many services of these areas (none: all) are in each state; `flagged` are ids."""
    rows = db.execute(_TALLY, _asked(areas, flagged, today)).fetchall()
    return {STATES[state]: number for state, number in rows}


def page(
    db: Database, areas: Sequence[str], flagged: Sequence[str], today: dt.date, number: int
) -> list[tuple[str, Service]]:
    """At most 50 services of these areas, each with its state; `number` counts pages from 1."""
    asked = _asked(areas, flagged, today) | {"most": PAGE, "from": (number - 1) * PAGE}
    return [(STATES[state], from_cells(tuple(cells))) for state, *cells in db.execute(_LISTED, asked).fetchall()]


def state(service: Service, flagged: Sequence[str], today: dt.date) -> str:
    """The state of one service, as `page` tells it."""
    checked = service.checked_on
    if service["status"] == "closed":
        return "closed"
    if service.id in flagged:
        return "flagged"
    if not checked:
        return "never"
    age = (today - dt.date.fromisoformat(checked)).days
    return "overdue" if age > DUE_TO else "due" if age >= FRESH_UNDER else "fresh"


def _asked(areas: Sequence[str], flagged: Sequence[str], today: dt.date) -> dict[str, str | int]:
    return {
        "areas": json.dumps(areas),
        "flagged": json.dumps(flagged),
        "old": (today - dt.timedelta(DUE_TO)).isoformat(),
        "due": (today - dt.timedelta(FRESH_UNDER)).isoformat(),
    }
