"""Telegram: messages in and out, by one bot's token."""

import asyncio
import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Literal

from starlette.routing import Route
from telegram import BotCommand, LinkPreviewOptions, Message, ReplyParameters, WebhookInfo
from telegram.constants import ParseMode
from telegram.error import BadRequest

from channels.base import (
    Address,
    DeliveryReport,
    Image,
    Misconfigured,
    OutboundMessage,
    Receipt,
    Receive,
    Rejected,
    Unknown,
)
from channels.guard import kept
from channels.hearing import Ear
from channels.telegram import client, webhook
from channels.telegram.errors import NOT_MODIFIED, refused_lately, send_error
from channels.telegram.inbound import KINDS, events_of
from channels.telegram.limits import LIMITS
from channels.telegram.listening import Polling
from channels.telegram.outbound import CAPTION_LIMIT, keyboard, rendered

_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # core.telegram.org/bots/api#setwebhook

COMMANDS = {
    None: (("help", "Who asks, and why"), ("stop", "Ask me nothing more"), ("start", "Ask me again")),
    "nl": (
        ("help", "Wie vraagt dit, en waarom"),
        ("stop", "Vraag mij niets meer"),
        ("start", "Vraag mij weer"),
    ),
}
"""The menu that everybody sees, by language; None is for all others."""


