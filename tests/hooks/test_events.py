"""What happens is put down once, in the transaction in which it happens, and nothing of it where nobody asks."""

import asyncio

import pytest

from bot.campaigns import runs
from bot.cases.acts import act
from bot.cases.deeds import Act, digest
from bot.hooks.kinds import HOOK_KINDS
from bot.store import schema
from bot.store.schema import hook_event
from bot.store.store import Store
from tests.hooks.receivers import Receiver, hook_sender, subscribed, told
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.counted import counted


async def test_the_kinds_are_those_of_the_table() -> None:
    assert HOOK_KINDS == schema.HOOK_KINDS


async def test_a_life_is_told_in_order(bot: Bot) -> None:
    await subscribed(bot)
    await bot.start(Customer("C1", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.say("slack:U1", "the parcel came late")
    await bot.work()
    await bot.tap("slack:UMANAGER", "I'm on it")
    await bot.work()
    await bot.tap("slack:UMANAGER", "Done")
    await bot.say("slack:U1", "STOP")
    await bot.later(days=31)
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    assert [one for one in receiver.types() if not one.startswith("wave.")] == [
        "answer.given",
        "case.opened",
        "answer.corrected",
        "case.changed",
        "case.closed",
        "contact.opted_out",
    ]
    assert [one for one in receiver.types() if one.startswith("wave.")] == ["wave.started", "wave.ended"]
    numbers = [one.json["sequence"] for one in receiver.got if not one.type.startswith("wave.")]
    assert numbers == [1, 2, 3, 4, 5, 6]


async def test_another_score_is_a_correction(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given", "answer.corrected")
    await bot.start(Customer("C1", slack="U1"))
    await bot.say("slack:U1", "9")
    await bot.say("slack:U1", "sorry, I meant 4")
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    first, second = (one.json["data"] for one in receiver.got)
    assert (first["score"], first["previous_score"], first["category"]) == (9, None, "promoter")
    assert (second["score"], second["previous_score"], second["category"]) == (4, 9, "detractor")
    assert "score" in second["changed"]


async def test_what_changed_of_a_case_is_told(store: Store) -> None:
    """A hand-over is told by `owner`, without names but where they are asked for; a cause after Done leaves it done."""
    managers = {"Manager": "slack:UMANAGER", "Second": "telegram:77"}
    bot = Bot(store, settings_of(account_managers=managers))
    await subscribed(bot, "crm", "case.changed", "case.closed")
    await bot.start(Customer("C1", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.work()
    for button in ("I'm on it", "Hand over to …", "Second"):
        await bot.tap("slack:UMANAGER", button)
        await bot.work()
    for deed in (Act("done"), Act("done", "billing"), Act("reopen")):
        await store.write(act, bot.settings, bot.context.limits, 1, deed, ADMIN, ADMIN, bot.clock.now())
        await bot.work()
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    assert [(one.type, one.json["data"]["state"], one.json["data"]["changed"]) for one in receiver.got] == [
        ("case.changed", "taken", ["owner", "state"]),
        ("case.changed", "open", ["owner", "state"]),
        ("case.closed", "done", ["state"]),
        ("case.changed", "done", ["cause"]),
        ("case.changed", "open", ["cause", "state"]),
    ]
    first, second = {"key": digest("Manager")}, {"key": digest("Second")}
    assert [one.json["data"]["owner"] for one in receiver.got] == [first, *[second] * 4]


async def test_who_has_a_case_is_told_by_name_where_names_are_asked_for(store: Store) -> None:
    bot = Bot(store, settings_of())
    await subscribed(bot, "crm", "case.opened", with_names=True)
    await bot.start(Customer("C1", slack="U1"), Customer("C2", slack="U2", account="Hooli", manager=None))
    await bot.say("slack:U1", "3")
    await bot.say("slack:U2", "2")
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    owners = [one.json["data"]["owner"] for one in receiver.got]
    assert owners[0] == {"key": digest("Manager"), "name": "Manager"}
    assert owners[1]["name"] is None  # the fallback is an address, which is no name


async def test_nobody_asks_and_nothing_is_kept(bot: Bot) -> None:
    await bot.start(Customer("C1", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.say("slack:U1", "STOP")
    assert await bot.rows(hook_event) == []


async def test_a_trial_is_told_to_nobody(bot: Bot) -> None:
    from bot.conversations.trials import hold_trial

    await subscribed(bot)
    await hold_trial(bot.store, bot.settings, "demo", ADMIN, bot.clock.now)
    await bot.work()
    await bot.say(str(ADMIN), "2")
    await bot.work()
    await bot.tap(str(ADMIN), "Done")
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    assert receiver.got == []


async def test_a_wave_that_is_stopped_has_ended_once(bot: Bot) -> None:
    await subscribed(bot, "crm", "wave.started", "wave.ended")
    await bot.start(Customer("C1", slack="U1"), Customer("C2", sms="+31612345678"))
    await bot.store.write(runs.stop, "demo", str(ADMIN), bot.clock.now())
    await bot.later(days=60)
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    assert receiver.types() == ["wave.started", "wave.ended"]
    assert receiver.got[1].json["data"] == {"campaign": "demo", "wave": 1, "survey": "nps", "how": "stopped"}


async def test_a_wave_that_can_be_undone_has_not_started(store: object, bot: Bot) -> None:
    from bot.campaigns.undoing import undo

    slow = Bot(bot.store, settings_of(undo="60s"), bot.clock)
    await subscribed(slow)
    await slow.enrol(Customer("C1", slack="U1"))
    receiver = Receiver()
    await told(hook_sender(slow, receiver))
    assert receiver.got == []
    await slow.later(seconds=61)
    await told(hook_sender(slow, receiver))
    assert receiver.types() == ["wave.started"]
    await slow.store.write(runs.stop, "demo", str(ADMIN), slow.clock.now())
    await slow.later(days=30)
    await slow.enrol()
    _, undone = await slow.store.write(undo, 2, str(ADMIN), slow.clock.now())
    assert undone
    await slow.later(minutes=5)
    await told(hook_sender(slow, receiver))
    assert receiver.types() == ["wave.started", "wave.ended"]


@pytest.mark.parametrize(("hooks", "more"), [(0, 0), (1, 1)])
async def test_what_a_reply_pays(bot: Bot, hooks: int, more: int) -> None:
    """No statement where nobody subscribes; where somebody does, one for all that a reply has to tell, a detractor's
    answer and case together."""
    await bot.start(Customer("C1", slack="U1"), Customer("C2", slack="U2"))
    with counted() as before:
        await bot.say("slack:U1", "3")
    for _ in range(hooks):
        await subscribed(bot)
    with counted() as after:
        await bot.say("slack:U2", "3")
    assert len(after) == len(before) + more
    assert sum("hook_event" in statement for statement in after) == more
    assert not any("FROM hook" in one and "conversation" not in one for one in after)


async def test_what_is_handed_out_by_two_processes_is_handed_out_once(bot: Bot) -> None:
    await subscribed(bot)
    people = [Customer(f"C{n}", slack=f"U{n}") for n in range(20)]
    await bot.start(*people)
    for number in range(20):
        await bot.say(f"slack:U{number}", "9")
    receiver = Receiver()
    one, other = hook_sender(bot, receiver), hook_sender(bot, receiver)
    for _ in range(30):
        await asyncio.gather(one.look(), other.look())
        await asyncio.gather(one.settle(), other.settle())
    keys = [got.headers["webhook-id"] for got in receiver.got]
    assert len(keys) == len(set(keys)) == 21
    assert await bot.rows(hook_event) == []
