"""The scripts of `static/js/` in a real engine, without a page."""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

from pwa.config import ROOT
from pwa.domain.scripts import join

SCRIPTS = ROOT / "pwa" / "static" / "js"


def run(script: str, given: object = None) -> Any:
    """What the module `script` writes to the console, read as JSON. It may import the shipped modules; `given` is there
    for it under that name."""
    with tempfile.TemporaryDirectory() as folder:
        for path in SCRIPTS.glob("*.js"):
            (Path(folder) / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
        (Path(folder) / "asked.js").write_text(script, encoding="utf-8")
        joined = join(Path(folder), "asked")
    node = compute_driver_executable()[0]
    text = f"const given = {json.dumps(given)};\n(async () => {{\n{joined}\n}})();"
    done = subprocess.run([node, "-"], input=text, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
