"""Carrying webhooks to the bot, well or, when a fault says so, badly."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
from yarl import URL

from sandbox.clock import Clock
from sandbox.faults import Fault, Faults
from sandbox.phones import Provider
from sandbox.targets import Targets

Fate = Literal[
    "answered",
    "http_timeout",
    "connection_failed",
    "too_many_redirects",
    "ssl_error",
    "unknown_error",
    "lost",
    "held",
]


@dataclass(frozen=True)
class Outcome:
    """What became of one delivery; `status`, `headers` and `body` when it was answered.

    "lost" and "held" come from faults: it never leaves, or leaves later on its own.
    """

    fate: Fate
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def taken(self) -> bool:
        """The bot answered 2xx."""
        return self.fate == "answered" and 200 <= self.status < 300

    @property
    def final(self) -> bool:
        """Nothing is to be tried again, or somebody else does it."""
        return self.taken or self.fate in ("lost", "held")


class Courier:
    """Sends webhooks over one HTTP session, and owns the tasks that send later."""

    def __init__(self, clock: Clock, faults: Faults, targets: Targets) -> None:
        self._clock, self._faults, self._targets = clock, faults, targets
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._answered: dict[Provider, asyncio.Event] = {}
        self._closed = False

    async def post(
        self, url: str, body: bytes, headers: Mapping[str, str], patience: float, redirects: int = 0
    ) -> Outcome:
        """One POST, as it is: the address is not re-encoded, no proxy of the environment is used."""
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        try:
            async with self._session.post(
                URL(self._targets.local(url), encoded=True),
                data=body,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=patience),
                allow_redirects=redirects > 0,
                max_redirects=max(redirects, 1),
            ) as answer:
                return Outcome("answered", answer.status, dict(answer.headers), await answer.read())
        except TimeoutError:
            return Outcome("http_timeout")
        except aiohttp.TooManyRedirects:
            return Outcome("too_many_redirects")
        except aiohttp.ClientSSLError:
            return Outcome("ssl_error")
        except aiohttp.ClientConnectionError:
            return Outcome("connection_failed")
        except aiohttp.ClientError:
            return Outcome("unknown_error")

    async def carry(
        self,
        provider: Provider,
        kind: str,
        to: str,
        attempt: Callable[[], Awaitable[Outcome]],
        anew: Callable[[], Awaitable[Outcome]] | None = None,
    ) -> Outcome:
        """Makes one delivery by `attempt`, in the way that a fault for it says. `anew` makes it under another id,
        where the provider has one for each delivery."""
        fault = self._faults.take(provider, f"deliver:{kind}", to)
        match fault:
            case Fault(kind="lose"):
                return Outcome("lost")
            case Fault(kind="delay" | "reorder"):
                self.spawn(self._later(provider, fault.kind == "reorder", fault.seconds, attempt))
                return Outcome("held")
            case Fault(kind="duplicate"):
                outcomes = await asyncio.gather(*(attempt() for _ in range(fault.copies + 1)))
                outcome = next((each for each in outcomes if each.taken), outcomes[0])
            case Fault(kind="other_ids"):
                outcome = await attempt()
                self.spawn(self._repeat(fault.copies, fault.seconds, anew or attempt))
            case _:
                outcome = await attempt()
        self._answered.setdefault(provider, asyncio.Event()).set()
        return outcome

    async def _repeat(self, copies: int, seconds: float, attempt: Callable[[], Awaitable[Outcome]]) -> None:
        for _ in range(copies):
            await self._clock.sleep(seconds)
            await attempt()

    async def _later(
        self, provider: Provider, behind: bool, seconds: float, attempt: Callable[[], Awaitable[Outcome]]
    ) -> None:
        waits = [asyncio.ensure_future(self._clock.sleep(seconds))]
        if behind:
            self._answered[provider] = asyncio.Event()
            waits.append(asyncio.ensure_future(_until(self._answered[provider])))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        await attempt()

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Runs work on its own; it ends with the sandbox."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        """Ends what is on its way and closes the session."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None


async def _until(event: asyncio.Event) -> None:
    await event.wait()
