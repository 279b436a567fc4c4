"""The two updates that nearly all are, a text and a press in a private chat, read as Telegram wrote them. PURE.

python-telegram-bot takes 65 us of processor time to make its objects of a text and 100 of a press; the event is read
here in 5. It still reads whatever is not exactly of these shapes: one field more, or another kind of value, is enough.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeGuard

from channels.base import Address, InboundMessage

CommandOf = Callable[[str], str | None]
"""The command that a text is; None where it is none of ours."""

_TEXT: Final = frozenset({"message_id", "from", "chat", "date", "text"})
_USER: Final = frozenset({"id", "is_bot", "first_name", "last_name", "username", "language_code"})
_CHAT: Final = frozenset({"id", "type", "first_name", "last_name", "username"})
_PRESS: Final = frozenset({"id", "from", "message", "chat_instance", "data"})
_PRESSED: Final = _TEXT | {"edit_date", "entities", "reply_markup"}
_ENTITY: Final = frozenset({"type", "offset", "length"})
_BUTTON: Final = frozenset({"text", "callback_data"})
_LATEST: Final = 1 << 32  # seconds; every one up to it is a time to datetime
_LARGEST: Final = 1 << 62  # number of an update that a database holds


def ordinary(
    update: Mapping[str, object], bot_id: str, command_of: CommandOf, now: datetime
) -> InboundMessage | None:
    """The event of an ordinary update; None for every other, which may be a fine one."""
    number = update.get("update_id")
    if type(number) is not int or not 0 <= number < _LARGEST or len(update) != 2:
        return None
    if _is_text(message := update.get("message")):
        return _said(message, bot_id, number, command_of)
    if _is_press(query := update.get("callback_query")):
        return _pressed(query, bot_id, number, now)
    return None


def _said(message: dict[str, Any], bot_id: str, number: int, command_of: CommandOf) -> InboundMessage:
    place, text = str(message["chat"]["id"]), message["text"]
    ref = f"{place}:{message['message_id']}"
    return InboundMessage(
        provider_id=f"{bot_id}:{number}",
        place=Address("telegram", place),
        actor=Address("telegram", str(message["from"]["id"])),
        sent_at=datetime.fromtimestamp(message["date"], UTC),
        text=text,
        command=command_of(text) if text[0] == "/" else None,
        message_ref=ref,
        chat_url=_chat_of(message["from"]),
        message_key=f"{bot_id}:{ref}",
        number=number,
    )


def _pressed(query: dict[str, Any], bot_id: str, number: int, now: datetime) -> InboundMessage:
    presser, message = query["from"], query["message"]
    place, last = str(message["chat"]["id"]), presser.get("last_name")
    return InboundMessage(
        provider_id=f"{bot_id}:{number}",
        place=Address("telegram", place),
        actor=Address("telegram", str(presser["id"])),
        sent_at=now,
        choice=query["data"],
        actor_name=f"{presser['first_name']} {last}" if last else presser["first_name"],
        reply_to=f"{place}:{message['message_id']}",
        chat_url=_chat_of(presser),
        timed=False,
        message_key=f"{bot_id}:press:{query['id']}",
        number=number,
    )


def _is_text(message: object) -> TypeGuard[dict[str, Any]]:
    """Whether this is a text of a person in their own chat, and nothing else."""
    return (
        isinstance(message, dict)
        and message.keys() == _TEXT
        and _is_user(message["from"], bot=False)
        and _is_chat(message["chat"])
        and type(message["message_id"]) is int
        and _is_time(message["date"])
        and isinstance(message["text"], str)
        and bool(message["text"].strip())
    )


def _is_press(query: object) -> TypeGuard[dict[str, Any]]:
    """Whether this is a press of a person under a text of ours in their own chat."""
    return (
        isinstance(query, dict)
        and query.keys() == _PRESS
        and isinstance(query["id"], str)
        and isinstance(query["data"], str)
        and bool(query["data"])
        and _is_user(query["from"], bot=False)
        and isinstance(message := query["message"], dict)
        and _TEXT <= message.keys() <= _PRESSED
        and _is_user(message["from"], bot=True)
        and _is_chat(message["chat"])
        and type(message["message_id"]) is int
        and _is_time(message["date"])
        and _is_time(message.get("edit_date", 1))
        and _are_entities(message.get("entities", []))
        and _is_keyboard(message.get("reply_markup", {"inline_keyboard": []}))
    )


def _is_user(sender: object, *, bot: bool) -> bool:
    return (
        isinstance(sender, dict)
        and sender.keys() <= _USER
        and type(sender.get("id")) is int
        and sender.get("is_bot") is bot
        and isinstance(sender.get("first_name"), str)
        and bool(sender["first_name"])
        and isinstance(sender.get("last_name", ""), str)
        and isinstance(sender.get("username", ""), str)
    )


def _is_chat(chat: object) -> bool:
    return (
        isinstance(chat, dict)
        and chat.keys() <= _CHAT
        and type(chat.get("id")) is int
        and chat.get("type") == "private"
    )


def _is_time(seconds: object) -> bool:
    return type(seconds) is int and 0 < seconds < _LATEST


def _are_entities(entities: object) -> bool:
    return isinstance(entities, list) and all(
        isinstance(one, dict) and one.keys() == _ENTITY and isinstance(one["type"], str) for one in entities
    )


def _is_keyboard(markup: object) -> bool:
    return (
        isinstance(markup, dict)
        and markup.keys() == {"inline_keyboard"}
        and isinstance(rows := markup["inline_keyboard"], list)
        and all(
            isinstance(row, list) and all(isinstance(one, dict) and one.keys() == _BUTTON for one in row)
            for row in rows
        )
    )


def _chat_of(person: Mapping[str, Any]) -> str | None:
    """Where a colleague can write to a person, who has to have chosen a name for that."""
    name = person.get("username")
    return f"https://t.me/{name}" if name else None
