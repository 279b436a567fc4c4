"""Web API methods on messages, conversations and users.

Errors: docs.slack.dev/reference/methods, each method's own page.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.phones import Message
from sandbox.slack.blocks import block_errors
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.methods import Arguments, SlackError, invalid_arguments
from sandbox.slack.workspace import SlackUser, Workspace

LONGEST_TEXT = 40_000
"""chat.postMessage cuts text above it [docs.slack.dev/reference/methods/chat.postMessage]."""
LONGEST_UPDATE = 4_000
"""chat.update refuses text of more bytes [reports of msg_too_long; unverified]."""
MOST_ATTACHMENTS = 100


class MessageMethods:
    """chat.*, conversations.* and users.*."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries) -> None:
        self._workspace, self._deliveries = workspace, deliveries

    def methods(self) -> dict[str, Callable[[Arguments], Awaitable[dict[str, Any]]]]:
        return {
            "chat.postMessage": self.post,
            "chat.postEphemeral": self.post_ephemeral,
            "chat.update": self.update,
            "chat.delete": self.delete,
            "conversations.open": self.open,
            "conversations.history": self.history,
            "conversations.info": self.channel_info,
            "users.info": self.user_info,
            "users.lookupByEmail": self.lookup,
        }

    # -- posting

    def _place(self, channel: str) -> str:
        """The conversation that `channel` names: its id, or a user's id for the direct message with them."""
        if channel in self._workspace.users:
            if self._workspace.users[channel].is_bot:
                raise SlackError("cannot_dm_bot")
            return self._workspace.direct_message(
                channel
            )  # also of a deactivated user: it succeeds [python-slack-sdk issue 1156]
        if channel not in self._workspace.channels:
            raise SlackError("channel_not_found")
        place = self._workspace.channels[channel]
        if place.archived:
            raise SlackError("is_archived")
        if not place.joined:
            raise SlackError("not_in_channel")
        return channel

    def _content(self, arguments: Arguments) -> tuple[str, list[dict[str, Any]] | None]:
        """The text and blocks of a message, checked."""
        text = arguments.text("text")
        blocks = arguments.structure("blocks", "invalid_blocks_format")
        attachments = arguments.structure("attachments", "invalid_attachments")
        markdown = arguments.text("markdown_text")
        if markdown and (text or blocks):
            raise SlackError("markdown_text_conflict")
        if len(markdown) > 12_000:
            raise SlackError("msg_too_long")
        if blocks is not None:
            check_blocks(blocks)
        if attachments is not None and (
            not isinstance(attachments, list) or len(attachments) > MOST_ATTACHMENTS
        ):
            raise SlackError(
                "too_many_attachments" if isinstance(attachments, list) else "invalid_attachments"
            )
        if not (text or blocks or attachments or markdown):
            raise SlackError("no_text")
        return text or markdown, blocks or None

    def _extras(self, arguments: Arguments) -> dict[str, Any]:
        metadata = arguments.structure("metadata", "invalid_metadata_format")
        if metadata is not None and not (
            isinstance(metadata, dict) and {"event_type", "event_payload"} <= metadata.keys()
        ):
            raise SlackError("invalid_metadata_format")
        extras: dict[str, Any] = {} if metadata is None else {"metadata": metadata}
        attachments = arguments.structure("attachments", "invalid_attachments")
        if attachments:
            extras["attachments"] = attachments
        if arguments.text("thread_ts"):
            extras["thread_ts"] = arguments.text("thread_ts")
        if "mrkdwn" in arguments.fields and not arguments.flag("mrkdwn"):
            extras["mrkdwn"] = False
        return extras

    async def post(self, arguments: Arguments) -> dict[str, Any]:
        place = self._place(arguments.required("channel"))
        text, blocks = self._content(arguments)
        record = self._workspace.bot_message(place, text[:LONGEST_TEXT], blocks, **self._extras(arguments))
        full = arguments.flag("link_names") or arguments.text("parse") == "full"
        self._workspace.show_bot_message(place, record, full=full)
        event = {**record, "channel": place, "event_ts": record["ts"], "channel_type": "im"}
        self._deliveries.echo(place, event)
        return {"channel": place, "ts": record["ts"], "message": record}

    async def post_ephemeral(self, arguments: Arguments) -> dict[str, Any]:
        place = self._place(arguments.required("channel"))
        user = arguments.required("user")
        if user not in self._workspace.users:
            raise SlackError("user_not_found")
        if user not in self._workspace.channels[place].members:
            raise SlackError("user_not_in_channel")
        text, blocks = self._content(arguments)
        record = self._workspace.bot_message(place, text[:LONGEST_TEXT], blocks, **self._extras(arguments))
        self._workspace.show_bot_message(place, record, only_for=user)
        return {"message_ts": record["ts"]}

    def _own(self, arguments: Arguments, error: str) -> tuple[str, Message]:
        """The app's own message by channel and ts. The channel is a conversation's id, never a user's."""
        channel, ts = arguments.required("channel"), arguments.required("ts")
        if channel not in self._workspace.channels:
            raise SlackError("channel_not_found")
        message = self._workspace.phones.find("slack", channel, ts)
        if message is None or message.only_for is not None:
            raise SlackError("message_not_found")
        if message.author != "bot":
            raise SlackError(error)
        return channel, message

    async def update(self, arguments: Arguments) -> dict[str, Any]:
        channel, message = self._own(arguments, "cant_update_message")
        text, blocks = self._content(arguments)
        if len(text.encode()) > LONGEST_UPDATE:
            raise SlackError("msg_too_long")
        record = self._workspace.revised(message.raw, text, blocks, **self._extras(arguments))
        if isinstance(record, list):
            raise SlackError("invalid_blocks", errors=record)
        self._workspace.show_bot_message(channel, record, edited=True)
        self._deliveries.echo_change(channel, record, message.raw)
        return {"channel": channel, "ts": message.id, "text": record["text"], "message": record}

    async def delete(self, arguments: Arguments) -> dict[str, Any]:
        channel, message = self._own(arguments, "cant_delete_message")
        self._workspace.phones.remove("slack", channel, message.id)
        return {"channel": channel, "ts": message.id}

    # -- conversations and people

    async def open(self, arguments: Arguments) -> dict[str, Any]:
        users = [user for user in arguments.text("users").split(",") if user]
        channel = arguments.text("channel")
        if not users and not channel:
            raise SlackError("users_list_not_supplied")
        if len(users) > 8:
            raise SlackError("too_many_users")
        if channel:
            if channel not in self._workspace.channels:
                raise SlackError("channel_not_found")
            return {"channel": {"id": channel}}
        if len(users) > 1:
            raise SlackError(
                "method_not_supported_for_channel_type"
            )  # the app writes to one person at a time
        user = self._workspace.users.get(users[0])
        if user is None:
            raise SlackError("user_not_found")
        if user.deleted:
            raise SlackError("user_disabled")
        if user.is_bot:
            raise SlackError("cannot_dm_bot")
        found = self._workspace.direct_message(user.id)
        return {"no_op": True, "already_open": True, "channel": {"id": found}}

    async def history(self, arguments: Arguments) -> dict[str, Any]:
        channel = arguments.required("channel")
        if channel not in self._workspace.channels:
            raise SlackError("channel_not_found")
        try:
            limit = int(arguments.text("limit") or 100)
        except ValueError:
            raise invalid_arguments("must be an integer: limit") from None
        oldest, latest = arguments.text("oldest") or "0", arguments.text("latest") or "9" * 12
        records = [
            {
                key: value
                for key, value in message.raw.items()
                if key != "metadata" or arguments.flag("include_all_metadata")
            }
            for message in reversed(self._workspace.phones.at("slack", channel))
            if message.only_for is None and message.raw and float(oldest) < float(message.id) < float(latest)
        ]
        return {"messages": records[:limit], "has_more": len(records) > limit}

    async def channel_info(self, arguments: Arguments) -> dict[str, Any]:
        """[docs.slack.dev/reference/methods/conversations.info]"""
        channel = self._workspace.channels.get(arguments.required("channel"))
        if channel is None:
            raise SlackError("channel_not_found")
        direct = channel.user is not None
        known = {"id": channel.id, "is_im": direct, "is_channel": not direct, "is_archived": channel.archived}
        if direct:
            return {"channel": known | {"user": channel.user}}
        return {"channel": known | {"name": channel.name, "is_member": channel.joined}}

    async def user_info(self, arguments: Arguments) -> dict[str, Any]:
        user = self._workspace.users.get(arguments.required("user"))
        if user is None:
            raise SlackError("user_not_found")
        return {"user": self._user(user)}

    async def lookup(self, arguments: Arguments) -> dict[str, Any]:
        email = arguments.required("email").lower()
        for user in self._workspace.users.values():
            if user.email.lower() == email and not user.deleted:  # deactivated people are not found
                return {"user": self._user(user)}
        raise SlackError("users_not_found")

    def _user(self, user: SlackUser) -> dict[str, Any]:
        offset = self._workspace.clock.now().astimezone(ZoneInfo(user.timezone)).utcoffset()
        return {
            "id": user.id,
            "team_id": self._workspace.team_of(user.id),
            **({"is_stranger": True} if user.team else {}),
            "name": user.name.lower().replace(" ", "."),
            "real_name": user.name,
            "deleted": user.deleted,
            "is_bot": user.is_bot,
            "is_app_user": False,
            "tz": user.timezone,
            "tz_offset": int(offset.total_seconds()) if offset else 0,
            "profile": {"real_name": user.name, "display_name": user.name, "email": user.email},
        }


def check_blocks(blocks: Any) -> None:
    """SlackError invalid_blocks, in Slack's own words, where Block Kit's rules are broken."""
    errors = block_errors(blocks)
    if errors:
        metadata = {"messages": [f"[ERROR] {error}" for error in errors]}
        raise SlackError("invalid_blocks", errors=errors, response_metadata=metadata)
