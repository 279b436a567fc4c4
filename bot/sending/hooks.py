"""Tells other systems what happened: hands it out, sends what is due, and records what became of it.

Every process may; what another has leased is left to it. A receiver that fails is tried by one request at a time, with
growing pauses, while the others go on. It looks once a second and is woken by nothing, so that replies pay nothing.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import Connection

from bot.cases.admins import tell_admins
from bot.clock import Clock, wait
from bot.context import Context
from bot.hooks import deliveries
from bot.hooks.bodies import body
from bot.hooks.deliveries import HookDelivery
from bot.hooks.hooks import Hook, secrets_of
from bot.hooks.posting import Posted
from bot.hooks.signing import signed_headers
from bot.hooks.subjects import told_of
from bot.logs import Failures
from bot.metrics import HOOKED
from bot.steps import step
from bot.store.store import Store

log = structlog.get_logger()

LOOK: Final = 1.0  # seconds between two looks
AT_ONCE: Final = 4  # requests to one receiver
FAILING_LONG: Final = timedelta(hours=1)
"""A receiver that took nothing for so long is told of."""
FINISH_WITHIN: Final = 8.0  # seconds for requests under way at a stop

Post = Callable[[str, Mapping[str, str], str, datetime], Awaitable[Posted]]


@dataclass(frozen=True, slots=True)
class HookRequest:
    """A leased delivery, to whom it goes, and what is sent."""

    to: Hook
    delivery: HookDelivery
    body: str


class HookSender:
    """Sends to every hook until it is stopped."""

    name = "webhooks out"

    def __init__(self, store: Store, context: Context, post: Post, clock: Clock) -> None:
        self._store = store
        self._context = context
        self._post = post
        self._clock = clock
        self._failures = Failures("hooks.failed", self.name)
        self._wake = asyncio.Event()
        self._stopping = False
        self._tasks: dict[asyncio.Task[None], HookRequest] = {}

    def stop(self) -> None:
        """Let `run` end once what is under way has been answered, or its time is over."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Send until stopped."""
        try:
            while not self._stopping:
                with self._failures.survived():
                    await self.look()
                await wait(self._clock, self._wake, LOOK)
        finally:
            await asyncio.shield(self._finish())

    async def look(self) -> None:
        """Hand out what happened, and begin to send what is due."""
        while await self._store.read(deliveries.any_event):
            await self._store.take(self._hand_out, self._clock.now())
        now = self._clock.now()
        under_way = Counter(one.to.id for one in self._tasks.values())
        for to in await self._store.read(deliveries.hooks_to_try, now):
            free = (AT_ONCE if to.failures == 0 else 1) - under_way[to.id]
            if free > 0:
                for one in await self._store.take(self._take_due, to, free, now):
                    self._begin(one)

    async def settle(self) -> None:
        """Wait for what is under way."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=FINISH_WITHIN)

    async def _finish(self) -> None:
        await self.settle()
        left = dict(self._tasks)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for one in left.values():
            await self._store.take(deliveries.give_back, one.delivery)

    def _begin(self, one: HookRequest) -> None:
        task = asyncio.create_task(self._send(one), name=f"webhook {one.delivery.id}")
        self._tasks[task] = one
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failures.failed(error if isinstance(error, Exception) else RuntimeError(str(error)))
        self._wake.set()

    async def _send(self, one: HookRequest) -> None:
        now = self._clock.now()
        headers = signed_headers(secrets_of(one.to, now), one.delivery.key, now, one.body)
        posted = await self._post(one.to.url, headers, one.body, now)
        HOOKED.labels("delivered" if posted.why is None else "gone" if posted.gone else "failed").inc()
        await self._store.take(self._record, one, posted, self._clock.now())

    # ------------------------------------------------------------------------------------ in transactions

    def _hand_out(self, connection: Connection, now: datetime) -> None:
        for full in deliveries.hand_out(connection, now):
            self._tell(connection, full, "hook_full", now, most=deliveries.WAITING_AT_MOST)

    def _take_due(self, connection: Connection, to: Hook, count: int, now: datetime) -> list[HookRequest]:
        leased = deliveries.lease_due(connection, to.id, count, now)
        asked = {"with_words": to.with_words, "with_names": to.with_names}
        return [HookRequest(to, row, body(told_of(connection, row), **asked)) for row in leased]

    def _record(self, connection: Connection, one: HookRequest, posted: Posted, now: datetime) -> None:
        row = one.delivery
        said = {"hook": one.to.name, "kind": row.kind, "delivery": row.id, "attempt": row.attempts}
        if posted.why is None:
            deliveries.arrived(connection, row, now)
            step("hook.delivered", **said)
            return
        step("hook.refused", **said, reason=posted.why)
        if posted.gone:
            ended = deliveries.end_hook(connection, row.hook_id, now)
            if ended is not None:
                self._tell(connection, ended, "hook_ended", now)
            return
        spread = int(row.key[-2:], 16) / 255
        failed = deliveries.failed(connection, row, posted.why, posted.wished, spread, now)
        if failed is not None:
            self._tell_of_failure(connection, failed.hook, posted.why, now, parked=failed.parked)

    def _tell_of_failure(
        self, connection: Connection, to: Hook, why: str, now: datetime, *, parked: bool
    ) -> None:
        long = to.failing_since is not None and now - to.failing_since >= FAILING_LONG
        if long and deliveries.tell_once(connection, to.id, "told_failing_at", now):
            self._tell(connection, to, "hook_failing", now, why=why)
        if parked and deliveries.tell_once(connection, to.id, "told_parked_at", now):
            self._tell(connection, to, "hook_parked", now, why=why)

    def _tell(self, connection: Connection, to: Hook, text: str, now: datetime, **more: object) -> None:
        words = self._context.manager_words.text(text, name=to.name, **more)
        tell_admins(connection, self._context, f"{text}:{to.id}:{now.isoformat()}", words, now)
