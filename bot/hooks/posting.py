"""One request to a receiver, and what became of it."""

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.hooks.addresses import AddressRefused, CheckedResolver, is_public

ANSWER_WITHIN: Final = 15.0  # seconds for a receiver to say 2xx
_MOST: Final = timedelta(days=1)
_GONE: Final = 410


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a request: `why` it did not arrive, in our own words; None where it did. `wished` is how long the
    receiver asks us to wait."""

    why: str | None = None
    gone: bool = False
    wished: timedelta = timedelta()


class Poster:
    """Sends requests: over connections of their own, without a proxy, cookies or redirects, and reads no more of an
    answer than its head. `allow_private` is asked each time. Made in a running loop; `aclose` ends it."""

    def __init__(
        self,
        allow_private: Callable[[], bool],
        within: float = ANSWER_WITHIN,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._allow_private = allow_private
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                resolver=CheckedResolver(allow_private, resolver),
                use_dns_cache=False,
                force_close=True,  # the next one is looked up, and checked, again
                limit=0,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            timeout=aiohttp.ClientTimeout(total=within),
            trust_env=False,
            auto_decompress=False,
            headers={"User-Agent": "npsbot", "Content-Type": "application/json", "Accept": "*/*"},
        )

    async def post(self, url: str, headers: Mapping[str, str], body: str, now: datetime) -> Posted:
        """Send a body. Nothing of what the receiver answers but its status stands in `why`."""
        try:
            if not self._allow_private():
                _look_at_numbers(url)
            async with self._session.post(
                url, data=body.encode(), headers=dict(headers), allow_redirects=False
            ) as answer:
                return _judged(answer.status, answer.headers.get("Retry-After"), now)
        except AddressRefused as error:
            return Posted(str(error))
        except TimeoutError:
            return Posted("it did not answer in time")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Posted(_why(error))

    async def aclose(self) -> None:
        await self._session.close()


def _look_at_numbers(url: str) -> None:
    """A host that is an address is connected to without being looked up."""
    host = URL(url).host or ""
    if host and (":" in host or host.replace(".", "").isdigit()) and not is_public(host):
        raise AddressRefused("it leads into a private network; see webhooks.allow_private")


def _judged(status: int, retry_after: str | None, now: datetime) -> Posted:
    if 200 <= status < 300:
        return Posted()
    if 300 <= status < 400:
        return Posted(f"it answered {status}: it leads elsewhere, and redirects are not followed")
    return Posted(f"it answered {status}", gone=status == _GONE, wished=_wished(retry_after, now))


def _wished(value: str | None, now: datetime) -> timedelta:
    """Retry-After, in seconds or as a date (RFC 9110, 10.2.3); nothing where it cannot be read."""
    if value is None:
        return timedelta()
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=min(int(text[:9]), 10**9)), _MOST)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return timedelta()
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    return max(timedelta(), min(at - now, _MOST))


_WHYS: Final = (
    ("its certificate is not accepted", (ssl.SSLError, aiohttp.ClientConnectorCertificateError)),
    ("nobody listens there", (ConnectionRefusedError,)),
    ("its name is not found", (aiohttp.ClientConnectorDNSError,)),
    ("it ended the connection", (aiohttp.ServerDisconnectedError, ConnectionResetError)),
)


def _why(error: Exception) -> str:
    """In our own words: an error of the library may repeat the address, and what the receiver said."""
    chain: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in chain:
        chain.append(cause)
        cause = cause.__cause__ or cause.__context__
    refused = next((one for one in chain if isinstance(one, AddressRefused)), None)
    if refused is not None:
        return str(refused)
    found = (words for words, kinds in _WHYS if any(isinstance(one, kinds) for one in chain))
    return next(found, f"no request could be made ({type(error).__name__})")
