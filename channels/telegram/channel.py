"""Telegram: updates in (webhook or polling), messages out.

Of python-telegram-bot it takes the Bot, the types and the errors; not its Application, whose handlers hide
their failures, nor its Updater, which one unreadable update stops for ever. Translation is in
`inbound`, rendering in `outbound`, errors in `errors`.
"""

import asyncio
import functools
import hmac
import logging
import re
import ssl
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from telegram import Bot, BotCommand, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError
from telegram.request import HTTPXRequest

from channels.base import Image, OutboundMessage, Receipt, Receive, Rejected, Unknown
from channels.guard import Refused, body_of, guarded, json_object, kept, storable
from channels.telegram.errors import NOT_MODIFIED, send_error
from channels.telegram.inbound import KINDS, events_of, press_of
from channels.telegram.limits import LIMITS
from channels.telegram.outbound import CAPTION_LIMIT, keyboard, rendered

log = logging.getLogger(__name__)

TIMEOUT = 8.0
LONG_POLL = 30  # seconds that Telegram holds an empty getUpdates; it allows 50
_BACK_OFF = (1.0, 60.0)  # the first and the longest pause after a failed getUpdates, in seconds
_GIVE_UP = 10  # refusals of one update while polling, after which others may pass it
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")  # core.telegram.org/bots/api#setwebhook
_SDK_LOGGERS = {"httpx": logging.WARNING, "httpcore": logging.WARNING, "telegram": logging.CRITICAL}
"""Below these levels they print URLs, which hold the token, and payloads, `telegram` even in its errors."""

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
        self._refusals: dict[object, int] = {}  # by update_id: how often it could not be kept, when polling
        for logger, level in _SDK_LOGGERS.items():
            logging.getLogger(logger).setLevel(level)
        self._pools = (_pool(64), _pool(1))  # a long poll keeps its connection for itself
        self._bot = _Bot(
            token, base_url=api_base(api_url), request=self._pools[0], get_updates_request=self._pools[1]
        )

    # ------------------------------------------------------------------------------------------------- in

    def routes(self, receive: Receive) -> Sequence[Route]:
        """`POST /telegram/webhook`; none when polling."""
        if self._mode == "polling":
            return []

        async def webhook(request: Request) -> Response:
            given = request.headers.get("x-telegram-bot-api-secret-token", "")
            if not hmac.compare_digest(given.encode(), self._secret.encode()):
                raise Refused(401, "The request does not carry the webhook's secret.")
            update = storable(json_object(await body_of(request)))
            if not await self._kept(receive, update):
                return Response(status_code=503)
            press = press_of(update)
            if press is None:
                return Response(status_code=200)
            # Telegram performs the call that the answer holds; it stops the button's spinner
            # (core.telegram.org/bots/api#making-requests-when-getting-updates).
            return JSONResponse({"method": "answerCallbackQuery", "callback_query_id": press})

        return [Route("/telegram/webhook", guarded(webhook), methods=["POST"])]

    async def _kept(self, receive: Receive, update: dict[str, object]) -> bool:
        return await kept(receive, events_of(update, self._bot_id, self._username, self._clock()), self.name)

    async def listen(self, receive: Receive) -> None:
        """Polling until cancelled; with a webhook it returns at once. An update is confirmed to Telegram,
        by the offset of the next request, only after `receive` returned for it."""
        if self._mode == "webhook":
            return
        shortest, longest = _BACK_OFF
        pause, webhook, offset = shortest, True, None
        while True:
            try:
                if webhook:  # while one is set, getUpdates is refused
                    async with asyncio.timeout(TIMEOUT):
                        await self._bot.delete_webhook()
                    webhook = False
                updates = await self._bot.updates(offset, LONG_POLL)
                offset = await self._taken(receive, updates)
                pause = shortest
                continue
            except Exception as error:  # whatever it is: the next update must still come in
                log.warning(
                    "polling failed",
                    extra={"channel": self.name, "reason": str(send_error(error)), "pause": pause},
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    async def _taken(self, receive: Receive, updates: Sequence[dict[str, object]]) -> int | None:
        """Keep updates in their order and return the offset that confirms them. None where there were none:
        Telegram has then forgotten the old ones, and may start again from a lower number after a quiet
        week. One that was refused again and again, and once more after a later one was kept, is given up, so
        that it holds nobody up; while nothing can be kept, nothing is given up."""
        offset: int | None = None
        refused: list[dict[str, object]] = []
        for update in updates:
            if not await self._kept(receive, update):
                number = update.get("update_id")
                self._refusals[number] = self._refusals.get(number, 0) + 1
                refused.append(update)
                if self._refusals[number] < _GIVE_UP:
                    break
                continue
            for lost in refused:
                if not await self._kept(receive, lost):
                    number = lost.get("update_id")
                    log.error("an update was given up", extra={"channel": self.name, "update": number})
            self._refusals.clear()
            refused.clear()
            press = press_of(update)
            if press is not None:
                await self._answer(press)
            number = update.get("update_id")
            offset = number + 1 if isinstance(number, int) else offset
        if refused and offset is None:
            raise Unknown("an update could not be kept")
        return offset

    async def _answer(self, press: str) -> None:
        """Stop the button's spinner. Too late, or not at all: the answer is stored, so nothing is lost."""
        try:
            async with asyncio.timeout(TIMEOUT):
                await self._bot.answer_callback_query(press)
        except (TelegramError, TimeoutError) as error:
            log.info("a press was not answered", extra={"channel": self.name, "error": type(error).__name__})

    # ------------------------------------------------------------------------------------------------ out

    async def send(self, message: OutboundMessage) -> Receipt:
        """Post, or edit where `replaces` is set; editing to what is there already counts as done."""
        try:
            async with asyncio.timeout(TIMEOUT):
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
            reply_parameters=_answering(message),
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

    async def find(self, message: OutboundMessage, since: datetime) -> Receipt | None:
        """Raises `Unknown`: a bot cannot read a chat back."""
        raise Unknown("Telegram offers no way to look a message up; read the chat in Telegram")

    # --------------------------------------------------------------------------------------------- operator

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
            async with asyncio.timeout(TIMEOUT):
                return (await self._bot.get_me()).username or ""
        except Exception as error:
            raise send_error(error) from error

    async def register(self, public_url: str) -> None:
        """Set the webhook (none when polling) and the menu of commands."""
        try:
            async with asyncio.timeout(TIMEOUT * 2):
                if self._mode == "webhook":
                    await self._bot.set_webhook(
                        public_url.rstrip("/") + "/telegram/webhook",
                        secret_token=self._secret,
                        allowed_updates=KINDS,
                    )
                for language, words in COMMANDS.items():
                    await self._bot.set_my_commands(
                        [BotCommand(*pair) for pair in words], language_code=language
                    )
        except Exception as error:
            raise send_error(error) from error

    async def aclose(self) -> None:
        """Close both connection pools."""
        for pool in self._pools:
            await pool.shutdown()


def _answering(message: OutboundMessage) -> ReplyParameters | None:
    """The message that this one answers."""
    _, _, answered = (message.thread or "").rpartition(":")
    return ReplyParameters(int(answered), allow_sending_without_reply=True) if answered.isdigit() else None


class _Bot(Bot):
    """A Bot that also fetches updates as Telegram wrote them: `get_updates` would parse them all at once,
    and fail for all where one cannot be parsed."""

    async def updates(self, offset: int | None, hold: int) -> list[dict[str, object]]:
        """The updates from `offset` on; Telegram waits up to `hold` seconds for the first. Raises
        TelegramError."""
        found = await self._post(
            "getUpdates",
            {"offset": offset, "timeout": hold, "allowed_updates": list(KINDS)},
            read_timeout=hold + TIMEOUT,
        )
        if not isinstance(found, list):
            raise TelegramError("getUpdates did not answer with a list")
        return [storable(update) for update in found if isinstance(update, dict)]


def _pool(size: int) -> HTTPXRequest:
    """A connection pool of our own: no proxy from the environment, and bounded waits."""
    return HTTPXRequest(
        connection_pool_size=size,
        connect_timeout=4.0,
        read_timeout=TIMEOUT,
        write_timeout=4.0,
        pool_timeout=4.0,
        httpx_kwargs={"trust_env": False, "verify": _authorities()},
    )


@functools.cache
def _authorities() -> ssl.SSLContext:
    """The certificates to trust, read once: it takes longer than all else in making a pool."""
    return httpx.create_ssl_context(trust_env=False)


def api_base(api_url: str | None) -> str:
    """The base that the token is added to: `http://host:1` and `http://host:1/telegram/bot` both do."""
    if not api_url:
        return "https://api.telegram.org/bot"
    base = api_url.rstrip("/")
    return base if urlsplit(base).path.endswith("/bot") else base + "/bot"
