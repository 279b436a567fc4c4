"""Connections that say nothing, or half of something, hold no place for ever."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web import listening as module
from bot.web.listening import listening
from channels import guard
from channels.guard import body_of, guarded
from tests.support.patience import PATIENCE


async def _take(request: Request) -> Response:
    return PlainTextResponse(await body_of(request))


@pytest.fixture
async def port(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[int]:
    monkeypatch.setattr(module, "HEAD_WITHIN", 0.05)
    monkeypatch.setattr(
        module, "KEPT", 0.1
    )  # which bounds half a head that came together with a whole request
    monkeypatch.setattr(guard, "BODY_WITHIN", 0.05)
    app = Starlette(routes=[Route("/", guarded(_take), methods=["POST"])])
    async with listening(app, "127.0.0.1", 0) as bound:
        yield bound


ANSWERED = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi"


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (b"", b""),
        (b"POST / HTTP/1.1\r\nHost: x\r\n", b""),
        (ANSWERED + b"POST / HTTP/1.1\r\nHo", b"200 OK"),
        (b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 9\r\n\r\nhalf", b"408"),
    ],
    ids=["nothing", "half a head", "half a second head", "half a body"],
)
async def test_a_half_open_connection_is_closed(port: int, said: bytes, answer: bytes) -> None:  # field E9
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(said)
    async with asyncio.timeout(PATIENCE):
        came = await reader.read()
    assert answer in came
    writer.close()


async def test_a_whole_request_is_answered(port: int) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(ANSWERED.replace(b"Host: x", b"Host: x\r\nConnection: close"))
    async with asyncio.timeout(PATIENCE):
        assert (await reader.read()).endswith(b"hi")
    writer.close()
