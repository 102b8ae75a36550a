"""What the free words of directory entries mean in another language: `content/<language>/directory.yaml`.

An entry is written in English and kept true at the desk. A translation belongs to exact words: where they change, the
English is shown until somebody translates the new words, never an old translation beside a new entry.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pwa.domain.contentfile import NoYamlError, read_yaml
from pwa.domain.faults import Fault

_FIELDS = {"status", "reviewed_on", "words"}
_NUMBER = re.compile(r"\d+")


def read(path: Path, root: Path) -> tuple[dict[str, str], list[Fault]]:
    """(English words: their translation, faults) of a file; nothing of it where anything is wrong."""
    name = f"{root.name}/{path.relative_to(root).as_posix()}"
    try:
        found = read_yaml(path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        return {}, [Fault(name, "line 1", f"is not UTF-8 (byte {error.start}). Save it as UTF-8.")]
    except NoYamlError as error:
        return {}, [Fault(name, f"line {error.line or 1}", f"is no YAML: {error}.")]
    if not isinstance(found, dict):
        return {}, [Fault(name, "line 1", "is no list of fields. Write status: and words:.")]
    faults = [Fault(name, where, message) for where, message in _faults(found)]
    return ({} if faults else found["words"]), faults


def _faults(found: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for field in sorted(map(str, found.keys() - _FIELDS)):
        yield field, f"is no field. There are {', '.join(sorted(_FIELDS))}."
    if found.get("status") not in ("draft", "reviewed"):
        yield "status", "must be draft or reviewed."
    words = found.get("words")
    if not isinstance(words, dict) or not words:
        yield "words", "is missing or empty. Write the English words, a colon, and what they mean."
        return
    for english, said in words.items():
        if not isinstance(english, str) or not isinstance(said, str) or not said.strip():
            yield repr(english), "both sides must be text. Put quotes around them."
        elif Counter(_NUMBER.findall(english)) != Counter(_NUMBER.findall(said)):
            yield repr(english), f"other numbers than the English: {said!r}."
