"""Slack's client as we use it: one session, bounded waits, and no retries of its own."""

import logging
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from channels.base import CONNECT
from channels.proxy import proxy_to

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=CONNECT)
_LOGGERS: Final = ("slack_bolt", "slack_sdk")
_SLACKS: Final = frozenset({"hooks.slack.com", "files.slack.com"})


def client(bot_token: str, api_url: str | None) -> AsyncWebClient:
    """A client with a session, which aiohttp wants made in the running loop."""
    made = AsyncWebClient(
        bot_token,
        base_url=api_base(api_url),
        session=aiohttp.ClientSession(timeout=TIMEOUT),
        retry_handlers=[],  # the SDK's default one posts again after a broken connection
    )
    # The SDK takes HTTPS_PROXY whatever NO_PROXY says; and it is no way to an address of one's own.
    made.proxy = None if api_url is not None else proxy_to(made.base_url)
    return made


def api_base(api_url: str | None) -> str:
    """The base that method names are added to. `http://host:1` and `http://host:1/api/` both do."""
    if not api_url:
        return AsyncWebClient.BASE_URL
    parts = urlsplit(api_url)
    path = parts.path.rstrip("/") or "/api"
    return f"{parts.scheme}://{parts.netloc}{path}/"


def is_slacks(url: str, api_url: str | None) -> bool:
    """Whether a response_url or a place for a file is Slack's. The first comes in a signed payload, but we
    post people's words there: it is https on Slack's own host, or on the host that is configured as Slack's
    API."""
    try:
        asked, api = urlsplit(url), urlsplit(api_base(api_url))
    except ValueError:
        return False
    if api_url is not None and (asked.scheme, asked.netloc) == (api.scheme, api.netloc):
        return True
    return asked.scheme == "https" and asked.netloc in _SLACKS


def silence() -> None:
    """Keep the SDK from logging whole payloads, which it does below this level."""
    for logger in _LOGGERS:
        logging.getLogger(logger).setLevel(logging.WARNING)
