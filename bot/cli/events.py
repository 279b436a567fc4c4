"""`npsbot event` and `npsbot events`: tell npsbot what happened at a customer's, one or a file of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.contacts import ImportDisplay, tell_import
from bot.cli.shared import BAD_USAGE, REFUSED, ConfigOption, load_settings, run
from bot.config.settings import Settings
from bot.people.event_intake import EventAnswer, take_events
from bot.people.events import BadEvent, CustomerEvent, event_of, moment
from bot.people.files.events import import_events
from bot.people.importing import ImportResult
from bot.store.store import opened


def event_command(
    contact: Annotated[
        str, typer.Argument(metavar="CONTACT", help="The contact's own key, as in the import.")
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="What happened, such as project.finished.")],
    fields: Annotated[
        list[str] | None, typer.Argument(metavar="[FIELD=VALUE]...", help="What is told of it: project=Roof.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option("--at", metavar="TIME", help="When, such as 2026-11-30 or 2026-11-30T14:05; else now."),
    ] = None,
    key: Annotated[
        str | None,
        typer.Option("--id", metavar="ID", help="Your own number of it: the same is taken in once."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Tell what happened at CONTACT's; who asks after it does so by itself.

    Exit code 0: taken in, or known already; 1: refused; 2: not understood.
    """
    settings = load_settings(config)
    now = datetime.now(UTC)
    try:
        when = now if at is None else moment(at, ZoneInfo(settings.timezone))
        event = event_of(contact, name, when, _fields(fields or ()), key, timed=at is not None)
    except BadEvent as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_USAGE) from None
    answer = run(_take(settings, event))
    if answer.outcome == "refused":
        typer.echo(answer.sentence, err=True)
        raise typer.Exit(REFUSED)
    typer.echo(_told(answer, settings))


def events_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="A CSV file or .xlsx workbook with the columns contact_id, event, at, perhaps id, and fields.",
        ),
    ],
    sheet: Annotated[
        str | None, typer.Option("--sheet", help="The sheet of a workbook, the first where none is named.")
    ] = None,
    rejected: Annotated[
        Path | None,
        typer.Option("--rejected", metavar="FILE", help="Write the refused lines here, to be corrected."),
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Take in the events in FILE, each once, however often it is given.

    Exit code 0: every line was taken in; 1: some were refused, each is listed
    with its line; 2: nothing could be read.
    """
    result = run(_import(load_settings(config), file, sheet, rejected))
    tell_import(result)
    if result.refused_count:
        raise typer.Exit(REFUSED)


def _fields(said: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in map(_field, said):
        if name in found:
            raise BadEvent(f"{name} is given twice; keep one of them")
        found[name] = value
    return found


def _field(said: str) -> tuple[str, str]:
    name, found, value = said.partition("=")
    if not found:
        raise BadEvent(f"{said!r} is no field; write it as project=Roof")
    return name, value


def _told(answer: EventAnswer, settings: Settings) -> str:
    if answer.outcome == "known":
        return "known already; nothing was changed"
    if answer.sentence:
        return answer.sentence
    zone = ZoneInfo(settings.timezone)
    asks = (
        f"{one.campaign} asks from {one.due.astimezone(zone):%Y-%m-%d %H:%M} on, until "
        f"{one.until.astimezone(zone):%Y-%m-%d %H:%M}"
        for one in answer.awaited
    )
    return f"taken in: {'; '.join(asks)} ({zone.key}), unless a rule forbids it"


async def _take(settings: Settings, event: CustomerEvent) -> EventAnswer:
    async with opened(settings.database_url) as store:
        (answer,) = await take_events(store, settings, [event], _now)
        return answer


async def _import(settings: Settings, file: Path, sheet: str | None, rejected: Path | None) -> ImportResult:
    async with opened(settings.database_url) as store:
        with ImportDisplay() as show:
            return await import_events(store, file, settings, _now, show, sheet=sheet, refused_to=rejected)


def _now() -> datetime:
    return datetime.now(UTC)
