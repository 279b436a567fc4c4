"""The ASGI application: the channels' webhooks, health, readiness and metrics, and what other rooms serve."""

from collections.abc import Mapping, Sequence

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from bot.clock import Clock, RealClock
from bot.context import Context
from bot.metrics import DATABASE_UP
from bot.store.store import Store
from bot.web.measures import measured, show
from bot.web.readiness import readiness
from bot.web.webhooks import Webhooks
from channels.base import Channel, Receive

log = structlog.get_logger()


def web(
    store: Store,
    context: Context,
    channels: Mapping[str, Channel],
    receives: Mapping[str, Receive],
    clock: Clock | None = None,
    rooms: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """The application over an open store. `rooms` are the routes of what else is served."""
    time = clock or RealClock()

    async def healthz(_request: Request) -> Response:
        """The process is alive."""
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        """The process can do its work."""
        return await readiness(store, channels, time)

    async def metrics(_request: Request) -> Response:
        """What is counted here is told without a database too: that is when somebody looks."""
        try:
            show(await store.read(measured), context, time.now())
            DATABASE_UP.set(1)
        except Exception as error:
            DATABASE_UP.set(0)
            log.warning("metrics.no_database", error=type(error).__name__)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    own = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    theirs = {name: channel.routes(receives[name]) for name, channel in channels.items()}
    paths = {route.path: name for name, routes in theirs.items() for route in routes}
    webhooks = [route for routes in theirs.values() for route in routes]
    application = Starlette(routes=[*own, *webhooks, *rooms])
    application.router.redirect_slashes = False  # behind a proxy it would redirect to http
    return Webhooks(application, paths, webhooks)
