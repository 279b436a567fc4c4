"""The stage of the script: the sandbox and the bot side by side in one process, over real HTTP."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.app import App, running
from bot.demo.ties import HOST, providers, settings_of, ties
from bot.people.importing import import_contacts
from bot.web.listening import listening
from sandbox import People, World

_SLACK_WAITS: Final = 30.0
"""Real seconds, not Slack's three: here a slow answer is a busy machine's, on which everybody's phone runs too."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands on it."""

    world: World
    people: People
    app: App


@asynccontextmanager
async def stage(
    world: World,
    database: Path,
    contacts: Path,
    managers: Mapping[str, str],
    *,
    segments_per_second: float | None = None,
) -> AsyncIterator[Stage]:
    """Serve the sandbox over `world`, and a bot with a fresh database that knows the contacts of a CSV file.

    `managers` are the addresses that script.yaml leaves open; `segments_per_second` is how fast
    the number sends SMS (None: at once). Both end with the context."""
    tied = ties(0, database)
    async with providers(
        world, tied, segments_per_second=segments_per_second, slack_waits=_SLACK_WAITS
    ) as people:
        settings = settings_of("script.yaml", {**tied.keys, **managers})
        async with running(settings, world.clock) as app:
            await import_contacts(app.store, contacts, settings, world.now())
            async with listening(app.asgi, HOST, tied.bot_port):
                yield Stage(world, people, app)
