"""Lives worlds: one for each seed, the same at every time."""

import asyncio
import logging
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

import structlog

from tests.simulation.ledger import LawBroken
from tests.simulation.model import Model
from tests.simulation.world import World
from tests.support.databases import memory
from tests.support.inline import open_inline

STEPS: Final = 300

Databases = Callable[[Path], AbstractContextManager[str]]
"""Gives the address of an empty database of one's own, for as long as it is entered."""


@dataclass(frozen=True, slots=True)
class Lived:
    """What became of a world. `broken` is the law that did not hold, after `steps` steps."""

    seed: int
    steps: int
    conversations: int
    faults: Counter[str]
    checked: int
    history: int  # the same for two worlds in which the same happened
    broken: str | None = None
    trace: tuple[str, ...] = ()


def live(seed: int, steps: int = STEPS, databases: Databases | None = None, **more: Any) -> Lived:
    """Live one world: so many steps, and then until all is over."""
    with tempfile.TemporaryDirectory(dir=memory()) as directory, ExitStack() as stack:
        url = stack.enter_context((databases or sqlite)(Path(directory)))
        return asyncio.run(_live(url, Path(directory), seed, steps, **more))


def shortest(seed: int, steps: int, databases: Databases | None = None) -> Lived:
    """The world of a seed that breaks a law after the fewest steps, of those whose numbers were tried: half
    as many, and half of that, as long as a law breaks."""
    found = live(seed, steps, databases)
    low, high = 0, min(steps, found.steps)
    while found.broken and low < high:
        middle = (low + high) // 2
        tried = live(seed, middle, databases)
        if tried.broken:
            found, high = tried, min(middle, tried.steps)
        else:
            low = middle + 1
    return found


@contextmanager
def sqlite(directory: Path) -> Iterator[str]:
    """A file in the directory."""
    yield f"sqlite+aiosqlite:///{directory / 'npsbot.db'}"


async def _live(url: str, directory: Path, seed: int, steps: int, **more: Any) -> Lived:
    store = await open_inline(url)
    world = World(store, directory, seed, **more)
    broken = None
    try:
        with _seeded(world.chance), _watched(world.model):
            try:
                await world.begin()
                for _ in range(steps):
                    await world.step()
                await world.end()
            except LawBroken as error:
                broken = str(error)
    finally:
        await store.close()
    model = world.model
    return Lived(
        seed,
        world.steps,
        sum(talk.expected is not None for talk in model.talks.values()),
        model.faults,
        model.checked,
        hash(tuple(model.trace)),
        broken,
        tuple(model.trace),
    )


@contextmanager
def _seeded(chance: random.Random) -> Iterator[None]:
    """What is otherwise drawn from the system's own chance: tokens, codes and keys; so that a seed is all."""
    own = random.Random(chance.random())
    with (
        patch("secrets.randbelow", own.randrange),
        patch("secrets.token_hex", lambda size: own.randbytes(size).hex()),
        patch("secrets.token_urlsafe", lambda size: own.randbytes(size).hex()),
        patch("bot.commands.worker.SOON", 3600),  # real seconds: a slow machine would live another world
    ):
        yield


@contextmanager
def _watched(model: Model) -> Iterator[None]:
    """Let no worker swallow a failure of its own: what it logs is looked at."""

    def look(_logger: object, _method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
        error = sys.exc_info()[1]
        if line.get("exc_info") and error is not None and model.broken is None:
            with suppress(LawBroken):  # it is kept, and raised after the step
                model.failed(error)
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[look], wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        yield
    finally:
        structlog.configure(**before)
