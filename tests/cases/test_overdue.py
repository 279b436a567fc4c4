"""What time does with a case that nobody takes: one reminder, then the next, and nobody at night."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.cases import time_line
from bot.cases.absences import Absence, keep_absence
from bot.cases.as_kept import Case
from bot.cases.cases import life_of
from bot.cases.life.life import replay_case
from bot.commands.desk import Desk
from bot.commands.worker import CommandWorker
from bot.conversations.trials import hold_trial
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address, Unreachable
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.manual_clock import MONDAY, ManualClock

ANN = Customer("Ann", slack="U1")
MANAGERS = {
    "Manager": "slack:UMANAGER",
    "Head": "slack:UHEAD",
    "Board": {"address": "telegram:77", "zone": "America/New_York"},
}


def rules(**follow_up: Any) -> Any:
    return settings_of(
        account_managers=MANAGERS, follow_up={"within": "4h", "escalation": ["Head", "Board"]} | follow_up
    )


async def detractor(bot: Bot) -> None:
    """Ann gives a 2 on Monday at 11:00 in Amsterdam."""
    await bot.start(ANN)
    await bot.say("slack:U1", "2")
    await bot.work()


async def worked(bot: Bot) -> None:
    """The command that was given is carried out, and what follows is sent."""
    await CommandWorker(bot.store, bot.context, bot.clock).look()
    await bot.work()


async def replayed(bot: Bot) -> None:
    """The time line gives the row."""
    (row,) = await bot.cases()
    line = await bot.store.read(time_line.happened, row.id)
    assert replay_case(map(time_line.from_row, line)) == life_of(Case(*row))


async def test_nobody_takes_it_so_it_goes_from_one_to_the_next(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(), clock)
    await detractor(bot)
    await bot.later(hours=3, minutes=59)
    assert len(bot.slack.texts("UMANAGER")) == 1
    await bot.later(minutes=1)  # 15:00
    assert [text.splitlines()[1] for text in bot.slack.texts("UMANAGER")[1:]] == [
        "Reminder: nobody has taken it yet"
    ]
    await bot.later(hours=2, minutes=30)  # the end of the day
    assert bot.slack.texts("UHEAD") == []
    clock.set(datetime(2026, 3, 3, 9, 29, tzinfo=UTC))
    await bot.work()
    assert bot.slack.texts("UHEAD") == []
    await bot.later(minutes=1)  # half past ten on Tuesday: four hours of work
    (alert,) = bot.slack.texts("UHEAD")
    assert alert.splitlines()[1] == "Not taken in time by Manager"
    gone = "Case 1 went to Head, because nobody had taken it in time, Tue 3 March 10:30."
    assert bot.slack.chat("UMANAGER")[-1] == gone, "and has no buttons any more"
    # Four hours of Head's are over at half past two, when it is half past eight in New York.
    clock.set(datetime(2026, 3, 3, 13, 59, tzinfo=UTC))
    await bot.work()
    assert bot.telegram.texts("77") == []
    await bot.later(minutes=1)
    assert len(bot.telegram.texts("77")) == 1
    (row,) = await bot.cases()
    assert (row.manager, row.rung) == ("Board", 2)
    await replayed(bot)


async def test_where_nobody_is_left_the_admins_are_told_once(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(escalation=[]), clock)
    await detractor(bot)
    for _ in range(40):
        await bot.later(hours=1)
    told = [text for text in bot.slack.texts("UADMIN") if "nobody is left to ask" in text]
    assert told == [
        "npsbot: nobody has taken the case of a customer in time (case 1), and nobody is left to ask: "
        "Manager had it. Others may wait too."
    ]
    assert len(bot.slack.texts("UMANAGER")) == 2
    (row,) = await bot.cases()
    assert row.due_at is None
    await replayed(bot)


async def test_who_had_it_may_still_take_it(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(), clock)
    await detractor(bot)
    await bot.later(hours=4)
    clock.set(datetime(2026, 3, 3, 9, 30, tzinfo=UTC))
    await bot.work()
    await bot.press("slack:USTRANGER", "c:1:take")
    assert (await bot.cases())[0].state == "open"
    await bot.press("slack:UMANAGER", "c:1:take")
    await bot.work()
    (row,) = await bot.cases()
    assert (row.state, row.taken_by, row.manager) == ("taken", "slack:UMANAGER", "Head")
    assert "On it: Manager" in bot.slack.chat("UHEAD")[-1]


async def test_a_hand_over_begins_anew_and_is_nobodys_fault(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(), clock)
    await detractor(bot)
    await bot.later(hours=4)
    await bot.say("slack:UMANAGER", "", command="nps case 1 to Head")
    await worked(bot)
    assert "in time" not in bot.slack.chat("UHEAD")[0]
    clock.set(datetime(2026, 3, 3, 9, 30, tzinfo=UTC))
    await bot.work()
    assert "Reminder: nobody has taken it yet" in bot.slack.texts("UHEAD")[-1]
    await replayed(bot)


async def test_what_comes_back_begins_anew(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(), clock)
    await detractor(bot)
    await bot.say("slack:UMANAGER", "", command="nps case 1 snooze until tomorrow 9:00")
    await worked(bot)
    told = len(bot.slack.chat("UMANAGER"))
    await bot.later(hours=20)
    assert len(bot.slack.chat("UMANAGER")) == told
    await bot.later(hours=2)  # nine on Tuesday
    assert len(bot.slack.chat("UMANAGER")) == told + 1
    (row,) = await bot.cases()
    assert row.state == "open"
    await bot.later(hours=4)
    assert "Reminder: nobody has taken it yet" in bot.slack.texts("UMANAGER")[-1]
    await replayed(bot)


@pytest.mark.parametrize("deed", ["take", "done"])
async def test_who_acts_is_left_alone(store: Store, clock: ManualClock, deed: str) -> None:
    bot = Bot(store, rules(), clock)
    await detractor(bot)
    await bot.press("slack:UMANAGER", f"c:1:{deed}")
    await bot.work()
    for _ in range(30):
        await bot.later(hours=2)
    assert not [text for text in bot.slack.texts("UMANAGER") if "Reminder" in text]
    assert bot.slack.texts("UHEAD") == []
    await replayed(bot)


async def test_nobody_is_told_at_night_because_nothing_ran_by_day(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(), clock)
    await detractor(bot)
    clock.set(datetime(2026, 3, 3, 1, tzinfo=UTC))
    bot = bot.restarted()
    await bot.work()
    assert len(bot.slack.texts("UMANAGER")) == 1
    clock.set(datetime(2026, 3, 3, 8, tzinfo=UTC))  # nine in Amsterdam
    await bot.work()
    assert len(bot.slack.texts("UMANAGER")) == 2
    await replayed(bot)


async def listed(bot: Bot, line: str) -> list[str]:
    words = words_for("admin", "en")
    desk = Desk(bot.store, bot.settings, bot.context.limits, words, bot.clock.now)
    return (await desk.carry_out(ADMIN, line)).text.splitlines()


async def test_what_ran_out_while_nothing_ran_is_late_at_once(store: Store, clock: ManualClock) -> None:
    """The reminder waits for the morning; what was promised does not."""
    bot = Bot(store, rules(), clock)
    await detractor(bot)
    assert (await listed(bot, "cases"))[-1].endswith("not taken; to be taken by Mon 2 March 15:00")
    clock.set(datetime(2026, 3, 3, 1, tzinfo=UTC))
    bot = bot.restarted()
    await bot.work()
    assert await listed(bot, "cases late") == [
        "Open cases that nobody took in time: 1",
        "1 · Ann (Globex) · 2 · 15 hours",
        "   with Manager, not taken; late, reminder on Tue 3 March 09:00",
    ]
    assert "1 of them not taken in time" in await listed(bot, "cases")
    # Words that leave the time as it was change nothing about that.
    await bot.say("slack:U1", "too late, twice")
    await bot.work()
    assert "1 of them not taken in time" in await listed(bot, "cases")
    clock.set(datetime(2026, 3, 3, 8, tzinfo=UTC))
    await bot.work()
    assert (await listed(bot, "cases late"))[-1].endswith("late, goes on to Head on Tue 3 March 13:00")
    # Who gets it has a time of their own.
    await bot.say("slack:UMANAGER", "", command="nps case 1 to Head")
    await worked(bot)
    assert (await listed(bot, "cases late"))[0].endswith(": 0")


async def test_where_nobody_is_next_it_says_that_the_admins_are_told(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, rules(escalation=[]), clock)
    await detractor(bot)
    await bot.later(hours=4)
    assert (await listed(bot, "cases"))[-1].endswith("late, the admins are told on Tue 3 March 10:30")


async def test_whose_case_went_on_by_hand_is_told_who_has_it_and_sees_no_buttons(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, rules(), clock)
    await detractor(bot)
    words = words_for("admin", "en")
    desk = Desk(bot.store, bot.settings, bot.context.limits, words, bot.clock.now)
    assert (await desk.carry_out("slack:UMANAGER", "case 1")).choices
    await desk.carry_out("slack:UMANAGER", "case 1 to Head")
    shown = await desk.carry_out("slack:UMANAGER", "case 1")
    assert shown.text.startswith("Case 1: Ann")
    assert shown.choices == ()
    said = await desk.carry_out("slack:UMANAGER", "case 1 take")
    assert said.text == "Head has case 1. Only they or an admin can do that."
    assert (await desk.carry_out("slack:UHEAD", "case 1")).choices
    # Who is no colleague learns no names.
    await bot.press("slack:USTRANGER", "c:1:take")
    await bot.work()
    assert not [text for text in bot.slack.texts("USTRANGER") if "Head" in text]


async def test_at_night_where_people_work_in_shifts(store: Store, clock: ManualClock) -> None:
    clock.set(datetime(2026, 3, 7, 23, tzinfo=UTC))  # Saturday night
    bot = Bot(store, rules(at_night=True), clock)
    await detractor(bot)
    await bot.later(hours=4)
    await bot.later(hours=4)
    assert [text.splitlines()[1] for text in bot.slack.texts("UMANAGER")[1:2]] == [
        "Reminder: nobody has taken it yet"
    ]
    assert len(bot.slack.texts("UHEAD")) == 1


async def test_without_an_agreed_time_nobody_is_reminded(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(within="off"), clock)
    await detractor(bot)
    (row,) = await bot.cases()
    assert row.due_at is None
    # Nor where it was agreed when the case was opened, and is no longer.
    agreed = Bot(store, rules(), clock, bot.channels)
    await agreed.start(Customer("Ben", slack="U2"))
    await agreed.say("slack:U2", "1")
    await bot.later(days=3)
    assert not [text for text in bot.slack.texts("UMANAGER") if "Reminder" in text]
    assert {row.due_at for row in await bot.cases()} == {None}


async def test_an_alert_that_reached_nobody_goes_on_and_says_so(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(), clock)
    gone = Unreachable("account_inactive")
    bot.slack.dead = {"UMANAGER": gone, "CALERTS": gone}
    await detractor(bot)
    (alert,) = bot.slack.texts("UHEAD")
    assert alert.splitlines()[1] == "For Manager, who could not be reached"
    assert not [text for text in bot.slack.texts("UADMIN") if "nobody has the alert" in text]
    await replayed(bot)


async def test_at_night_it_waits_for_the_next_to_work_and_the_admins_know(
    store: Store, clock: ManualClock
) -> None:
    clock.set(datetime(2026, 3, 2, 22, tzinfo=UTC))
    bot = Bot(store, rules(escalation=["Head"]), clock)
    gone = Unreachable("account_inactive")
    bot.slack.dead = {"UMANAGER": gone, "CALERTS": gone}
    await detractor(bot)
    assert bot.slack.texts("UHEAD") == []
    assert [text for text in bot.slack.texts("UADMIN") if "nobody has the alert" in text]
    for _ in range(12):
        await bot.later(hours=1)
    assert len(bot.slack.texts("UHEAD")) == 1


async def away(bot: Bot, manager: str, deputy: str, **by: float) -> None:
    until = bot.clock.now() + timedelta(**by)
    await bot.store.write(keep_absence, Absence(manager, deputy, until, "slack:UADMIN"), bot.clock.now())


async def test_who_stands_in_gets_new_cases_and_reads_for_whom(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(), clock)
    await away(bot, "Manager", "Head", days=3)
    await detractor(bot)
    (alert,) = bot.slack.texts("UHEAD")
    assert alert.splitlines()[1] == "For Manager, who is away"
    assert bot.slack.texts("UMANAGER") == []
    await bot.say("slack:U1", "too late, twice")
    await bot.work()
    assert "Head" in bot.slack.texts("U1")[-1], "the customer is told who has it"
    await bot.later(hours=4)
    assert "Reminder" in bot.slack.texts("UHEAD")[-1]
    await bot.later(days=1)
    assert len(bot.telegram.texts("77")) == 1, "Head had it, so Board is next"
    await replayed(bot)
    clock.advance(days=3)
    await bot.start(Customer("Ben", slack="U2"))
    await bot.say("slack:U2", "1")
    await bot.work()
    assert "Ben gave a 1" in bot.slack.texts("UMANAGER")[-1]


async def test_a_chain_ends_at_who_is_there(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(escalation=[]), clock)
    await away(bot, "Manager", "Head", days=3)
    await away(bot, "Head", "Board", days=1)
    await detractor(bot)
    assert len(bot.telegram.texts("77")) == 1
    (row,) = await bot.cases()
    assert (row.manager, row.instead_of) == ("Board", "Manager")


async def test_a_deputy_who_cannot_be_reached_passes_it_to_the_fallback(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, rules(escalation=[]), clock)
    bot.slack.dead = {"UHEAD": Unreachable("account_inactive")}
    await away(bot, "Manager", "Head", days=3)
    await detractor(bot)
    (alert,) = bot.slack.texts("CALERTS")
    assert alert.splitlines()[1] == "For Manager, who could not be reached"


async def test_a_trial_reminds_nobody(store: Store, clock: ManualClock) -> None:
    bot = Bot(store, rules(), clock)
    await bot.add()
    await hold_trial(store, bot.settings, "demo", Address("slack", "UADMIN"), clock.now)
    await bot.work()
    await bot.say("slack:UADMIN", "2")
    await bot.work()
    (row,) = await bot.cases()
    assert row.due_at is None
    assert clock.now() == MONDAY
