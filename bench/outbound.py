"""Messages out: through the outbox, with their limits lifted, against a bare loop over the same SDK."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, cast

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection
from telegram import Bot
from telegram.constants import ParseMode
from telegram.request import HTTPXRequest
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]  # it has no types
from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

from bench.base import HERE, Build, base
from bench.children import serving
from bench.company import TELEGRAM_BOT, TWILIO_SID, TWILIO_TOKEN, place_of, settings_for
from bench.sizes import Sizes
from bench.table import Line, per_second, ratio_of
from bot import outbox
from bot.app import build_channels, build_setup
from bot.clock import RealClock
from bot.outbox import Draft
from bot.sending.sender import AT_ONCE, Sender
from bot.store.store import Store, open_store
from channels.base import Address, Channel, Limits, OutboundMessage, Receipt, plain

WORDS = "Thank you! What is the main reason for your score? Your own words go straight to our team."
LIFTED = 1_000_000

Send = Callable[[str], Awaitable[object]]


_OWN_RATE: Final = """
import asyncio, sys
from bench.children import quiet
from bench.outbound import _through_outbox
quiet()
print(asyncio.run(_through_outbox(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
"""
"""What a revision is asked for: it measures itself, as its own benchmark does."""


async def outbound(sizes: Sizes) -> AsyncIterator[Line]:
    """A row for each channel, on SQLite, with a provider that takes everything at once; and another beside the revision
    BASE, where one is named."""
    async with serving("bench.provider") as provider:
        url = f"http://127.0.0.1:{provider.port}"
        for channel, make in _BARE.items():
            ours, theirs = [], []
            for _ in range(sizes.rounds):
                ours.append(await _through_outbox(channel, url, sizes.messages))
                send, close = make(url)
                theirs.append(await _looped(send, channel, sizes.messages))
                await close()
            ratio = ratio_of(ours, theirs)
            judged = channel == "telegram"  # the providers' limits hide what the two others cost
            yield Line(
                f"{channel} messages out, bare SDK loop",
                per_second(ours),
                per_second(theirs),
                ratio,
                ">= 5" if judged else "",
                ratio >= 5 if judged else None,
                f"{AT_ONCE} at a time" + (", over aiohttp against httpx" if judged else ""),
            )
        with base() as other:
            if other is not None:
                for channel in _BARE:
                    yield await _beside(other, channel, url, sizes)


async def _beside(other: Build, channel: str, url: str, sizes: Sizes) -> Line:
    ours, theirs = [], []
    for _ in range(sizes.rounds):
        ours.append(await _own_rate(HERE, channel, url, sizes.messages))
        theirs.append(await _own_rate(other, channel, url, sizes.messages))
    return Line(
        f"{channel} messages out, the other revision",
        per_second(ours),
        per_second(theirs),
        ratio_of(ours, theirs),
    )


async def _own_rate(build: Build, channel: str, url: str, messages: int) -> float:
    process = await asyncio.create_subprocess_exec(
        *build.python("-c", _OWN_RATE, channel, url, str(messages)),
        cwd=build.root,
        env=build.environment(),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{build.root} cannot measure how fast it sends")
    return float(out)


def unlimited(limits: Limits) -> Limits:
    """The same channel, as fast as its provider answers."""
    return replace(limits, per_second=LIFTED, burst=LIFTED, per_address=0.0)


async def _through_outbox(name: str, url: str, messages: int) -> float:
    with TemporaryDirectory() as directory:
        database_url = f"sqlite+aiosqlite:///{Path(directory, 'bench.db')}"
        settings = settings_for(database_url, url)
        channels = build_channels(settings)
        channel = channels[name]
        channel.limits = unlimited(channel.limits)
        store = await open_store(database_url)
        await _fill(store, name, messages)
        counted = _Counted(channel, messages)
        sending = cast("Channel", counted)  # all that it does not do itself, the adapter does
        sender = Sender(store, build_setup(settings, channels), sending, RealClock(), "bench")
        started = time.perf_counter()
        running = asyncio.create_task(sender.run())
        await counted.all_sent.wait()
        sender.stop()
        await running  # what was sent is recorded
        seconds = time.perf_counter() - started
        for one in channels.values():
            await one.aclose()
        await store.close()
    return messages / seconds


async def _fill(store: Store, channel: str, messages: int) -> None:
    now = datetime.now(UTC)
    drafts = [
        Draft(
            dedupe_key=f"bench:{n}",
            kind="reply",
            address=Address(channel, place_of(channel, n)),
            lane=f"talk:{n}",
            body=(plain(WORDS),),
        )
        for n in range(messages)
    ]

    def put(connection: Connection) -> None:
        outbox.put(connection, drafts, now)

    await store.write(put)


class _Counted:
    """A channel that tells when so many messages went."""

    def __init__(self, channel: Channel, messages: int) -> None:
        self._channel = channel
        self._left = messages
        self.all_sent = asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._channel, name)

    async def send(self, message: OutboundMessage) -> Receipt:
        receipt = await self._channel.send(message)
        self._left -= 1
        if self._left == 0:
            self.all_sent.set()
        return receipt


async def _looped(send: Send, channel: str, messages: int) -> float:
    numbers = iter(range(messages))

    async def work() -> None:
        for n in numbers:
            await send(place_of(channel, n))

    started = time.perf_counter()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return messages / (time.perf_counter() - started)


Made = tuple[Send, Callable[[], Awaitable[object]]]


def _slack(url: str) -> Made:
    session = aiohttp.ClientSession()
    client = AsyncWebClient("xoxb-1", base_url=f"{url}/slack/api/", session=session)
    client.proxy = None

    async def send(to: str) -> object:
        return await client.chat_postMessage(channel=to, text=WORDS)

    return send, session.close


def _telegram(url: str) -> Made:
    request = HTTPXRequest(connection_pool_size=64, httpx_kwargs={"trust_env": False})
    bot = Bot(f"{TELEGRAM_BOT}:a", base_url=f"{url}/telegram/bot", request=request)

    async def send(to: str) -> object:
        return await bot.send_message(chat_id=to, text=WORDS, parse_mode=ParseMode.HTML)

    return send, request.shutdown


def _sms(url: str) -> Made:
    http = AsyncTwilioHttpClient()
    client = Client(TWILIO_SID, TWILIO_TOKEN, http_client=http, environment={"TWILIO_REGION": ""})
    client.api.base_url = f"{url}/twilio"

    async def send(to: str) -> object:
        return await client.messages.create_async(to=to, from_="+3197010000000", body=WORDS)

    return send, http.close


_BARE: dict[str, Callable[[str], Made]] = {"slack": _slack, "telegram": _telegram, "sms": _sms}
