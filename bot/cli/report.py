"""`npsbot report`: the figures of a wave, as a table or as JSON."""

import json
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.campaign import BAD_USAGE, REFUSED, run
from bot.cli.contacts import load_settings
from bot.commands.answers import Phrasing
from bot.commands.grammar import Report, UnknownCampaign, parse
from bot.config import Settings
from bot.reports.wave_report import WaveReport, wave_report
from bot.store.store import open_store
from bot.words import words_for


def report_command(
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="A campaign of config.yaml.")],
    wave: Annotated[
        int | None, typer.Option("--wave", min=1, help="An earlier wave; else the newest.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="For programs; nps is null without answers.")
    ] = False,
    config: Annotated[Path, typer.Option("--config", help="The configuration file.")] = Path("config.yaml"),
) -> None:
    """Report a wave of CAMPAIGN: who was invited, who answered, and the score.

    Exit code 0: reported, 1: there is no such wave, 2: no such campaign.
    """
    settings = load_settings(config)
    name = _name(campaign, settings)
    report = run(_report(settings, name, wave))
    phrasing = Phrasing(words_for("admin", settings.language), ZoneInfo(settings.timezone), "npsbot campaign")
    if report is None:
        if name not in settings.campaigns:
            names = tuple(settings.campaigns)
            misread = parse(f'report "{campaign}"', names)
            unknown = misread if isinstance(misread, UnknownCampaign) else UnknownCampaign("report", name, ())
            typer.echo(phrasing.misread(unknown, names).text, err=True)
            raise typer.Exit(BAD_USAGE)
        missing = (
            phrasing.refusal("never_started", campaign=name)
            if wave is None
            else phrasing.refusal("no_such_wave", campaign=name, wave=wave)
        )
        typer.echo(missing.text, err=True)
        raise typer.Exit(REFUSED)
    if as_json:
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        return
    title, _, rest = phrasing.report(report).text.partition("\n")
    console = Console(highlight=False)
    console.print(Text(title, "bold"), soft_wrap=True)
    console.print(table_of(report, phrasing))
    if report.running or report.stopped_at is not None:
        console.print(Text(rest.rpartition("\n")[2]), soft_wrap=True)


def table_of(report: WaveReport, phrasing: Phrasing) -> Table:
    """A wave's figures for the terminal."""
    words = phrasing.words
    table = Table(show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name in (
        "invited",
        "delivered",
        "responses",
        "promoters",
        "passives",
        "detractors",
        "opted_out",
    ):
        table.add_row(words.text(f"label_{name}"), phrasing.number(getattr(report, name)))
    if report.skipped:
        table.add_section()
        table.add_row(words.text("label_not_asked"), phrasing.number(sum(report.skipped.values())))
        for code, count in report.skipped.items():
            table.add_row(f"  {phrasing.reason(code)}", phrasing.number(count))
    return table


def _name(campaign: str, settings: Settings) -> str:
    """The campaign as config.yaml spells it; as it was typed where that does not know it, since a wave stays
    after its campaign has gone from there."""
    command = parse(f'report "{campaign}"', tuple(settings.campaigns))
    return command.campaign if isinstance(command, Report) else campaign


async def _report(settings: Settings, campaign: str, wave: int | None) -> WaveReport | None:
    store = await open_store(settings.database_url)
    try:
        return await store.read(wave_report, campaign, wave)
    finally:
        await store.close()
