"""What a customer wishes for themself: heard, confirmed, kept, obeyed before any rule, undone."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from bot.people.contacts import person
from bot.people.wishes import keep_wish, standing_wishes
from bot.privacy.erasure import erase
from bot.privacy.held import held, my_data
from bot.reading.bounds import Bounds
from bot.reading.own_wishes import AsUsual, Later, OwnWish, Rarely, Rather
from bot.store.schema import case, conversation, outbox, wish
from bot.store.store import Store
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.examples import on_databases
from tests.support.manual_clock import MONDAY

QUESTION = "how likely are you to recommend"


def bot_of(store: Store, **campaign: Any) -> Bot:
    one = {"send_between": "always", "every": 0, "channels": ["slack"]}
    return Bot(store, settings_of(campaigns={"demo": one | campaign}))


async def asked(bot: Bot) -> list[str]:
    """The channels of every question that was sent, in their order."""
    rows = await bot.rows(outbox)
    return [row.channel for row in rows if row.state == "sent" and QUESTION in str(row.body)]


async def said(bot: Bot, channel: str = "slack") -> str:
    """What was said last."""
    rows = await bot.rows(outbox, channel=channel)
    return "".join(text for _, text, _ in rows[-1].body)


async def newest(bot: Bot) -> Any:
    return (await bot.rows(conversation))[-1]


async def test_later_is_asked_once_more_on_the_day_that_was_told(store: Store) -> None:
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "not now")
    await bot.work()
    day = (bot.clock.now() + timedelta(days=3)).date()
    assert await said(bot) == f"That is fine. We will ask you once more on {day.day} {day:%B %Y}."
    await bot.later(days=2, hours=23)
    assert await asked(bot) == ["slack"]
    await bot.later(hours=1)
    assert await asked(bot) == ["slack", "slack"]
    await bot.later(days=1)
    assert await asked(bot) == ["slack", "slack"]
    await bot.tap("slack:U1", "9")
    row = await newest(bot)
    assert (row.score, row.state, row.put_off, row.remind_at) == (9, "reason", True, None)


async def test_a_second_later_ends_it_and_another_day_moves_it(store: Store) -> None:
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "later")
    await bot.say("slack:U1", "in 2 days")
    assert (await newest(bot)).remind_at == bot.clock.now() + timedelta(days=2)
    await bot.later(days=2)
    assert len(await asked(bot)) == 2
    await bot.say("slack:U1", "not now")
    await bot.later(hours=1)
    assert await said(bot) == "That is fine. We leave it at that this time."
    row = await newest(bot)
    assert (row.state, row.ending, row.remind_at) == ("closed", "later", None)
    await bot.later(days=4)
    assert len(await asked(bot)) == 2
    assert await bot.rows(wish) == []


async def test_a_score_that_comes_first_is_not_asked_for_again(store: Store) -> None:
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "later")
    await bot.say("slack:U1", "8")
    await bot.later(days=3)
    assert len(await asked(bot)) == 1


async def test_it_comes_again_within_the_hours_of_its_wave(store: Store) -> None:
    bot = bot_of(store, send_between="09:00-12:00")
    await bot.start(Customer("buyer", slack="U1"))
    await bot.later(hours=1)
    bot.clock.advance(hours=6)  # in the afternoon
    await bot.say("slack:U1", "tomorrow")
    await bot.later(days=1)
    assert len(await asked(bot)) == 1
    await bot.later(hours=16)
    assert len(await asked(bot)) == 2


@pytest.mark.parametrize("after", ["the wave is stopped", "they leave"])
async def test_it_does_not_come_again_after(store: Store, after: str) -> None:
    from bot.campaigns.runs import stop

    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "later")
    if after == "they leave":
        await bot.say("slack:U1", "STOP")
    else:
        await store.write(stop, "demo", "slack:UADMIN", bot.clock.now())
    await bot.later(days=3)
    assert len(await asked(bot)) == 1


async def test_a_day_behind_the_window_holds_for_the_next_campaign(store: Store) -> None:
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1"))
    begun = bot.clock.now()
    await bot.say("slack:U1", "in 2 weeks")
    row = await newest(bot)
    assert (row.state, row.ending) == ("closed", "later")
    await bot.later(days=13)
    await bot.enrol()
    day = (begun + timedelta(days=14)).date()
    row = await newest(bot)
    assert (row.skipped, row.skipped_detail) == ("wish", f"until {day}, later")
    await bot.later(days=1)
    await bot.start()
    assert len(await asked(bot)) == 2


@pytest.mark.parametrize("first", ["in 2 weeks", "STOP"])
async def test_a_wish_after_the_end_is_kept_and_confirmed_unless_they_left(store: Store, first: str) -> None:
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", first)
    await bot.say("slack:U1", "in three weeks")
    await bot.work()
    row = await newest(bot)
    if first == "STOP":
        assert (row.ending, await bot.rows(wish)) == ("opted_out", [])
        return
    until = bot.clock.now() + timedelta(days=21)
    day = until.date()
    assert (row.state, row.ending) == ("closed", "later")
    assert await said(bot) == f"That is fine. We will not ask you before {day.day} {day:%B %Y}."
    await bot.say("slack:U1", "rather not now")
    await bot.work()
    (kept,) = await bot.rows(wish)
    assert kept.not_before == bot.clock.now() + timedelta(days=3)  # the newest stands


async def test_next_month_is_its_first_day(store: Store) -> None:
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1", language="nl"))  # on 2 March
    await bot.say("slack:U1", "volgende maand graag")
    await bot.work()
    assert await said(bot) == "Geen probleem. We vragen u niets vóór 1 april 2026."


@pytest.mark.parametrize("known", ["never asked", "asked long ago", "nobody answered", "done"])
async def test_not_now_is_kept_whenever_they_say_it(store: Store, known: str) -> None:
    bot = bot_of(store)
    await (bot.add if known == "never asked" else bot.start)(Customer("buyer", slack="U1"))
    if known == "done":
        await bot.say("slack:U1", "8")
        await bot.say("slack:U1", "great people")
    await bot.later(days={"never asked": 0, "asked long ago": 60}.get(known, 8))
    before = await bot.rows(conversation)
    await bot.say("slack:U1", "in a week")
    await bot.work()
    day = (bot.clock.now() + timedelta(days=7)).date()
    assert await said(bot) == f"That is fine. We will not ask you before {day.day} {day:%B %Y}."
    assert [row.ending for row in await bot.rows(conversation)] == [row.ending for row in before]
    await bot.later(days=6)
    await bot.enrol()
    assert (await newest(bot)).skipped == "wish"


async def test_another_channel_is_obeyed_where_they_are_known_there(store: Store) -> None:
    """The campaign has Slack alone."""
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1", sms="+31612345678"), Customer("other", slack="U2"))
    for who in ("U1", "U2"):
        await bot.say(f"slack:{who}", "rather by SMS")
    await bot.work()
    assert await said(bot) == "Noted: from now on we ask you by SMS, where we can reach you there."
    assert (await newest(bot)).state == "asked"  # it can still be answered
    await bot.later(days=8)
    await bot.start()
    assert sorted(await asked(bot)) == ["slack", "slack", "slack", "sms"]
    await bot.say("slack:U1", "as usual again please")
    await bot.later(days=8)
    await bot.start()
    assert sorted(await asked(bot)) == ["slack"] * 5 + ["sms"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "liever via SMS"), ("nl", "graag via sms"), ("de", "lieber per SMS"), ("pl", "wolę SMS")],
)
async def test_another_channel_is_no_wish_to_leave(store: Store, language: str, words: str) -> None:
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1", language=language))
    await bot.say("slack:U1", words)
    await bot.work()
    assert "STOP" not in await said(bot)
    assert [row.channel for row in await bot.rows(wish)] == ["sms"]
    assert await bot.rows(case) == []


async def test_a_day_that_was_told_stands_beside_another_wish(store: Store) -> None:
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "not now")
    await bot.say("slack:U1", "once a year is enough")
    await bot.work()
    assert await said(bot) == (
        "Noted: we ask you at most once in 365 days. We will still ask you once more on 5 March 2026."
    )
    await bot.later(days=3)
    assert await asked(bot) == ["slack", "slack"]


async def test_once_a_year_is_obeyed_until_start_undoes_it(store: Store) -> None:
    bot = bot_of(store)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "8")
    await bot.say("slack:U1", "great people")
    await bot.say("slack:U1", "once a year is enough")
    await bot.work()
    assert await said(bot) == "Noted: we ask you at most once in 365 days."
    assert (await newest(bot)).reason == "great people"
    await bot.later(days=100)
    await bot.enrol()
    assert (await newest(bot)).skipped == "wish"
    await bot.say("slack:U1", "START")
    await bot.enrol()
    assert (await newest(bot)).skipped is None


async def test_a_wish_holds_for_who_waits_already(store: Store) -> None:
    bot = bot_of(store, send_between="09:00-12:00")
    await bot.start(Customer("buyer", slack="U1", sms="+31612345678"), Customer("other", slack="U2"))
    await bot.later(days=8, hours=6)
    await bot.enrol()  # in the afternoon
    await bot.say("slack:U1", "rather by SMS")
    await bot.say("slack:U2", "once a year is enough")
    await bot.later(days=1)
    rows = {row.contact_id: row for row in await bot.rows(conversation)}  # the newer of each
    assert sorted((row.channel, row.skipped) for row in rows.values() if row.channel) == [("sms", None)]
    assert [row.skipped for row in rows.values() if row.channel is None] == ["wish"]


async def test_it_is_heard_between_waves_shown_and_erased(store: Store) -> None:
    bot = bot_of(store)
    await bot.add(Customer("buyer", slack="U1", language="nl"))
    await bot.say("slack:U1", "liever via Telegram")
    await bot.work()
    assert await said(bot) == "Genoteerd: voortaan vragen we u via Telegram, als u daar te bereiken bent."
    buyer = await store.read(person, "buyer")
    assert buyer is not None
    (shown,) = (await store.read(held, buyer))["wishes"]
    assert (shown["kind"], shown["channel"]) == ("channel", "telegram")
    voice = bot.context.voice("slack", "nl", Bounds(0, 10))
    told = await store.read(my_data, buyer, voice, ZoneInfo("Europe/Amsterdam"))
    assert any("vroeg u om vragen via Telegram" in one for one in told)
    await store.write(erase, bot.settings, buyer, bot.clock.now())
    assert await bot.rows(wish) == []


async def test_a_stranger_and_who_left_wish_nothing(store: Store) -> None:
    bot = bot_of(store)
    await bot.add(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "STOP")
    await bot.say("slack:U1", "rather by SMS")
    await bot.say("slack:U99", "rather by SMS")
    assert await bot.rows(wish) == []


_WISHES: st.SearchStrategy[OwnWish] = st.one_of(
    st.builds(Rarely, st.sampled_from([30, 365])),
    st.builds(Rather, st.sampled_from(["sms", "telegram"])),
    st.builds(Later, st.just(3)),
    st.just(AsUsual()),
)


@given(
    wishes=st.lists(st.tuples(st.integers(0, 50), _WISHES), max_size=6, unique_by=lambda one: one[0]),
    order=st.randoms(use_true_random=False),
)
@on_databases(15)
async def test_the_newest_of_each_kind_stands_in_whatever_order_they_come(
    store: Store, wishes: list[tuple[int, OwnWish]], order: Any
) -> None:
    bot = bot_of(store)
    if await store.read(person, "buyer") is None:
        await bot.add(Customer("buyer", slack="U1"))
    buyer = await store.read(person, "buyer")
    assert buyer is not None
    await store.write(lambda connection: connection.execute(delete(wish)).rowcount)

    def at(hour: int) -> datetime:
        return MONDAY + timedelta(hours=hour)

    came = list(wishes)
    order.shuffle(came)
    for hour, own in came:
        until = at(hour) + timedelta(days=3) if isinstance(own, Later) else None
        await store.write(keep_wish, buyer.id, own, at(hour), until)
    expected: dict[str, Any] = {}
    for hour, own in sorted(wishes, key=lambda one: one[0]):
        match own:
            case AsUsual():
                expected.clear()
            case Rarely(days):
                expected["rarely"] = days
            case Rather(channel):
                expected["channel"] = channel
            case Later():
                expected["later"] = at(hour) + timedelta(days=3)
    rows = await store.read(standing_wishes, buyer.id)
    assert {row.kind: row.channel or row.days or row.not_before for row in rows} == expected
