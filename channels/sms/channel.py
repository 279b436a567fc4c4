"""SMS through Twilio: messages and status callbacks in, text messages out.

Translation and rendering are in `inbound`, errors in `errors`; this module owns the SDK's client.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol, cast
from urllib.parse import urlsplit

import aiohttp
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]  # it has no types
from twilio.http.response import Response as TwilioResponse  # type: ignore[import-untyped]  # it has no types
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types
from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

from channels.base import Inbound, Misconfigured, OutboundMessage, Receipt, Receive, Unknown
from channels.guard import Refused, body_of, form_pairs, guarded, kept, storable_text
from channels.sms.errors import send_error
from channels.sms.inbound import inbound, rendered, report, same_words
from channels.sms.inbound import message as received
from channels.sms.limits import LIMITS

log = logging.getLogger(__name__)

TIMEOUT = 8.0
SWEEP_EVERY = 300.0  # seconds between two looks at Twilio's list of messages, beside webhooks
SWEEP_ALONE = 5.0  # the same where no webhook can reach us, so that the list is all that we have
SWEEP_BACK = timedelta(hours=24)  # how far the first look goes back
SWEEP_OVERLAP = timedelta(minutes=15)  # how far a later one goes back before the last that worked
SWEEP_REPORTS = timedelta(hours=1)  # the same where the list also says what became of our messages
SWEEP_MOST = 5000  # messages of one look
_FIND_MOST = 50  # messages to one number that are looked through
_VALIDITY = (
    1,
    14_400,
    36_000,
)  # least, usual and most seconds in Twilio's queue: messages.create, ValidityPeriod
_HERE = ("localhost", "127.0.0.1", "::1", "")
_EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


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
        self._validator = cast("_Validator", RequestValidator(auth_token))
        self._told: frozenset[str] = frozenset()  # what the last look found and was kept
        self._http: _Http | None = None
        self._client_: Client | None = None

    # ------------------------------------------------------------------------------------------------- in

    def routes(self, receive: Receive) -> Sequence[Route]:
        """`POST /sms/inbound` and `POST /sms/status`, none without a public address. The answer to a message
        is an empty one: replies go out by `send`, where a lost one is seen."""
        if self._public_url is None:
            return []

        async def take_message(request: Request) -> Response:
            events = inbound(await self._form(request), self._clock())
            if not await kept(receive, events, self.name):
                return Response(status_code=503)
            return Response(_EMPTY_TWIML, media_type="application/xml")

        async def take_status(request: Request) -> Response:
            events = report(await self._form(request), self._clock())
            return Response(status_code=204 if await kept(receive, events, self.name) else 503)

        return [
            Route("/sms/inbound", guarded(take_message), methods=["POST"]),
            Route("/sms/status", guarded(take_status), methods=["POST"]),
        ]

    async def _form(self, request: Request) -> dict[str, str]:
        """The form, once its signature holds. It is signed over the URL that Twilio was given: the
        configured public address with the path and query as they came, since a proxy may have changed
        scheme and port."""
        signature = request.headers.get("x-twilio-signature")
        if signature is None:
            raise Refused(401, "The request carries no Twilio signature.")
        pairs = form_pairs(await body_of(request))
        query = request.scope["query_string"].decode("latin-1")
        raw_path = request.scope.get("raw_path") or request.scope["path"].encode()
        url = (self._public_url or "") + raw_path.decode("latin-1") + (f"?{query}" if query else "")
        # SHA-1 with the account's token: a header may ask for another algorithm, but not for our trust.
        if not self._validator.validate(url, ImmutableMultiDict(pairs), signature):
            raise Refused(401, "The request is not signed by Twilio for this address; look at public_url.")
        form = {key: storable_text(value) for key, value in pairs}
        if form.get("AccountSid", self._account_sid) != self._account_sid:
            raise Refused(403, "The request belongs to another Twilio account.")
        return form

    async def listen(self, receive: Receive) -> None:
        """Look through Twilio's list of messages now and every five minutes, until cancelled: Twilio does
        not repeat a webhook that failed. Every five seconds without a public address, where the list also
        tells what became of ours. A message has the same provider_id as by webhook, so twice is once."""
        alone = self._public_url is None
        every, overlap = (SWEEP_ALONE, SWEEP_REPORTS) if alone else (SWEEP_EVERY, SWEEP_OVERLAP)
        since = self._clock() - SWEEP_BACK
        while True:
            started = self._clock()
            try:
                if await self._swept(receive, since, reports=alone):
                    since = started - overlap
            except Exception as error:  # whatever it is: the next look must come
                log.warning(
                    "the SMS sweep failed", extra={"channel": self.name, "reason": str(send_error(error))}
                )
            await asyncio.sleep(every)

    async def _swept(self, receive: Receive, since: datetime, *, reports: bool) -> bool:
        """Hand over what Twilio received after `since`, oldest first, and with `reports` how far ours are;
        whether it was kept."""
        listed = await self._client().messages.list_async(
            **({} if self._service or reports else {"to": self._sender}),
            date_sent_after=since.astimezone(UTC),  # the SDK prints another zone's time without converting it
            limit=SWEEP_MOST,
            page_size=1000,
        )
        events: list[Inbound] = []
        for item in sorted(listed, key=lambda item: item.date_sent or self._clock()):
            at = item.date_sent or self._clock()
            by_service = self._service is not None and item.messaging_service_sid == self._service
            if item.direction == "inbound":
                if by_service or item.to == self._sender:
                    events += received(str(item.sid), str(item.from_), storable_text(item.body or ""), at)
            elif reports and (by_service or item.from_ == self._sender):
                code = "" if item.error_code is None else str(item.error_code)
                status = {"MessageSid": str(item.sid), "MessageStatus": str(item.status), "ErrorCode": code}
                events += report(status, at)
        # The list repeats itself; what was kept is not offered again. After a restart it is, to no effect.
        if not await kept(
            receive, [event for event in events if event.provider_id not in self._told], self.name
        ):
            return False
        self._told = frozenset(event.provider_id for event in events)
        return True

    # ------------------------------------------------------------------------------------------------ out

    async def send(self, message: OutboundMessage) -> Receipt:
        """Hand one text message to Twilio. Choices, pictures, `replaces` and `thread` have no counterpart in
        SMS and are left out."""
        try:
            created = await self._client().messages.create_async(
                to=message.address.id,
                body=rendered(message.body),
                smart_encoded=True,
                validity_period=self._validity(message.expires_at),
                **({"messaging_service_sid": self._service} if self._service else {"from_": self._sender}),
                **({"status_callback": f"{self._public_url}/sms/status"} if self._is_reachable() else {}),
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

    async def find(self, message: OutboundMessage, since: datetime) -> Receipt | None:
        """Look through the newest messages to that number, back to `since`, for one of the same words."""
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
            if item.direction != "inbound" and same_words(words, item.body or ""):
                return Receipt(str(item.sid))
        return None

    # --------------------------------------------------------------------------------------------- operator

    async def identify(self) -> str:
        """The account's name and the sender. `Misconfigured` where the account is not active."""
        try:
            account = await self._client().api.accounts(self._account_sid).fetch_async()
        except Exception as error:
            raise send_error(error) from error
        if account.status != "active":
            raise Misconfigured(f"the Twilio account is {account.status}; see its console")
        return f"{account.friendly_name}, sending from {self._sender or self._service}"

    async def register(self, public_url: str) -> None:
        """Nothing to do: the number's webhook is set in Twilio's console, with `#rc=3&rp=all` behind the
        URL, and each message carries its own status callback."""

    async def aclose(self) -> None:
        """Close the session; a later call opens a new one."""
        http, self._http, self._client_ = self._http, None, None
        if http is not None:
            await http.close()

    def _client(self) -> Client:
        """The one client. Made at first use, because its session has to be made in the running loop."""
        if self._client_ is None:
            self._http = _Http()
            self._client_ = Client(
                self._account_sid,
                self._auth_token,
                http_client=self._http,
                environment={"TWILIO_REGION": ""},  # else the SDK reads edge and region from the environment
            )
            if self._api_url:
                self._client_.api.base_url = self._api_url.rstrip("/")
        return self._client_


class _Http(AsyncTwilioHttpClient):  # type: ignore[misc]  # its base has no types
    """The SDK's client with a time-out (it ignores its own), and without its log of numbers and URLs. It
    has no retries: after a broken connection the outbox decides."""

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # the SDK's signature
        allow_redirects: bool = False,
    ) -> TwilioResponse:
        given = dict(headers or {})
        if auth is not None:
            given["Authorization"] = aiohttp.encode_basic_auth(*auth)
        session: aiohttp.ClientSession = self.session
        async with session.request(
            method,
            url,
            params=cast("dict[str, str] | None", params),
            data=data,
            headers=given,
            timeout=aiohttp.ClientTimeout(total=timeout or TIMEOUT),
            allow_redirects=allow_redirects,
        ) as answer:
            return TwilioResponse(answer.status, await answer.text(), answer.headers)


class _Validator(Protocol):
    """RequestValidator as we use it."""

    def validate(self, uri: str, params: ImmutableMultiDict[str, str], signature: str) -> bool: ...
