"""A case in the database: one alert that shows the standing state of its conversation."""

from dataclasses import replace

import pytest

from bot.conversations import trials
from bot.reports.cases.file import case_file
from bot.reports.cases.scope import EVERYBODY
from bot.store.schema import outbox
from bot.store.store import Store
from channels.base import Rejected, Unreachable
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

BUYER = Customer("buyer", slack="U1", sms="+31612345678")


async def _detractor(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "3")
    await bot.work()


async def test_one_message_grows_with_the_conversation(bot: Bot) -> None:
    await _detractor(bot)
    assert "asked, no answer yet" in bot.slack.chat("UMANAGER")[0]
    await bot.say("slack:U1", "Too slow.")
    await bot.work()
    await bot.say("slack:U1", "And too dear.")
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "Too slow.\nAnd too dear." in alert
    assert len(await bot.cases()) == 1


async def test_faces_that_nobody_saw_are_skipped(bot: Bot) -> None:
    await bot.start(BUYER)
    for words in ("3", "Too slow.", "sorry, 2", "And too dear."):
        await bot.say("slack:U1", words)
    await bot.work()
    (shown,) = bot.slack.texts("UMANAGER")
    assert "buyer: 2 (was 3)" in shown
    assert "And too dear." in shown
    alerts = await bot.rows(outbox, kind="alert")
    assert [row.state for row in alerts] == ["sent", *["cancelled"] * (len(alerts) - 1)]


async def test_a_corrected_score_is_shown_as_corrected_and_a_return_pings_anew(bot: Bot) -> None:
    await _detractor(bot)
    await bot.say("slack:U1", "9")
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "buyer: 9 (was 3)" in alert
    assert "no longer a detractor" in alert
    await bot.say("slack:U1", "2")
    await bot.work()
    _, second = bot.slack.chat("UMANAGER")
    assert "buyer: 2 (was 3)" in second
    assert len(await bot.cases()) == 1


async def test_no_reason_until_the_end_of_the_window_says_call(bot: Bot) -> None:
    await _detractor(bot)
    await bot.later(days=6, hours=23)
    assert "asked, no answer yet" in bot.slack.chat("UMANAGER")[0]
    await bot.later(hours=2)
    assert "Gave no reason: call" in bot.slack.chat("UMANAGER")[0]


async def test_an_edit_that_is_refused_is_posted_anew(bot: Bot) -> None:
    await _detractor(bot)
    await bot.say("slack:U1", "Too slow.")
    bot.slack.fates.append(Rejected("it can no longer be changed"))  # alerts go before replies
    await bot.work()
    texts = bot.slack.chat("UMANAGER")
    assert len(texts) == 2
    assert "Too slow." in texts[1]
    await bot.say("slack:U1", "And too dear.")
    await bot.work()
    assert "And too dear." in bot.slack.chat("UMANAGER")[1], "later ones edit the new message"


@pytest.mark.parametrize("error", [Unreachable("the account was deleted"), Rejected("not in the channel")])
async def test_a_manager_who_cannot_be_reached_is_replaced_by_the_fallback(
    bot: Bot, error: Unreachable | Rejected
) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "3")
    bot.slack.fates.append(error)  # alerts go before replies
    await bot.work()
    assert bot.slack.chat("UMANAGER") == []
    (alert,) = bot.slack.chat("CALERTS")
    assert "buyer gave a 3" in alert


async def test_an_account_without_a_manager_goes_to_the_fallback(bot: Bot) -> None:
    await bot.start(replace(BUYER, manager=None))
    await bot.say("slack:U1", "3")
    await bot.work()
    assert len(bot.slack.chat("CALERTS")) == 1


async def test_a_manager_on_a_channel_that_is_off_goes_to_the_fallback(
    store: Store, clock: ManualClock
) -> None:
    settings = settings_of(
        channels={"slack": {"bot_token": "xoxb-1", "signing_secret": "s"}},
        account_managers={"Manager": "sms:+31600000000"},
    )
    bot = Bot(store, settings, clock)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.work()
    assert len(bot.slack.chat("CALERTS")) == 1


