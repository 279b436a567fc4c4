"""`npsbot campaign`: the commands that admins give in chat, at the command line, beside a running server."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.text import Text

from bot.cases.digests.readers import DigestReader, readers_at
from bot.cli.report import ReadLine, tell
from bot.cli.shared import BAD_USAGE, REFUSED, SPOKEN, ConfigOption, load_settings, operator, run
from bot.clock import RealClock
from bot.commands.desk import Desk
from bot.commands.desks.report import ReportCommand
from bot.commands.grammar import VERBS, Misread, parse
from bot.commands.replies.reply import Reply, ReplyKind
from bot.config.settings import Settings
from bot.context import Context
from bot.sending.digesting import Digesting
from bot.store.store import opened
from bot.words import words_for
from channels.base import Address, Body
from channels.known import CHANNELS

_EXIT: Final[Mapping[ReplyKind, int]] = {"done": 0, "refused": REFUSED, "misread": BAD_USAGE}

campaign_app = typer.Typer(no_args_is_help=True, add_completion=False)


CampaignArgument = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="A campaign of config.yaml.")]


@campaign_app.callback()
def campaign_group(config: ConfigOption = None) -> None:
    """Try, start, stop and watch campaigns.

    Exit code 0: done, 1: refused, 2: not understood.
    """


@campaign_app.command("help")
def help_command(config: ConfigOption = None) -> None:
    """Say which commands there are, and which campaigns."""
    _carry_out(config, ["help"])


@campaign_app.command("try")
def try_command(
    campaign: CampaignArgument,
    as_: Annotated[
        str, typer.Option("--as", metavar="ADDRESS", help="An admin's address, such as slack:U0123ABCD.")
    ],
    config: ConfigOption = None,
) -> None:
    """Hold the conversation of CAMPAIGN with an admin; it is counted nowhere. A running server sends it."""
    try:
        admin = Address.parse(as_)
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_USAGE) from None
    _carry_out(config, ["try", campaign], admin)


@campaign_app.command("start")
def start_command(
    campaign: CampaignArgument,
    rest: Annotated[
        list[str] | None,
        typer.Argument(metavar="[on DAY [TIME] | confirm]", help="When, or that what was shown is to start."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Show who would be asked; with `confirm`, start what was shown. A running server sends the questions."""
    _carry_out(config, ["start", campaign, *(rest or [])])


@campaign_app.command("schedule")
def schedule_command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[CAMPAIGN [every … from DAY | skip | pause | resume | off | confirm]]",
            help="As in chat.",
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Show what starts when; or have CAMPAIGN start by itself, again and again, where a server runs."""
    _carry_out(config, ["schedule", *(words or [])])


@campaign_app.command("plan")
def plan_command(
    campaign: CampaignArgument,
    out: Annotated[Path, typer.Option("--csv", metavar="FILE", help="The file to write.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite FILE.")] = False,
    config: ConfigOption = None,
) -> None:
    """Write everybody of the audience to FILE: who would be asked where and when, and who not by which rule."""
    from bot.cli.plan_file import write_plan

    count = run(write_plan(load_settings(config), campaign, out, force, _now()))
    typer.echo(f"{out}: {count:,} {'contact' if count == 1 else 'contacts'}; nothing has been sent")


@campaign_app.command("status")
def status_command(
    campaign: Annotated[
        str | None, typer.Argument(metavar="[CAMPAIGN]", help="One campaign; else every one.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Say how far the newest wave of each campaign is."""
    _carry_out(config, ["status", *([campaign] if campaign else [])])


