"""`npsbot laptop`: ask real customers from this machine, without a configuration file or a public address."""

import os
import sys
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final, NoReturn
from zoneinfo import ZoneInfo

import typer

from bot.campaigns.planning import plan_wave
from bot.cli.check.check import provider_lines, say
from bot.cli.contacts import import_file, tell_import, write_links
from bot.cli.laptop_choices import CAMPAIGN, LaptopChoices, ProviderToken, managers_in, tokens_from
from bot.cli.serve import serve
from bot.cli.shared import BAD_USAGE, SPOKEN, run
from bot.commands.asking import TERMINAL
from bot.commands.replies.reply import Phrasing
from bot.config.settings import ConfigError, Settings, checked
from bot.config.value_types import person_address
from bot.people.files.header import CannotRead
from bot.store.store import opened
from bot.words import words_for
from channels.base import Address
from channels.known import title_of

LINKS: Final = Path("telegram-links.csv")
_HOST: Final = "127.0.0.1"


def laptop_command(
    company: Annotated[
        str | None, typer.Option(help="The name by which your customers know you.", show_default=False)
    ] = None,
    admin: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="You: slack:U… or telegram:NUMBER. You give the commands and get the alerts.",
            show_default=False,
        ),
    ] = None,
    contacts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A CSV file of contacts to import first.", show_default=False),
    ] = None,
    language: Annotated[
        str, typer.Option(help="For you, and for customers without one of their own.")
    ] = "en",
    timezone: Annotated[str, typer.Option(help="For customers whose own is not known.")] = "Europe/Amsterdam",
    save: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what was chosen as a configuration.", show_default=False),
    ] = None,
) -> None:
    """Ask your first real customers from this machine: no configuration file, no public address.

    Tokens come from the environment (SLACK_BOT_TOKEN and SLACK_APP_TOKEN;
    TELEGRAM_TOKEN; TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_FROM) or,
    at a terminal, are asked for; a channel without its tokens is off. Data is
    kept in npsbot.db in the working directory. docs/laptop.md tells where
    each token is found.
    """
    if save is not None and save.exists():
        _end(f"{save} exists already, and is not overwritten; give another name to --save")
    choices = _choices(company, admin, contacts, language, timezone)
    if choices.admin.channel not in choices.channels:
        _end(
            f"--admin {choices.admin} is on {choices.admin.channel}, which is off; give that channel's tokens"
        )
    try:
        settings = checked(choices.values(lambda variable: choices.tokens[variable]), "npsbot laptop")
    except ConfigError as error:
        _end(str(error))
    lines = run(provider_lines(settings))
    for line in lines:
        say(line)
    if any(kind == "problem" for kind, _ in lines):
        raise typer.Exit(1)
    if contacts is not None:
        tell_import(run(import_file(settings, contacts)))
    if save is not None:
        _save(save, choices)
    if "telegram" in choices.channels and (links := run(write_links(settings, LINKS))):
        typer.echo(
            f"{LINKS} holds a personal link for {links:,} contacts: who presses Start there can be asked"
        )
    run(_tell(settings, choices.admin, datetime.now(UTC)))
    serve(settings, _HOST, 0)


def _choices(
    company: str | None, admin: str | None, contacts: Path | None, language: str, timezone: str
) -> LaptopChoices:
    terminal = sys.stdin.isatty()
    if terminal:
        company = company or typer.prompt("The name by which your customers know you")
        admin = admin or typer.prompt("You, as slack:U… or telegram:NUMBER")
    if not company or not admin:
        _end("give --company and --admin, such as --company Acme --admin slack:U0123ABCD")
    try:
        return LaptopChoices(
            company,
            person_address(admin),
            language,
            timezone,
            () if contacts is None else managers_in(contacts),
            tokens_from(os.environ, _asked if terminal else None),
        )
    except CannotRead as error:
        _end(str(error))
    except ValueError as error:
        _end(f"--admin {error}" if str(error).startswith("is ") else str(error))


def _asked(channel: str, token: ProviderToken) -> str:
    """An answer at the terminal; a secret is not shown while it is typed."""
    leave_out = f" Enter leaves {title_of(channel)} out." if token.first else ""
    given: str = typer.prompt(
        f"{token.variable} ({token.where}).{leave_out}",
        default="",
        show_default=False,
        hide_input=token.secret,
    )
    return given


def _save(file: Path, choices: LaptopChoices) -> None:
    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(choices.as_yaml())
    except OSError as error:
        _end(f"{file} cannot be written: {error.strerror or error}; give another name to --save")
    typer.echo(f"{file} holds these choices, without the secrets: npsbot serve --config {file}")


async def _tell(settings: Settings, admin: Address, now: datetime) -> None:
    """Print how many of the contacts can be asked, why others cannot, and what to do next."""
    # Here, because the SDKs take half a second to load.
    from bot.app import build_channels
    from channels.telegram.channel import TelegramChannel

    async with AsyncExitStack() as stack:
        channels = build_channels(settings)
        for channel in channels.values():
            stack.push_async_callback(channel.aclose)
        store = await stack.enter_async_context(opened(settings.database_url))
        limits = {name: channel.limits for name, channel in channels.items()}
        plan = await plan_wave(store, settings, CAMPAIGN, limits, now, TERMINAL)
        telegram = channels.get("telegram")
        bot = await telegram.username() if isinstance(telegram, TelegramChannel) else ""
    phrasing = Phrasing(words_for("admin", SPOKEN), ZoneInfo(settings.timezone), "/nps")
    typer.echo()
    typer.echo(phrasing.text("plan_people", people=phrasing.number(plan.people)))
    typer.echo(phrasing.text("plan_asked", asked=phrasing.number(plan.asked_in_all)))
    if plan.skipped:
        typer.echo(phrasing.text("plan_skipped", skipped=phrasing.reasons(plan.skipped)))
    if not plan.people:
        typer.echo("There is nobody to ask yet: end this with Ctrl-C, and give --contacts a CSV file.")
    where = "Open the app's direct messages in Slack"
    if admin.channel == "telegram":
        where = f"Open https://t.me/{bot} and press Start"
    typer.echo(
        f"\n{where}. Write there\n"
        f"  /nps try {CAMPAIGN}     to see what a customer sees; it is counted nowhere\n"
        f"  /nps start {CAMPAIGN}   to see who will be asked; nothing is sent before you press Start\n"
        "Leave this running: what customers answer is fetched from here. Ctrl-C ends it; the same command "
        "goes on.\n"
    )


def _end(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(BAD_USAGE)
