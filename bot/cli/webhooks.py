"""`npsbot webhooks`: other systems that are told what happens, by signed requests."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Concatenate, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import Connection

from bot.cli.shared import BAD_USAGE, REFUSED, ConfigOption, load_settings, run
from bot.config.settings import Settings
from bot.config.value_types import near
from bot.hooks import hooks
from bot.hooks.bodies import trial_body
from bot.hooks.deliveries import try_all_again
from bot.hooks.hooks import Hook, HookRefused, HookStanding, NewHook
from bot.hooks.kinds import HOOK_KINDS, HookKind
from bot.hooks.posting import Posted, Poster
from bot.hooks.signing import new_hook_secret, signed_headers
from bot.store.store import opened

P = ParamSpec("P")
T = TypeVar("T")

webhooks_app = typer.Typer(no_args_is_help=True, add_completion=False)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="What `npsbot webhooks list` calls it.")]


@webhooks_app.callback()
def webhooks_group(config: ConfigOption = None) -> None:
    """Tell other systems what happens, by signed requests.

    They are signed as Standard Webhooks has it. Exit code 0: done, 1: it did not arrive, 2: not understood.
    """


@webhooks_app.command("add")
def add_command(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where requests go, such as https://crm.example.com/nps.")
    ],
    events: Annotated[
        str,
        typer.Option("--events", metavar="EVENT,…", help=f"Of {', '.join(HOOK_KINDS)}; or all."),
    ] = "all",
    name: Annotated[str | None, typer.Option("--name", help="What it is called; else by its host.")] = None,
    with_words: Annotated[bool, typer.Option("--with-words", help="With what customers wrote.")] = False,
    with_names: Annotated[
        bool, typer.Option("--with-names", help="With names of customers, accounts and account managers.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Tell the system at URL what happens from now on. The secret that signs is shown once, here.

    Exit code 0: added; 2: not understood, or refused.
    """
    settings = load_settings(config)
    try:
        wanted = NewHook(
            name or hooks.name_of_url(url),
            hooks.check_url(url.strip(), allow_private=settings.webhooks.allow_private),
            _kinds(events),
            with_words,
            with_names,
        )
        secret = new_hook_secret()
        run(_write(settings, hooks.add_hook, wanted, secret, datetime.now(UTC)))
    except HookRefused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_USAGE) from None
    typer.echo(f"{wanted.name} is told of {', '.join(wanted.events)} from now on")
    typer.echo(f"its secret, which is not shown again: {secret}")


@webhooks_app.command("list")
def list_command(config: ConfigOption = None) -> None:
    """Which systems are told of what, how much waits for each, and what is wrong."""
    settings = load_settings(config)
    rows = run(_read(settings, hooks.all_hooks))
    if not rows:
        typer.echo("there are no webhooks; npsbot webhooks add URL makes one")
    for row in rows:
        for line in _lines(row, ZoneInfo(settings.timezone)):
            typer.echo(line)


@webhooks_app.command("test")
def try_command(name: NameArgument, config: ConfigOption = None) -> None:
    """Send one signed request of the type webhook.test to NAME now, and say what became of it.

    Exit code 0: it arrived; 1: it did not; 2: there is no such webhook.
    """
    settings = load_settings(config)
    posted = run(_test(settings, name))
    if posted.why is not None:
        typer.echo(f"it did not arrive: {posted.why}", err=True)
        raise typer.Exit(REFUSED)
    typer.echo("it arrived; the list of webhooks does not count it")


@webhooks_app.command("retry")
def retry_command(name: NameArgument, config: ConfigOption = None) -> None:
    """Send what was parked for NAME once more, and what waits for its next try now. One that was paused goes on."""

    def again(connection: Connection, row: Hook, now: datetime) -> str:
        if row.ended_at is not None:
            raise HookRefused(f"{row.name} has ended: {hooks.ENDED}")
        parked = try_all_again(connection, row.id, now)
        return f"{row.waiting} wait for {row.name} and go now, of which {parked} were parked"

    typer.echo(_changed(name, config, again))


