"""`npsbot contacts`: bring contacts in, hand out links for Telegram, find one, show, remove or erase what is held."""

import csv
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bot.cli.shared import BAD_USAGE, CONFIG, REFUSED, ConfigOption, load_settings, operator, run
from bot.config.settings import Settings
from bot.context import Context
from bot.intake.erasing import erase_contact
from bot.people import colleagues, importing
from bot.people.contacts import Person, person
from bot.people.files import renamed_columns
from bot.people.files.header import folded
from bot.people.finding import Near, find_contact
from bot.people.importing import ImportResult, SlackLookup, import_contacts
from bot.people.links import make_links
from bot.people.listing import listed
from bot.people.suppression import require_keys
from bot.privacy.erasure import Erased
from bot.privacy.held import held
from bot.privacy.removal import Removed, remove
from bot.reports.export.cells import guarded
from bot.store.private import open_private
from bot.store.store import opened

contacts_app = typer.Typer(
    help="Import, list, find, show, remove and erase contacts, and make links for Telegram.",
    no_args_is_help=True,
    add_completion=False,
)

_MOST_REASONS = 20  # of refusals, in the summary


@contacts_app.command("import")
def import_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A CSV file or .xlsx workbook; its first line names the columns."
        ),
    ],
    config: ConfigOption = None,
    move_accounts: Annotated[
        bool,
        typer.Option("--move-accounts", help="Give accounts that have a manager to the one the file names."),
    ] = False,
    renamed: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="NAME=COLUMN",
            help='Which column a name in the file is ("telefoon=phone"); it is remembered. May be repeated.',
            show_default=False,
        ),
    ] = None,
    sheet: Annotated[
        str | None,
        typer.Option("--sheet", help="The sheet of a workbook, the first where none is named."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would become of the rows.")] = False,
    rejected: Annotated[
        Path | None,
        typer.Option(
            "--rejected", metavar="FILE", help="Write the refused rows here, to be corrected and imported."
        ),
    ] = None,
) -> None:
    """Add the contacts in FILE, and update those that are known.

    Columns: contact_id, name, account, account_manager, language, timezone,
    slack, telegram, phone; any other is an attribute. A blank cell keeps what
    was there, - clears it. Only a key or an address that cannot be read
    refuses a row; what else cannot be taken counts as blank, with a note.

    Exit code 0: every row was kept; 1: some were refused, each is listed with
    its line; 2: nothing could be read.
    """
    settings = load_settings(config)
    result = run(
        _import(settings, config or CONFIG, file, renamed or (), move_accounts, sheet, dry_run, rejected)
    )
    tell_import(result, dry_run)
    if rejected is not None and result.refused_count:
        typer.echo(f"{_counted(result.refused_count, 'refused row')} written to {rejected}", err=True)
    if result.refused_count:
        raise typer.Exit(REFUSED)


async def _import(
    settings: Settings,
    config: Path,
    file: Path,
    given: Sequence[str],
    move_accounts: bool,
    sheet: str | None,
    dry_run: bool,
    rejected: Path | None,
) -> ImportResult:
    new = renamed_columns.said(given)
    known = renamed_columns.remembered(config) | {folded(name): column for name, column in new.items()}
    result = await import_file(
        settings, file, move_accounts, renamed=known, sheet=sheet, dry_run=dry_run, refused_to=rejected
    )
    result.notices.extend(
        f"--map names {name}, which is no column of {file}"
        for name in new
        if folded(name) not in result.columns
    )
    unforgettable = renamed_columns.remember(config, new) if new and not dry_run else None
    if unforgettable is not None:
        result.notices.append(unforgettable)
    return result


def tell_import(result: ImportResult, dry_run: bool = False) -> None:
    """Print what became of the rows."""
    for notice in result.notices:
        typer.echo(f"note: {notice}", err=True)
    for sentence, (count, line) in result.notes.items():
        typer.echo(f"note: {sentence} ({_on_lines(count, line)})", err=True)
    if result.more_notes:
        typer.echo(
            f"note: {_counted(result.more_notes, 'row')} more had others; correct these and import again to read them",
            err=True,
        )
    if result.refused_count > 1:
        for reason, count in result.reasons.most_common(_MOST_REASONS):
            typer.echo(f"refused {_counted(count, 'row')}: {reason}", err=True)
    typer.echo(
        f"{_counted(result.kept, 'row')} {'would be ' if dry_run else ''}kept ({result.added:,} added, "
        f"{result.updated:,} updated, {result.unchanged:,} unchanged), {result.refused_count:,} refused"
        + ("; nothing was changed" if dry_run else "")
    )


def _on_lines(count: int, first: int) -> str:
    return f"line {first}" if count == 1 else f"{count:,} rows, the first on line {first}"


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


@contacts_app.command("list")
def list_command(
    config: ConfigOption = None,
    of_account: Annotated[
        str | None, typer.Option("--account", help="Those of this account alone.", show_default=False)
    ] = None,
) -> None:
    """Print the contacts, one a line: key, name, account, manager, addresses.

    The columns are parted by tabs, for a spreadsheet or for `cut` and `grep`.
    """
    count = run(_list(load_settings(config), of_account))
    typer.echo(_counted(count, "contact"), err=True)


@contacts_app.command("find")
def find_command(
    said: Annotated[
        str, typer.Argument(metavar="WHO", help="A key, an address such as +31612345678, or a name.")
    ],
    config: ConfigOption = None,
) -> None:
    """Print the contact who is meant, or those whose names or keys are nearest.

    Exit code 0 where there is one; 1 where there are several, or none.
    """
    found = run(_find(load_settings(config), said))
    if isinstance(found, Person):
        typer.echo("\t".join(_line(found)))
        return
    if not found.people:
        typer.echo(f"no contact is called {said!r}; npsbot contacts list prints all of them", err=True)
    else:
        typer.echo(f"no contact is called exactly {said!r}; perhaps you mean, by their keys:", err=True)
    for key, name in found.people:
        typer.echo(f"{key}\t{name}")
    raise typer.Exit(REFUSED)


@contacts_app.command("remove")
def remove_command(contact_id: ContactId, config: ConfigOption = None) -> None:
    """Remove a contact who is a customer no more; nobody asks them again.

    It is no opt-out: a later import brings them back. Answers stay in their
    reports. Who asks to be forgotten is erased: npsbot contacts erase.
    """
    removed = run(_remove(load_settings(config), contact_id))
    if removed is None:
        _nobody(contact_id)
    if removed.open:
        typer.echo(
            f"a conversation with {contact_id} is open; wait until it ends, or stop the campaign", err=True
        )
        raise typer.Exit(REFUSED)
    if removed.waves:
        typer.echo(
            f"contact {contact_id} has no address any more; what was asked in "
            f"{_counted(removed.waves, 'wave')} stays"
        )
    else:
        typer.echo(f"contact {contact_id} is removed")


async def _list(settings: Settings, of_account: str | None) -> int:
    count, after = 0, 0
    async with opened(settings.database_url) as store:
        while page := await store.read(listed, after, of_account):
            after = page[-1].id
            count += len(page)
            for one in page:
                out = "opted out" if one.opted_out else ""
                cells = (one.contact_id, one.name, one.account, one.account_manager, *one.addresses, out)
                typer.echo("\t".join(cells).rstrip("\t"))
    return count


async def _find(settings: Settings, said: str) -> Person | Near:
    async with opened(settings.database_url) as store:
        return await store.read(find_contact, said)


async def _remove(settings: Settings, contact_id: str) -> Removed | None:
    async with opened(settings.database_url) as store:
        return await store.write(remove, contact_id, str(operator()), datetime.now(UTC))


def _line(one: Person) -> tuple[str, ...]:
    return one.contact_id, one.name, one.account or "", one.account_manager or "", *map(str, one.addresses)


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
        erased = await store.write(
            erase_contact, Context(settings, {}, {}), contact_id, datetime.now(UTC), str(operator())
        )
        await store.scrub()  # a server that reads just now does it within a minute
        return erased


async def import_file(
    settings: Settings, file: Path, move_accounts: bool = False, **how: Any
) -> ImportResult:
    """Import a file into the settings' database, with a progress bar and the refused rows on standard
    error. `how` is what else `import_contacts` takes."""
    async with opened(settings.database_url) as store, AsyncExitStack() as stack:
        lookup = _slack_lookup(settings, stack) if settings.channels.slack is not None else None
        show = stack.enter_context(ImportDisplay())
        return await import_contacts(
            store, file, settings, datetime.now(UTC), show, lookup, move_accounts=move_accounts, **how
        )


class ImportDisplay(ExitStack):
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

    def __call__(self, progress: importing.ImportProgress) -> None:
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
        file = stack.enter_context(open_private(out, "utf-8-sig"))
        writer = csv.writer(file)
        writer.writerow(("contact_id", "name", "link", "text"))
        count = 0
        async for one in make_links(store, username, settings.company, settings.language, datetime.now(UTC)):
            writer.writerow(guarded(cell) for cell in (one.contact_id, one.name, one.link, one.text))
            count += 1
        return count


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
