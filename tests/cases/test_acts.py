"""What a colleague does with a case, by buttons and by commands, on the whole way through the bot."""

from datetime import timedelta

import pytest

from bot.cases.absences import Absence, keep_absence
from bot.cases.as_kept import Case
from bot.cases.cases import life_of
from bot.cases.life.life import replay_case
from bot.cases.time_line import from_row, happened
from bot.cases.unseen import try_again
from bot.commands.desk import Desk
from bot.store.schema import case_event
from bot.store.store import Store
from bot.words import words_for
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

BUYER = Customer("buyer", slack="U1", sms="+31612345678")
MANAGERS = {
    "Manager": "slack:UMANAGER",
    "Second": "telegram:77",
    "Third": {"address": "slack:UTHIRD", "zone": "America/New_York"},
    "By phone": "sms:+31600000000",
}


@pytest.fixture
async def acting(store: Store, clock: ManualClock) -> Bot:
    """A detractor's case, whose alert stands where Manager is."""
    bot = Bot(store, settings_of(account_managers=MANAGERS), clock)
    await bot.start(BUYER)
    await bot.say("slack:U1", "3 too slow")
    await bot.work()
    return bot


async def _says(bot: Bot, who: str, line: str) -> str:
    words = words_for("admin", "en")
    desk = Desk(bot.store, bot.settings, bot.context.limits, words, bot.clock.now)
    answer = await desk.carry_out(who, line)
    await bot.work()
    return answer.text


async def _holds(bot: Bot) -> None:
    """The time line gives the row."""
    (row,) = await bot.cases()
    rows = await bot.store.read(happened, row.id)
    assert replay_case(map(from_row, rows)) == life_of(Case(*row))


async def test_handed_over_by_buttons_the_old_alert_says_so_and_the_new_owner_has_it_all(acting: Bot) -> None:
    bot = acting
    await bot.tap("slack:UMANAGER", "Hand over to …")
    await bot.work()
    assert [[one.label for one in row] for row in bot.slack.taken[-1].choices] == [
        ["By phone", "Second", "Third"],
        ["Back"],
    ]
    await bot.tap("slack:UMANAGER", "Second")
    await bot.work()
    (old,) = bot.slack.chat("UMANAGER")
    assert old == "Case 1 went to Second, handed over by Manager, Mon 2 March 11:00."
    assert bot.slack.taken[-1].choices == ()
    (new,) = bot.telegram.chat("77")
    assert "buyer gave a 3" in new
    assert "too slow" in new
    assert "Handed over by Manager, 02-03 11:00" in new
    assert "written with the customer" not in new  # nobody wrote
    (row,) = await bot.cases()
    assert (row.manager, row.channel, row.address, row.state) == ("Second", "telegram", "77", "open")
    await bot.press("slack:UMANAGER", "c:1:take")
    await bot.work()
    assert (await bot.cases())[0].state == "open", "it is no longer theirs"
    await bot.tap("telegram:77", "I'm on it")
    await bot.work()
    assert (await bot.cases())[0].taken_by == "telegram:77"
    await _holds(bot)


async def test_handed_over_to_a_phone_it_is_a_text_message_and_says_goodbye_there_too(acting: Bot) -> None:
    bot = acting
    assert await _says(bot, "slack:UMANAGER", "case 1 to by phone") == "Case 1 went to By phone."
    assert "gave Acme a 3" in bot.sms.texts("+31600000000")[0]
    assert await _says(bot, str(ADMIN), "case 1 to third") == "Case 1 went to Third."
    assert "went to Third" in bot.sms.texts("+31600000000")[-1]
    await _holds(bot)


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("case 1 to secnd", "There is no account manager “secnd”. Did you mean Second?"),
        ("case 1 to zzz", "There is no account manager “zzz”. There are: By phone"),
        ("case 1 to Manager", "Manager has case 1 already."),
        ("case 1 snooze until yesterday", "Sun 1 March 09:00 is over. Name a time that is still to come"),
        (
            "case 1 snooze until 2026-03-02 10:59",
            "Mon 2 March 10:59 is over. Name a time that is still to come",
        ),
        ("case 1 snooze until 2029-01-01", "1 January 2029 09:00 is too far ahead"),
        ("case 1 done boredom", "“boredom” is no cause. Choose one of: Product, Delivery"),
        ("case 99 take", "This alert no longer exists."),
        ("case 1 reopen", "Case 1 stays as it is: it is not done."),
        ("case 1 eat", "With a case you can do this: “/nps case 1 take”"),
        ("case", "Which case?"),
    ],
)
async def test_what_cannot_be_done_is_said_and_changes_nothing(acting: Bot, line: str, answer: str) -> None:
    before = (await acting.cases())[0]
    assert (await _says(acting, "slack:UMANAGER", line)).startswith(answer)
    assert (await acting.cases())[0] == before


