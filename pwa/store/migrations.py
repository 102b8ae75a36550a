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
    # WITHOUT ROWID throughout: a row's number would tell the order in which phones enrolled and batches came. No
    # references in what orderless.py writes anew: SQLite would then delete row by row, and leave where each had been.
    for table in (
        "organisations (id text primary key, name text not null unique)",
        "serves (organisation text not null references organisations, area text not null,"
        " primary key (organisation, area))",
        "codes (code blob primary key, organisation text not null, expires integer not null, uses integer not null)",
        "phones (token blob primary key, organisation text not null)",
        "tallies (area text not null, month text not null, disclosures integer not null, referrals integer not null,"
        " primary key (area, month))",
        "sent (organisation text not null, quarter text not null, batches integer not null,"
        " primary key (organisation, quarter))",
        "flags (entry blob not null, reason integer not null, month text not null, primary key (entry, reason))",
        "releases (period text primary key, snapshot text not null)",
        "salt (value blob primary key)",
    ):
        db.execute(f"create table {table} strict, without rowid")
    # The number of a bucket is no order either: orderless.py says how names lie in it.
    db.execute("create table batches (bucket integer primary key, names blob not null) strict")
    db.execute("insert into salt values (randomblob(16))")
    db.execute(
        "create trigger releases_are_frozen before update on releases"
        " begin select raise(abort, 'A release is never changed.'); end"
    )


def _people(db: Database) -> None:
    # Of a session and of what is asked for, times stand to the second; each row is gone when its time is over.
    for table in (
        "people (id text primary key, label text not null unique, role text not null, areas text not null,"
        " disabled integer not null, grants_from integer not null)",
        "credentials (id blob primary key, person text not null references people on delete cascade,"
        " public_key blob not null, counter integer not null, backup_eligible integer not null, name text not null,"
        " added text not null, used text not null, alert text not null)",
        "sessions (id blob primary key, person text not null references people on delete cascade,"
        " credential blob not null references credentials on delete cascade, started integer not null,"
        " seen integer not null, confirmed integer not null)",
        "invitations (secret blob primary key, person text not null, label text not null, role text not null,"
        " areas text not null, expires integer not null, invited_by text references people on delete cascade)",
        "challenges (challenge blob primary key, kind text not null, binding blob not null, purpose blob not null,"
        " expires integer not null)",
    ):
        db.execute(f"create table {table} strict, without rowid")


def _finding(db: Database) -> None:
    # Folding words needs Python, and SQLite lets no trigger of ours call it, nor write a full text index, while the
    # schema is not trusted. So triggers note which rows the index has still to take in: whoever writes a service, the
    # next import or search takes it in. `number` is a key of its own: VACUUM renumbers rows that have none.
    db.execute(
        "create table findable (number integer primary key, id text not null unique, stale integer not null) strict"
    )
    db.execute("create index findable_stale on findable (number) where stale")
    for event, ids in (("insert", ("new",)), ("delete", ("old",)), ("update", ("old", "new"))):
        # Not "insert or ignore": the statement that fires a trigger says what becomes of a conflict in it.
        noted = "".join(
            f"insert into findable (id, stale) select {row}.id, 1"  # noqa: S608
            f" where not exists (select 1 from findable where id = {row}.id);"
            f" update findable set stale = 1 where id = {row}.id and not stale; "
            for row in ids
        )
        db.execute(f"create trigger findable_after_{event} after {event} on services begin {noted} end")
    db.execute(
        "create virtual table finding using fts5(name, about, phones, digits, kinds, place,"
        " tokenize = \"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")"
    )
    db.execute("create virtual table finding_words using fts5vocab(finding, row)")
    db.execute("insert into findable (id, stale) select id, 1 from services")


def _desk(db: Database) -> None:
    # WITHOUT ROWID: a row's number would tell the order of what was done on one day. No reference to people: what
    # somebody proposed and what she changed outlive her access.
    for table in (
        "proposals (id text primary key, batch text not null, target text not null, kind text not null,"
        " before text not null, after text not null, areas text not null, person text not null, label text not null,"
        " role text not null, day text not null, ripe integer not null)",
        "history (target text not null, number integer not null, kind text not null, before text not null,"
        " after text not null, label text not null, role text not null, approved_label text not null,"
        " approved_role text not null, day text not null, primary key (target, number))",
        "places (slug text primary key, words text not null, changed_on text not null)",
        "alone (area text primary key, label text not null, day text not null)",
    ):
        db.execute(f"create table {table} strict, without rowid")
    db.execute("create index proposals_by_batch on proposals (batch)")
    db.execute("create index proposals_by_target on proposals (target)")


def _open_by_area(db: Database) -> None:
    # What is open, area by area: counted and read without the rest of a row, and without the areas beside it.
    db.execute("create index services_open on services (country, province, id, status) where status = 'open'")
    db.execute(
        "create index services_for_nationals on services (country, id) where status = 'open' and for_nationals <> ''"
    )
    # Which places a change touches, whoever makes it; services.release turns that into the day of their last change.
    for event, rows in (("insert", ("new",)), ("delete", ("old",)), ("update", ("old", "new"))):
        places = [f"'touched ' || iif({row}.province = '', {row}.country, {row}.province)" for row in rows]
        noted = "".join(
            f"insert into release select {place}, '' where not exists"  # noqa: S608
            f" (select 1 from release where name = {place}); "
            for place in places
        )
        db.execute(f"create trigger touched_after_{event} after {event} on services begin {noted} end")
    db.execute(
        "insert into release select distinct 'changed_on ' || iif(province = '', country, province),"
        " (select value from release where name = 'changed_on') from services"
        " where exists (select 1 from release where name = 'changed_on')"
    )


CONTENT: Migrations = (_services, _people, _finding, _desk, _open_by_area)
COUNTS: Migrations = (_counting,)
