"""Serve an ASGI application inside the running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.types import ASGIApp

GRACE = 8  # seconds for requests that are being answered when a stop comes


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: the process has one way to stop, and it is ours."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def listening(asgi: ASGIApp, host: str, port: int) -> AsyncIterator[int]:
    """Serve until the context ends, then finish the requests that are being answered. Gives the port that
    is bound (for port 0). Raises OSError with a plain sentence where it is taken."""
    config = uvicorn.Config(
        asgi,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE,
        server_header=False,
    )
    try:
        bound = socket.create_server((host, port), backlog=1024)
    except OSError as error:
        # The socket module adds the address in brackets, which the sentence names already.
        reason = str(error.strerror).partition(" (while")[0]
        raise OSError(f"cannot listen on {host}:{port}: {reason}; choose another with --port") from None
    # asyncio does so itself only for sockets that name their protocol; without it an answer with a body waits
    # 40 ms for the other side's acknowledgement of its head.
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = _Server(config)
    with bound:
        task = asyncio.create_task(server.serve(sockets=[bound]))
        try:
            while not server.started and not task.done():  # noqa: ASYNC110 - uvicorn offers no event for it
                await asyncio.sleep(0.005)
            if task.done():
                await task
            yield int(bound.getsockname()[1])
        finally:
            server.should_exit = True
            await task