async def test_who_is_off_gets_nothing_handed_over(store: Store, clock: ManualClock) -> None:
    channels = {"slack": {"bot_token": "xoxb-1", "signing_secret": "s"}}
    bot = Bot(store, settings_of(account_managers=MANAGERS, channels=channels), clock)
    await bot.start(Customer("buyer", slack="U1"))
    await bot.say("slack:U1", "3")
    await bot.work()
    said = await _says(bot, "slack:UMANAGER", "case 1 to Second")
    assert said == "Second cannot be reached: Telegram is off. Choose somebody else."
    await bot.tap("slack:UMANAGER", "Hand over to …")
    await bot.work()
    assert [one.label for row in bot.slack.taken[-1].choices for one in row] == ["Third", "Back"]


async def test_put_aside_by_a_button_and_taken_up_again(acting: Bot) -> None:
    bot = acting
    await bot.tap("slack:UMANAGER", "Snooze until …")
    await bot.work()
    await bot.tap("slack:UMANAGER", "Back")
    await bot.work()
    await bot.tap("slack:UMANAGER", "Snooze until …")
    await bot.work()
    await bot.tap("slack:UMANAGER", "Tomorrow 9:00")
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "Snoozed until 03-03 09:00" in alert
    (row,) = await bot.cases()
    assert (row.state, row.due_at == row.snoozed_until) == ("snoozed", True)
    await bot.tap("slack:UMANAGER", "I'm on it")
    assert (await bot.cases())[0].state == "taken"
    await _holds(bot)


async def test_what_was_put_aside_comes_back_once_and_open(acting: Bot) -> None:
    bot = acting
    await bot.press("slack:UMANAGER", "c:1:snooze:tomorrow")
    await bot.work()
    assert len(bot.slack.chat("UMANAGER")) == 1
    await bot.later(hours=23)
    await bot.later(minutes=1)
    assert len(bot.slack.chat("UMANAGER")) == 2
    (row,) = await bot.cases()
    assert (row.state, row.snoozed_until, row.taken_by) == ("open", None, None)
    await _holds(bot)


async def test_the_morning_is_that_of_whoever_has_it(acting: Bot) -> None:
    await _says(acting, str(ADMIN), "case 1 to third")
    said = await _says(acting, str(ADMIN), "case 1 snooze until wednesday")
    assert said == "Case 1 is put aside until Wed 4 March 09:00."
    assert (await acting.cases())[0].snoozed_until.hour == 14  # nine in New York


async def test_done_is_done_at_once_and_its_cause_can_follow(acting: Bot) -> None:
    bot = acting
    await bot.tap("slack:UMANAGER", "Done")
    await bot.work()
    assert (await bot.cases())[0].state == "done"
    await bot.tap("slack:UMANAGER", "Billing")
    await bot.work()
    (alert,) = bot.slack.chat("UMANAGER")
    assert "Cause: Billing" in alert
    assert [one.label for row in bot.slack.taken[-1].choices for one in row] == ["Reopen", "Why?"]
    await bot.tap("slack:UMANAGER", "Reopen")
    await bot.work()
    (row,) = await bot.cases()
    assert (row.state, row.cause, row.done_by) == ("open", None, None)
    await _holds(bot)


