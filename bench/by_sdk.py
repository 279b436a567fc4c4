"""The webhooks of all channels as the SDKs have them, which verify, read and keep nothing: the fixed peer of inbound.

Slack by Bolt's app, Telegram by python-telegram-bot's `Update`, SMS by Twilio's `RequestValidator`. What npsbot reads
without them it does not change, so that a ratio of two revisions can be compared.
"""

import hmac
from urllib.parse import parse_qsl

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Update
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]  # it has no types

from bench.company import BOT_URL, SLACK_SECRET, TELEGRAM_SECRET, TWILIO_TOKEN
from channels.guard import Endpoint

_REFUSED = Response(status_code=401)


def application() -> Starlette:
    """Answers 200 to what is signed."""
    return Starlette(
        routes=[
            Route("/slack/events", _slack(), methods=["POST"]),
            Route("/telegram/webhook", _telegram, methods=["POST"]),
            Route("/sms/inbound", _sms(), methods=["POST"]),
        ]
    )


def _slack() -> Endpoint:
    verifier = SignatureVerifier(SLACK_SECRET)

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="xoxb-1")  # noqa: S106 - none

    app = AsyncApp(
        name="bench",
        client=AsyncWebClient(),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
    )

    async def take(body: dict[str, object]) -> BoltResponse:
        return BoltResponse(status=200, body="")

    app.use(take)

    async def events(request: Request) -> Response:
        body = (await request.body()).decode()
        if not verifier.is_valid_request(body, dict(request.headers)):
            return _REFUSED
        asked = AsyncBoltRequest(body=body, query=request.url.query, headers=dict(request.headers))
        return to_starlette_response(await app.async_dispatch(asked))

    return events


async def _telegram(request: Request) -> Response:
    if not hmac.compare_digest(
        request.headers.get("x-telegram-bot-api-secret-token", "").encode(), TELEGRAM_SECRET.encode()
    ):
        return _REFUSED
    update = Update.de_json(await request.json())
    return Response(status_code=200 if update.effective_user else 400)


def _sms() -> Endpoint:
    validator = RequestValidator(TWILIO_TOKEN)

    async def inbound(request: Request) -> Response:
        form = ImmutableMultiDict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
        url = BOT_URL + request.url.path
        if not validator.validate(url, form, request.headers.get("x-twilio-signature", "")):
            return _REFUSED
        return Response("<Response/>", media_type="application/xml")

    return inbound
