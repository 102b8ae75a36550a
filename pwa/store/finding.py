"""The services that fit somebody's words, by the full text index of SQLite.

Triggers note what the index has still to take in (see the migration). An import takes it in within its own transaction;
what anything else wrote, the next search does.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sqlite_utils import Database

from pwa.domain import naming, search
from pwa.domain.directory import COLUMNS, Service, from_cells
from pwa.domain.naming import Question
from pwa.domain.search import Word
from pwa.store.db import immediate

MOST = 30
_READ = ("name", "name_local", "services", "location", "for_whom", "phones", "messaging", "categories", "country",
         "province")  # fmt: skip
# Only our own column names are put into the text of a statement.
_STALE = f"""select number, services.id, {", ".join(_READ)} from findable left join services using (id) where stale"""  # noqa: S608
# A word in a name weighs more than one in what is told about it.
_RANK = "bm25(finding, 8, 1, 4, 3, 3, 2)"


@dataclass(frozen=True)
class Found:
    """What fits, the best first; `more` where there is more than that; `every` unless no service fits every word."""

    services: tuple[Service, ...] = ()
    more: bool = False
    every: bool = True


def refresh(db: Database) -> None:
    """Bring the index to what the services are now. Within a transaction of the caller."""
    db.execute("delete from finding where rowid in (select number from findable where stale)")
    db.conn.executemany(
        "insert into finding (rowid, name, about, phones, digits, kinds, place) values (?, ?, ?, ?, ?, ?, ?)",
        _entries(db),
    )
    db.execute("delete from findable where stale and not exists (select 1 from services where id = findable.id)")
    db.execute("update findable set stale = 0 where stale")


def _entries(db: Database) -> Iterator[tuple[int | str, ...]]:
    for number, id, *cells in db.execute(_STALE):
        if id is None:
            continue
        name, local, told, where, whom, phones, messaging, kinds, country, province = cells
        yield (
            number,
            " ".join(map(search.spread, (name, local))),
            " ".join(map(search.spread, (told, where, whom))),
            " ".join(map(search.spread, (phones, messaging))),
            search.spread_numbers(f"{phones};{messaging}"),
            kinds,
            f"{naming.token(country)} {naming.token(province or country, everywhere=not province)}",
        )


def knows(db: Database, word: str) -> bool:
    """Whether a word in plain letters stands in the directory."""
    return bool(db.execute("select 1 from finding_words where term = ?", [word]).fetchone())


def find(db: Database, question: Question, countries: Sequence[str], closed: bool = False, most: int = MOST) -> Found:
    """The open services of `countries` (ISO alpha-2) that fit a question; those that are `closed` too where asked."""
    if db.execute("select 1 from findable where stale").fetchone():
        with immediate(db):
            refresh(db)
    if not question.words:
        return Found()
    words = _with_spellings(db, question.words)
    home = [area.code for area in question.areas if not area.is_country]
    for every in (True, False):
        rows = _rows(db, search.question(words, every), countries, home, closed, most + 1)
        if rows or len(words) == 1:
            break
    return Found(tuple(map(from_cells, rows[:most])), more=len(rows) > most, every=every)


def _rows(
    db: Database, match: str, countries: Sequence[str], home: Sequence[str], closed: bool, most: int
) -> list[tuple[str, ...]]:
    # "cross join" keeps the order of the tables: the index is asked first.
    sql = f"""
        select {", ".join(f"services.{column}" for column in COLUMNS)}
        from finding cross join findable on findable.number = finding.rowid
        cross join services on services.id = findable.id
        where finding match ? and country in ({_marks(countries)}) {"" if closed else "and status = 'open'"}
        order by province in ({_marks(home)}) desc, {_RANK}, services.id limit ?"""  # noqa: S608
    return db.execute(sql, [match, *countries, *home, most]).fetchall()


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))


def _with_spellings(db: Database, words: Sequence[Word]) -> tuple[Word, ...]:
    """Words with other spellings that the directory knows: parted, drawn together, or with a letter set right."""
    strange = [word for word in words if _is_strange(db, word)]
    near = _near(db, [word.text for word in strange if not (word.places or word.kinds)])
    spelled = []
    for at, word in enumerate(words):
        together = [f"{a.text}{b.text}" for a, b in ((words[i], words[i + 1]) for i in (at - 1, at) if _pair(words, i))]
        other = [text for text in together if knows(db, text)]
        if word in strange:
            other += [f"{a} {b}" for a, b in search.split(word.text) if knows(db, a) and knows(db, b)]
            other += near.get(word.text, ())
        spelled.append(replace(word, near=tuple(dict.fromkeys(other))))
    return tuple(spelled)


def _pair(words: Sequence[Word], at: int) -> bool:
    return 0 <= at < len(words) - 1 and not any(search.is_unspaced(word.text) for word in words[at : at + 2])


def _is_strange(db: Database, word: Word) -> bool:
    if len(word.text) < 4 or word.text.isdigit() or search.is_unspaced(word.text):
        return False
    if not word.begins:
        return not knows(db, word.text)
    first = [word.text, f"{word.text}\U0010ffff"]
    return not db.execute("select 1 from finding_words where term >= ? and term < ? limit 1", first).fetchone()


def _near(db: Database, words: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """For each word the spellings nearest to it that stand in the directory."""
    if not words:
        return {}
    # Two letters more or less is the most that is borne. Numbers stand before "a".
    sizes = [min(map(len, words)) - 2, max(map(len, words)) + 2]
    rows = db.execute("select term from finding_words where term >= 'a' and length(term) between ? and ?", sizes)
    known = [term for (term,) in rows]
    return {word: search.nearest(word, known) for word in words}
