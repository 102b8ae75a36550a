"""The small scripts of `static/js/` joined into one, so that a phone fetches one file and not twelve.

There is no build step: a module here imports only named things from a neighbour and exports only functions, and that
little is all that is translated. Each module becomes a function of its own, called once, neighbours first.
"""

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{ (?P<names>[\w, ]+) \} from "\./(?P<module>[\w-]+)\.js";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?P<kind>async function|function) (?P<name>\w+)", re.MULTILINE)
_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)


class ScriptError(Exception):
    """A module that uses more of the language's import and export than can be joined."""


def join(folder: Path, entry: str) -> str:
    """The module `entry` of `folder` and all that it imports, as one script. Raises ScriptError."""
    done: dict[str, str] = {}
    _add(folder, entry, done, ())
    # In a block of its own: a page carries two of these, and both may hold the same module.
    return '"use strict";\n{\n' + "\n".join(done.values()) + "\n}"


def _add(folder: Path, module: str, done: dict[str, str], waiting: tuple[str, ...]) -> None:
    if module in done:
        return
    if module in waiting:
        raise ScriptError(f"js/{module}.js imports itself by way of {' and '.join(waiting)}.")
    text = (folder / f"{module}.js").read_text(encoding="utf-8")
    for found in _IMPORT.finditer(text):
        _add(folder, found["module"], done, (*waiting, module))
    names = ", ".join(found["name"] for found in _EXPORT.finditer(text))
    body = _IMPORT.sub(lambda f: f"const {{ {f['names'].replace(' as ', ': ')} }} = {_variable(f['module'])};", text)
    body = _COMMENT.sub("", _EXPORT.sub(r"\g<kind> \g<name>", body))
    if left := re.search(r"^(import|export)\b.*", body, re.MULTILINE):
        raise ScriptError(f"js/{module}.js: {left[0]!r} is more than the joiner knows.")
    done[module] = f"const {_variable(module)} = (() => {{\n{body}\nreturn {{ {names} }};\n}})();"


def _variable(module: str) -> str:
    return f"module_{module.replace('-', '_')}"
