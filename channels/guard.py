"""What every webhook does before its provider's own rules: a bounded body, valid text, a safe hand-over.

An endpoint raises `Refused` where a request must not go further; `guarded` turns that into the answer.
Nothing here looks at who signed a request: that is each provider's own rule and stands in its adapter.
"""

import asyncio
import functools
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import parse_qsl

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from channels.base import Inbound, Receive
from channels.values import is_storable, ordinary_pairs, storable

log = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024
"""Bytes of one webhook. The largest real ones (a Slack press with its message) are a few dozen kilobytes."""

MAX_FIELDS = 1000
"""Fields of one form; Twilio sends about twenty. A bound, because reading a form costs time per field."""

BODY_WITHIN = 10.0
"""Seconds for the body to come in, so that nobody holds a connection with half of one."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Refused(Exception):
    """The request goes no further: `status` and one plain sentence for the answer."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def guarded(endpoint: Endpoint) -> Endpoint:
    """An endpoint whose `Refused` becomes the answer it names."""

    @functools.wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Refused as refused:
            log.info("webhook refused", extra={"path": request.url.path, "reason": refused.reason})
            return PlainTextResponse(refused.reason + "\n", refused.status)

    return answer


async def body_of(request: Request) -> str:
    """The body as text. `Refused` with 413 above `MAX_BODY`, with 400 where it is cut off or not UTF-8.

    A body that announces its length is refused by that alone; one that does not is counted as it comes in.
    """
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and int(announced[:20]) > MAX_BODY:
        raise Refused(413, "The body is larger than 1 MiB.")
    parts = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for part in request.stream():
                parts += part
                if len(parts) > MAX_BODY:
                    raise Refused(413, "The body is larger than 1 MiB.")
    except TimeoutError:
        raise Refused(408, "The body did not come in time.") from None
    except ClientDisconnect:
        raise Refused(400, "The body was cut off.") from None
    try:
        return parts.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "The body is not UTF-8.") from None


def json_object(text: str) -> dict[str, object]:
    """The JSON object that a text holds; `Refused` with 400 where it holds none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused(400, "The body is not JSON.") from None
    if not isinstance(value, dict):
        raise Refused(400, "The body is not a JSON object.")
    return value


def storable_object(text: str) -> dict[str, object]:
    """The same, with texts that every database takes."""
    value = json_object(text)
    return value if is_storable(text) else storable(value)


def form_pairs(text: str) -> list[tuple[str, str]]:
    """The fields of a form in their order, empty ones included; `Refused` with 400 where it is malformed."""
    pairs = ordinary_pairs(text, MAX_FIELDS)
    if pairs is not None:
        return pairs
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:  # UnicodeDecodeError is one
        raise Refused(400, "The body is not a form.") from None


async def kept(receive: Receive, events: Sequence[Inbound], channel: str) -> bool:
    """Hand events over and tell whether they are on disk. What `receive` raises is logged by its class alone:
    its text may hold a customer's words."""
    if not events:
        return True
    try:
        await receive(events)
    except Exception as error:
        log.error(
            "events were not kept; the provider is told so",
            extra={"channel": channel, "error": type(error).__name__},
        )
        return False
    return True