async def test_done_in_words_with_a_cause_and_a_note(acting: Bot) -> None:
    said = await _says(
        acting, "slack:UMANAGER", "/nps case 1-kfmr done billing note: Paid back, agreed by phone."
    )
    assert said == "Case 1 is done."
    (alert,) = acting.slack.chat("UMANAGER")
    assert "Cause: Billing\nNote: Paid back, agreed by phone." in alert
    assert await _says(acting, "slack:UMANAGER", "case 1 done") == (
        "Case 1 stays as it is: done by Manager, Mon 2 March 11:00."
    )
    assert (await _says(acting, "slack:UMANAGER", "case 1 take")).startswith(
        "Case 1 is done, by Manager, Mon 2 March"
    )
    await _holds(acting)


async def test_of_two_who_press_at_once_one_has_it_and_the_other_is_told(acting: Bot) -> None:
    await acting.press("slack:UMANAGER", "c:1:take")
    await acting.press(str(ADMIN), "c:1:take")
    await acting.work()
    assert (await acting.cases())[0].taken_by == "slack:UMANAGER"
    assert acting.slack.texts("UADMIN") == [
        "Manager has case 1 since Mon 2 March 11:00. Ask them, or hand it over."
    ]


async def test_a_manager_acts_on_their_own_cases_and_an_admin_on_all(acting: Bot) -> None:
    assert (
        await _says(acting, "telegram:77", "case 1 take")
        == "Manager has case 1. Only they or an admin can do that."
    )
    assert (await _says(acting, "slack:U1", "case 1 take")).startswith("Sorry, only admins")
    assert await _says(acting, str(ADMIN), "zaak 1 pak op") == "Case 1: you are on it."


async def test_who_stands_in_in_the_end_is_named_at_once(acting: Bot) -> None:
    now = acting.clock.now()
    for who, deputy in (("Second", "Third"), ("Third", "Manager")):
        absence = Absence(who, deputy, now + timedelta(days=400), str(ADMIN))
        await acting.store.write(keep_absence, absence, now)
    assert await _says(acting, str(ADMIN), "case 1 to Second") == (
        "Second is away until 6 April 2027 12:00. Manager stands in: hand it over to them."
    )


async def test_a_hand_over_that_waits_survives_a_restart(acting: Bot) -> None:
    """Whoever is configured for the account is not tried in the place of whom it was handed to."""
    desk = Desk(
        acting.store, acting.settings, acting.context.limits, words_for("admin", "en"), acting.clock.now
    )
    await desk.carry_out("slack:UMANAGER", "case 1 to Second")
    await acting.store.write(try_again, acting.context, acting.clock.now())
    await acting.work()
    assert len(acting.telegram.chat("77")) == 1


async def test_erasure_empties_what_was_noted(acting: Bot) -> None:
    await _says(acting, "slack:UMANAGER", "case 1 done billing note: about the buyer")
    await acting.say("slack:U1", "DELETE")
    await acting.work()
    code = acting.slack.chat("U1")[-1]
    digits = "".join(one for one in code if one.isdigit())[:4]
    await acting.say("slack:U1", digits)
    await acting.work()
    (row,) = await acting.cases()
    assert row.note is None
    assert [one.text for one in await acting.rows(case_event) if one.text] == []
    await acting.press("slack:UMANAGER", "c:1:reopen")
    await acting.work()
    assert "was erased; nothing can be done" in acting.slack.texts("UMANAGER")[-1]


async def test_who_wants_no_messages_is_to_be_called(acting: Bot) -> None:
    await acting.press("slack:UMANAGER", "c:1:take")
    assert "Next: talk to the customer, then Done" in await _says(acting, str(ADMIN), "case 1")
    await acting.say("slack:U1", "STOP")
    told = (await _says(acting, str(ADMIN), "case 1")).splitlines()
    assert "Next: wants no messages: call, then Done" in told
    assert "Wants no more messages" in told
    assert "wants no messages: call" in await _says(acting, str(ADMIN), "cases")
    await acting.say("slack:U1", "START")
    assert "Wants no more messages" not in await _says(acting, str(ADMIN), "case 1")
