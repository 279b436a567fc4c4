"""Slack's payloads as events: pure translation, the same for HTTP and Socket Mode.

Rules: docs.slack.dev/apis/events-api (events), /interactivity/handling-user-interaction (presses),
/interactivity/implementing-slash-commands (commands), /messaging/formatting-message-text (entities).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final
from urllib.parse import quote

from channels.base import Address, Brought, Inbound, InboundMessage
from channels.slack.emoji import emoji_named
from channels.slack.places import in_thread_of_ours, is_direct, is_shared
from channels.slack.words import part, plain_text, written
from channels.values import Payload, mark_of, moment

SAID: Final = frozenset({"file_share", "thread_broadcast", "reply_broadcast", "me_message"})
"""The subtypes of what a person says, beside none."""

TOLD: Final = frozenset(
    {
        *(
            "app_conversation_join",
            "app_conversation_leave",
            "assistant_app_thread",
            "bot_add",
            "bot_disable",
        ),
        *("bot_enable", "bot_message", "bot_remove", "channel_archive", "channel_canvas_updated"),
        *("channel_convert_to_private", "channel_join", "channel_leave", "channel_name"),
        *("channel_posting_permissions", "channel_purpose", "channel_topic", "channel_unarchive"),
        *(
            "document_mention",
            "ekm_access_denied",
            "emoji_changed",
            "file_changed",
            "file_comment",
            "file_created",
            "file_deleted",
        ),
        *("file_mention", "file_public", "file_shared", "file_unshared", "group_archive", "group_join"),
        *("group_leave", "group_name", "group_purpose", "group_topic", "group_unarchive", "huddle_thread"),
        *("joiner_notification", "message_replied", "pinned_item", "reminder_add", "sh_room_created"),
        *("sh_room_shared", "share_shortcut", "slackbot_response", "tabbed_canvas_updated", "unpinned_item"),
    }
)
"""The subtypes of what Slack or a program tells: a join, a topic, a huddle. What is in neither list is newer than
both, and a person's where a person is named as who sent it."""

_SLACK_ITSELF: Final = "USLACKBOT"
_GONE: Final = "tombstone"  # what a deleted message leaves where others answered it in a thread
_BY_TYPE: Final[Mapping[str, Brought]] = {"audio": "voice", "image": "picture", "video": "video"}


def events_of(payload: Payload, now: datetime, ours: str = "") -> list[Inbound]:
    """What a payload tells us: nothing for a bot's, an unknown or an incomplete one. `ours` is our own user, where
    the payload does not tell. Never raises."""
    match payload.get("type"):
        case "event_callback":
            found = _event(part(payload, "event"), _text(payload, "event_id"), _us(payload) or ours, now)
            if found is None or found.shared:  # nobody needs the chat of a colleague
                return [found] if found else []
            return [replace(found, chat_url=_chat(found.actor, _text(payload, "team_id")))]
        case "block_actions":
            return _presses(payload, now)
        case None if "command" in payload:
            command = _command(payload, now)
            return [command] if command else []
    return []


def _us(payload: Payload) -> str:
    """Our own user, for whom an event is delivered."""
    given = payload.get("authorizations")
    first = given[0] if isinstance(given, list) and given else None
    return _text(first, "user_id") if isinstance(first, dict) and first.get("is_bot") else ""


def _event(event: Payload, event_id: str, ours: str, now: datetime) -> InboundMessage | None:
    if not event_id:
        return None
    if event.get("type") == "reaction_added":
        return _reaction(event, event_id, ours, now)
    if event.get("type") != "message" or not (is_direct(event) or in_thread_of_ours(event, ours)):
        return None
    match event.get("subtype"):
        case "message_changed":
            return _edit(event, event_id, ours, now)
        case "message_deleted":
            return _deleted(event, event_id, part(event, "previous_message"), _text(event, "ts"), now)
    return _message(event, event_id, ours, now)


def _message(event: Payload, event_id: str, ours: str, now: datetime) -> InboundMessage | None:
    channel, ts, thread = _text(event, "channel"), _text(event, "ts"), _text(event, "thread_ts")
    if not channel or not ts or not _by_a_person(event):
        return None
    words = written(event, ours)
    return InboundMessage(
        provider_id=event_id,
        place=Address("slack", channel),
        actor=Address("slack", _text(event, "user")),
        sent_at=moment(ts, now),
        text=words,
        message_ref=f"{channel}:{ts}",
        reply_to=f"{channel}:{thread}" if thread and thread != ts else None,
        brings=_brought(event, words),
        shared=is_shared(event),
        message_key=f"message:{channel}:{ts}",  # Slack brings one under several event ids (docs/field.md, A4)
    )


