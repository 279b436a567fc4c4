"""`npsbot report`, `trend`, `themes` and `answers`: what customers said, as tables, as JSON, as a picture."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from sqlalchemy import Connection

from bot.campaigns.waves import campaign_names
from bot.cli.report_tables import show
from bot.cli.shared import BAD_USAGE, REFUSED, SPOKEN, ConfigOption, load_settings, run
from bot.commands.desks.report import ReportCommand, report_of
from bot.commands.grammar import Misread
from bot.commands.parts import (
    accounts_asked,
    answers_asked,
    board_asked,
    churn_asked,
    managers_asked,
    movers_asked,
    report_asked,
    themes_asked,
    trend_asked,
)
from bot.commands.replies.reply import Phrasing
from bot.commands.replies.report import missing_answer
from bot.commands.report_values import report_json
from bot.config.settings import Settings
from bot.reports.any_report import AnyReport
from bot.reports.as_json.reports import Json
from bot.reports.board import BoardReport
from bot.reports.values import Missing
from bot.store.store import opened
from bot.words import words_for

AnyCampaignArgument = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help="A campaign of config.yaml, or one that was there before.")
]
WaveOption = Annotated[int | None, typer.Option("--wave", min=1, help="An earlier wave; else the newest.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs: unrounded, null where unknown.")]
PngOption = Annotated[
    Path | None, typer.Option("--png", metavar="FILE", help="Draw the picture into this file.")
]

ReadLine = Callable[[Sequence[str], date], ReportCommand | Misread]
"""What is asked for, where these are the campaigns and this is the day."""


def report_command(
    campaign: AnyCampaignArgument,
    wave: WaveOption = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="ATTRIBUTE",
            help="Its groups: account, account manager, channel, language, month, week, effort, or an imported column.",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="All answers from a day on, such as 2026-11-01."),
    ] = None,
    versus: Annotated[
        str | None,
        typer.Option(
            "--vs", metavar="previous|'wave N'|CAMPAIGN", help="Compare with another wave, or a campaign."
        ),
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Accounts and columns as they are now, not as when the wave asked.")
    ] = False,
    as_json: JsonOption = False,
    png: PngOption = None,
    config: ConfigOption = None,
) -> None:
    """Report a wave of CAMPAIGN: the score, how sure it is, and who answered.

    Exit code 0: reported, 1: there is nothing to report, 2: not understood.
    """
    tell(
        config,
        lambda names, today: report_asked(
            campaign, names, today, wave=wave, by=by, since=since, versus=versus, now=now
        ),
        as_json,
        png,
    )


def trend_command(
    campaign: AnyCampaignArgument,
    by: Annotated[
        str | None, typer.Option("--by", metavar="month|week", help="All answers by when they were given.")
    ] = None,
    as_json: JsonOption = False,
    png: PngOption = None,
    config: ConfigOption = None,
) -> None:
    """The score of each wave of CAMPAIGN, or by month or week, and whether it changed. Exit codes as of report."""
    tell(config, lambda names, _today: trend_asked(campaign, names, by), as_json, png)


def themes_command(
    campaign: AnyCampaignArgument,
    wave: WaveOption = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="ATTRIBUTE", help="Compare its groups: as of report.")
    ] = None,
    as_json: JsonOption = False,
    png: PngOption = None,
    config: ConfigOption = None,
) -> None:
    """What the reasons of a wave speak of, and what that costs. Exit codes as of report."""
    tell(config, lambda names, _today: themes_asked(campaign, names, wave=wave, by=by), as_json, png)


def accounts_command(
    campaign: AnyCampaignArgument,
    wave: WaveOption = None,
    weighted_by: Annotated[
        str | None,
        typer.Option(
            "--weighted-by", metavar="ATTRIBUTE", help="Count accounts by its numbers, such as account_value."
        ),
    ] = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """The score of a wave by account, and which accounts are unhappy. Exit codes as of report."""
    tell(
        config,
        lambda names, _today: accounts_asked(campaign, names, wave=wave, weighted=weighted_by),
        as_json,
    )


def churn_command(
    campaign: AnyCampaignArgument,
    wave: WaveOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Who left since a wave, by what they had answered: the one before the newest. Exit codes as of report."""
    tell(config, lambda names, _today: churn_asked(campaign, names, wave=wave), as_json)


