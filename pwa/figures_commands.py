"""`right-door figures`, `right-door freeze-figures`: what is published, and its freezing. Never a count."""

from pathlib import Path

import click

from pwa import figure_names
from pwa.checkup import config_or_stop, counts_or_stop, now, stop_with
from pwa.config import ROOT, Config
from pwa.domain import areas, hxl
from pwa.domain.areas import Atlas
from pwa.domain.faults import FaultsFoundError
from pwa.domain.figures import ORGANISATIONS, Table
from pwa.domain.hxl import CAVEAT
from pwa.store import releases
from pwa.store.sql import Counts

FILE = click.Path(dir_okay=False, path_type=Path)
NOT_SHOWN = "not shown: fewer than three organisations report here"


@click.command()
@click.option("--period", help="The period, such as 2026-Q3; otherwise the latest.")
@click.option("--year", help="The sum of what is published of a year, such as 2026.")
@click.option("--csv", "csv_file", type=FILE, help="Write the figures to a CSV file with HXL tags.")
@click.option("--html", "html_file", type=FILE, help="Write the figures to a page in one file.")
@click.option("--language", help="The language of the page; otherwise the first that is offered.")
@click.option("--next", "coming", is_flag=True, help="Show which areas the next figures would have, from no count.")
def figures(
    period: str | None,
    year: str | None,
    csv_file: Path | None,
    html_file: Path | None,
    language: str | None,
    coming: bool,
) -> None:
    """Print the figures of a period as they are published, or write them to a file."""
    config = config_or_stop()
    if language and language not in config.languages:
        raise click.ClickException(f"{language} is not offered. There are: {', '.join(config.languages)}.")
    db, atlas = counts_or_stop(config), _atlas_or_stop(config)
    if coming:
        _show_coming(db, config, atlas)
        return
    table = _found(db, period, year)
    if csv_file:
        _write(csv_file, figure_names.spreadsheet(table, atlas), "utf-8-sig")
    if html_file:
        _write(html_file, page(config, table, language or config.languages[0]), "utf-8")
    if not csv_file and not html_file:
        click.echo("\n".join(_lines(table, atlas)))
        click.echo(f"\nPublished: {', '.join(releases.published(db))}.")


@click.command(name="freeze-figures")
@click.option("--after-a-pause", is_flag=True, help="The clock is right, though nothing was frozen for over a year.")
def freeze_figures(after_a_pause: bool) -> None:
    """Freeze every period that is due, and put years in place of periods that are two years old."""
    config = config_or_stop()
    db = counts_or_stop(config)
    begun = releases.frozen_through(db)
    try:
        frozen = releases.freeze_due(db, config, now(), after_a_pause)
    except releases.ClockError as error:
        raise click.ClickException(f"{error} Nothing was frozen.") from None
    for name in frozen:
        click.echo(f"{name} is frozen.")
    for year in releases.collapse_due(db, now()):
        click.echo(f"{year} is now kept as one sum. Its periods are deleted.")
    following = releases.coming(db, config, now())[0]
    if not begun:
        click.echo(f"Counting begins with {following.name}.")
    click.echo(f"{following.name} can be frozen from {following.due} on.")


def page(config: Config, table: Table, language: str) -> str:
    """The figures as a page in one file, which needs nothing else and asks nothing of anybody."""
    from flask import render_template

    from pwa.app import create_app

    app = create_app(config)
    with app.test_request_context(f"/{language}/"):
        house = app.extensions["house"]
        style = house.assets.styles["app"] + (ROOT / "pwa/static/figures.css").read_text(encoding="utf-8")
        about = {"lang": language, "language": house.languages[language], "style": style, "words": figure_names}
        lines = figure_names.lines(table, house.atlas, language)
        return render_template("figures/file.html", table=table, lines=lines, **about)


def _atlas_or_stop(config: Config) -> Atlas:
    try:
        return areas.load(config.content / "places.yaml", config.countries)
    except FaultsFoundError as error:
        stop_with(list(error.faults))


def _found(db: Counts, period: str | None, year: str | None) -> Table:
    names = releases.published(db)
    if not names:
        raise click.ClickException("Nothing is published yet. `right-door freeze-figures` says from when on it can be.")
    table = releases.of_year(db, year) if year else releases.of_period(db, period or names[0])
    if not table:
        raise click.ClickException(f"{year or period} is not published. There are: {', '.join(names)}.")
    return table


def _lines(table: Table, atlas: Atlas) -> list[str]:
    """The table as text, in English."""
    rows = [["", *hxl.WHAT.values()]]
    rows += [[line.place, *line.words] for line in figure_names.lines(table, atlas, "en")]
    both = (table.disclosures, table.referrals)
    if any(one.others for one in both):
        others = (figure_names.said(one.others) if one.others else "not shown" for one in both)
        rows.append(["Other areas together", *others])
    rows.append(
        ["Areas shown together", *(figure_names.said(o.shown, o.shown.periods) if o.shown else "no area" for o in both)]
    )
    widths = [max(len(row[column]) for row in rows) for column in range(2)]
    text = [f"{name:{widths[0]}}  {told:{widths[1]}}  {referred}" for name, told, referred in rows]
    span = figure_names.span(table.name, "en")
    if table.name not in table.periods:
        span += f", the sum of {', '.join(table.periods)}"
    none = [] if table.areas else [f"No area had {ORGANISATIONS} organisations that report."]
    return [span, "", *(none or text), "", f"{CAVEAT[0].upper()}{CAVEAT[1:]}."]


def _show_coming(db: Counts, config: Config, atlas: Atlas) -> None:
    period, shown, missing = releases.coming(db, config, now())
    click.echo(f"{period.name} can be frozen from {period.due} on. As organisations are enrolled today:")
    for found, words in ((shown, "in the table"), (missing, NOT_SHOWN)):
        for area in found:
            click.echo(f"{figure_names.places(atlas, area, 'en')} ({'+'.join(area)}): {words}")
    if missing:
        click.echo("Join an area to a neighbour in RIGHT_DOOR_JOINED_AREAS, or what it counted is deleted.")


def _write(file: Path, text: str, encoding: str) -> None:
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_text(text, encoding=encoding, newline="")
        part.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written ({error.strerror}).") from None
    click.echo(f"{file} is written.")
