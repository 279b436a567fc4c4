"""Slack: events, presses and commands in (HTTP or Socket Mode), direct messages out.

Translation is in `inbound`, rendering in `outbound`, errors in `errors`, Socket Mode in
`socket`; this module owns the SDK's clients.
"""

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import Clock, SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels.base import (
    OutboundMessage,
    Receipt,
    Receive,
    Rejected,
    Unknown,
)
from channels.guard import Refused, body_of, form_pairs, guarded, json_object, kept, storable
from channels.slack import pictures
from channels.slack.errors import of_code, retry_after, send_error
from channels.slack.inbound import events_of
from channels.slack.limits import LIMITS
from channels.slack.outbound import rendered
from channels.slack.socket import stay_connected

log = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=8)
_SPENT = ("used_url", "expired_url")
_ODD = "The payload is not of a form that Slack sends."
_SLACKS = frozenset({"hooks.slack.com", "files.slack.com"})
_SDK_LOGGERS = ("slack_bolt", "slack_sdk")


class SlackChannel:
    """One workspace, by one bot token. The signing secret is needed over HTTP, the app token (xapp-…) in
    Socket Mode; ValueError where the one that is needed is blank."""

    name = "slack"
    limits = LIMITS

    def __init__(
        self,
        bot_token: str,
        signing_secret: str,
        app_token: str | None,
        mode: Literal["http", "socket"],
        api_url: str | None,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        if not bot_token.strip():
            raise ValueError("channels.slack.bot_token is empty; set it to the app's bot token (xoxb-…)")
        if mode == "http" and not signing_secret.strip():
            raise ValueError(
                "channels.slack.signing_secret is empty; without it nobody could tell a forged event"
            )
        if mode == "socket" and not (app_token or "").strip():
            raise ValueError(
                "channels.slack.app_token is empty; Socket Mode needs the app-level token (xapp-…)"
            )
        self._bot_token, self._app_token, self._mode = bot_token, app_token or "", mode
        self._api_url = api_base(api_url)
        self._own_api = api_url is not None
        self._clock = clock
        self._verifier = (
            SignatureVerifier(signing_secret, _SecondsOf(clock)) if signing_secret.strip() else None
        )
        self._session: aiohttp.ClientSession | None = None
        self._web: AsyncWebClient | None = None
        for logger in _SDK_LOGGERS:  # they print whole payloads below this level
            logging.getLogger(logger).setLevel(logging.WARNING)

    # ------------------------------------------------------------------------------------------------- in

    def routes(self, receive: Receive) -> Sequence[Route]:
        """`POST /slack/events` for events, presses and commands; none in Socket Mode, where nothing is
        signed."""
        if self._mode == "socket" or self._verifier is None:
            return []
        verifier, app = self._verifier, self._bolt(receive)

        async def events(request: Request) -> Response:
            body = await body_of(request)
            _require_signature(verifier, request, body)
            _require_payload(request, body)
            try:
                asked = AsyncBoltRequest(body=body, query=request.url.query, headers=dict(request.headers))
                answer = await app.async_dispatch(asked)
            except Exception as error:  # Bolt looks for ids in places, and raises where these are odd
                raise Refused(400, _ODD) from error
            return to_starlette_response(answer)

        return [Route("/slack/events", guarded(events), methods=["POST"])]

    def _bolt(self, receive: Receive) -> AsyncApp:
        """Bolt with one listener for everything. As a middleware it sees each kind of payload, known or
        not, so that none is answered 404, which Slack would count as a failure and send again.

        `authorize` answers from memory: Bolt's own looks the token up at Slack for each event and, where
        that fails, answers 200 and drops the event. Verification is off because our guard has done it, by
        our clock.
        """

        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=self._bot_token)

        app = AsyncApp(
            name="npsbot",
            client=AsyncWebClient(base_url=self._api_url),  # makes no call, hence no token
            authorize=authorize,
            process_before_response=True,
            request_verification_enabled=False,
        )

        async def take(body: dict[str, object]) -> BoltResponse:
            return BoltResponse(status=200 if await self._kept(receive, body) else 503, body="")

        async def odd(error: Exception) -> BoltResponse:
            """Bolt's own middleware could not read a payload: what we do in `take` raises nothing."""
            raise Refused(400, _ODD) from error

        app.use(take)
        app.error(odd)
        return app

    async def _kept(self, receive: Receive, payload: dict[str, object]) -> bool:
        return await kept(receive, events_of(storable(payload), self._clock()), self.name)

    async def listen(self, receive: Receive) -> None:
        """Socket Mode until cancelled; over HTTP it returns at once. An envelope is acknowledged only once
        `receive` returned: Slack delivers the others again."""
        if self._mode == "http":
            return

        async def keep(payload: dict[str, object]) -> bool:
            return await self._kept(receive, payload)

        await stay_connected(self._client, self._app_token, keep)

    # ------------------------------------------------------------------------------------------------ out

    async def send(self, message: OutboundMessage) -> Receipt:
        """Post, update, or answer through the response_url, once. Where that URL is spent or is not
        Slack's, the message goes the ordinary way; so does a picture, which no response_url takes."""
        try:
            async with asyncio.timeout(TIMEOUT.total):
                if message.image is not None:
                    return await pictures.post(self._client(), message, message.image, self._is_slack)
                if message.answer_ref and self._is_slack(message.answer_ref):
                    receipt = await self._answer(message, message.answer_ref)
                    if receipt is not None:
                        return receipt
                if message.replaces:
                    return await self._update(message, message.replaces)
                return await self._post(message)
        except Exception as error:
            raise send_error(error) from error

    async def _post(self, message: OutboundMessage) -> Receipt:
        thread = (message.thread or "").rpartition(":")[2]
        response = await self._client().api_call(
            "chat.postMessage",
            json={
                "channel": message.address.id,
                **rendered(message),
                **({"thread_ts": thread} if thread else {}),
                "mrkdwn": False,
                "parse": "none",
                "link_names": False,
                "unfurl_links": False,
                "unfurl_media": False,
            },
        )
        channel, ts = response.get("channel"), response.get("ts")
        if not channel or not ts:
            raise Unknown("Slack's answer does not name the message")
        return Receipt(f"{channel}:{ts}")

    async def _update(self, message: OutboundMessage, ref: str) -> Receipt:
        channel, _, ts = ref.partition(":")
        if not channel or not ts:
            raise Rejected("the message to edit has no Slack reference of the form D…:ts; post a new one")
        await self._client().api_call(
            "chat.update",
            json={"channel": channel, "ts": ts, **rendered(message), "parse": "none", "link_names": False},
        )
        return Receipt(ref)

    async def _answer(self, message: OutboundMessage, url: str) -> Receipt | None:
        """Through the response_url: it replaces the message whose button was pressed, or answers so that only
        the person who asked sees it. None where the URL is spent (5 uses in 30 minutes,
        docs.slack.dev/interactivity/handling-user-interaction)."""
        web = self._client()
        hook = AsyncWebhookClient(url, session=web.session, proxy=web.proxy, retry_handlers=[])
        hook.proxy = web.proxy
        replace: dict[str, object] = (
            {"replace_original": True}
            if message.replaces
            else {"replace_original": False, "response_type": "ephemeral"}
        )
        response = await hook.send_dict(
            {**rendered(message), **replace, "mrkdwn": False, "unfurl_links": False, "unfurl_media": False}
        )
        code = _webhook_error(response.body)
        if response.status_code == 200 and not code:
            return Receipt(message.replaces)
        if response.status_code in (404, 410) or code in _SPENT:
            return None
        raise of_code(code, response.status_code, retry_after(response.headers))

    def _is_slack(self, url: str) -> bool:
        """Whether a response_url or a place for a file is Slack's. The first comes in a signed payload, but we
        post people's words there: it is https on Slack's own host, or on the host that is configured as Slack's
        API."""
        try:
            asked, api = urlsplit(url), urlsplit(self._api_url)
        except ValueError:
            return False
        if self._own_api and (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
            return True
        return asked.scheme == "https" and asked.netloc in _SLACKS

    async def find(self, message: OutboundMessage, since: datetime) -> Receipt | None:
        """Raises `Unknown`: reading the conversation back would need a scope that a survey should not ask
        for."""
        raise Unknown(
            "Slack offers no way to look a message up by what was sent; read the conversation in Slack"
        )

    # --------------------------------------------------------------------------------------------- operator

    async def identify(self) -> str:
        """The bot's name and its workspace, by auth.test."""
        try:
            answer = await self._client().auth_test()
        except Exception as error:
            raise send_error(error) from error
        scopes = answer.headers.get(
            "x-oauth-scopes", ""
        )  # docs.slack.dev/authentication/installing-with-oauth
        lacks = bool(scopes) and pictures.SCOPE not in scopes.split(",")
        hint = f"; without {pictures.SCOPE} it sends no pictures" if lacks else ""
        return f"@{answer['user']} in the workspace {answer['team']}{hint}"

    async def register(self, public_url: str) -> None:
        """Nothing to do: Slack takes the addresses of webhooks from the app's manifest alone."""

    async def user_by_email(self, email: str) -> str | None:
        """The id of the active user with that address, None where Slack knows none. Raises a `SendError`."""
        try:
            answer = await self._client().users_lookupByEmail(email=email)
        except SlackApiError as error:
            data = getattr(error.response, "data", None)
            if isinstance(data, dict) and data.get("error") == "users_not_found":
                return None
            raise send_error(error) from error
        except Exception as error:
            raise send_error(error) from error
        user = answer["user"]
        return None if user.get("deleted") else str(user["id"])

    async def aclose(self) -> None:
        """Close the session; a later call opens a new one."""
        session, self._session, self._web = self._session, None, None
        if session is not None:
            await session.close()

    def _client(self) -> AsyncWebClient:
        """The one client. Made at first use, because aiohttp wants its session made in the running loop."""
        if self._web is None:
            self._session = aiohttp.ClientSession(timeout=TIMEOUT)
            self._web = AsyncWebClient(
                self._bot_token,
                base_url=self._api_url,
                session=self._session,
                retry_handlers=[],  # the SDK's default one posts again after a broken connection
            )
            if self._own_api:
                self._web.proxy = (
                    None  # the SDK takes HTTPS_PROXY, which is no way to an address of one's own
                )
        return self._web


class _SecondsOf(Clock):
    """Our clock as the verifier's."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()


def api_base(api_url: str | None) -> str:
    """The base that method names are added to. `http://host:1` and `http://host:1/api/` both do."""
    if not api_url:
        return AsyncWebClient.BASE_URL
    parts = urlsplit(api_url)
    path = parts.path.rstrip("/") or "/api"
    return f"{parts.scheme}://{parts.netloc}{path}/"


def _require_signature(verifier: SignatureVerifier, request: Request, body: str) -> None:
    """`Refused` with 401 unless Slack signed this body within the last five minutes
    (docs.slack.dev/authentication/verifying-requests-from-slack)."""
    timestamp = request.headers.get("x-slack-request-timestamp", "")
    signature = request.headers.get("x-slack-signature", "")
    # The verifier calls int() and compare_digest(), which raise on anything else.
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12 and signature.isascii()):
        raise Refused(401, "The request is not signed by Slack.")
    if not verifier.is_valid(body, timestamp, signature):
        raise Refused(401, "The request is not signed by Slack, or it is older than five minutes.")


def _require_payload(request: Request, body: str) -> None:
    """`Refused` with 400 where Bolt could not read the body: it would answer 500, and Slack would come
    back."""
    if "application/json" in request.headers.get("content-type", ""):
        json_object(body)
        return
    for key, value in form_pairs(body):
        if key == "payload":
            json_object(value)


def _webhook_error(body: str) -> str:
    """The error in a response_url's answer: `ok`, a bare code, or JSON with `ok` and `error`."""
    text = body.strip()
    if text == "ok" or not text:
        return ""
    try:
        answer = json.loads(text)
    except ValueError:
        return text if text.replace("_", "").isalnum() else "unreadable_answer"
    if isinstance(answer, dict) and answer.get("ok") is not True:
        return str(answer.get("error", "unreadable_answer"))
    return ""
