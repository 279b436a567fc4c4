"""`npsbot keys`: the keys by which other systems ask and tell."""

import json
import sys
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from bot.api.keys import SCOPES, USUAL_RATE, ApiKey, KeyScope, add_key, listed_keys, revoke_key
from bot.cli.shared import REFUSED, ConfigOption, load_settings, operator, run
from bot.config.settings import Settings
from bot.store.store import opened

keys_app = typer.Typer(
    help="Make, list and revoke keys for the API.", no_args_is_help=True, add_completion=False
)

UNMEASURED: Final = 1_000
"""Columns where nobody looks on: wider than any list."""

KeyName = Annotated[
    str, typer.Argument(metavar="NAME", help="What the key is called: the system that has it.")
]


@keys_app.command("add")
def add_command(
    name: KeyName,
    scopes: Annotated[
        list[str] | None,
        typer.Option("--scope", metavar="SCOPE", help=f"Of {', '.join(SCOPES)}. May be repeated."),
    ] = None,
    per_minute: Annotated[
        int, typer.Option("--per-minute", min=1, max=100_000, help="How many requests it may make a minute.")
    ] = USUAL_RATE,
    config: ConfigOption = None,
) -> None:
    """Make a key, and print it: it is kept nowhere and shown once.

    Exit code 0: made; 2: not understood.
    """
    secret = run(_add(load_settings(config), name, scopes or [], per_minute))
    typer.echo(secret)
    typer.echo("keep it now: it cannot be shown again", err=True)


@keys_app.command("list")
def list_command(
    as_json: Annotated[bool, typer.Option("--json", help="For programs: times in UTC.")] = False,
    config: ConfigOption = None,
) -> None:
    """Print the keys: what each may do, when it was made, and when it was used last, by the company's clock."""
    settings = load_settings(config)
    found = run(_list(settings))
    if as_json:
        typer.echo(json.dumps([_key_json(key) for key in found], ensure_ascii=False))
        return
    zone = ZoneInfo(settings.timezone)
    table = Table("name", "scopes", "a minute", "made", "last used", "revoked", caption=f"times: {zone}")
    for key in found:
        times = (_minute(at, zone) for at in (key.made_at, key.used_at, key.revoked_at))
        table.add_row(key.name, " ".join(_scopes(key)), str(key.per_minute), *times)
    # Into a pipe or a file every cell goes whole: what reads there has no width.
    Console(highlight=False, width=None if sys.stdout.isatty() else UNMEASURED).print(table)


@keys_app.command("revoke")
def revoke_command(name: KeyName, config: ConfigOption = None) -> None:
    """Let a key be good for nothing from now on.

    Exit code 0: it is; 1: there is no such key.
    """
    revoked = run(_revoke(load_settings(config), name))
    if revoked is None:
        typer.echo(f"no key is called {name!r}; npsbot keys list prints all of them", err=True)
        raise typer.Exit(REFUSED)
    typer.echo(f"the key {name} is revoked" if revoked else f"the key {name} was revoked before")


async def _add(settings: Settings, name: str, scopes: list[str], per_minute: int) -> str:
    async with opened(settings.database_url) as store:
        return await store.write(add_key, name, scopes, str(operator()), datetime.now(UTC), per_minute)


async def _list(settings: Settings) -> list[ApiKey]:
    async with opened(settings.database_url) as store:
        return await store.read(listed_keys)


async def _revoke(settings: Settings, name: str) -> bool | None:
    async with opened(settings.database_url) as store:
        return await store.write(revoke_key, name, datetime.now(UTC))


def _scopes(key: ApiKey) -> list[KeyScope]:
    return [scope for scope in SCOPES if scope in key.scopes]


def _key_json(key: ApiKey) -> dict[str, Any]:
    times = {"made_at": key.made_at, "used_at": key.used_at, "revoked_at": key.revoked_at}
    told = {name: None if at is None else at.isoformat(timespec="seconds") for name, at in times.items()}
    return {
        "name": key.name,
        "scopes": _scopes(key),
        "per_minute": key.per_minute,
        "made_by": key.made_by,
        **told,
    }


def _minute(at: datetime | None, zone: ZoneInfo) -> str:
    return "-" if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