@campaign_app.command("stop")
def stop_command(
    campaign: CampaignArgument,
    confirm: Annotated[
        str | None, typer.Argument(metavar="[confirm]", help="Do it, and do not only say what it would do.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Say what it would be to ask nobody more; with `confirm`, do it. Open conversations may finish."""
    _carry_out(config, ["stop", campaign, *([confirm] if confirm else [])])


@campaign_app.command("pause")
def pause_command(campaign: CampaignArgument, config: ConfigOption = None) -> None:
    """Ask nobody more, at once, until it is resumed."""
    _carry_out(config, ["pause", campaign])


@campaign_app.command("resume")
def resume_command(campaign: CampaignArgument, config: ConfigOption = None) -> None:
    """Let a paused wave go on."""
    _carry_out(config, ["resume", campaign])


@campaign_app.command("undo")
def undo_command(campaign: CampaignArgument, config: ConfigOption = None) -> None:
    """Take the last start back while nothing of it is sent; nobody was asked, and no report counts it."""
    _carry_out(config, ["undo", campaign])


@campaign_app.command("report")
def typed_report(
    campaign: CampaignArgument,
    rest: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[wave N] [by ATTRIBUTE] [since DATE] [vs previous]", help="As it is typed in chat."
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Report the newest wave of CAMPAIGN, or as the words after it say; `npsbot report` takes options."""
    tell(config, _typed("report", campaign, *(rest or [])))


@campaign_app.command("trend")
def typed_trend(
    campaign: CampaignArgument,
    rest: Annotated[list[str] | None, typer.Argument(metavar="[by month|week]")] = None,
    config: ConfigOption = None,
) -> None:
    """The score of each wave of CAMPAIGN, or by month or week, and whether it changed."""
    tell(config, _typed("trend", campaign, *(rest or [])))


@campaign_app.command("themes")
def typed_themes(
    campaign: CampaignArgument,
    rest: Annotated[list[str] | None, typer.Argument(metavar="[wave N] [by ATTRIBUTE]")] = None,
    config: ConfigOption = None,
) -> None:
    """What the reasons of a wave speak of, and what that costs."""
    tell(config, _typed("themes", campaign, *(rest or [])))


@campaign_app.command("accounts")
def typed_accounts(
    campaign: CampaignArgument,
    rest: Annotated[list[str] | None, typer.Argument(metavar="[wave N] [weighted by ATTRIBUTE]")] = None,
    config: ConfigOption = None,
) -> None:
    """The score of a wave by account, and which accounts are unhappy."""
    tell(config, _typed("accounts", campaign, *(rest or [])))


@campaign_app.command("churn")
def typed_churn(
    campaign: CampaignArgument,
    rest: Annotated[list[str] | None, typer.Argument(metavar="[wave N]")] = None,
    config: ConfigOption = None,
) -> None:
    """Who left since a wave, by what they had answered."""
    tell(config, _typed("churn", campaign, *(rest or [])))


@campaign_app.command("movers")
def typed_movers(
    campaign: CampaignArgument,
    rest: Annotated[list[str] | None, typer.Argument(metavar="[wave N]")] = None,
    config: ConfigOption = None,
) -> None:
    """What became of those who answered the wave before."""
    tell(config, _typed("movers", campaign, *(rest or [])))


@campaign_app.command("managers")
def typed_managers(
    campaign: CampaignArgument,
    rest: Annotated[list[str] | None, typer.Argument(metavar="[wave N]")] = None,
    config: ConfigOption = None,
) -> None:
    """Account managers held against each other: whose score chance alone does not explain."""
    tell(config, _typed("managers", campaign, *(rest or [])))


@campaign_app.command("board")
def typed_board(
    campaign: CampaignArgument,
    rest: Annotated[list[str] | None, typer.Argument(metavar="[wave N]")] = None,
    config: ConfigOption = None,
) -> None:
    """One page of a wave for the board, made to be forwarded."""
    tell(config, _typed("board", campaign, *(rest or [])))


@campaign_app.command("audit")
def typed_audit(
    campaign: CampaignArgument,
    rest: Annotated[list[str] | None, typer.Argument(metavar="[wave N] [by ATTRIBUTE]")] = None,
    config: ConfigOption = None,
) -> None:
    """Of all who qualified for a wave, who was not asked and by which rule, by account manager."""
    tell(config, _typed("audit", campaign, *(rest or [])))


@campaign_app.command("hold")
def hold_command(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[CONTACT until DAY because … | CONTACT refuse]")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Hold a customer back for a while, refuse that, or say who is held back."""
    _carry_out(config, ["hold", *(words or [])])


@campaign_app.command("answers")
def typed_answers(
    campaign: CampaignArgument,
    rest: Annotated[
        list[str] | None, typer.Argument(metavar="[detractors|passives|promoters] [wave N]")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """The newest answers of a wave, with the reasons."""
    tell(config, _typed("answers", campaign, *(rest or [])))


@campaign_app.command("cases")
def typed_cases(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[open|late] [CAMPAIGN] [wave N] [page N]")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Which cases are open, in short; `npsbot cases` has a table, and values for programs."""
    _carry_out(config, ["cases", *(words or [])])


@campaign_app.command("case")
def typed_case(
    words: Annotated[list[str], typer.Argument(metavar="N", help="The number of the case.")],
    config: ConfigOption = None,
) -> None:
    """Everything about one case, in short; `npsbot case` tells all of it."""
    _carry_out(config, ["case", *words])


@campaign_app.command("improved")
def improved_command(
    campaign: CampaignArgument,
    words: Annotated[
        list[str] | None, typer.Argument(metavar='[wave N] THEME "…" | confirm | stop', help="As in chat.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Show who would be told what is better now; with `confirm`, tell them, with `stop`, take it back."""
    _carry_out(config, ["improved", campaign, *(words or [])])


@campaign_app.command("why")
def typed_why(
    contact: Annotated[list[str], typer.Argument(metavar="CUSTOMER", help="A key, an address or a name.")],
    config: ConfigOption = None,
) -> None:
    """What happened with a customer, in short; `npsbot why` tells all of it."""
    _carry_out(config, ["why", *contact])


@campaign_app.command("who")
def typed_who(
    contact: Annotated[list[str], typer.Argument(metavar="CUSTOMER", help="A key, an address or a name.")],
    config: ConfigOption = None,
) -> None:
    """Who somebody is, and how they are reached; `npsbot contacts find` is for programs."""
    _carry_out(config, ["who", *contact])


@campaign_app.command("away")
def typed_away(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[NAME until DAY to NAME]", help="Nothing: say who is away. NAME off: they are back."
        ),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Send an account manager's new cases to a colleague until a day."""
    _carry_out(config, ["away", *(words or [])])


@campaign_app.command("digest")
def digest_command(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[RHYTHM]", help="Only in a chat, by who reads it.")
    ] = None,
    whose: Annotated[
        str | None,
        typer.Option("--for", metavar="ADDRESS", help="Show what theirs would say now; it tells nobody."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Say who is told what by itself, how often, and when next. Each reader chooses that in their chat."""
    if whose is None:
        _carry_out(config, ["digest", *(words or [])])
    settings = load_settings(config)
    try:
        address = Address.parse(whose or "")
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_USAGE) from None
    meant = readers_at(settings, address)
    if not meant:
        typer.echo(f"{address} reads no digests; npsbot campaign digest lists who does.", err=True)
        raise typer.Exit(REFUSED)
    for body in run(_previews(settings, meant)):
        typer.echo("".join(span.text for span in body) if body else "There is nothing to tell now.")


async def _previews(settings: Settings, meant: Sequence[DigestReader]) -> list[Body | None]:
    async with opened(settings.database_url) as store:
        context = Context(settings, {}, {name: known.limits for name, known in CHANNELS.items()})
        digesting = Digesting(store, context, RealClock())
        return [await digesting.preview(one) for one in meant]


@campaign_app.command("dashboard")
def dashboard_command(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[off]", help="End it in every browser where it is open.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Give a link by which whoever can run npsbot here opens the dashboard of a running server."""
    _carry_out(config, ["dashboard", *(words or [])])


def _name_as_in_chat() -> None:
    """Let each command be called by every word that means it in a chat, in Dutch too; help lists one name of each."""
    for command in tuple(campaign_app.registered_commands):
        if command.name is not None and command.callback is not None:
            for word in sorted(VERBS.get(command.name, frozenset()) - {command.name}):
                campaign_app.command(word, hidden=True)(command.callback)


_name_as_in_chat()


def _typed(*words: str) -> ReadLine:
    """What these words ask for, as in chat."""

    def ask(names: Sequence[str], today: date) -> ReportCommand | Misread:
        command = parse(_line(*words), names, today)
        if not isinstance(command, ReportCommand | Misread):
            raise TypeError(f"{words[0]} asks for no report")
        return command

    return ask


def _line(*words: str) -> str:
    return " ".join(f'"{word}"' if " " in word else word for word in words)


def _carry_out(config: Path | None, words: Sequence[str], actor: Address | None = None) -> None:
    settings = load_settings(config)
    answer = run(_answer(settings, actor or operator(), _line(*words)))
    failed = answer.outcome != "done"
    console = Console(stderr=failed, highlight=False)
    console.print(
        Text.assemble(*((span.text, "bold" if span.kind == "bold" else "") for span in answer.body)),
        soft_wrap=True,
    )
    raise typer.Exit(_EXIT[answer.outcome])


async def _answer(settings: Settings, actor: Address, line: str) -> Reply:
    async with opened(settings.database_url) as store:
        limits = {name: known.limits for name, known in CHANNELS.items()}
        desk = Desk(store, settings, limits, words_for("admin", SPOKEN), _now)
        with Console(stderr=True).status(""):
            return await desk.carry_out(actor, line)


def _now() -> datetime:
    return datetime.now(UTC)
