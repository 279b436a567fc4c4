"""Telegram's polling: updates fetched in their order, where there is no public address."""

import asyncio
import logging
from collections.abc import Sequence

from telegram.error import Conflict, TelegramError

from channels.base import Unknown
from channels.hearing import Ear
from channels.telegram import client
from channels.telegram.client import Client
from channels.telegram.errors import send_error
from channels.telegram.inbound import press_of
from channels.telegram.webhook import KeepUpdate

log = logging.getLogger(__name__)

LONG_POLL = 30  # seconds that Telegram holds an empty getUpdates; it allows 50
BACK_OFF = (1.0, 60.0)  # the first and the longest pause after a failed getUpdates, in seconds
GIVE_UP = 10  # refusals of one update, after which others may pass it


class Polling:
    """Hands each update to `keep`. One is confirmed to Telegram, by the offset of the next request, only
    after `keep` said yes to it."""

    def __init__(self, bot: Client, keep: KeepUpdate, ear: Ear) -> None:
        self._bot, self._keep, self._ear = bot, keep, ear
        self._refusals: dict[object, int] = {}  # by update_id: how often it could not be kept

    async def run(self) -> None:
        """Poll until cancelled."""
        shortest, longest = BACK_OFF
        pause, webhook, offset = shortest, True, None
        while True:
            try:
                if webhook:  # while one is set, getUpdates is refused
                    async with asyncio.timeout(client.TIMEOUT):
                        await self._bot.delete_webhook()
                    webhook = False
                updates = await self._bot.updates(offset, LONG_POLL)
                self._ear.worked()
                offset = await self._taken(updates)
                pause = shortest
                continue
            except Exception as error:  # whatever it is: the next update must still come in
                failed = send_error(error)
                self._ear.failed(failed)
                webhook = webhook or isinstance(error, Conflict)  # another program may have set one
                log.warning(
                    "polling failed",
                    extra={"channel": "telegram", "reason": str(failed), "pause": pause},
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, longest)

    async def _taken(self, updates: Sequence[dict[str, object]]) -> int | None:
        """Keep updates in their order and return the offset that confirms them. None where there were none:
        Telegram has then forgotten the old ones, and may start again from a lower number after a quiet
        week. One that was refused again and again, and once more after a later one was kept, is given up, so
        that it holds nobody up; while nothing can be kept, nothing is given up."""
        offset: int | None = None
        refused: list[dict[str, object]] = []
        for update in updates:
            if not await self._keep(update):
                number = update.get("update_id")
                self._refusals[number] = self._refusals.get(number, 0) + 1
                refused.append(update)
                if self._refusals[number] < GIVE_UP:
                    break
                continue
            for lost in refused:
                if not await self._keep(lost):
                    number = lost.get("update_id")
                    log.error("an update was given up", extra={"channel": "telegram", "update": number})
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
            async with asyncio.timeout(client.TIMEOUT):
                await self._bot.answer_callback_query(press)
        except (TelegramError, TimeoutError) as error:
            log.info("a press was not answered", extra={"channel": "telegram", "error": type(error).__name__})
