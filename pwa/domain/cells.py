"""The cells of a directory row: what each column may hold, and what would be right where it does not."""

import datetime as dt
import functools
import re
import unicodedata
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

import pycountry

from pwa.domain import holidays, hours, phones
from pwa.domain.areas import first_level_codes

CATEGORIES = (
    "hotline", "police", "health", "forensic", "legal", "mediation", "psychosocial", "economic", "shelter", "consular",
    "migrant_resource", "training",
)  # fmt: skip
LONGEST_CELL = 2_000
EACH_SOURCE = re.compile(r"^(?P<title>[^<>|]+) <(?P<url>https?://[^<>\s|]+)>$")
_DATE = re.compile(r"^(undated|(c\. )?\d{4}(-\d{2}(-\d{2})?)?)$")
# Words that begin or end a street address, in the languages of the ten countries and English.
_STREET = re.compile(
    r"\b(street|st\.|road|rd\.|lane|avenue|soi|thanon|jalan|jl\.?|gang|lorong|phố|đường|ngõ|barangay|building|floor|no\.)"
    r"|[ถซ]\.|ถนน|ซอย|ផ្លូវ|ផ្ទះ",
    re.IGNORECASE,
)
_NO_ADDRESS = "reads like an address. A confidential place has no address in any column."
_POINT = re.compile(r"-?\d{1,3}\.\d{3,}\s*,|\bmaps?\.|/maps?\b|goo\.gl", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# What a spreadsheet would run, a function or a program, also where it takes another sign than the comma for the end of
# a cell. One apostrophe before it was taken off already.
_RUNS = re.compile(r'(?:^|[;,\t\n"]) *[=+@-][ =+@-]*[A-Za-z][A-Za-z0-9_.]*[(|!]')
_FREE = ("name", "name_local", "services", "location", "cost", "for_whom", "checked_by")


_province_codes = functools.lru_cache(512)(first_level_codes)


@functools.lru_cache(512)
def parts_of(cell: str) -> tuple[str, ...]:
    """The parts of a cell that holds several, apart by a semicolon."""
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def faults_of(row: dict[str, str], today: dt.date) -> Iterable[tuple[str, str]]:
    """What is wrong in a row: (column, message)."""
    long: set[str] = set()
    whole = "\n".join(row.values())
    if len(whole) > LONGEST_CELL or _CONTROLS.search(whole) or _RUNS.search(whole):
        long = {column for column, cell in row.items() if len(cell) > LONGEST_CELL}
        yield from _letter_faults(row, long)
        row = {column: cell[:LONGEST_CELL] for column, cell in row.items()}
    for column, check in _CHECKS.items():
        if column not in long and (message := check(row[column], row)):
            yield column, message
    if row["confidential"] == "yes":
        yield from _address_faults(row)
    yield from _date_faults(row, today)


def _letter_faults(row: dict[str, str], long: set[str]) -> Iterable[tuple[str, str]]:
    for column, cell in row.items():
        if column in long:
            yield column, f"has {len(cell):,} letters. At most {LONGEST_CELL:,}."
        if _CONTROLS.search(cell):
            hidden = "a hidden control character (NUL, or one that turns the direction of writing)"
            yield column, f"has {hidden}. Type the words anew, without it."
        if column in _FREE and _RUNS.search(cell):
            yield column, f"{cell[:60]!r} has a formula of a spreadsheet. Write the words themselves."


def _address_faults(row: dict[str, str]) -> Iterable[tuple[str, str]]:
    # Composed, so that a Vietnamese street word is found however its marks were typed.
    row = {column: unicodedata.normalize("NFC", cell) for column, cell in row.items()}
    location = row["location"]
    if any(c.isdigit() for c in location) or _STREET.search(location) or len(location) > 60:
        yield (
            "location",
            f"{location!r} is more than a city or province. A confidential place has no address here.",
        )
    for column in ("name", "name_local", "services", "for_whom", "cost", "hours"):
        if _STREET.search(row[column]) and any(c.isdigit() for c in row[column]):
            yield column, _NO_ADDRESS
    for column, cell in row.items():
        if column not in ("source", "source_date") and _POINT.search(cell):
            yield column, "reads like a point on a map. A confidential place has none in any column."
    for column in ("phones", "messaging"):
        if _STREET.search(row[column]):
            yield column, _NO_ADDRESS


def _date_faults(row: dict[str, str], today: dt.date) -> Iterable[tuple[str, str]]:
    checked = row["checked_on"]
    if checked and not is_day(checked):
        yield "checked_on", f"{checked!r} is no date. Write 2026-11-23, or nothing where nobody has checked."
    elif checked > today.isoformat():
        yield "checked_on", f"{checked} is in the future. Write the day of the check, {today} at the latest."
    if bool(checked) != bool(row["checked_by"]):
        yield "checked_by", "goes with checked_on: either both or neither."
    sources, dates = row["source"].split(" | "), row["source_date"].split(" | ")
    if len(sources) != len(dates):
        yield (
            "source_date",
            f"has {len(dates)} dates for {len(sources)} sources. Join both by ' | ' in the same order.",
        )
    for date in dates:
        whole = f"{date.removeprefix('c. ')}-01-01"[:10]
        if not _DATE.match(date) or (date != "undated" and not is_day(whole)):
            yield "source_date", f"{date!r} is no date. Write 2026, 2026-11, 2026-11-23, c. 2015 or undated."
        elif date.removeprefix("c. ") > today.isoformat() and date != "undated":
            yield "source_date", f"{date} is in the future. Write the date that the source gives, or undated."


def has_hidden(text: str) -> bool:
    """Whether a text holds a control character that nobody sees, or one that turns the direction of writing."""
    return bool(_CONTROLS.search(text))


def is_day(text: str) -> bool:
    """Whether a text is an ISO date."""
    try:
        return bool(_DAY.fullmatch(text) and dt.date.fromisoformat(text))
    except ValueError:
        return False


Check = Callable[[str, dict[str, str]], str]


def _one_of(*words: str) -> Check:
    return lambda cell, row: "" if cell in words else f"{cell!r} is none of {', '.join(words)}."


def _matches(pattern: str, example: str, required: bool = True) -> Check:
    compiled = re.compile(pattern)

    def check(cell: str, row: dict[str, str]) -> str:
        if not cell:
            return f"is empty. Write, for instance, {example}." if required else ""
        return "" if compiled.fullmatch(cell) else f"{cell!r} is wrong. Write, for instance, {example}."

    return check


def _categories(cell: str, row: dict[str, str]) -> str:
    wrong = [repr(c) for c in parts_of(cell) if c not in CATEGORIES]
    if wrong or not parts_of(cell):
        return f"{', '.join(wrong) or 'empty'}: not a category. There are {', '.join(CATEGORIES)}; join them by ;"
    if "shelter" in parts_of(cell) and row["confidential"] != "yes":
        return "a shelter is always confidential: write yes there. Its offices can be a row of their own."
    return ""


def _codes(kind: str, known: Callable[[str], bool], example: str) -> Check:
    def check(cell: str, row: dict[str, str]) -> str:
        wrong = [repr(code) for code in parts_of(cell) if not known(code)]
        return f"{', '.join(wrong)}: no {kind} code. Write, for instance, {example}." if wrong else ""

    return check


def _is_language(code: str) -> bool:
    main = code.split("-")[0]
    return bool(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", code)) and bool(
        pycountry.languages.get(**{"alpha_2" if len(main) == 2 else "alpha_3": main})
    )


def _is_country(code: str) -> bool:
    return bool(re.fullmatch("[A-Z]{2}", code) and pycountry.countries.get(alpha_2=code))


def _province(cell: str, row: dict[str, str]) -> str:
    if cell and cell not in _province_codes(row["country"]):
        return f"{cell!r} is no province of {row['country']}. Write its ISO 3166-2 code, or leave it empty for all."
    return ""


def _numbers(parse: Callable[[str, str], object]) -> Check:
    def check(cell: str, row: dict[str, str]) -> str:
        try:
            parse(cell, row["country"])
        except phones.PhoneError as error:
            return str(error)
        return ""

    return check


def _hours(cell: str, row: dict[str, str]) -> str:
    try:
        holidays.check(cell)
    except hours.HoursError as error:
        return str(error)
    return ""


def _url(cell: str, row: dict[str, str]) -> str:
    try:
        parts = urlsplit(cell)
        right = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    except ValueError:
        right = False
    return (
        f"{cell!r} is no address of a site. Write https://..." if cell and (not right or re.search(r"\s", cell)) else ""
    )


def _source(cell: str, row: dict[str, str]) -> str:
    wrong = [s for s in cell.split(" | ") if not EACH_SOURCE.match(s)]
    return f"{wrong[0]!r}: write each source as Title <https://...>, joined by ' | '." if wrong else ""


_YES_NO = _one_of("yes", "no", "unknown")
_CHECKS: dict[str, Check] = {
    "id": _matches(r"[a-z0-9][a-z0-9-]{0,62}", "kh-police-117"),
    "country": lambda cell, row: "" if _is_country(cell) else f"{cell!r} is no ISO 3166 country, such as KH.",
    "province": _province,
    "categories": _categories,
    "name": _matches(r"\S.*", "Women's helpline"),
    "confidential": _one_of("yes", "no"),
    "phones": _numbers(phones.parse_phones),
    "messaging": _numbers(phones.parse_messaging),
    "email": _matches(r"[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "help@example.org", required=False),
    "url": _url,
    "hours": _hours,
    "languages": _codes("language", _is_language, "km;en"),
    "for_nationals": _codes("country", _is_country, "KH;ID"),
    "interpreter": _YES_NO,
    "asks_for_papers": _YES_NO,
    "may_report": _YES_NO,
    "access": _YES_NO,
    "status": _one_of("open", "closed"),
    "source": _source,
}
