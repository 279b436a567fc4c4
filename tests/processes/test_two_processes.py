"""Two processes on one PostgreSQL, one of them killed: the other goes on, and nothing is lost or doubled."""

import asyncio
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from sandbox import Fault
from tests.processes.customers import CHANNELS, customers
from tests.processes.laws import broken
from tests.processes.scene import LEASE, Scene, scene
from tests.support.databases import Databases

KILLS = 3
EACH = 5  # customers on a channel
QUICK = 8.0
"""A lease of ten is ten real seconds, and one that lapsed would show: the clock has its own speed."""
CHANGES = (8, 19)  # at the least and at the most, on the phones of as many, until a kill comes
WITHIN = 600.0  # real seconds; a twentieth is enough, unless the machine is busy


async def test_one_of_two_processes_is_killed(postgres_databases: Databases, tmp_path: Path) -> None:
    with postgres_databases.database(tmp_path) as database_url:
        async with scene(database_url, tmp_path, customers(EACH), processes=2, quick=QUICK) as on:
            for channel in CHANNELS:
                on.world.faults.add(Fault(channel, "slow", times=None, seconds=0.05))
            await on.start(*on.servers)
            await on.begin()
            answering = asyncio.create_task(on.crowd.answer())
            try:
                async with asyncio.timeout(WITHIN):
                    for number in range(KILLS):
                        await on.busy(EACH, Random(number).randint(*CHANGES))
                        await _kill_the_sender(on)
                    await on.end(answering)
            except TimeoutError:
                pytest.fail(on.told())
            finally:
                answering.cancel()
            async with on.reading() as store:
                assert await store.read(broken, on.crowd) == []
            _one_sender(on)


async def test_two_machines_whose_clocks_are_fifteen_seconds_apart(
    postgres_databases: Databases, tmp_path: Path
) -> None:  # field E8
    """Each would take the other's leases for lapsed, and send everything once more."""
    with postgres_databases.database(tmp_path) as database_url:
        everybody = customers(EACH)
        async with scene(database_url, tmp_path, everybody, processes=2, quick=QUICK, ahead=(0, 15)) as on:
            for channel in CHANNELS:
                on.world.faults.add(Fault(channel, "slow", times=None, seconds=0.05))
            await on.start(*on.servers)
            await on.begin()
            answering = asyncio.create_task(on.crowd.answer())
            try:
                async with asyncio.timeout(WITHIN):
                    await on.end(answering)
            except TimeoutError:
                pytest.fail(on.told())
            finally:
                answering.cancel()
            async with on.reading() as store:
                assert await store.read(broken, on.crowd) == []
            for channel in CHANNELS:
                assert len(list(on.callers.by(channel))) == 1, "one of them sends, for as long as it lives"
            told = ["clock.differs" in server.log.read_text("utf-8") for server in on.servers]
            assert told == [False, True]


async def _kill_the_sender(on: Scene) -> None:
    """Kill the process that sent last, see that the other takes its place, and start it again."""
    door = on.callers.calls[-1].port
    (victim,) = (server for server in on.running if server.door == door)
    await on.kill(victim)
    await on.callers.quiet(door)
    await on.jump(LEASE)  # without it they would wait for as long
    await on.takes_over()
    await on.start(victim)


def _one_sender(on: Scene) -> None:
    """On each channel one process at a time, and no other before the one that had it was killed."""
    for channel in CHANNELS:
        turns = list(on.callers.by(channel))
        assert turns
        for (door, _, ended), (_, began, _) in pairwise(turns):
            assert ended <= began, (channel, turns)
            assert any(killed == door and at <= began for killed, at in on.kills), (channel, turns)
        assert len(turns) <= KILLS + 1, (channel, turns)
    doors = {call.port for call in on.callers.calls}
    assert doors == {server.door for server in on.servers}, "each has sent"
