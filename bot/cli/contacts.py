"""`npsbot contacts`: bring contacts in, hand out links for Telegram, show and erase what is held of one."""

import csv
import json
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot.cli.shared import BAD_USAGE, REFUSED, ConfigOption, load_settings, run
from bot.config.settings import Settings
from bot.context import Setup
from bot.intake.erasing import erase_contact
from bot.people import colleagues, importing
from bot.people.contacts import person
from bot.people.importing import ImportResult, SlackLookup, import_contacts
from bot.people.links import make_links
from bot.people.suppression import require_keys
from bot.privacy.erasure import Erased
from bot.privacy.held import held
from bot.reports.export_files import guarded
from bot.store.store import opened

contacts_app = typer.Typer(
    help="Import, show and erase contacts, and make links for Telegram.",
    no_args_is_help=True,
    add_completion=False,
)


@contacts_app.command("import")
def import_command(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A CSV file; its first line names the columns.")
    ],
    config: ConfigOption = None,
    move_accounts: Annotated[
        bool,
        typer.Option("--move-accounts", help="Give accounts that have a manager to the one the file names."),
    ] = False,
) -> None:
    """Add the contacts in FILE, and update those that are known.

    Columns: contact_id, name, account, account_manager, language, timezone,
    slack, telegram, phone; any other is an attribute. A blank cell keeps what
    was there, - clears it.

    Exit code 0: every row was kept; 1: some were refused, each is listed with
    its line; 2: nothing could be read.
    """
    result = run(import_file(load_settings(config), file, move_accounts))
    tell_import(result)
    if result.refused_count:
        raise typer.Exit(REFUSED)


def tell_import(result: ImportResult) -> None:
    """Print what became of the rows."""
    for notice in result.notices:
        typer.echo(f"note: {notice}", err=True)
    typer.echo(
        f"{_counted(result.kept, 'row')} kept ({result.added:,} added, {result.updated:,} updated, "
        f"{result.unchanged:,} unchanged), {result.refused_count:,} refused"
    )


@contacts_app.command("links")
def links_command(
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    config: ConfigOption = None,
) -> None:
    """Write a single-use t.me link for each contact without a Telegram chat.

    Each comes with a text to print or mail. A link that was given before and
    not used yet is written again; who opted out is left out.
    """
    count = run(write_links(load_settings(config), out))
    typer.echo(f"{_counted(count, 'link')} written to {out}")


ContactId = Annotated[
    str, typer.Argument(metavar="CONTACT_ID", help="The contact's own key, as in the import.")
]


@contacts_app.command("show")
def show_command(contact_id: ContactId, config: ConfigOption = None) -> None:
    """Print everything that is held about a contact, as JSON."""
    found = run(_show(load_settings(config), contact_id))
    if found is None:
        _nobody(contact_id)
    typer.echo(json.dumps(found, ensure_ascii=False, indent=2))


@contacts_app.command("erase")
def erase_command(
    contact_id: ContactId,
    config: ConfigOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
) -> None:
    """Erase a contact who asked for it: names, addresses and words, everywhere.

    Scores and counts stay, without a person. It counts as an opt-out, also
    when the contact is imported again. It cannot be undone.
    """
    settings = load_settings(config)
    if run(_show(settings, contact_id)) is None:
        _nobody(contact_id)
    if not yes:
        typer.confirm(
            f"Erase contact {contact_id} for good? There is no way back but a backup.", abort=True, err=True
        )
    erased = run(_erase(settings, contact_id))
    if erased is None:
        _nobody(contact_id)
    typer.echo(
        f"contact {contact_id} is erased: {_counted(erased.conversations, 'conversation')}, "
        f"{_counted(erased.messages, 'message')}"
    )


def _nobody(contact_id: str) -> NoReturn:
    typer.echo(f"no contact has the key {contact_id!r}; look for it in the file you imported", err=True)
    raise typer.Exit(BAD_USAGE)


