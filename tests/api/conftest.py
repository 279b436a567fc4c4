"""The API of a bot over a real store, asked in this process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, get_args

import httpx
import pytest
from starlette.routing import Mount

from bot.api import PATH
from bot.api.api import api
from bot.api.keys import KeyScope, add_key
from bot.people.importing import SlackLookup
from bot.web.at_first_asking import AtFirstAsking
from bot.web.web import web
from tests.support.bot_under_test import Bot
from tests.support.described import misfits

EVERY = get_args(KeyScope)


@dataclass(slots=True)
class Api:
    """A client with a key for everything."""

    bot: Bot
    http: httpx.AsyncClient

    async def key(self, name: str, *scopes: str, per_minute: int = 10_000) -> str:
        """A new key, as it is shown once."""
        return await self.bot.store.write(
            add_key, name, scopes, "terminal:1", self.bot.clock.now(), per_minute
        )

    async def ask(self, method: str, path: str, key: str | None = None, **how: Any) -> httpx.Response:
        """Ask by the client's own key, or by another. Whatever is answered has to fit the description."""
        headers = {**how.pop("headers", {}), **({} if key is None else {"Authorization": f"Bearer {key}"})}
        answer = await self.http.request(method, path, headers=headers, **how)
        assert list(misfits(answer)) == []
        return answer


@asynccontextmanager
async def served(bot: Bot, slack_lookup: SlackLookup | None = None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the API of one process."""
    mount = Mount(PATH, AtFirstAsking(lambda: api(bot.store, bot.context, bot.clock, slack_lookup)))
    asgi = web(bot.store, bot.context, {}, {}, bot.clock, [mount])
    transport = httpx.ASGITransport(asgi)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://npsbot{PATH}") as client:
        yield client


@pytest.fixture
async def doors(bot: Bot) -> AsyncIterator[Api]:
    async with served(bot) as client:
        opened = Api(bot, client)
        client.headers["Authorization"] = f"Bearer {await opened.key('all', *EVERY)}"
        yield opened


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem that an answer tells, which is of this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    return told


def fields(told: dict[str, Any]) -> list[str]:
    """The fields that a problem names."""
    return [error["field"] for error in told["errors"]]
