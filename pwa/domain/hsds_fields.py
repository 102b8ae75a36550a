"""One service of an HSDS file, read field by field into the cells of a row, with a fault for each that cannot be."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

from pwa.domain import hsds_week, phones
from pwa.domain.directory import COLUMNS

# Our own taxonomies: `attributes` carry what HSDS has no field for.
COLUMN, KIND, CHANNEL = "Right Door columns", "Right Door categories", "Right Door channels"
# Columns whose cell is a field of the service as it is.
TEXTS = {
    "name": "name", "name_local": "alternate_name", "services": "description", "email": "email",
    "cost": "fees_description", "for_whom": "eligibility_description", "checked_on": "assured_date", "url": "url",
}  # fmt: skip
# Where to look for the fault of a column.
PLACES = TEXTS | {
    "country": "service_areas[0].extent", "province": "service_areas[0].extent", "phones": "phones",
    "messaging": "phones", "hours": "schedules", "languages": "languages", "status": "status",
    "interpreter": "interpretation_services", "location": "service_at_locations[0].location.name",
}  # fmt: skip
STATUS = {"active": "open", "inactive": "closed", "defunct": "closed", "temporarily closed": "closed"}
_EXTENT = re.compile(r"([A-Z]{2})(-[A-Z0-9]{1,3})?")
_SURROGATE = re.compile("[\ud800-\udfff]")

Entry = dict[str, Any]
Row = dict[str, str]


class Reading:
    """An entry, read. `plain`: the cells that its fields give; `own`: our own, each with its path; `faults` by path."""

    def __init__(self, entry: Entry) -> None:
        self.faults: list[tuple[str, str]] = []
        self.told: set[str] = set()
        self.own: dict[str, tuple[str, str]] = {}
        self.plain = dict.fromkeys(COLUMNS, "")
        self._fill(entry, self.plain)

    def place(self, column: str) -> str:
        return self.own[column][1] if column in self.own else PLACES.get(column, "attributes")

    def _fill(self, entry: Entry, row: Row) -> None:
        kinds = self._attributes(entry)
        row |= {column: self._text(entry, field, column=column) for column, field in TEXTS.items()}
        said = self._text(entry, "interpretation_services")
        row |= dict.fromkeys(("asks_for_papers", "may_report", "access"), "unknown")
        row["interpreter"] = said if said in ("yes", "no") else "unknown"
        row["id"], row["categories"] = self._id(entry), ";".join(kinds)
        row["confidential"] = "yes" if "shelter" in kinds else "no"
        row["status"] = self._status(entry)
        row["country"], row["province"] = self._area(entry)
        self._numbers(entry, row)
        row["hours"] = self._hours(entry)
        spoken = self._objects(entry, "languages")
        row["languages"] = ";".join(self._text(one, "code", at, "languages") for at, one in spoken)
        row["location"] = self._location(entry)
        row["source"], row["source_date"] = self._source(entry, row)

    def _say(self, where: str, message: str, column: str = "") -> None:
        self.faults.append((where, message))
        self.told.add(column)

    def _text(self, found: Entry, field: str, inside: str = "", column: str = "") -> str:
        value = found.get(field)
        where = f"{inside}.{field}".lstrip(".")
        if value is None:
            return ""
        if not isinstance(value, str):
            self._say(where, f"must be text in quotes, not {_kind(value)}.", column)
            return ""
        if _SURROGATE.search(value):
            self._say(where, "has half a character (a lone \\ud800 to \\udfff). Write the whole one.", column)
            return ""
        return value

    def _objects(self, found: Entry, field: str, inside: str = "") -> Iterator[tuple[str, Entry]]:
        """The objects of a list, each with its path; a field that is missing or null is an empty list."""
        where, value = f"{inside}.{field}".lstrip("."), found.get(field)
        if value is not None and not isinstance(value, list):
            self._say(where, f"must be a list, not {_kind(value)}.")
            return
        for number, one in enumerate(value or []):
            if isinstance(one, dict):
                yield f"{where}[{number}]", one
            else:
                self._say(f"{where}[{number}]", f"must be an object, not {_kind(one)}.")

    def _object(self, found: Entry, field: str, inside: str = "") -> Entry:
        value = found.get(field)
        if value is not None and not isinstance(value, dict):
            self._say(f"{inside}.{field}".lstrip("."), f"must be an object, not {_kind(value)}.")
        return value if isinstance(value, dict) else {}

    def _attributes(self, entry: Entry) -> list[str]:
        """Our categories; our columns go into `own`. What others put into attributes is left alone."""
        kinds = []
        for where, one in self._objects(entry, "attributes"):
            term = self._object(one, "taxonomy_term", where)
            taxonomy, code = term.get("taxonomy"), self._text(term, "code", f"{where}.taxonomy_term")
            if taxonomy == KIND:
                kinds.append(code)
            elif taxonomy == COLUMN and code not in COLUMNS:
                self._say(f"{where}.taxonomy_term.code", f"{code!r} is no column. There are {', '.join(COLUMNS)}.")
            elif taxonomy == COLUMN and code in self.own:
                self._say(where, f"{code} stands in {self.own[code][1].removesuffix('.value')} too. Leave one.")
            elif taxonomy == COLUMN:
                self.own[code] = self._text(one, "value", where, code), f"{where}.value"
        return kinds

    def _id(self, entry: Entry) -> str:
        found = self._text(entry, "id", column="id")
        try:
            return str(uuid.UUID(found))
        except ValueError:
            if "id" not in self.told:
                self._say("id", f"{found!r} must be a UUID, such as 4f5c5a3e-1f0b-4c3a-9d1e-0a6d2f1b7c11.", "id")
            return ""

    def _status(self, entry: Entry) -> str:
        found = self._text(entry, "status", column="status")
        if found not in STATUS and "status" not in self.told:
            self._say("status", f"{found!r} must be one of {', '.join(STATUS)}.", "status")
        return STATUS.get(found, "")

    def _area(self, entry: Entry) -> tuple[str, str]:
        for where, one in self._objects(entry, "service_areas"):
            found = _EXTENT.fullmatch(self._text(one, "extent", where, "country"))
            if found:
                return found[1], found[0] if found[2] else ""
        self._say(PLACES["country"], "must be the ISO code of a country or province, such as KH or KH-12.", "country")
        self.told.add("province")
        return "", ""

    def _numbers(self, entry: Entry, row: Row) -> None:
        found: dict[str, list[str]] = {"phones": [], "messaging": []}
        for where, one in self._objects(entry, "phones"):
            column, text = self._number(where, one)
            try:
                if text and column == "phones":
                    phones.parse_phones(text, row["country"])
                elif text:
                    phones.parse_messaging(text, row["country"])
            except phones.PhoneError as error:
                self._say(f"{where}.number", str(error), column)
            found[column].append(text)
        row |= {column: "; ".join(texts) for column, texts in found.items()}

    def _number(self, where: str, one: Entry) -> tuple[str, str]:
        """A telephone or a channel for messages, as the cell of its column has it."""
        number, kind = self._text(one, "number", where, "phones"), self._text(one, "type", where).lower()
        note = self._text(one, "description", where) or ("" if kind in ("voice", "cell", "text") else kind)
        if isinstance(one.get("extension"), int):
            note = f"{note} ext. {one['extension']}".strip()
        if re.search(r"[\[\];]", number + note):
            self._say(
                where, "has [, ] or ; in the number or its description. Leave them out; one number each.", "phones"
            )
            return "phones", ""
        if not number.strip() and "phones" not in self.told:
            self._say(f"{where}.number", "is empty. Write it as +855 23 997 919 or 117.", "phones")
        channels = [
            self._text(term, "code", f"{at}.taxonomy_term")
            for at, attribute in self._objects(one, "attributes", where)
            if (term := self._object(attribute, "taxonomy_term", at)).get("taxonomy") == CHANNEL
        ]
        if not channels and kind == "text" and number.startswith("+"):
            channels = ["sms"]
        text = " ".join([*channels[:1], number]) + (f" [{note}]" if note else "")
        return ("messaging" if channels else "phones"), text

    def _hours(self, entry: Entry) -> str:
        words, spans = [], []
        for where, one in self._objects(entry, "schedules"):
            fields = ("freq", "byday", "opens_at", "closes_at", "description")
            try:
                text, days = hsds_week.text_of({field: self._text(one, field, where, "hours") for field in fields})
            except hsds_week.WeekError as error:
                self._say(f"{where}.{error.field}", str(error), "hours")
                continue
            words += [text] if text else []
            spans += list(days.items())
        words.sort(key=lambda text: text.startswith("PH"))
        return "; ".join([part for part in (hsds_week.joined(spans), *words) if part])

    def _location(self, entry: Entry) -> str:
        for where, one in self._objects(entry, "service_at_locations"):
            place = self._object(one, "location", where)
            inside = f"{where}.location"
            if name := self._text(place, "name", inside, "location"):
                return name
            for at, address in self._objects(place, "addresses", inside):
                lines = (self._text(address, field, at, "location") for field in ("address_1", "city"))
                return ", ".join(line for line in lines if line)
        return ""

    def _source(self, entry: Entry, row: Row) -> tuple[str, str]:
        """Where a service of somebody else comes from: who offers it, and its site."""
        by = self._object(entry, "organization")
        link = row["url"] or self._text(by, "website", "organization")
        title = " ".join(re.sub(r"[<>|]", " ", self._text(by, "name", "organization") or row["name"]).split())
        day = self._text(entry, "last_modified")[:10]
        return (f"{title} <{link}>", day or "undated") if link else ("", day or "undated")


def _kind(value: object) -> str:
    names = {bool: "yes or no", int: "a number", float: "a number", str: "text", list: "a list", dict: "an object"}
    return names.get(type(value), "nothing")
