"""One digest a reader and period: weekly, monthly, as config.yaml has it or as the reader chose, and never at night."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, update

from bot.cases.absences import Absence, end_absence, keep_absence
from bot.cases.digests.digests import unreached
from bot.cases.digests.readers import choose, digest_readers
from bot.intake.erasing import erase_contact
from bot.reports.board import FEWEST
from bot.store.schema import account, digest, outbox
from bot.store.store import Store
from bot.when.repeats import Repeats
from channels.base import Address, Body, Image, Unreachable
from tests.support.bot_under_test import MANAGER, Bot, Customer, settings_of
from tests.support.fake_channel import FakeChannel
from tests.support.manual_clock import ManualClock

ANN = Customer("Ann", slack="U1")
BEN = Customer("Ben", slack="U2", account="Initech")
EVE = Customer("Eve", slack="U5", account="Umbrella", manager="Other")
WEEKLY = {"managers": "weekly", "at": "09:00"}
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
END = "\n\nThis comes every week, when there is news. “/nps digest daily”, “monthly” or “off” changes that."


def every(rules: Any = WEEKLY, **more: Any) -> Any:
    campaigns = {"demo": {"send_between": "always", "every": 0, "window": 60}}
    return settings_of(campaigns=campaigns, digest=rules, **more)


def told(channel: FakeChannel, to: str = "UMANAGER") -> list[str]:
    return [
        text.removesuffix(END)
        for text in channel.texts(to)
        if text.startswith(("Your customers", "The page"))
    ]


async def at(bot: Bot, day: int, hour: int, minute: int = 0, month: int = 3) -> None:
    """Go to a moment of 2026 in Amsterdam, and do what is due then."""
    bot.clock.set(datetime(2026, month, day, hour, minute, tzinfo=AMSTERDAM).astimezone(UTC))
    await bot.work()


async def through(bot: Bot, last: int) -> None:
    """Let the days pass up to one of March, with a look at night, as work begins, and at noon."""
    first = bot.clock.now().astimezone(AMSTERDAM).day + 1
    for day in range(first, last + 1):
        for hour in (3, 9, 12):
            await at(bot, day, hour)


async def says(bot: Bot, who: str, *words: str) -> None:
    for one in words:
        await bot.say(f"slack:{who}", one)
    await bot.work()


async def test_of_a_week_it_is_told_on_monday(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN, BEN)  # Monday 2 March, 11:00
    await at(bot, 8, 12)
    await says(bot, "U1", "9", "always on time")
    await at(bot, 9, 8, 59)
    assert told(bot.slack) == []
    await at(bot, 9, 9)
    assert told(bot.slack) == [
        "Your customers, 2 to 8 March 2026\n1 new answer: 1 promoter\n\nGlobex\nAnn (9): “always on time”"
    ]
    await says(bot, "U2", "8", "manuals are thin")
    await says(bot, "U1", "and friendly people")
    await at(bot, 16, 9)
    assert told(bot.slack)[1:] == [
        "Your customers, 9 to 15 March 2026\n"
        "1 new answer: 1 passive\n\n"
        "Globex\nAnn (9): “always on time and friendly people”\n\n"
        "Initech\nBen (8): “manuals are thin”"
    ], "Ann's answer is not counted twice"


async def test_what_came_after_the_week_waits_for_the_next(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN, BEN)
    await at(bot, 8, 23, 59)
    await says(bot, "U1", "9", "always on time")
    await at(bot, 9, 0, 1)
    await says(bot, "U2", "8", "manuals are thin")
    await at(bot, 9, 9)
    (first,) = told(bot.slack)
    assert "Ann" in first
    assert "Ben" not in first
    await at(bot, 16, 9)
    assert "Ben" in told(bot.slack)[1]
    assert "Ann" not in told(bot.slack)[1]


async def test_detractors_and_what_became_of_them_are_counted_and_not_told_again(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN, BEN)
    await says(bot, "U1", "2", "always late")
    await bot.tap("slack:UMANAGER", "I'm on it")
    await bot.tap("slack:UMANAGER", "Done")
    await at(bot, 9, 9)
    assert told(bot.slack) == [
        "Your customers, 2 to 8 March 2026\n1 new answer: 1 detractor\nFollow-up: 1 new case, 1 done"
    ]


async def test_a_week_without_news_says_nothing_and_later_since_when(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN)
    for day in (9, 16, 23):
        await at(bot, day, 9)
    assert told(bot.slack) == []
    await says(bot, "U1", "9", "always on time")
    await at(bot, 30, 9)
    assert told(bot.slack) == [
        "Your customers, 2 to 29 March 2026\n"
        "1 new answer: 1 promoter\n"
        "Before that there was nothing to tell, from 2 March 2026 on.\n\n"
        "Globex\nAnn (9): “always on time”"
    ]


async def test_a_holiday_moves_it_to_the_next_working_day(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN)
    await at(bot, 1, 12, month=4)
    await says(bot, "U1", "9", "always on time")
    await at(bot, 6, 12, month=4)  # Easter Monday
    assert told(bot.slack) == []
    await at(bot, 7, 9, month=4)
    assert len(told(bot.slack)) == 1


@pytest.mark.parametrize(
    ("back", "comes"),
    [((9, 9, 50), (9, 9, 50)), ((9, 15, 0), (9, 15, 0)), ((10, 3, 0), (10, 9, 0)), ((14, 3, 0), (16, 9, 0))],
)
async def test_where_nothing_ran_at_its_time_it_comes_once_and_not_at_night(
    store: Store, clock: ManualClock, back: tuple[int, int, int], comes: tuple[int, int, int]
) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN)
    await says(bot, "U1", "9", "always on time")
    await at(bot, *back)
    assert len(told(bot.slack)) == (back == comes)
    await at(bot, *comes)
    assert len(told(bot.slack)) == 1
    await through(bot, 18)
    assert len(told(bot.slack)) == 1


async def test_one_reader_of_two_names_gets_one_digest(store: Store, clock: ManualClock) -> None:
    managers = {"Manager": "slack:UMANAGER", "Other": "slack:UMANAGER"}
    bot = Bot(store, every(account_managers=managers), clock)
    await bot.start(ANN, EVE)
    await says(bot, "U1", "9", "always on time")
    await says(bot, "U5", "10", "lovely")
    await at(bot, 9, 9)
    (text,) = told(bot.slack)
    assert "Ann (9)" in text
    assert "Eve (10)" in text


async def test_who_is_away_is_told_when_they_are_back(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN)
    await says(bot, "U1", "9", "always on time")
    away = Absence("Manager", "Other", clock.now() + timedelta(days=30), "slack:UMANAGER")
    await store.write(keep_absence, away, clock.now())
    await at(bot, 9, 9)
    await at(bot, 16, 9)
    assert told(bot.slack) == []
    await store.write(end_absence, "Manager")
    await at(bot, 17, 11)
    assert [text.splitlines()[0] for text in told(bot.slack)] == ["Your customers, 2 to 15 March 2026"]


async def test_the_first_digest_of_an_installation_tells_nothing_of_its_past(
    store: Store, clock: ManualClock
) -> None:
    before = Bot(store, every("off"), clock)
    await before.start(ANN, BEN)
    await says(before, "U1", "9", "always on time")
    await at(before, 25, 12)
    bot = Bot(store, every(), clock, holder="two")
    await bot.work()
    await says(bot, "U2", "8", "manuals are thin")
    await at(bot, 30, 9)
    (text,) = told(bot.slack)
    assert "Ben (8)" in text
    assert "Ann" not in text


async def chosen(bot: Bot, repeats: Repeats, reader: Address = MANAGER) -> None:
    one = next(each for each in digest_readers(bot.settings) if each.address == reader)
    await bot.store.write(choose, bot.settings, one, repeats, str(reader), bot.clock.now())


async def test_a_reader_chooses_how_often_and_nothing_is_told_twice(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN, BEN)
    await at(bot, 10, 10)
    await chosen(bot, "daily")
    await says(bot, "U1", "9", "always on time")
    await at(bot, 10, 12)
    assert told(bot.slack) == [], "the next comes at its time"
    await at(bot, 11, 9)
    (text,) = told(bot.slack)
    assert text.startswith("Your customers, 11 March 2026: 1 promoter")
    await chosen(bot, "weekly")
    await says(bot, "U2", "8", "manuals are thin")
    await at(bot, 12, 9)
    assert len(told(bot.slack)) == 1
    await at(bot, 16, 9)
    assert told(bot.slack)[1] == (
        "Your customers, 11 to 15 March 2026\n1 new answer: 1 passive\n\nInitech\nBen (8): “manuals are thin”"
    )


async def test_who_ended_it_is_told_nothing_and_nothing_of_it_later(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN, BEN)
    await chosen(bot, "off")
    await says(bot, "U1", "9", "always on time")
    await through(bot, 18)
    assert told(bot.slack) == []
    await chosen(bot, "weekly")
    await says(bot, "U2", "8", "manuals are thin")
    await through(bot, 24)
    (text,) = told(bot.slack)
    assert "Ann" not in text
    assert "Ben (8)" in text


async def test_one_that_came_too_late_for_its_day_is_made_anew(store: Store, clock: ManualClock) -> None:
    """The channel takes nothing for a day: it comes in working hours of the next, and once."""
    bot = Bot(store, every(), clock)
    await bot.start(ANN)
    await says(bot, "U1", "9", "always on time")
    clock.set(datetime(2026, 3, 9, 8, tzinfo=UTC))
    await bot.digesting.look()
    (row,) = await bot.rows(outbox, kind="digest")
    assert row.state == "queued"
    clock.set(datetime(2026, 3, 10, 2, tzinfo=UTC))
    await bot.work()
    assert told(bot.slack) == [], "not at three in the morning"
    await at(bot, 10, 9)
    assert len(told(bot.slack)) == 1
    assert "Ann (9): “always on time”" in told(bot.slack)[0]
    await through(bot, 20)
    assert len(told(bot.slack)) == 1


async def test_who_cannot_be_reached_is_told_the_next_time(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, every(), clock)
    bot.slack.dead["UMANAGER"] = Unreachable("no such user")
    await bot.start(ANN, BEN)
    await says(bot, "U1", "9", "always on time")
    await through(bot, 12)
    assert len(await bot.rows(digest)) == 1, "tried once a period, and not each day"
    assert await store.read(unreached, bot.settings) == [MANAGER]
    del bot.slack.dead["UMANAGER"]
    await says(bot, "U2", "8", "manuals are thin")
    await at(bot, 16, 9)
    (text,) = told(bot.slack)
    assert text.startswith("Your customers, 2 to 15 March 2026\n2 new answers: 1 promoter, 1 passive")


async def test_an_account_that_is_anothers_when_it_goes_is_not_in_it(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, every(account_managers={"Manager": "slack:UMANAGER", "Other": "slack:UOTHER"}), clock)
    await bot.start(ANN, BEN)
    await says(bot, "U1", "9", "always on time")
    await says(bot, "U2", "8", "manuals are thin")
    clock.set(datetime(2026, 3, 9, 8, tzinfo=UTC))
    await bot.digesting.look()

    def pass_on(connection: Connection) -> None:
        statement = update(account).where(account.c.name == "Globex").values(account_manager="Other")
        connection.execute(statement)

    await store.write(pass_on)
    await bot.work()
    (text,) = told(bot.slack)
    assert "Ben (8)" in text
    assert "Ann" not in text


async def test_who_is_no_account_manager_any_more_gets_none_that_waits(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, every(), clock)
    await bot.start(ANN)
    await says(bot, "U1", "9", "always on time")
    clock.set(datetime(2026, 3, 9, 8, tzinfo=UTC))
    await bot.digesting.look()
    later = Bot(store, every(account_managers={"Manager": "slack:UNEW"}), clock, bot.channels)
    await later.senders["slack"].look()
    await later.senders["slack"].settle()
    assert told(bot.slack) == []
    (row,) = await bot.rows(outbox, kind="digest")
    assert row.state == "cancelled"


async def test_of_who_was_erased_before_it_went_nothing_is_told(
    store: Store, clock: ManualClock
) -> None:  # field E4
    bot = Bot(store, every(), clock)
    await bot.start(ANN, BEN)
    await says(bot, "U1", "9", "always on time")
    await says(bot, "U2", "8", "manuals are thin")
    clock.set(datetime(2026, 3, 9, 8, tzinfo=UTC))
    await bot.digesting.look()
    await store.write(erase_contact, bot.context, "Ann", clock.now())
    await bot.work()
    (text,) = told(bot.slack)
    assert "always on time" not in text
    assert not [row for row in await bot.rows(outbox, kind="digest") if row.body is not None]


# -------------------------------------------------------------------------------------------- the board

MONTHLY = {"managers": "off", "admins": "monthly", "board_to": "slack:CBOARD", "at": "09:00"}


def crowd(first: int, count: int) -> list[Customer]:
    return [
        Customer(f"C{n}", slack=f"UC{n}", account=f"Account {n % 4}") for n in range(first, first + count)
    ]


def drawn(report: Any, words: Any, zone: Any) -> tuple[Image, Body]:
    """In the place of a picture that takes a second to draw."""
    return Image(b"png", f"a picture of {type(report).__name__}", "board.png"), ()


async def answered(bot: Bot, people: Sequence[Customer]) -> None:
    await bot.start(*people)
    for number, one in enumerate(people):
        await bot.say(f"slack:{one.slack}", str(10 - number % 4))
    await bot.work()


async def test_the_page_for_the_board_comes_once_a_month_with_its_picture(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, every(MONTHLY), clock, draw=drawn)
    await answered(bot, crowd(0, 12))
    await at(bot, 31, 12)
    assert told(bot.slack, "CBOARD") == []
    await at(bot, 1, 9, month=4)
    for to in ("CBOARD", "UADMIN"):
        (text,) = told(bot.slack, to)
        assert text.startswith("The page for the board, 1 to 31 March 2026\n\ndemo, wave 1: NPS"), text
        assert "About 10 answers are new." in text
        assert "C1" not in text
        (picture,) = [one for one in bot.slack.taken if one.address.id == to and one.image is not None]
        assert picture.image == Image(b"png", "a picture of BoardReport", "board.png")
    assert len(told(bot.telegram, "900")) == 1
    await at(bot, 1, 9, month=5)
    assert len(told(bot.slack, "CBOARD")) == 1, "nothing is new"


async def test_fewer_than_ten_new_answers_wait(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, every(MONTHLY), clock)
    people = crowd(0, FEWEST + 5)
    await bot.start(*people)
    for one in people[:FEWEST]:
        await bot.say(f"slack:{one.slack}", "9")
    await at(bot, 1, 9, month=4)
    assert len(told(bot.slack, "CBOARD")) == 1
    for one in people[FEWEST:]:
        await bot.say(f"slack:{one.slack}", "2")
    await at(bot, 1, 12, month=5)
    assert len(told(bot.slack, "CBOARD")) == 1, (
        "who laid both pages side by side would know what five people said"
    )


async def test_a_picture_of_own_customers_goes_where_pictures_are_shown(
    store: Store, clock: ManualClock
) -> None:
    managers = {"Manager": "slack:UMANAGER", "Texts": "sms:+31600000001"}
    bot = Bot(store, every(account_managers=managers), clock, draw=drawn)
    await answered(bot, crowd(0, 6))
    other = Customer("T", slack="UT", account="Umbrella", manager="Texts")
    await bot.start(other)
    await says(bot, "UT", "9", "lovely")
    await at(bot, 9, 9)
    assert [one.image.alt for one in bot.slack.taken if one.image is not None] == [
        "a picture of CampaignReport"
    ]
    assert [one.image for one in bot.sms.taken if one.address.id == "+31600000001"] == [None]


async def test_of_fewer_than_five_there_is_no_picture(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, every(), clock, draw=drawn)
    await answered(bot, crowd(0, 4))
    await at(bot, 9, 9)
    assert len(told(bot.slack)) == 1
    assert not [one for one in bot.slack.taken if one.image is not None]


async def test_a_picture_that_cannot_be_drawn_takes_no_words_along(store: Store, clock: ManualClock) -> None:
    def broken(report: Any, words: Any, zone: Any) -> tuple[Image, Body]:
        raise OSError

    bot = Bot(store, every(), clock, draw=broken)
    await answered(bot, crowd(0, 6))
    await at(bot, 9, 9)
    assert len(told(bot.slack)) == 1
