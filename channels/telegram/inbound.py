"""Telegram's updates as events: pure translation, of what is not ordinary as python-telegram-bot has parsed it.

Rules: core.telegram.org/bots/api#update and the objects named there.
"""

import logging
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from telegram import (
    CallbackQuery,
    ChatMember,
    ChatMemberUpdated,
    Message,
    MessageReactionUpdated,
    ReactionType,
    ReactionTypeEmoji,
    Update,
    User,
)
from telegram.constants import ChatType

from channels.base import Address, Blocked, Inbound, InboundMessage, Unblocked
from channels.telegram.content import brought, is_service, words_of
from channels.telegram.ordinary import ordinary
from channels.values import Payload, mark_of

log = logging.getLogger(__name__)

KINDS = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")
"""The updates we ask Telegram for. The list is sent each time, because Telegram remembers the last one."""

UNASKED = frozenset(
    {
        *("business_connection", "business_message", "channel_post", "chat_boost", "chat_join_request"),
        *("chat_member", "chosen_inline_result", "deleted_business_messages", "edited_business_message"),
        *("edited_channel_post", "guest_message", "inline_query", "managed_bot", "message_reaction_count"),
        *("poll", "poll_answer", "pre_checkout_query", "purchased_paid_media", "removed_chat_boost"),
        *("shipping_query", "stopped_message_generation", "subscription"),
    }
)
"""The updates that we do not ask for: of groups and channels, shops, games and other bots."""

# core.telegram.org/bots/features#commands: Latin letters, digits, underscores. One that begins with a digit
# is no command of ours but somebody's "/8".
_COMMAND = re.compile(r"/([A-Za-z][A-Za-z0-9_]{0,31})(?:@([A-Za-z0-9_]+))?(?:\s+(.*))?\s*", re.DOTALL)


def events_of(data: Mapping[str, object], bot_id: str, username: str | None, now: datetime) -> list[Inbound]:
    """What an update tells us: nothing for a bot's, an unknown or an unreadable one, which is logged by its
    number.

    `username` is ours, without @, where it is known: a command in a group may be another bot's. Never
    raises.
    """

    def command(text: str) -> str | None:
        return command_of(text, username)

    if (found := ordinary(data, bot_id, command, now)) is not None:
        return [found]
    return events_by_sdk(data, bot_id, username, now)


def events_by_sdk(
    data: Mapping[str, object], bot_id: str, username: str | None, now: datetime
) -> list[Inbound]:
    """The same of every update, by python-telegram-bot's own reading of it."""
    update_id = data.get("update_id")
    try:
        update = Update.de_json(dict(_for_the_sdk(data)))
        number = _number(update.update_id)
        key = f"{bot_id}:{number}"
        found: Inbound | None = None
        if update.message:
            found = _message(update.message, _raw(data, "message"), key, username)
        elif update.edited_message:
            found = _edit(update.edited_message, _raw(data, "edited_message"), key, username)
        elif update.message_reaction:
            found = _reaction(update.message_reaction, key)
        elif update.callback_query:
            found = _press(update.callback_query, key, now)
        elif update.my_chat_member:
            found = _membership(update.my_chat_member, key)
        if isinstance(found, InboundMessage):
            found = replace(found, message_key=_said_once(found, update, key), number=_count(number))
    except Exception as error:  # the SDK's parser raises whatever an odd payload makes it raise
        log.warning(
            "an update cannot be read and is passed over",
            extra={"channel": "telegram", "update_id": update_id, "error": type(error).__name__},
        )
        return []
    return [found] if found else []


def press_of(data: Mapping[str, object]) -> str | None:
    """The id of the press in an update, by which it wants to be answered; None where it is no press."""
    query = data.get("callback_query")
    id_ = query.get("id") if isinstance(query, dict) else None
    return id_ if isinstance(id_, str) else None


def _said_once(found: InboundMessage, update: Update, key: str) -> str:
    """What names this however often and under whatever number it comes: one message may come under several update
    ids (docs/field.md, A4). The bot's id is in it, since each bot numbers the messages of a chat anew."""
    bot, _, rest = key.partition(":")
    if update.callback_query:
        return f"{bot}:press:{_text(update.callback_query.id)}"
    if found.edits is None and found.brings != "reaction":
        album = found.provider_id != key
        return found.provider_id if album else f"{bot}:{found.message_ref or rest}"
    return f"{bot}:{found.edits or found.reply_to}:{found.sent_at:%Y%m%d%H%M%S}:{mark_of(found.text)}"


