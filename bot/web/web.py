"""The ASGI application: the channels' webhooks, health, readiness and metrics."""

from collections.abc import Mapping

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.cases.unseen import unseen
from bot.clock import Clock, RealClock
from bot.context import Context
from bot.metrics import DATABASE_UP
from bot.sending.hearing import wrong_with
from bot.store.store import Store
from bot.web.measures import measured, show
from bot.web.webhooks import Webhooks
from channels.base import Channel, Receive

log = structlog.get_logger()


def web(
    store: Store,
    context: Context,
    channels: Mapping[str, Channel],
    receives: Mapping[str, Receive],
    clock: Clock | None = None,
) -> Starlette:
    """The application over an open store."""
    now = (clock or RealClock()).now

    async def healthz(_request: Request) -> Response:
        """The process is alive."""
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        """The database answers, what each channel can do at the moment, and the alerts that nobody has; 503
        without a database.

        A paused channel leaves the process ready: what comes in is kept, the other channels go on, and
        another process would be paused by the same token. `/metrics` and an alert tell of it.
        """
        try:
            wrong, waiting = await store.read(wrong_with), await store.read(unseen)
        except Exception as error:
            problem = f"the database does not answer ({type(error).__name__})"
            return JSONResponse({"ready": False, "database": problem}, 503)
        words = {name: wrong.get(name, "ok") for name in channels}
        alerts = "ok" if waiting.alerts == 0 else f"{waiting.alerts} reached nobody; see npsbot check"
        return JSONResponse({"ready": True, "database": "ok", "channels": words, "alerts": alerts})

    async def metrics(_request: Request) -> Response:
        """What is counted here is told without a database too: that is when somebody looks."""
        try:
            show(await store.read(measured), context, now())
            DATABASE_UP.set(1)
        except Exception as error:
            DATABASE_UP.set(0)
            log.warning("metrics.no_database", error=type(error).__name__)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    own = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]
    theirs = {name: channel.routes(receives[name]) for name, channel in channels.items()}
    paths = {route.path: name for name, routes in theirs.items() for route in routes}
    application = Starlette(
        routes=[*own, *(route for routes in theirs.values() for route in routes)],
        middleware=[Middleware(Webhooks, channels=paths)],
    )
    application.router.redirect_slashes = False  # behind a proxy it would redirect to http
    return application
