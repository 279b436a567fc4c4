"""`npsbot backup` and `npsbot restored`: a copy of the database, and going on from one."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import make_url

from bot.cli.shared import BAD_USAGE, REFUSED, ConfigOption, load_settings, run
from bot.config.settings import Settings
from bot.sending.restored import NotRestored, Settled, settle
from bot.store.copies import CannotCopy, copy_sqlite
from bot.store.store import opened


def backup_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes.")],
    force: Annotated[bool, typer.Option("--force", help="Write over FILE where it exists.")] = False,
    config: ConfigOption = None,
) -> None:
    """Copy the database into FILE, also while the server runs and replies come in.

    The copy is one state of the database, checked, and readable by you alone.
    For SQLite; a database in PostgreSQL is copied by pg_dump.

    Exit code 0: the copy is there; 1: it could not be made.
    """
    url = make_url(load_settings(config).database_url)
    if url.get_backend_name() != "sqlite":
        typer.echo(
            "the database is in PostgreSQL, whose own pg_dump copies it: "
            f"pg_dump --format=custom --file={file} {url.database} (docs/operations.md)",
            err=True,
        )
        raise typer.Exit(BAD_USAGE)
    try:
        size = copy_sqlite(Path(url.database or ""), file, datetime.now(UTC), force=force)
    except CannotCopy as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from None
    typer.echo(f"{file}: {size:,} bytes, checked")


def restored_command(
    nothing_was_sent: Annotated[
        bool,
        typer.Option(
            "--nothing-was-sent", help="No server ran since the copy was made: nothing is in doubt."
        ),
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="It is a restored copy, though npsbot cannot see that.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Make a restored copy of the database safe to go on from, before the server starts.

    Whatever the copy would still send may have been sent since it was made.
    So an SMS is looked for at Twilio before it goes, a question in Slack or
    Telegram whose turn had come is not asked again (an answer counts), and
    commands that waited are dropped.

    Exit code 0: the server may start; 1: the database is no restored copy.
    """
    settings = load_settings(config)
    try:
        settled = run(_settle(settings, nothing_was_sent=nothing_was_sent, anyway=anyway))
    except NotRestored as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(REFUSED) from None
    if settled.until is None:
        typer.echo("Nothing was ever sent from this database; the server may start.")
        return
    typer.echo(f"The copy knows of nothing after {settled.until:%Y-%m-%d %H:%M:%S} UTC.")
    if nothing_was_sent:
        typer.echo("Nothing is in doubt; the server may start.")
        return
    typer.echo(
        f"Messages in doubt: {settled.messages:,}, of which questions that were still to go: "
        f"{settled.questions:,}. Commands dropped: {settled.commands:,}.\n"
        "Not in it, and not to be found again: answers and STOPs in Slack and Telegram since then, erasures "
        "and imports since then (do them again), and waves that were started since then (their people were "
        "asked; do not start them anew).\n"
        "SMS of the last 24 hours are fetched from Twilio when the server starts."
    )


async def _settle(settings: Settings, *, nothing_was_sent: bool, anyway: bool) -> Settled:
    # Here, because the SDKs take half a second to load, which `npsbot --help` need not wait for.
    from bot.app import build_channels, build_setup
    from bot.clock import RealClock

    context = build_setup(settings, build_channels(settings))
    async with opened(settings.database_url) as store:
        return await settle(store, context, RealClock(), nothing_sent=nothing_was_sent, anyway=anyway)
