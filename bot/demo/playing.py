"""The crowd at its phones: each waits for what the bot says, thinks a moment, and acts."""

import asyncio
import time
from collections.abc import Sequence
from random import Random
from typing import Final

from bot.demo.crowd import Customer
from bot.demo.kinds import MindStep, Thing, When
from sandbox import Act, Message, People, World

THINKING: Final = (1.0, 6.0)  # seconds of the world's clock between reading and answering
PATIENCE: Final = 10.0  # real seconds without anything new on any phone, after which an answer never comes
LOOK: Final = 1.0  # real seconds between two looks whether it is still worth waiting


class Ear:
    """Hears what happens on all phones, and wakes who waits for one of them."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._news: dict[str, asyncio.Event] = {}
        self.last_heard = time.monotonic()

    async def run(self) -> None:
        """Until it is cancelled."""
        feed = self._world.phones.feed
        known = feed.last
        while True:
            changes = feed.since(known) or []
            if not changes:
                await feed.news()
                continue
            known = changes[-1].number
            self.last_heard = time.monotonic()
            for phone in {change.data.get("phone") for change in changes}:
                if phone in self._news:
                    self._news.pop(phone).set()

    @property
    def quiet(self) -> float:
        """Real seconds since anything happened."""
        return time.monotonic() - self.last_heard

    async def more_than(self, phone: str, count: int) -> bool:
        """True once the bot has said more than `count` things on a phone; False where it never will."""
        while len(said(self._world.messages(phone))) <= count:
            try:
                async with asyncio.timeout(LOOK):
                    await self._news.setdefault(phone, asyncio.Event()).wait()
            except TimeoutError:
                if self.quiet > PATIENCE:
                    return False
        return True


def said(messages: Sequence[Message]) -> list[Message]:
    """What the bot said."""
    return [message for message in messages if message.author == "bot"]


class Players:
    """Everybody in the crowd. What they could not do is in `stuck`, by the customer's id."""

    def __init__(self, world: World, people: People, crowd: Sequence[Customer], seed: int) -> None:
        self._world, self._people, self.crowd = world, people, crowd
        self._chance = Random(seed)
        self._heard = {customer.id: 0 for customer in crowd}
        self.ear = Ear(world)
        self.stuck: dict[str, str] = {}
        self.finished: set[str] = set()

    async def play(self, when: When) -> None:
        """Let everybody do what they do at that time; returns when all have."""
        await asyncio.gather(*(self._one(customer, when) for customer in self.crowd))

    def asked(self) -> int:
        """How many phones show a question."""
        return sum(bool(said(self._world.messages(customer.phone))) for customer in self.crowd)

    async def _one(self, customer: Customer, when: When) -> None:
        for step in customer.steps:
            if step.when != when or customer.id in self.stuck:
                continue
            if not step.unasked and not await self.ear.more_than(customer.phone, self._heard[customer.id]):
                self.stuck[customer.id] = f"waited in vain before saying {step.text!r}"
                return
            await self._world.clock.sleep(self._chance.uniform(*THINKING))
            self._heard[customer.id] = len(said(self._world.messages(customer.phone)))
            act = await self._act(customer, step)
            if not act.ok:
                self.stuck[customer.id] = f"could not {step.act} {step.text!r}: {act.error}"
                return
        if customer.steps and customer.steps[-1].when == when:
            self.finished.add(customer.id)

    async def _act(self, customer: Customer, step: MindStep) -> Act:
        match step.act:
            case "tap":
                return await self._people.press_label(customer.phone, step.text)
            case "edit":
                own = [one for one in self._world.messages(customer.phone) if one.author == customer.address]
                return await self._people.edit(customer.phone, own[-1].id, step.text)
            case "send":
                what: Thing = "voice" if step.text == "voice" else "picture"
                return await self._people.send(customer.phone, what)
            case "react":
                return await self._people.react(customer.phone, step.text)
            case _:
                return await self._people.type(customer.phone, step.text)
