"""Commands carried out: who may, what is answered, and what happens, as an admin meets it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy import update
from structlog.testing import LogCapture

from bot.campaigns import runs
from bot.campaigns.waves import find_wave
from bot.commands.asking import TERMINAL
from bot.commands.desk import Desk
from bot.commands.replies.reply import Reply
from bot.people.consent import opt_out
from bot.store.schema import wave
from bot.store.store import Store
from bot.words import load_words, words_for
from channels.base import Address
from tests.support.campaign_world import (
    ADMIN,
    LIMITS,
    NOW,
    SECOND_ADMIN,
    Clock,
    Someone,
    add,
    change,
    rows,
    settings_of,
    slack_people,
)

OPERATOR = Address(TERMINAL, "operator")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk_of(store: Store, clock: Clock) -> Callable[..., Desk]:
    """A desk with the settings of Acme, or with others."""

    def make(**settings: Any) -> Desk:
        chosen = settings_of(**settings)
        return Desk(store, chosen, LIMITS, words_for("admin", chosen.language), clock)

    return make


@pytest.fixture
def desk(desk_of: Callable[..., Desk]) -> Desk:
    return desk_of()


def button(answer: Reply, label: str) -> str:
    return next(choice.value for row in answer.choices for choice in row if choice.label == label)


# ------------------------------------------------------------------------------------------------ who may


@pytest.mark.parametrize(
    ("actor", "answer"),
    [
        (Address("slack", "UCUSTOMER"), "Sorry, only admins of npsbot can do that."),
        (Address("telegram", "UADMIN"), "Sorry, only admins of npsbot can do that."),
        (Address("slack", "uadmin"), "Sorry, only admins of npsbot can do that."),
        (
            Address("sms", "+31612345678"),
            "Sorry, commands are not taken by SMS, because the sender of an SMS can be forged.",
        ),
    ],
)
async def test_only_admins_and_never_by_sms(
    store: Store, desk: Desk, actor: Address, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(store, *slack_people(1))
    capture = LogCapture()
    log = structlog.wrap_logger(None, processors=[capture], wrapper_class=structlog.BoundLogger)
    monkeypatch.setattr("bot.commands.desk.log", log)
    for line in ("help", "start demo", "start demo confirm", "stop demo", "try demo", "w:x", "xyzzy"):
        refused = await desk.carry_out(actor, line)
        assert (refused.text, refused.outcome, refused.choices) == (answer, "refused", ())
    assert await store.read(find_wave, "demo") is None
    assert await rows(store) == {}
    assert [entry["event"] for entry in capture.entries] == ["command.refused"] * 7
    assert actor.id not in str(capture.entries)


async def test_a_button_is_an_admins_too(store: Store, desk: Desk) -> None:
    await add(store, *slack_people(1))
    start = button(await desk.carry_out(ADMIN, "start demo"), "Start")
    assert (await desk.press(Address("slack", "UCUSTOMER"), start)).outcome == "refused"
    assert await store.read(find_wave, "demo") is None
    assert (await desk.press(SECOND_ADMIN, start)).outcome == "done"


@pytest.mark.parametrize("actor", [ADMIN, str(ADMIN), SECOND_ADMIN, OPERATOR])
async def test_admins_of_each_channel_and_the_operator_are_served(desk: Desk, actor: str | Address) -> None:
    assert (await desk.carry_out(actor, "help")).outcome == "done"


# ------------------------------------------------------------------------------------------- start, confirm


async def test_the_plan_says_who_is_asked_where_until_when_and_who_is_not(store: Store, desk: Desk) -> None:
    await add(
        store,
        *slack_people(1200),
        Someone("phone", sms="+31612345671"),
        Someone("abroad", telegram="31", timezone="America/New_York"),
        Someone("nobody"),
        Someone("left", slack="ULEFT"),
    )
    await store.write(opt_out, Address("slack", "ULEFT"), NOW, "words")
    answer = await desk.carry_out(ADMIN, "/nps start Demo")
    assert answer.text == (
        "Plan for demo\n"
        "In the audience: 1,204\n"
        "Will be asked: 1,202\n"
        "Slack: 1,200, from now until about Mon 2 March 11:04\n"
        "Telegram: 1, from Mon 2 March 15:00 until about Mon 2 March 15:01\n"
        "SMS: 1, from now until about Mon 2 March 11:01\n"
        "Will not be asked: 2 (opted out 1; telegram: not linked 1)\n"
        "Times are those of Europe/Amsterdam, at the provider's pace and within each customer's own hours.\n"
        "Nothing has been sent. Press Start, or write “/nps start demo confirm” within 24 hours."
    )
    assert [choice.label for row in answer.choices for choice in row] == ["Start", "Cancel"]
    assert all(len(choice.value.encode()) <= 64 for row in answer.choices for choice in row)
    assert await rows(store) == {}


@pytest.mark.parametrize("typed", [True, False], ids=["typed", "button"])
async def test_nothing_starts_before_it_is_confirmed_and_then_once(
    store: Store, desk: Desk, typed: bool
) -> None:
    await add(store, *slack_people(2), Someone("nobody"))
    start = button(await desk.carry_out(ADMIN, "start demo"), "Start")
    line = "start demo confirm" if typed else start
    assert (await desk.carry_out(ADMIN, line)).text == (
        "Wave 1 of demo has started\n"
        "Will be asked: 2. Will not be asked: 1 (telegram: not linked 1).\n"
        "“/nps status demo” shows how far it is, “/nps stop demo” stops it."
    )
    again = await desk.carry_out(ADMIN, line)
    assert again.outcome == "refused"
    assert again.text.startswith(
        "That plan was started already: it is wave 1 of demo, since Mon 2 March 11:00."
    )
    assert len(await rows(store)) == 3
    await store.write(
        lambda connection: connection.execute(
            update(wave).values(ended_at=datetime(2026, 5, 14, 9, tzinfo=UTC))
        )
    )
    assert (await desk.carry_out(ADMIN, line)).text == (
        "That plan was started already: it was wave 1 of demo, from 2 March 2026 to 14 May 2026. "
        "“/nps start demo” makes a new plan."
    )


async def test_ten_presses_at_once_start_one_wave(store: Store, desk: Desk) -> None:
    await add(store, *slack_people(3))
    start = button(await desk.carry_out(ADMIN, "start demo"), "Start")
    answers = await asyncio.gather(*(desk.press(ADMIN, start) for _ in range(10)))
    assert sorted(answer.outcome for answer in answers) == ["done", *["refused"] * 9]


async def test_a_large_audience_is_gone_through_after_the_answer(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(store, *slack_people(1200))
    monkeypatch.setattr("bot.commands.desk.SOON", 0.0)
    answer = await desk.carry_out(ADMIN, "start demo confirm")
    assert answer.text == (
        "Wave 1 of demo has started\n"
        "The audience is still being gone through.\n"
        "“/nps status demo” shows how far it is, “/nps stop demo” stops it."
    )
    assert 0 < len(await rows(store)) < 1200
    assert await runs.resume(store, desk.settings, desk.clock) == 1
    assert len(await rows(store)) == 1200
    assert "In the audience: 1,200" in (await desk.carry_out(ADMIN, "status demo")).text


async def test_a_terminal_waits_until_everybody_is_enrolled(
    store: Store, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(store, *slack_people(1200))
    monkeypatch.setattr("bot.commands.desk.SOON", 0.0)
    answer = await desk.carry_out(OPERATOR, "start demo confirm")
    assert "Will be asked: 1,200." in answer.text


async def test_cancel_forgets_the_plan(store: Store, desk: Desk) -> None:
    await add(store, *slack_people(1))
    plan = await desk.carry_out(ADMIN, "start demo")
    assert (await desk.press(ADMIN, button(plan, "Cancel"))).text == "Cancelled. Nothing of demo was sent."
    for value in (button(plan, "Start"), button(plan, "Cancel")):
        answer = await desk.press(ADMIN, value)
        assert answer.text.startswith("That plan is no longer there, and nothing was sent.")
    assert await store.read(find_wave, "demo") is None


async def test_cancel_comes_too_late_for_what_runs(store: Store, desk: Desk) -> None:
    await add(store, *slack_people(1))
    plan = await desk.carry_out(ADMIN, "start demo")
    await desk.press(ADMIN, button(plan, "Start"))
    answer = await desk.press(ADMIN, button(plan, "Cancel"))
    assert answer.outcome == "refused"
    assert "it is wave 1 of demo" in answer.text
    assert (await rows(store))["c1"].state == "waiting"


async def test_typing_confirm_without_a_plan_plans_and_starts_in_one_go_and_once(
    store: Store, desk: Desk
) -> None:
    await add(store, *slack_people(1))
    answer = await desk.carry_out(ADMIN, "start demo confirm")
    assert answer.text.startswith("Wave 1 of demo has started\nWill be asked: 1.")
    again = await desk.carry_out(ADMIN, "start demo confirm")
    assert again.outcome == "refused"
    assert "it is wave 1 of demo" in again.text


async def test_after_a_plan_of_nobody_confirm_shows_whom_it_would_ask_now(store: Store, desk: Desk) -> None:
    for line in ("start demo", "start demo confirm"):
        answer = await desk.carry_out(ADMIN, line)
        assert "Nobody belongs to the audience of demo" in answer.text
    await add(store, *slack_people(1))
    shown = await desk.carry_out(ADMIN, "start demo confirm")
    assert (shown.outcome, "The plan that you saw asked nobody" in shown.text) == ("refused", True)
    assert "In the audience: 1" in shown.text
    assert await store.read(find_wave, "demo") is None
    assert (await desk.carry_out(ADMIN, "start demo confirm")).text.startswith("Wave 1 of demo has started")


async def test_a_script_that_found_nobody_starts_once_there_is_somebody(
    store: Store, desk: Desk, clock: Clock
) -> None:
    for _ in range(2):
        answer = await desk.carry_out(ADMIN, "start demo confirm")
        assert (answer.outcome, "Nobody belongs" in answer.text) == ("refused", True)
        clock.advance(hours=24, seconds=1)
    await add(store, *slack_people(1))
    assert (await desk.carry_out(ADMIN, "start demo confirm")).text.startswith("Wave 1 of demo has started")


async def test_a_plan_of_yesterday_is_not_started(store: Store, desk: Desk, clock: Clock) -> None:
    await add(store, *slack_people(1))
    start = button(await desk.carry_out(ADMIN, "start demo"), "Start")
    clock.advance(hours=24, seconds=1)
    for line in (start, "start demo confirm"):
        assert (await desk.carry_out(ADMIN, line)).text.startswith("That plan is older than a day")
    assert await store.read(find_wave, "demo") is None


async def test_a_plan_from_before_a_start_is_shown_again(store: Store, desk: Desk, clock: Clock) -> None:
    """Of two admins who plan: the older button starts no second wave, of people whom it did not show."""
    await add(store, *slack_people(2))
    old = button(await desk.carry_out(ADMIN, "start demo"), "Start")
    clock.advance(minutes=1)
    new = button(await desk.carry_out(SECOND_ADMIN, "start demo"), "Start")
    clock.advance(minutes=1)
    assert (await desk.carry_out(SECOND_ADMIN, new)).outcome == "done"
    await add(store, Someone("new", slack="UNEW"))
    again = await desk.carry_out(ADMIN, old)
    assert again.outcome == "refused"
    assert again.text.startswith("The campaign has started since that plan was shown, so nothing was sent.")
    assert (await desk.carry_out(SECOND_ADMIN, new)).text.startswith(
        "That plan was started already: it is wave 1"
    )
    assert (await desk.carry_out(ADMIN, button(again, "Start"))).outcome == "done"


async def test_a_plan_of_other_settings_is_shown_again(
    store: Store, desk: Desk, desk_of: Callable[..., Desk]
) -> None:
    await add(store, *slack_people(1))
    start = button(await desk.carry_out(ADMIN, "start demo"), "Start")
    campaign = {
        **settings_of().campaigns["demo"].model_dump(exclude={"channels"}, exclude_unset=True),
        "window": 3,
    }
    changed = desk_of(campaigns={"demo": campaign})
    again = await changed.carry_out(ADMIN, start)
    assert again.outcome == "refused"
    assert again.text.startswith(
        "config.yaml has changed since that plan was shown, and nothing was sent. This is the plan now:"
    )
    assert await store.read(find_wave, "demo") is None
    started = await changed.carry_out(ADMIN, button(again, "Start"))
    assert started.outcome == "done"


@pytest.mark.parametrize(
    ("people", "last"),
    [
        (
            [],
            "Nobody belongs to the audience of demo; import contacts, or change it in config.yaml.",
        ),
        ([Someone("nobody")], "Nobody can be asked now, so there is nothing to start."),
    ],
)
async def test_a_plan_for_nobody_has_no_button(
    store: Store, desk: Desk, people: list[Someone], last: str
) -> None:
    await add(store, *people)
    answer = await desk.carry_out(ADMIN, "start demo")
    assert answer.text.splitlines()[-1] == last
    assert answer.choices == ()
    assert (await desk.carry_out(ADMIN, "start demo confirm")).outcome == "refused"


# ---------------------------------------------------------------------------------- try, status, stop, report


async def test_try_begins_a_trial_with_whoever_asks(store: Store, desk: Desk) -> None:
    answer = await desk.carry_out(SECOND_ADMIN, "probeer demo")
    assert answer.text == "The conversation of demo begins in a moment in Telegram. It is counted nowhere."
    (row,) = (await rows(store)).values()
    assert (row.channel, row.address, row.state) == ("telegram", "900", "waiting")


async def test_why_a_trial_cannot_be_held(store: Store, desk_of: Callable[..., Desk]) -> None:
    desk = desk_of()
    assert "--as" in (await desk.carry_out(OPERATOR, "try demo")).text
    off = await desk_of(on=("sms",), campaigns={"demo": {}}).carry_out(ADMIN, "try demo")
    assert off.text == "Slack is switched off in config.yaml, so it cannot be tried there."
    await store.write(opt_out, SECOND_ADMIN, NOW, "words")
    assert (await desk.carry_out(SECOND_ADMIN, "try demo")).text.startswith("You opted out at this address.")
    await add(store, Someone("colleague", slack=ADMIN.id))
    await desk.carry_out(ADMIN, "start demo")
    await desk.carry_out(ADMIN, "start demo confirm")
    busy = await desk.carry_out(ADMIN, "try demo")
    assert (busy.outcome, busy.text.split(".")[0]) == (
        "refused",
        "You are in a real conversation of demo at this address",
    )


async def test_a_campaign_from_start_to_report(store: Store, desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(campaigns={"demo": {}, "other": {}})
    await add(store, *slack_people(8), Someone("nobody"))
    assert (await desk.carry_out(ADMIN, "status")).text == (
        "demo was never started.\n\nother was never started."
    )
    assert (await desk.carry_out(ADMIN, "report demo")).text == "demo was never started."
    await desk.carry_out(ADMIN, "start demo")
    await desk.carry_out(ADMIN, "start demo confirm")
    found = await rows(store)
    sent = {"released_at": NOW, "asked_at": NOW, "delivered_at": NOW}
    closed = {"state": "closed", "closed_at": NOW}
    for key, score in (("c1", 9), ("c2", 10), ("c3", 8), ("c4", 2)):
        await change(store, found[key].id, state="reason", score=score, **sent)
    await change(store, found["c5"].id, ending="opted_out", **closed, **sent)
    await change(store, found["c6"].id, state="asked", **sent)
    assert (await desk.carry_out(ADMIN, "status demo")).text == (
        "demo, wave 1\n"
        "Running since Mon 2 March 11:00, started by an admin\n"
        "In the audience: 9\n"
        "Waiting for their turn: 2\n"
        "Asked, conversation open: 5\n"
        "Gave a score so far: 4\n"
        "Closed without a score: 1\n"
        "Not asked: 1 (telegram: not linked 1)"
    )
    assert (await desk.carry_out(ADMIN, "stop demo confirm")).text == (
        "Stopped demo (wave 1). No longer asked: 2. Conversations that are open and may finish: 5."
    )
    again = await desk.carry_out(ADMIN, "stop demo confirm")
    assert (again.outcome, again.text) == (
        "refused",
        "Nothing of demo is running, so there is nothing to stop.",
    )
    assert (
        "Not asked: 3 (stopped before their turn 2; telegram: not linked 1)"
        in (await desk.carry_out(ADMIN, "status demo")).text
    )
    assert (await desk.carry_out(ADMIN, "report demo")).text == (
        "demo, wave 1: NPS +25\n"
        "4 answers: the true score probably lies between -44 and +73 (95% interval)\n"
        "Promoters 2, passives 1, detractors 1\n"
        "Fewer than 30 answers: an indication.\n"
        "Responses: 4 of 6 invited (67%)\n"
        "With a reason: 0 of 6 invited (0%)\n"
        "Delivered: 6 of 6 invited (100%)\n"
        "Opted out: 1 of 6 delivered (17%)\n"
        "If all 2 invited who gave no score were detractors: -17; if all were promoters: +50\n"
        "Asked: 6 of the 9 who qualified. Not asked: 3 (stopped before their turn 2; telegram: not linked 1). "
        "“/nps audit demo wave 1” tells it by account manager.\n"
        "Acme, asked from 2 March 2026; as of 2 March 2026, 11:00\n"
        "The wave was stopped Mon 2 March 11:00."
    )
    assert (await desk.carry_out(ADMIN, "report demo wave 2")).text == "demo has no wave 2."


# ------------------------------------------------------------------------------------------------ language


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        (
            "strat demo",
            "Sorry, “strat” ken ik niet. Bedoelde u “/nps start”? “/nps hulp” laat zien wat er is.",
        ),
        ("heropen 2", "Van welke zaak? Schrijf “/nps zaak 2 heropen”; “/nps zaken” somt ze op."),
        ("klaar", "Van welke zaak? Schrijf “/nps zaak 12 klaar”; “/nps zaken” somt ze op."),
        ("start dem", "Er is geen campagne “dem”. Bedoelde u “/nps start demo”?"),
        ("start zzzzzz", "Er is geen campagne “zzzzzz”. Er zijn: demo."),
        ("stop", "Welke campagne? Schrijf “/nps stop demo”. Er zijn: demo."),
        (
            "stop demo nu",
            "Er is niets gedaan, want “nu” na “stop …” begrijp ik niet. “/nps hulp” laat zien wat er is.",
        ),
        (
            "rapport demo ronde twee",
            "“twee” is geen nummer van een ronde; schrijf bijvoorbeeld “/nps rapport demo ronde 1”.",
        ),
        ("rapport demo ronde", "Welke ronde? Schrijf bijvoorbeeld “/nps rapport demo ronde 1”."),
    ],
)
async def test_answers_are_in_the_companys_language(
    desk_of: Callable[..., Desk], line: str, answer: str
) -> None:
    found = await desk_of(language="nl-je").carry_out(ADMIN, line)
    assert (found.text, found.outcome) == (answer, "misread")


async def test_without_campaigns_help_says_how_to_get_one(desk_of: Callable[..., Desk]) -> None:
    desk = desk_of(campaigns={})
    for line in ("help", "status", "start demo", "stop"):
        assert "add one to config.yaml" in (await desk.carry_out(ADMIN, line)).text


async def test_a_terminal_is_told_what_can_be_typed_there(store: Store, desk: Desk) -> None:
    await add(store, *slack_people(1))
    plan = await desk.carry_out(OPERATOR, "start demo")
    assert plan.text.endswith("To start it, write “npsbot campaign start demo confirm” within 24 hours.")


def test_every_reason_and_channel_has_its_words_in_every_language() -> None:
    from bot.campaigns.plan import Skip

    for words in load_words("admin").values():
        assert all(words.texts[f"skip_{code.name.lower()}"] for code in Skip)
        assert all(words.texts[f"channel_{name}"] for name in LIMITS)


async def test_a_wave_that_ends_long_after_is_told_by_its_date(
    store: Store, desk: Desk, clock: Clock
) -> None:
    await add(store, *slack_people(1))
    await desk.carry_out(ADMIN, "start demo")
    await desk.carry_out(ADMIN, "start demo confirm")
    one = (await rows(store))["c1"]
    await change(store, one.id, state="closed", closed_at=NOW + timedelta(days=7), ending="window")
    clock.advance(days=10)
    assert "Over; started Mon 2 March 11:00 by an admin" in (await desk.carry_out(ADMIN, "status")).text
