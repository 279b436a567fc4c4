"""What providers do wrong, met by the whole bot with the real SDKs."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from bot.store.schema import Row, answer, case, conversation, inbox, outbox, sending
from sandbox import Fault
from sandbox.phones import Provider
from tests.wire.on_the_wire import ADMINS, PHONES, QUESTION, Wire, on_the_wire

POSTS: dict[Provider, str] = {
    "slack": "chat.postMessage",
    "telegram": "sendMessage",
    "sms": "Messages.create",
}
WORDS = {"slack": "deliver:event", "telegram": "deliver:message", "sms": "deliver:inbound"}
THANKS = {
    "slack": "your 3 and your reason",
    "telegram": "uw 3 en uw toelichting",
    "sms": "je 3 en je toelichting",
}
A_WHILE = 0.3  # real seconds in which what must not come would have come
every_channel = pytest.mark.parametrize("channel", list(POSTS))


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with on_the_wire(tmp_path) as opened:
        yield opened


def first_says(channel: Provider) -> str:
    """An admin's channel that is not the one that fails."""
    return "telegram" if channel == "slack" else "slack"


@every_channel
async def test_a_wrong_token_pauses_a_channel_and_burns_nothing(wire: Wire, channel: Provider) -> None:
    wire.world.faults.add(Fault(channel, "wrong_token", times=None))
    await wire.begin(admin=first_says(channel))
    told = [phone for name, phone in ADMINS.items() if name != channel]
    for phone in told:
        await wire.hears(phone, f"sending on {channel} is paused")
    for other in POSTS:
        if other != channel:
            await wire.hears(PHONES[other], QUESTION[other])
    for _ in range(3):
        wire.clock.jump(61)  # it tries once a minute
        await asyncio.sleep(A_WHILE)
    assert wire.texts(PHONES[channel]) == []
    for phone in told:
        assert len(wire.texts(phone, "is paused")) == 1, "told once"
    wire.world.faults.clear()
    wire.clock.jump(61)
    await wire.hears(PHONES[channel], QUESTION[channel])
    assert len(wire.texts(PHONES[channel])) == 1
    await wire.until(outbox, kind="question", channel=channel, state="sent")
    assert (await wire.until(sending, channel=channel, paused_reason=None)).told_at is None


@every_channel
async def test_a_pause_that_a_provider_asks_for_is_kept(wire: Wire, channel: Provider) -> None:
    wire.world.faults.add(
        Fault(channel, "rate_limited", POSTS[channel], retry_after=30, to=place(wire, channel))
    )
    await wire.begin(admin=first_says(channel))

    async def put_off() -> list[Row]:
        rows = await wire.rows(outbox, kind="question", channel=channel, state="queued")
        return [row for row in rows if row.error is not None]

    row = await wire.comes(put_off)
    asked_for = 5 if channel == "sms" else 30  # the SDK does not tell what Twilio asked for
    assert row.due_at > wire.clock.now() + timedelta(seconds=asked_for - 3)
    wire.clock.jump(asked_for - 4)
    await asyncio.sleep(A_WHILE)
    assert wire.texts(PHONES[channel]) == []
    wire.clock.jump(5)
    await wire.hears(PHONES[channel], QUESTION[channel])
    assert len(wire.texts(PHONES[channel])) == 1


def place(wire: Wire, channel: Provider) -> str:
    """By what name a provider's calls know the customer."""
    return wire.world.phones[PHONES[channel]].who


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """The adapters give up after a second instead of eight."""
    monkeypatch.setattr("channels.slack.client.TIMEOUT", aiohttp.ClientTimeout(total=1.0))
    monkeypatch.setattr("channels.telegram.client.TIMEOUT", 1.0)
    monkeypatch.setattr("channels.sms.client.TIMEOUT", 1.0)


