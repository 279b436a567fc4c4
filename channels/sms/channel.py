"""SMS through Twilio: text messages in and out, by one account."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from starlette.routing import Route
from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

from channels.base import (
    Address,
    DeliveryReport,
    Inbound,
    Misconfigured,
    OutboundMessage,
    Receipt,
    Receive,
    Unknown,
)
from channels.guard import kept
from channels.hearing import Ear
from channels.sms import client, listening, webhook
from channels.sms.errors import send_error
from channels.sms.inbound import Ours
from channels.sms.limits import LIMITS
from channels.sms.listening import Sweep
from channels.sms.outbound import rendered, same_words

_FIND_MOST: Final = 50  # messages to one number that are looked through
_VALIDITY: Final = (1, 14_400, 36_000)
"""Least, usual and most seconds in Twilio's queue: messages.create, ValidityPeriod."""
_HERE: Final = ("localhost", "127.0.0.1", "::1", "")


class SmsChannel:
    """One Twilio account with a number (`sender`) or a messaging service. Without a `public_url` there are no
    webhooks: Twilio's list tells what comes in and what became of our messages. ValueError where a credential
    or the sender is missing."""

    name = "sms"
    limits = LIMITS

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        sender: str | None,
        messaging_service_sid: str | None,
        public_url: str | None,
        api_url: str | None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not account_sid.strip():
            raise ValueError("channels.sms.account_sid is empty; copy it from Twilio's console (AC…)")
        if not auth_token.strip():
            raise ValueError("channels.sms.auth_token is empty; without it no forged message is found")
        if not sender and not messaging_service_sid:
            raise ValueError("channels.sms has no sender; set channels.sms.from or messaging_service_sid")
        if public_url is not None and urlsplit(public_url).scheme not in ("http", "https"):
            raise ValueError("public_url is no web address; Twilio signs its requests over it")
        self._account_sid, self._auth_token = account_sid, auth_token
        self._sender, self._service = sender, messaging_service_sid
        self._public_url = None if public_url is None else public_url.rstrip("/")
        self._api_url = api_url
        self._clock = clock
        self._client_: Client | None = None
        self._ear = Ear(clock)

    def routes(self, receive: Receive) -> Sequence[Route]:
        """`POST /sms/inbound` and `POST /sms/status`; none without a public address."""
        if self._public_url is None:
            return []
        keep = self._keep(receive)
        ours = Ours(self._sender, self._service)
        return webhook.routes(self._account_sid, self._auth_token, self._public_url, ours, self._clock, keep)

    async def listen(self, receive: Receive) -> None:
        """Look through Twilio's list of messages, until cancelled: for what no webhook brought, and for
        everything without a public address."""
        ours = Ours(self._sender, self._service)
        alone = self._public_url is None
        await Sweep(self._client, ours, self._clock, self._keep(receive), alone=alone, ear=self._ear).run()

    def _keep(self, receive: Receive) -> webhook.KeepEvents:
        async def keep(events: Sequence[Inbound]) -> bool:
            return await kept(receive, events, self.name)

        return keep

    async def send(self, message: OutboundMessage) -> Receipt:
        """Hand one text message to Twilio. Choices, pictures and `replaces` have no counterpart in SMS
        and are left out."""
        try:
            created = await self._client().messages.create_async(
                to=message.address.id,
                body=rendered(message.body),
                smart_encoded=True,
                validity_period=self._validity(message.expires_at),
                **({"messaging_service_sid": self._service} if self._service else {"from_": self._sender}),
                **(
                    {"status_callback": f"{self._public_url}{webhook.STATUS_PATH}{webhook.AGAIN}"}
                    if self._is_reachable()
                    else {}
                ),
            )
        except Exception as error:
            raise send_error(error) from error
        if not created.sid:
            raise Unknown("Twilio's answer does not name the message")
        return Receipt(str(created.sid))

    def _validity(self, expires_at: datetime | None) -> int:
        """Seconds that the message may wait in Twilio's queue, so that none arrives in the night."""
        least, usual, most = _VALIDITY
        if expires_at is None:
            return usual
        return max(least, min(most, int((expires_at - self._clock()).total_seconds())))

    def _is_reachable(self) -> bool:
        """Whether Twilio could call us back: it refuses a message with a callback to a local address
        (21609)."""
        if self._public_url is None:
            return False
        return self._api_url is not None or urlsplit(self._public_url).hostname not in _HERE

    async def find(
        self, message: OutboundMessage, since: datetime, others: Collection[str] = ()
    ) -> Receipt | None:
        """Look through the newest messages to that number, back to `since`, for one of the same words that is
        none of the `others`."""
        words = rendered(message.body)
        try:
            # Not filtered by DateSent: a message that still waits in Twilio's queue has none.
            listed = await self._client().messages.list_async(to=message.address.id, limit=_FIND_MOST)
        except Exception as error:
            raise send_error(error) from error
        for item in listed:
            created = item.date_created
            if created is not None and created < since.astimezone(UTC).replace(microsecond=0):
                continue
            ours = item.direction != "inbound" and str(item.sid) not in others
            if ours and same_words(words, item.body or ""):
                return Receipt(str(item.sid))
        return None

    async def states(self, refs: Collection[str]) -> Sequence[DeliveryReport]:
        """By Twilio's list, since not every status callback gets here."""
        return await listening.states(self._client(), refs, self._clock())

    async def identify(self) -> str:
        """The account's name and the sender. `Misconfigured` where the account is not active."""
        try:
            account = await self._client().api.accounts(self._account_sid).fetch_async()
        except Exception as error:
            raise send_error(error) from error
        if account.status != "active":
            raise Misconfigured(f"the Twilio account is {account.status}; see its console")
        return f"{account.friendly_name}, sending from {self._sender or self._service}"

    async def look_up(self, address: Address) -> None:
        """Nothing to ask: only the carrier knows, once a message was sent."""

    async def hears(self) -> None:
        """How the last look through Twilio's list went."""
        self._ear.check()

    async def register(self, public_url: str) -> None:
        """Nothing to do: the number's webhook is set in Twilio's console, with `#rc=3&rp=all` behind the
        URL, and each message carries its own status callback."""

    async def aclose(self) -> None:
        """Close the session; a later call opens a new one."""
        made, self._client_ = self._client_, None
        if made is not None:
            await made.http_client.close()

    def _client(self) -> Client:
        """The one client, made at first use, in the running loop."""
        if self._client_ is None:
            self._client_ = client.client(self._account_sid, self._auth_token, self._api_url)
        return self._client_
