"""What the demo's providers and its bot know of each other: where each is reached, and what they share."""

import secrets
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from bot.config.settings import Settings, load
from bot.web.listening import listening
from sandbox import People, Server, SlackTarget, SmsTarget, Targets, TelegramTarget, World, sandbox

HOST: Final = "127.0.0.1"
BOT_NUMBER: Final = "+3197010000000"


@dataclass(frozen=True, slots=True)
class Ties:
    """Made once for each demo. `keys` are what its settings take from the environment."""

    port: int  # of the sandbox
    bot_port: int
    database: Path
    keys: Mapping[str, str]

    @property
    def url(self) -> str:
        """The address of the page of phones."""
        return self.keys["SANDBOX_URL"]


def ties(port: int, database: Path, language: str = "en") -> Ties:
    """New secrets, and the port (0: any that is free). `language` is that of the company and of the page."""
    port, bot_port = port or _free_port(), _free_port()
    keys = {
        "LANGUAGE": language,
        "SANDBOX_URL": f"http://{HOST}:{port}",
        "BOT_URL": f"http://{HOST}:{bot_port}",
        "DATABASE": str(database.absolute()),
        "SLACK_TOKEN": f"xoxb-{secrets.token_hex(12)}",
        "SLACK_SECRET": secrets.token_hex(16),
        "TELEGRAM_TOKEN": f"7000000001:{secrets.token_urlsafe(26)}",
        "TELEGRAM_SECRET": secrets.token_urlsafe(24),
        "TWILIO_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_TOKEN": secrets.token_hex(16),
        "TWILIO_NUMBER": BOT_NUMBER,
    }
    return Ties(port, bot_port, database, keys)


@asynccontextmanager
async def providers(
    world: World,
    ties: Ties,
    *,
    segments_per_second: float | None = None,
    slack_waits: float = 3.0,
    server: Server | None = None,
) -> AsyncIterator[People]:
    """Serve the sandbox over `world` until the context ends, for a bot whose database is empty.
    `segments_per_second` is how fast the number sends SMS (None: at once), `slack_waits`
    for how many real seconds Slack waits for an acknowledgement; the page can kill and start the
    `server`. Raises OSError where the port is taken.
    """
    keys, bot_url = ties.keys, ties.keys["BOT_URL"]
    targets = Targets(
        url=ties.url,
        slack=SlackTarget(
            url=f"{bot_url}/slack/events",
            signing_secret=keys["SLACK_SECRET"],
            bot_token=keys["SLACK_TOKEN"],
            patience=slack_waits,
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
    asgi = sandbox(world, targets, server=server, language=keys["LANGUAGE"])
    async with listening(asgi, HOST, ties.port):
        # Not before the port is ours: it may be that of a demo that is running, with a database in use.
        _empty(ties.database)
        try:
            people: People = asgi.state.people
            yield people
        finally:
            await asgi.state.close()


def settings_of(config: str, keys: Mapping[str, str]) -> Settings:
    """The settings of a file beside this one."""
    with as_file(files("bot.demo").joinpath(config)) as file:
        return load(file, keys)


def _empty(database: Path) -> None:
    """The sandbox forgets with its process, and so must the bot, to which old message ids mean nothing."""
    for end in ("", "-wal", "-shm"):
        database.with_name(database.name + end).unlink(missing_ok=True)
    database.parent.mkdir(parents=True, exist_ok=True)


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
