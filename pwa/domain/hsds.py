"""The directory as HSDS 3, the Human Services Data Specification of Open Referral: a JSON list of services.

What HSDS has a field for stands in that field. The rest, and a cell that the fields would not give back letter by
letter, stands in `attributes` as a term of our own taxonomy. Such a cell counts while the fields still say the same:
who changes a field changes the service. A confidential place has no location here, only the city that its row may name.
"""

import datetime as dt
import json
import re
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from pwa.domain import cells, hours, hsds_week, phones
from pwa.domain.directory import COLUMNS, Cells, Found, Roll, Service, refuse_large, whole
from pwa.domain.faults import Fault, FaultsFoundError
from pwa.domain.hsds_fields import CHANNEL, COLUMN, KIND, TEXTS, Entry, Reading, Row

# Every id is worked out from that of the service, so that two exports of the same directory are the same.
_OURS = uuid.UUID("6f0c3a52-1d1e-5c0b-9a44-0f2b7a1c8e57")
_URI = re.compile(r"https?://[A-Za-z0-9._~%-]+(:\d+)?([/?#][^\s\"<>\\^`{|}\[\]]*)?")


def dump(services: Iterable[Service]) -> str:
    """The services as HSDS JSON: reading it back gives the same services."""
    return "".join(lines(services))


def lines(services: Iterable[Service]) -> Iterator[str]:
    """The services as `dump` writes them, one after the other."""
    before = "[\n"
    for service in services:
        made = _written(dict(zip(COLUMNS, service.cells, strict=True)))
        # Indented as in a list, without its brackets.
        yield before + json.dumps([made], ensure_ascii=False, indent=1)[2:-2]
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def read(path: Path, today: dt.date) -> Roll:
    """The services of an HSDS file. Raises FaultsFoundError with every fault: file, path in it, what would be right."""
    refuse_large(path)
    try:
        return parse(path.read_bytes().decode("utf-8-sig"), path.name, today)
    except UnicodeDecodeError as error:
        message = f"is not UTF-8 (at byte {error.start + 1:,}). Save the file as UTF-8."
        raise FaultsFoundError([Fault(path.name, "file", message)]) from None


def parse(text: str, file: str, today: dt.date) -> Roll:
    """The services in HSDS text: a list of services, or a page of them as an API gives it. Raises FaultsFoundError."""
    return whole(file, _rows(_decoded(text, file), today))


def _rows(entries: list[Any], today: dt.date) -> Iterator[tuple[str, Cells, list[Found]]]:
    seen: dict[str, int] = {}
    for number in range(len(entries)):
        # Taken out: the entries of a large file weigh ten times what is made of them.
        entry, entries[number] = entries[number], None
        at = f"services[{number}]"
        if not isinstance(entry, dict):
            yield at, (), [(at, "must be an object, one service of HSDS.")]
            continue
        reading = Reading(entry)
        row = _row(reading)
        found = [*reading.faults, *_faults(reading, row, today)]
        if row["id"] in seen:
            first = f"{row['id']!r} is the id of services[{seen[row['id']]}] too. Each service has one of its own."
            found.append((reading.place("id"), first))
        seen.setdefault(row["id"] or at, number)
        yield at, tuple(row.values()), [(f"{at}.{where}", message) for where, message in found]


