"""SIGKILL of a server under load, again and again: all three channels talk, nothing is lost or doubled."""

import asyncio
import os
from pathlib import Path
from random import Random

import pytest

from sandbox import Fault
from tests.processes.customers import CHANNELS, customers
from tests.processes.laws import broken
from tests.processes.scene import RETRIES, SPEED, Scene, scene

ROUNDS = int(os.environ.get("KILLS", "4"))
"""`make kill ROUNDS=40` is the same test for longer."""
TOGETHER = 6  # customers who begin to answer before each kill
CHANGES = (8, 23)  # at the least and at the most, on their phones, until it comes
WITHIN = 600.0 + 60.0 * ROUNDS  # real seconds; a tenth is enough, unless the machine is busy


async def test_a_server_is_killed_again_and_again(migrated_url: str, tmp_path: Path) -> None:
    everybody = customers(each=6 + TOGETHER * ROUNDS // 3)
    async with scene(migrated_url, tmp_path, everybody, speed=SPEED) as on:
        for channel in CHANNELS:  # so that there is always something under way
            on.world.faults.add(Fault(channel, "slow", times=None, seconds=0.05))
        await on.start(*on.servers)
        await on.begin()
        answering = asyncio.create_task(on.crowd.answer())
        try:
            async with asyncio.timeout(WITHIN):
                await _kill(on)
                await on.end(answering)
        except TimeoutError:
            pytest.fail(on.told())
        finally:
            answering.cancel()
        assert on.servers[0].starts == ROUNDS + 1
        async with on.reading() as store:
            assert await store.read(broken, on.crowd) == []


async def _kill(on: Scene) -> None:
    (server,) = on.servers
    chance = Random(ROUNDS)
    for _ in range(ROUNDS):
        await on.busy(TOGETHER, chance.randint(*CHANGES))
        await on.kill(server)
        await on.start(server)
        await on.jump(RETRIES)
