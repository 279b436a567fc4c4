"""The players: who gets no answer, or may not do something, says so instead of waiting for ever."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.demo import playing
from bot.demo.crowd import MANAGERS, Customer, crowd
from bot.demo.kinds import MindStep
from bot.demo.playing import Players
from bot.demo.script import cast
from sandbox import AdjustableClock, Message, People, Span, World
from tests.support.patience import PATIENCE

CUSTOMER = replace(crowd(1, 1)[0], steps=(MindStep("type", "8"), MindStep("type", "good people")))


def set_up(*customers: Customer) -> tuple[World, Players]:
    """People whose providers are all switched off."""
    world = World(clock=AdjustableClock(speed=1000))
    cast(world, customers, MANAGERS)
    return world, Players(world, People(world.phones, None, None, None), customers, seed=1)


def ask(world: World) -> None:
    place = world.phones[CUSTOMER.phone].place
    question = Message("1", "bot", datetime(2026, 11, 22, tzinfo=UTC), (Span("text", "How likely …?"),))
    world.phones.put("slack", place, question)


async def test_who_is_not_asked_waits_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "PATIENCE", 0.0)
    monkeypatch.setattr(playing, "LOOK", 0.01)
    _, players = set_up(CUSTOMER)
    await players.play("wave")
    assert players.stuck == {CUSTOMER.id: "waited in vain before saying '8'"}
    assert players.asked() == 0
    assert players.finished == set()


async def test_who_may_not_do_it_says_why_and_stops() -> None:
    world, players = set_up(CUSTOMER)
    ask(world)
    await players.play("wave")
    assert players.stuck[CUSTOMER.id].startswith("could not type '8': This channel is off")
    assert players.asked() == 1


async def test_a_player_wakes_when_the_question_comes() -> None:
    world, players = set_up(CUSTOMER)
    hearing = asyncio.create_task(players.ear.run())
    play = asyncio.create_task(players.play("wave"))
    await asyncio.sleep(0)
    ask(world)
    await asyncio.wait_for(play, PATIENCE)
    hearing.cancel()
    assert "could not type" in players.stuck[CUSTOMER.id]


async def test_steps_of_another_time_wait() -> None:
    later = replace(CUSTOMER, steps=(replace(MindStep("type", "8"), when="hours later"),))
    _, players = set_up(later)
    await players.play("wave")
    assert players.stuck == {}
    assert players.finished == set()
