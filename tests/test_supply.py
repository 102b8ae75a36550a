"""What comes from others: pinned by its hash, used, and under a licence that anybody may adopt."""

import ast
import importlib.metadata as metadata
import re
import socket
import tomllib

import pytest

from tests import audit, licences

ROOT = licences.ROOT
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LISTS = ("requirements.txt", "requirements-test.txt", "requirements-audit.txt")
# Adopted without asking a lawyer: each asks for its notice to be kept, and for nothing else.
FREE = {
    "Apache-2.0", "Apache-2.0 OR BSD-3-Clause", "BSD", "BSD-2-Clause", "BSD-3-Clause", "MIT", "MIT-0",
    "MIT OR Apache-2.0", "PSF-2.0", "Public domain", "ZPL-2.1",
}  # fmt: skip
# Used as it is and installed beside us: docs/licences.md says why that may be.
LESSER = {"pycountry": "LGPL-2.1-only"}
# Another package of the tests does not import without it.
NEEDED_BY = {"six": "libhxl"}


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[=<>\[ ]", each)[0].lower() for each in requirements}


def imported(*folders: str) -> set[str]:
    """The packages that the Python files of these folders import, by their names in the registry."""
    tops: set[str] = set()
    for path in (path for folder in folders for path in (ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                tops |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                tops.add(node.module.split(".")[0])
    known = metadata.packages_distributions()
    return {name.lower().replace("_", "-") for top in tops for name in known.get(top, [])}


@pytest.mark.parametrize("name", LISTS)
def test_every_package_has_one_version_and_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert lines
    for line in lines:
        assert re.match(r"[a-z0-9.-]+==\S+( ; [^-]+)?(\s+--hash=sha256:[0-9a-f]{64})+\s*$", line), line[:80]


def test_what_is_declared_is_locked() -> None:
    extras = PROJECT["optional-dependencies"]
    for name, declared in zip(LISTS, (PROJECT["dependencies"], extras["test"], extras["audit"]), strict=True):
        held = licences.locked(name)
        # psycopg[binary] is psycopg in the lists, and its extra a package of its own.
        pinned = dict(re.sub(r"\[.*?\]", "", each).split("==") for each in declared)
        assert {each: held.get(each) for each in pinned} == pinned


def test_the_app_imports_every_package_that_a_deployment_installs_for_it() -> None:
    assert named(PROJECT["dependencies"]) - imported("pwa") == set()


def test_the_tests_use_every_package_that_they_install() -> None:
    extras = named(PROJECT["optional-dependencies"]["test"])
    tools = set(re.findall(r"\$\(BIN\)/(\S+)", (ROOT / "Makefile").read_text(encoding="utf-8")))
    stubs = {name for name in extras if name.startswith("types-")}
    used = imported("tests", "bench") | tools | {name for name, other in NEEDED_BY.items() if other in extras}
    assert extras - stubs - used == set()
    # Stubs without their package would be for nothing.
    assert {name.removeprefix("types-") for name in stubs} <= named(PROJECT["dependencies"])


def test_the_page_of_licences_is_that_of_the_locked_lists() -> None:
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "Run make licences"


def test_anybody_may_adopt_what_a_deployment_installs() -> None:
    found = {name: licences.licence(name) for name in licences.locked("requirements.txt")}
    assert {name: said for name, said in found.items() if said not in FREE} == LESSER
    assert PROJECT["license"] == "MIT"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("MIT License\n")


def test_what_others_made_and_lies_here_has_its_licence_beside_it() -> None:
    vendor = ROOT / "pwa" / "static" / "vendor"
    for path in vendor.glob("*.js"):
        assert (vendor / f"{path.name.removesuffix('.min.js')}.LICENSE.txt").exists(), path


def test_an_audit_that_reaches_nobody_says_so_in_one_line_and_fails_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    assert not audit.reached(nobody)
    monkeypatch.setattr(audit, "reached", lambda: False)
    assert audit.main() == 0
    assert capsys.readouterr().out.splitlines() == [f"No audit: {audit.SERVICE} cannot be reached from here."]
