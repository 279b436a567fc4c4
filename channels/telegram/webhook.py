"""Telegram's webhook: a request in, its secret compared, its update handed over, an answer out."""

import hmac
from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from channels.guard import Refused, body_of, guarded, storable_object
from channels.telegram.inbound import press_of

KeepUpdate = Callable[[dict[str, object]], Awaitable[bool]]
"""Takes an update; whether what it tells is on disk."""

PATH = "/telegram/webhook"
_TAKEN, _AWAY = Response(status_code=200), Response(status_code=503)


def routes(secret: str, keep: KeepUpdate) -> Sequence[Route]:
    """`POST /telegram/webhook`. A press is answered in the answer itself."""

    async def webhook(request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            raise Refused(401, "The request does not carry the webhook's secret.")
        update = storable_object(await body_of(request))
        if not await keep(update):
            return _AWAY
        press = press_of(update)
        if press is None:
            return _TAKEN
        # Telegram performs the call that the answer holds; it stops the button's spinner
        # (core.telegram.org/bots/api#making-requests-when-getting-updates).
        return JSONResponse({"method": "answerCallbackQuery", "callback_query_id": press})

    return [Route(PATH, guarded(webhook), methods=["POST"])]
