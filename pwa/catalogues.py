"""The words of the interface in other languages: taken out of the code, held against it, compiled for the app.

`translations/messages.pot` holds every message of templates and code. `translations/<language>/LC_MESSAGES/messages.po`
is what a translator writes; `messages.mo` beside it is made from it and is not kept in git. gettext silently ignores a
`.po` that nobody compiled, so a compiled file carries the digest of the one that it was made from.
"""

import gettext
import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from pwa.config import ROOT
from pwa.domain.faults import Fault
from pwa.domain.languages import FALLBACK

FOLDER = ROOT / "pwa" / "translations"
_METHODS = [("templates/**.html", "jinja2"), ("**.py", "python")]
# `_later` is what a module calls lazy_gettext where it needs gettext too.
_KEYWORDS = DEFAULT_KEYWORDS | {"lazy_gettext": None, "_later": None}
# What must stand in a translation as often as in the English: placeholders of both kinds, and HTML.
_FIXED = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]+>")
# CLDR gives these a plural for languages that write none, or one that no translator expects.
_PLURALS = {"fil": "nplurals=2; plural=(n > 1);"} | dict.fromkeys(("id", "ms"), "nplurals=1; plural=0;")
_DIGEST = "the .po that this was made from"


class StaleCatalogueError(Exception):
    """A catalogue that was not compiled since it was changed: readers would get English, or old words."""


def extracted() -> Catalog:
    """Every message of templates and code, each with the files that it stands in."""
    template = Catalog(charset="utf-8", fuzzy=False, header_comment="# Every message of templates and code.")
    for found in extract_from_dir(ROOT / "pwa", _METHODS, keywords=_KEYWORDS):
        file, _line, message, _comments, context = found
        template.add(message, None, [(f"pwa/{file}", 0)], context=context)
    return template


def path_of(language: str, folder: Path = FOLDER) -> Path:
    return folder / language.replace("-", "_") / "LC_MESSAGES" / "messages.po"


def update(languages: tuple[str, ...], folder: Path = FOLDER) -> None:
    """Write messages.pot, and bring each language's .po up to it: new messages empty, gone ones taken out."""
    template = extracted()
    _write(folder / "messages.pot", template)
    for language in languages:
        if language != FALLBACK:
            old = read(path_of(language, folder), language) if path_of(language, folder).exists() else Catalog()
            _write(path_of(language, folder), _brought_up(template, old, language))


def compile_all(folder: Path = FOLDER) -> None:
    """Compile every .po of the folder. Raises PoFileError for one that is none."""
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        catalogue = read(path, _language_of(path))
        catalogue.add(_DIGEST, _digest(path))
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)


def check_compiled(folder: Path = FOLDER) -> None:
    """Raises StaleCatalogueError, naming the file, for a .po without a compiled file that was made from it."""
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        made = path.with_suffix(".mo")
        if made.exists():
            with made.open("rb") as file:
                if gettext.GNUTranslations(file).gettext(_DIGEST) == _digest(path):
                    continue
        raise StaleCatalogueError(f"{_called(path)} is not compiled. Run: right-door words --compile")


def faults(folder: Path = FOLDER) -> Iterator[Fault]:
    """What is wrong in the catalogues. A lost placeholder would break the page that shows it."""
    for path in sorted(folder.glob("*/LC_MESSAGES/messages.po")):
        try:
            catalogue = read(path, _language_of(path))
        except (PoFileError, UnicodeDecodeError) as error:
            yield Fault(_called(path), "file", f"is no catalogue: {error}.")
            continue
        for message in catalogue:
            for wrong in _faults(message):
                yield Fault(_called(path), f"line {message.lineno}", f"{_english(message)!r}: {wrong}")


def untranslated(language: str, folder: Path = FOLDER) -> list[str]:
    """The English messages that a language still lacks, in order."""
    catalogue = read(path_of(language, folder), language) if path_of(language, folder).exists() else Catalog()
    return [_english(m) for m in extracted() if m.id and not _is_said(catalogue.get(m.id, m.context))]


def is_draft(language: str, folder: Path = FOLDER) -> bool:
    """Whether no native speaker has signed a catalogue: its first line is `# status: reviewed, date, role` then."""
    path = path_of(language, folder)
    if not path.exists():
        return False
    with path.open(encoding="utf-8") as file:
        return not file.readline().startswith("# status: reviewed")


def read(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language.replace("-", "_"), abort_invalid=True)


def _brought_up(template: Catalog, old: Catalog, language: str) -> Catalog:
    new = Catalog(locale=Locale.parse(language, sep="-"), charset="utf-8", fuzzy=False)
    lines = [line for line in (old.header_comment or "").splitlines() if line.startswith("# status:")]
    new.header_comment = "\n".join(lines or ["# status: draft"])
    if language in _PLURALS:
        new.mime_headers = [("Plural-Forms", _PLURALS[language])]
    for message in template:
        if message.id:
            known = old.get(message.id, message.context)
            said = known.string if _is_said(known) and known else None
            new.add(message.id, said, message.locations, context=message.context, flags=message.flags)
    return new


def _is_said(message: Message | None) -> bool:
    if not message or not message.string or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, (tuple, list)) else bool(message.string.strip())


def _faults(message: Message) -> Iterator[str]:
    if not message.id:
        return
    if message.fuzzy:
        yield "is marked fuzzy, so that it is not shown. Mend it and take the mark off."
    english = message.id if isinstance(message.id, (tuple, list)) else [message.id]
    said = message.string if isinstance(message.string, (tuple, list)) else [message.string]
    allowed = [Counter(_FIXED.findall(one)) for one in english]
    for words in filter(None, said):
        if Counter(_FIXED.findall(words)) not in allowed:
            yield f"other placeholders or HTML than the English: {words!r}."


def _english(message: Message) -> str:
    return str(message.id[0] if isinstance(message.id, (tuple, list)) else message.id)


def _write(path: Path, catalogue: Catalog) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for message in catalogue:
        message.locations = [(file, 0) for file in sorted({file for file, _line in message.locations})]
    with path.open("wb") as file:
        # Wide lines, and no header of the day: a file changes only where its words do.
        write_po(file, catalogue, width=100_000, sort_output=True, omit_header=False, include_lineno=False)
    text = path.read_text(encoding="utf-8")
    kept = re.sub(r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|'
                  r'Report-Msgid-Bugs-To|Project-Id-Version):[^\n]*\n', "", text, flags=re.MULTILINE)  # fmt: skip
    path.write_text(kept, encoding="utf-8")


def _language_of(path: Path) -> str:
    return path.parent.parent.name


def _called(path: Path) -> str:
    return "/".join(path.parts[-4:])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
