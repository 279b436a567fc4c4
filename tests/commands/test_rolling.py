"""What an admin hears of a campaign that asks by itself, and what start and stop do to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.campaigns.runs import numbered
from bot.campaigns.touchpoints import settle_due
from bot.commands.desk import Desk
from bot.people.event_intake import take_events
from bot.people.events import event_of
from bot.store.store import Store
from bot.words import words_for
from tests.support.campaign_world import ADMIN, LIMITS, NOW, Clock, add, rows, settings_of, slack_people

CAMPAIGNS = {"after": {"on": {"event": "project.finished", "wait": "3 days"}}}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk_of(store: Store, clock: Clock) -> Callable[..., Desk]:
    def make(language: str = "en", **on: Any) -> Desk:
        campaigns = {"after": {"on": on}} if on else CAMPAIGNS
        settings = settings_of(campaigns, language=language)
        return Desk(store, settings, LIMITS, words_for("admin", language), clock)

    return make


async def asked(store: Store, desk: Desk, clock: Clock, who: str = "c1") -> None:
    """Somebody is asked after an event, three days later."""
    await take_events(store, desk.settings, [event_of(who, "project.finished", clock(), {})], clock)
    clock.advance(days=3)
    await numbered(store, settle_due, desk.settings, clock())


async def test_there_is_nothing_to_start(desk_of: Callable[..., Desk], store: Store) -> None:
    for line in ("start after", "start after confirm"):
        answer = await desk_of().carry_out(ADMIN, line)
        assert answer.outcome == "refused"
        assert answer.text == (
            "after asks by itself, 3 days after project.finished; there is nothing to start. "
            "“/nps stop after” stops it."
        )
    assert await rows(store) == {}


@pytest.mark.parametrize(
    ("on", "said"),
    [
        ({"event": "invoice.paid"}, "after asks by itself, after invoice.paid;"),
        ({"attribute": "last_contact", "wait": 1}, "after asks by itself, a day after last_contact;"),
        ({"attribute": "renewal", "before": 60}, "after asks by itself, 60 days before renewal;"),
    ],
)
async def test_when_it_asks_is_said(desk_of: Callable[..., Desk], on: dict[str, Any], said: str) -> None:
    assert (await desk_of(**on).carry_out(ADMIN, "start after")).text.startswith(said)


async def test_status_shows_it(desk_of: Callable[..., Desk], store: Store, clock: Clock) -> None:
    desk = desk_of()
    await add(store, *slack_people(1))
    assert (await desk.carry_out(ADMIN, "status")).text == (
        "after asks by itself, 3 days after project.finished; nobody was asked yet."
    )
    await asked(store, desk, clock)
    text = (await desk.carry_out(ADMIN, "status after")).text
    assert text.startswith("after, wave 1\nAsks by itself 3 days after project.finished: this wave began ")
    assert "takes in customers until Wed 1 April 00:00" in text
    assert "\nIn the audience: 1\n" in text


async def test_a_stop_holds_until_it_is_started_again(
    desk_of: Callable[..., Desk], store: Store, clock: Clock
) -> None:
    desk = desk_of()
    await add(store, *slack_people(3))
    await asked(store, desk, clock)
    assert (await desk.carry_out(ADMIN, "stop after")).text.startswith(
        "Stop after? (wave 1)\nWould no longer be asked: 1\nConversations that are open and may finish: 0\n"
        "Nobody would be asked after that, until “/nps start after confirm”.\n"
        "Nothing has changed yet. Press Stop, or write “/nps stop after confirm”.\n"
    )
    stopped = await desk.carry_out(ADMIN, "stop after confirm")
    assert stopped.text == (
        "Stopped after (wave 1). No longer asked: 1. Conversations that are open and may finish: 0. "
        "It asks nobody more, until “/nps start after confirm”."
    )
    assert (await desk.carry_out(ADMIN, "stop after confirm")).outcome == "refused"
    await asked(store, desk, clock, "c2")
    assert len(await rows(store)) == 1
    shown = await desk.carry_out(ADMIN, "start after")
    assert shown.text.startswith("after was stopped ")
    assert shown.text.endswith(
        "“/nps start after confirm” has it ask again, 3 days after project.finished, from then on."
    )
    assert (await desk.carry_out(ADMIN, "start after confirm")).text == (
        "after asks again from now on, 3 days after project.finished. Nobody is asked about what was due while it was "
        "stopped."
    )
    await asked(store, desk, clock, "c3")
    found = await rows(store)
    assert {key: row.state for key, row in found.items()} == {"c1": "closed", "c3": "waiting"}


async def test_a_stop_before_anybody_was_asked(
    desk_of: Callable[..., Desk], store: Store, clock: Clock
) -> None:
    desk = desk_of("nl")
    await add(store, *slack_people(1))
    assert (await desk.carry_out(ADMIN, "stop after")).text.endswith(
        "Er wordt niemand meer gevraagd, tot “/nps start after bevestig”."
    )
    clock.advance(days=100)
    await asked(store, desk, clock)
    assert await rows(store) == {}
    assert clock() - NOW > timedelta(days=100)
