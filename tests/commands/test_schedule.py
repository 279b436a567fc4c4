"""`/nps start C on …` and `/nps schedule`: what is understood, asked, shown, and what holds then."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.campaigns import runs, schedules
from bot.campaigns.schedules import PlannedStart
from bot.commands.desk import Desk
from bot.commands.replies.reply import Reply
from bot.store.store import Store
from bot.words import words_for
from tests.support.campaign_world import ADMIN, LIMITS, SECOND_ADMIN, Clock, add, settings_of, slack_people

WHEN = "Monday, 9 March 2026 10:00, Europe/Amsterdam"


@pytest.fixture
def clock() -> Clock:
    return Clock()  # Monday 2 March 2026, 11:00 in Amsterdam


def desk_of(store: Store, clock: Clock, language: str = "en", **campaign: Any) -> Desk:
    settings = settings_of({"spring": campaign}, on=("slack", "telegram"), language=language)
    return Desk(store, settings, LIMITS, words_for("admin", language), clock)


@pytest.fixture
def desk(store: Store, clock: Clock) -> Desk:
    return desk_of(store, clock)


async def say(desk: Desk, line: str, by: str = str(ADMIN)) -> Reply:
    return await desk.carry_out(by, line)


def pressed(reply: Reply, label: str) -> str:
    """The value of a button under an answer."""
    (found,) = [one.value for row in reply.choices for one in row if one.label == label]
    return found


async def starts(store: Store) -> list[PlannedStart]:
    return await store.read(schedules.waiting)


async def test_a_start_is_planned_confirmed_listed_and_called_off(desk: Desk, store: Store) -> None:
    await add(store, *slack_people(3))
    plan = await say(desk, "/nps start spring on 9 March 10:00")
    assert plan.text.startswith(
        f"Plan for spring, {WHEN}\nIn the audience: 3\nWill be asked: 3\nSlack: 3, from Mon 9 March 10:00"
    )
    assert await starts(store) == []

    waits = await say(desk, pressed(plan, "Start"))
    assert waits.text.startswith(f"spring starts on {WHEN}. You hear of it a day ahead.")
    (one,) = await starts(store)
    assert (one.due_at, one.turn, one.by) == (datetime(2026, 3, 9, 9, tzinfo=UTC), None, str(ADMIN))
    assert (await say(desk, pressed(plan, "Start"))).text == waits.text
    assert [found.id for found in await starts(store)] == [one.id]

    assert (await say(desk, "status")).text == f"spring has asked nobody yet; it starts {WHEN}."
    listed = f"What starts spring\n– {WHEN}, once"
    assert (await say(desk, "schedule spring")).text == listed
    assert (await say(desk, "schedule")).text == listed
    assert (await say(desk, pressed(waits, "Call it off"))).text == f"spring does not start on {WHEN}."
    assert await starts(store) == []
    assert (await say(desk, pressed(waits, "Call it off"))).outcome == "refused"
    assert (await say(desk, "schedule")).text.startswith("Nothing starts by itself.")


async def test_a_start_is_confirmed_by_a_line_too_and_waits_again_after_it_was_called_off(
    desk: Desk, store: Store
) -> None:
    for _ in range(2):
        await say(desk, "start spring next monday 10:00")
        assert (await say(desk, "start spring confirm")).text.startswith(f"spring starts on {WHEN}.")
        assert len(await starts(store)) == 1
        assert (await say(desk, "schedule spring skip")).text == f"spring does not start on {WHEN}."
    assert await starts(store) == []


async def test_an_old_button_starts_nothing_that_was_called_off_since(
    desk: Desk, store: Store, clock: Clock
) -> None:
    await add(store, *slack_people(1))
    old = await say(desk, "start spring next monday 10:00")
    await say(desk, pressed(old, "Start"))
    clock.advance(minutes=1)
    await say(desk, "schedule spring skip")
    clock.advance(minutes=1)
    new = await say(desk, "start spring on 10 March 10:00", str(SECOND_ADMIN))
    await say(desk, pressed(new, "Start"), str(SECOND_ADMIN))
    answer = await say(desk, pressed(old, "Start"))
    assert answer.outcome == "refused"
    assert answer.text.startswith("That start waits no more")
    assert [one.due_at.day for one in await starts(store)] == [10]
    again = await say(desk, "start spring next monday 10:00")
    await say(desk, pressed(again, "Start"))
    assert [one.due_at.day for one in await starts(store)] == [9, 10], "who plans it anew means it"


async def test_who_plans_another_start_is_told_of_the_one_that_waits(desk: Desk, store: Store) -> None:
    await add(store, *slack_people(1))
    await say(desk, pressed(await say(desk, "start spring next monday 10:00"), "Start"))
    waits = await say(desk, pressed(await say(desk, "start spring on 10 March 10:00"), "Start"))
    assert f"It also starts on {WHEN}" in waits.text
    assert (await say(desk, pressed(waits, "Call it off"))).text.startswith(
        "spring does not start on Tuesday"
    )


async def test_an_old_button_puts_no_former_schedule_back(desk: Desk, store: Store, clock: Clock) -> None:
    await add(store, *slack_people(1))
    old = await say(desk, "schedule spring every month from 10 march 10:00")
    clock.advance(minutes=1)
    new = await say(desk, "schedule spring every month from 20 march 10:00", str(SECOND_ADMIN))
    await say(desk, pressed(new, "Set"), str(SECOND_ADMIN))
    answer = await say(desk, pressed(old, "Set"))
    assert answer.outcome == "refused"
    assert [one.due_at.day for one in await starts(store)] == [20]


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("start spring on monday 12:00", "Do you mean Monday, 2 March 2026 12:00, Europe/Amsterdam or Monday, "
         "9 March 2026 12:00, Europe/Amsterdam? Nothing was planned; write for example “/nps start spring on 2026-"),
        ("start spring on 03/04", "Do you mean Friday, 3 April 2026 10:00, Europe/Amsterdam or Wednesday, "
         "4 March 2026 10:00, Europe/Amsterdam? Nothing was planned; write for example “/nps start spring on 2026-"),
        ("start spring tomorrow at 3", "Do you mean Tuesday, 3 March 2026 03:00"),
        ("start spring on 1 March 2026", "“on 1 March 2026” is past, or more than two years ahead. Write for "),
        ("start spring on 1 March 2031", "“on 1 March 2031” is past"),
        ("start spring on the moon", "I do not understand “on the moon” as a day and a time; write for exam"),
        ("start spring please", "Nothing was done, because I do not understand “please” after “start …”."),
    ],
)  # fmt: skip
async def test_what_is_asked_and_refused(desk: Desk, store: Store, line: str, answer: str) -> None:
    assert (await say(desk, line)).text.startswith(answer)
    assert await starts(store) == []


async def test_of_a_day_of_the_week_that_has_passed_today_one_is_left(desk: Desk) -> None:
    assert (await say(desk, "start spring on monday 10:00")).text.startswith(f"Plan for spring, {WHEN}")


async def test_a_moment_that_passed_before_it_was_confirmed_starts_nothing(
    desk: Desk, store: Store, clock: Clock
) -> None:
    await add(store, *slack_people(1))
    plan = await say(desk, "start spring on 2 March 11:30")
    clock.advance(minutes=31)
    assert (await say(desk, pressed(plan, "Start"))).text.startswith("The moment of that plan is over")
    assert await starts(store) == []


async def test_a_plan_that_is_pressed_again_once_its_start_began_says_so(
    desk: Desk, store: Store, clock: Clock
) -> None:
    await add(store, *slack_people(1))
    plan = await say(desk, "start spring on 2 March 11:30")
    await say(desk, pressed(plan, "Start"))
    (one,) = await starts(store)
    clock.advance(minutes=31)
    run, _ = await store.write(runs.start_keyed, desk.settings, "spring", one.key, one.by, clock())
    await store.write(schedules.end_start, desk.settings, one.id, "started", clock(), run.id)
    assert (await say(desk, pressed(plan, "Start"))).text.startswith(
        "That plan was started already: it is wave 1"
    )


async def test_a_schedule_is_shown_confirmed_skipped_paused_resumed_and_ended(
    desk: Desk, store: Store
) -> None:
    plan = await say(desk, "schedule spring every 3 months from 9 March 10:00")
    shown = (
        "every 3 months, at 10:00, Europe/Amsterdam\n"
        f"– {WHEN}\n"
        "– Tuesday, 9 June 2026 10:00, Europe/Amsterdam\n"
        "– Wednesday, 9 September 2026 10:00, Europe/Amsterdam\n"
        "– Wednesday, 9 December 2026 10:00, Europe/Amsterdam\n"
        "– Tuesday, 9 March 2027 10:00, Europe/Amsterdam"
    )
    assert plan.text.startswith(
        f"Schedule for spring\n{shown}\nYou hear of each start a day ahead. Press Set"
    )
    assert await starts(store) == []

    assert (await say(desk, pressed(plan, "Set"))).text == f"What starts spring\nBy its schedule: {shown}"
    assert [str(one.turn) for one in await starts(store)] == ["2026-03-09"]
    skipped = await say(desk, "schedule spring skip")
    assert (
        skipped.text
        == f"spring does not start on {WHEN}. The next start: Tuesday, 9 June 2026 10:00, Europe/Amsterdam."
    )
    listed = (await say(desk, "schedule spring")).text
    assert listed.splitlines()[2:4] == [
        f"– {WHEN}: skipped",
        "– Tuesday, 9 June 2026 10:00, Europe/Amsterdam",
    ]
    assert listed.count("– ") == 6

    paused = (await say(desk, "schedule spring pause")).text
    assert "Paused since Mon 2 March 11:00" in paused
    assert "skipped" not in paused
    assert await starts(store) == []
    assert (await say(desk, "schedule spring skip")).outcome == "refused"
    assert "Paused" not in (await say(desk, "schedule spring resume")).text
    assert [str(one.turn) for one in await starts(store)] == ["2026-06-09"]
    assert (
        await say(desk, "schedule spring off")
    ).text == "spring starts by itself no more; nothing of it waits."
    assert await starts(store) == []
    assert (await say(desk, "schedule spring pause")).outcome == "refused"


async def test_a_schedule_is_confirmed_in_the_words_in_which_it_was_shown(desk: Desk, store: Store) -> None:
    line = "schedule spring every 3 months from 9 March 10:00 confirm"
    assert "Press Set" in (await say(desk, line)).text
    other = await say(desk, "schedule spring every 2 months from 9 March 10:00 confirm")
    assert other.text.startswith("Schedule for spring\nevery 2 months")
    assert await starts(store) == []
    assert "Press Set" in (await say(desk, line)).text
    assert (await say(desk, line)).text.startswith("What starts spring\nBy its schedule: every 3 months")
    assert [str(one.turn) for one in await starts(store)] == ["2026-03-09"]


async def test_a_schedule_that_takes_the_place_of_another_says_so(desk: Desk, store: Store) -> None:
    await say(desk, "schedule spring every monday at 9:00")
    assert (await say(desk, "schedule spring confirm")).outcome == "done"
    again = await say(desk, "schedule spring every month from 31 march 10:00")
    assert "It takes the place of: every week, at 09:00, Europe/Amsterdam." in again.text
    assert "– Tuesday, 31 March 2026 10:00" in again.text
    assert "– Thursday, 30 April 2026 10:00" in again.text
    await say(desk, "schedule spring confirm")
    assert [str(one.turn) for one in await starts(store)] == ["2026-03-31"]


async def test_all_starts_stand_in_order_of_time(store: Store, clock: Clock) -> None:
    desk = desk_of(store, clock, "nl", schedule="every 3 months from 2026-03-09 10:00")
    await say(desk, "start spring op 20 maart 10:00")
    await say(desk, "start spring bevestig")
    assert (await say(desk, "planning spring")).text.splitlines()[1:5] == [
        "Volgens de planning in config.yaml: elke 3 maanden, om 10:00, Europe/Amsterdam",
        "– maandag 9 maart 2026 10:00, Europe/Amsterdam",
        "– vrijdag 20 maart 2026 10:00, Europe/Amsterdam, eenmalig",
        "– dinsdag 9 juni 2026 10:00, Europe/Amsterdam",
    ]


async def test_a_moved_start_says_from_where(desk: Desk) -> None:
    answer = await say(desk, "schedule spring every year from 27 april 10:00")
    assert (
        "– Tuesday, 28 April 2026 10:00, Europe/Amsterdam (instead of Monday, 27 April 2026, when nobody may be asked)"
        in answer.text
    )


async def test_what_stands_in_config_is_changed_there(store: Store, clock: Clock) -> None:
    desk = desk_of(store, clock, schedule="every 3 months from 2026-03-09 10:00")
    assert "By its schedule in config.yaml: every 3 months" in (await say(desk, "schedule")).text
    for line in ("schedule spring every monday", "schedule spring off"):
        assert (await say(desk, line)).text.startswith(
            "The schedule of spring stands in config.yaml; change it there."
        )
    assert (await say(desk, "schedule spring skip")).outcome == "done"
    assert [str(one.turn) for one in await starts(store)] == ["2026-06-09"]
    await store.write(schedules.sync, desk.settings, clock())
    assert [str(one.turn) for one in await starts(store)] == ["2026-06-09"]


async def test_what_stands_in_config_holds_before_any_server_ran(store: Store, clock: Clock) -> None:
    desk = desk_of(store, clock, schedule="every 3 months from 2026-03-09 10:00")
    assert "Paused since" in (await say(desk, "schedule spring pause")).text
    assert await starts(store) == []
    assert "Paused since" in (await say(desk, "schedule")).text


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("start spring yesterday", "“yesterday” is past, or more than two years ahead."),
        ("schedule spring every month from 2026-03-09T10:00 at 11:00", "“2026-03-09t10:00 at 11:00” is no day"),
        ("schedule spring every 3 months", "From when? Write for example “/nps schedule spring every 3 months from 2 "),
        ("schedule spring 0 10 * * 1", "I do not understand “0 10 * * 1” as a rhythm; write for example"),
        ("schedule spring every month from 31 february", "“31 february” is no day that I understand"),
        ("schedule spring every month from monday", "Do you mean 2 March 2026 or 9 March 2026? Nothing was planned;"),
        ("schedule spring every month from tomorrow at 3", "Do you mean 03:00 or 15:00? Nothing was planned;"),
        ("schedule spring confirm", "No schedule of spring waits to be confirmed."),
        ("schedule spring skip", "Nothing of spring starts by itself."),
        ("schedule sprig", "There is no campaign “sprig”. Did you mean “/nps schedule spring”?"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_schedule(desk: Desk, line: str, answer: str) -> None:
    assert (await say(desk, line)).text.startswith(answer)


async def test_in_dutch(store: Store, clock: Clock) -> None:
    desk = desk_of(store, clock, "nl")
    plan = await say(desk, "start spring volgende week maandag om 10 uur")
    assert plan.text.startswith("Plan voor spring, maandag 9 maart 2026 10:00, Europe/Amsterdam")
    assert (await say(desk, "start spring bevestig")).text.startswith(
        "spring begint op maandag 9 maart 2026 10:00"
    )
    asked = await say(desk, "planning spring elke 3 maanden vanaf maandag")
    assert asked.text.startswith("Bedoelt u 2 maart 2026 of 9 maart 2026?")
    shown = await say(desk, "planning spring elke drie maanden vanaf 16 maart om 9.30 uur")
    assert "elke 3 maanden, om 09:30, Europe/Amsterdam\n– maandag 16 maart 2026 09:30" in shown.text
    assert "Volgens de planning: elke 3 maanden" in (await say(desk, "planning spring akkoord")).text
    assert "maandag 9 maart" in (await say(desk, "planning spring overslaan")).text


async def test_look_shows_whom_it_would_ask_and_skips_from_there(desk: Desk, store: Store) -> None:
    await add(store, *slack_people(2))
    await say(desk, "start spring on 9 March 10:00")
    await say(desk, "start spring confirm")
    (one,) = await starts(store)
    look = await say(desk, f"w:o:{one.id}:look")
    assert look.text.startswith(f"Plan for spring, {WHEN}\nIn the audience: 2")
    assert (await say(desk, pressed(look, "Call it off"))).text == f"spring does not start on {WHEN}."
    for value in (f"w:o:{one.id}:look", "w:o:x:skip", "w:o:999:skip", f"w:o:{one.id}:other"):
        assert (await say(desk, value)).text.startswith("That start waits no more")


async def test_a_plan_whose_settings_changed_starts_nothing(desk: Desk, store: Store, clock: Clock) -> None:
    plan = await say(desk, "start spring on 9 March 10:00")
    changed = desk_of(store, clock, window=10)
    answer = await say(changed, pressed(plan, "Start"))
    assert answer.text.startswith("The settings of spring have changed since that plan was shown")
    assert (answer.choices, await starts(store)) == ((), [])


async def test_a_campaign_that_asks_after_an_event_has_no_start(store: Store, clock: Clock) -> None:
    desk = desk_of(store, clock, on={"event": "project.finished", "wait": "3 days"})
    for line in ("start spring on 9 March 10:00", "schedule spring every monday"):
        assert (await say(desk, line)).text.startswith("spring asks by itself, 3 days after project.finished")
    assert await starts(store) == []


async def test_an_account_manager_may_not(store: Store, clock: Clock) -> None:
    settings = settings_of({"spring": {}}, on=("slack",), account_managers={"North": "slack:UNORTH"})
    desk = Desk(store, settings, LIMITS, words_for("admin", "en"), clock)
    for line in ("schedule", "start spring on 9 March", "w:o:1:skip"):
        assert (await say(desk, line, "slack:UNORTH")).outcome == "refused"
