"""A folder is replaced whole or stays as it was, and what is somebody else's is never touched."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pwa.cli import main
from pwa.config import NAMES
from pwa.static_folder import MARKER, FolderError, replaced
from tests.test_static_site import digests

SMALL = {"RIGHT_DOOR_LANGUAGES": "en", "RIGHT_DOOR_COUNTRIES": "BN", "RIGHT_DOOR_HOME_COUNTRIES": "PH"}


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*NAMES, "PORT"]:
        monkeypatch.delenv(name, raising=False)
    for name, value in {**SMALL, "RIGHT_DOOR_DATA": str(tmp_path / "data")}.items():
        monkeypatch.setenv(name, value)


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(main, ["export-static", "--jobs", "1", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def fill(folder: Path, text: str) -> None:
    with replaced(folder) as new:
        (new / "page").write_text(text, encoding="utf-8")


def beside(folder: Path) -> set[str]:
    return {path.name for path in folder.parent.iterdir()}


def test_a_new_an_empty_and_an_earlier_folder_are_filled(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("new", "empty", "new"):
        fill(tmp_path / name, name)
        assert {path.name for path in (tmp_path / name).iterdir()} == {"page", MARKER}
    assert beside(tmp_path / "new") == {"new", "empty"}


def test_what_the_earlier_export_had_and_the_new_one_lacks_is_gone(tmp_path: Path) -> None:
    fill(tmp_path / "site", "old")
    (tmp_path / "site" / "other").write_text("x", encoding="utf-8")
    fill(tmp_path / "site", "new")
    assert not (tmp_path / "site" / "other").exists()


def a_file(folder: Path) -> None:
    folder.write_text("mine", encoding="utf-8")


def other_files(folder: Path) -> None:
    folder.mkdir()
    (folder / "thesis.odt").write_text("mine", encoding="utf-8")


def a_link(folder: Path) -> None:
    folder.with_name("real").mkdir()
    folder.symlink_to(folder.with_name("real"))


def something_under_our_name(folder: Path) -> None:
    other_files(folder.with_name(f".{folder.name}.part"))


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (a_file, "is no folder"),
        (other_files, "holds other files"),
        (a_link, "is no folder"),
        (something_under_our_name, "is in the way"),
    ],
)
def test_what_is_not_an_export_is_refused_and_stays(tmp_path: Path, make: Callable[[Path], None], said: str) -> None:
    make(tmp_path / "site")
    before = {path: path.read_bytes() if path.is_file() else b"" for path in tmp_path.rglob("*")}
    with pytest.raises(FolderError, match=said):
        fill(tmp_path / "site", "new")
    assert before == {path: path.read_bytes() if path.is_file() else b"" for path in tmp_path.rglob("*")}


def test_a_folder_in_a_folder_that_is_not_there_is_refused_and_a_whole_disk_too(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="no folder can be made there"):
        fill(tmp_path / "nowhere" / "site", "new")
    with pytest.raises(FolderError, match="whole disk"):
        fill(Path("/proc"), "new")


def test_the_command_refuses_in_one_line_that_names_the_folder(tmp_path: Path) -> None:
    other_files(tmp_path / "site")
    result = run(tmp_path / "site")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(f"Error: {tmp_path / 'site'} holds other files")


def test_an_export_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    fill(tmp_path / "site", "old")
    with pytest.raises(ZeroDivisionError):
        _fail_in(tmp_path / "site")
    assert (tmp_path / "site" / "page").read_text(encoding="utf-8") == "old"
    assert beside(tmp_path / "site") == {"site"}


def test_one_that_was_cut_off_between_the_two_renames_is_put_right_by_the_next(tmp_path: Path) -> None:
    fill(tmp_path / "site", "old")
    (tmp_path / "site").rename(tmp_path / ".site.old")
    with pytest.raises(ZeroDivisionError):
        _fail_in(tmp_path / "site")
    assert (tmp_path / "site" / "page").read_text(encoding="utf-8") == "old"


def test_two_exports_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    with replaced(tmp_path / "site") as new:
        with pytest.raises(FolderError, match="another export"):
            fill(tmp_path / "site", "second")
        (new / "page").write_text("first", encoding="utf-8")
    assert (tmp_path / "site" / "page").read_text(encoding="utf-8") == "first"


def test_a_full_disk_is_told_and_the_old_export_stays(tmp_path: Path) -> None:
    site = tmp_path / "site"
    assert run(site).exit_code == 0
    before = digests(site)
    # No file above 100 KiB may be written: so the first bundle fails in its middle.
    command = 'ulimit -f 100; exec "$@"'
    export = [sys.executable, "-c", "from pwa.cli import main; main()", "export-static", "--jobs", "1", str(site)]
    done = subprocess.run(["bash", "-c", command, "bash", *export], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"{site} cannot be written (File too large). It is as it was." in done.stderr
    assert digests(site) == before
    assert beside(site) == {"site", "data"}


def test_a_kill_in_the_middle_leaves_the_old_export_and_no_process(tmp_path: Path) -> None:
    site, part = tmp_path / "site", tmp_path / ".site.part"
    assert run(site).exit_code == 0
    before = digests(site)
    export = [sys.executable, "-c", "from pwa.cli import main; main()", "export-static", "--jobs", "2", str(site)]
    process = subprocess.Popen(export, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait(lambda: len(list(part.rglob("*.html"))) > 10)
    children = _children(process.pid)
    assert len(children) >= 2
    process.kill()
    process.wait()
    assert digests(site) == before
    _wait(lambda: not any(map(_lives, children)))
    assert run(site).exit_code == 0
    assert digests(site) == before
    assert beside(site) == {"site", "data"}


def _fail_in(folder: Path) -> None:
    with replaced(folder) as new:
        (new / "page").write_text("half", encoding="utf-8")
        raise ZeroDivisionError


def _wait(holds: Callable[[], bool]) -> None:
    for _ in range(600):
        if holds():
            return
        time.sleep(0.1)
    raise AssertionError("It did not come to hold.")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()]


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Whoever takes on orphans may not have fetched its end yet.
    return " Z " not in Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
