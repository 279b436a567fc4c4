"""A colleague and a customer write to each other under an alert, over HTTP with the real SDKs: Slack with each
channel."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.schema import outbox, thread_message
from sandbox import Message
from tests.wire.on_the_wire import PHONES, Wire, on_the_wire

MANAGER = "manager-slack"
NAMES: dict[str, str] = {"slack": "Buyer", "telegram": "Planner", "sms": "Owner"}
FRAME: dict[str, str] = {
    "slack": "Sales of Acme",
    "telegram": "Sales van Acme",
    "sms": "Sales van Acme",
}


@pytest.fixture
async def wire(tmp_path: Path) -> AsyncIterator[Wire]:
    async with on_the_wire(tmp_path) as opened:
        yield opened


async def the_alert(wire: Wire, name: str) -> Message:
    """The alert about somebody, once it is written down that it went."""
    alert = await wire.hears(MANAGER, name)
    ref = f"{wire.world.phones[MANAGER].place}:{alert.id}"
    await wire.until(outbox, kind="alert", state="sent", message_ref=ref)
    return alert


async def test_each_hears_the_other_on_every_channel(wire: Wire) -> None:
    await wire.begin()
    for channel, phone in PHONES.items():
        await wire.hears(phone, "0 = " if channel == "slack" else "0")
        await wire.people.type(phone, "2, it never works")
        alert = await the_alert(wire, NAMES[channel])
        before = len(wire.world.messages(phone))
        await wire.people.type(MANAGER, f"I call you about this, {channel}.", reply_to=alert.id)
        heard = await wire.hears(phone, f"I call you about this, {channel}.")
        assert heard.text.startswith(FRAME[channel])
        assert len(wire.world.messages(phone)) > before
        done = "Delivered to" if channel == "sms" else "Sent to"
        line = await wire.hears(MANAGER, f"{done} {NAMES[channel]}")
        assert line.raw["thread_ts"] == alert.id
        await wire.people.type(phone, f"10 is fine by {channel}")
        answer = await wire.hears(MANAGER, f"10 is fine by {channel}")
        assert answer.raw["thread_ts"] == alert.id
    rows = await wire.rows(thread_message)
    assert [row.kind for row in rows] == ["relay", "answer"] * 3


async def test_what_was_written_is_changed_where_a_channel_can(wire: Wire) -> None:
    await wire.begin()
    phone = PHONES["telegram"]
    await wire.hears(phone, "0")
    await wire.people.type(phone, "2, it never works")
    alert = await the_alert(wire, "Planner")
    await wire.people.type(MANAGER, "At ten.", reply_to=alert.id)
    heard = await wire.hears(phone, "At ten.")
    mine = next(one for one in wire.world.messages(MANAGER) if one.text == "At ten.")
    await wire.people.edit(MANAGER, mine.id, "At eleven.")
    assert (await wire.hears(phone, "At eleven.")).id == heard.id
    await wire.hears(MANAGER, "Changed for Planner")
    await wire.people.type(phone, "Good", reply_to=heard.id)
    said = await wire.hears(MANAGER, "Good")
    written = next(one for one in wire.world.messages(phone) if one.text == "Good")
    await wire.people.edit(phone, written.id, "Very good")
    assert (await wire.hears(MANAGER, "Very good")).id == said.id
