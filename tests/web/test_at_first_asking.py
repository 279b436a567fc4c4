"""What is made at its first request is made once, and not on the event loop."""

import asyncio
import threading

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount
from starlette.types import ASGIApp

from bot.web.at_first_asking import AtFirstAsking


async def test_a_part_is_made_once_for_all_who_ask_first() -> None:
    made: list[str] = []

    def make() -> ASGIApp:
        made.append(threading.current_thread().name)
        return PlainTextResponse("here")

    asgi = Starlette(routes=[Mount("/part", AtFirstAsking(make))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://npsbot") as client:
        assert (await client.get("/elsewhere")).status_code == 404
        assert made == []
        answers = await asyncio.gather(*(client.get("/part/x") for _ in range(4)))
    assert [one.text for one in answers] == ["here"] * 4
    assert len(made) == 1
    assert made[0] != threading.main_thread().name, "replies go on meanwhile"


async def test_one_that_could_not_be_made_is_tried_again() -> None:
    tries: list[ASGIApp | Exception] = [RuntimeError("no"), PlainTextResponse("here")]

    def make() -> ASGIApp:
        first = tries.pop(0)
        if isinstance(first, Exception):
            raise first
        return first

    asgi = Starlette(routes=[Mount("/part", AtFirstAsking(make))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi), base_url="http://npsbot") as client:
        with pytest.raises(RuntimeError, match="no"):
            await client.get("/part/x")
        assert (await client.get("/part/x")).text == "here"