class TelegramChannel:
    """One bot, by its token. A webhook needs the secret; ValueError where the one that is needed is
    missing."""

    name = "telegram"
    limits = LIMITS

    def __init__(
        self,
        token: str,
        secret: str,
        mode: Literal["webhook", "polling"],
        api_url: str | None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._bot_id, colon, key = token.partition(":")
        if not self._bot_id.isdigit() or not colon or not key.strip():
            raise ValueError("channels.telegram.token is not of the form 123456:ABC…; copy it from BotFather")
        if mode == "webhook" and not _SECRET.fullmatch(secret):
            raise ValueError(
                "channels.telegram.secret must be 1 to 256 letters, digits, _ or -; choose a long one"
            )
        self._secret, self._mode, self._clock = secret, mode, clock
        self._username: str | None = None
        self._webhook: str | None = None  # where updates are to go, once it was registered
        self._ear = Ear(clock)
        self._bot = client.Client(token, api_url)
        client.silence()

    def routes(self, receive: Receive) -> Sequence[Route]:
        """`POST /telegram/webhook`; none when polling."""
        return [] if self._mode == "polling" else webhook.routes(self._secret, self._keep(receive))

    async def listen(self, receive: Receive) -> None:
        """Polling until cancelled; with a webhook it returns at once."""
        if self._mode == "polling":
            await Polling(self._bot, self._keep(receive), self._ear).run()

    def _keep(self, receive: Receive) -> webhook.KeepUpdate:
        async def keep(update: dict[str, object]) -> bool:
            events = events_of(update, self._bot_id, self._username, self._clock())
            return await kept(receive, events, self.name)

        return keep

    async def send(self, message: OutboundMessage) -> Receipt:
        """Post, or edit where `replaces` is set; editing to what is there already counts as done."""
        try:
            async with asyncio.timeout(client.TIMEOUT):
                if message.image is not None:
                    return await self._picture(message, message.image)
                if message.replaces:
                    return await self._edit(message, message.replaces)
                return await self._post(message)
        except Exception as error:
            raise send_error(error) from error

    async def _post(self, message: OutboundMessage) -> Receipt:
        sent: Message = await self._bot.send_message(
            chat_id=message.address.id,
            text=rendered(message.body),
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=keyboard(message.choices),
            reply_parameters=_answering(message),
        )
        return Receipt(f"{sent.chat.id}:{sent.message_id}")

    async def _picture(self, message: OutboundMessage, image: Image) -> Receipt:
        """Telegram has no place for the words of a picture but its caption."""
        sent: Message = await self._bot.send_photo(
            chat_id=message.address.id,
            photo=image.png,
            filename=image.name,
            caption=rendered(message.body, CAPTION_LIMIT),
            parse_mode=ParseMode.HTML,
        )
        return Receipt(f"{sent.chat.id}:{sent.message_id}")

    async def _edit(self, message: OutboundMessage, ref: str) -> Receipt:
        chat, _, number = ref.rpartition(":")
        if not chat or not number.isdigit():
            raise Rejected(
                "the message to edit has no Telegram reference of the form chat:message; post a new one"
            )
        try:
            await self._bot.edit_message_text(
                chat_id=chat,
                message_id=int(number),
                text=rendered(message.body),
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
                reply_markup=keyboard(message.choices),
            )
        except BadRequest as error:
            if NOT_MODIFIED not in error.message.lower():
                raise
        return Receipt(ref)

    async def find(
        self, message: OutboundMessage, since: datetime, others: Collection[str] = ()
    ) -> Receipt | None:
        """Raises `Unknown`: a bot cannot read a chat back."""
        raise Unknown("Telegram offers no way to look a message up; read the chat in Telegram")

    async def states(self, refs: Collection[str]) -> Sequence[DeliveryReport]:
        """None: a message that was taken has arrived, and nothing is reported later."""
        return ()

    async def identify(self) -> str:
        """The bot's name, by getMe, each time: a token that worked may have been revoked."""
        self._username = await self._asked_username()
        return f"@{self._username}, Telegram bot {self._bot_id}"

    async def username(self) -> str:
        """The bot's name without @, for `https://t.me/NAME?start=…` links; asked for once."""
        if self._username is None:
            self._username = await self._asked_username()
        return self._username

    async def _asked_username(self) -> str:
        try:
            async with asyncio.timeout(client.TIMEOUT):
                return (await self._bot.get_me()).username or ""
        except Exception as error:
            raise send_error(error) from error

    async def look_up(self, address: Address) -> None:
        """By getChat, which fails where the bot may not see the chat."""
        try:
            async with asyncio.timeout(client.TIMEOUT):
                await self._bot.get_chat(address.id)
        except Exception as error:
            raise send_error(error) from error

    async def hears(self) -> None:
        """When polling, how the last look went. Otherwise by getWebhookInfo: another program with the token may
        have removed, moved or narrowed the webhook, which is then set again; and Telegram may not reach it."""
        self._ear.check()
        if self._webhook is None:
            return
        try:
            async with asyncio.timeout(client.TIMEOUT):
                found = await self._bot.get_webhook_info()
                what = self._changed(found)
                if what is not None:
                    await self._set_webhook(self._webhook)
        except Exception as error:
            raise send_error(error) from error
        if what is not None:
            raise Misconfigured(
                f"another program with Telegram's token has {what}; it is registered again, stop that program"
            )
        unreached = refused_lately(found, self._clock())
        if unreached is not None:
            raise unreached

    def _changed(self, found: WebhookInfo) -> str | None:
        """What another program did to our webhook; None where it stands as we set it. Telegram names no kinds of
        updates where they are its default, which has no reactions."""
        if found.url != self._webhook:
            return "removed the webhook" if not found.url else "set the webhook to another address"
        all_of_ours = set(KINDS) <= set(found.allowed_updates or ())
        return None if all_of_ours else "taken kinds of updates from the webhook"

    async def _set_webhook(self, url: str) -> None:
        await self._bot.set_webhook(url, secret_token=self._secret, allowed_updates=KINDS)

    async def register(self, public_url: str) -> None:
        """Set the webhook (none when polling) and the menu of commands."""
        try:
            async with asyncio.timeout(client.TIMEOUT * 2):
                if self._mode == "webhook":
                    url = public_url.rstrip("/") + webhook.PATH
                    await self._set_webhook(url)
                    self._webhook = url
                for language, words in COMMANDS.items():
                    await self._bot.set_my_commands(
                        [BotCommand(*pair) for pair in words], language_code=language
                    )
        except Exception as error:
            raise send_error(error) from error

    async def aclose(self) -> None:
        """Close both connection pools."""
        await self._bot.aclose()


def _answering(message: OutboundMessage) -> ReplyParameters | None:
    """What stands in a thread elsewhere answers its first message here; where somebody deleted that, or the chat has
    another id since, it is an ordinary one (core.telegram.org/bots/api#replyparameters)."""
    chat, _, number = (message.thread or "").rpartition(":")
    if chat != message.address.id or not number.isdigit():
        return None
    return ReplyParameters(int(number), allow_sending_without_reply=True)
