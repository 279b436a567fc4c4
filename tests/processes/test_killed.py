"""SIGKILL of a server under load, again and again: all three channels talk, nothing is lost or doubled."""

import asyncio
import os
from pathlib import Path
from random import Random

import pytest

from sandbox import Fault
from tests.processes.customers import CHANNELS, customers
from tests.processes.laws import broken
from tests.processes.scene import RETRIES, Scene, scene

ROUNDS = int(os.environ.get("KILLS", "4"))
"""`make kill ROUNDS=40` is the same test for longer."""
SPEED = 8.0
"""Seconds of the clock for each real one: a number sends one SMS a second. A lease of ten is then more than a
real second, and one process remembers what it has under way."""
WITHIN = 100.0


async def test_a_server_is_killed_again_and_again(database_url: str, tmp_path: Path) -> None:
    everybody = customers(each=6 + 2 * ROUNDS)
    async with scene(database_url, tmp_path, everybody, speed=SPEED) as on:
        for channel in CHANNELS:  # so that there is always something under way
            on.world.faults.add(Fault(channel, "slow", times=None, seconds=0.05))
        await on.start(*on.servers)
        await on.begin()
        answering = asyncio.create_task(on.crowd.answer())
        try:
            async with asyncio.timeout(WITHIN + 10 * ROUNDS):
                await _kill(on, answering)
                await on.end(answering)
        except TimeoutError:
            pytest.fail(on.told())
        finally:
            answering.cancel()
        assert on.servers[0].starts == ROUNDS + 1
        async with on.reading() as store:
            assert await store.read(broken, on.crowd) == []


async def _kill(on: Scene, answering: asyncio.Task[None]) -> None:
    (server,) = on.servers
    chance = Random(ROUNDS)
    for _ in range(ROUNDS):
        await on.changes(chance.randint(15, 40), answering)
        await on.kill(server)
        await on.start(server)
        on.jump(RETRIES)