def movers_command(
    campaign: AnyCampaignArgument,
    wave: WaveOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """What became of those who answered the wave before. Exit codes as of report."""
    tell(config, lambda names, _today: movers_asked(campaign, names, wave=wave), as_json)


def managers_command(
    campaign: AnyCampaignArgument,
    wave: WaveOption = None,
    as_json: JsonOption = False,
    png: PngOption = None,
    config: ConfigOption = None,
) -> None:
    """Account managers held against each other: whose score chance alone does not explain. Exit codes as of report."""
    tell(config, lambda names, _today: managers_asked(campaign, names, wave=wave), as_json, png)


def board_command(
    campaign: AnyCampaignArgument,
    wave: WaveOption = None,
    as_json: JsonOption = False,
    png: PngOption = None,
    pdf: Annotated[
        Path | None, typer.Option("--pdf", metavar="FILE", help="Write the page into this file as a PDF.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """One page of a wave for the board, made to be forwarded, also as a picture or a PDF. Exit codes as of report."""
    tell(config, lambda names, _today: board_asked(campaign, names, wave=wave), as_json, png, pdf)


def answers_command(
    campaign: AnyCampaignArgument,
    category: Annotated[
        str | None, typer.Argument(metavar="[detractors|passives|promoters]", help="Only these.")
    ] = None,
    wave: WaveOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """The newest answers of a wave, with the reasons. Exit codes as of report."""
    tell(config, lambda names, _today: answers_asked(campaign, names, category=category, wave=wave), as_json)


def tell(
    config: Path | None,
    ask: ReadLine,
    as_json: bool = False,
    png: Path | None = None,
    pdf: Path | None = None,
) -> None:
    """Show the report that is asked for, or say what is wrong and end the program."""
    for option, ending, file in (("--png", ".png", png), ("--pdf", ".pdf", pdf)):
        if file is not None and file.suffix.lower() != ending:
            typer.echo(f"{file} does not end in {ending}; name another file with {option}", err=True)
            raise typer.Exit(BAD_USAGE)
    settings = load_settings(config)
    p = Phrasing(words_for("admin", SPOKEN), ZoneInfo(settings.timezone), "npsbot campaign")
    report, values = run(_read(settings, p, ask))
    files = [file for file in (png, pdf) if file is not None]
    missing = [
        file for file in files if not _draw(settings.language, p.zone, report, file, as_pdf=file is pdf)
    ]
    if as_json:
        typer.echo(json.dumps(values, ensure_ascii=False))
    else:
        show(Console(highlight=False), p, report)
    if missing:
        typer.echo(f"{p.text('no_picture')} {missing[0]} is not written.", err=True)
        raise typer.Exit(REFUSED)


def _draw(language: str, zone: ZoneInfo, report: AnyReport, file: Path, *, as_pdf: bool) -> bool:
    """Draw the picture in the company's language, since it is shown to others; False where there is nothing to draw."""
    # Here, because the plotting library takes a second to load, which others need not wait for.
    from bot.pictures.drawing import board_pdf, picture_of

    words = words_for("admin", language)
    if as_pdf and isinstance(report, BoardReport):
        drawn = board_pdf(report, words, zone)
    else:
        image = picture_of(report, words, zone)
        drawn = None if image is None else image.png
    if drawn is None:
        return False
    try:
        file.write_bytes(drawn)
    except OSError as error:
        option = "--pdf" if as_pdf else "--png"
        typer.echo(f"{file} cannot be written: {error.strerror}; name another file with {option}", err=True)
        raise typer.Exit(BAD_USAGE) from None
    return True


async def _read(settings: Settings, p: Phrasing, ask: ReadLine) -> tuple[AnyReport, Json]:
    """The report that is asked for, and its values; what is wrong is said, and ends the program."""
    async with opened(settings.database_url) as store:
        names = await store.read(campaign_names, settings.campaigns)
        command = ask(names, datetime.now(UTC).astimezone(p.zone).date())
        if isinstance(command, Misread):
            typer.echo(p.misread(command, names).text, err=True)
            raise typer.Exit(BAD_USAGE)
        found = await store.read(_report, settings, command)
        if isinstance(found, Missing):
            typer.echo(missing_answer(p, found, command).text, err=True)
            raise typer.Exit(REFUSED)
        return found


def _report(
    connection: Connection, settings: Settings, command: ReportCommand
) -> tuple[AnyReport, Json] | Missing:
    report = report_of(connection, settings, command, None, datetime.now(UTC))
    return report if isinstance(report, Missing) else (report, report_json(report))
