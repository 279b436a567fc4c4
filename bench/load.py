"""Senders that keep their connections: each writes a ready request, waits for the answer, and goes on."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


class LoadFailed(RuntimeError):
    """A request was not answered 2xx: what was measured would mean nothing."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a round."""

    seconds: float
    waits: Sequence[float]  # of each request, in seconds

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.waits) / self.seconds


class _Sender(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], waits: list[float]) -> None:
        self._requests = requests
        self._waits = waits
        self._answer = b""
        self._since = 0.0
        self._transport: asyncio.Transport | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a TCP connection's always is
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return
        if not head.startswith(b"HTTP/1.1 2"):
            self._fail(head.split(b"\r\n", 1)[0].decode("latin-1"))
            return
        self._waits.append(time.perf_counter() - self._since)
        self._answer = b""
        self._next()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(LoadFailed("the server closed a connection"))

    def _next(self) -> None:
        request = next(self._requests, None)
        assert self._transport is not None  # noqa: S101 - set when the connection was made
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._since = time.perf_counter()
        self._transport.write(request)

    def _fail(self, line: str) -> None:
        if not self.done.done():
            self.done.set_exception(LoadFailed(f"a request was answered {line}"))


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


async def send_all(port: int, requests: Sequence[bytes], senders: int) -> Measured:
    """Send every request once, by so many senders at a time. LoadFailed where one is not answered 2xx."""
    waits: list[float] = []
    left = iter(requests)
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    made = [
        await loop.create_connection(lambda: _Sender(left, waits), "127.0.0.1", port) for _ in range(senders)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in made))
    return Measured(time.perf_counter() - started, waits)
