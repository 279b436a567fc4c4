"""Twilio's list of messages, looked through again and again: for what no webhook brought.

Twilio does not repeat a webhook that failed; and without a public address the list is all that there is. A
message has the same provider_id as by webhook, so that twice is once.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types
from twilio.rest.api.v2010.account.message import MessageInstance  # type: ignore[import-untyped]  # the same

from channels.base import Brought, DeliveryReport, Inbound, Misconfigured, RateLimited, SendError
from channels.hearing import Ear
from channels.sms.errors import send_error
from channels.sms.inbound import Ours, message, report
from channels.sms.webhook import KeepEvents
from channels.values import storable_text

log = logging.getLogger(__name__)

SWEEP_EVERY = 300.0  # seconds between two looks, beside webhooks
SWEEP_ALONE = 5.0  # the same where no webhook can reach us
SWEEP_REFUSED = 60.0  # seconds after a look that Twilio refused because of our account or token
SWEEP_BACK: Final = timedelta(hours=24)  # how far the first look goes back
SWEEP_OVERLAP: Final = timedelta(minutes=15)  # how far a later one goes back before the last that worked
SWEEP_REPORTS: Final = timedelta(hours=1)  # the same where the list also says what became of our messages
SWEEP_MOST: Final = 5000  # messages of one look
NOT_FOUND: Final = 404
ONE_BY_ONE: Final = 100  # messages beyond those, asked for at one look


class Sweep:
    """Hands over what the list holds. `alone`: there are no webhooks, so that the list also tells what became
    of our messages."""

    def __init__(
        self,
        client: Callable[[], Client],
        ours: Ours,
        clock: Callable[[], datetime],
        keep: KeepEvents,
        *,
        alone: bool,
        ear: Ear | None = None,
    ) -> None:
        self._client, self._ours, self._clock, self._keep = client, ours, clock, keep
        self._ear = ear or Ear(clock)
        self._alone = alone
        self._told: frozenset[str] = frozenset()  # what the last look found and was kept

    async def run(self) -> None:
        """Look now and every five minutes (every five seconds where `alone`), until cancelled."""
        every, overlap = (SWEEP_ALONE, SWEEP_REPORTS) if self._alone else (SWEEP_EVERY, SWEEP_OVERLAP)
        since = self._clock() - SWEEP_BACK
        while True:
            started, pause = self._clock(), every
            try:
                if await self._swept(since):
                    since = started - overlap
                self._ear.worked()
            except Exception as error:  # whatever it is: the next look must come
                failed = send_error(error)
                self._ear.failed(failed)
                pause = max(every, _pause_after(failed))
                log.warning("the SMS sweep failed", extra={"channel": "sms", "reason": str(failed)})
            await asyncio.sleep(pause)

    async def _swept(self, since: datetime) -> bool:
        """Hand over what came after `since`, oldest first; whether it was kept."""
        listed = await self._client().messages.list_async(
            **({} if self._ours.service or self._alone else {"to": self._ours.sender}),
            date_sent_after=since.astimezone(UTC),  # the SDK prints another zone's time without converting it
            limit=SWEEP_MOST,
            page_size=1000,
        )
        events: list[Inbound] = []
        for item in sorted(listed, key=lambda item: item.date_sent or self._clock()):
            at = item.date_sent or self._clock()
            if item.direction == "inbound":
                if self._ours.holds(item.to, item.messaging_service_sid):
                    # The list counts what came with a message; only another request would say of which kind.
                    brings: Brought | None = "other" if str(item.num_media or "0") != "0" else None
                    text = storable_text(item.body or "")
                    events += message(str(item.sid), str(item.from_), text, at, brings=brings)
            elif self._alone and self._ours.holds(item.from_, item.messaging_service_sid):
                events += report(_form(item), at)
        # The list repeats itself; what was kept is not offered again. After a restart it is, to no effect.
        if not await self._keep([event for event in events if event.provider_id not in self._told]):
            return False
        self._told = frozenset(event.provider_id for event in events)
        return True


async def states(client: Client, refs: Collection[str], now: datetime) -> Sequence[DeliveryReport]:
    """What the list says became of messages of ours; beyond its newest, Twilio is asked for some of them one by one,
    for others at the next look. Raises a `SendError`."""
    try:
        # Not filtered by DateSent: a message that failed in Twilio's queue need not have one.
        listed = await client.messages.list_async(limit=SWEEP_MOST, page_size=1000)
    except Exception as error:
        raise send_error(error) from error
    items = [item for item in listed if str(item.sid) in refs]
    if len(listed) >= SWEEP_MOST:
        older = sorted(set(refs) - {str(item.sid) for item in items})
        items += [item async for item in _fetched(client, _turn_of(older, now))]
    found = (report(_form(item), now) for item in items)
    reports = [event for events in found for event in events if isinstance(event, DeliveryReport)]
    return [event for event in reports if event.status in ("delivered", "undelivered", "failed")]


def _turn_of(refs: Sequence[str], now: datetime) -> Sequence[str]:
    """Whose turn it is at this look, so that all get theirs though nothing is remembered between two."""
    begin = int(now.timestamp() // SWEEP_EVERY) * ONE_BY_ONE % max(1, len(refs))
    return (*refs[begin:], *refs[:begin])[:ONE_BY_ONE]


async def _fetched(client: Client, refs: Sequence[str]) -> AsyncIterator[MessageInstance]:
    """Messages by their references, up to where Twilio will not go on. One that it does not know, since its account
    deletes what is old, is passed over."""
    for ref in refs:
        try:
            yield await client.messages(ref).fetch_async()
        except Exception as error:
            if getattr(error, "status", None) == NOT_FOUND:
                continue
            log.warning(
                "a message's state is not known", extra={"channel": "sms", "reason": str(send_error(error))}
            )
            return


def _form(item: MessageInstance) -> Mapping[str, str]:
    """A listed message in the words of a status callback."""
    code = "" if item.error_code is None else str(item.error_code)
    return {"MessageSid": str(item.sid), "MessageStatus": str(item.status), "ErrorCode": code}


def _pause_after(error: SendError) -> float:
    """Seconds to wait after a look that was refused: as a channel does after a message that was."""
    match error:
        case RateLimited(retry_after=seconds):
            return seconds
        case Misconfigured():
            return SWEEP_REFUSED
    return 0.0
