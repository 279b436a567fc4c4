"""Where adapters hand their events in: each is in the database before the adapter acknowledges it."""

import asyncio
import time
from collections.abc import Sequence

import structlog

from bot.clock import Clock
from bot.delivery.intake import take_in
from bot.metrics import RECEIVED, TAKING
from bot.setup import Setup
from bot.store.store import Store
from channels.base import Inbound, Receive

log = structlog.get_logger()


def reception(store: Store, setup: Setup, clock: Clock, channel: str) -> Receive:
    """The `receive` of one channel."""

    async def receive(events: Sequence[Inbound]) -> None:
        started = time.perf_counter()
        outcomes = await asyncio.gather(
            *(store.write(take_in, channel, event, setup, clock.now()) for event in events),
            return_exceptions=True,
        )
        TAKING.labels(channel).observe(time.perf_counter() - started)
        for event, outcome in zip(events, outcomes, strict=True):
            kind = type(event).__name__
            if isinstance(outcome, BaseException):
                RECEIVED.labels(channel, kind, "failed").inc()
                log.error("intake.failed", channel=channel, kind=kind, error=type(outcome).__name__)
            else:
                RECEIVED.labels(channel, kind, outcome).inc()
                log.info("intake.taken", channel=channel, kind=kind, outcome=outcome)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome

    return receive
