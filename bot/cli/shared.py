"""What the commands share: the file they are configured by, how their work is run, and how they end."""

import asyncio
import gc
import getpass
from collections.abc import Awaitable
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from bot.config.settings import ConfigError, Settings, load
from channels.base import Address

T = TypeVar("T")

REFUSED: Final = 1
"""The exit code where what was asked was understood, and not done, or not for all."""

BAD_USAGE: Final = 2
"""The exit code where it was not understood, or could not be tried at all."""

CONFIG: Final = Path("config.yaml")

SPOKEN: Final = "en"
"""The one language of the terminal, whatever the company's (docs/decisions/0029-one-language-in-a-terminal.md)."""


def _or_before_the_verb(context: typer.Context, config: Path | None) -> Path | None:
    """Under a group that has the option too, it may stand before the verb or behind it."""
    if config is None and context.parent is not None:
        found: Path | None = context.parent.params.get("config")
        return found
    return config


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        help=f"The configuration file, {CONFIG} where none is named.",
        callback=_or_before_the_verb,
    ),
]


def load_settings(config: Path | None) -> Settings:
    """The settings; where they cannot be used, the problems on standard error and exit code 2."""
    try:
        return load(config or CONFIG)
    except ConfigError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_USAGE) from None


def run(work: Awaitable[T]) -> T:
    """Run to the end; what cannot be read, done or reached is a sentence on standard error and exit code 2."""
    # Here, because `npsbot try` loads settings and runs nothing.
    import structlog

    from bot.logs import set_up_logs

    # What a command did is its answer; the log is for what went wrong. Who set one up before has chosen.
    if not structlog.is_configured():
        set_up_logs("console", "warning")

    async def awaited() -> T:
        return await work

    if not gc.get_freeze_count():
        gc.freeze()  # what is there now stays: to look through it for garbage is a third of a long import
    try:
        return asyncio.run(awaited())
    except Exception as error:
        if not isinstance(error, _sentences()):
            raise
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_USAGE) from None


def _sentences() -> tuple[type[Exception], ...]:
    """The errors that say in a sentence what is wrong and what to do."""
    # Here, because they belong to rooms of which most commands need a few, and bring what these need along.
    from bot.api.keys import BadKey
    from bot.hooks.hooks import HookRefused
    from bot.people.files.header import CannotRead
    from bot.people.suppression import KeyMissing
    from bot.store.migrate import SchemaError
    from bot.store.store import StoreError
    from channels.base import SendError

    return CannotRead, BadKey, HookRefused, StoreError, SchemaError, KeyMissing, SendError, OSError


def operator() -> Address:
    """Who runs the command, for the record of who did what."""
    # Here, because the desk takes long to load and most commands need none.
    from bot.commands.asking import TERMINAL

    try:
        return Address(TERMINAL, getpass.getuser())
    except (KeyError, OSError):  # a container may run under a number without a name
        return Address(TERMINAL, "unknown")
