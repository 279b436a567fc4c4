"""`npsbot tallies`: whether the counters of the reports agree with the conversations, and the themes with the reasons;
and their recount."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli.shared import REFUSED, ConfigOption, load_settings, run
from bot.config.settings import Settings
from bot.reports.group_proof import GroupDifference, prove_groups
from bot.reports.tallies import Difference, prove
from bot.reports.themes.proof import ThemeProof, prove_themes
from bot.sending.counting import Counting
from bot.store.recount import list_everybody, rebuild
from bot.store.standing import NO_SCORE
from bot.store.store import opened
from bot.store.theme_rows import match_all_anew

MOST: Final = 20  # differences that are shown


def tallies_command(
    recount: Annotated[
        bool,
        typer.Option(
            "--rebuild",
            help="Count everybody anew; writing waits for as long as that takes, but not for the counts by attribute.",
        ),
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Prove that the counters behind reports agree with the conversations, and the themes with the reasons.

    Exit code 0: they agree, or were rebuilt; 1: they differ.
    """
    settings = load_settings(config)
    if recount:
        count = run(_rebuild(settings))
        typer.echo(f"The tallies are rebuilt from the conversations: {_cells(count)}.")
        typer.echo("The server matches the themes of all reasons anew; until then reports do.")
        return
    differences, groups, themes = run(_prove(settings))
    console = Console(highlight=False)
    if differences:
        console.print(table_of(differences[:MOST]))
    if groups:
        console.print(group_table_of(groups[:MOST]))
    if differences or groups:
        typer.echo(
            f"The tallies differ from the conversations in {_cells(len(differences) + len(groups))}; "
            "`npsbot tallies --rebuild` counts them anew.",
            err=True,
        )
    else:
        typer.echo("The tallies agree with the conversations.")
    if not themes.holds:
        answers = "1 answer" if themes.answers == 1 else f"{themes.answers} answers"
        typer.echo(
            f"The themes differ from the reasons of {answers}, and their counts in {_cells(themes.cells)}; "
            "`npsbot tallies --rebuild` has them matched anew.",
            err=True,
        )
    else:
        typer.echo("The themes agree with the reasons.")
    if differences or groups or not themes.holds:
        raise typer.Exit(REFUSED)


def table_of(differences: Sequence[Difference]) -> Table:
    """Where they differ, for the terminal."""
    table = Table()
    for name in ("wave", "channel", "standing", "asked", "delivered", "day", "score"):
        table.add_column(name)
    table.add_column("tally", justify="right")
    table.add_column("conversations", justify="right")
    for one in differences:
        cell = one.cell
        table.add_row(
            str(cell.wave_id),
            cell.channel or "",
            cell.standing,
            "yes" if cell.asked else "no",
            "yes" if cell.delivered else "no",
            "" if cell.day is None else cell.day.isoformat(),
            "" if cell.score is None else str(cell.score),
            str(one.kept),
            str(one.counted),
        )
    return table


def group_table_of(differences: Sequence[GroupDifference]) -> Table:
    """Where the counts by attribute differ, for the terminal."""
    table = Table()
    for name in ("wave", "attribute", "value", "score"):
        table.add_column(name)
    table.add_column("tally", justify="right")
    table.add_column("conversations", justify="right")
    for one in differences:
        score = "" if one.outcome == NO_SCORE else str(one.outcome)
        told = (str(one.wave_id), one.attribute, one.value, score, str(one.kept), str(one.counted))
        table.add_row(*(escape(each) for each in told))
    return table


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"


async def _prove(settings: Settings) -> tuple[Sequence[Difference], Sequence[GroupDifference], ThemeProof]:
    async with opened(settings.database_url) as store:
        return (
            await store.read(prove),
            await store.read(prove_groups),
            await store.read(prove_themes, settings),
        )


async def _rebuild(settings: Settings) -> int:
    async with opened(settings.database_url) as store:
        await store.write(match_all_anew)
        cells = await store.write(rebuild)
        await store.write(list_everybody)
        counting = Counting(store)
        while await counting.step():
            pass
        return cells
