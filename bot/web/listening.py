"""Serve an ASGI application inside the running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

AT_ONCE = 512  # connections and requests; further ones are answered 503, which every provider tries again
KEPT = 65  # seconds of a connection at rest; longer than a proxy keeps it, so that none is cut as it is used
HEAD_WITHIN = 10.0  # seconds for the head of a request
GRACE = 8  # seconds for requests that are being answered when a stop comes


class _Patient(HttpToolsProtocol):
    """uvicorn's protocol, which closes a connection on which no whole request head comes. uvicorn itself only
    closes one that rests after an answer; any other holds its place for ever."""

    _watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._look_later()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._look_later()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._watch is not None:
            self._watch.cancel()

    def _look_later(self) -> None:
        if self._watch is None:
            self._watch = self.loop.call_later(HEAD_WITHIN, self._look)

    def _look(self) -> None:
        self._watch = None
        waits_for_head = self.cycle is None or self.cycle.response_complete
        if waits_for_head and self.timeout_keep_alive_task is None and not self.transport.is_closing():
            self.transport.close()


class _Server(uvicorn.Server):
    """uvicorn without signal handlers of its own: the process has one way to stop, and it is ours."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def listening(
    asgi: ASGIApp, host: str, port: int, ending: Callable[[], None] | None = None
) -> AsyncIterator[int]:
    """Serve until the context ends, then finish the requests that are being answered; those that would go on for
    ever, `ending` ends. Gives the port that is bound (for port 0). Raises OSError with a plain sentence where it is
    taken."""
    config = uvicorn.Config(
        asgi,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        proxy_headers=False,  # nobody asks of a request whose it is, or by which scheme it came
        http=_Patient,
        limit_concurrency=AT_ONCE,
        timeout_keep_alive=KEPT,
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
            if ending is not None:
                ending()
            server.should_exit = True
            await task
