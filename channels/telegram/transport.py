"""How python-telegram-bot reaches Telegram: over aiohttp, as Slack and Twilio are reached. Its own way, httpx,
takes several times the processor time for a message with 32 under way (decision 27)."""

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from channels.base import CONNECT, GATEWAY
from channels.telegram.errors import GatewayError


class Transport(BaseRequest):
    """A pool of connections, through a proxy where there is one; opened in the running loop by its first
    request. A failure is PTB's TimedOut or NetworkError with aiohttp's exception as its cause."""

    def __init__(self, size: int, timeout: float, proxy: str | None) -> None:
        self._size, self._timeout, self._proxy = size, timeout, proxy
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds for a whole request that says nothing else."""
        return self._timeout

    async def initialize(self) -> None:
        """Nothing: the session comes with the first request."""

    async def shutdown(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """The status and the body of the answer, whatever they are. Of the waits only `read_timeout` is heeded, as
        the bound of the whole: nobody here gives another."""
        total = read_timeout if isinstance(read_timeout, int | float) else self._timeout
        try:
            async with self._opened().request(
                method,
                url,
                data=None if request_data is None else _body(request_data),
                headers={"User-Agent": self.USER_AGENT},
                timeout=aiohttp.ClientTimeout(total=total, connect=CONNECT),
                allow_redirects=False,
                proxy=self._proxy,
            ) as answer:
                if answer.status in GATEWAY:  # PTB's own error keeps the description alone
                    raise GatewayError(answer.status)
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:  # its text may hold the URL, and so the token
            raise NetworkError(type(error).__name__) from error

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._size), cookie_jar=aiohttp.DummyCookieJar()
            )
        return self._session


def _body(data: RequestData) -> aiohttp.FormData | dict[str, str] | None:
    fields = data.json_parameters
    if not data.contains_files:
        return fields or None
    form = aiohttp.FormData(fields)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
