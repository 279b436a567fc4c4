"""HTTPS_PROXY is the way out for all three channels, and for no address of one's own."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from channels.base import Channel, SendError
from channels.proxy import proxy_to
from channels.slack.channel import SlackChannel
from channels.sms.channel import SmsChannel
from channels.telegram.channel import TelegramChannel

PUBLIC = "https://nps.acme.example"


class Proxy:
    """A proxy on this machine that lets nothing through, and remembers who was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked.append((await reader.readline()).decode().rsplit(" ", 1)[0])
        while (await reader.readline()).strip():
            pass
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def proxy(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    made = Proxy()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{made.port}")
    async with server:
        yield made


CHANNELS: dict[str, Callable[[str | None], Channel]] = {
    "slack.com:443": lambda api: SlackChannel("xoxb-1", "hush", None, "http", api),
    "api.telegram.org:443": lambda api: TelegramChannel("1:hush", "hush", "webhook", api),
    "api.twilio.com:443": lambda api: SmsChannel("AC1", "hush", "+31612345678", None, PUBLIC, api),
}


@pytest.mark.parametrize("host", CHANNELS)
async def test_every_channel_goes_by_the_proxy(proxy: Proxy, host: str) -> None:  # field C7
    channel = CHANNELS[host](None)
    with pytest.raises(SendError):
        await channel.identify()
    await channel.aclose()
    assert set(proxy.asked) == {f"CONNECT {host}"}


@pytest.mark.parametrize("host", CHANNELS)
async def test_an_address_of_ones_own_is_reached_directly(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:  # field C7
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.port}")
    channel = CHANNELS[host]("http://127.0.0.1:9/")
    with pytest.raises(SendError):
        await channel.identify()
    await channel.aclose()
    assert proxy.asked == []


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://out:8080"}, "http://out:8080"),
        ({"https_proxy": "out:8080"}, "http://out:8080"),
        ({"ALL_PROXY": "http://out:8080"}, "http://out:8080"),
        ({"HTTP_PROXY": "http://out:8080"}, None),
        ({"HTTPS_PROXY": "http://out:8080", "NO_PROXY": ".twilio.com,localhost"}, None),
        ({"HTTPS_PROXY": "http://out:8080", "NO_PROXY": "slack.com"}, "http://out:8080"),
    ],
)
def test_what_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], found: str | None
) -> None:  # field C7
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert proxy_to("https://api.twilio.com") == found
