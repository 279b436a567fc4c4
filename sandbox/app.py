"""The sandbox as one application: every provider, the people, and the page of phones."""

import contextlib
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.types import Receive, Scope, Send

from sandbox.control import Control, Refused, refusal
from sandbox.courier import Courier
from sandbox.page_routes import page_routes
from sandbox.people import People
from sandbox.server import Server
from sandbox.slack.api import SlackApi
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.files import FileMethods
from sandbox.slack.people import SlackPeople
from sandbox.slack.sockets import Sockets
from sandbox.sms.api import SmsApi
from sandbox.sms.carrier import Carrier
from sandbox.sms.people import SmsPeople
from sandbox.state import World
from sandbox.targets import SlackTarget, SmsTarget, Targets, TelegramTarget
from sandbox.telegram.api import TelegramApi
from sandbox.telegram.messages import MessageMethods
from sandbox.telegram.people import TelegramPeople
from sandbox.telegram.setup import SetupMethods
from sandbox.telegram.updates import Updates, Webhook
from sandbox.wire import CUT, cutter


class SandboxApp(Starlette):
    """Starlette, with a way for a fault to cut the connection it is answering on."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope.setdefault(CUT, cutter(send))
        await super().__call__(scope, receive, send)


class _Builder:
    """Puts the providers together that `targets` names."""

    def __init__(self, world: World, targets: Targets) -> None:
        self.world, self.targets = world, targets
        self.courier = Courier(world.clock, world.faults, targets)
        self.sockets: Sockets | None = None
        self.routes: list[BaseRoute] = []

    def slack(self, target: SlackTarget) -> SlackPeople:
        workspace, url = self.world.slack, self.targets.url.rstrip("/")
        self.sockets = Sockets(self.world.ids, workspace.app_id)
        deliveries = Deliveries(workspace, self.courier, self.sockets, target, url)
        people = SlackPeople(workspace, deliveries, target)
        files = FileMethods(workspace, url, self.world.files.add)
        api = SlackApi(workspace, self.world.faults, deliveries, self.sockets, people, files, target)
        self.routes += api.routes()
        return people

    def telegram(self, target: TelegramTarget) -> TelegramPeople:
        updates = Updates(self.world.clock, self.world.ids, self.courier, target.patience)
        messages = MessageMethods(self.world.telegram, target, self.world.files.add)
        setup = SetupMethods(self.world.telegram, updates, self.targets, target, messages.bot)
        api = TelegramApi(self.world.faults, target, messages, setup)
        updates.perform = api.perform_quietly
        if target.url:
            updates.set_webhook(Webhook(target.url, target.secret))
        self.routes += api.routes()
        return TelegramPeople(self.world.telegram, updates, messages.bot, target.patience)

    def sms(self, target: SmsTarget) -> SmsPeople:
        carrier = Carrier(self.world.sms, self.courier, target)
        self.routes += SmsApi(self.world.sms, self.world.faults, carrier, target).routes()
        return SmsPeople(self.world.sms, carrier, target)

    async def close(self) -> None:
        self.world.phones.feed.end()
        await self.courier.close()
        if self.sockets is not None:
            await self.sockets.close()


def sandbox(
    world: World,
    targets: Targets,
    *,
    server: Server | None = None,
    more: list[BaseRoute] | None = None,
    language: str = "en",
) -> Starlette:
    """An application that stands in for the providers that `targets` names, over `world`; with a `server`
    its page can kill and start that.

    `app.state.people` is the people's side in Python, `app.state.sockets` Slack's Socket Mode connections,
    `await app.state.close()` ends what is on its way (the application's own shutdown does it too). `more`
    routes come before the page, which is in `language` (en, nl).
    """
    builder = _Builder(world, targets)
    people = People(
        world.phones,
        builder.slack(targets.slack) if targets.slack else None,
        builder.telegram(targets.telegram) if targets.telegram else None,
        builder.sms(targets.sms) if targets.sms else None,
    )

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await builder.close()

    routes = [*builder.routes, *Control(world, people, server).routes(), *(more or [])]
    routes += page_routes(language)
    app = SandboxApp(routes=routes, lifespan=lifespan, exception_handlers={Refused: refusal})
    app.state.world, app.state.people, app.state.sockets, app.state.close = (
        world,
        people,
        builder.sockets,
        builder.close,
    )
    return app
