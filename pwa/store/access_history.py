"""What was changed about who may come in: what, whom it was about, by whom, in which month. For administrators.

Not when somebody signed in, nor who was refused: that would be a diary of those who work here. It lies in the table of
the history, under a target of its own. "Inside a transaction" means that the caller holds one from `immediate`.
"""

from dataclasses import dataclass

from sqlite_utils import Database

from pwa.domain.proposals import Signature
from pwa.domain.staff import Person
from pwa.store import history

TARGET = "access:"
# As long as figures are kept apart by their period: then a month is gone.
MONTHS = 24
MOST = 200


@dataclass(frozen=True)
class Change:
    """One change. `kind` is a key of desk_names.ACCESS; `month` is 2026-11; `areas` are slugs.

    `label`, `role` and `areas` are those of the one it was about, as they were after it.
    """

    kind: str
    label: str
    role: str
    areas: tuple[str, ...]
    by: Signature
    month: str


def note(db: Database, kind: str, label: str, role: str, areas: str, by: Person | None, month: str) -> None:
    """Note a change inside a transaction. `by` is None for the command line. What is older than two years goes."""
    signed = Signature(by.label, by.role) if by else history.OPERATOR
    # A month is less than any day in it, and the months of one year ago stand before those of this one.
    year, number = int(month[:4]), month[4:]
    db.execute("delete from history where target = ? and day <= ?", [TARGET, f"{year - MONTHS // 12}{number}"])
    history.add(db, TARGET, kind, ({}, {"label": label, "role": role, "areas": areas}), (signed, signed), month)


def changes(db: Database) -> tuple[Change, ...]:
    """The latest first."""
    return tuple(
        Change(
            each.kind,
            each.after["label"],
            each.after["role"],
            tuple(each.after.get("areas", "").split()),
            each.proposed,
            each.day,
        )
        for each in history.of(db, TARGET, MOST)
    )
