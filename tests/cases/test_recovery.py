"""Days after *Done*: whether it is solved, says the customer, and which score they would give now."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.store.schema import case, conversation, follow_up, tally
from bot.store.store import Store
from channels.base import Unknown, Unreachable
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.fake_channel import text_of
from tests.support.manual_clock import ManualClock

BUYER = Customer("buyer", slack="U1", sms="+31612345678")
ASKED = "Is it solved now?"


def settings(**campaign: Any) -> Any:
    usual = {"send_between": "always", "not_again_within": 0, "recovery": 7}
    return settings_of(campaigns={"demo": usual | campaign})


@pytest.fixture
def bot(store: Store, clock: ManualClock) -> Bot:
    return Bot(store, settings(), clock)


async def _done(
    bot: Bot, customer: Customer = BUYER, who: str = "slack:U1", reason: str = "Too slow."
) -> None:
    """A detractor with a reason, whose case is done."""
    await bot.start(customer)
    await bot.say(who, "3")
    await bot.say(who, reason)
    await bot.work()
    await bot.tap("slack:UMANAGER", "I'm on it")
    await bot.tap("slack:UMANAGER", "Done")
    await bot.work()


async def test_not_solved_opens_the_case_again(bot: Bot) -> None:
    await _done(bot)
    await bot.later(days=6, hours=23)
    assert ASKED not in bot.slack.chat("U1")[-1]
    await bot.later(hours=2)
    assert ASKED in bot.slack.chat("U1")[-1]
    await bot.tap("slack:U1", "Not yet")
    await bot.work()
    said = bot.slack.chat("U1")[-1]
    assert "Manager at Acme has it again" in said
    assert "0 = not at all likely" in said
    _old, new = bot.slack.chat("UMANAGER")
    assert "The customer says: not solved yet" in new
    assert (await bot.cases())[0].state == "open"
    await bot.tap("slack:U1", "2")
    await bot.work()
    assert bot.slack.chat("U1")[-1] == "Thank you, Acme has your 2."
    assert "Score now: 2" in bot.slack.chat("UMANAGER")[-1]


async def test_a_new_score_is_kept_apart(bot: Bot) -> None:
    await _done(bot)
    before = await bot.rows(conversation), await bot.rows(tally)
    await bot.later(days=7, minutes=1)
    before = await bot.rows(conversation), await bot.rows(tally)
    await bot.say("slack:U1", "Yes, it's solved")
    await bot.say("slack:U1", "9, great now")
    await bot.work()
    (asked,) = await bot.rows(follow_up)
    assert (asked.solved, asked.score, asked.ending) == (True, 9, "scored")
    assert (await bot.rows(conversation), await bot.rows(tally)) == before
    alert = bot.slack.chat("UMANAGER")[-1]
    assert alert.startswith("buyer gave a 3\nThe customer says: solved\nScore now: 9\n")
    assert (await bot.cases())[0].state == "done"


async def test_by_sms_numbers_stand_for_the_buttons(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings(channels=["sms"]), clock)
    await _done(bot, Customer("buyer", sms="+31612345678", language="nl"), "sms:+31612345678", "Te traag")
    await bot.later(days=7, minutes=1)
    assert "Antwoord 1 als het nu opgelost is, 2 als het nog niet zo is." in bot.sms.chat("+31612345678")[-1]
    await bot.say("sms:+31612345678", "2")
    await bot.work()
    assert "er wordt opnieuw naar gekeken" in bot.sms.chat("+31612345678")[-1]
    await bot.say("sms:+31612345678", "4 want ik wacht nog op de factuur")
    await bot.work()
    (asked,) = await bot.rows(follow_up)
    assert (asked.solved, asked.score) == (False, 4)
    assert "ik wacht nog op de factuur" in bot.slack.chat("UMANAGER")[-1]


async def test_words_that_are_no_answer_reach_the_manager_and_are_asked_back_once(bot: Bot) -> None:
    await _done(bot)
    await bot.later(days=7, minutes=1)
    await bot.say("slack:U1", "the engineer came on Monday")
    await bot.work()
    assert "Press a button" in bot.slack.chat("U1")[-1]
    assert "the engineer came on Monday" in bot.slack.chat("UMANAGER")[-1]
    said = len(bot.slack.chat("U1"))
    await bot.say("slack:U1", "and left again")
    await bot.work()
    assert len(bot.slack.chat("U1")) == said


async def test_silence_ends_it_and_nobody_is_asked_twice(bot: Bot) -> None:
    await _done(bot)
    await bot.later(days=7, minutes=1)
    await bot.later(days=8)
    (asked,) = await bot.rows(follow_up)
    assert (asked.ending, asked.solved, asked.score) == ("silent", None, None)
    await bot.later(days=20)
    assert len(await bot.rows(follow_up)) == 1
    assert sum(ASKED in one for one in bot.slack.chat("U1")) == 1


async def test_one_question_a_person_in_ninety_days(bot: Bot) -> None:
    await _done(bot)
    await bot.later(days=7, minutes=1)
    await bot.tap("slack:U1", "Not yet")
    await bot.work()
    await bot.tap("slack:UMANAGER", "Done")
    await bot.later(days=8)
    assert len(await bot.rows(follow_up)) == 1


async def test_who_left_is_not_asked_and_stop_works_while_asked(bot: Bot) -> None:
    other = Customer("other", slack="U2")
    await _done(bot)
    await bot.say("slack:U1", "STOP")
    await bot.later(days=8)
    assert await bot.rows(follow_up) == []
    await _done(bot, other, "slack:U2")
    await bot.later(days=7, minutes=1)
    await bot.say("slack:U2", "stop")
    await bot.work()
    (asked,) = await bot.rows(follow_up)
    assert asked.ending == "left"
    assert "no more surveys" in bot.slack.chat("U2")[-1]
    await bot.tap("slack:U2", "Not yet")
    await bot.work()
    assert "no more surveys" in bot.slack.chat("U2")[-1]


async def test_it_waits_for_the_send_window(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings(send_between="09:00-20:00", sundays=True, holidays=True), clock)
    await _done(bot)
    await bot.later(days=7, hours=12)  # late in the evening
    assert await bot.rows(follow_up) == []
    await bot.later(hours=12)
    assert len(await bot.rows(follow_up)) == 1


async def test_it_waits_while_another_wave_s_question_is_open(bot: Bot) -> None:
    await _done(bot)
    await bot.later(days=6)
    await bot.start()  # a second wave: the same person is asked again, and silent
    await bot.later(days=2)
    assert await bot.rows(follow_up) == []
    await bot.later(days=6)
    assert len(await bot.rows(follow_up)) == 1


async def test_the_next_survey_keeps_fourteen_days_from_it(bot: Bot) -> None:
    await _done(bot)
    await bot.later(days=7, minutes=1)
    await bot.later(days=8)
    await bot.start()
    newest = await bot.conversation("buyer")
    assert (newest.state, newest.skipped) == ("skipped", "too_soon")
    await bot.later(days=7)
    await bot.start()
    assert (await bot.conversation("buyer")).state == "asked"


async def test_one_that_was_not_delivered_counts_as_not_asked(bot: Bot) -> None:
    await _done(bot)
    bot.slack.fates.append(Unreachable("gone"))
    await bot.later(days=7, minutes=1)
    await bot.later(minutes=2)
    (asked,) = await bot.rows(follow_up)
    assert asked.ending == "undelivered"
    assert ASKED not in bot.slack.chat("UMANAGER")[-1]
    assert "Asked whether" not in bot.slack.chat("UMANAGER")[-1]


async def test_a_crash_between_loses_nothing_and_asks_nobody_twice(bot: Bot) -> None:
    await _done(bot)
    bot.clock.advance(days=7, minutes=1)
    await bot.timers.tick()  # the question stands in the outbox, and nothing was sent
    again = bot.restarted()
    await again.work()
    await again.later(minutes=5)
    assert sum(ASKED in one for one in again.slack.chat("U1")) == 1


async def test_what_nobody_knows_to_have_arrived_is_not_sent_again(bot: Bot) -> None:
    await _done(bot)
    bot.slack.fates.append(Unknown("the connection ended"))
    await bot.later(days=7, minutes=1)
    await bot.later(minutes=10)
    assert len([one for one in bot.slack.tried if ASKED in text_of(one.body)]) == 1
    await bot.say("slack:U1", "not yet")  # whoever got it may answer
    await bot.work()
    assert (await bot.cases())[0].state == "open"


async def test_words_are_a_colleague_s_while_they_write_with_the_customer(bot: Bot) -> None:
    await _done(bot)
    await bot.later(days=7, minutes=1)
    until = bot.clock.now() + timedelta(hours=72)
    await bot.store.write(lambda connection: connection.execute(update(case).values(thread_until=until)))
    await bot.say("slack:U1", "yes")
    await bot.work()
    assert [one.solved for one in await bot.rows(follow_up)] == [None]
    await bot.tap("slack:U1", "Yes, it is")  # a button is no word
    assert [one.solved for one in await bot.rows(follow_up)] == [True]


async def test_erasure_ends_it(bot: Bot) -> None:
    await _done(bot)
    await bot.later(days=7, minutes=1)
    await bot.say("slack:U1", "delete my data")
    await bot.work()
    code = re.search(r"\b\d{4}\b", bot.slack.chat("U1")[-1])
    assert code
    await bot.say("slack:U1", code[0])
    await bot.work()
    (asked,) = await bot.rows(follow_up)
    assert (asked.state, asked.ending) == ("over", "left")
    assert asked.key.startswith("erased:")


async def test_another_person_s_press_changes_nothing(bot: Bot) -> None:
    await bot.add(Customer("other", slack="U2"))
    await _done(bot)
    await bot.later(days=7, minutes=1)
    (asked,) = await bot.rows(follow_up)
    for value in (f"f:{asked.id}:no", "f:999:no", f"f:{asked.id}:perhaps"):
        await bot.press("slack:U2", value)
    await bot.press("slack:U1", f"f:{asked.id}:99")
    await bot.work()
    (asked,) = await bot.rows(follow_up)
    assert (asked.solved, asked.score) == (None, None)
