"""`right-door words`, and how far each language is."""

import click
from babel.messages.pofile import PoFileError

from pwa import catalogues
from pwa.checkup import config_or_stop
from pwa.config import Config
from pwa.domain import content, coverage, phrases
from pwa.domain.languages import FALLBACK


@click.command()
@click.option("--compile", "only_compile", is_flag=True, help="Only compile what translators wrote.")
def words(only_compile: bool) -> None:
    """Take the words on screen out of the code, bring every catalogue up to them, and compile."""
    config = config_or_stop()
    try:
        if not only_compile:
            catalogues.update(config.languages)
            for language in filter(lambda code: code != FALLBACK, config.languages):
                click.echo(f"{language}: {len(catalogues.untranslated(language))} messages to translate.")
        catalogues.compile_all()
    except PoFileError as error:
        raise click.ClickException(f"{error}. Run right-door check: it names file and line.") from None


def show_coverage(config: Config, library: content.Library) -> None:
    """Print a table of files and languages."""
    languages = tuple(code for code in config.languages if code != FALLBACK)
    rows = [("", list(languages)), ("interface", [_interface(code) for code in languages])]
    rows.append(("phrases", coverage.of_phrases(phrases.load(config.content / "phrases"), languages)))
    rows.append(("directory", [f"{len(library.shelf(code).glosses)} words" for code in languages]))
    rows += coverage.of_files(library, languages)
    width = max(len(name) for name, _states in rows)
    for name, states in rows:
        click.echo(f"{name:{width}}  {'  '.join(f'{state:12}' for state in states)}".rstrip())


def _interface(language: str) -> str:
    missing = len(catalogues.untranslated(language))
    return f"{missing} missing" if missing else "draft" if catalogues.is_draft(language) else "reviewed"
