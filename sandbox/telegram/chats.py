"""Telegram's state: people, their chats with one bot, and the presses that wait for an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.ids import Ids
from sandbox.phones import Message, Phones, Span
from sandbox.telegram.text import buttons, spans


@dataclass(frozen=True, slots=True)
class TelegramUser:
    """A person. `started`: they wrote to the bot before, so that it may write to them. One with a negative id is
    a group that the bot is in; `moved_to` is its id since it became a supergroup."""

    id: int
    name: str
    language: str = ""
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    moved_to: int | None = None

    def as_json(self) -> dict[str, Any]:
        first, _, last = self.name.partition(" ")
        user = {"id": self.id, "is_bot": False, "first_name": first}
        user |= {"last_name": last} if last else {}
        return user | ({"language_code": self.language} if self.language else {})

    def chat(self) -> dict[str, Any]:
        if self.id < 0:
            return {
                "id": self.id,
                "title": self.name,
                "type": "supergroup" if self.id < -(10**12) else "group",
            }
        shown = {
            key: value for key, value in self.as_json().items() if key in ("id", "first_name", "last_name")
        }
        return shown | {"type": "private"}


@dataclass(frozen=True, slots=True)
class Press:
    """A callback query: who pressed, where, and since when it waits."""

    user: int
    at: datetime
    answered: bool = False


class Chats:
    """The people, and what the bot and they wrote to each other."""

    def __init__(self, clock: Clock, ids: Ids, phones: Phones) -> None:
        self.clock, self.ids, self.phones = clock, ids, phones
        self.users: dict[int, TelegramUser] = {}
        self.presses: dict[str, Press] = {}
        self.commands: dict[str, list[dict[str, str]]] = {}

    def add_user(self, user: TelegramUser) -> None:
        if user.id in self.users:
            raise ValueError(f"There is a Telegram user {user.id} already; give this one another id.")
        self.users[user.id] = user

    def change(self, user: int, **fields: Any) -> TelegramUser:
        """A user with changed fields: started, blocked, deactivated, moved_to."""
        self.users[user] = replace(self.users[user], **fields)
        return self.users[user]

    def date(self) -> int:
        """The present as Telegram's messages carry it: whole seconds."""
        return int(self.clock.now().timestamp())

    def show(
        self,
        chat: int,
        author: str,
        record: Mapping[str, Any],
        *,
        image: str | None = None,
        edited: bool = False,
        status: str = "delivered",
    ) -> Message:
        """Puts a message on the phone, new or in the place of the one with its id."""
        key = str(record["message_id"])
        before = self.phones.find("telegram", str(chat), key)
        text = record.get("text") or record.get("caption") or ""
        rich = spans(text, record.get("entities") or record.get("caption_entities") or ())
        if not rich and "document" in record:
            rich = (Span("text", record["document"]["file_name"]),)
        return self.phones.put(
            "telegram",
            str(chat),
            Message(
                id=key,
                author=author,
                at=before.at if before else self.clock.now(),
                rich=rich,
                buttons=buttons(record.get("reply_markup")),
                edited=edited,
                status=status,
                image=image or (before.image if before else None),
                raw=record,
            ),
        )
