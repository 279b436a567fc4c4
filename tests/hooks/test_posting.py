"""One request, to receivers that behave badly; and no request into a private network."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.hooks import hooks
from bot.hooks.addresses import is_public
from bot.hooks.hooks import HookRefused
from bot.hooks.posting import Posted, Poster, _wished
from tests.hooks.receivers import HttpReceiver, http_receiver, raw_receiver

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
SOON = 0.3  # seconds in place of fifteen


async def posted(url: str, *, within: float = 5.0, private: bool = True) -> Posted:
    poster = Poster(lambda: private, within)
    try:
        return await poster.post(url, {"webhook-id": "evt_1"}, '{"type":"x"}', NOW)
    finally:
        await poster.aclose()


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_what_is_well(status: int) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(status=status)

    async with http_receiver(answer) as receiver:
        assert await posted(receiver.url) == Posted()
        assert receiver.got[0].body == '{"type":"x"}'
        assert receiver.got[0].headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("status", [400, 401, 404, 410, 429, 500, 502, 503])
async def test_what_is_not(status: int) -> None:
    async def answer(_request: web.Request) -> web.Response:
        return web.Response(
            status=status, text="secret words of the receiver", headers={"Retry-After": "120"}
        )

    async with http_receiver(answer) as receiver:
        found = await posted(receiver.url)
    assert found == Posted(f"it answered {status}", gone=status == 410, wished=timedelta(minutes=2))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    async with http_receiver() as elsewhere:

        async def answer(_request: web.Request) -> web.Response:
            return web.Response(status=status, headers={"Location": elsewhere.url})

        async with http_receiver(answer) as receiver:
            found = await posted(receiver.url)
        assert found.why is not None
        assert "redirects are not followed" in found.why
        assert elsewhere.got == []


async def test_a_receiver_that_hangs_is_not_waited_for() -> None:
    async def hang(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await reader.read(-1)
        await asyncio.Event().wait()

    async with raw_receiver(hang) as port:
        assert await posted(f"http://127.0.0.1:{port}/", within=SOON) == Posted("it did not answer in time")


async def test_one_that_answers_byte_by_byte_is_not_waited_for() -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            writer.write(b"a")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with raw_receiver(drip) as port:
        assert await posted(f"http://127.0.0.1:{port}/", within=SOON) == Posted("it did not answer in time")


async def test_the_body_of_an_answer_is_not_read() -> None:
    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await writer.drain()

    async with raw_receiver(endless) as port:
        assert await posted(f"http://127.0.0.1:{port}/") == Posted()


async def test_a_head_without_end_is_refused() -> None:
    async def heads(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n")
        await writer.drain()

    async with raw_receiver(heads) as port:
        found = await posted(f"http://127.0.0.1:{port}/")
    assert found.why is not None
    assert "xxx" not in found.why


async def test_one_that_drops_the_connection() -> None:
    async def drop(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with raw_receiver(drop) as port:
        assert await posted(f"http://127.0.0.1:{port}/") == Posted("it ended the connection")


async def test_nobody_there() -> None:
    async with raw_receiver(lambda *_: asyncio.sleep(0)) as port:
        pass
    assert await posted(f"http://127.0.0.1:{port}/") == Posted("nobody listens there")


async def test_no_proxy_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with http_receiver() as proxy, http_receiver() as receiver:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert await posted(receiver.url) == Posted()
        assert (len(proxy.got), len(receiver.got)) == (0, 1)


# ------------------------------------------------------------------------------------ private networks


class Names(AbstractResolver):
    """A name server that says another thing each time it is asked."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        said = self.answers.pop(0)
        return [
            ResolveResult(
                hostname=host,
                host=one,
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for one in said.split()
        ]

    async def close(self) -> None:
        """It holds nothing."""


async def _refused(url: str, receiver: HttpReceiver, resolver: AbstractResolver | None = None) -> None:
    poster = Poster(lambda: False, 5.0, resolver)
    try:
        found = await poster.post(url, {}, "{}", NOW)
    finally:
        await poster.aclose()
    assert found.why == "it leads into a private network; see webhooks.allow_private"
    assert receiver.got == []


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "0.0.0", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]"],
)
async def test_this_machine_by_any_name(host: str) -> None:
    async with http_receiver() as receiver:
        await _refused(f"http://{host}:{receiver.port}/", receiver)


async def test_a_name_that_leads_here_the_second_time() -> None:
    async with http_receiver() as receiver:
        names = Names("127.0.0.1", "127.0.0.1")
        allowed = [True, True, False]
        poster = Poster(lambda: allowed.pop(0), 5.0, names)
        try:
            url = f"http://crm.example.com:{receiver.port}/"
            assert await poster.post(url, {}, "{}", NOW) == Posted()
            allowed[:] = [False, False]
            found = await poster.post(url, {}, "{}", NOW)
        finally:
            await poster.aclose()
        assert found.why is not None
        assert "private" in found.why
        assert names.answers == [], "it was looked up again: no connection and no name is kept"
        assert len(receiver.got) == 1


async def test_a_name_that_leads_to_the_metadata_of_a_cloud() -> None:
    async with http_receiver() as receiver:
        await _refused(f"http://x.example.com:{receiver.port}/", receiver, Names("169.254.169.254 10.0.0.1"))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("::ffff:93.184.216.34", True),
        *(
            (one, False)
            for one in (
                *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
                *("0.0.0.1", "255.255.255.255", "224.0.0.1", "198.18.0.1", "192.0.2.1", "240.0.0.1"),
                *(
                    "::1",
                    "::",
                    "fe80::1",
                    "fe80::1%eth0",
                    "fc00::1",
                    "fd00:ec2::254",
                    "ff02::1",
                    "2001:db8::1",
                ),
                *("::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::", "no address"),
            )
        ),
    ],
)
def test_what_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("value", "wished"),
    [
        (None, timedelta()),
        ("120", timedelta(seconds=120)),
        ("Mon, 02 Mar 2026 10:05:00 GMT", timedelta(minutes=5)),
        ("Mon, 02 Mar 2026 09:00:00 GMT", timedelta()),
        ("soon", timedelta()),
        ("-5", timedelta()),
        ("٣", timedelta()),
        ("99999999999999999999", timedelta(days=1)),
    ],
)
def test_retry_after(value: str | None, wished: timedelta) -> None:
    assert _wished(value, NOW) == wished


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("crm.example.com/nps", "no web address"),
        ("ftp://crm.example.com", "no web address"),
        ("https:///nps", "no web address"),
        ("https://crm.example.com:99999/", "no web address"),
        ("http://crm.example.com/nps", "http://"),
        ("https://user:word@crm.example.com/", "a user or a password"),
        ("https://crm.example.com/" + "x" * 2000, "2000 characters"),
        ("https://crm.example.com/a b", "a space"),
    ],
)
def test_addresses_that_are_refused(url: str, why: str) -> None:
    with pytest.raises(HookRefused, match=why):
        hooks.check_url(url, allow_private=False)


def test_addresses_that_are_taken() -> None:
    assert hooks.check_url("https://crm.example.com/nps?key=1", allow_private=False)
    assert hooks.check_url("http://10.0.0.7:8080/nps", allow_private=True)
