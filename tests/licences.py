"""What a deployment installs and what the tests install, each with its licence: writes docs/licences.md.

    make licences

The packages are those of the locked lists, the licences those that the installed packages name themselves.
"""

import importlib.metadata as metadata
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
HEAD = """# Licences

Right Door is under the MIT licence: the code, the words in `content/`, the translations, the entries in
`directory.csv` and the pictures in `docs/`. A ministry or an organisation may use, change, translate, print and pass
on all of it, also for money, without asking. It keeps the notice of [LICENSE](../LICENSE) in what it passes on, and
gets no warranty. The sources of the words are named in each file, those of the directory in each row; they are quoted
as sources, and their own texts are not under this licence.

Nothing below asks for more than to keep its notice, but for two, which are used as they are and not built in:

- pycountry is under LGPL-2.1. It is installed beside Right Door and not changed, so nothing of Right Door comes under
  that licence.
- Tests use libhxl, which brings Unidecode (GPL-2.0 or later). It is not installed with Right Door, and nothing of it
  is passed on.

One work of others lies in this repository: htmx, in `pwa/static/vendor/`, with its licence (0BSD) beside it. Fonts
are those of the phone.

This page is written by `make licences` from what the packages say of themselves. Another list than the locked one is
a failed test.
"""
# Where a package names no licence in a form that can be read, what the file in it says.
SAID = {
    "axe-playwright-python": "MIT, with axe-core under MPL-2.0",
    "click-default-group": "Public domain",
    "libhxl": "Unlicense",
    "python-io-wrapper": "names none",
    "pyphen": "GPL-2.0-or-later, LGPL-2.1-or-later or MPL-1.1",
    "qrcode": "BSD-3-Clause",
    "unidecode": "GPL-2.0-or-later",
}
SHORT = {
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "ZPL 2.1": "ZPL-2.1",
    "GNU Lesser General Public License v2 (LGPLv2)": "LGPL-2.1-only",
}


def locked(name: str) -> dict[str, str]:
    """Packages of a locked list with their versions."""
    text = (ROOT / name).read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


def licence(package: str) -> str:
    """The licence that an installed package names. Raises PackageNotFoundError."""
    about = metadata.metadata(package)
    if package in SAID:
        return SAID[package]
    classifiers = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    said = about["License-Expression"] or about["License"] or " or ".join(classifiers)
    return SHORT.get(said, said)


def page() -> str:
    """The text of docs/licences.md."""
    shipped = locked("requirements.txt")
    tested = {name: version for name, version in locked("requirements-test.txt").items() if name not in shipped}
    parts = [HEAD]
    for title, packages in (("What a deployment installs", shipped), ("What only the tests install", tested)):
        rows = [f"| {name} | {version} | {licence(name)} |" for name, version in sorted(packages.items())]
        parts.append(
            "\n".join([f"## {title}", "", "| package | version | licence |", "| --- | --- | --- |", *rows, ""])
        )
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Wrote {PAGE.relative_to(ROOT)}.")
