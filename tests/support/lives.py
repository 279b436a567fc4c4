"""A seeded life of a small company's customers: whatever the bot and its owners can do to a conversation."""

import random
from collections.abc import AsyncIterator

from bot.campaigns import runs
from bot.conversations import trials
from bot.intake.erasing import erase_contact
from bot.privacy.retention import find_old, forget_old, months_before
from bot.store.schema import outbox
from channels.base import (
    Address,
    Blocked,
    DeliveryReport,
    DeliveryStatus,
    ProviderOptIn,
    Rejected,
    Unknown,
    Unreachable,
)
from tests.support.bot_under_test import ADMIN, Bot, Customer

CUSTOMERS = (
    *(Customer(f"s{n}", slack=f"U{n}") for n in range(4)),
    *(Customer(f"t{n}", telegram=f"10{n}") for n in range(4)),
    *(Customer(f"p{n}", sms=f"+3161000000{n}") for n in range(4)),
)
STEPS = 100
WORDS = (
    *("9", "3", "een 8", "0", "sorry, 6", "10"),
    *(
        "because it broke",
        "what is this?",
        "perhaps 7 or 8",
        "STOP",
        "START",
        "I am out of office until Monday",
    ),
)


async def live(bot: Bot, seed: int) -> AsyncIterator[int]:
    """A hundred steps of chance; what comes out is the number of each that is done."""
    chance = random.Random(seed)
    await bot.start(*CUSTOMERS)
    yield 0
    for step in range(1, STEPS + 1):
        await _step(bot, chance, step)
        yield step


async def _step(bot: Bot, chance: random.Random, step: int) -> None:
    who = chance.choice(CUSTOMERS)
    (at,) = (
        Address(channel, place)
        for channel, place in (("slack", who.slack), ("telegram", who.telegram), ("sms", who.sms))
        if place is not None
    )
    match chance.choices(
        (
            "say",
            "work",
            "later",
            "campaign",
            "stop",
            "trial",
            "report",
            "block",
            "erase",
            "old",
            "fail",
            "back",
        ),
        (30, 8, 8, 5, 3, 1, 4, 2, 2, 1, 4, 2),
    )[0]:
        case "say":
            edits = {"edits": f"in-{step}"} if chance.random() < 0.2 else {}
            await bot.say(str(at), chance.choice(WORDS), **edits)
        case "work":
            await bot.work()
        case "later":
            await bot.later(**{chance.choice(("hours", "days")): chance.randint(1, 9)})
        case "campaign":
            await bot.enrol()
        case "stop":
            await bot.store.write(runs.stop, "demo", str(ADMIN), bot.clock.now())
        case "trial":
            await trials.hold_trial(bot.store, bot.settings, "demo", ADMIN, bot.clock.now)
            await bot.work()
            await bot.say(str(ADMIN), "1")
        case "report":
            await _report_fate(bot, chance)
        case "block":
            await bot.take(Blocked(f"block-{step}", at, bot.clock.now()))
        case "erase":
            await bot.store.write(erase_contact, bot.context, who.id, bot.clock.now())
        case "old":
            old = await bot.store.read(find_old, months_before(bot.clock.now(), 0))
            await bot.store.write(forget_old, bot.context, old, bot.clock.now())
        case "fail":
            fate = chance.choice(
                (Rejected("no"), Unreachable("gone"), Unknown("who knows"), Unreachable("out", True))
            )
            bot.channels[at.channel].fates.append(fate)
        case "back":
            await bot.take(ProviderOptIn(f"back-{step}", at, bot.clock.now()))


async def _report_fate(bot: Bot, chance: random.Random) -> None:
    """The carrier says what became of a message."""
    sent = [row for row in await bot.rows(outbox, channel="sms") if row.message_ref]
    if sent:
        row = chance.choice(sent)
        statuses: tuple[DeliveryStatus, ...] = ("delivered", "undelivered", "failed")
        status = chance.choice(statuses)
        await bot.take(
            DeliveryReport(f"report-{row.id}-{status}", row.message_ref, status, bot.clock.now()), "sms"
        )
