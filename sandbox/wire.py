"""Requests in, answers out: reading bodies of any kind, and answering badly when a fault says so."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from sandbox.faults import Fault, Faults
from sandbox.phones import Provider

CUT = "sandbox.cut"
"""The key in an ASGI scope of a function that cuts the connection."""
GIVES_UP = 300.0
"""Real seconds after which a caller who never gives up is cut off."""


class Unreadable(Exception):
    """The body is not what its content type says."""


@dataclass(frozen=True)
class Upload:
    """A file in a multipart body."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Body:
    """The arguments of a call, from its query and its body; decoded values where the body is JSON, else
    strings.
    """

    fields: dict[str, Any]
    uploads: dict[str, Upload]
    is_json: bool


async def read_body(request: Request) -> Body:
    """Reads query and body as urlencoded form, multipart form or JSON object; raises Unreadable."""
    fields: dict[str, Any] = dict(parse_qsl(request.url.query, keep_blank_values=True))
    raw = await request.body()
    content_type = request.headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    uploads: dict[str, Upload] = {}
    try:
        if kind == "application/json":
            decoded = json.loads(raw or b"{}")
            if not isinstance(decoded, dict):
                raise Unreadable("The JSON body is not an object.")
            fields |= decoded
        elif kind == "multipart/form-data":
            texts, uploads = _multipart(content_type, raw)
            fields |= texts
        elif raw:
            fields |= dict(parse_qsl(raw.decode("utf-8"), keep_blank_values=True))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Unreadable("The body cannot be decoded.") from error
    return Body(fields, uploads, kind == "application/json")


def _multipart(content_type: str, raw: bytes) -> tuple[dict[str, str], dict[str, Upload]]:
    """The parts of a multipart/form-data body [RFC 7578]: texts, and files with a name."""
    boundary = re.search(r'boundary="?([^";]+)"?', content_type)
    if boundary is None:
        raise Unreadable("The multipart body names no boundary.")
    texts: dict[str, str] = {}
    uploads: dict[str, Upload] = {}
    for part in raw.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = head.decode("utf-8")
        name = re.search(r'\bname="([^"]*)"', headers)
        if name is None:
            raise Unreadable("A part of the multipart body has no name.")
        file = re.search(r'\bfilename="([^"]*)"', headers)
        content = content.removesuffix(b"\r\n")
        if file is None:
            texts[name[1]] = content.decode("utf-8")
            continue
        kind = re.search(r"(?im)^content-type:\s*([^\s;]+)", headers)
        uploads[name[1]] = Upload(file[1], kind[1] if kind else "application/octet-stream", content)
    return texts, uploads


class Cut(Response):
    """No answer: the connection is closed. Where the server does not let itself be cut, a body that breaks
    off.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cut: Callable[[], None] | None = scope.get(CUT)
        if cut is not None:
            cut()
            await asyncio.sleep(0.01)  # the server notices that the connection is gone
            return
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


def cutter(send: Send) -> Callable[[], None] | None:
    """A function that cuts the connection behind an ASGI `send`, where the server (uvicorn) shows its
    transport.
    """
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    return getattr(transport, "abort", None)


async def caller_gone(request: Request) -> None:
    """Returns when the caller has hung up."""
    async with asyncio.timeout(GIVES_UP):
        while (await request.receive())["type"] != "http.disconnect":
            pass


class ProviderRefusals(Protocol):
    """How one provider says no."""

    def rate_limited(self, seconds: int) -> Response: ...
    def wrong_token(self) -> Response: ...
    def blocked(self) -> Response: ...
    def error(self, fault: Fault) -> Response: ...


async def answer_call(
    request: Request,
    faults: Faults,
    call: tuple[Provider, str, str | None],
    refusals: ProviderRefusals,
    process: Callable[[], Awaitable[Response]],
) -> Response:
    """Processes a call of the bot, unless a fault for (provider, method, recipient) says otherwise."""
    fault = faults.take(*call)
    if fault is None:
        return await process()
    match fault.kind:
        case "rate_limited":
            return refusals.rate_limited(fault.retry_after)
        case "server_error":
            return PlainTextResponse("upstream connect error", fault.status)
        case "wrong_token":
            return refusals.wrong_token()
        case "blocked":
            return refusals.blocked()
        case "error":
            return refusals.error(fault)
        case "drop_before":
            return Cut()
        case _:
            answer = await process()
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
    elif fault.kind == "timeout_after":
        try:
            await caller_gone(request)
        except TimeoutError:
            return Cut()
    return answer if fault.kind == "slow" else Cut()
