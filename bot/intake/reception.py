"""Where adapters hand their events in: each is in the database before the adapter acknowledges it."""

import asyncio
import time
from collections.abc import Sequence
from typing import Literal

import structlog

from bot.clock import Clock
from bot.context import Context
from bot.intake.arrival import Arrival, kind_of, whose
from bot.intake.intake import Taken, take_all
from bot.metrics import RECEIVED, TAKING, child
from bot.store.store import Store
from channels.base import Inbound, Receive

log = structlog.get_logger()


def reception(
    store: Store,
    context: Context,
    clock: Clock,
    channel: str,
    via: Literal["webhook", "listening"] = "webhook",
) -> Receive:
    """The `receive` of one channel. `via` is how its events come, for the figures: what the SMS sweep finds
    and no webhook brought was taken by listening."""

    taking = TAKING.labels(channel)

    async def taken(event: Inbound) -> Taken | Exception:
        try:
            arrival = Arrival(channel, event, context, clock.now())
            return await store.write_each(whose(event), take_all, arrival)
        except Exception as error:
            return error

    async def receive(events: Sequence[Inbound]) -> None:
        log.debug("intake.received", channel=channel, via=via, events=len(events))
        started = time.perf_counter()
        # A task of its own for each costs more than the only one needs.
        outcomes = [await taken(events[0])] if len(events) == 1 else await asyncio.gather(*map(taken, events))
        taking.observe(time.perf_counter() - started)
        for event, outcome in zip(events, outcomes, strict=True):
            kind = kind_of(event)
            if isinstance(outcome, Exception):
                child(RECEIVED, channel, kind, "failed", via).inc()
                log.error("intake.failed", channel=channel, kind=kind, error=type(outcome).__name__)
            else:
                child(RECEIVED, channel, kind, outcome, via).inc()
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome

    return receive
