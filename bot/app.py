"""The composition root: settings in, a running application out."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from starlette.routing import Mount
from starlette.types import ASGIApp

from bot.api import PATH as API
from bot.cases.unseen import try_again
from bot.clock import Clock, RealClock
from bot.commands.worker import CommandWorker
from bot.config.settings import Settings
from bot.context import Context
from bot.hooks.posting import Poster
from bot.intake.reception import reception
from bot.metrics import BROKE
from bot.pages.dashboard import Dashboard
from bot.people.moves import moved, moves
from bot.people.suppression import KeyMissing, require_keys
from bot.pictures.drawing import drawn
from bot.reading.loader import load_languages
from bot.sending.digesting import Digesting
from bot.sending.hearing import Hearing
from bot.sending.hooks import HookSender
from bot.sending.planner import Planner
from bot.sending.rereading import Rereading
from bot.sending.sender import Sender
from bot.sending.theming import Theming
from bot.sending.timers import Timers
from bot.sending.unreported import Unreported
from bot.store.clock import DatabaseClock, shared_clock
from bot.store.copies import Restored, require_home
from bot.store.store import Store, open_store
from bot.web.at_first_asking import AtFirstAsking
from bot.web.web import web
from channels.base import Channel, Receive, SendError
from channels.slack.channel import SlackChannel
from channels.sms.channel import SmsChannel
from channels.telegram.channel import TelegramChannel

log = structlog.get_logger()

STOP_WITHIN = 12.0  # seconds for messages under way; an adapter gives each eight
END_WITHIN = 10.0  # seconds for each step of the end after that: a stop always stops
REGISTER_AGAIN = 60.0  # seconds between two tries to tell a provider where our webhooks are


def build_channels(settings: Settings, clock: Clock | None = None) -> dict[str, Channel]:
    """The adapters of the channels that are on, by name."""
    now = (clock or RealClock()).now
    channels: dict[str, Channel] = {}
    if (slack := settings.channels.slack) is not None:
        channels["slack"] = SlackChannel(
            slack.bot_token.get_secret_value(),
            slack.signing_secret.get_secret_value() if slack.signing_secret else "",
            slack.app_token.get_secret_value() if slack.app_token else None,
            slack.mode or "http",
            slack.api_url,
            clock=now,
        )
    if (telegram := settings.channels.telegram) is not None:
        channels["telegram"] = TelegramChannel(
            telegram.token.get_secret_value(),
            telegram.secret.get_secret_value() if telegram.secret else "",
            telegram.mode or "webhook",
            telegram.api_url,
            clock=now,
        )
    if (sms := settings.channels.sms) is not None:
        channels["sms"] = SmsChannel(
            sms.account_sid,
            sms.auth_token.get_secret_value(),
            sms.sender,
            sms.messaging_service_sid,
            settings.public_url,
            sms.api_url,
            clock=now,
        )
    return channels


def build_setup(settings: Settings, channels: Mapping[str, Channel]) -> Context:
    """What the rooms share."""
    limits = {name: channel.limits for name, channel in channels.items()}
    return Context(settings, load_languages(), limits)


@dataclass(frozen=True, slots=True)
class App:
    """A running bot: its workers run until the context of `running` ends."""

    settings: Settings
    context: Context
    store: Store
    channels: Mapping[str, Channel]
    asgi: ASGIApp
    ending: Callable[[], None]
    """Ends what would be answered for ever, before a server stops to listen."""


@asynccontextmanager
async def running(
    settings: Settings, clock: Clock | None = None, source: Path | None = None
) -> AsyncIterator[App]:
    """Open the database, start the workers, and give the application to serve. On leaving, what is under
    way is finished and everything is closed. Where `source` is the file of the settings, it is taken in anew when it
    changes."""
    machine = clock or RealClock()
    channels = build_channels(settings, machine)
    store = await open_store(settings.database_url)
    try:
        clock = await shared_clock(store, machine)
        await store.read(require_keys, settings.secret_key)
        await store.write(require_home)
    except (KeyMissing, Restored):
        await store.close()
        raise
    settings = moved(settings, await store.read(moves))
    context = build_setup(settings, channels)
    rereading = None if source is None else Rereading(store, context, source, clock)
    if rereading is not None:
        await rereading.begin()
    await store.write(try_again, context, clock.now())
    holder = secrets.token_hex(8)
    receives = {name: reception(store, context, clock, name) for name in channels}
    hears = {name: reception(store, context, clock, name, "listening") for name in channels}
    senders = [Sender(store, context, channel, clock, holder) for channel in channels.values()]
    poster = Poster(lambda: context.settings.webhooks.allow_private)
    hooks = HookSender(store, context, poster.post, clock)
    every: tuple[Sender | HookSender, ...] = (*senders, hooks)
    sending = [asyncio.create_task(sender.run(), name=sender.name) for sender in every]
    dashboard = Dashboard.over(store, context, clock)
    workers = [
        asyncio.create_task(Timers(store, context, clock).run(), name="timers"),
        asyncio.create_task(Planner(store, context, clock).run(), name=Planner.name),
        asyncio.create_task(CommandWorker(store, context, clock).run(), name="commands"),
        asyncio.create_task(Digesting(store, context, clock, drawn).run(), name=Digesting.name),
        asyncio.create_task(Theming(store, context, clock).run(), name=Theming.name),
        asyncio.create_task(dashboard.live.run(), name=dashboard.live.name),
        asyncio.create_task(Hearing(store, context, channels, clock).run(), name=Hearing.name),
        asyncio.create_task(
            Unreported(store, tuple(channels.values()), hears, clock).run(), name=Unreported.name
        ),
        *([asyncio.create_task(rereading.run(), name=rereading.name)] if rereading is not None else []),
        *([asyncio.create_task(clock.run(), name=clock.name)] if isinstance(clock, DatabaseClock) else []),
        *(
            asyncio.create_task(_connected(channel, hears[name], settings, clock), name=f"{name} listener")
            for name, channel in channels.items()
        ),
    ]
    for task in (*sending, *workers):
        task.add_done_callback(_ended)
    try:
        rooms = [
            *dashboard.routes,
            Mount(API, AtFirstAsking(partial(_api, store, context, clock, channels.get("slack")))),
        ]
        asgi = web(store, context, channels, receives, clock, rooms)
        yield App(settings, context, store, channels, asgi, dashboard.live.end)
    finally:
        await _end(workers)
        for sender in every:
            sender.stop()
        await asyncio.wait(sending, timeout=STOP_WITHIN)
        await _end(sending)
        await _closed("channels", *(channel.aclose() for channel in channels.values()), poster.aclose())
        await _closed("database", store.close())


def _api(store: Store, context: Context, clock: Clock, slack: Channel | None) -> ASGIApp:
    # Here, because FastAPI and the models of all operations take a tenth of a server's memory.
    from bot.api.api import api

    return api(store, context, clock, slack.user_by_email if isinstance(slack, SlackChannel) else None)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel workers and wait for their end, but for none that hangs: what it held lapses by itself."""
    for task in tasks:
        task.cancel()
    if not tasks:
        return
    _, hanging = await asyncio.wait(tasks, timeout=END_WITHIN)
    for task in hanging:
        log.error("worker.hangs", worker=task.get_name())


async def _closed(what: str, *closing: Awaitable[None]) -> None:
    """Close, and leave to the end of the process what does not close."""
    try:
        async with asyncio.timeout(END_WITHIN):
            await asyncio.gather(*closing)
    except TimeoutError:
        log.error("worker.hangs", worker=f"closing of the {what}")


def _ended(task: asyncio.Task[None]) -> None:
    """A worker runs until it is cancelled; one that broke is told of at once, and not when all ends."""
    if not task.cancelled() and (error := task.exception()) is not None:
        BROKE.labels(task.get_name()).inc()
        log.error("worker.broke", worker=task.get_name(), exc_info=error)


async def _connected(channel: Channel, receive: Receive, settings: Settings, clock: Clock) -> None:
    """Tell the provider where we are, and listen where there is no webhook: neither waits for the other."""
    await asyncio.gather(_registered(channel, settings, clock), channel.listen(receive))


async def _registered(channel: Channel, settings: Settings, clock: Clock) -> None:
    """Try as often as it takes."""
    while True:
        try:
            await channel.register(settings.public_url or "")
        except SendError as error:
            log.warning("channel.not_registered", channel=channel.name, reason=str(error))
            await clock.sleep(REGISTER_AGAIN)
        else:
            return