@pytest.mark.usefixtures("hasty")
@every_channel
async def test_a_time_out_after_the_question_was_taken(tmp_path: Path, channel: Provider) -> None:
    """It is there once; and the answer counts."""
    async with on_the_wire(tmp_path) as wire:
        wire.world.faults.add(Fault(channel, "timeout_after", POSTS[channel], to=place(wire, channel)))
        await wire.begin(admin=first_says(channel))
        await wire.hears(PHONES[channel], QUESTION[channel])
        state = "sent" if channel == "sms" else "unknown"
        await wire.until(outbox, kind="question", channel=channel, state=state)
        wire.clock.jump(600)
        await asyncio.sleep(A_WHILE)
        assert len(wire.texts(PHONES[channel])) == 1
        await wire.people.type(PHONES[channel], "9")
        await wire.hears(PHONES[channel], "9?")
        assert [row.score for row in await wire.rows(conversation, channel=channel)] == [9]


@pytest.mark.usefixtures("hasty")
@every_channel
async def test_a_time_out_after_a_reply_was_taken(tmp_path: Path, channel: Provider) -> None:
    """By SMS it is looked for; in a chat nobody can be asked, and it is better said twice than not at all."""
    async with on_the_wire(tmp_path) as wire:
        await wire.begin()
        await wire.hears(PHONES[channel], QUESTION[channel])
        wire.world.faults.add(Fault(channel, "timeout_after", POSTS[channel], to=place(wire, channel)))
        await wire.people.type(PHONES[channel], "9")
        await wire.until(outbox, kind="reply", channel=channel, state="sent")
        wire.clock.jump(60)
        await asyncio.sleep(A_WHILE)
        assert len(wire.texts(PHONES[channel], "9?")) == (1 if channel == "sms" else 2)


async def test_the_sweep_finds_what_a_lost_webhook_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("channels.sms.listening.SWEEP_EVERY", 0.1)
    async with on_the_wire(tmp_path) as wire:
        await wire.begin()
        await wire.hears(PHONES["sms"], QUESTION["sms"])
        for text, reply in (("een 3", "je 3?"), ("steeds te laat", "je 3 en je toelichting")):
            wire.world.faults.add(Fault("sms", "lose", "deliver:inbound"))
            assert not (await wire.people.type(PHONES["sms"], text)).delivered
            await wire.hears(PHONES["sms"], reply)
        await asyncio.sleep(A_WHILE)  # it looks again, and finds the same
        assert len(wire.texts(PHONES["sms"])) == 3
        assert len(await wire.rows(inbox, channel="sms", kind="InboundMessage")) == 2
        (alert,) = await wire.rows(case)
        await wire.until(case, shown=alert.wanted)


async def test_everything_comes_three_times(wire: Wire) -> None:
    for provider in POSTS:
        wire.world.faults.add(Fault(provider, "duplicate", times=None, copies=2))
    await wire.begin()
    for channel, phone in PHONES.items():
        await wire.hears(phone, QUESTION[channel])
        await wire.people.type(phone, "3")
        await wire.hears(phone, "3?")
        await wire.people.type(phone, "late again")
        await wire.until(conversation, channel=channel, state="thanked", score=3, reason="late again")
        await wire.hears(phone, THANKS[channel])
        assert len(wire.texts(phone)) == 3
    assert len(await wire.rows(case)) == 3
    assert len(await wire.rows(answer)) == 6


@every_channel
async def test_what_comes_in_another_order_is_all_kept(wire: Wire, channel: Provider) -> None:
    await wire.begin()
    phone = PHONES[channel]
    await wire.hears(phone, QUESTION[channel])
    wire.world.faults.add(Fault(channel, "reorder", WORDS[channel], seconds=2.0, to=place(wire, channel)))
    await wire.people.type(phone, "3")
    await wire.people.type(phone, "steeds te laat")
    wire.clock.jump(5)
    talk = await wire.until(conversation, channel=channel, score=3)
    said = [row.text for row in await wire.rows(answer, conversation_id=talk.id) if row.text]
    assert "steeds te laat" in said
    (alert,) = await wire.rows(case)
    await wire.until(case, id=alert.id, shown=alert.wanted)
    assert "steeds te laat" in (await wire.hears("manager-slack", "gave a 3")).text
