"""The catalogues of the interface: complete, compiled, and refused by file and line where something is wrong."""

import shutil
from pathlib import Path

import pytest

from pwa import catalogues
from pwa.catalogues import StaleCatalogueError
from pwa.config import Config

LANGUAGES = ("en", "fil", "id", "km", "th", "vi")
MESSAGE = '#, python-format\nmsgid "%(minutes)s min"\nmsgstr "{}"\n'
HEAD = '# status: draft\nmsgid ""\nmsgstr ""\n"Language: km\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def written(folder: Path, body: str, language: str = "km") -> Path:
    path = catalogues.path_of(language, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + body, encoding="utf-8")
    return folder


def faults_of(folder: Path) -> list[str]:
    return [str(fault) for fault in catalogues.faults(folder)]


def test_six_languages_are_shipped(config: Config) -> None:
    assert config.languages == LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_word_on_screen_is_translated(language: str) -> None:
    assert catalogues.untranslated(language) == []


def test_the_catalogues_are_those_of_the_code(tmp_path: Path) -> None:
    shutil.copytree(catalogues.FOLDER, tmp_path, dirs_exist_ok=True)
    catalogues.update(LANGUAGES, tmp_path)
    for path in [tmp_path / "messages.pot", *(catalogues.path_of(code, tmp_path) for code in LANGUAGES[1:])]:
        shipped = catalogues.FOLDER / path.relative_to(tmp_path)
        assert path.read_text(encoding="utf-8") == shipped.read_text(encoding="utf-8"), "Run make words"


def test_the_shipped_catalogues_have_no_faults_and_are_compiled() -> None:
    assert faults_of(catalogues.FOLDER) == []
    catalogues.check_compiled()


def test_a_lost_placeholder_is_named_with_file_and_line(tmp_path: Path) -> None:
    (fault,) = faults_of(written(tmp_path, MESSAGE.format("%(minute)s នាទី")))
    assert fault.startswith(
        f"{tmp_path.name}/km/LC_MESSAGES/messages.po: line 8: '%(minutes)s min': other placeholders"
    )


@pytest.mark.parametrize("said", ["<b>a</b>", "a {done}", "a </small>"])
def test_html_and_marks_for_scripts_must_stand_in_both(tmp_path: Path, said: str) -> None:
    assert len(faults_of(written(tmp_path, f'msgid "a"\nmsgstr "{said}"\n'))) == 1


def test_a_fuzzy_message_is_a_fault_since_it_is_never_shown(tmp_path: Path) -> None:
    (fault,) = faults_of(written(tmp_path, '#, fuzzy\nmsgid "a"\nmsgstr "b"\n'))
    assert "fuzzy" in fault


@pytest.mark.parametrize("body", ["msgstr\n\0", 'msgid "a"\nmsgid "b"\n'])
def test_what_is_no_catalogue_is_said(tmp_path: Path, body: str) -> None:
    assert "is no catalogue" in faults_of(written(tmp_path, body))[0]


def test_a_catalogue_that_was_changed_and_not_compiled_stops_the_start(tmp_path: Path) -> None:
    folder = written(tmp_path, 'msgid "Leave"\nmsgstr "ចាកចេញ"\n')
    with pytest.raises(StaleCatalogueError, match=r"km/LC_MESSAGES/messages\.po is not compiled"):
        catalogues.check_compiled(folder)
    catalogues.compile_all(folder)
    catalogues.check_compiled(folder)
    written(tmp_path, 'msgid "Leave"\nmsgstr "ទៅ"\n')
    with pytest.raises(StaleCatalogueError):
        catalogues.check_compiled(folder)


def test_new_words_come_empty_gone_ones_go_and_a_signature_stays(tmp_path: Path) -> None:
    path = catalogues.path_of("km", tmp_path)
    written(tmp_path, 'msgid "Leave"\nmsgstr "ចាកចេញ"\n\nmsgid "Gone words"\nmsgstr "x"\n')
    path.write_text(
        path.read_text(encoding="utf-8").replace("draft", "reviewed, 2026-12-01, teacher"), encoding="utf-8"
    )
    catalogues.update(("en", "km"), tmp_path)
    assert not catalogues.is_draft("km", tmp_path)
    left = catalogues.untranslated("km", tmp_path)
    assert "Leave" not in left
    assert "Privacy" in left
    assert "Gone words" not in path.read_text(encoding="utf-8")
    before = path.read_bytes()
    catalogues.update(("en", "km"), tmp_path)
    assert path.read_bytes() == before
