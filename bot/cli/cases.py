"""`npsbot cases` and `npsbot case`: which cases are open, what became of those of a wave, and everything about one."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Final
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.campaigns.waves import campaign_names
from bot.cli.shared import BAD_USAGE, REFUSED, SPOKEN, ConfigOption, load_settings, run
from bot.commands.grammar import Misread, parse
from bot.commands.replies.case import (
    case_facts,
    case_texts,
    case_title,
    cases_end,
    cases_title,
    score_of_case,
    state_of,
    step_in_words,
    step_of,
)
from bot.commands.replies.figure import lasted
from bot.commands.replies.reply import Phrasing
from bot.commands.replies.report import missing_answer
from bot.commands.typed.case import Cases
from bot.config.sections.cause import cause_labels
from bot.config.settings import Settings
from bot.reports.as_json.cases import case_json, cases_json
from bot.reports.cases.file import case_file
from bot.reports.cases.list import case_list
from bot.reports.cases.scope import EVERYBODY
from bot.reports.cases.values import CaseFile, CaseList
from bot.reports.readable import readable
from bot.reports.values import Missing
from bot.store.store import opened
from bot.words import words_for

PAGE: Final = 100
"""Cases in one table."""

_JsonOption = Annotated[
    bool, typer.Option("--json", help="For programs: times in UTC, durations in seconds.")
]


def cases_command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[open|late] [CAMPAIGN] [wave N] [page N]",
            help="As it is typed in chat; else all that are open.",
        ),
    ] = None,
    as_json: _JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Which cases are open, who has them and what is next; of a campaign also what became of all of them.

    Exit code 0: told, 1: there is no such wave, 2: not understood.
    """
    settings = load_settings(config)
    p = _phrasing(settings)
    found = run(_list(settings, p, words or []))
    if as_json:
        typer.echo(json.dumps(cases_json(found), ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(Text(cases_title(p, found), "bold"))
    if found.rows:
        console.print(_table(p, found))
    _print(console, cases_end(p, found))


def case_command(
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="The number of the case.")],
    as_json: _JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Everything about one case: the customer, what they said, who has it, and all that happened with it.

    Exit code 0: told, 1: there is no such case.
    """
    settings = load_settings(config)
    p = _phrasing(settings)
    found = run(_one(settings, number))
    if found is None:
        typer.echo(p.text("no_such_case", number=number), err=True)
        raise typer.Exit(REFUSED)
    if as_json:
        typer.echo(json.dumps(case_json(found), ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(Text(case_title(p, found), "bold"))
    _print(console, case_facts(p, found))
    if found.phone:
        _print(console, [f"{p.text('case_phone')}: {found.phone}"])
    if found.profile:
        _print(console, [f"{p.text('case_profile')}: {found.profile}"])
    for key, words in case_texts(p, found):
        _print(console, [f"{key}: {readable(words)}"])
    table = Table(p.text("column_when"), p.text("case_line_of_time"))
    for step in found.steps:
        text = f": {readable(step.text)}" if step.text else ""
        table.add_row(p.when(step.at), Text(step_in_words(p, step) + text))
    console.print(table)


def _phrasing(settings: Settings) -> Phrasing:
    causes = cause_labels(settings.causes, SPOKEN)
    return Phrasing(words_for("admin", SPOKEN), ZoneInfo(settings.timezone), "npsbot", causes)


def _print(console: Console, lines: Iterable[str]) -> None:
    for line in lines:
        console.print(Text(line), soft_wrap=True)


async def _list(settings: Settings, p: Phrasing, words: list[str]) -> CaseList:
    """What the words ask for; what is wrong with them is said, and ends the program."""
    now = datetime.now(UTC)
    async with opened(settings.database_url) as store:
        names = await store.read(campaign_names, settings.campaigns)
        line = " ".join(["cases", *(f'"{word}"' if " " in word else word for word in words)])
        command = parse(line, names, now.astimezone(p.zone).date())
        if not isinstance(command, Cases):
            said = p.misread(command, names) if isinstance(command, Misread) else p.refusal("cases_nothing")
            typer.echo(said.text, err=True)
            raise typer.Exit(BAD_USAGE)
        if command.listed == "mine":
            typer.echo(p.text("mine_here"), err=True)
            raise typer.Exit(BAD_USAGE)
        found = await store.read(
            case_list,
            settings,
            EVERYBODY,
            now,
            listed=command.listed,
            campaign=command.campaign,
            number=command.wave,
            page=command.page,
            size=PAGE,
        )
    if isinstance(found, Missing):
        typer.echo(missing_answer(p, found, command).text, err=True)
        raise typer.Exit(REFUSED)
    return found


async def _one(settings: Settings, number: int) -> CaseFile | None:
    async with opened(settings.database_url) as store:
        return await store.read(case_file, settings, number, EVERYBODY, datetime.now(UTC))


def _table(p: Phrasing, found: CaseList) -> Table:
    table = Table()
    for name in ("case", "customer", "account", "score", "lasted", "state", "next"):
        number = name in ("case", "score")
        table.add_column(p.text(f"column_{name}"), justify="right" if number else "left", overflow="fold")
    for row in found.rows:
        table.add_row(
            str(row.number),
            Text(readable(row.name or "") or p.text("erased")),
            Text(readable(row.account or "")),
            score_of_case(p, row),
            lasted(p, row.lasted),
            Text(state_of(p, row)),
            step_of(p, row),
        )
    return table
