"""Slack's payloads as events: pure translation, the same for HTTP and Socket Mode.

Rules: docs.slack.dev/apis/events-api (events), /interactivity/handling-user-interaction (presses),
/interactivity/implementing-slash-commands (commands), /messaging/formatting-message-text (entities).
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import cast

from channels.base import Address, Inbound, InboundMessage
from channels.values import moment

Json = Mapping[str, object]

_PEOPLE_SAY = (None, "file_share", "thread_broadcast")
"""The subtypes of what a person wrote. All others tell of something (a join, a topic, a deletion) or of a
bot."""

_ENTITY = re.compile(r"<([^<>]*)>|&(amp|lt|gt);")
_CHARACTER = {"amp": "&", "lt": "<", "gt": ">"}


def events_of(payload: Json, now: datetime) -> list[Inbound]:
    """What a payload tells us: nothing for a bot's, an unknown or an incomplete one. Never raises."""
    match payload.get("type"):
        case "event_callback":
            event = _object(payload, "event")
            found = _message(event, _text(payload, "event_id"), now)
            return [found] if found else []
        case "block_actions":
            return _presses(payload, now)
        case None if "command" in payload:
            command = _command(payload, now)
            return [command] if command else []
    return []


def _message(event: Json, event_id: str, now: datetime) -> InboundMessage | None:
    if event.get("type") != "message" or event.get("channel_type") != "im" or not event_id:
        return None
    if event.get("subtype") == "message_changed":
        return _edit(event, event_id, now)
    channel, ts, thread = _text(event, "channel"), _text(event, "ts"), _text(event, "thread_ts")
    if not channel or not ts or not _by_a_person(event):
        return None
    return InboundMessage(
        provider_id=event_id,
        place=Address("slack", channel),
        actor=Address("slack", _text(event, "user")),
        sent_at=moment(ts, now),
        text=plain_text(_text(event, "text")),
        message_ref=f"{channel}:{ts}",
        reply_to=f"{channel}:{thread}" if thread and thread != ts else None,
    )


def _edit(event: Json, event_id: str, now: datetime) -> InboundMessage | None:
    """A person's own change of words. Slack sends the same event when it unfurls a link or when we update
    our own message; there the words are the old ones or the author is a bot."""
    message, before = _object(event, "message"), _object(event, "previous_message")
    channel, ts = _text(event, "channel"), _text(message, "ts")
    if not channel or not ts or not _by_a_person(message) or message.get("text") == before.get("text"):
        return None
    edited = _text(_object(message, "edited"), "ts") or _text(event, "ts")
    ref = f"{channel}:{ts}"
    return InboundMessage(
        provider_id=event_id,
        place=Address("slack", channel),
        actor=Address("slack", _text(message, "user")),
        sent_at=moment(edited, now),
        text=plain_text(_text(message, "text")),
        message_ref=ref,
        edits=ref,
    )


def _by_a_person(message: Json) -> bool:
    """No bot wrote it. Our own bot's messages carry a bot_id too, so that we need not know who we are."""
    return (
        bool(_text(message, "user")) and not message.get("bot_id") and message.get("subtype") in _PEOPLE_SAY
    )


def _presses(payload: Json, now: datetime) -> list[Inbound]:
    container = _object(payload, "container")
    user = _text(_object(payload, "user"), "id")
    channel = _text(_object(payload, "channel"), "id") or _text(container, "channel_id")
    ts = _text(_object(payload, "message"), "ts") or _text(container, "message_ts")
    actions = payload.get("actions")
    if not user or not channel or not isinstance(actions, list):
        return []
    events: list[Inbound] = []
    for action in actions:
        if not isinstance(action, dict):
            continue
        value = _text(action, "value") or _text(_object(action, "selected_option"), "value")
        action_ts, action_id = _text(action, "action_ts"), _text(action, "action_id")
        if not value or not action_ts:  # a button that only opens a link has no value
            continue
        events.append(
            InboundMessage(
                provider_id=f"press:{user}:{action_ts}:{action_id}",
                place=Address("slack", channel),
                actor=Address("slack", user),
                sent_at=moment(action_ts, now),
                choice=value,
                reply_to=f"{channel}:{ts}" if ts else None,
                answer_ref=_text(payload, "response_url") or None,
                actor_name=_text(_object(payload, "user"), "name")
                or _text(_object(payload, "user"), "username"),
            )
        )
    return events


def _command(payload: Json, now: datetime) -> InboundMessage | None:
    user, channel = _text(payload, "user_id"), _text(payload, "channel_id")
    trigger, name = _text(payload, "trigger_id"), _text(payload, "command").removeprefix("/")
    if not user or not channel or not trigger or not name:
        return None
    words = plain_text(_text(payload, "text")).strip()
    return InboundMessage(
        provider_id=f"command:{trigger}",
        place=Address("slack", channel),
        actor=Address("slack", user),
        sent_at=now,
        text=words,
        command=f"{name} {words}".strip(),
        answer_ref=_text(payload, "response_url") or None,
    )


def plain_text(text: str) -> str:
    """Slack's message text as the person saw it: `&lt;` as `<`, a link or mention as the words it showed."""
    return _ENTITY.sub(lambda found: _shown(found[1]) if found[2] is None else _CHARACTER[found[2]], text)


def _shown(entity: str) -> str:
    what, _, label = entity.partition("|")
    label = re.sub(r"&(amp|lt|gt);", lambda found: _CHARACTER[found[1]], label)
    match what[:1]:
        case "@" | "#":  # <@U012>, <@W012|ann>, <#C012|general>
            return what[0] + label.removeprefix(what[0]) if label else what
        case "!":  # <!here>, <!subteam^S012|@team>, <!date^1392734382^{date}|18 Feb>
            return label or "@" + what[1:].partition("^")[0]
    return label or what.replace("&amp;", "&")


def _object(payload: Json, key: str) -> Json:
    value = payload.get(key)
    return cast("Json", value) if isinstance(value, dict) else {}


def _text(payload: Json, key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