async def test_by_sms_one_short_message_follows(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings_of(account_managers={"Manager": "sms:+31600000000"}), clock)
    await bot.start(BUYER)
    await bot.say("slack:U1", "3")
    await bot.work()
    await bot.say("slack:U1", "Too slow.")
    await bot.work()
    first, second = bot.sms.texts("+31600000000")
    assert "gave Acme a 3" in first
    (row,) = await bot.cases()
    assert second.endswith(f'score 3, 1-{row.code}. "Too slow."')


async def test_by_sms_what_they_did_is_confirmed_and_a_stop_is_told(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings_of(account_managers={"Manager": "sms:+31600000000"}), clock)
    await bot.start(BUYER)
    await bot.say("slack:U1", "3 too slow")
    await bot.work()
    (row,) = await bot.cases()
    for said in ("done", "reopen"):
        await bot.say("sms:+31600000000", f"1-{row.code} {said}")
        await bot.work()
    await bot.say("slack:U1", "STOP")
    await bot.work()
    _, done, reopened, stopped = bot.sms.texts("+31600000000")
    assert (done, reopened) == ("npsbot: Case 1 is done.", "npsbot: Case 1 is open again.")
    assert stopped.startswith("npsbot: Wants no more messages. buyer (")
    assert "Call +31612345678" in stopped


async def test_an_alert_shows_whether_they_want_messages_now(bot: Bot) -> None:
    await _detractor(bot)
    await bot.say("slack:U1", "Too slow.")
    for said, wanted in (("START", True), ("STOP", False), ("START", True), ("STOP", False)):
        await bot.later(hours=1)
        await bot.say("slack:U1", said)
        await bot.work()
        (alert,) = bot.slack.chat("UMANAGER")
        assert ("Wants no more messages" in alert, "Reply in this thread" in alert) == (not wanted, wanted)


async def test_earlier_scores_are_told(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "9")
    await bot.later(days=8)
    await bot.start()
    await bot.say("slack:U1", "3")
    await bot.work()
    assert "Earlier scores: 9" in bot.slack.chat("UMANAGER")[0]


async def test_earlier_scores_on_another_scale_are_told_with_it(store: Store, clock: ManualClock) -> None:
    settings = settings_of(
        surveys={"nps": {}, "delivery": {"kind": "csat"}},
        campaigns={
            "demo": {"send_between": "always", "every": 0},
            "delivered": {"send_between": "always", "every": 0, "survey": "delivery"},
        },
    )
    bot = Bot(store, settings, clock)
    await bot.start(BUYER)
    await bot.say("slack:U1", "9")
    await bot.later(days=8)
    await bot.start(campaign="delivered")
    await bot.say("slack:U1", "1")
    await bot.later(days=8)
    await bot.start()
    await bot.say("slack:U1", "3")
    await bot.work()
    by_satisfaction, by_recommendation = bot.slack.chat("UMANAGER")
    assert "buyer gave a 1 of 5" in by_satisfaction
    assert "Earlier scores: 9 of 10\n" in by_satisfaction
    assert "Earlier scores: 9, 1 of 5\n" in by_recommendation


async def test_what_alerts_is_what_the_wave_began_with(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, settings_of(surveys={"nps": {"alert_at": 8}}), clock)
    await bot.start(BUYER)
    changed = Bot(store, settings_of(surveys={"nps": {"alert_at": 2}}), clock, bot.channels)
    await changed.say("slack:U1", "8")
    await changed.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "buyer gave an 8" in alert
    await changed.say("slack:U1", "9")
    await changed.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "no longer a detractor" in alert
    await changed.say("slack:U1", "7")
    await changed.work()
    _, again = bot.slack.chat("UMANAGER")
    assert "buyer: 7 (was 8)" in again, "a score that alerts again is a new message"
    assert "Corrected" not in again


