"""What a person in Telegram does: writes, replies, edits, presses, blocks the bot."""

import asyncio
import functools
import re
from collections.abc import Callable
from typing import Any

from sandbox.acts import Act, Sent, refused
from sandbox.phones import Phone
from sandbox.telegram.chats import Chats, Press, TelegramUser
from sandbox.telegram.text import LONGEST_TEXT, units
from sandbox.telegram.updates import (
    CALLBACK_QUEUE,
    MEMBER_QUEUE,
    PRESS_LIFE,
    Update,
    Updates,
    Webhook,
)

_COMMAND = re.compile(r"(?:(?<=\s)|^)/[A-Za-z0-9_]{1,32}(?:@\w+)?")


class TelegramPeople:
    """The people's side of one bot."""

    def __init__(self, chats: Chats, updates: Updates, bot: dict[str, Any], patience: float) -> None:
        self._chats, self._updates, self._bot, self._patience = chats, updates, bot, patience
        self._reactions: dict[tuple[str, str], list[dict[str, str]]] = {}

    async def type(self, phone: Phone, text: str, reply_to: str | None = None) -> Act:
        """Writes a message. Where the last message asks for a reply (ForceReply), it is one, as in
        Telegram's apps.
        """
        user = self._chats.users[int(phone.who)]
        if user.deactivated:
            return refused("This Telegram account is deactivated; nobody can write with it.")
        if user.blocked:
            return refused("You blocked this bot; unblock it first.")
        if not text.strip():
            return refused("An empty message cannot be sent.")
        if units(text) > LONGEST_TEXT:
            return refused(f"A message can have {LONGEST_TEXT} characters at most.")
        user = self._chats.change(user.id, started=True)
        record = self._begun(user) | {"text": text}
        entities = _commands(text)
        record |= {"entities": entities} if entities else {}
        before = self._chats.phones.at("telegram", phone.place)
        if reply_to is None and before and before[-1].raw.get("reply_markup", {}).get("force_reply"):
            reply_to = before[-1].id
        original = self._chats.phones.find("telegram", phone.place, reply_to) if reply_to else None
        if original is not None:
            record["reply_to_message"] = {
                key: value
                for key, value in original.raw.items()
                if key not in ("reply_to_message", "reply_markup")
            }
        message = self._chats.show(user.id, phone.who, record, status="sent")
        taken = self._tick(phone, message.id)
        return await self._delivered(self._updates.add("message", record, user.id, phone.who, taken=taken))

    async def send(self, phone: Phone, what: Sent, text: str = "") -> Act:
        """Sends something without plain words: a voice message, a picture, a checklist (Bot API 9.1), or words with
        formatting, which come as a rich message (Bot API 10.1) [core.telegram.org/bots/api#message,
        github.com/nanocoai/nanoclaw/issues/3151]."""
        if what not in SHOWN:
            return refused("Telegram sends no empty message.")
        user = self._chats.users[int(phone.who)]
        if user.deactivated or user.blocked:
            return refused("Nobody can write to this bot from here.")
        user = self._chats.change(user.id, started=True)
        record = self._begun(user) | {
            **_content(what, text, self._chats.ids.code("AwAC", 20)),
        }
        self._chats.show(user.id, phone.who, {**record, "caption": text or SHOWN[what]}, status="sent")
        taken = self._tick(phone, str(record["message_id"]))
        return await self._delivered(self._updates.add("message", record, user.id, phone.who, taken=taken))

    async def react(self, phone: Phone, message: str, emoji: str) -> Act:
        """Puts an emoji on a message in the place of the one before
        [core.telegram.org/bots/api#messagereactionupdated]."""
        user = self._chats.users[int(phone.who)]
        if self._chats.phones.find("telegram", phone.place, message) is None:
            return refused("That message is no longer there.")
        key = (phone.place, message)
        before, self._reactions[key] = self._reactions.get(key, []), [{"type": "emoji", "emoji": emoji}]
        payload = {
            "chat": user.chat(),
            "message_id": int(message),
            "user": user.as_json(),
            "date": self._chats.date(),
            "old_reaction": before,
            "new_reaction": self._reactions[key],
        }
        self._chats.phones.toast("telegram", phone.place, f"You put {emoji} on a message.")
        return await self._delivered(self._updates.add("message_reaction", payload, user.id, phone.who))

    async def delete(self, phone: Phone, message: str) -> Act:
        """Takes a message back, of which Telegram tells a bot nothing."""
        before = self._chats.phones.find("telegram", phone.place, message)
        if before is None or before.author != phone.who:
            return refused("Telegram lets a person delete their own messages here.")
        self._chats.phones.remove("telegram", phone.place, message)
        return Act(True)

    def _tick(self, phone: Phone, message: str) -> Callable[[], object]:
        """Shows a message as delivered."""
        return functools.partial(
            self._chats.phones.change, "telegram", phone.place, message, status="delivered"
        )

    async def edit(self, phone: Phone, message: str, text: str) -> Act:
        before = self._chats.phones.find("telegram", phone.place, message)
        if before is None or before.author != phone.who:
            return refused("Telegram lets a person edit their own messages only.")
        if self._chats.users[int(phone.who)].blocked:
            return refused("You blocked this bot; unblock it first.")
        record = {key: value for key, value in before.raw.items() if key != "entities"}
        record |= {"text": text, "edit_date": self._chats.date()}
        entities = _commands(text)
        record |= {"entities": entities} if entities else {}
        self._chats.show(int(phone.who), phone.who, record, edited=True, status="sent")
        taken = self._tick(phone, message)
        return await self._delivered(
            self._updates.add("edited_message", record, int(phone.who), phone.who, taken=taken)
        )

    async def press(self, phone: Phone, message: str, button: str) -> Act:
        """Presses a button by its row and column; a press lives 150 s on the server."""
        shown = self._chats.phones.find("telegram", phone.place, message)
        rows = shown.raw.get("reply_markup", {}).get("inline_keyboard", []) if shown else []
        place = re.fullmatch(r"(\d+)\.(\d+)", button)
        if (
            shown is None
            or place is None
            or int(place[1]) >= len(rows)
            or int(place[2]) >= len(rows[int(place[1])])
        ):
            return refused("That button is no longer there.")
        pressed = rows[int(place[1])][int(place[2])]
        if "callback_data" not in pressed:
            return Act(True)  # the app opens the address; the bot hears nothing
        user = self._chats.users[int(phone.who)]
        query = str(self._chats.ids.number("callback"))
        self._chats.presses[query] = Press(user.id, self._chats.clock.now())
        payload = {
            "id": query,
            "from": user.as_json(),
            "message": dict(shown.raw),
            "chat_instance": str(user.id * 7919),
            "data": pressed["callback_data"],
        }
        update = self._updates.add("callback_query", payload, user.id + CALLBACK_QUEUE, phone.who, PRESS_LIFE)
        return await self._delivered(update)

    async def block(self, phone: Phone, blocked: bool) -> Act:
        """Blocks the bot, or lets it in again; the bot is told by my_chat_member."""
        user = self._chats.users[int(phone.who)]
        if user.blocked == blocked:
            return Act(True)
        user = self._chats.change(user.id, blocked=blocked, started=user.started or not blocked)
        self._chats.phones.set_blocked(phone.id, blocked)
        member, kicked = (
            {"user": self._bot, "status": "member"},
            {"user": self._bot, "status": "kicked", "until_date": 0},
        )
        payload = {
            "chat": user.chat(),
            "from": user.as_json(),
            "date": self._chats.date(),
            "old_chat_member": member if blocked else kicked,
            "new_chat_member": kicked if blocked else member,
        }
        update = self._updates.add("my_chat_member", payload, user.id + MEMBER_QUEUE, phone.who)
        return await self._delivered(update)

    def remove_webhook(self) -> None:
        """What another program does that has the bot's token; updates wait meanwhile."""
        self._updates.set_webhook(Webhook())

    def _begun(self, user: TelegramUser) -> dict[str, Any]:
        """What every message of theirs tells, whatever it holds."""
        return {
            "message_id": self._chats.ids.number("message"),
            "from": user.as_json(),
            "chat": user.chat(),
            "date": self._chats.date(),
        }

    async def _delivered(self, update: Update | None) -> Act:
        """Waits for the first attempt by webhook; with getUpdates nobody can say when the bot asks."""
        if update is None or not self._updates.webhook.url:
            return Act(True)
        answered, _ = await asyncio.wait([update.first], timeout=2 * self._patience)
        return Act(True, bool(answered) and update.first.result().taken)


SHOWN = {
    "voice": "[voice message]",
    "picture": "[picture]",
    "checklist": "[checklist]",
    "rich": "[formatted message]",
}


def _content(what: Sent, text: str, file: str) -> dict[str, Any]:
    match what:
        case "voice":
            return {
                "voice": {
                    "file_id": file,
                    "file_unique_id": file[:8],
                    "duration": 3,
                    "mime_type": "audio/ogg",
                }
            }
        case "picture":
            return {"photo": [{"file_id": file, "file_unique_id": file[:8], "width": 90, "height": 60}]}
        case "checklist":
            return {"checklist": {"title": text or "To do", "tasks": [{"id": 1, "text": "first"}]}}
    first, _, rest = text.partition(" ")
    paragraph = [{"type": "bold", "text": first}, f" {rest}"] if rest else text
    return {"rich_message": {"blocks": [{"type": "paragraph", "text": paragraph}]}}


def _commands(text: str) -> list[dict[str, Any]]:
    return [
        {"type": "bot_command", "offset": units(text[: match.start()]), "length": units(match[0])}
        for match in _COMMAND.finditer(text)
    ]
