"""Bot API methods on messages [core.telegram.org/bots/api]."""

import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.pace import Buckets, whole_seconds
from sandbox.phones import Message
from sandbox.targets import TelegramTarget
from sandbox.telegram.chats import Chats, Press, TelegramUser
from sandbox.telegram.keyboards import check_keyboard
from sandbox.telegram.methods import Arguments, TelegramError, bad_request
from sandbox.telegram.text import LONGEST_CAPTION, LONGEST_TEXT, EntityError, parse_html, units

LONGEST_TOAST = 200
ANSWER_WITHIN = timedelta(seconds=15)
"""answerCallbackQuery: not published, reports say 15-20 s."""
DELETE_WITHIN = timedelta(hours=48)
LARGEST_PHOTO = 10_000_000
LARGEST_FILE = 50_000_000
CHAT_BURST = 4
"""One message a second for each chat, short bursts allowed [core.telegram.org/bots/faq]; how short is not
published.
"""
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as "
    "a current content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


GIFTS = {"unlimited_gifts": False, "limited_gifts": False, "unique_gifts": False} | {
    "premium_subscription": False,
    "gifts_from_channels": False,
}
"""A field that every chat of getChat has [core.telegram.org/bots/api#chatfullinfo]."""


class MessageMethods:
    """sendMessage, sendPhoto, sendDocument, editMessageText, editMessageReplyMarkup, deleteMessage,
    answerCallbackQuery.
    """

    def __init__(self, chats: Chats, target: TelegramTarget, keep: Callable[[str, str, bytes], str]) -> None:
        self._chats, self._target, self._keep = chats, target, keep
        self._clock: Clock = chats.clock
        self._per_chat = Buckets(rate=1.0, burst=CHAT_BURST)
        self._overall = Buckets(rate=30.0, burst=30)
        self.bot = {
            "id": int(target.token.partition(":")[0]),
            "is_bot": True,
            "first_name": target.name,
            "username": target.username,
        }

    def methods(self) -> dict[str, Callable[[Arguments], Awaitable[Any]]]:
        return {
            "getChat": self.get_chat,
            "sendMessage": self.send,
            "sendPhoto": self.send_photo,
            "sendDocument": self.send_document,
            "editMessageText": self.edit_text,
            "editMessageReplyMarkup": self.edit_markup,
            "deleteMessage": self.delete,
            "answerCallbackQuery": self.answer_press,
        }

    # -- what every method checks

    def _chat(self, arguments: Arguments) -> TelegramUser:
        given = arguments.text("chat_id")
        if not given:
            raise bad_request("chat_id is empty")
        user = self._chats.users.get(int(given)) if re.fullmatch(r"-?\d{1,18}", given) else None
        if user is None:
            raise bad_request("chat not found")
        if user.moved_to is not None:  # github.com/tdlib/telegram-bot-api, Client.cpp: migrate_to_chat_id
            raise TelegramError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=user.moved_to,
            )
        return user

    async def get_chat(self, arguments: Arguments) -> Any:
        """getChat: of a person who never started the bot it knows nothing."""
        user = self._chat(arguments)
        if not user.started:
            raise bad_request("chat not found")
        return user.chat() | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": GIFTS}

    def _reachable(self, arguments: Arguments) -> TelegramUser:
        user = self._chat(arguments)
        if user.deactivated:
            raise TelegramError(403, "Forbidden: user is deactivated")
        if user.blocked:
            raise TelegramError(403, "Forbidden: bot was blocked by the user")
        if not user.started:
            raise TelegramError(403, "Forbidden: bot can't initiate conversation with a user")
        return user

    def _pace(self, chat: int) -> None:
        if not self._target.paced:
            return
        now = self._clock.now()
        wait = max(self._per_chat.wait(chat, now), self._overall.wait("", now))
        if wait > 0:
            seconds = whole_seconds(wait)
            raise TelegramError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
        self._per_chat.spend(chat, now)
        self._overall.spend("", now)

    def _text(self, arguments: Arguments) -> tuple[str, list[dict[str, Any]]]:
        """The words of a message, which has some and not too many."""
        text, entities = self._formatted(arguments, "text")
        if not text.strip():
            raise bad_request("message text is empty")
        if units(text) > LONGEST_TEXT:
            raise bad_request("message is too long")
        return text, entities

    def _formatted(self, arguments: Arguments, name: str) -> tuple[str, list[dict[str, Any]]]:
        source = arguments.text(name)
        mode = arguments.text("parse_mode").lower()
        entities = (
            arguments.structure(
                f"{'caption_' if name == 'caption' else ''}entities", "can't parse entities JSON object"
            )
            or []
        )
        if mode not in ("", "html"):
            raise bad_request(
                "unsupported parse_mode"
            )  # MarkdownV2 is Telegram's too, but not this stand-in's
        if mode == "html":
            try:
                source, entities = parse_html(source)
            except EntityError as error:
                raise bad_request(f"can't parse entities: {error}") from None
        kept = source.rstrip()
        return kept, [entity for entity in entities if entity["offset"] < units(kept)]

    def _markup(self, arguments: Arguments) -> dict[str, Any] | None:
        markup = arguments.structure("reply_markup", "can't parse reply keyboard markup JSON object")
        if markup is None:
            return None
        if not isinstance(markup, dict):
            raise bad_request("object expected as reply markup")
        if "inline_keyboard" in markup:
            check_keyboard(markup["inline_keyboard"])
            return markup if any(markup["inline_keyboard"]) else None
        if markup.get("force_reply") and not 1 <= len(markup.get("input_field_placeholder", "x")) <= 64:
            raise bad_request("invalid input field placeholder specified")
        return markup

    def _record(
        self,
        user: TelegramUser,
        arguments: Arguments,
        content: Mapping[str, Any],
        markup: Mapping[str, Any] | None,
    ) -> dict[str, Any]:
        record = {
            "message_id": self._chats.ids.number("message"),
            "from": self.bot,
            "chat": user.chat(),
            "date": self._chats.date(),
            **content,
        }
        reply = arguments.structure("reply_parameters", "can't parse reply parameters JSON object") or {}
        reply_to = reply.get("message_id") or arguments.number("reply_to_message_id", 0)
        if reply_to:
            original = self._chats.phones.find("telegram", str(user.id), str(reply_to))
            if original is None and not (
                reply.get("allow_sending_without_reply") or arguments.flag("allow_sending_without_reply")
            ):
                raise bad_request("message to be replied not found")
            if original is not None:
                record["reply_to_message"] = {
                    key: value for key, value in original.raw.items() if key != "reply_to_message"
                }
        return record | ({"reply_markup": dict(markup)} if markup else {})

    # -- sending

    async def send(self, arguments: Arguments) -> Any:
        user = self._chat(arguments)
        text, entities = self._text(arguments)
        markup = self._markup(arguments)
        user = self._reachable(arguments)
        self._pace(user.id)
        record = self._record(
            user, arguments, {"text": text, **({"entities": entities} if entities else {})}, markup
        )
        self._chats.show(user.id, "bot", record)
        return _told(record)

    async def send_photo(self, arguments: Arguments) -> Any:
        content, image = self._file(arguments, "photo", LARGEST_PHOTO)
        sizes = [
            {
                "file_id": content["file_id"],
                "file_unique_id": content["file_id"][-8:],
                "width": 1,
                "height": 1,
            }
        ]
        return await self._send_file(arguments, {"photo": sizes}, image)

    async def send_document(self, arguments: Arguments) -> Any:
        content, _ = self._file(arguments, "document", LARGEST_FILE)
        return await self._send_file(arguments, {"document": content}, None)

    async def _send_file(self, arguments: Arguments, content: dict[str, Any], image: str | None) -> Any:
        caption, entities = self._formatted(arguments, "caption")
        if units(caption) > LONGEST_CAPTION:
            raise bad_request("message caption is too long")
        markup = self._markup(arguments)
        user = self._reachable(arguments)
        self._pace(user.id)
        content |= {"caption": caption} if caption else {}
        content |= {"caption_entities": entities} if entities else {}
        record = self._record(user, arguments, content, markup)
        self._chats.show(user.id, "bot", record, image=image)
        return _told(record)

    def _file(self, arguments: Arguments, name: str, largest: int) -> tuple[dict[str, Any], str | None]:
        """A file that is uploaded (directly or as attach://), or named by an address."""
        given = arguments.text(name)
        upload = arguments.uploads.get(
            given.removeprefix("attach://") if given.startswith("attach://") else name
        )
        if upload is None:
            if not given.startswith(("http://", "https://")):
                raise bad_request(
                    f"there is no {name} in the request"
                    if not given
                    else "wrong file identifier/HTTP URL specified"
                )
            return {"file_id": self._chats.ids.code("AgAC", 40), "file_name": given.rpartition("/")[2]}, given
        if len(upload.content) > largest:
            raise TelegramError(413, "Request Entity Too Large")
        if not upload.content:
            raise bad_request("file must be non-empty")
        path = self._keep(upload.name, upload.content_type, upload.content)
        return {
            "file_id": self._chats.ids.code("AgAC", 40),
            "file_name": upload.name,
            "file_size": len(upload.content),
        }, path

    # -- changing

    def _own(self, arguments: Arguments, missing: str) -> tuple[TelegramUser, Message]:
        user = self._chat(arguments)
        message = self._chats.phones.find("telegram", str(user.id), arguments.text("message_id"))
        if message is None:
            raise bad_request(f"{missing} not found")
        return user, message

    async def edit_text(self, arguments: Arguments) -> Any:
        user, message = self._own(arguments, "message to edit")
        if message.author != "bot":
            raise bad_request("message can't be edited")
        if "text" not in message.raw:
            raise bad_request("there is no text in the message to edit")
        text, entities = self._text(arguments)
        markup = self._inline_markup(arguments)
        record = {key: value for key, value in message.raw.items() if key not in ("entities", "reply_markup")}
        record |= {"text": text} | ({"entities": entities} if entities else {})
        return self._edited(user, message, record | ({"reply_markup": markup} if markup else {}))

    async def edit_markup(self, arguments: Arguments) -> Any:
        user, message = self._own(arguments, "message to edit")
        if message.author != "bot":
            raise bad_request("message can't be edited")
        markup = self._inline_markup(arguments)
        record = {key: value for key, value in message.raw.items() if key != "reply_markup"}
        return self._edited(user, message, record | ({"reply_markup": markup} if markup else {}))

    def _inline_markup(self, arguments: Arguments) -> dict[str, Any] | None:
        markup = self._markup(arguments)
        if markup is not None and "inline_keyboard" not in markup:
            raise bad_request("inline keyboard expected")
        return markup

    def _edited(self, user: TelegramUser, message: Message, record: dict[str, Any]) -> dict[str, Any]:
        if {**record, "edit_date": 0} == {**message.raw, "edit_date": 0}:
            raise bad_request(NOT_MODIFIED)
        record["edit_date"] = self._chats.date()
        self._chats.show(user.id, "bot", record, edited=record.get("text") != message.raw.get("text"))
        return _told(record)

    async def delete(self, arguments: Arguments) -> Any:
        user, message = self._own(arguments, "message to delete")
        if self._clock.now() - message.at > DELETE_WITHIN:
            raise bad_request("message can't be deleted for everyone")
        self._chats.phones.remove("telegram", str(user.id), message.id)
        return True

    async def answer_press(self, arguments: Arguments) -> Any:
        press: Press | None = self._chats.presses.get(arguments.text("callback_query_id"))
        if press is None or self._clock.now() - press.at > ANSWER_WITHIN:
            raise bad_request(TOO_OLD)
        text = arguments.text("text")
        if len(text) > LONGEST_TOAST:
            raise bad_request("MESSAGE_TOO_LONG")
        self._chats.presses[arguments.text("callback_query_id")] = Press(press.user, press.at, answered=True)
        if text:
            self._chats.phones.toast("telegram", str(press.user), text)
        return True


def _told(record: Mapping[str, Any]) -> dict[str, Any]:
    """A message as the API tells it: of the markups only inline keyboards are in it."""
    markup = record.get("reply_markup") or {}
    return {
        key: value for key, value in record.items() if key != "reply_markup" or "inline_keyboard" in markup
    }
