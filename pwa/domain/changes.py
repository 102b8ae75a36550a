"""The fields in which many rows differ, held small: an import can change every field of a large directory."""

import json
from collections.abc import Iterator, Mapping

Fields = dict[str, tuple[str, str]]


class Changes(Mapping[str, Fields]):
    """By id of a service, each column that differs with its old and new words."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def add(self, id: str, differs: Fields) -> None:
        self._held[id] = json.dumps(differs, ensure_ascii=False).encode()

    def __getitem__(self, id: str) -> Fields:
        return {column: (was, now) for column, (was, now) in json.loads(self._held[id]).items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)
