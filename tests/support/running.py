"""A sandbox and a bot that writes down what it is told, both on loopback ports."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox import AdjustableClock, People, SlackTarget, SmsTarget, Targets, TelegramTarget, World, sandbox
from sandbox.slack.sockets import Sockets
from tests.support.patience import PATIENCE

SIGNING_SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BOT_TOKEN, APP_TOKEN = "xoxb-acme-bot", "xapp-acme-app"
TELEGRAM_TOKEN, TELEGRAM_SECRET = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "webhook-secret"
ACCOUNT, AUTH_TOKEN = "AC" + "0" * 32, "12345678901234567890123456789012"
NUMBER = "+3197010281234"
SERVICE = "MG" + "1" * 32


@dataclass
class Delivery:
    """One request that the bot got."""

    path: str
    url: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def payload(self) -> Any:
        """What Slack sends as the form field `payload`."""
        return json.loads(self.form["payload"])


Answer = Callable[[Delivery], Response]


@dataclass
class Recorder:
    """A bot that records its deliveries and answers as a test says, for each path; else 200."""

    answers: dict[str, Answer] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    url: str = ""
    delay: float = 0.0
    """Real seconds before each answer."""

    async def record(self, request: Request) -> Response:
        body = await request.body()
        delivery = Delivery(request.url.path, str(request.url), dict(request.headers), body)
        self.deliveries.append(delivery)
        self.news.set()
        await asyncio.sleep(self.delay)
        answer = self.answers.get(delivery.path)
        return answer(delivery) if answer else PlainTextResponse("")

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/{path:path}", self.record, methods=["POST"])])

    def at(self, path: str) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if delivery.path == path]

    async def wait(self, path: str, count: int, patience: float = PATIENCE) -> list[Delivery]:
        """The deliveries to a path once there are `count`."""
        async with asyncio.timeout(patience):
            while len(self.at(path)) < count:
                self.news.clear()
                await self.news.wait()
        return self.at(path)

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Slack events of a type that people caused."""
        found = [delivery.json["event"] for delivery in self.at("/slack") if delivery.body.startswith(b"{")]
        return [
            event for event in found if event["type"] == kind and "bot_id" not in event.get("message", event)
        ]


@dataclass
class Running:
    """Everything a test touches."""

    world: World
    people: People
    sockets: Sockets
    bot: Recorder
    url: str
    clock: AdjustableClock


@contextlib.asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """Serves an application on a free port and gives its address."""
    config = uvicorn.Config(app, port=0, log_level="critical", timeout_graceful_shutdown=1)
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()  # without the loop around it, which looks every 0.1 s whether to stop
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        for listening in server.servers:  # uvicorn's own shutdown sleeps 0.1 s
            listening.close()
        for connection in list(server.server_state.connections):
            connection.transport.abort()


class Late:
    """An application that is named after its server has a port."""

    app: ASGIApp

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await self.app(scope, receive, send)


@contextlib.asynccontextmanager
async def running(
    *,
    slack: dict[str, Any] | None = None,
    telegram: dict[str, Any] | None = None,
    sms: dict[str, Any] | None = None,
    speed: float = 1.0,
    public: str = "",
) -> AsyncIterator[Running]:
    """A sandbox of all three providers beside a recording bot; the dicts are fields of the targets."""
    late, bot = Late(), Recorder()
    async with served(late) as url, served(bot.app()) as bot_url:
        bot.url = bot_url
        reached = public or bot_url
        clock = AdjustableClock(speed=speed)
        world = World(clock=clock, seed=1)
        targets = Targets(
            url=url,
            slack=SlackTarget(
                **{
                    "url": f"{reached}/slack",
                    "signing_secret": SIGNING_SECRET,
                    "bot_token": BOT_TOKEN,
                    "app_token": APP_TOKEN,
                    "patience": PATIENCE,
                    **(slack or {}),
                }
            ),
            telegram=TelegramTarget(
                **{
                    "token": TELEGRAM_TOKEN,
                    "url": f"{reached}/telegram",
                    "secret": TELEGRAM_SECRET,
                    "patience": PATIENCE,
                    **(telegram or {}),
                }
            ),
            sms=SmsTarget(
                **{
                    "account_sid": ACCOUNT,
                    "auth_token": AUTH_TOKEN,
                    "number": NUMBER,
                    "inbound_url": f"{reached}/sms/inbound",
                    "status_url": f"{reached}/sms/status",
                    "patience": PATIENCE,
                    **(sms or {}),
                }
            ),
            reach=(public, bot_url) if public else None,
        )
        app = sandbox(world, targets)
        late.app = app
        world.add_slack_user("U0CUSTOMER", "Customer at Acme", email="customer@acme.example", phone="slack")
        world.add_telegram_user(1001, "Customer at Globex", phone="telegram", started=True)
        world.add_number("+31612345678", "Customer at Initech", phone="sms")
        try:
            yield Running(world, app.state.people, app.state.sockets, bot, url, clock)
        finally:
            await app.state.close()
