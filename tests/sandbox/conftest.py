"""A running sandbox for each test."""

from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from tests.support.running import BOT_TOKEN, Running, running


@pytest.fixture
async def run() -> AsyncIterator[Running]:
    """A sandbox on real time beside a recording bot."""
    async with running() as started:
        yield started


@pytest.fixture
async def client(run: Running) -> AsyncIterator[AsyncWebClient]:
    """Slack's own client, as the app would have it."""
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(
            token=BOT_TOKEN, base_url=f"{run.url}/slack/api/", session=session, retry_handlers=[]
        )