@webhooks_app.command("pause")
def pause_command(name: NameArgument, config: ConfigOption = None) -> None:
    """Send NAME nothing until `retry`; what happens is kept for it."""

    def pause(connection: Connection, row: Hook, now: datetime) -> str:
        hooks.pause_hook(connection, row.id, now)
        return f"{row.name} is paused; npsbot webhooks retry {row.name} lets it go on"

    typer.echo(_changed(name, config, pause))


@webhooks_app.command("rotate")
def rotate_command(name: NameArgument, config: ConfigOption = None) -> None:
    """Give NAME another secret, shown once, here. For 24 hours the old one signs too."""

    def rotate(connection: Connection, row: Hook, now: datetime) -> str:
        secret = new_hook_secret()
        until = hooks.rotate(connection, row.id, secret, now)
        return (
            f"its new secret, which is not shown again: {secret}\n"
            f"until {hooks.in_zone(until, UTC)} the old one signs too"
        )

    typer.echo(_changed(name, config, rotate))


@webhooks_app.command("remove")
def remove_command(name: NameArgument, config: ConfigOption = None) -> None:
    """Tell NAME nothing more. What waits for it is dropped."""

    def remove(connection: Connection, row: Hook, _now: datetime) -> str:
        hooks.remove_hook(connection, row.id)
        return f"{row.name} is removed; {row.waiting} that waited for it were dropped"

    typer.echo(_changed(name, config, remove))


def _kinds(said: str) -> Sequence[HookKind]:
    names = [one.strip() for one in said.split(",") if one.strip()]
    if names == ["all"]:
        return HOOK_KINDS
    for one in names:
        if one not in HOOK_KINDS:
            hint = near(one, HOOK_KINDS) or f"there are {', '.join(HOOK_KINDS)}, or all"
            raise HookRefused(f"nothing is called {one}; {hint}")
    if not names:
        raise HookRefused(f"--events names nothing; there are {', '.join(HOOK_KINDS)}, or all")
    return cast("list[HookKind]", sorted(set(names)))


def _lines(row: HookStanding, zone: ZoneInfo) -> list[str]:
    brings = [*(["words"] if row.with_words else []), *(["names"] if row.with_names else [])]
    last = hooks.in_zone(row.delivered_at, zone) if row.delivered_at else "never"
    lines = [
        f"{row.name}  {row.url}",
        f"  {', '.join(row.events)}; {'with ' + ' and '.join(brings) if brings else 'without words or names'}",
        f"  {row.waiting - row.parked} waiting, {row.parked} parked, last delivered {last}",
    ]
    if row.paused_at is not None and row.ended_at is None:
        lines.append(f"  paused since {hooks.in_zone(row.paused_at, zone)}")
    if (wrong := hooks.trouble(row, zone)) is not None:
        lines.append(f"  {wrong}")
    return lines


def _changed(name: str, config: Any, change: Callable[[Connection, Hook, datetime], str]) -> str:
    """What a change of the hook of this name says."""
    settings = load_settings(config)

    def found(connection: Connection, now: datetime) -> str:
        return change(connection, _the(connection, name), now)

    return run(_write(settings, found, datetime.now(UTC)))


def _the(connection: Connection, name: str) -> Hook:
    row = hooks.find_hook(connection, name)
    if row is None:
        raise HookRefused(f"there is no webhook {name}; npsbot webhooks list shows them")
    return row


async def _write(
    settings: Settings, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
) -> T:
    async with opened(settings.database_url) as store:
        return await store.write(function, *args, **kwargs)


async def _read(settings: Settings, function: Callable[[Connection], T]) -> T:
    async with opened(settings.database_url) as store:
        return await store.read(function)


async def _test(settings: Settings, name: str) -> Posted:
    row = await _write(settings, _the, name)
    now = datetime.now(UTC)
    poster = Poster(lambda: settings.webhooks.allow_private)
    try:
        body = trial_body(row.name, now)
        headers = signed_headers(hooks.secrets_of(row, now), f"test_{int(now.timestamp() * 1000)}", now, body)
        return await poster.post(row.url, headers, body, now)
    finally:
        await poster.aclose()
