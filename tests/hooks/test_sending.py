"""At least once, in order for one person, tried for three days, then parked; nobody waits for somebody else."""

import asyncio
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from bot.hooks import deliveries, hooks
from bot.hooks.pauses import TRIED_FOR, next_try, rest
from bot.hooks.posting import Posted
from bot.sending.hooks import AT_ONCE
from bot.store.schema import hook, hook_delivery, hook_event
from bot.web.web import web
from tests.hooks.receivers import (
    BROKEN,
    GONE,
    WELL,
    Got,
    Receiver,
    hook_sender,
    rows_of,
    subscribed,
    told,
)
from tests.support.bot_under_test import ADMIN, Bot, Customer
from tests.support.databases import Databases, memory, migrated
from tests.support.examples import on_databases
from tests.support.inline import open_inline
from tests.support.manual_clock import MONDAY


async def answered(bot: Bot, *scores: str) -> None:
    """So many people answer, each with one of these."""
    people = [Customer(f"C{n}", slack=f"U{n}") for n in range(len(scores))]
    await bot.start(*people)
    for number, score in enumerate(scores):
        await bot.say(f"slack:U{number}", score)


async def waiting(bot: Bot) -> list[Any]:
    return await bot.rows(hook_delivery, state="waiting")


# ------------------------------------------------------------------------------------------- one hook


