"""Break each promise on purpose, in a copy, and see that the test which holds it fails.

    .venv/bin/python -m bench.breaking [PROMISE]

Each break is an edit as somebody in a hurry might make it. The copy is made whole again after each. First all tests
must pass where nothing is broken, since one that fails on a slow machine proves nothing. A break that no test catches
is printed as such, and the exit status is 1. docs/threat-model.md says what was broken and what failed;
tests/test_promises.py holds that each edit still fits the code, and that the tests are there.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "data", "__pycache__", ".*_cache", ".hypothesis", "build", "dist")


@dataclass(frozen=True)
class Break:
    """One way to break a promise. An edit is a file, words that stand in it once, and what is put in their place."""

    promise: str
    what: str
    tests: tuple[str, ...]
    edits: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Outcome:
    """What became of the named tests while a promise was broken: those that failed, those that passed all the same."""

    failed: tuple[str, ...]
    passed: tuple[str, ...]
    seconds: float


def breaks() -> list[Break]:
    """All of bench/breaks.toml."""
    found = tomllib.loads((ROOT / "bench" / "breaks.toml").read_text(encoding="utf-8"))["break"]
    return [
        Break(
            each["promise"],
            each["what"],
            tuple(each["tests"]),
            tuple((edit["file"], edit["old"], edit["new"]) for edit in each["edits"]),
        )
        for each in found
    ]


def broken(copy: Path, each: Break) -> Outcome:
    """Run the tests of a break in `copy`, which is left as it was."""
    before = {path: (copy / path).read_text(encoding="utf-8") for path, _, _ in each.edits}
    begun = time.monotonic()
    try:
        for path, old, new in each.edits:
            text = (copy / path).read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{path}: {old!r} stands there {text.count(old)} times."
            (copy / path).write_text(text.replace(old, new), encoding="utf-8")
        failed, passed = _run(copy, each.tests)
    finally:
        for path, text in before.items():
            (copy / path).write_text(text, encoding="utf-8")
    return Outcome(failed, passed, time.monotonic() - begun)


def _run(copy: Path, tests: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of the tests that failed, where any of their cases did, and of those that passed."""
    # What was compiled of the file before an edit of the same second would be taken for the new one.
    environ = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
    names = [f"tests/{test}" for test in tests]
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "--tb=no", "-p", "no:cacheprovider", *names]
    done = subprocess.run(command, cwd=copy, env=environ, capture_output=True, text=True, timeout=3600)
    bad = set(re.findall(r"^FAILED tests/([\w.]+::\w+)", done.stdout, re.MULTILINE))
    good = set(re.findall(r"^PASSED tests/([\w.]+::\w+)", done.stdout, re.MULTILINE)) - bad
    # A test that could not begin, since no server started, has seen nothing.
    assert {*bad, *good} == set(tests), done.stdout + done.stderr
    return tuple(test for test in tests if test in bad), tuple(test for test in tests if test in good)


def main(asked: str = "") -> int:
    unseen, chosen = 0, [each for each in breaks() if asked in ("", each.promise)]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        failed, _ = _run(copy, tuple(dict.fromkeys(test for each in chosen for test in each.tests)))
        if failed:
            print(f"Nothing is broken, and these fail all the same: {', '.join(failed)}")
            return 1
        for each in chosen:
            outcome = broken(copy, each)
            unseen += not outcome.failed
            print(f"{each.promise}  {each.what}  ({outcome.seconds:.0f} s)")
            for test in outcome.failed:
                print(f"    failed, as it should: {test}")
            for test in outcome.passed:
                print(f"    PASSED ALL THE SAME:  {test}")
            sys.stdout.flush()
    print(f"{unseen} breaks that no test saw.")
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
