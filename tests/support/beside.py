"""The demo's server in the process that shows the page: it starts in a tenth of the time, and cannot be killed."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bot.app import running
from bot.demo.ties import HOST, Ties, settings_of
from bot.people.importing import import_contacts
from bot.web.listening import listening
from sandbox import AdjustableClock, World


class Beside:
    """In the place of `Plug`, with the same application behind the same ports."""

    error = None

    def __init__(self, _world: World, clock: AdjustableClock, ties: Ties, contacts: Path) -> None:
        self._clock, self._ties, self._contacts = clock, ties, contacts
        self._running = AsyncExitStack()

    def as_json(self) -> dict[str, Any]:
        return {"state": "up", "pid": None, "seconds": 0.1, "error": None}

    async def plug_in(self) -> None:
        settings = settings_of("demo.yaml", self._ties.keys)
        app = await self._running.enter_async_context(running(settings, self._clock))
        await import_contacts(app.store, self._contacts, settings, self._clock.now())
        await self._running.enter_async_context(listening(app.asgi, HOST, self._ties.bot_port))

    async def pull(self) -> None:
        raise AssertionError("there is no plug to pull")

    async def set_clock(self, ahead: float, speed: float) -> None:
        """Nothing: it is the sandbox's own clock."""

    async def close(self) -> None:
        await self._running.aclose()
