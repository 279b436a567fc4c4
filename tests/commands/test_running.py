"""Undo, pause, resume and stop, as an admin types and presses them."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.campaigns import undoing
from bot.commands.desk import Desk
from bot.commands.replies.reply import Reply
from bot.store.schema import conversation
from bot.store.store import Store
from bot.words import words_for
from tests.support.campaign_world import ADMIN, LIMITS, NOW, Clock, add, settings_of, slack_people


def desk_of(store: Store, language: str = "en") -> Desk:
    return Desk(store, settings_of(undo="60s"), LIMITS, words_for("admin", language), Clock())


def button(answer: Reply, label: str) -> str:
    (value,) = (one.value for row in answer.choices for one in row if one.label == label)
    assert len(value.encode()) <= 64
    return value


@pytest.fixture
async def desk(store: Store) -> Desk:
    """With a wave that was started a moment ago."""
    await add(store, *slack_people(3))
    desk = desk_of(store)
    answer = await desk.carry_out(ADMIN, "start demo confirm")
    assert "Nothing goes out in the first 60 seconds" in answer.text
    return desk


async def _begin(store: Store) -> None:
    await store.write(undoing.begin_due, NOW + timedelta(seconds=61))


@pytest.mark.parametrize("typed", [True, False], ids=["typed", "button"])
async def test_a_start_is_undone_once(store: Store, typed: bool) -> None:
    await add(store, *slack_people(3))
    desk = desk_of(store)
    started = await desk.carry_out(ADMIN, "start demo confirm")
    line = "undo demo" if typed else button(started, "Undo")
    assert (await desk.carry_out(ADMIN, line)).text == (
        "Undone. Wave 1 of demo asks nobody, and no report counts it; its number is not given again. "
        "“/nps start demo” makes a new plan."
    )
    again = await desk.carry_out(ADMIN, line)
    assert (again.outcome, again.text) == (
        "refused",
        "Wave 1 of demo was undone Mon 2 March 11:00: nobody was asked. “/nps start demo” makes a new plan.",
    )
    assert (await desk.carry_out(ADMIN, "status demo")).text == again.text
    assert (await desk.carry_out(ADMIN, "report demo")).text == "demo was never started."


async def test_too_late_says_what_else_there_is(store: Store, desk: Desk) -> None:
    await _begin(store)
    answer = await desk.carry_out(ADMIN, "undo demo")
    assert answer.outcome == "refused"
    assert answer.text == (
        "It is too late to undo wave 1 of demo: its questions have been going out since Mon 2 March 11:01. "
        "“/nps pause demo” holds the others at once; “/nps stop demo” asks nobody more, and says first how many."
    )


async def test_a_stop_says_what_it_does_before_it_does_it(desk: Desk) -> None:
    plan = await desk.carry_out(ADMIN, "stop demo")
    assert plan.text == (
        "Stop demo? (wave 1)\n"
        "Would no longer be asked: 3\n"
        "Conversations that are open and may finish: 0\n"
        "Nothing has changed yet, and a stop cannot be taken back. Press Stop, or write “/nps stop demo confirm”.\n"
        "“/nps pause demo” holds everything at once, and “/nps resume demo” lets it go on."
    )
    assert "Waiting for their turn: 3" in (await desk.carry_out(ADMIN, "status demo")).text
    assert (await desk.carry_out(ADMIN, button(plan, "Stop"))).text == (
        "Stopped demo (wave 1). No longer asked: 3. Conversations that are open and may finish: 0."
    )


async def test_it_is_paused_at_once_and_goes_on(desk: Desk) -> None:
    plan = await desk.carry_out(ADMIN, "stop demo")
    assert (await desk.carry_out(ADMIN, button(plan, "Pause"))).text.startswith("Paused demo (wave 1).")
    status = (await desk.carry_out(ADMIN, "status demo")).text
    assert "Paused since Mon 2 March 11:00: nobody more is asked until “/nps resume demo”" in status
    assert (await desk.carry_out(ADMIN, "pause demo")).choices == ()
    assert (await desk.carry_out(ADMIN, "resume demo")).text.startswith("demo goes on (wave 1).")
    again = await desk.carry_out(ADMIN, "pause demo")
    assert (await desk.carry_out(ADMIN, button(again, "Resume"))).text.startswith("demo goes on (wave 1).")
    await desk.carry_out(ADMIN, "pause demo")
    assert (await desk.carry_out(ADMIN, "pause demo")).outcome == "refused"
    assert (await desk.carry_out(ADMIN, "resume demo")).text.startswith("demo goes on (wave 1).")
    assert (await desk.carry_out(ADMIN, "resume demo")).text == "demo is not paused."
    assert "Paused" not in (await desk.carry_out(ADMIN, "status demo")).text


async def test_a_stop_is_final_also_of_what_is_paused(store: Store, desk: Desk) -> None:
    """Who was asked may still answer; the wave runs no more, and nothing of it waits for a resume."""
    await store.write(
        lambda connection: (
            connection.execute(update(conversation).values(state="asked", asked_at=NOW, delivered_at=NOW))
            and None
        )
    )
    await desk.carry_out(ADMIN, "pause demo")
    assert "Paused since" in (await desk.carry_out(ADMIN, "status demo")).text
    await desk.carry_out(ADMIN, "stop demo confirm")
    status = (await desk.carry_out(ADMIN, "status demo")).text
    assert ("Stopped" in status, "Paused" in status) == (True, False)
    for line in ("resume demo", "pause demo", "stop demo"):
        assert (await desk.carry_out(ADMIN, line)).text.startswith("Nothing of demo is running"), line


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("undo demo", "demo was never started."),
        ("pause demo", "Nothing of demo is running, so there is nothing to pause."),
        ("resume demo", "Nothing of demo is running, so there is nothing to resume."),
        ("stop demo", "Nothing of demo is running, so there is nothing to stop."),
        ("w:undo:7", "That plan is no longer there"),
        ("w:stop:99999999999999999999", "That plan is no longer there"),
        ("w:pause:x", "That plan is no longer there"),
    ],
)
async def test_where_nothing_runs_it_is_said(store: Store, line: str, says: str) -> None:
    answer = await desk_of(store).carry_out(ADMIN, line)
    assert answer.outcome == "refused"
    assert answer.text.startswith(says)


async def test_in_dutch(store: Store, desk: Desk) -> None:
    dutch = desk_of(store, "nl")
    assert (await dutch.carry_out(ADMIN, "pauzeer demo")).text.startswith("demo is gepauzeerd (ronde 1).")
    assert (await dutch.carry_out(ADMIN, "hervat demo")).text.startswith("demo gaat verder (ronde 1).")
    assert (await dutch.carry_out(ADMIN, "stop demo")).text.startswith("demo stoppen? (ronde 1)\n")
    assert (await dutch.carry_out(ADMIN, "terugdraaien demo")).text.startswith(
        "Teruggedraaid. Ronde 1 van demo"
    )
