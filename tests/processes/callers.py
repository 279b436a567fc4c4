"""Which process calls a provider, and when: each process reaches the sandbox by a port of its own."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

SENDING: Final = {"chat.postMessage": "slack", "sendMessage": "telegram", "Messages.json": "sms"}
"""The calls that put a new message on a phone, by the end of their path."""


@dataclass(slots=True)
class Call:
    """One message handed over: the channel, the port that stands for the process, and from when until when,
    in the machine's monotonic seconds."""

    channel: str
    port: int
    began: float
    ended: float | None = None


@dataclass
class Callers:
    """An ASGI application in front of the sandbox that writes down who sends."""

    behind: ASGIApp
    calls: list[Call] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        channel = SENDING.get(str(scope.get("path")).rpartition("/")[2])
        if scope["type"] != "http" or scope["method"] != "POST" or channel is None:
            await self.behind(scope, receive, send)
            return
        call = Call(channel, scope["server"][1], time.monotonic())
        self.calls.append(call)
        try:
            await self.behind(scope, receive, send)
        finally:
            call.ended = time.monotonic()

    async def quiet(self, port: int) -> None:
        """Return once no call of a process is being answered any more."""
        while any(call.ended is None for call in self.calls if call.port == port):  # noqa: ASYNC110 - a moment
            await asyncio.sleep(0.01)

    def by(self, channel: str) -> Iterator[tuple[int, float, float]]:
        """The turns of the processes on a channel, in their order: the port, the beginning of its first call
        and the end of its last."""
        turn: tuple[int, float, float] | None = None
        for call in sorted((one for one in self.calls if one.channel == channel), key=lambda one: one.began):
            ended = time.monotonic() if call.ended is None else call.ended
            if turn is not None and turn[0] == call.port:
                turn = (call.port, turn[1], max(turn[2], ended))
                continue
            if turn is not None:
                yield turn
            turn = (call.port, call.began, ended)
        if turn is not None:
            yield turn
