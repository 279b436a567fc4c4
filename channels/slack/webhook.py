"""Slack's webhook: a request in, verified, its payload handed over, an answer out.

An ordinary event or press is read here (`ordinary.py`). Of every other request slack-bolt reads it, and answers what
Slack asks of every app (ssl_check, url_verification). Its app stays out: for a bot that takes every payload alike it
would make a client for each request and ask who it is for (docs/decisions/0016-bolt-without-its-app.md).
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncBoltRequest
from slack_bolt.middleware.ssl_check.async_ssl_check import AsyncSslCheck
from slack_bolt.middleware.url_verification.async_url_verification import AsyncUrlVerification
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels.guard import Refused, body_of, form_pairs, guarded, storable_object
from channels.slack.ordinary import is_ordinary
from channels.values import storable

KeepPayload = Callable[[dict[str, object]], Awaitable[bool]]
"""Takes a payload that can be stored; whether what it tells is on disk."""

_ODD: Final = "The payload is not of a form that Slack sends."


def routes(signing_secret: str, clock: Callable[[], datetime], keep: KeepPayload) -> Sequence[Route]:
    """`POST /slack/events` for events, presses and commands. Every kind of payload is answered 2xx once it is
    kept, known or not: 404 would count with Slack as a failure, and come back."""
    verifier = SignatureVerifier(signing_secret, _SecondsOf(clock))
    ssl_check, url_verification = AsyncSslCheck(), AsyncUrlVerification()
    fine, away = BoltResponse(status=200, body=""), BoltResponse(status=503, body="")
    kept, not_kept = to_starlette_response(fine), to_starlette_response(away)

    async def events(request: Request) -> Response:
        body = await body_of(request)
        _require_signature(verifier, request, body)
        payload = payload_of(request, body)
        if payload is not None and is_ordinary(payload):
            return kept if await keep(payload) else not_kept
        try:
            asked = AsyncBoltRequest(body=body, query=request.url.query, headers=dict(request.headers))
        except Exception as error:  # Bolt looks for ids in places, and raises where these are odd
            raise Refused(400, _ODD) from error

        async def take() -> BoltResponse:
            return fine if await keep(storable(asked.body)) else away

        async def verify() -> BoltResponse:
            return await url_verification.async_process(req=asked, resp=fine, next=take)

        return to_starlette_response(await ssl_check.async_process(req=asked, resp=fine, next=verify))

    return [Route("/slack/events", guarded(events), methods=["POST"])]


class _SecondsOf(Clock):
    """Our clock as the verifier's."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()


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


def payload_of(request: Request, body: str) -> dict[str, object] | None:
    """The one payload of a body, where Bolt would read that too; None where Bolt has to look. `Refused` with 400 where
    it could not read the body."""
    content_type = request.headers.get("content-type", "")
    if "application/json" in content_type:
        payload = storable_object(body)
        return payload if content_type.partition(";")[0] == "application/json" else None
    pairs = form_pairs(body)
    payloads = [storable_object(value) for key, value in pairs if key == "payload"]
    return payloads[0] if len(pairs) == len(payloads) == 1 and not body.startswith("{") else None