def _decoded(text: str, file: str) -> list[Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise FaultsFoundError([Fault(file, where, f"is no JSON ({error.msg}).")]) from None
    except (RecursionError, ValueError):
        raise FaultsFoundError(
            [Fault(file, "file", "is no HSDS: it is nested too deep, or a number is too long.")]
        ) from None
    if isinstance(found, dict):
        found = found.get("contents", found.get("services"))
    if not isinstance(found, list):
        message = "must be a list of HSDS services, or an object with such a list as `contents` or `services`."
        raise FaultsFoundError([Fault(file, "file", message)])
    return found


def _faults(reading: Reading, row: Row, today: dt.date) -> Iterable[tuple[str, str]]:
    """What is wrong in the cells, said where the file has them, and only what is not said yet."""
    for column, message in cells.faults_of(row, today):
        if column not in reading.told:
            where = reading.place(column)
            yield where, f"{column}: {message}" if where.startswith("attributes") else message


def _row(reading: Reading) -> Row:
    """The cells of an entry. One of our own counts while the fields of HSDS still say what it would have written."""
    plain = reading.plain
    whole = plain | {column: cell for column, (cell, _) in reading.own.items()}
    if reading.faults:
        return whole
    try:
        again = Reading(_fields(whole)).plain
    except (phones.PhoneError, hours.HoursError, ValueError):
        return whole
    kept = {"id", "confidential"} | {column for column in COLUMNS if again[column] == plain[column]}
    return {column: (whole if column in kept else plain)[column] for column in COLUMNS}


def _written(row: Row) -> Entry:
    made = _fields(row)
    back = Reading(made).plain | {"id": "", "confidential": ""}
    made["attributes"] += [_attribute(row["id"], COLUMN, c, row[c]) for c in COLUMNS if row[c] != back[c]]
    return made


def _fields(row: Row) -> Entry:
    """The fields of HSDS that a row fills, and its categories. Raises PhoneError and HoursError."""
    key = row["id"]
    made: Entry = {"id": _id(key)}
    made |= {field: row[column] for column, field in TEXTS.items() if row[column] and column != "url"}
    made["status"] = "active" if row["status"] == "open" else "defunct"
    if row["interpreter"] in ("yes", "no"):
        made["interpretation_services"] = row["interpreter"]
    if link := _uri(row["url"]):
        made["url"] = link
    spoken = phones.parse_phones(row["phones"], row["country"])
    silent = phones.parse_messaging(row["messaging"], row["country"])
    made["phones"] = [_phone(key, n, "", one) for n, one in enumerate(spoken)]
    made["phones"] += [_phone(key, n, one.channel, one) for n, one in enumerate(silent, len(spoken))]
    week = hsds_week.schedules_of(row["hours"])
    made["schedules"] = [{"id": _id(key, "schedule", n)} | one for n, one in enumerate(week)]
    extent = row["province"] or row["country"]
    made["service_areas"] = [{"id": _id(key, "area"), "extent": extent, "extent_type": "text"}]
    made["languages"] = [{"id": _id(key, "language", c), "code": c} for c in cells.parts_of(row["languages"])]
    if row["location"] and row["confidential"] == "no":
        place = {"id": _id(key, "location"), "location_type": "physical", "name": row["location"]}
        made["service_at_locations"] = [{"id": _id(key, "at"), "location": place}]
    made["attributes"] = [_attribute(key, KIND, kind) for kind in cells.parts_of(row["categories"])]
    return made


def _phone(key: str, number: int, channel: str, entry: phones.Phone | phones.Message) -> Entry:
    made: Entry = {"id": _id(key, "phone", number), "number": entry.number, "type": "text" if channel else "voice"}
    if entry.note:
        made["description"] = entry.note
    if channel:
        made["attributes"] = [_attribute(f"{key} phone {number}", CHANNEL, channel, entity="phone")]
    return made


def _attribute(key: str, taxonomy: str, code: str, value: str = "", entity: str = "service") -> Entry:
    term = {"id": _id(taxonomy, code), "code": code, "name": code, "taxonomy": taxonomy}
    term["description"] = f"{code}, one of the {taxonomy}"
    made = {"id": _id(key, taxonomy, code), "link_entity": entity, "taxonomy_term": term}
    return made | ({"value": value} if taxonomy == COLUMN else {})


def _id(*parts: object) -> str:
    return str(uuid.uuid5(_OURS, " ".join(map(str, parts))))


def _uri(url: str) -> str:
    """The address in the letters that a URI may have, "" where it is none."""
    parts = urlsplit(re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", url))
    rest = [quote(part, safe="/:@!$&'()*+,;=?%-._~") for part in (parts.path, parts.query, parts.fragment)]
    made = urlunsplit((parts.scheme, quote(parts.netloc, safe=":%-._~"), *rest))
    return made if _URI.fullmatch(made) else ""
