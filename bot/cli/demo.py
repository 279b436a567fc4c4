"""`npsbot demo`: the page of phones, or a played wave of 200 customers."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.logs import set_up_logs


class DemoLanguage(StrEnum):
    """What the page can be in."""

    ENGLISH = "en"
    DUTCH = "nl"


def demo_command(
    port: Annotated[int, typer.Option(help="The port of the page.", min=0, max=65535)] = 8080,
    script: Annotated[
        bool, typer.Option("--script", help="Play a wave of made-up customers in the terminal instead.")
    ] = False,
    rough: Annotated[
        bool,
        typer.Option(
            "--rough",
            help="With --script: providers at their worst, and customers who are hard to understand.",
        ),
    ] = False,
    customers: Annotated[int, typer.Option(help="How many customers the script plays.", min=3)] = 200,
    seed: Annotated[int, typer.Option(help="Which customers the script plays.")] = 1,
    lang: Annotated[
        DemoLanguage,
        typer.Option("--lang", help="The language of the page, and of the company that it plays."),
    ] = DemoLanguage.ENGLISH,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its database.")] = Path("var"),
) -> None:
    """Try npsbot without any account: providers that stand on this machine, and made-up companies.

    The page shows phones side by side. With --script a whole wave is played and checked; exit code 0 only
    if the report and the alerts agree with what each simulated customer meant.
    """
    # What a rough play refuses on purpose is no news.
    set_up_logs("console", "error" if script and rough else "warning")
    # Imported here: the server itself has nothing to do with the sandbox.
    try:
        if script:
            from bot.demo.script import play

            agreed = asyncio.run(play(customers, seed, folder, rough=rough))
            raise typer.Exit(0 if agreed else 1)
        from bot.demo.page import show

        asyncio.run(show(port, folder, lang.value))
    except OSError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
