"""What providers do around a rough crowd, each once: refusals, removed webhooks, moved groups, strangers. What each is
and where it was seen stands in docs/field.md."""

from collections.abc import Iterator, Sequence
from typing import Final

from bot.demo.crowd import ROUGH_MANAGERS, Customer
from bot.demo.playing import Players
from sandbox import Fault, People, World

_NORTH, EAST, SOUTH, WEST = ROUGH_MANAGERS
MOVED_TO: Final = -1_000_000_009_002
PARTNER: Final = "T0PARTNER"
STRANGERS: Final = ("U0PARTNER1", "U0PARTNER2")

AT_ONCE: Final = (
    Fault("slack", "rate_limited", "chat.postMessage", times=2, skip=15, retry_after=2),
    Fault("telegram", "rate_limited", "sendMessage", times=2, skip=15, retry_after=2),
    Fault("sms", "error", "Messages.list", error="20003", status=401, times=2),  # A12, P6
    # E5: a gateway that finds nobody behind it, in the middle of the questions: they are asked again (decision 53).
    Fault("telegram", "server_error", "sendMessage", status=502, times=4, skip=20),
    Fault("slack", "server_error", "chat.postMessage", status=503, times=4, skip=20),
)
ONCE_ALL_ARE_ASKED: Final = (
    # E5: one that waits in vain. Replies are tried again for hours, and alerts without end; a question is not, since
    # nobody knows whether it is there.
    Fault("telegram", "server_error", "sendMessage", status=504, times=8),
    Fault("slack", "server_error", "chat.postMessage", status=504, times=4),
)


def cast_around(world: World) -> None:
    """The places and people of a rough play that are no customers: managers whom nothing reaches, and strangers."""
    world.add_slack_user(EAST.address, EAST.name, phone=EAST.phone, role="manager", deleted=True)
    world.add_slack_user("U0SOUTH", SOUTH.name, role="manager")
    world.add_slack_channel(SOUTH.address, "south", ("U0SOUTH",), archived=True)
    world.add_slack_channel_phone(SOUTH.address, "U0SOUTH", phone=SOUTH.phone)
    world.add_telegram_user(int(WEST.address), WEST.name, phone="west-before", role="manager", started=True)
    world.migrate_telegram_group(int(WEST.address), MOVED_TO, phone=WEST.phone)  # A3
    for user in STRANGERS:  # Slack Connect: people of another company, who may write to the app
        world.add_slack_user(user, "Somebody at a partner", team=PARTNER)
    world.add_telegram_user(7001, "Somebody else", phone="stranger-telegram", started=True)
    world.add_number("+31600000009", "Somebody else", phone="stranger-sms")


async def go_wrong(world: World, people: People, players: Players) -> None:
    """During the wave: every fault, strangers who write, and another program that has the bot's token."""
    for fault in AT_ONCE:
        world.fault(fault)
    for phone in (*STRANGERS, "stranger-telegram", "stranger-sms"):
        await people.type(phone, "3")
    await people.remove_webhook()  # A12
    for one in players.crowd:
        if one.channel != "sms" and one.meant.reached:
            await players.ear.more_than(one.phone, 0)
    for fault in ONCE_ALL_ARE_ASKED:
        world.fault(fault)


def admin_is_told(customers: Sequence[Customer], texts: Sequence[str]) -> Iterator[tuple[str, bool]]:
    """What the admins must have been told of all this, and whether they were. Of a manager whom nothing reaches the
    fallback reads in each alert."""
    yield "the webhook that somebody removed", any("removed the webhook" in text for text in texts)
    if any(one.alerted is WEST and one.meant.alerts for one in customers):
        yield "the group that moved", any(str(MOVED_TO) in text for text in texts)
