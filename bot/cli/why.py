"""`npsbot why`: what happened with one person, and why."""

import json
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.cli.shared import REFUSED, SPOKEN, ConfigOption, load_settings, run
from bot.commands.desks.why import ErasedPerson, look_up
from bot.commands.replies.reply import Phrasing
from bot.commands.replies.why import in_words, title, wave_of, who_answer
from bot.config.settings import Settings
from bot.people.finding import Near
from bot.reports.as_json.timeline import timeline_json
from bot.reports.timeline import Timeline
from bot.store.store import opened
from bot.words import words_for

_ALL: Final = 10_000  # characters: whole texts


def why_command(
    contact: Annotated[
        str, typer.Argument(metavar="CONTACT", help="A contact's key, an address (slack:U…, +31…) or a name.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="For programs: times in UTC, texts whole.")] = False,
    config: ConfigOption = None,
) -> None:
    """What happened with CONTACT, and why: asked or left out, sent, said, alerted, followed up.

    Exit code 0: told, 1: nobody is called so, or they were erased.
    """
    settings = load_settings(config)
    p = Phrasing(words_for("admin", SPOKEN), ZoneInfo(settings.timezone), "npsbot")
    found = run(_read(settings, contact))
    match found:
        case Timeline() if as_json:
            typer.echo(json.dumps(timeline_json(found), ensure_ascii=False))
        case Timeline():
            _show(p, found)
        case Near():
            typer.echo(who_answer(p, contact, found).text, err=True)
            raise typer.Exit(REFUSED)
        case ErasedPerson():
            typer.echo(p.text("why_erased"), err=True)
            raise typer.Exit(REFUSED)


async def _read(settings: Settings, contact: str) -> Timeline | Near | ErasedPerson:
    async with opened(settings.database_url) as store:
        return await store.read(look_up, settings, contact, None)


def _show(p: Phrasing, found: Timeline) -> None:
    console = Console(highlight=False)
    console.print(Text(title(p, found), style="bold"))
    if not found.steps:
        console.print(Text(p.text("why_nothing")))
        return
    table = Table(p.text("column_when"), p.text("column_wave"), p.text("why_what_happened"))
    for step in found.steps:
        when = f"{p.day(p.local_day(step.at))} {step.at.astimezone(p.zone):%H:%M}"
        table.add_row(when, Text(wave_of(p, step)), Text(in_words(p, step, _ALL)))
    console.print(table)
