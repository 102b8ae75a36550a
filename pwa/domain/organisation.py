"""What an organisation may be called, and how much of its deliveries is shown while a quarter runs."""

import unicodedata

LONGEST_NAME = 80
STEP = 10


class BadNameError(ValueError):
    """A name that is empty, too long, or holds what cannot be seen."""


def clean_name(text: str) -> str:
    """A name as it is kept: 1 to 80 letters that can be seen, single spaces. Raises BadNameError."""
    clean = unicodedata.normalize("NFC", " ".join(part for part in text.strip().split(" ") if part))
    # What turns or hides letters would let one organisation pass for another.
    if not 1 <= len(clean) <= LONGEST_NAME or any(unicodedata.category(c)[0] in "CZ" and c != " " for c in clean):
        raise BadNameError
    return clean


def so_far(batches: int) -> int:
    """What is shown of the batches of a quarter that still runs: whole tens, so 0 stands for 0 to 9.

    An app is opened when somebody has told something. Whoever saw each batch come could tell on which day that was.
    """
    return batches // STEP * STEP
