"""`npsbot check`: whether the configuration can be used, and what each provider says to it."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, Literal

import typer
from sqlalchemy import Connection, inspect, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine

from bot.cases.digests.digests import unreached
from bot.cases.unseen import unseen
from bot.cli.check.audiences import audience_lines
from bot.cli.check.words import words_notes
from bot.cli.shared import CONFIG, ConfigOption, run
from bot.config import zone_data
from bot.config.settings import ConfigError, Settings, load
from bot.people.clashes import clashes
from bot.people.suppression import KeyMissing, require_keys
from bot.sending.hearing import wrong_with
from bot.store.migrate import schema_of, schemas
from bot.store.schema import contact
from channels.base import Address, Channel, Moved, SendError, Unreachable
from channels.known import CHANNELS

ANSWER_WITHIN: Final = 15.0  # seconds that a provider has

CheckLine = tuple[Literal["ok", "off", "note", "problem"], str]


def check_command(config: ConfigOption = None) -> None:
    """Check the configuration, the database and each channel's provider; one line each.

    Nothing is changed anywhere. Exit code 0 only where there is no problem; a note is none.
    """
    try:
        settings = load(config or CONFIG)
    except ConfigError as error:
        for problem in error.problems:
            say(("problem", problem))
        raise typer.Exit(1) from None
    say(("ok", f"{config or CONFIG}: {_summary(settings)}"))
    found = False
    for line in run(_lines(settings)):
        say(line)
        found |= line[0] == "problem"
    if found:
        raise typer.Exit(1)


async def _lines(settings: Settings) -> list[CheckLine]:
    notes: list[CheckLine] = [("note", sentence) for sentence in words_notes(settings)]
    return [
        *await _database(settings),
        *_tables(),
        *_settings(settings),
        *(("note", sentence) for sentence in settings.notices),
        *notes,
        *await provider_lines(settings),
    ]


def _tables() -> Iterator[CheckLine]:
    """What is known here of clocks and holidays, which change by law somewhere every few weeks."""
    zones = zone_data.use_newer()
    yield "ok", f"time zones {zones.used}; public holidays of {zone_data.holiday_tables()}"
    if zones.outdated:
        release = f"are {zones.system}" if zones.system else "do not say which release they are"
        yield (
            "note",
            f"this machine's own time zones {release}, so npsbot uses those of {zones.used} that it brings; "
            "update the machine's tzdata, since other programs here go by the old ones",
        )


def say(line: CheckLine) -> None:
    """Print it."""
    kind, sentence = line
    typer.echo(f"{kind:<8} {sentence}")


def _summary(settings: Settings) -> str:
    parts = [settings.company]
    for count, noun in ((len(settings.campaigns), "campaign"), (len(settings.admins), "admin")):
        parts.append(f"{count} {noun}" if count == 1 else f"{count} {noun}s")
    return ", ".join(parts)


def _settings(settings: Settings) -> Iterator[CheckLine]:
    """What can be loaded and would still not work."""
    on = settings.channels.on
    for name, at in settings.account_managers.items():
        if on and at.channel not in on:
            yield (
                "problem",
                f"account_managers.{name} is at {at}, which is off, so that no alert can get there; "
                f"fill in channels.{at.channel}, or give another address",
            )
    fallback = settings.fallback
    if fallback is not None and on and fallback[1].channel not in on:
        yield (
            "problem",
            f"fallback_manager is at {fallback[1]}, which is off, so that no alert can get there; "
            f"fill in channels.{fallback[1].channel}, or give another address",
        )
    for name, at in settings.escalation:
        if on and at.channel not in on and name not in settings.account_managers:
            yield (
                "problem",
                f"follow_up.escalation names {at}, which is off, so that nobody is reached there; "
                f"fill in channels.{at.channel}, or give another address",
            )
    if settings.campaigns and not settings.admins:
        yield "note", "admins is empty: campaigns can be started from the command line only"
    if settings.public_url is None:
        slack = settings.channels.slack
        if slack is not None and slack.mode == "http":
            yield (
                "problem",
                "slack cannot call without a public_url; give this server's https address from outside, or "
                "channels.slack.app_token for Socket Mode",
            )
        elif on:
            yield (
                "note",
                f"there is no public_url, so {', '.join(on)} will be asked for what is new "
                "(Socket Mode, polling, Twilio's list); nobody has to reach this machine",
            )
        return
    https = settings.public_url.startswith("https://")
    called = settings.channels.called
    if called and not https:
        yield (
            "note",
            f"public_url is {settings.public_url}, where {', '.join(called)} cannot call; give this server's "
            "https address from outside",
        )


# -------------------------------------------------------------------------------------------- the database


async def _database(settings: Settings) -> list[CheckLine]:
    """Look at the database without changing it."""
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        return [
            (
                "problem",
                "database_url cannot be read; write sqlite+aiosqlite:///FILE or postgresql+asyncpg://…",
            )
        ]
    where = f"the database {url.render_as_string(hide_password=True)}"
    if url.get_backend_name() == "sqlite":
        missing = _missing(Path(url.database or ""))
        if missing:
            return [(missing[0], f"{where} {missing[1]}")]
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            lines = [
                (kind, sentence if kind == "note" else f"{where}: {sentence}")
                for kind, sentence in await connection.run_sync(_inside, settings)
            ]
            return [*lines, *await connection.run_sync(_audiences, settings)]
    except (SQLAlchemyError, OSError, ValueError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return [
            ("problem", f"{where} cannot be opened: {reason}; correct database_url, or start the database")
        ]
    finally:
        await engine.dispose()


def _missing(file: Path) -> CheckLine | None:
    """What to say of a file that is not there."""
    if not file.parent.is_dir():
        return "problem", f"cannot be made, because the folder {file.parent} does not exist; make it"
    return None if file.exists() else ("ok", "will be made when npsbot first starts")


def _inside(connection: Connection, settings: Settings) -> list[CheckLine]:
    current, newest = schema_of(connection), schemas()[-1]
    if current is None and not inspect(connection).has_table(contact.name):
        return [("ok", "empty; its tables will be made when npsbot first starts")]
    if current is not None and current not in schemas():
        return [("problem", f"has schema {current} of a newer npsbot; start that version")]
    if current != newest:
        return [("ok", f"schema {current}, which will be brought to {newest} when npsbot starts")]
    lines: list[CheckLine] = [("ok", f"schema {current}")]
    try:
        require_keys(connection, settings.secret_key)
    except KeyMissing as error:
        lines.append(("problem", str(error)))
    missed = unseen(connection).alerts
    if missed:
        lines.append(
            ("problem", f"alerts that reached nobody: {missed}; correct the addresses that are named below")
        )
    for channel, why in wrong_with(connection).items():
        if channel in settings.channels.on:
            lines.append(("problem", f"npsbot found, when it last ran, that {channel} does not work: {why}"))
    if unread := unreached(connection, settings):
        lines.append(
            ("problem", f"digests that did not arrive: {', '.join(map(str, unread))}; correct the addresses")
        )
    return [*lines, *(("note", sentence) for sentence in clashes(connection, settings))]


def _audiences(connection: Connection, settings: Settings) -> list[CheckLine]:
    return list(audience_lines(connection, settings)) if schema_of(connection) == schemas()[-1] else []


# -------------------------------------------------------------------------------------------- the channels


async def provider_lines(settings: Settings) -> list[CheckLine]:
    """What each channel's provider says to our credentials; a channel that is off is named too."""
    # Here, because the SDKs take half a second to load and a wrong configuration should be told at once.
    from bot.app import build_channels

    try:
        channels: Mapping[str, Channel] = build_channels(settings)
    except ValueError as error:
        return [("problem", str(error))]
    lines = dict(
        zip(
            channels, await asyncio.gather(*(_asked(one, settings) for one in channels.values())), strict=True
        )
    )
    if not channels:
        return [("note", "no channel is on; fill in one under channels")]
    off: dict[str, list[CheckLine]] = {
        name: [("off", f"{name}: no channels.{name} in the configuration")] for name in CHANNELS
    }
    return [line for name in CHANNELS for line in (off | lines)[name]]