def _message(message: Message, raw: Payload, key: str, username: str | None) -> InboundMessage | None:
    sender, private = message.from_user, message.chat.type == ChatType.PRIVATE
    anonymous = _is_anonymous(message, raw)
    if sender is None or (sender.is_bot and not anonymous) or message.chat.type == ChatType.CHANNEL:
        return None
    text = without_mention(words_of(raw), username)
    if not text and is_service(raw):
        return None
    own = not ("forward_origin" in raw or "via_bot" in raw)
    command = command_of(text, username) if own else None
    many = not private and command is None
    if many and not _answers_us(message, key):
        return None
    answered = message.reply_to_message
    brings = brought(raw)
    if brings and not text and message.media_group_id:
        # The pictures of an album come one by one; those without words are one thing that came.
        key = f"{key.partition(':')[0]}:album:{_text(message.media_group_id)}"
    return InboundMessage(
        provider_id=key,
        place=_address(message.chat.id),
        actor=_address(message.chat.id if anonymous else sender.id),
        sent_at=message.date,
        text=text,
        command=command,
        own=own,
        message_ref=_ref(message.chat.id, message.message_id),
        reply_to=_ref(message.chat.id, answered.message_id) if answered else None,
        actor_name=_name(sender, raw, anonymous=anonymous) if many else "",
        shared=many,
        brings=brings,
        chat_url=_chat(sender) if private else None,
    )


def _edit(message: Message, raw: Payload, key: str, username: str | None) -> InboundMessage | None:
    """New words for an earlier message. Never a command: editing must not run one a second time."""
    sender, private = message.from_user, message.chat.type == ChatType.PRIVATE
    text = without_mention(words_of(raw), username)
    anonymous = _is_anonymous(message, raw)
    if sender is None or (sender.is_bot and not anonymous) or not text:
        return None  # without words it is a map that moves, or a poll that closed
    if not private and not _answers_us(message, key):
        return None
    ref, answered = _ref(message.chat.id, message.message_id), message.reply_to_message
    return InboundMessage(
        provider_id=key,
        place=_address(message.chat.id),
        actor=_address(message.chat.id if anonymous else sender.id),
        sent_at=message.edit_date or message.date,
        text=text,
        message_ref=ref,
        edits=ref,
        chat_url=_chat(sender) if private else None,
        reply_to=_ref(message.chat.id, answered.message_id) if answered else None,
        actor_name="" if private else _name(sender, raw, anonymous=anonymous),
        shared=not private,
    )


def _is_anonymous(message: Message, raw: Payload) -> bool:
    """Whether an admin of a group wrote in the group's own name. Telegram names a bot of its own as who sent that, and
    the group beside it (core.telegram.org/bots/api#message, `sender_chat`)."""
    chat = raw.get("sender_chat")
    return isinstance(chat, dict) and chat.get("id") == message.chat.id


def _name(sender: User, raw: Payload, *, anonymous: bool) -> str:
    """What colleagues call who wrote in a group; of an admin without a name the title they chose, if any."""
    return _text(raw.get("author_signature", "") if anonymous else sender.full_name)


def _answers_us(message: Message, key: str) -> bool:
    """Whether it answers a message of ours in a group. Telegram brings those also where privacy mode is on, as it is
    for a new bot (core.telegram.org/bots/features#privacy-mode); where it is off, it brings all that people say to
    each other, which is none of our business."""
    answered = message.reply_to_message
    author = answered.from_user if answered else None
    return author is not None and str(author.id) == key.partition(":")[0]


def _reaction(change: MessageReactionUpdated, key: str) -> InboundMessage | None:
    """An emoji that a person put on a message in their chat with us, which is told without our being an
    administrator (github.com/aiogram/aiogram/issues/1449). One that was taken off again says nothing."""
    user, before = change.user, {_emoji(one) for one in change.old_reaction}
    added = [emoji for one in change.new_reaction if (emoji := _emoji(one)) not in before]
    if user is None or user.is_bot or change.chat.type != ChatType.PRIVATE or not added:
        return None
    return InboundMessage(
        provider_id=key,
        place=_address(change.chat.id),
        actor=_address(user.id),
        sent_at=change.date,
        text=_text(added[-1]),
        reply_to=_ref(change.chat.id, change.message_id),
        brings="reaction",
        chat_url=_chat(user),
    )


