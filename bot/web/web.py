"""The ASGI application: the channels' webhooks, health, readiness and metrics."""

from collections.abc import Mapping

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import Connection, func, select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.delivery.sending import pauses
from bot.metrics import PAUSED, QUEUED
from bot.setup import Setup
from bot.store.schema import outbox
from bot.store.store import Store
from channels.base import Channel, Receive

log = structlog.get_logger()

_QUEUED = (
    select(outbox.c.channel, func.count().label("waiting"))
    .where(outbox.c.state == "queued")
    .group_by(outbox.c.channel)
)


def web(
    store: Store, setup: Setup, channels: Mapping[str, Channel], receives: Mapping[str, Receive]
) -> Starlette:
    """The application over an open store."""

    async def healthz(_request: Request) -> Response:
        """The process is alive."""
        return PlainTextResponse("ok\n")

    async def readyz(_request: Request) -> Response:
        """The database answers, and what each channel can do at the moment; 503 without a database."""
        try:
            state = await _channel_states(store)
        except Exception as error:
            problem = f"the database does not answer ({type(error).__name__})"
            return JSONResponse({"ready": False, "database": problem}, 503)
        words = {name: state.get(name) or "ok" for name in channels}
        return JSONResponse({"ready": True, "database": "ok", "channels": words})

    async def metrics(_request: Request) -> Response:
        """What is counted here is told without a database too: that is when somebody looks."""
        try:
            await _measure(store, setup)
        except Exception as error:
            log.warning("metrics.no_database", error=type(error).__name__)
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    routes = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", metrics),
        *(route for name, channel in channels.items() for route in channel.routes(receives[name])),
    ]
    return Starlette(routes=routes)


async def _measure(store: Store, setup: Setup) -> None:
    for name, reason in (await _channel_states(store)).items():
        PAUSED.labels(name).set(0 if reason is None else 1)
    waiting = dict.fromkeys(setup.limits, 0) | await store.read(_queued)
    for name, count in waiting.items():
        QUEUED.labels(name).set(count)


async def _channel_states(store: Store) -> dict[str, str | None]:
    """Why each channel is paused; None where it is not."""
    rows = await store.read(pauses)
    return {row.channel: row.paused_reason for row in rows}


def _queued(connection: Connection) -> dict[str, int]:
    return {row.channel: row.waiting for row in connection.execute(_QUEUED)}
