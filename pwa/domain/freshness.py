"""How old a check is. Under 90 days it is fresh, to 180 due for the next; beyond, or never made, it is old."""

import datetime as dt

FRESH_UNDER, DUE_TO = 90, 180


def is_old(checked_on: str, day: str) -> bool:
    """Whether a check of `checked_on` is old on `day` (ISO dates). One never made always is, whatever the day."""
    if not checked_on:
        return True
    if not day:
        return False
    return (dt.date.fromisoformat(day) - dt.date.fromisoformat(checked_on)).days > DUE_TO
