"""The crowd at its phones: each waits for what the bot says, thinks a moment, and acts."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Final, get_args

from bot.demo.crowd import Customer
from bot.demo.kinds import MindStep, Thing, Upset, When
from bot.demo.minds import MindChannel
from sandbox import Act, Fault, Message, People, World

THINKING: Final = (1.0, 6.0)  # seconds of the world's clock between reading and answering
PATIENCE: Final = 10.0  # real seconds without anything new on any phone, after which an answer never comes
_PRESSED: Final[Mapping[MindChannel, str]] = {"slack": "press", "telegram": "callback_query"}
_SAID: Final[Mapping[MindChannel, str]] = {"slack": "event", "telegram": "message", "sms": "inbound"}
LOOK: Final = 1.0  # real seconds between two looks whether it is still worth waiting


class PhoneEar:
    """Hears what happens on all phones, and wakes who waits for one of them."""

    def __init__(self, world: World, patience: float) -> None:
        self._world, self._patience = world, patience
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
                if self.quiet > self._patience:
                    return False
        return True


def said(messages: Sequence[Message]) -> list[Message]:
    """What the bot said."""
    return [message for message in messages if message.author == "bot"]


class Players:
    """Everybody in the crowd. What they could not do is in `stuck`, by the customer's id."""

    def __init__(
        self,
        world: World,
        people: People,
        crowd: Sequence[Customer],
        seed: int,
        patience: float | None = None,
    ) -> None:
        self._world, self._people, self.crowd = world, people, crowd
        self._chance = Random(seed)
        self._heard = {customer.id: 0 for customer in crowd}
        self.ear = PhoneEar(world, PATIENCE if patience is None else patience)
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
            if step.upset is not None:
                self._upset(customer, step.upset, step.act == "tap")
            self._heard[customer.id] = len(said(self._world.messages(customer.phone)))
            act = await self._act(customer, step)
            if not act.ok:
                self.stuck[customer.id] = f"could not {step.act} {step.text!r}: {act.error}"
                return
        if customer.steps and customer.steps[-1].when == when:
            self.finished.add(customer.id)

    def _upset(self, customer: Customer, upset: Upset, pressed: bool) -> None:
        """Let the provider do so with the next thing of this person that it delivers."""
        what = (_PRESSED if pressed else _SAID)[customer.channel]
        fault = Fault(customer.channel, upset.kind, f"deliver:{what}", to=customer.address)
        self._world.fault(replace(fault, copies=upset.copies, seconds=upset.seconds))

    async def _act(self, customer: Customer, step: MindStep) -> Act:
        match step.act:
            case "tap":
                return await self._people.press_label(customer.phone, step.text)
            case "edit":
                own = [one for one in self._world.messages(customer.phone) if one.author == customer.address]
                return await self._people.edit(customer.phone, own[-1].id, step.text)
            case "send":
                what: Thing = next(one for one in get_args(Thing) if one == step.text)
                return await self._people.send(customer.phone, what)
            case "rich":
                return await self._people.send(customer.phone, "rich", step.text)
            case "reply":
                asked = next(one for one in said(self._world.messages(customer.phone)) if one.buttons)
                return await self._people.type(customer.phone, step.text, asked.id)
            case "delete":
                return await self._people.delete(customer.phone)
            case "react":
                return await self._people.react(customer.phone, step.text)
            case _:
                return await self._people.type(customer.phone, step.text)
