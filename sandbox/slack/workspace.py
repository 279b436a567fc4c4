"""Slack's state: one workspace, its members and channels, and what one installed app may do in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.ids import Ids
from sandbox.phones import Message, Phones
from sandbox.slack.blocks import block_errors
from sandbox.slack.text import message_buttons, message_image, message_pings, message_spans

RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5
"""A response_url works five times in 30 minutes [docs.slack.dev/interactivity/handling-user-interaction]."""


@dataclass(frozen=True, slots=True)
class SlackUser:
    """A member of the workspace; `deleted` is Slack's word for deactivated."""

    id: str
    name: str
    email: str = ""
    deleted: bool = False
    is_bot: bool = False
    timezone: str = "Europe/Amsterdam"
    team: str = ""
    """The workspace of a stranger, who is here by Slack Connect [docs.slack.dev/apis/slack-connect]."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation: a channel, or a direct message with `user`. `joined`: the app is a member."""

    id: str
    name: str
    members: tuple[str, ...] = ()
    user: str | None = None
    archived: bool = False
    joined: bool = True


@dataclass(frozen=True, slots=True)
class ResponseUrl:
    """What a response_url may still do, and to which message."""

    channel: str
    user: str
    message: str | None
    expires: datetime
    uses: int = RESPONSE_USES


class Workspace:
    """Members, conversations, response URLs of one team, and its messages."""

    def __init__(self, clock: Clock, ids: Ids, phones: Phones, name: str) -> None:
        self.clock, self.ids, self.phones = clock, ids, phones
        self.name = name
        self.domain = name.lower().replace(" ", "-")
        self.team_id, self.app_id = ids.code("T"), ids.code("A")
        self.bot_id, self.bot_user = ids.code("B"), ids.code("U")
        self.users: dict[str, SlackUser] = {}
        self.channels: dict[str, Channel] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self._last_ts = 0

    # -- people and places

    def add_user(self, user: SlackUser) -> None:
        if user.id in self.users:
            raise ValueError(f"There is a Slack user {user.id!r} already; give this one another id.")
        self.users[user.id] = user

    def deactivate(self, user: str, deleted: bool = True) -> None:
        self.users[user] = replace(self.users[user], deleted=deleted)

    def add_channel(
        self,
        id: str,  # noqa: A002
        name: str,
        members: tuple[str, ...] = (),
        *,
        archived: bool = False,
        joined: bool = True,
    ) -> None:
        self.channels[id] = Channel(id, name, members, archived=archived, joined=joined)

    def direct_message(self, user: str) -> str:
        """The id of the conversation between the app and `user`, opened where it was not."""
        found = "D" + user[1:]
        self.channels.setdefault(found, Channel(found, "directmessage", (user,), user))
        return found

    def kind_of(self, channel: str) -> str:
        """The `channel_type` of events: a direct message, a private or a public channel."""
        if self.channels[channel].user is not None:
            return "im"
        return "group" if channel.startswith("G") else "channel"

    def is_shared(self, channel: str) -> bool:
        """Whether Slack Connect shares it with another company."""
        members = (self.users.get(user) for user in self.channels[channel].members)
        return any(one is not None and one.team for one in members)

    def team_of(self, user: str) -> str:
        return self.users[user].team or self.team_id

    def name_of(self, id: str) -> str | None:  # noqa: A002
        """The name of a member or channel."""
        if id == self.bot_user:
            return "npsbot"
        found = self.users.get(id) or self.channels.get(id)
        return found.name if found else None

    # -- messages

    def timestamp(self) -> str:
        """A new `ts`: seconds and microseconds, never the same twice."""
        now = int(self.clock.now().timestamp() * 1_000_000)
        self._last_ts = max(now, self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def with_block_ids(self, blocks: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
        """Blocks as Slack keeps them: every block and element has its id."""
        if blocks is None:
            return None
        kept = []
        for block in blocks:
            block = {**block, "block_id": block.get("block_id") or self.ids.code("", 5)}
            if block["type"] == "actions":
                block["elements"] = [
                    element if element.get("action_id") else {**element, "action_id": self.ids.code("", 5)}
                    for element in block["elements"]
                ]
            elif block.get("accessory") and not block["accessory"].get("action_id"):
                block["accessory"] = {**block["accessory"], "action_id": self.ids.code("", 5)}
            kept.append(block)
        return kept

    def bot_message(
        self, channel: str, text: str, blocks: list[dict[str, Any]] | None, **more: Any
    ) -> dict[str, Any]:
        """Slack's own record of a message of the app."""
        record = {
            "type": "message",
            "user": self.bot_user,
            "bot_id": self.bot_id,
            "app_id": self.app_id,
            "team": self.team_id,
            "ts": self.timestamp(),
            "text": text,
        }
        return record | ({"blocks": self.with_block_ids(blocks)} if blocks else {}) | more

    def show_bot_message(
        self,
        channel: str,
        record: dict[str, Any],
        *,
        edited: bool = False,
        only_for: str | None = None,
        full: bool = False,
    ) -> Message:
        """Puts a message of the app on the phones, new or in the place of the one with its `ts`."""
        blocks = record.get("blocks")
        before = self.phones.find("slack", channel, record["ts"])
        return self.phones.put(
            "slack",
            channel,
            Message(
                id=record["ts"],
                author="bot",
                at=before.at if before else self.clock.now(),
                rich=message_spans(record["text"], blocks, self.name_of, record.get("mrkdwn", True)),
                buttons=message_buttons(blocks),
                edited=edited,
                only_for=only_for,
                image=message_image(blocks)[0],
                image_alt=message_image(blocks)[1],
                pings=message_pings(record["text"], blocks, full=full),
                raw=record,
            ),
        )

    # -- triggers and response URLs

    def trigger(self) -> str:
        """A new trigger_id, by which an app tells one press or command from another. It opens nothing here: a
        survey needs no modal."""
        return f"{self.ids.number('trigger')}.{self.ids.number('team')}.{self.ids.uuid().replace('-', '')}"

    def response_url(self, channel: str, user: str, message: str | None) -> str:
        """A new response_url's last part."""
        key = f"{self.team_id}/{self.ids.number('response')}/{self.ids.code('', 24)}"
        self.response_urls[key] = ResponseUrl(channel, user, message, self.clock.now() + RESPONSE_LIFE)
        return key

    def spend_response_url(self, key: str) -> None:
        """Counts one use."""
        known = self.response_urls[key]
        self.response_urls[key] = replace(known, uses=known.uses - 1)

    def revised(
        self, before: Mapping[str, Any], text: str, blocks: list[dict[str, Any]] | None, **more: Any
    ) -> dict[str, Any] | list[str]:
        """A message of the app with new text and blocks, or what is wrong with the blocks.

        Text without blocks removes the blocks; attachments and metadata that are left out are kept.
        """
        errors = block_errors(blocks) if blocks else []
        if errors:
            return errors
        record = {**before, **more, "text": text, "edited": {"user": self.bot_user, "ts": self.timestamp()}}
        record.pop("blocks", None)
        return record | ({"blocks": self.with_block_ids(blocks)} if blocks else {})
