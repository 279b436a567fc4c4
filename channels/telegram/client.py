"""Telegram's client as we use it: python-telegram-bot's `Bot` with connection pools of our own.

Not its Application, whose handlers hide their failures, nor its Updater, which one unreadable update stops
for ever.
"""

import logging
from urllib.parse import urlsplit

from telegram import Bot
from telegram.error import TelegramError

from channels.proxy import proxy_to
from channels.telegram.inbound import KINDS
from channels.telegram.transport import Transport
from channels.values import storable

TIMEOUT = 8.0


class Client(Bot):
    """A Bot that also fetches updates as Telegram wrote them: `get_updates` would parse them all at once,
    and fail for all where one cannot be parsed."""

    def __init__(self, token: str, api_url: str | None) -> None:
        proxy = None if api_url else proxy_to(api_base(None))
        # A long poll keeps its connection for itself.
        self._pools = (Transport(64, TIMEOUT, proxy), Transport(1, TIMEOUT, proxy))
        super().__init__(
            token, base_url=api_base(api_url), request=self._pools[0], get_updates_request=self._pools[1]
        )

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

    async def aclose(self) -> None:
        """Close both connection pools."""
        for pool in self._pools:
            await pool.shutdown()


def api_base(api_url: str | None) -> str:
    """The base that the token is added to: `http://host:1` and `http://host:1/telegram/bot` both do."""
    if not api_url:
        return "https://api.telegram.org/bot"
    base = api_url.rstrip("/")
    return base if urlsplit(base).path.endswith("/bot") else base + "/bot"


def silence() -> None:
    """Keep the SDK from logging tokens and payloads, which it does even in its errors."""
    logging.getLogger("telegram").setLevel(logging.CRITICAL)
