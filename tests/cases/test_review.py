"""After a promoter's reason: would they tell others? A task for the account manager, where they would."""

from typing import Any

import pytest

from bot.store.schema import follow_up, tally
from bot.store.store import Store
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

BUYER = Customer("buyer", slack="U1")
URL = "https://reviews.example.com/acme"
ASKED = "in a short review?"


def settings(**campaign: Any) -> Any:
    usual = {"send_between": "always", "not_again_within": 0, "review": {"url": URL, "at_most": "365 days"}}
    return settings_of(campaigns={"demo": usual | campaign})


@pytest.fixture
def bot(store: Store, clock: ManualClock) -> Bot:
    return Bot(store, settings(), clock)


async def _promoter(bot: Bot, score: str = "9", who: str = "slack:U1", reason: str = "Good people.") -> None:
    await bot.say(who, score)
    await bot.say(who, reason)
    await bot.work()


async def test_yes_gives_the_link_and_a_task(bot: Bot) -> None:
    await bot.start(BUYER)
    await _promoter(bot)
    assert bot.slack.chat("U1")[-1].endswith(f"Would you tell others too, {ASKED}")
    before = await bot.rows(tally)
    await bot.tap("slack:U1", "Yes, gladly")
    await bot.work()
    assert URL in bot.slack.chat("U1")[-1]
    (task,) = bot.slack.chat("UMANAGER")
    assert task.startswith(
        "buyer gave a 9\nWould write a review, and got the link. Thank them, and look by 16 March 2026 whether"
    )
    assert [row.kind for row in await bot.cases()] == ["review"]
    assert await bot.rows(tally) == before
    await bot.tap("slack:U1", "No, thanks")  # a second answer is none
    await bot.work()
    assert URL in bot.slack.chat("U1")[-1]


async def test_who_falls_after_that_is_a_detractor_like_any(bot: Bot) -> None:
    await bot.start(BUYER)
    await _promoter(bot)
    await bot.tap("slack:U1", "Yes, gladly")
    await bot.work()
    await bot.say("slack:U1", "change it to a 2, your invoices are wrong")
    await bot.work()
    (row,) = await bot.cases()
    assert row.kind == "detractor"
    assert "buyer: 2 (was 9)" in bot.slack.chat("UMANAGER")[-1]


async def test_nobody_is_asked_whether_a_review_is_solved(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings(recovery=7), clock)
    await bot.start(BUYER)
    await _promoter(bot)
    await bot.tap("slack:U1", "Yes, gladly")
    await bot.work()
    assert [row.due_at for row in await bot.cases()] == [None]
    await bot.tap("slack:UMANAGER", "Done")
    await bot.later(days=8)
    assert await bot.rows(follow_up) == []


@pytest.mark.parametrize(
    ("said", "answered"),
    [("No, thanks", "Thank you again"), ("Later", URL), ("nee", "Thank you again"), ("maybe later", URL)],
)
async def test_no_and_later_open_nothing(bot: Bot, said: str, answered: str) -> None:
    await bot.start(BUYER)
    await _promoter(bot)
    if said[0].isupper():
        await bot.tap("slack:U1", said)
    else:
        await bot.say("slack:U1", said)
    await bot.work()
    assert answered in bot.slack.chat("U1")[-1]
    assert await bot.cases() == []
    row = await bot.conversation("buyer")
    assert row.reason == "Good people."


@pytest.mark.parametrize(
    ("score", "reason"), [("8", "Fine."), ("3", "Slow."), ("9", "Great, please call me")]
)
async def test_who_is_no_promoter_or_wants_something_is_thanked(bot: Bot, score: str, reason: str) -> None:
    await bot.start(BUYER)
    await _promoter(bot, score, reason=reason)
    assert not any(ASKED in one for one in bot.slack.chat("U1"))


async def test_silence_ends_it_and_more_words_are_the_reason(bot: Bot) -> None:
    await bot.start(BUYER)
    await _promoter(bot)
    await bot.say("slack:U1", "and good coffee")
    await bot.later(days=2)
    row = await bot.conversation("buyer")
    assert (row.reason, row.state, row.ending) == ("Good people.\nand good coffee", "closed", "done")
    assert row.review == "asked"


async def test_a_score_is_corrected_as_after_the_thanks(bot: Bot) -> None:
    await bot.start(BUYER)
    await _promoter(bot)
    await bot.say("slack:U1", "2")
    await bot.work()
    row = await bot.conversation("buyer")
    assert (row.score, row.state, row.review) == (2, "reason", "dropped")
    assert "Changed to 2" in bot.slack.chat("U1")[-1]
    await bot.tap("slack:U1", "Yes, gladly")
    await bot.work()
    assert not any(URL in one for one in bot.slack.chat("U1"))


async def test_nobody_is_asked_twice_in_a_year(bot: Bot) -> None:
    await bot.start(BUYER)
    await _promoter(bot)
    for days, asked in ((30, 1), (300, 1), (40, 2)):
        await bot.later(days=days)
        await bot.start()
        await _promoter(bot)
        assert sum(ASKED in one for one in bot.slack.chat("U1")) == asked


async def test_by_sms_letters_stand_for_the_buttons(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings(channels=["sms"]), clock)
    await bot.start(Customer("buyer", sms="+31612345678", language="nl"))
    await _promoter(bot, who="sms:+31612345678", reason="Fijne mensen")
    assert "antwoord A voor ja, B voor nee, C voor later" in bot.sms.chat("+31612345678")[-1]
    await bot.say("sms:+31612345678", "a")
    await bot.work()
    assert URL in bot.sms.chat("+31612345678")[-1]


async def test_it_is_off_where_the_campaign_does_not_say_so(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, clock=clock)
    await bot.start(BUYER)
    await _promoter(bot)
    assert "Thank you, Acme has your 9 and your reason." in bot.slack.chat("U1")[-1]
    assert not any(ASKED in one for one in bot.slack.chat("U1"))


async def test_stop_works_as_always(bot: Bot) -> None:
    await bot.start(BUYER)
    await _promoter(bot)
    await bot.say("slack:U1", "stop")
    await bot.work()
    assert "no more surveys" in bot.slack.chat("U1")[-1]
    await bot.tap("slack:U1", "Yes, gladly")
    await bot.work()
    assert "no more surveys" in bot.slack.chat("U1")[-1]
