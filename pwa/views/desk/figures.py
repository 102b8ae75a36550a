"""The published figures: on the screen, on paper, as a file. The same for everybody who is signed in."""

import datetime as dt
from typing import Any

from flask import Response, abort
from flask_babel import force_locale

from pwa import figure_names
from pwa.desk_web import desk_room, member, now, show
from pwa.domain.figures import ORGANISATIONS, Table
from pwa.store import releases
from pwa.web import house

room = desk_room("desk_figures", __name__)


@room.get("/desk/figures/")
def page() -> Response:
    member()
    names = releases.published(house().counts)
    return _page(_table(names[0]) if names else None)


@room.get("/desk/figures/<name>/")
def of(name: str) -> Response:
    """A period ("2026-Q3", "2026-H1") or the sum of a year ("2026")."""
    member()
    return _page(_table(name))


@room.get("/desk/figures/<name>/table.csv")
def spreadsheet(name: str) -> Response:
    member()
    table = _table(name)
    with force_locale("en"):
        text = figure_names.spreadsheet(table, house().atlas)
    # With the mark at its start a spreadsheet takes it for UTF-8.
    answer = Response(text.encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="table-{table.name}.csv"'
    return answer


def _page(table: Table | None) -> Response:
    return show("figures", table=table, words=figure_names, years=_years(), **_coming())


def _table(name: str) -> Table:
    """What is published under that name; 404 for anything else, a period that is still open among it."""
    db = house().counts
    return (releases.of_period(db, name) or releases.of_year(db, name)) or abort(404)


def _years() -> list[tuple[str, list[str]]]:
    """What there is to choose: years, the latest first, each with its periods, none where only their sum is kept."""
    names = releases.published(house().counts)
    years = sorted({name[:4] for name in names}, reverse=True)
    return [(year, [name for name in names if name.startswith(f"{year}-")]) for year in years]


def _coming() -> dict[str, Any]:
    """The period that is frozen next, and which of her areas will be in it or not: from no count."""
    today = dt.datetime.fromtimestamp(now(), dt.UTC).date()
    period, shown, missing = releases.coming(house().counts, house().config, today)
    mine = [[area for area in found if all(map(member().person.covers, area))] for found in (shown, missing)]
    about = {"name": period.name, "due": period.due.isoformat(), "is_due": period.due <= today}
    return {"coming": about, "shown": mine[0], "missing": mine[1], "least": ORGANISATIONS}
