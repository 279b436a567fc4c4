"""What a person in Slack does: writes, edits, presses, gives slash commands."""

import functools
import json
import re
from typing import Any

from sandbox.acts import Act, Sent, refused
from sandbox.courier import Outcome
from sandbox.phones import Message, Phone, Span
from sandbox.slack.blocks import block_errors
from sandbox.slack.deliveries import Deliveries, changed
from sandbox.slack.emoji import code, name_of, parts, shown
from sandbox.slack.text import escape, mrkdwn_spans, pressed_elements
from sandbox.slack.workspace import Workspace
from sandbox.targets import SlackTarget

_ADDRESS = re.compile(r"https?://[^\s<>]+")
FILES: dict[Sent, dict[str, str]] = {
    "picture": {"name": "photo.jpg", "mimetype": "image/jpeg", "filetype": "jpg"},
    "voice": {
        "name": "audio_message.m4a",
        "mimetype": "audio/mp4",
        "filetype": "m4a",
        "subtype": "slack_audio",
    },
}


def escaped(text: str) -> str:
    """Typed words as Slack's text has them: entities escaped, emoji by their names."""
    return "".join(escape(one) if isinstance(one, str) else code(one) for one in parts(text))


class SlackPeople:
    """The people's side of one workspace."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, target: SlackTarget) -> None:
        self._workspace, self.deliveries, self._target = workspace, deliveries, target
        self._phones = workspace.phones

    async def type(self, phone: Phone, text: str, reply_to: str | None = None) -> Act:
        """Writes a message, or gives the slash command that `text` begins with."""
        if self._workspace.users[phone.who].deleted:
            return refused("This Slack account is deactivated; nobody can write with it.")
        if text.startswith("/"):
            return await self._command(phone, text)
        sent = self._workspace.timestamp()
        record = {
            "type": "message",
            "user": phone.who,
            "client_msg_id": self._workspace.ids.uuid(),
            "ts": sent,
            "team": self._workspace.team_of(phone.who),
            **self._stranger(phone.who),
            **self._typed(text),
        }
        if reply_to is not None:
            record |= self._in_thread(phone, reply_to)
        message = Message(
            sent,
            phone.who,
            self._workspace.clock.now(),
            tuple(mrkdwn_spans(shown(record["text"]), self._workspace.name_of)),
            status="sent",
            raw=record,
        )
        self._phones.put("slack", phone.place, message)
        return await self._tell(phone, {**record, "event_ts": sent}, sent)

    def _in_thread(self, phone: Phone, message: str) -> dict[str, str]:
        """The fields of what stands in the thread of a message, or of the message whose thread that is in."""
        found = self._phones.find("slack", phone.place, message)
        first = str(found.raw.get("thread_ts") or message) if found else message
        began = self._phones.find("slack", phone.place, first)
        by = began.raw.get("user") if began else None
        return {"thread_ts": first} | ({"parent_user_id": str(by)} if by else {})

    def _stranger(self, user: str) -> dict[str, Any]:
        """Where a message of somebody of another workspace comes from [docs.slack.dev/apis/slack-connect]."""
        team = self._workspace.users[user].team
        return {"user_team": team, "source_team": team} if team else {}

    def _typed(self, text: str) -> dict[str, Any]:
        """What a person typed, as Slack hands it over: entities escaped, addresses in angle brackets, and as
        rich_text.
        """
        wrapped, end = "", 0
        for match in _ADDRESS.finditer(text):
            wrapped += escaped(text[end : match.start()]) + f"<{escape(match[0])}>"
            end = match.end()
        elements = [{"type": "text", "text": one} if isinstance(one, str) else one for one in parts(text)]
        block = {
            "type": "rich_text",
            "block_id": self._workspace.ids.code("", 5),
            "elements": [{"type": "rich_text_section", "elements": elements}],
        }
        return {"text": wrapped + escaped(text[end:]), "blocks": [block]}

    async def send(self, phone: Phone, what: Sent) -> Act:
        """Shares a file without a word [docs.slack.dev/reference/events/message/file_share]: a voice clip or a
        picture."""
        if what not in FILES:
            return refused("In Slack this sandbox sends a picture or a voice message.")
        sent, file = self._workspace.timestamp(), FILES[what]
        record = {
            "type": "message",
            "subtype": "file_share",
            "text": "",
            "user": phone.who,
            "upload": False,
            "display_as_bot": False,
            "files": [{"id": self._workspace.ids.code("F"), "user": phone.who, "mode": "hosted", **file}],
            "ts": sent,
            "team": self._workspace.team_id,
        }
        span = Span("text", f"[{file['name']}]")
        message = Message(sent, phone.who, self._workspace.clock.now(), (span,), status="sent", raw=record)
        self._phones.put("slack", phone.place, message)
        return await self._tell(phone, {**record, "event_ts": sent}, sent)

    async def react(self, phone: Phone, message: str, emoji: str) -> Act:
        """Puts an emoji on a message [docs.slack.dev/reference/events/reaction_added]."""
        found = self._phones.find("slack", phone.place, message)
        if found is None or found.only_for is not None:
            return refused("That message is no longer there.")
        event = {
            "type": "reaction_added",
            "user": phone.who,
            "reaction": name_of(emoji),
            "item": {"type": "message", "channel": phone.place, "ts": message},
            "item_user": self._workspace.bot_user if found.author == "bot" else found.author,
            "event_ts": self._workspace.timestamp(),
        }
        self._phones.toast("slack", phone.place, f"You put {emoji} on a message.")
        outcome = await self.deliveries.event(event, phone.who)
        return Act(True, outcome.taken)

    async def delete(self, phone: Phone, message: str) -> Act:
        """Takes a message back [docs.slack.dev/reference/events/message/message_deleted]."""
        before = self._phones.find("slack", phone.place, message)
        if before is None or before.author != phone.who or before.only_for is not None:
            return refused("Slack lets a person delete their own messages only.")
        self._phones.remove("slack", phone.place, message)
        at = self._workspace.timestamp()
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "hidden": True,
            "deleted_ts": message,
            "previous_message": dict(before.raw),
            "ts": at,
            "event_ts": at,
        }
        return await self._tell(phone, event)

    async def _tell(self, phone: Phone, event: dict[str, Any], sent: str | None = None) -> Act:
        """Tells the app of something in a direct message, and in a channel that it is in
        [docs.slack.dev/reference/events/message.channels]."""
        place = self._workspace.channels[phone.place]
        if place.user is None and not (self._target.hears_channels and place.joined):
            return Act(True)
        event = {**event, "channel": phone.place, "channel_type": self._workspace.kind_of(phone.place)}
        if sent is None:
            outcome = await self.deliveries.event(event, phone.who)
        else:
            taken = functools.partial(self._phones.change, "slack", phone.place, sent, status="delivered")
            outcome = await self.deliveries.event(event, phone.who, taken)
        return Act(True, outcome.taken)

    async def edit(self, phone: Phone, message: str, text: str) -> Act:
        before = self._phones.find("slack", phone.place, message)
        if before is None or before.author != phone.who or before.only_for is not None:
            return refused("Slack lets a person edit their own messages only.")
        edited_at = self._workspace.timestamp()
        record = {**before.raw, **self._typed(text), "edited": {"user": phone.who, "ts": edited_at}}
        spans = tuple(mrkdwn_spans(shown(record["text"]), self._workspace.name_of))
        self._phones.change("slack", phone.place, message, rich=spans, edited=True, raw=record)
        return await self._tell(phone, changed(phone.place, record, dict(before.raw), edited_at))

    async def press(self, phone: Phone, message: str, button: str) -> Act:
        """Presses a button; a select's option is pressed as `block/action/index`."""
        shown = self._phones.find("slack", phone.place, message)
        if shown is None or shown.only_for not in (None, phone.who):
            return refused("That message is no longer there.")
        action = _action(shown.raw, button)
        if action is None:
            return refused("That button is no longer there.")
        outcome = await self.deliveries.press(
            phone.who, phone.place, dict(shown.raw), shown.only_for is not None, action
        )
        if outcome.final:
            return Act(True, outcome.taken)
        return refused("Slack shows a warning sign beside the button: the app did not answer.")

    async def _command(self, phone: Phone, text: str) -> Act:
        command, _, argument = text.partition(" ")
        if command != self._target.command:
            self._note(phone, f"{command} is not a valid command.")
            return refused(f"{command} is not a valid command.")
        sent = self._workspace.timestamp()
        spans = (Span("text", text),)
        self._phones.put(
            "slack",
            phone.place,
            Message(sent, phone.who, self._workspace.clock.now(), spans, only_for=phone.who, status="sent"),
        )
        outcome = await self.deliveries.command(phone.who, phone.place, command, argument.strip())
        if outcome.final:
            if outcome.taken:
                self._phones.change("slack", phone.place, sent, status="delivered")
            error = self._answered(phone, outcome)
        else:
            error = "operation_timeout" if outcome.fate == "http_timeout" else "dispatch_failed"
        if not error:
            return Act(True, outcome.taken)
        self._phones.change("slack", phone.place, sent, status="failed")
        self._note(phone, f'{command} failed with the error "{error}"')
        return refused(f'{command} failed with the error "{error}"')

    def _answered(self, phone: Phone, outcome: Outcome) -> str:
        """Shows what the app answered to a command in its acknowledgement; gives Slack's error where it
        cannot be shown.
        """
        if not outcome.body.strip():
            return ""
        kind = next((value for name, value in outcome.headers.items() if name.lower() == "content-type"), "")
        try:
            text = outcome.body.decode("utf-8")
            answer: Any = json.loads(text) if kind.startswith("application/json") else {"text": text}
        except ValueError:
            return "dispatch_failed"
        if not isinstance(answer, dict):
            return "dispatch_failed"
        return self.show_response(phone.place, phone.who, answer)

    def show_response(self, channel: str, user: str, answer: dict[str, Any]) -> str:
        """A new message out of a response (ephemeral, unless `in_channel`); gives Slack's error where it is
        not one.
        """
        blocks = answer.get("blocks")
        if not answer.get("text") and not blocks:
            return "no_text"
        if blocks and block_errors(blocks):
            return "invalid_blocks"
        record = self._workspace.bot_message(channel, str(answer.get("text") or ""), blocks)
        only_for = None if answer.get("response_type") == "in_channel" else user
        self._workspace.show_bot_message(channel, record, only_for=only_for)
        return ""

    def _note(self, phone: Phone, text: str) -> None:
        """Something that Slack itself tells one person."""
        message = Message(
            self._workspace.timestamp(),
            "provider",
            self._workspace.clock.now(),
            (Span("text", text),),
            only_for=phone.who,
        )
        self._phones.put("slack", phone.place, message)


def _action(record: Any, button: str) -> dict[str, Any] | None:
    """The `actions` entry of a press on `block/action` or `block/action/option`."""
    for block in record.get("blocks", ()):
        for element in pressed_elements(block):
            here = f"{block['block_id']}/{element.get('action_id')}"
            entry = {
                "type": element["type"],
                "action_id": element.get("action_id"),
                "block_id": block["block_id"],
            }
            if button == here and element["type"] == "button":
                shown = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
                return {**entry, **shown}
            for index, option in enumerate(element.get("options", ())):
                if button == f"{here}/{index}":
                    return {**entry, "selected_option": option}
    return None