async def test_what_arrived_is_gone(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9", "10")
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    assert receiver.types() == ["answer.given"] * 2
    assert (await bot.rows(hook_delivery), await bot.rows(hook_event)) == ([], [])
    assert (await rows_of(bot)).waiting == 0
    assert (await rows_of(bot)).delivered_at == bot.clock.now()


async def test_only_what_it_asked_for(bot: Bot) -> None:
    await subscribed(bot, "crm", "case.opened")
    await subscribed(bot, "sheet", "answer.given")
    await answered(bot, "3", "9")
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    by_url = sorted((one.url, one.type) for one in receiver.got)
    assert by_url == [
        ("https://crm.example.com/nps", "case.opened"),
        ("https://sheet.example.com/nps", "answer.given"),
        ("https://sheet.example.com/nps", "answer.given"),
    ]


async def test_the_id_is_the_same_at_every_try_and_the_time_is_not(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9")
    receiver = Receiver(lambda _got: BROKEN)
    sender = hook_sender(bot, receiver)
    await told(sender)
    bot.clock.advance(minutes=10)
    await told(sender)
    first, second = receiver.tried
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert first.body == second.body


async def test_what_comes_later_of_a_person_waits_behind_what_fails_and_goes_on_after_parking(
    bot: Bot,
) -> None:
    await subscribed(bot, "crm", "answer.given", "answer.corrected")
    await answered(bot, "9", "10")
    await bot.say("slack:U0", "because you are quick")
    poison = 1

    def fate(got: Got) -> Posted:
        data = got.json["data"]
        return BROKEN if (data["contact"]["key"], got.json["sequence"]) == ("C0", poison) else WELL

    receiver = Receiver(fate)
    sender = hook_sender(bot, receiver)
    await told(sender)
    assert [one.json["data"]["contact"]["key"] for one in receiver.got] == ["C1"]
    for _ in range(40):
        bot.clock.advance(hours=2)
        await told(sender, 3)
    assert [(one.json["data"]["contact"]["key"], one.json["sequence"]) for one in receiver.got] == [
        ("C1", 1),
        ("C0", 2),
    ], "the first of C0 is parked: its number is the gap"
    (parked,) = await bot.rows(hook_delivery)
    assert (parked.state, parked.error, parked.due_at) == ("parked", "it answered 500", None)
    tries = [one for one in receiver.tried if one.json["sequence"] == poison]
    assert 9 <= len(tries) <= 20

    poison = 0
    row = await rows_of(bot)
    assert (row.parked, row.waiting) == (1, 1)
    assert hooks.trouble(row) == "1 parked; see npsbot webhooks retry"
    await bot.store.write(deliveries.try_all_again, row.id, bot.clock.now())
    await told(sender)
    assert receiver.got[-1].json["sequence"] == 1
    assert await bot.rows(hook_delivery) == []
    assert hooks.trouble(await rows_of(bot)) is None


async def test_a_dead_receiver_delays_no_other(bot: Bot) -> None:
    await subscribed(bot, "dead", "answer.given")
    await subscribed(bot, "well", "answer.given")
    await answered(bot, *["9"] * 12)
    never: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
    got: list[str] = []

    async def post(url: str, _headers: Any, _body: str, _now: Any) -> Posted:
        if "dead" in url:
            return await never
        got.append(url)
        return WELL

    sender = hook_sender(bot, Receiver())
    sender._post = post
    while len(got) < 12:
        await sender.look()
        await asyncio.wait(sender._tasks, timeout=0.01)
    hanging = [one for one in sender._tasks.values() if one.to.name == "dead"]
    assert len(hanging) == AT_ONCE, "so many wait for the dead one, and not more"
    never.set_result(BROKEN)
    await sender.settle()


async def test_a_failing_receiver_is_tried_by_one_request_at_a_time_after_growing_rests(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, *["9"] * 10)
    receiver = Receiver(lambda _got: BROKEN)
    sender = hook_sender(bot, receiver)
    await told(sender)
    assert len(receiver.tried) == AT_ONCE
    before = len(receiver.tried)
    for _ in range(60):
        bot.clock.advance(seconds=1)
        await told(sender, 1)
    assert len(receiver.tried) - before <= 4
    receiver.fate = lambda _got: WELL
    for _ in range(120):
        bot.clock.advance(seconds=10)
        await told(sender, 2)
    assert sorted(one.json["data"]["conversation"] for one in receiver.got) == list(range(1, 11))
    assert (await rows_of(bot)).failing_since is None


async def test_a_receiver_that_asks_for_time_gets_it(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9", "9")
    receiver = Receiver(lambda _got: Posted("it answered 429", wished=timedelta(minutes=30)))
    sender = hook_sender(bot, receiver)
    await told(sender)
    tried = len(receiver.tried)
    bot.clock.advance(minutes=29)
    await told(sender)
    assert len(receiver.tried) == tried
    bot.clock.advance(minutes=2)
    await told(sender)
    assert len(receiver.tried) > tried


async def test_gone_ends_it_and_tells_the_admins_once(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9", "9", "9")
    receiver = Receiver(lambda _got: GONE)
    await told(hook_sender(bot, receiver))
    row = await rows_of(bot)
    assert (row.ended_at, row.waiting) == (bot.clock.now(), 0)
    assert "410" in str(hooks.trouble(row))
    assert await bot.rows(hook_delivery) == []
    await bot.say("slack:U1", "2")
    assert await bot.rows(hook_event) == []
    await bot.work()
    told_admins = [text for text in bot.slack.texts(ADMIN.id) if "webhook crm" in text]
    assert len(told_admins) == 1


async def test_the_admins_hear_once_of_an_hour_without_success_and_once_of_what_is_parked(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9", "9", "9")
    sender = hook_sender(bot, Receiver(lambda _got: BROKEN))
    for _ in range(90):
        await told(sender, 2)
        bot.clock.advance(hours=1)
    await bot.work()
    texts = [text for text in bot.slack.texts(ADMIN.id) if "webhook crm" in text]
    assert len([text for text in texts if "for an hour" in text]) == 1
    assert len([text for text in texts if "parked" in text]) == 1
    assert {row.state for row in await bot.rows(hook_delivery)} == {"parked"}


async def test_there_is_room_for_so_many_and_no_reply_waits(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, *["9"] * 5)
    full = await bot.store.write(deliveries.hand_out, bot.clock.now(), 3)
    assert [one.name for one in full] == ["crm"]
    row = await rows_of(bot)
    assert (row.waiting, row.dropped, row.full_since) == (3, 2, bot.clock.now())
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    assert len(receiver.got) == 3
    await bot.say("slack:U4", "2")  # its first was dropped: the gap shows it
    await bot.store.write(
        lambda connection: connection.execute(update(hook).values(events=["answer.corrected"]))
    )
    await told(hook_sender(bot, receiver))
    assert receiver.got[-1].json["sequence"] == 2
    assert (await rows_of(bot)).full_since is None


async def test_paused_keeps_and_removed_drops(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    row = await rows_of(bot)
    await bot.store.write(hooks.pause_hook, row.id, bot.clock.now())
    await answered(bot, "9", "9")
    receiver = Receiver()
    await told(hook_sender(bot, receiver))
    assert receiver.tried == []
    assert (await rows_of(bot)).waiting == 2
    await bot.store.write(deliveries.try_all_again, row.id, bot.clock.now())
    receiver.fate = lambda _got: BROKEN
    await told(hook_sender(bot, receiver))
    await bot.store.write(hooks.remove_hook, row.id)
    assert await bot.rows(hook_delivery) == []
    bot.clock.advance(hours=1)
    before = len(receiver.tried)
    await told(hook_sender(bot, receiver))
    assert len(receiver.tried) == before


async def test_removed_while_it_is_under_way(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9")
    row = await rows_of(bot)
    waits: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
    sender = hook_sender(bot, Receiver())
    sender._post = lambda *_: waits
    await sender.look()
    await bot.store.write(hooks.remove_hook, row.id)
    waits.set_result(BROKEN)
    await sender.settle()
    assert await bot.rows(hook_delivery) == []


# ----------------------------------------------------------------------------- crashes, processes, stops


async def test_a_crash_between_send_and_record_sends_again_under_the_same_id(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9")
    receiver = Receiver()
    sender = hook_sender(bot, receiver)
    (to,) = await bot.store.read(hooks.all_hooks)
    await bot.store.write(deliveries.hand_out, bot.clock.now())
    (lost,) = await bot.store.take(sender._take_due, to, 1, bot.clock.now())
    await receiver.post(lost.to.url, {"webhook-id": lost.delivery.key}, lost.body, bot.clock.now())
    other = hook_sender(bot.restarted(), receiver)
    await told(other)
    assert len(receiver.got) == 1, "it is leased"
    bot.clock.advance(seconds=31)
    await told(other)
    assert [one.headers["webhook-id"] for one in receiver.got] == [lost.delivery.key] * 2
    assert await waiting(bot) == []


async def test_a_record_that_comes_after_its_lease_changes_nothing_of_the_other_try(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9")
    sender = hook_sender(bot, Receiver())
    (to,) = await bot.store.read(hooks.all_hooks)
    await bot.store.write(deliveries.hand_out, bot.clock.now())
    (slow,) = await bot.store.take(sender._take_due, to, 1, bot.clock.now())
    bot.clock.advance(seconds=31)
    (second,) = await bot.store.take(sender._take_due, to, 1, bot.clock.now())
    await bot.store.take(sender._record, slow, BROKEN, bot.clock.now())
    (row,) = await waiting(bot)
    assert row.leased_until == second.delivery.leased_until
    await bot.store.take(sender._record, slow, WELL, bot.clock.now())
    await bot.store.take(sender._record, second, BROKEN, bot.clock.now())
    assert (await waiting(bot), (await rows_of(bot)).waiting) == ([], 0)


async def test_a_clock_that_was_set_back_holds_no_lease(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9")
    sender = hook_sender(bot, Receiver())
    (to,) = await bot.store.read(hooks.all_hooks)
    bot.clock.advance(hours=1)
    await bot.store.write(deliveries.hand_out, bot.clock.now() - timedelta(hours=2))
    await bot.store.take(sender._take_due, to, 1, bot.clock.now())
    bot.clock.advance(hours=-1)
    await told(sender)
    assert await waiting(bot) == []


async def test_a_stop_finishes_what_is_under_way(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9")
    answer: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
    sender = hook_sender(bot, Receiver())
    sender._post = lambda *_: answer
    running = asyncio.create_task(sender.run())
    while not sender._tasks:  # noqa: ASYNC110 - it begins at one of the next turns of the loop
        await asyncio.sleep(0)
    sender.stop()
    await asyncio.sleep(0)
    answer.set_result(WELL)
    await running
    assert await waiting(bot) == []


async def test_a_stop_does_not_wait_for_who_hangs(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sending.hooks.FINISH_WITHIN", 0.01)
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9")
    hangs: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
    sender = hook_sender(bot, Receiver())
    sender._post = lambda *_: hangs
    running = asyncio.create_task(sender.run())
    while not sender._tasks:  # noqa: ASYNC110 - it begins at one of the next turns of the loop
        await asyncio.sleep(0)
    sender.stop()
    await running
    (row,) = await waiting(bot)
    assert (row.leased_until, row.attempts) == (None, 0), "the next process sends it at once"


# ------------------------------------------------------------------------------------------------ laws


@on_databases(8)
@given(
    fates=st.lists(st.sampled_from(["well", "well", "broken", "crash"]), min_size=1, max_size=60),
    said=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 10)), min_size=1, max_size=14),
)
async def test_a_person_is_told_of_in_order_and_nothing_is_lost(
    databases: Databases, migrated_url: str, fates: list[str], said: list[tuple[int, int]]
) -> None:
    """`migrated_url` is asked for so that there are databases to copy. A crash is one after the receiver has it."""
    with (
        TemporaryDirectory(dir=memory()) as folder,
        databases.database(Path(folder), migrated) as url,
    ):
        store = await open_inline(url)
        try:
            await _play(Bot(store), fates, said)
        finally:
            await store.close()


async def _play(bot: Bot, fates: list[str], said: list[tuple[int, int]]) -> None:
    await subscribed(bot, "crm", "answer.given", "answer.corrected")
    await bot.start(*(Customer(f"C{n}", slack=f"U{n}") for n in range(3)))
    left = iter(fates)
    seen: list[tuple[str, int]] = []

    def fate(got: Got) -> Posted:
        what = next(left, "well")
        seen.append((got.json["data"]["contact"]["key"], got.json["sequence"]))
        if what == "crash":
            raise asyncio.CancelledError
        if what == "broken":
            seen.pop()
        return BROKEN if what == "broken" else WELL

    receiver = Receiver(fate)
    senders = [hook_sender(bot, receiver), hook_sender(bot, receiver)]
    for turn, (who, score) in enumerate(said):
        await bot.say(f"slack:U{who}", str(score))
        await told(senders[turn % 2], 1)
        bot.clock.advance(minutes=7)
    for turn in range(40):
        if not await bot.rows(hook_delivery):
            break
        await told(senders[turn % 2], 3)
        bot.clock.advance(minutes=45)
    assert await bot.rows(hook_delivery) == []
    for key in ("C0", "C1", "C2"):
        numbers = [number for name, number in seen if name == key]
        once = [number for place, number in enumerate(numbers) if number not in numbers[:place]]
        assert once == list(range(1, len(once) + 1)), "in order, and none is missing"
        assert numbers == sorted(numbers), "what came twice came before the next"
    assert (await rows_of(bot)).waiting == 0


def test_the_pauses_grow_and_end_after_three_days() -> None:
    now = first = MONDAY
    gaps: list[timedelta] = []
    for attempts in range(1, 100):
        again = next_try(attempts, first, now, timedelta(), 0.5)
        if again is None:
            break
        gaps.append(again - now)
        now = again
    assert now == first + TRIED_FOR
    assert gaps[:-1] == sorted(gaps[:-1])
    assert len(gaps) > 8


@pytest.mark.parametrize(("failures", "seconds"), [(1, 2), (3, 8), (6, 60), (30, 60)])
def test_a_rest_is_bounded(failures: int, seconds: int) -> None:
    assert rest(failures, timedelta()) == timedelta(seconds=seconds)
    assert rest(failures, timedelta(days=9)) == timedelta(hours=1)


async def test_what_was_parked_long_ago_is_forgotten(bot: Bot) -> None:
    await subscribed(bot, "crm", "answer.given")
    await answered(bot, "9")
    await bot.store.write(deliveries.hand_out, bot.clock.now())
    await bot.store.write(
        lambda connection: connection.execute(update(hook_delivery).values(state="parked", due_at=None))
    )
    await bot.store.write(deliveries.forget_parked, bot.clock.advance(days=29))
    assert len(await bot.rows(hook_delivery)) == 1
    await bot.store.write(deliveries.forget_parked, bot.clock.advance(days=2))
    assert (await bot.rows(hook_delivery), (await rows_of(bot)).waiting) == ([], 0)
    assert await bot.store.read(lambda connection: connection.scalar(select(hook.c.id))) == 1


async def test_readiness_names_what_is_wrong(bot: Bot) -> None:
    transport = httpx.ASGITransport(web(bot.store, bot.context, {}, {}, bot.clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://npsbot") as client:
        await subscribed(bot, "crm", "answer.given")
        assert "webhooks" not in (await client.get("/readyz")).json()
        await answered(bot, "9")
        await told(hook_sender(bot, Receiver(lambda _got: BROKEN)))
        ready = await client.get("/readyz")
        assert ready.status_code == 200, "npsbot itself does its work"
        since = f"{bot.clock.now():%Y-%m-%d %H:%M}"
        assert ready.json()["webhooks"] == {"crm": f"failing since {since} UTC (it answered 500)"}
        assert "npsbot_hooks_failing 1.0" in (await client.get("/metrics")).text
