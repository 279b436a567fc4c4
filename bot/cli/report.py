"""`npsbot report`, `trend`, `themes` and `answers`: what customers said, as tables, as JSON, as a picture."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from sqlalchemy import Connection

from bot.campaigns.waves import campaigns_with_waves
from bot.cli.report_tables import show
from bot.cli.shared import BAD_USAGE, REFUSED, ConfigOption, load_settings, run
from bot.commands.answers import Phrasing
from bot.commands.grammar import Misread, parse
from bot.commands.grammar import Report as AskedReport
from bot.commands.report_answers import Report, missing_answer
from bot.commands.report_desk import Command, report_of
from bot.config.settings import Settings
from bot.reports.as_json import Json, answers_json, campaign_json, themes_json, trend_json
from bot.reports.values import AnswersReport, CampaignReport, Missing, ThemesReport, TrendReport
from bot.store.store import opened
from bot.words import words_for

CampaignArgument = Annotated[
    str, typer.Argument(metavar="CAMPAIGN", help="A campaign of config.yaml, or one that was there before.")
]
WaveOption = Annotated[int | None, typer.Option("--wave", min=1, help="An earlier wave; else the newest.")]
JsonOption = Annotated[bool, typer.Option("--json", help="For programs: unrounded, null where unknown.")]
PngOption = Annotated[
    Path | None, typer.Option("--png", metavar="FILE", help="Draw the picture into this file.")
]


def report_command(
    campaign: CampaignArgument,
    wave: WaveOption = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="ATTRIBUTE",
            help="Its groups: account, account manager, channel, language, month, week, or an imported column.",
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
    as_json: JsonOption = False,
    png: PngOption = None,
    config: ConfigOption = None,
) -> None:
    """Report a wave of CAMPAIGN: the score, how sure it is, and who answered.

    Exit code 0: reported, 1: there is nothing to report, 2: not understood.
    """
    clauses = (
        f"wave {wave}" if wave is not None else "",
        f'by "{_word(by)}"' if by is not None else "",
        f"since {_word(since)}" if since is not None else "",
        f'vs "{_word(versus)}"' if versus is not None else "",
    )
    _tell(config, "report", campaign, " ".join(clauses), as_json, png, by)


def trend_command(
    campaign: CampaignArgument,
    as_json: JsonOption = False,
    png: PngOption = None,
    config: ConfigOption = None,
) -> None:
    """The score of each wave of CAMPAIGN, and whether it changed. Exit codes as of report."""
    _tell(config, "trend", campaign, "", as_json, png)


def themes_command(
    campaign: CampaignArgument,
    wave: WaveOption = None,
    as_json: JsonOption = False,
    png: PngOption = None,
    config: ConfigOption = None,
) -> None:
    """What the reasons of a wave speak of, and what that costs. Exit codes as of report."""
    _tell(config, "themes", campaign, f"wave {wave}" if wave is not None else "", as_json, png)


def answers_command(
    campaign: CampaignArgument,
    category: Annotated[
        str | None, typer.Argument(metavar="[detractors|passives|promoters]", help="Only these.")
    ] = None,
    wave: WaveOption = None,
    as_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """The newest answers of a wave, with the reasons. Exit codes as of report."""
    rest = f"{_word(category or '')} " + (f"wave {wave}" if wave is not None else "")
    _tell(config, "answers", campaign, rest, as_json)


def _tell(
    config: Path | None,
    verb: str,
    campaign: str,
    rest: str,
    as_json: bool,
    png: Path | None = None,
    by: str | None = None,
) -> None:
    settings = load_settings(config)
    p = Phrasing(words_for("admin", settings.language), ZoneInfo(settings.timezone), "npsbot campaign")
    report, values = run(_read(settings, p, f'{verb} "{_word(campaign)}" {rest}', by))
    if png is not None:
        _draw(p, report, png)
    if as_json:
        typer.echo(json.dumps(values, ensure_ascii=False))
    else:
        show(Console(highlight=False), p, report)


def _draw(p: Phrasing, report: Report, file: Path) -> None:
    # Here, because the plotting library takes a second to load, which others need not wait for.
    from bot.pictures.drawing import picture_of

    image = picture_of(report, p.words, p.zone)
    if image is None:
        typer.echo(p.text("no_picture"), err=True)
        raise typer.Exit(REFUSED)
    try:
        file.write_bytes(image.png)
    except OSError as error:
        typer.echo(f"{file} cannot be written: {error.strerror}; name another file with --png", err=True)
        raise typer.Exit(BAD_USAGE) from None


async def _read(settings: Settings, p: Phrasing, line: str, by: str | None) -> tuple[Report, Json]:
    """The report that a line asks for, and its values; what is wrong is said, and ends the program. `by` is
    the attribute to the letter, which a line cannot hold where there are quotation marks in it."""
    async with opened(settings.database_url) as store:
        names = tuple(dict.fromkeys((*settings.campaigns, *await store.read(campaigns_with_waves))))
        command = parse(line, names, datetime.now(UTC).astimezone(p.zone).date())
        if isinstance(command, Misread):
            typer.echo(p.misread(command, names).text, err=True)
            raise typer.Exit(BAD_USAGE)
        if not isinstance(command, Command):
            raise TypeError(f"{line!r} asks for no report")
        if by is not None and isinstance(command, AskedReport):
            command = replace(command, by=by)
        found = await store.read(_report, settings, command)
        if isinstance(found, Missing):
            typer.echo(missing_answer(p, found, command).text, err=True)
            raise typer.Exit(REFUSED)
        return found


def _report(connection: Connection, settings: Settings, command: Command) -> tuple[Report, Json] | Missing:
    report = report_of(connection, settings, command, None)
    match report:
        case CampaignReport():
            return report, campaign_json(report)
        case TrendReport():
            return report, trend_json(report)
        case ThemesReport():
            return report, themes_json(report)
        case AnswersReport():
            return report, answers_json(report)
        case Missing():
            return report


def _word(text: str) -> str:
    """What was typed, as one word of the grammar."""
    return text.replace('"', "")
