"""Customers who answer whatever happens: each gives a score, and then a reason of their own."""

import asyncio
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from sandbox import People, World
from tests.support.phones import said

Channel = Literal["slack", "telegram", "sms"]
CHANNELS: Final[tuple[Channel, ...]] = ("slack", "telegram", "sms")
QUESTION: Final = "how likely are you to recommend"
MANAGERS: Final = {"Account manager": "manager-slack", "Texted manager": "manager-sms"}
"""The phone of each account manager."""
TEXTED: Final = "+31687654321"
_SCORES: Final = (3, 9, 6, 10, 0, 8)
_ONCE_MORE: Final = 2.0  # seconds of the clock after which a person whose tap failed taps again
PRESS_LIFE: Final = 151.0  # for how long Telegram keeps a press
SLACK_TRIES: Final = 310.0  # for how long Slack delivers an event again


@dataclass(frozen=True, slots=True)
class Customer:
    """One customer, and what they want to say."""

    number: int
    channel: Channel
    score: int
    taps: bool  # presses the button; else types the number

    @property
    def id(self) -> str:
        return f"customer-{self.number}"

    @property
    def name(self) -> str:
        return f"Buyer {self.number} at Globex"

    @property
    def phone(self) -> str:
        return f"phone-{self.number}"

    @property
    def address(self) -> str:
        return {
            "slack": f"U0C{self.number:04}",
            "telegram": f"{5000 + self.number}",
            "sms": f"+31612{self.number:06}",
        }[self.channel]

    @property
    def manager(self) -> str:
        return tuple(MANAGERS)[self.number % 7 == 1]

    @property
    def reason(self) -> str:
        return f"Depot {self.number} waits for its parcels for days."

    @property
    def asked_why(self) -> str:
        """What the bot asks next."""
        return f"main reason for your {self.score}?"

    @property
    def thanked(self) -> str:
        """What it says in the end."""
        return f"your {self.score} and your reason"

    @property
    def thinks(self) -> float:
        """Seconds of the clock before each thing they say."""
        return float(self.number * 5 % 8)

    @property
    def unhappy(self) -> bool:
        return self.score <= 6


def customers(each: int) -> tuple[Customer, ...]:
    """So many customers on each channel."""
    return tuple(
        Customer(
            number,
            channel := CHANNELS[number % 3],
            _SCORES[number % len(_SCORES)] if number % 4 else 2,
            taps=channel != "sms" and number % 2 == 0,
        )
        for number in range(1, 3 * each + 1)
    )


