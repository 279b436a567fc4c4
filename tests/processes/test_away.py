"""A provider that is away for a minute in the middle of a wave: nothing is lost, and nothing comes twice."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.store.schema import outbox
from sandbox import Fault
from tests.processes.customers import CHANNELS, customers
from tests.processes.laws import broken
from tests.processes.scene import SPEED, Scene, scene

EACH = 4  # customers on a channel
MINUTE = 60.0
REFUSED = 4  # calls that a gateway answers before the clock goes on, and after
WITHIN = 600.0  # real seconds; a fiftieth is enough, unless the machine is busy


async def test_a_minute_away(migrated_url: str, tmp_path: Path) -> None:  # field E5
    # One rule takes both (tests/channels/test_gateways.py); each engine tries one, since a try takes real seconds.
    status = 502 if migrated_url.startswith("sqlite") else 503
    async with scene(migrated_url, tmp_path, customers(EACH), speed=SPEED) as on:
        await on.start(*on.servers)
        for channel in CHANNELS:  # the admin starts the wave, and not all questions go well
            on.world.faults.add(Fault(channel, "server_error", "*", times=None, skip=5, status=status))
        answering = asyncio.create_task(_begin_and_answer(on))
        try:
            async with asyncio.timeout(WITHIN):
                await _refused(on)
                await on.jump(MINUTE)
                await _refused(on)
                on.world.faults.clear()
                await on.jump(MINUTE)
                await on.end(answering)
        except TimeoutError:
            pytest.fail(on.told())
        finally:
            answering.cancel()
        async with on.reading() as store:
            assert await store.read(broken, on.crowd) == []
            assert await store.read(_questions) == {"sent"}, "none is in doubt"


async def _begin_and_answer(on: Scene) -> None:
    await on.begin()
    await on.crowd.answer()


async def _refused(on: Scene) -> None:
    """Return once so many more calls came."""
    goal = len(on.callers.calls) + REFUSED
    while len(on.callers.calls) < goal:  # noqa: ASYNC110 - what another process does wakes nobody here
        await asyncio.sleep(0.05)


def _questions(connection: Connection) -> set[str]:
    return set(connection.scalars(select(outbox.c.state).where(outbox.c.kind == "question")))