async def _asked(channel: Channel, settings: Settings) -> list[CheckLine]:
    """What a provider says to our credentials and, where it takes them, to each colleague's address."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            ours: CheckLine = ("ok", f"{channel.name}: {await channel.identify()}")
            places = _places(settings, channel.name)
            found = await asyncio.gather(*(_place(channel, place, roles) for place, roles in places.items()))
            return [ours, *(line for line in found if line is not None)]
    except SendError as error:
        return [("problem", f"{channel.name}: {error}")]
    except TimeoutError:
        return [("problem", f"{channel.name} did not answer within {ANSWER_WITHIN:.0f} s; check the network")]
    finally:
        await channel.aclose()


def _places(settings: Settings, channel: str) -> dict[Address, list[str]]:
    """Every address of a colleague on a channel, with the settings that name it."""
    named = [
        *((f"account_managers.{name}", at) for name, at in settings.account_managers.items()),
        *((("fallback_manager", settings.fallback[1]),) if settings.fallback is not None else ()),
        *(
            ("follow_up.escalation", at)
            for name, at in settings.escalation
            if name not in settings.account_managers
        ),
        *(("admins", at) for at in settings.admins),
    ]
    found: dict[Address, list[str]] = {}
    for name, at in named:
        if at.channel == channel:
            found.setdefault(at, []).append(name)
    return found


async def _place(channel: Channel, place: Address, roles: list[str]) -> CheckLine | None:
    """What is wrong with a colleague's address; None where nothing is known to be."""
    where = f"{' and '.join(roles)}: {place}"
    try:
        await channel.look_up(place)
    except Unreachable as error:
        return "problem", f"{where} cannot be reached, and no alert gets there: {error}"
    except Moved as error:
        return "problem", f"{where} is {place.channel}:{error.to} now; write that instead"
    except SendError as error:
        return "note", f"{where} could not be looked up: {error}"
    return None
