"""Daily digests, from the words of customers to the message that their account manager gets; the campaigns say what is
told, as they did before there was any other rhythm."""

from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.intake.erasing import erase_contact
from bot.store.schema import contact, outbox
from bot.store.store import Store
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.fake_channel import FakeChannel
from tests.support.manual_clock import ManualClock

ANN = Customer("Ann", slack="U1")
BEN = Customer("Ben", slack="U2", account="Initech")
CAS = Customer("Cas", slack="U3")


def daily(summary: Any = "daily", **more: Any) -> Any:
    campaigns = {"demo": {"send_between": "always", "every": 0, "summary": summary}}
    return settings_of(campaigns=campaigns, **more)


END = "\n\nThis comes on working days, when there is news. “/nps digest weekly” or “off” changes that."


def told(channel: FakeChannel, to: str = "UMANAGER") -> list[str]:
    """The digests that somebody got, as text, without how to change them."""
    return [text.removesuffix(END) for text in channel.texts(to) if "customers, " in text or "today." in text]


async def answered(bot: Bot) -> None:
    """Ann is a promoter with thanks, Ben a passive with a wish, Cas a detractor."""
    await bot.start(ANN, BEN, CAS)
    for who, words in (
        ("U1", "9"),
        ("U1", "always on time"),
        ("U2", "8"),
        ("U2", "manuals are thin"),
        ("U3", "2"),
    ):
        await bot.say(f"slack:{who}", words)
    await bot.work()


async def test_what_asks_for_no_alert_is_told_once_that_day(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, daily(), clock)
    await answered(bot)
    await bot.later(hours=4, minutes=59)
    assert told(bot.slack) == []
    await bot.later(minutes=1)  # it is 16:00 in Amsterdam
    assert told(bot.slack) == [
        "Your customers, 2 March 2026: 1 passive, 1 promoter\n\n"
        "Globex\nAnn (9): “always on time”\n\n"
        "Initech\nBen (8): “manuals are thin”"
    ]
    await bot.later(hours=24)
    assert len(told(bot.slack)) == 1, "nothing is new"
    assert not [row for row in await bot.rows(outbox, kind="digest") if row.body is not None]


async def test_words_that_come_later_are_told_the_next_working_day(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, daily(), clock)
    await answered(bot)
    await bot.later(hours=5)
    await bot.say("slack:U1", "and friendly people")
    await bot.later(hours=24)
    assert len(told(bot.slack)) == 2
    assert told(bot.slack)[1].endswith("1 promoter\n\nGlobex\nAnn (9): “always on time and friendly people”")


async def test_at_a_weekend_nobody_is_told(store: Store, clock: ManualClock) -> None:
    clock.advance(days=4, hours=6)  # Friday, an hour past the time of the summary
    bot = Bot(store, daily(), clock)
    await answered(bot)
    await bot.later(days=1)
    await bot.later(days=1)
    assert told(bot.slack) == []
    await bot.later(days=1)
    assert (
        len(told(bot.slack)) == 1
    )  # Monday, an hour late, since nothing ran at the time; people are still at work
    await bot.later(hours=23)
    assert len(told(bot.slack)) == 1


async def test_a_campaign_says_what_is_told_and_when(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, daily({"passives": "false", "at": "12:00"}), clock)
    await answered(bot)
    await bot.later(hours=1)
    assert [text.splitlines()[-1] for text in told(bot.slack)] == ["Ann (9): “always on time”"]


async def test_nothing_is_told_unless_a_campaign_says_so(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, clock=clock)
    await answered(bot)
    await bot.later(hours=5)
    assert await bot.rows(outbox, kind="digest") == []


async def test_who_was_erased_before_it_went_is_not_in_it(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, daily(), clock)
    await answered(bot)
    clock.advance(hours=5)
    await bot.digesting.look()
    assert len(await bot.rows(outbox, kind="digest", state="queued")) == 1
    await store.write(erase_contact, bot.context, "Ann", clock.now())
    await bot.work()
    (text,) = told(bot.slack)
    assert "always on time" not in text
    assert "Ben (8)" in text


async def test_where_nobody_is_left_of_it_nothing_goes(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, daily({"passives": False}), clock)
    await answered(bot)
    clock.advance(hours=5)
    await bot.digesting.look()
    await store.write(erase_contact, bot.context, "Ann", clock.now())
    await bot.work()
    assert told(bot.slack) == []
    (row,) = await bot.rows(outbox, kind="digest")
    assert row.state == "cancelled"


async def test_by_sms_it_is_short(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, daily(account_managers={"Manager": "sms:+31600000001"}), clock)
    await answered(bot)
    await bot.later(hours=5)
    (text,) = told(bot.sms, "+31600000001")
    assert (
        text == 'npsbot Acme, today. Globex: Ann (9): "always on time". Initech: Ben (8): "manuals are thin"'
    )


async def test_two_processes_tell_it_once(store: Store, clock: ManualClock) -> None:
    one, other = Bot(store, daily(), clock), Bot(store, daily(), clock, holder="two")
    await answered(one)
    clock.advance(hours=5)
    await one.digesting.look()
    await other.digesting.look()
    assert len(await one.rows(outbox, kind="digest")) == 1


@pytest.mark.parametrize(
    ("marks", "known"),
    [
        ({"role": "decider"}, {"attributes": {"role": "decider"}}),
        ({}, {"key_contact": True}),
        ({"role": "decider"}, {"key_contact": True}),
    ],
)
async def test_a_silent_key_contact_is_told_when_the_window_closes(
    store: Store, clock: ManualClock, marks: dict[str, str], known: dict[str, Any]
) -> None:
    """Marked by an attribute that the settings name, or by the column of the import."""
    settings = settings_of(key_contact=marks)
    bot = Bot(store, settings, clock)
    await bot.add(ANN, BEN, CAS)

    def decide(connection: Connection) -> None:
        connection.execute(update(contact).where(contact.c.contact_id.in_(("Ann", "Cas"))).values(**known))

    await store.write(decide)
    await bot.enrol()
    await bot.work()
    await bot.say("slack:U3", "9 fine")
    clock.advance(days=7, minutes=1)
    await bot.work()
    await bot.later(hours=5)
    assert told(bot.slack) == [
        "Your customers, 9 March 2026: 1 key contact silent\n\nGlobex\nAnn, a key contact, did not answer"
    ]


async def test_what_did_not_get_there_is_told_the_next_time(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, daily(account_managers={"Manager": "sms:+31600000001"}), clock)
    await answered(bot)
    clock.advance(hours=5)
    await bot.digesting.look()

    def lose(connection: Connection) -> None:
        connection.execute(update(outbox).where(outbox.c.kind == "digest").values(state="expired"))

    await store.write(lose)
    await bot.later(hours=24)
    assert len(told(bot.sms, "+31600000001")) == 1
