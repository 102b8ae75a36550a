"""The tables of counts in PostgreSQL, step by step as in migrations.py. A step that was released is never changed."""

SCHEMA = "right_door"
# Names are compared byte by byte, as SQLite does, whatever the language of the database.
_TEXT = 'text collate "C" not null'

_COUNTING = (
    f"create table organisations (id {_TEXT} primary key, name {_TEXT} unique)",
    f"create table serves (organisation {_TEXT} references organisations, area {_TEXT},"
    " primary key (organisation, area))",
    f"create table codes (code bytea primary key, organisation {_TEXT}, expires bigint not null, uses bigint not null)",
    f"create table phones (token bytea primary key, organisation {_TEXT})",
    f"create table tallies (area {_TEXT}, month {_TEXT}, disclosures bigint not null, referrals bigint not null,"
    " primary key (area, month))",
    f"create table sent (organisation {_TEXT}, quarter {_TEXT}, batches bigint not null,"
    " primary key (organisation, quarter))",
    f"create table flags (entry bytea not null, reason bigint not null, month {_TEXT}, primary key (entry, reason))",
    f"create table releases (period {_TEXT} primary key, snapshot {_TEXT})",
    "create table salt (value bytea primary key)",
    # Half of each page is free, so that a bucket is changed on its own page, and the state before is cleared from it
    # soon. PLAIN: stored beside the table, the numbers of the parts would tell which bucket was changed last.
    "create table batches (bucket bigint primary key, names bytea not null) with (fillfactor = 50)",
    "alter table batches alter column names set storage plain",
    "create function releases_are_frozen() returns trigger language plpgsql as"
    " $$ begin raise exception 'A release is never changed.'; end $$",
    "create trigger releases_are_frozen before update on releases for each row execute function releases_are_frozen()",
)

STEPS: tuple[tuple[str, ...], ...] = (_COUNTING,)
