"""The command line, put together: what there is, and where it is found once it is asked for."""

import gc
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True, slots=True)
class ListedCommand:
    """A command, or a group of them, before its module is imported: the module, the name in it, and the line of
    `npsbot --help`, which is the first of its own help."""

    module: str
    name: str
    help: str


COMMANDS: Final[Mapping[str, ListedCommand]] = {
    "serve": ListedCommand(
        "bot.cli.serve",
        "serve_command",
        "Run the server until SIGTERM or Ctrl-C; what is under way then is finished first.",
    ),
    "laptop": ListedCommand(
        "bot.cli.laptop",
        "laptop_command",
        "Ask your first real customers from this machine: no configuration file, no public address.",
    ),
    "check": ListedCommand(
        "bot.cli.check.check",
        "check_command",
        "Check the configuration, the database and each channel's provider; one line each.",
    ),
    "contacts": ListedCommand(
        "bot.cli.contacts",
        "contacts_app",
        "Import, list, find, show, remove and erase contacts, and make links for Telegram.",
    ),
    "campaign": ListedCommand("bot.cli.campaign", "campaign_app", "Try, start, stop and watch campaigns."),
    "event": ListedCommand(
        "bot.cli.events",
        "event_command",
        "Tell what happened at CONTACT's; who asks after it does so by itself.",
    ),
    "events": ListedCommand(
        "bot.cli.events",
        "events_command",
        "Take in the events in FILE, each once, however often it is given.",
    ),
    "report": ListedCommand(
        "bot.cli.report",
        "report_command",
        "Report a wave of CAMPAIGN: the score, how sure it is, and who answered.",
    ),
    "trend": ListedCommand(
        "bot.cli.report",
        "trend_command",
        "The score of each wave of CAMPAIGN, or by month or week, and whether it changed. Exit codes as of report.",
    ),
    "themes": ListedCommand(
        "bot.cli.report",
        "themes_command",
        "What the reasons of a wave speak of, and what that costs. Exit codes as of report.",
    ),
    "accounts": ListedCommand(
        "bot.cli.report",
        "accounts_command",
        "The score of a wave by account, and which accounts are unhappy. Exit codes as of report.",
    ),
    "churn": ListedCommand(
        "bot.cli.report",
        "churn_command",
        "Who left since a wave, by what they had answered: the one before the newest. Exit codes as of report.",
    ),
    "movers": ListedCommand(
        "bot.cli.report",
        "movers_command",
        "What became of those who answered the wave before. Exit codes as of report.",
    ),
    "managers": ListedCommand(
        "bot.cli.report",
        "managers_command",
        "Account managers held against each other: whose score chance alone does not explain. Exit codes as of report.",
    ),
    "board": ListedCommand(
        "bot.cli.report",
        "board_command",
        "One page of a wave for the board, made to be forwarded, also as a picture or a PDF. Exit codes as of report.",
    ),
    "answers": ListedCommand(
        "bot.cli.report",
        "answers_command",
        "The newest answers of a wave, with the reasons. Exit codes as of report.",
    ),
    "cases": ListedCommand(
        "bot.cli.cases",
        "cases_command",
        "Which cases are open, who has them and what is next; of a campaign also what became of all of them.",
    ),
    "case": ListedCommand(
        "bot.cli.cases",
        "case_command",
        "Everything about one case: the customer, what they said, who has it, and all that happened with it.",
    ),
    "export": ListedCommand(
        "bot.cli.export",
        "export_command",
        "Write everybody of CAMPAIGN: who was asked, how far they got, what they said, who was left out and why.",
    ),
    "keys": ListedCommand("bot.cli.keys", "keys_app", "Make, list and revoke keys for the API."),
    "tallies": ListedCommand(
        "bot.cli.tallies",
        "tallies_command",
        "Prove that the counters behind reports agree with the conversations, and the themes with the reasons.",
    ),
    "backup": ListedCommand(
        "bot.cli.backup",
        "backup_command",
        "Copy the database into FILE, also while the server runs and replies come in.",
    ),
    "restored": ListedCommand(
        "bot.cli.backup",
        "restored_command",
        "Make a restored copy of the database safe to go on from, before the server starts.",
    ),
    "why": ListedCommand(
        "bot.cli.why",
        "why_command",
        "What happened with CONTACT, and why: asked or left out, sent, said, alerted, followed up.",
    ),
    "webhooks": ListedCommand(
        "bot.cli.webhooks", "webhooks_app", "Tell other systems what happens, by signed requests."
    ),
    "mcp": ListedCommand(
        "bot.cli.assistant",
        "mcp_command",
        "Answer an assistant (Model Context Protocol, over stdio): reports and time lines; it changes nothing.",
    ),
    "read": ListedCommand(
        "bot.cli.read",
        "read_command",
        "Show how replies are understood, as the conversation would at that moment.",
    ),
    "try": ListedCommand(
        "bot.cli.try_out",
        "try_command",
        "Have the conversation yourself: be the customer, and see beside each line what was understood.",
    ),
    "demo": ListedCommand(
        "bot.cli.demo",
        "demo_command",
        "Try npsbot without any account: providers that stand on this machine, and made-up companies.",
    ),
}


class ImportedWhenAsked(TyperGroup):
    """The commands of `COMMANDS`. All their modules together take two seconds to import, so only that of the one
    that is called, or whose own help is asked for, is."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = {name: TyperCommand(name, help=listed.help) for name, listed in COMMANDS.items()}

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        name, command, rest = super().resolve_command(ctx, args)
        return name, command if name is None else imported(name), rest


def imported(name: str) -> Any:
    """The command of this name, with its options."""
    listed = COMMANDS[name]
    gc.disable()  # importing leaves little garbage, and to look for it again and again takes a tenth of the time
    try:
        found = getattr(import_module(listed.module), listed.name)
    finally:
        gc.enable()
    if not isinstance(found, typer.Typer):
        command, found = found, typer.Typer(add_completion=False)
        found.command(name)(command)
    return get_command(found)


app = typer.Typer(
    cls=ImportedWhenAsked,
    context_settings={"help_option_names": ["--help", "-h"]},
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    add_completion=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        # Here, because it costs as much as a tenth of `npsbot --help`, which does not tell it.
        from importlib.metadata import version

        typer.echo(f"npsbot {version('npsbot')}")
        raise typer.Exit


@app.callback()
def npsbot(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", callback=_tell_version, is_eager=True),
    ] = False,
) -> None:
    """Asks customers the Net Promoter question in Slack, Telegram and SMS, and alerts the account manager."""
