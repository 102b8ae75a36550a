"""Who works at the desk: a label and never a name, a role, and the areas that she looks after."""

import unicodedata
from dataclasses import dataclass

ADMINISTRATOR, COORDINATOR = "administrator", "coordinator"
ROLES = (ADMINISTRATOR, COORDINATOR)
LONGEST_LABEL = 40


class LabelError(ValueError):
    """A label that is empty, too long, or holds what cannot be seen."""


@dataclass(frozen=True)
class Person:
    """One who may sign in. `areas` are slugs; `grants_from` is the Unix time from which she may give access, or 0."""

    id: str
    label: str
    role: str
    areas: tuple[str, ...]
    disabled: bool
    grants_from: int

    @property
    def is_administrator(self) -> bool:
        return self.role == ADMINISTRATOR

    def covers(self, slug: str) -> bool:
        """Whether she looks after an area: an administrator after all, a coordinator of a country after all in it."""
        return self.is_administrator or slug in self.areas or slug[:2] in self.areas


def label(text: str) -> str:
    """A label as it is kept: 1 to 40 letters that can be seen, single spaces. Raises LabelError."""
    clean = " ".join(text.split())
    # What turns or hides letters would let one label pass for another.
    if not 1 <= len(clean) <= LONGEST_LABEL or any(unicodedata.category(c)[0] in "CZ" and c != " " for c in clean):
        raise LabelError
    return unicodedata.normalize("NFC", clean)
