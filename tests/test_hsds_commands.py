"""`right-door directory export --hsds` and `directory import` of what it wrote, as a coordinator runs them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pwa.cli import main
from pwa.config import NAMES, ROOT


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with the shipped directory, and no other setting."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RIGHT_DOOR_DATA", str(tmp_path / "data"))
    assert run("import", ROOT / "directory.csv").exit_code == 0
    return tmp_path / "data"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["directory", *map(str, arguments)])


def exported(file: Path) -> Path:
    result = run("export", file, "--hsds")
    assert result.exit_code == 0, result.output
    return file


def test_the_directory_that_is_exported_as_hsds_imports_as_no_change(tmp_path: Path) -> None:
    file = exported(tmp_path / "out.json")
    assert len(json.loads(file.read_text(encoding="utf-8"))) == 108
    for more in (["--dry-run"], ["--replace"]):
        result = run("import", file, *more)
        assert result.exit_code == 0, result.output
        assert "0 added, 0 changed, 0 closed, 0 kept, 0 removed, 108 the same." in result.output
    assert exported(tmp_path / "again.json").read_bytes() == file.read_bytes()


def test_hsds_of_another_programme_is_refused_by_what_it_lacks_and_changes_nothing(tmp_path: Path) -> None:
    before = exported(tmp_path / "before.json").read_bytes()
    theirs = tmp_path / "theirs.json"
    theirs.write_text('[{"id": "4f5c5a3e-1f0b-4c3a-9d1e-0a6d2f1b7c11", "name": "A desk", "status": "active"}]')
    result = run("import", theirs)
    assert isinstance(result.exception, SystemExit) and result.exit_code == 1
    for place in ("service_areas[0].extent: ", "attributes: categories: ", "attributes: source: "):
        assert f"theirs.json: services[0].{place}" in result.output
    assert "Traceback" not in result.output
    assert exported(tmp_path / "after.json").read_bytes() == before
