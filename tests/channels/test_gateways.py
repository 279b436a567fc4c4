"""A gateway that answers in the provider's place is told from a time-out, in all three channels."""

import asyncio

import aiohttp
import pytest
from telegram.error import NetworkError

from channels.base import Address, Away, Channel, OutboundMessage, SendError, Unavailable, Unknown, plain
from channels.slack.channel import SlackChannel
from channels.slack.errors import of_code as of_slack
from channels.sms.channel import SmsChannel
from channels.sms.codes import of_code as of_twilio
from channels.sms.errors import send_error as of_sms
from channels.telegram.channel import TelegramChannel
from channels.telegram.errors import GatewayError
from channels.telegram.errors import send_error as of_telegram
from tests.support.far_side import Answer, far_side

STATES = pytest.mark.parametrize(("state", "kind"), [(500, Unknown), (502, Away), (503, Away), (504, Away)])


@STATES
def test_slack_and_twilio(state: int, kind: type[SendError]) -> None:  # field E5
    assert type(of_slack("", state, None)) is kind
    assert type(of_twilio(0, state)) is kind


@pytest.mark.parametrize(("state", "unread"), [(502, True), (503, True), (504, False)])
def test_who_waited_in_vain_had_found_somebody(state: int, unread: bool) -> None:  # field E5
    for error in (of_slack("", state, None), of_twilio(0, state), of_telegram(GatewayError(state))):
        assert isinstance(error, Away)
        assert error.unread is unread


async def _never(*_: object, **__: object) -> None:
    await asyncio.Event().wait()


async def test_what_found_no_connection_was_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:  # field E5
    monkeypatch.setattr("aiohttp.TCPConnector._create_connection", _never)
    monkeypatch.setattr("channels.slack.client.TIMEOUT", aiohttp.ClientTimeout(total=8, connect=0.01))
    monkeypatch.setattr("channels.sms.client.CONNECT", 0.01)
    monkeypatch.setattr("channels.telegram.transport.CONNECT", 0.01)
    channels: tuple[tuple[Channel, str], ...] = (
        (SlackChannel("xoxb-1", "s", None, "http", "http://localhost:1"), "U1"),
        (TelegramChannel("1:a", "s", "webhook", "http://localhost:1"), "5"),
        (SmsChannel("AC1", "t", "+31612340000", None, None, "http://localhost:1"), "+31612345678"),
    )
    for channel, who in channels:
        with pytest.raises(Unavailable):
            await channel.send(OutboundMessage(1, Address(channel.name, who), (plain("hello"),)))
        await channel.aclose()


def test_what_says_more_than_its_state_means_that() -> None:
    assert type(of_slack("service_unavailable", 503, None)) is Unavailable


def test_a_broken_connection_is_no_gateway() -> None:
    assert type(of_telegram(NetworkError("httpx.ReadError: "))) is Unknown
    assert type(of_telegram(GatewayError(502))) is Away
    assert type(of_sms(aiohttp.ServerDisconnectedError())) is Unknown


@STATES
@pytest.mark.parametrize(
    "body", [{"ok": False, "error_code": 1, "description": "Words"}, "<html>no JSON</html>"]
)
async def test_telegram_over_http(state: int, kind: type[SendError], body: object) -> None:  # field E5
    """The state counts, whatever the body says."""
    async with far_side(lambda _sent: {}) as side:
        side.answers.append(Answer(state, body))
        channel = TelegramChannel("1:a", "s", "webhook", side.url)
        with pytest.raises(SendError) as raised:
            await channel.send(OutboundMessage(1, Address("telegram", "5"), (plain("hello"),)))
        await channel.aclose()
    assert type(raised.value) is kind