def contacts_csv(everybody: Sequence[Customer]) -> str:
    """The customers as the file that an import takes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = ("contact_id", "name", "account", "account_manager", "language", "slack", "telegram", "phone")
    writer.writerow(columns)
    for one in everybody:
        places = (one.address if one.channel == channel else "" for channel in CHANNELS)
        # An account has one manager, so each manager has an account of their own.
        writer.writerow((one.id, one.name, f"Globex, {one.manager}", one.manager, "en", *places))
    return text.getvalue()


def populate(world: World, everybody: Sequence[Customer]) -> None:
    """A phone for everybody."""
    world.add_slack_user("U0ADMIN", "Admin at Acme", phone="admin", role="admin")
    world.add_slack_user("U0MANAGER", "Account manager", phone="manager-slack", role="manager")
    world.add_number(TEXTED, "Texted manager", phone="manager-sms", role="manager")
    world.add_telegram_user(
        9001, "Support", phone="support", role="manager", started=True
    )  # and the other admin
    for one in everybody:
        match one.channel:
            case "slack":
                world.add_slack_user(one.address, one.name, phone=one.phone)
            case "telegram":
                world.add_telegram_user(int(one.address), one.name, phone=one.phone, started=True)
            case "sms":
                world.add_number(one.address, one.name, phone=one.phone)


@dataclass
class Crowd:
    """Everybody at their phones. `made` counts what each did, `acknowledged` what the bot answered for, and
    `reasons` how often each gave theirs. Nobody answers before they are let in."""

    world: World
    people: People
    everybody: Sequence[Customer]
    quick: float = 1.0  # how many times as fast as usual they think
    made: Counter[str] = field(default_factory=Counter)
    acknowledged: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    stage: dict[str, str] = field(default_factory=dict)
    unasked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when no more questions come: who got none then answers all the same."""
    _let_in: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    _places: int = 0

    def let_in(self, count: int) -> None:
        """Let so many more answer, of those who have been asked as of those who will be."""
        for _ in range(count):
            self._let_in.release()
        self._places += count

    @property
    def acting(self) -> bool:
        """Whether somebody who may answer has not said everything yet."""
        done = sum(stage == "done" for stage in self.stage.values())
        return done < min(self._places, len(self.everybody))

    async def answer(self) -> None:
        """Let everybody say what they want to say; returns once all have been thanked."""
        async with asyncio.TaskGroup() as group:
            for one in self.everybody:
                group.create_task(self._answer(one))

    async def _answer(self, one: Customer) -> None:
        self.stage[one.id] = "waits for the question"
        await self._question(one)
        self.stage[one.id] = "is not let in yet"
        await self._let_in.acquire()
        self.stage[one.id] = "gives the score"
        await self.world.clock.sleep(one.thinks / self.quick)
        await self._score(one)
        self.stage[one.id] = "waits to be asked why"
        await self._hears(one, one.asked_why)
        self.stage[one.id] = "says why"
        await self.world.clock.sleep(one.thinks / self.quick)
        self.reasons[one.id] = await self._type(one, one.reason, one.thanked)
        await self._hears(one, one.thanked)
        self.stage[one.id] = "done"

    async def _question(self, one: Customer) -> None:
        heard = asyncio.ensure_future(self._hears(one, QUESTION))
        told = asyncio.ensure_future(self.unasked.wait())
        await asyncio.wait((heard, told), return_when=asyncio.FIRST_COMPLETED)
        for task in (heard, told):
            task.cancel()

    async def _score(self, one: Customer) -> None:
        """By button, again and again until it works; in words where there is no question to tap on."""
        while one.taps and self._said(one, QUESTION):
            self.made[one.id] += 1
            act = await self.people.press_label(one.phone, str(one.score))
            if act.delivered:
                self.acknowledged[one.id] += 1
                return
            # Slack says at once that it failed, Telegram's app only stops waiting.
            if await self._hears_within(one, one.asked_why, PRESS_LIFE if act.ok else _ONCE_MORE):
                return
        await self._type(one, str(one.score), one.asked_why)

    async def _type(self, one: Customer, text: str, reply: str) -> int:
        """Once, since the provider tries again; once more where that is over and no try was taken, which
        Slack alone lets happen. Gives how often it was written."""
        written = 0
        while True:
            written += 1
            self.made[one.id] += 1
            if (await self.people.type(one.phone, text)).delivered:
                break
            if one.channel != "slack" or await self._hears_within(one, reply, SLACK_TRIES):
                return written
            if self._taken(one):
                break
        self.acknowledged[one.id] += 1
        return written

    def _taken(self, one: Customer) -> bool:
        """Whether a later try with what they wrote last was acknowledged; the bot is then slow to answer."""
        own = [message for message in self.world.messages(one.phone) if message.author == one.address]
        return own[-1].status == "delivered"

    async def _hears_within(self, one: Customer, words: str, seconds: float) -> bool:
        """Whether the bot says so within so many seconds of the clock."""
        heard = asyncio.ensure_future(self._hears(one, words))
        over = asyncio.ensure_future(self.world.clock.sleep(seconds))
        await asyncio.wait((heard, over), return_when=asyncio.FIRST_COMPLETED)
        for task in (heard, over):
            task.cancel()
        return self._said(one, words)

    def _said(self, one: Customer, words: str) -> bool:
        return any(words in message.text for message in said(self.world.messages(one.phone)))

    async def _hears(self, one: Customer, words: str) -> None:
        while not self._said(one, words):
            await self.world.phones.feed.news()
