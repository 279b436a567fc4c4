"""`npsbot mcp`: what an assistant that you trust may ask, over standard input and output."""

from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated

import typer

from bot.cli.shared import BAD_USAGE, ConfigOption, load_settings, run
from bot.config.settings import Settings
from bot.store.store import opened
from channels.base import Address


def mcp_command(
    who: Annotated[
        str, typer.Option("--as", metavar="ADDRESS", help="As whom it asks: an admin or account manager.")
    ],
    with_words: Annotated[bool, typer.Option("--with-words", help="With what customers wrote.")] = False,
    config: ConfigOption = None,
) -> None:
    """Answer an assistant (Model Context Protocol, over stdio): reports and time lines; it changes nothing.

    Exit code 0: the assistant ended it; 2: it cannot be started so.
    """
    settings = load_settings(config)
    try:
        import mcp  # noqa: F401 - an extra, which most need not install
    except ModuleNotFoundError:
        typer.echo("the package mcp is not installed; install npsbot[assistants]", err=True)
        raise typer.Exit(BAD_USAGE) from None
    from bot.assistants.server import NoColleague, accounts_of

    try:
        managers = accounts_of(settings, Address.parse(who))
    except (NoColleague, ValueError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_USAGE) from None
    run(_serve(settings, managers, with_words))


async def _serve(settings: Settings, managers: tuple[str, ...] | None, with_words: bool) -> None:
    from bot.assistants.server import AssistantDesk, assistant_server

    async with opened(settings.database_url) as store:
        desk = AssistantDesk(store, settings, managers, with_words, lambda: datetime.now(UTC))
        await assistant_server(desk, version("npsbot")).run_stdio_async()