async def test_a_late_score_is_marked_as_late(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.later(days=8)
    await bot.say("slack:U1", "2")
    await bot.work()
    assert "Answered after the conversation had ended" in bot.slack.chat("UMANAGER")[0]


async def test_words_that_the_alert_has_no_room_for_do_not_change_it(bot: Bot) -> None:
    await _detractor(bot)
    await bot.say("slack:U1", "late again " * 200)
    await bot.work()
    shown = len(bot.slack.texts("UMANAGER"))
    for words in ("and again", "and again"):
        await bot.say("slack:U1", words)
        await bot.work()
    assert len(bot.slack.texts("UMANAGER")) == shown
    await bot.tap("slack:UMANAGER", "Done")
    await bot.say("slack:U1", "and nobody calls")
    await bot.work()
    assert "New words since Done" in bot.slack.chat("UMANAGER")[-1], "that they wrote is to be seen"


@pytest.mark.parametrize(
    ("zone", "phone", "time"),
    [
        ("Europe/Lisbon", "+31612345678", "10:00"),  # their own zone comes first
        (None, "+12125550123", "05:00"),  # New York's
        (None, "+31612345678", "11:00"),
        (None, None, "11:00"),  # the company's
        (None, "+18005550100", None),  # anywhere in America: nobody is to be called at a guess
    ],
)
async def test_the_time_there_is_found_as_for_the_send_window(
    bot: Bot, zone: str | None, phone: str | None, time: str | None
) -> None:
    await bot.start(replace(BUYER, timezone=zone, sms=phone))
    await bot.say("slack:U1", "2")
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert ("Time there" in alert) is (time is not None)
    assert time is None or f"Time there: {time}" in alert


async def test_who_writes_three_times_without_a_score_needs_a_person(bot: Bot) -> None:
    await bot.start(BUYER)
    for words in ("your invoices", "are a mess", "every month"):
        await bot.say("slack:U1", words)
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "wrote, but gave no score" in alert
    assert "are a mess" in alert
    await bot.say("slack:U1", "9")
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "buyer gave a 9" in alert
    assert "no longer a detractor" not in alert, "it never was one"


# ------------------------------------------------------------------------------------------------- deeds


async def test_taking_and_finishing_shows_who_and_when(bot: Bot) -> None:
    await _detractor(bot)
    await bot.tap("slack:UMANAGER", "I'm on it")
    await bot.work()
    assert "On it: Manager, 02-03 11:00" in bot.slack.chat("UMANAGER")[0]
    await bot.tap("slack:UMANAGER", "Done")
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "Done: Manager, 02-03 11:00" in alert
    assert [[one.label for one in row] for row in bot.slack.taken[-1].choices] == [
        ["Product", "Delivery", "Service"],
        ["Communication", "Price", "Billing"],
        ["Misunderstanding", "Other"],
        ["Reopen", "Why?"],
    ]


async def test_words_after_done_ping_once_until_somebody_looked(bot: Bot) -> None:
    await _detractor(bot)
    await bot.tap("slack:UMANAGER", "Done")
    for words in ("Nobody called me.", "Hello?"):
        await bot.say("slack:U1", words)
        await bot.work()
        _, alert = bot.slack.chat("UMANAGER")
        assert "New words since Done" in alert
        assert words in alert
    await bot.tap("slack:UMANAGER", "Done")
    await bot.work()
    _, alert = bot.slack.chat("UMANAGER")
    assert "New words since Done" not in alert
    await bot.say("slack:U1", "Still nobody.")
    await bot.work()
    assert len(bot.slack.chat("UMANAGER")) == 3
    assert (await bot.cases())[0].state == "done"


async def test_a_return_to_a_detractor_reopens_what_was_done(bot: Bot) -> None:
    await _detractor(bot)
    await bot.say("slack:U1", "9")
    await bot.tap("slack:UMANAGER", "Done")
    await bot.say("slack:U1", "1")
    await bot.work()
    assert (await bot.cases())[0].state == "open"
    assert len(bot.slack.chat("UMANAGER")) == 2


@pytest.mark.parametrize("deed", ["take", "done"])
async def test_only_the_manager_and_admins_act(bot: Bot, deed: str) -> None:
    await _detractor(bot)
    await bot.press("slack:U1", f"c:1:{deed}", answer_ref="https://hooks.example/1")
    await bot.press("telegram:55", f"c:1:{deed}")
    await bot.work()
    assert (await bot.cases())[0].state == "open"
    assert "Only the account manager or an admin" in bot.telegram.texts("55")[0]
    await bot.press(str(ADMIN), f"c:1:{deed}")
    assert (await bot.cases())[0].state == {"take": "taken", "done": "done"}[deed]


async def test_pressing_twice_is_no_news(bot: Bot) -> None:
    await _detractor(bot)
    await bot.press("slack:UMANAGER", "c:1:take")
    await bot.press(str(ADMIN), "c:1:take")
    await bot.work()
    (row,) = await bot.cases()
    assert row.taken_by == "slack:UMANAGER"


async def test_a_trial_alerts_the_admin_who_tries(bot: Bot) -> None:
    await trials.hold_trial(bot.store, bot.settings, "demo", ADMIN, bot.clock.now)
    await bot.work()
    await bot.say(str(ADMIN), "3")
    await bot.work()
    assert bot.slack.chat("UMANAGER") == []
    assert any("gave a 3" in text for text in bot.slack.chat("UADMIN"))


@pytest.mark.parametrize(
    "words", ["9 but please call me back about order 4711", "9. when will my refund arrive?"]
)
async def test_a_wish_to_hear_from_somebody_opens_a_case_whatever_the_score(bot: Bot, words: str) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", words)
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert alert.startswith("buyer gave a 9")
    assert "Wants to hear from you" in alert
    assert bot.slack.chat("U1")[-1].endswith("has your message now.")
    await bot.say("slack:U1", "and can somebody look at my invoice?")
    await bot.work()
    assert "look at my invoice" in bot.slack.chat("UMANAGER")[0]
    assert len(await bot.cases()) == 1


@pytest.mark.parametrize("then", ["sorry, I meant a 2", "2"])
async def test_a_wish_outlives_the_good_score_that_it_came_with_and_praise_does_not(
    bot: Bot, then: str
) -> None:
    await bot.start(BUYER)
    for words in ("9", "the people are great", "but please call me back about order 4711", then):
        await bot.say("slack:U1", words)
        await bot.later(minutes=1)
    await bot.work()
    alert = bot.slack.chat("UMANAGER")[-1]
    assert alert.startswith("buyer: 2 (was 9)")
    assert "Wants to hear from you" in alert
    assert "call me back about order 4711" in alert
    assert "people are great" not in alert
    found = await bot.store.read(case_file, bot.settings, 1, EVERYBODY, bot.clock.now())
    assert found is not None
    assert (found.reason, found.words) == (
        None,
        ("the people are great", "but please call me back about order 4711"),
    )


async def test_a_wish_before_any_score_opens_one_too_and_the_score_joins_it(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "please call me back about order 4711")
    await bot.work()
    assert bot.slack.chat("UMANAGER")[0].startswith("buyer wrote, but gave no score")
    await bot.say("slack:U1", "2")
    await bot.work()
    assert len(await bot.cases()) == 1
    assert bot.slack.texts("UMANAGER")[-1].startswith("buyer gave a 2")


async def test_who_is_thanked_already_is_told_who_has_their_wish(bot: Bot) -> None:
    await bot.start(BUYER)
    for words in ("9", "good people", "could you call me?"):
        await bot.say("slack:U1", words)
    await bot.work()
    assert bot.slack.chat("U1")[-1].endswith("has your message now.")
    assert len(await bot.cases()) == 1


async def test_the_end_of_doing_business_is_a_case_and_no_stop(bot: Bot) -> None:
    await bot.start(BUYER)
    await bot.say("slack:U1", "I'm done, far too expensive. 7")
    await bot.work()
    assert "I'm done, far too expensive." in bot.slack.chat("UMANAGER")[0]
    assert bot.slack.chat("U1")[-1].endswith("Reply STOP if you want no more messages.")
