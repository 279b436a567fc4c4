"""What Telegram tells the bot: one queue for each kind and person, by webhook or by getUpdates.

Source: github.com/tdlib/telegram-bot-api, Client.cpp and WebhookActor.cpp.
"""

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.courier import Courier, Outcome
from sandbox.ids import Ids

MESSAGE_LIFE = timedelta(hours=24)
PRESS_LIFE = timedelta(seconds=150)
LONGEST_PAUSE = 3600.0
"""A `Retry-After` of the bot is honoured up to this many seconds."""
CALLBACK_QUEUE = 3 << 33
MEMBER_QUEUE = 5 << 33
DEFAULT_KINDS = ("message", "edited_message", "callback_query", "my_chat_member")

Perform = Callable[[str, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True)
class Update:
    """One update.

    `first` is done when the first attempt to deliver it was answered; `taken` is called when the bot took
    it.
    """

    number: int
    kind: str
    payload: dict[str, Any]
    queue: int
    who: str
    expires: datetime
    first: asyncio.Future[Outcome] = field(repr=False, compare=False)
    taken: Callable[[], object] | None = field(repr=False, compare=False)

    def as_json(self) -> dict[str, Any]:
        return {"update_id": self.number, self.kind: self.payload}


@dataclass
class Webhook:
    """Where updates go, and how it went of late."""

    url: str = ""
    secret: str = ""
    connections: int = 40
    error: str = ""
    error_at: int = 0
    gone_since: datetime | None = None


class Conflict(Exception):
    """409: webhook and getUpdates, or two getUpdates, at once; the message is Telegram's."""


class Updates:
    """The updates that wait, and the way they take."""

    def __init__(self, clock: Clock, ids: Ids, courier: Courier, patience: float) -> None:
        self._clock, self._ids, self._courier, self._patience = clock, ids, courier, patience
        self.webhook = Webhook()
        self.allowed: tuple[str, ...] = DEFAULT_KINDS
        self.perform: Perform | None = None
        self._waiting: dict[int, Update] = {}
        self._queues: dict[int, dict[int, Update]] = {}
        self._workers: dict[int, asyncio.Task[Any]] = {}
        self._news = asyncio.Event()
        self._poll: asyncio.Future[None] | None = None
        self._asked: tuple[int, float] = (0, 0.0)

    # -- adding

    def add(
        self,
        kind: str,
        payload: dict[str, Any],
        queue: int,
        who: str,
        life: timedelta = MESSAGE_LIFE,
        taken: Callable[[], object] | None = None,
    ) -> Update | None:
        """Queues an update; None where the bot does not want its kind."""
        if kind not in self.allowed:
            return None
        first: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        update = Update(
            self._ids.number("update"), kind, payload, queue, who, self._clock.now() + life, first, taken
        )
        self._waiting[update.number] = update
        self._queues.setdefault(queue, {})[update.number] = update
        news, self._news = self._news, asyncio.Event()
        news.set()
        self._start_worker(queue)
        return update

    def pending(self) -> list[Update]:
        """What waits and has not expired, oldest first."""
        now = self._clock.now()
        for update in [each for each in self._waiting.values() if each.expires <= now]:
            self._drop(update)
        return list(self._waiting.values())

    def clear(self) -> None:
        """drop_pending_updates."""
        for update in list(self._waiting.values()):
            self._drop(update)

    def _drop(self, update: Update) -> None:
        self._forget(update)
        if not update.first.done():
            update.first.set_result(Outcome("lost"))

    def _forget(self, update: Update) -> None:
        self._waiting.pop(update.number, None)
        queue = self._queues.get(update.queue, {})
        queue.pop(update.number, None)
        if not queue:
            self._queues.pop(update.queue, None)

    def _next(self, queue: int) -> Update | None:
        """The oldest update of a queue that has not expired."""
        for update in list(self._queues.get(queue, {}).values()):
            if update.expires > self._clock.now():
                return update
            self._drop(update)
        return None

    # -- by webhook

    def set_webhook(self, webhook: Webhook) -> None:
        self.webhook = webhook
        for worker in self._workers.values():
            worker.cancel()
        self._workers.clear()
        if self._poll is not None and not self._poll.done() and webhook.url:
            self._poll.set_exception(Conflict("terminated by setWebhook request"))
        for queue in list(self._queues):
            self._start_worker(queue)

    def _start_worker(self, queue: int) -> None:
        worker = self._workers.get(queue)
        if self.webhook.url and (worker is None or worker.done()):
            self._workers[queue] = self._courier.spawn(self._work(queue))

    async def _work(self, queue: int) -> None:
        """Delivers one queue in order: a failing update blocks its own queue only."""
        failures = 0
        while update := self._next(queue):
            outcome = await self._courier.carry(
                "telegram",
                update.kind,
                update.who,
                functools.partial(self._post, update),
                functools.partial(self._post_anew, update),
            )
            if outcome.taken and update.taken is not None:
                update.taken()
            if not update.first.done():
                update.first.set_result(outcome)
            if outcome.final:
                failures = 0
                self._forget(update)
                await self._perform_answer(outcome)
                continue
            self._note_failure(outcome)
            await self._clock.sleep(self._pause(outcome, failures))
            failures += 1

    async def _post(self, update: Update) -> Outcome:
        headers = {"Content-Type": "application/json"}
        if self.webhook.secret:
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook.secret
        body = json.dumps(update.as_json(), ensure_ascii=False).encode()
        return await self._courier.post(self.webhook.url, body, headers, self._patience)

    async def _post_anew(self, update: Update) -> Outcome:
        return await self._post(replace(update, number=self._ids.number("update")))

    def _pause(self, outcome: Outcome, failures: int) -> float:
        """Again at once, then 2, 4, 8 s … up to a random 60-120 s; the bot's own Retry-After wins."""
        asked = next((value for name, value in outcome.headers.items() if name.lower() == "retry-after"), "")
        if asked.isdigit():
            return min(float(asked), LONGEST_PAUSE)
        return 0.0 if failures == 0 else min(2.0**failures, self._ids.between(60, 120))

    def _note_failure(self, outcome: Outcome) -> None:
        now = self._clock.now()
        self.webhook.error_at = int(now.timestamp())
        answered = outcome.fate == "answered"
        self.webhook.error = (
            f"Wrong response from the webhook: {outcome.status}"
            if answered
            else outcome.fate.replace("_", " ")
        )
        if outcome.status != 410:
            self.webhook.gone_since = None
        elif self.webhook.gone_since is None:
            self.webhook.gone_since = now
        elif now - self.webhook.gone_since > timedelta(hours=23):
            self.set_webhook(Webhook())

    async def _perform_answer(self, outcome: Outcome) -> None:
        """Performs the call that a 2xx answer asks for; its result is told nobody."""
        if not outcome.body.strip() or self.perform is None:
            return
        try:
            call = json.loads(outcome.body)
        except ValueError:
            return
        if isinstance(call, dict) and isinstance(call.get("method"), str):
            await self.perform(call.pop("method"), call)

    # -- by getUpdates

    async def poll(self, offset: int, limit: int, patience: float) -> list[dict[str, Any]]:
        """Confirms what is before `offset` and gives what follows, waiting up to `patience` real seconds;
        raises Conflict.

        The wait is measured in real seconds, because the caller's HTTP client waits in real seconds too.
        """
        if self.webhook.url:
            raise Conflict(
                "can't use getUpdates method while webhook is active; "
                "use deleteWebhook to delete the webhook first"
            )
        if self._poll is not None and not self._poll.done():
            self._poll.set_exception(
                Conflict(
                    "terminated by other getUpdates request; make sure that only one bot instance is running"
                )
            )
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._poll = mine
        now = asyncio.get_running_loop().time()
        if (offset, True) == (self._asked[0], now - self._asked[1] < 0.5):
            limit = 1  # the same offset again within half a second
        self._asked = (offset, now)
        if offset < 0:
            offset = next((update.number for update in self.pending()[offset:]), 0)
        for update in self.pending():
            if update.number < offset:
                self._forget(update)
                if update.taken is not None:
                    update.taken()
                if not update.first.done():
                    update.first.set_result(Outcome("answered", 200))
        ready = self.pending()
        deadline = now + patience
        while not ready and (left := deadline - asyncio.get_running_loop().time()) > 0:
            news: asyncio.Future[Any] = asyncio.ensure_future(self._news.wait())
            await asyncio.wait([news, mine], timeout=left, return_when=asyncio.FIRST_COMPLETED)
            news.cancel()
            if mine.done():
                break
            ready = self.pending()
        if mine.done():
            mine.result()
        mine.cancel()
        return [update.as_json() for update in ready[:limit]]