async def _show(settings: Settings, contact_id: str) -> dict[str, Any] | None:
    async with opened(settings.database_url) as store:
        found = await store.read(person, contact_id)
        return None if found is None else await store.read(held, found, colleagues.addresses(settings))


async def _erase(settings: Settings, contact_id: str) -> Erased | None:
    async with opened(settings.database_url) as store:
        await store.read(require_keys, settings.secret_key)
        # It says nothing to anybody, so it needs neither languages nor what channels can do.
        erased = await store.write(erase_contact, Setup(settings, {}, {}), contact_id, datetime.now(UTC))
        await store.scrub()  # a server that reads just now does it within a minute
        return erased


async def import_file(settings: Settings, file: Path, move_accounts: bool = False) -> ImportResult:
    """Import a file into the settings' database, with a progress bar and the refused rows on standard
    error."""
    async with opened(settings.database_url) as store, AsyncExitStack() as stack:
        lookup = _slack_lookup(settings, stack) if settings.channels.slack is not None else None
        show = stack.enter_context(_Display())
        return await import_contacts(
            store, file, settings, datetime.now(UTC), show, lookup, move_accounts=move_accounts
        )


class _Display(ExitStack):
    """A progress bar where standard error is a terminal; refused rows on standard error as they come."""

    def __init__(self) -> None:
        super().__init__()
        console = Console(stderr=True, highlight=False)
        self._console = console
        self._bar: Progress | None = None
        if console.is_terminal:
            self._bar = self.enter_context(
                Progress(
                    TextColumn("{task.fields[rows]:,} rows"),
                    BarColumn(),
                    TaskProgressColumn(),
                    TimeRemainingColumn(),
                    console=console,
                    transient=True,
                )
            )
            self._task = self._bar.add_task("", rows=0)

    def __call__(self, progress: importing.Progress) -> None:
        for refusal in progress.refused:
            self._console.print(f"line {refusal.line}: {refusal.reason}", markup=False, soft_wrap=True)
        if self._bar is not None:
            self._bar.update(
                self._task, total=progress.bytes_total, completed=progress.bytes_read, rows=progress.rows
            )


def _slack_lookup(settings: Settings, stack: AsyncExitStack) -> SlackLookup:
    """Asks Slack; the adapter is made when the first e-mail address is met."""
    found: dict[str, Callable[[str], Awaitable[str | None]]] = {}

    async def lookup(email: str) -> str | None:
        if not found:
            # Here, because the SDKs take half a second to load and most files hold no e-mail address.
            from bot.app import build_channels
            from channels.slack.channel import SlackChannel

            slack = build_channels(settings)["slack"]
            if not isinstance(slack, SlackChannel):
                raise TypeError("the channel named slack is not Slack's adapter")
            stack.push_async_callback(slack.aclose)
            found["lookup"] = slack.user_by_email
        return await found["lookup"](email)

    return lookup


async def write_links(settings: Settings, out: Path) -> int:
    """Write a link for each contact without a Telegram chat; how many there are."""
    if settings.channels.telegram is None:
        typer.echo("channels.telegram is off; links need the bot's name, so fill in its token", err=True)
        raise typer.Exit(BAD_USAGE)
    from bot.app import build_channels
    from channels.telegram.channel import TelegramChannel

    telegram = build_channels(settings)["telegram"]
    if not isinstance(telegram, TelegramChannel):
        raise TypeError("the channel named telegram is not Telegram's adapter")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(telegram.aclose)
        username = await telegram.username()
        store = await stack.enter_async_context(opened(settings.database_url))
        # With a byte-order mark, because Excel takes a CSV file without one for Latin-1.
        file = stack.enter_context(out.open("w", encoding="utf-8-sig", newline=""))
        writer = csv.writer(file)
        writer.writerow(("contact_id", "name", "link", "text"))
        count = 0
        async for one in make_links(store, username, settings.company, settings.language, datetime.now(UTC)):
            writer.writerow(guarded(cell) for cell in (one.contact_id, one.name, one.link, one.text))
            count += 1
        return count


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
