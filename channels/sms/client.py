"""Twilio's client as we use it: bounded waits, no log of numbers, nothing from the environment but the proxy."""

from typing import Final, cast

import aiohttp
from twilio.http.async_http_client import AsyncTwilioHttpClient  # type: ignore[import-untyped]  # it has no types
from twilio.http.response import Response as TwilioResponse  # type: ignore[import-untyped]  # it has no types
from twilio.rest import Client  # type: ignore[import-untyped]  # it has no types

from channels.base import CONNECT
from channels.proxy import proxy_to

TIMEOUT = 8.0
_API: Final = "https://api.twilio.com"
_NOWHERE: Final = {"TWILIO_REGION": ""}  # else the SDK reads edge and region from the environment


def client(account_sid: str, auth_token: str, api_url: str | None) -> Client:
    """A client with a session, which has to be made in the running loop; `client.http_client` closes it."""
    http = _Http(proxy_url=None if api_url else proxy_to(_API))
    made = Client(account_sid, auth_token, http_client=http, environment=_NOWHERE)
    if api_url:
        made.api.base_url = api_url.rstrip("/")
    return made


class _Http(AsyncTwilioHttpClient):  # type: ignore[misc]  # its base has no types
    """The SDK's client with a time-out (it ignores its own), and without its log of numbers and URLs. It
    has no retries: after a broken connection the outbox decides."""

    async def request(
        self,
        method: str,
        url: str,
        params: dict[str, object] | None = None,
        data: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,  # noqa: ASYNC109  # the SDK's signature
        allow_redirects: bool = False,
    ) -> TwilioResponse:
        given = dict(headers or {})
        if auth is not None:
            given["Authorization"] = aiohttp.encode_basic_auth(*auth)
        session: aiohttp.ClientSession = self.session
        async with session.request(
            method,
            url,
            params=cast("dict[str, str] | None", params),
            data=data,
            headers=given,
            timeout=aiohttp.ClientTimeout(total=timeout or TIMEOUT, connect=CONNECT),
            allow_redirects=allow_redirects,
            proxy=self.proxy_url,
        ) as answer:
            return TwilioResponse(answer.status, await answer.text(), answer.headers)
