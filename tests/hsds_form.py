"""The part of the Human Services Data Specification 3.0 that our export uses, as its reference gives it: for each
object what must be there, and each field with its form. Source: Open Referral, HSDS 3.0 reference, as of 2024-05-16.

A form is the name of a format, the set of words that are allowed, or the object (in a list where there are several).
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

Form = str | frozenset[str] | list[str] | tuple[str]
OBJECTS: dict[str, tuple[set[str], dict[str, Form]]] = {
    "service": (
        {"id", "name", "status"},
        {
            "id": "uuid", "name": "text", "alternate_name": "text", "description": "text", "url": "uri",
            "email": "email", "status": frozenset({"active", "inactive", "defunct", "temporarily closed"}),
            "interpretation_services": "text", "fees_description": "text", "eligibility_description": "text",
            "assured_date": "date", "phones": ["phone"], "schedules": ["schedule"], "service_areas": ["service_area"],
            "service_at_locations": ["service_at_location"], "languages": ["language"], "attributes": ["attribute"],
        },
    ),
    "phone": (
        {"id", "number"},
        {"id": "uuid", "number": "text", "type": "text", "description": "text", "attributes": ["attribute"]},
    ),
    "schedule": (
        {"id"},
        {
            "id": "uuid", "freq": frozenset({"WEEKLY", "MONTHLY"}), "byday": "text", "opens_at": "text",
            "closes_at": "text", "description": "text", "notes": "text",
        },
    ),
    "service_area": ({"id"}, {"id": "uuid", "name": "text", "extent": "text", "extent_type": "text"}),
    "service_at_location": ({"id"}, {"id": "uuid", "location": ("location",)}),
    "location": (
        {"id", "location_type"},
        {"id": "uuid", "location_type": frozenset({"physical", "postal", "virtual"}), "name": "text"},
    ),
    "language": ({"id"}, {"id": "uuid", "name": "text", "code": "text"}),
    "attribute": (
        {"id"},
        {"id": "uuid", "link_entity": "text", "value": "text", "taxonomy_term": ("taxonomy_term",)},
    ),
    "taxonomy_term": (
        {"id", "name", "description"},
        {"id": "uuid", "code": "text", "name": "text", "description": "text", "taxonomy": "text"},
    ),
}  # fmt: skip


def faults(value: object, kind: str = "service", where: str = "service") -> Iterator[str]:
    """What is not of the form, each with its place."""
    if not isinstance(value, dict):
        yield f"{where}: no object"
        return
    needed, fields = OBJECTS[kind]
    yield from (f"{where}.{name}: missing" for name in sorted(needed - value.keys()))
    for name, inner in value.items():
        # The standard allows other fields: a misspelt one would pass unseen.
        if name not in fields:
            yield f"{where}.{name}: no such field"
        else:
            yield from _of(inner, fields[name], f"{where}.{name}")


def _of(value: object, form: Form, where: str) -> Iterator[str]:
    if isinstance(form, tuple):
        yield from faults(value, form[0], where)
    elif isinstance(form, list):
        if not isinstance(value, list):
            yield f"{where}: no list"
            return
        for at, each in enumerate(value):
            yield from faults(each, form[0], f"{where}[{at}]")
    elif not isinstance(value, str) or not _is(value, form):
        yield f"{where}: {value!r} is no {form if isinstance(form, str) else '/'.join(sorted(form))}"


def _is(value: str, form: str | frozenset[str]) -> bool:
    if isinstance(form, frozenset):
        return value in form
    checks: dict[str, Any] = {
        "text": lambda: True,
        "uuid": lambda: str(uuid.UUID(value)) == value,
        "date": lambda: dt.date.fromisoformat(value).isoformat() == value,
        "email": lambda: value.count("@") == 1 and not value.startswith("@") and not value.endswith("@"),
        "uri": lambda: bool(urlsplit(value).scheme and urlsplit(value).netloc and value.isascii() and " " not in value),
    }
    try:
        return bool(checks[form]())
    except ValueError:
        return False
