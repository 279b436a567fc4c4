"""What stands in front of several server processes: each connection goes to the next one that is up."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Final

HOST: Final = "127.0.0.1"


class Front:
    """A plain forwarder of connections, as a reverse proxy is one. `up` are the ports behind it; a connection
    that none of them takes is cut, and so is one whose process dies."""

    def __init__(self) -> None:
        self.up: list[int] = []
        self.port = 0
        self._turn = 0
        self._open: set[asyncio.Task[None]] = set()

    @contextlib.asynccontextmanager
    async def standing(self) -> AsyncIterator[None]:
        """Take connections, at a free port, until the context ends."""
        server = await asyncio.start_server(self._take, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield
        finally:
            server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        behind = await self._behind()
        if behind is None:
            writer.transport.abort()
            return
        try:
            await asyncio.gather(_pour(reader, behind[1]), _pour(behind[0], writer))
        finally:
            writer.transport.abort()
            behind[1].transport.abort()

    async def _behind(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in tuple(self.up):
            self._turn += 1
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(HOST, self.up[self._turn % len(self.up)])
        return None


async def _pour(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Until either end is gone; the other is then cut too."""
    with contextlib.suppress(OSError):
        while part := await source.read(65536):
            target.write(part)
            await target.drain()
    target.transport.abort()
