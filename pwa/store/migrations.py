"""The shape of the two databases, brought forward step by step. A step that was released is never changed."""

from collections.abc import Callable

from sqlite_utils import Database

from pwa.domain.directory import COLUMNS

Migrations = tuple[Callable[[Database], None], ...]


def _services(db: Database) -> None:
    # TEXT for all: a guessed type would turn 00971 into a number.
    db.execute(f"create table services ({', '.join(f'{c} text not null' for c in COLUMNS)}, primary key (id)) strict")
    db.execute("create index services_by_area on services (country, province)")
    db.execute("create table release (name text primary key, value text not null) strict")


def _counting(db: Database) -> None:
    # WITHOUT ROWID throughout: a row's number would tell the order in which phones enrolled and batches came.
    for table in (
        "organisations (id text primary key, name text not null unique)",
        "serves (organisation text not null references organisations, area text not null,"
        " primary key (organisation, area))",
        "codes (code blob primary key, organisation text not null references organisations,"
        " expires integer not null, uses integer not null)",
        "phones (token blob primary key, organisation text not null references organisations)",
        "batches (id blob primary key, content blob not null, expires text not null)",
        "tallies (area text not null, month text not null, disclosures integer not null, referrals integer not null,"
        " primary key (area, month))",
        "sent (organisation text not null references organisations, quarter text not null, batches integer not null,"
        " primary key (organisation, quarter))",
        "flags (entry blob not null, reason integer not null, month text not null, primary key (entry, reason))",
        "releases (period text primary key, snapshot text not null)",
    ):
        db.execute(f"create table {table} strict, without rowid")
    db.execute(
        "create trigger releases_are_frozen before update on releases"
        " begin select raise(abort, 'A release is never changed.'); end"
    )


CONTENT: Migrations = (_services,)
COUNTS: Migrations = (_counting,)
