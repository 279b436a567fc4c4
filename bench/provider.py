"""The least that the three providers' senders need: every message is taken, at once, without a limit.

`python -m bench.provider` says its port, and serves until its input ends. It keeps nothing and checks
nothing, so that it costs both sides of a row the same little.
"""

import asyncio
import itertools
import json
import socket
import sys

from bench.children import parent_gone
from bench.company import TELEGRAM_BOT

_numbers = itertools.count(1)
_BOT = {"id": TELEGRAM_BOT, "is_bot": True, "first_name": "Acme", "username": "acme_bot"}


def _answer(path: str) -> tuple[str, object]:
    number = next(_numbers)
    if path.startswith("/slack/"):
        return "200 OK", {"ok": True, "channel": "D0BENCH", "ts": f"1795337000.{number:06d}"}
    if path.startswith("/twilio/"):
        return "201 Created", {"sid": f"SM{number:032x}", "status": "queued"}
    if path.endswith("/getMe"):
        return "200 OK", {"ok": True, "result": _BOT}
    if path.endswith("/sendMessage"):
        chat = {"id": 1, "type": "private"}
        return "200 OK", {"ok": True, "result": {"message_id": number, "date": 1795337000, "chat": chat}}
    return "200 OK", {"ok": True, "result": True}


class _Provider(asyncio.Protocol):
    def __init__(self) -> None:
        self._got = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - a TCP connection's always is
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        head, found, body = self._got.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        if len(body) < length:
            return
        self._got = body[length:]
        status, answer = _answer(head.split(b" ", 2)[1].decode("latin-1"))
        content = json.dumps(answer).encode()
        lines = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        self._transport.write(lines.encode() + content)


async def serve() -> None:
    """Serve until standard input ends."""
    bound = socket.create_server(("127.0.0.1", 0), backlog=256)
    bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = await asyncio.get_running_loop().create_server(_Provider, sock=bound)
    sys.stdout.write(f"{bound.getsockname()[1]}\n")
    sys.stdout.flush()
    await parent_gone()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
