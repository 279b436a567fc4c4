"""The stage of the demo: the sandbox and the bot side by side on this machine, over real HTTP."""

import secrets
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from bot.app import App, running
from bot.config import load
from bot.people.importing import import_contacts
from bot.web.listening import listening
from channels.sandbox import People, SlackTarget, SmsTarget, Targets, TelegramTarget, World, sandbox

HOST = "127.0.0.1"
BOT_NUMBER = "+3197010000000"


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands on it."""

    world: World
    people: People
    app: App
    url: str  # of the page of phones


@asynccontextmanager
async def stage(
    world: World,
    port: int,
    database: Path,
    contacts: Path,
    *,
    config: str = "demo.yaml",
    segments_per_second: float | None = None,
) -> AsyncIterator[Stage]:
    """Serve the sandbox over `world` at `port` (0: any), and a bot with a fresh database that knows the
    contacts of a CSV file. `config` is a file beside this one; `segments_per_second` is how fast the number
    sends SMS (None: at once). Both end with the context.

    Raises OSError where the port is taken.
    """
    bot_port = _free_port()
    bot_url = f"http://{HOST}:{bot_port}"
    keys = {
        "BOT_URL": bot_url,
        "DATABASE": _fresh(database),
        "SLACK_TOKEN": f"xoxb-{secrets.token_hex(12)}",
        "SLACK_SECRET": secrets.token_hex(16),
        "TELEGRAM_TOKEN": f"7000000001:{secrets.token_urlsafe(26)}",
        "TELEGRAM_SECRET": secrets.token_urlsafe(24),
        "TWILIO_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_TOKEN": secrets.token_hex(16),
        "TWILIO_NUMBER": BOT_NUMBER,
    }
    targets: Callable[[str], Targets] = lambda url: Targets(  # noqa: E731 - the address is known only once it is bound
        url=url,
        slack=SlackTarget(
            url=f"{bot_url}/slack/events",
            signing_secret=keys["SLACK_SECRET"],
            bot_token=keys["SLACK_TOKEN"],
        ),
        telegram=TelegramTarget(token=keys["TELEGRAM_TOKEN"], username="acme_bot", name="Acme"),
        sms=SmsTarget(
            account_sid=keys["TWILIO_SID"],
            auth_token=keys["TWILIO_TOKEN"],
            number=BOT_NUMBER,
            inbound_url=f"{bot_url}/sms/inbound",
            segments_per_second=segments_per_second,
        ),
    )
    port = port or _free_port()
    url = f"http://{HOST}:{port}"
    asgi = sandbox(world, targets(url))
    async with listening(asgi, HOST, port):
        try:
            with as_file(files("bot.demo").joinpath(config)) as file:
                settings = load(file, {**keys, "SANDBOX_URL": url})
            async with running(settings, world.clock) as app:
                await import_contacts(app.store, contacts, settings, world.now())
                async with listening(app.asgi, HOST, bot_port):
                    yield Stage(world, asgi.state.people, app, url)
        finally:
            await asgi.state.close()


def _fresh(database: Path) -> str:
    """The place of a database, emptied: the sandbox forgets with the process, and so must the bot, to which
    old message ids would mean nothing."""
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    database.parent.mkdir(parents=True, exist_ok=True)
    return str(database.absolute())


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