def _edit(event: Payload, event_id: str, ours: str, now: datetime) -> InboundMessage | None:
    """A person's own change of words. Slack sends the same event when it unfurls a link or when we update
    our own message; there the words are the old ones or the author is a bot."""
    message, before = part(event, "message"), part(event, "previous_message")
    if message.get("subtype") == _GONE:
        return _deleted(event, event_id, before, _text(event, "ts"), now)
    channel, ts = _text(event, "channel"), _text(message, "ts")
    if not channel or not ts or not _by_a_person(message) or not _has_other_words(message, before, ours):
        return None
    edited = _text(part(message, "edited"), "ts") or _text(event, "ts")
    ref, text, thread = f"{channel}:{ts}", written(message, ours), _text(message, "thread_ts")
    return InboundMessage(
        provider_id=event_id,
        place=Address("slack", channel),
        actor=Address("slack", _text(message, "user")),
        # An edit is told to the second, its message finer; no edit is older than its message.
        sent_at=max(moment(edited, now), moment(ts, now)),
        text=text,
        message_ref=ref,
        edits=ref,
        reply_to=f"{channel}:{thread}" if thread and thread != ts else None,
        shared=is_shared(event),
        message_key=f"edit:{ref}:{edited}:{mark_of(text)}",
    )


def _has_other_words(message: Payload, before: Payload, ours: str) -> bool:
    """Whether a person changed their words. What Slack changes (it unfurls a link, or writes it otherwise) is marked by
    no `edited`, and may come without the message as it was."""
    if message.get("text") == before.get("text"):
        return False
    return "edited" in message or ("text" in before and written(message, ours) != written(before, ours))


def _deleted(event: Payload, event_id: str, before: Payload, at: str, now: datetime) -> InboundMessage | None:
    """A person took a message back (docs.slack.dev/reference/events/message/message_deleted): an edit that leaves no
    words. Of one without the message as it was nobody can say whose it is."""
    channel = _text(event, "channel")
    ts = _text(event, "deleted_ts") or _text(before, "ts")
    if not channel or not ts or not _by_a_person(before):
        return None
    ref, thread = f"{channel}:{ts}", _text(before, "thread_ts")
    return InboundMessage(
        provider_id=event_id,
        place=Address("slack", channel),
        actor=Address("slack", _text(before, "user")),
        sent_at=max(moment(at, now), moment(ts, now)),
        message_ref=ref,
        edits=ref,
        reply_to=f"{channel}:{thread}" if thread and thread != ts else None,
        shared=is_shared(event),
        message_key=f"deleted:{ref}",
    )


def _reaction(event: Payload, event_id: str, ours: str, now: datetime) -> InboundMessage | None:
    """An emoji that a person put on a message in a conversation with us
    (docs.slack.dev/reference/events/reaction_added); a person's on their own words says nothing."""
    item, user = part(event, "item"), _text(event, "user")
    channel, ts = _text(item, "channel"), _text(item, "ts")
    if item.get("type") != "message" or not channel.startswith("D") or not ts:
        return None
    if not user or user in (ours, _text(event, "item_user")):
        return None
    name = _text(event, "reaction")
    return InboundMessage(
        provider_id=event_id,
        place=Address("slack", channel),
        actor=Address("slack", user),
        sent_at=moment(_text(event, "event_ts"), now),
        text=emoji_named(name) or f":{name}:",
        reply_to=f"{channel}:{ts}",
        brings="reaction",
        message_key=f"reaction:{channel}:{ts}:{user}:{_text(event, 'event_ts')}:{name}",
    )


def _by_a_person(message: Payload) -> bool:
    """No bot wrote it. Our own bot's messages carry a bot_id too, so that we need not know who we are."""
    user, told = _text(message, "user"), _text(message, "subtype") in TOLD
    return bool(user) and user != _SLACK_ITSELF and not message.get("bot_id") and not told


def _brought(message: Payload, words: str) -> Brought | None:
    """What a message brings beside its words: the kind of its first file."""
    files = message.get("files")
    for file in files if isinstance(files, list) else ():
        if isinstance(file, dict):
            kind = _text(file, "mimetype").partition("/")[0]
            return "contact" if _text(file, "mimetype") == "text/vcard" else _BY_TYPE.get(kind, "file")
    return None if words.strip() else "other"


def _presses(payload: Payload, now: datetime) -> list[Inbound]:
    container = part(payload, "container")
    user = _text(part(payload, "user"), "id")
    channel = _text(part(payload, "channel"), "id") or _text(container, "channel_id")
    ts = _text(part(payload, "message"), "ts") or _text(container, "message_ts")
    actions = payload.get("actions")
    if not user or not channel or not isinstance(actions, list):
        return []
    events: list[Inbound] = []
    for action in actions:
        if not isinstance(action, dict):
            continue
        value = _text(action, "value") or _text(part(action, "selected_option"), "value")
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
                chat_url=_chat(Address("slack", user), _text(part(payload, "team"), "id")),
                actor_name=_text(part(payload, "user"), "name") or _text(part(payload, "user"), "username"),
            )
        )
    return events


def _chat(person: Address, team: str) -> str:
    """Where a colleague in this workspace can write to a person: Slack opens the direct message
    (docs.slack.dev/interactivity/deep-linking). The workspace is that of who reads the link, a guest's own or not."""
    return f"https://slack.com/app_redirect?channel={quote(person.id, safe='')}" + (
        f"&team={quote(team, safe='')}" if team else ""
    )


def _command(payload: Payload, now: datetime) -> InboundMessage | None:
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


def _text(payload: Payload, key: str) -> str:
    value = payload.get(key)
    return value if isinstance(value, str) else ""