def _emoji(reaction: ReactionType) -> str:
    """The emoji of a reaction; a star for one that was paid for, or is a picture of its own."""
    return reaction.emoji if isinstance(reaction, ReactionTypeEmoji) else "⭐"


def _press(query: CallbackQuery, key: str, now: datetime) -> InboundMessage | None:
    """A pressed button. Telegram does not say when; `now` stands in, and the update's number. The message it was on
    may be too old for Telegram to know its chat's kind, but it always has its chat and number."""
    if not query.data or query.from_user.is_bot:
        return None
    message = query.message
    return InboundMessage(
        provider_id=key,
        place=_address(message.chat.id if message else query.from_user.id),
        actor=_address(query.from_user.id),
        sent_at=now,
        choice=_text(query.data),
        actor_name=_text(query.from_user.full_name),
        reply_to=_ref(message.chat.id, message.message_id) if message else None,
        chat_url=_chat(query.from_user),
        timed=False,
    )


def _membership(change: ChatMemberUpdated, key: str) -> Inbound | None:
    """In a private chat this comes only when the person blocks the bot or lifts the block."""
    if change.chat.type != ChatType.PRIVATE:
        return None
    match change.new_chat_member.status:
        case ChatMember.BANNED:
            return Blocked(key, _address(change.chat.id), change.date)
        case ChatMember.MEMBER:
            return Unblocked(key, _address(change.chat.id), change.date)
    return None


def without_mention(text: str, username: str | None) -> str:
    """Words without a mention of us, which is how they were addressed; the command of a bot keeps its name."""
    if not username or "@" not in text:
        return text
    return re.sub(rf"(?<![\w@])@{re.escape(username)}\b[,:]?", "", text, flags=re.IGNORECASE).strip()


def command_of(text: str, username: str | None) -> str | None:
    """The command that a text is, as "nps start demo"; None for other texts and for another bot's command."""
    found = _COMMAND.fullmatch(text)
    if not found:
        return None
    name, meant_for, words = found.groups()
    if meant_for and username and meant_for.lower() != username.lower():
        return None
    return f"{name.lower()} {(words or '').strip()}".strip()


_OF_A_MESSAGE = ("message_id", "date", "edit_date", "chat", "from", "media_group_id", "reply_to_message")


def _for_the_sdk(data: Mapping[str, object]) -> Payload:
    """An update without what its messages hold: words and kinds are read as Telegram wrote them, and the SDK refuses a
    whole message for one object in it that its version does not know so (python-telegram-bot 22.8: a poll without
    `allows_revoting`, as a Bot API server older than 9.6 writes it)."""
    return {
        key: _frame(value) if key in ("message", "edited_message") and isinstance(value, dict) else value
        for key, value in data.items()
    }


def _frame(message: Payload) -> Payload:
    """Who wrote a message, where and when, and the same of what it answers."""
    kept = {key: message[key] for key in _OF_A_MESSAGE if key in message}
    answered = kept.get("reply_to_message")
    return {**kept, "reply_to_message": _frame(answered)} if isinstance(answered, dict) else kept


def _raw(update: Mapping[str, object], kind: str) -> Payload:
    """A message as Telegram wrote it."""
    message = update[kind]
    return message if isinstance(message, dict) else {}


# The SDK takes any JSON for a text or a number. What is none is raised, so that the update counts as
# unreadable: further on it could never be kept, and would come back for a day.


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("a text is none")
    return value


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("a number is none")
    return value


def _count(number: int) -> int | None:
    """The number of an update as a count to put things in order by; one that no database holds is none."""
    return number if 0 <= number < 1 << 62 else None


def _chat(person: User) -> str | None:
    """Where a colleague can write to a person: there is a link only to who chose a name
    (core.telegram.org/api/links#public-username-links)."""
    return f"https://t.me/{_text(person.username)}" if person.username else None


def _address(id_: int) -> Address:
    return Address("telegram", str(_number(id_)))


def _ref(chat_id: int, message_id: int) -> str:
    return f"{_number(chat_id)}:{_number(message_id)}"
