"""The adapters with their real SDKs reach the stand-ins by a base URL, and are reached by them."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette

from channels.base import (
    Address,
    Blocked,
    Channel,
    Choice,
    DeliveryReport,
    Inbound,
    InboundMessage,
    OutboundMessage,
    link,
    plain,
    quote,
)
from channels.slack.channel import SlackChannel
from channels.sms.channel import SmsChannel
from channels.telegram.channel import TelegramChannel
from tests.support.patience import PATIENCE
from tests.support.phones import seen
from tests.support.running import (
    ACCOUNT,
    APP_TOKEN,
    AUTH_TOKEN,
    BOT_TOKEN,
    NUMBER,
    SIGNING_SECRET,
    TELEGRAM_SECRET,
    TELEGRAM_TOKEN,
    Late,
    Running,
    running,
    served,
)

SCORES = (
    tuple(Choice(str(number), f"c1:{number}") for number in range(6)),
    tuple(Choice(str(number), f"c1:{number}") for number in range(6, 11)),
)
FORBIDDEN = "8 <!channel> <b>*x*</b> `y` @here &lt;"


@dataclass
class Intake:
    """Keeps what an adapter hands in."""

    events: list[Inbound] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, events: Sequence[Inbound]) -> None:
        self.events += events
        self.news.set()

    async def first(self, kind: type[Inbound]) -> Inbound:
        async with asyncio.timeout(PATIENCE):
            while True:
                for event in self.events:
                    if isinstance(event, kind):
                        return event
                self.news.clear()
                await self.news.wait()


@dataclass
class Side:
    """One adapter beside the sandbox."""

    channel: Channel
    run: Running
    intake: Intake
    phone: str
    address: Address


@contextlib.asynccontextmanager
async def beside(name: str, listening: bool = False) -> AsyncIterator[Side]:
    """An adapter served at a port, or listening without a public address."""
    late, intake = Late(), Intake()
    async with (
        served(late) as url,
        running(
            slack={
                "url": f"{url}/slack/events",
                "mode": "socket" if listening else "http",
                "patience": PATIENCE,
            },
            telegram={"url": "" if listening else f"{url}/telegram/webhook", "patience": PATIENCE},
            sms={"inbound_url": f"{url}/sms/inbound", "status_url": f"{url}/sms/status"},
        ) as run,
    ):
        channel, address = made(name, run, url, listening)
        late.app = Starlette(routes=list(channel.routes(intake)))
        task = asyncio.ensure_future(channel.listen(intake)) if listening else None
        try:
            yield Side(channel, run, intake, name, address)
        finally:
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            await channel.aclose()


def made(name: str, run: Running, url: str, listening: bool) -> tuple[Channel, Address]:
    clock = run.clock.now
    match name:
        case "slack":
            api, mode = f"{run.url}/slack/api/", "socket" if listening else "http"
            slack = SlackChannel(BOT_TOKEN, SIGNING_SECRET, APP_TOKEN, mode, api, clock=clock)  # type: ignore[arg-type]  # mypy widens the literal
            return slack, Address("slack", "U0CUSTOMER")
        case "telegram":
            way = "polling" if listening else "webhook"
            api = f"{run.url}/telegram/bot"
            telegram = TelegramChannel(TELEGRAM_TOKEN, TELEGRAM_SECRET, way, api, clock=clock)  # type: ignore[arg-type]  # mypy widens the literal
            return telegram, Address("telegram", "1001")
        case _:
            sms = SmsChannel(ACCOUNT, AUTH_TOKEN, NUMBER, None, url, f"{run.url}/twilio", clock=clock)
            return sms, Address("sms", "+31612345678")


@pytest.mark.parametrize("name", ["slack", "telegram", "sms"])
async def test_a_question_goes_out_and_a_typed_answer_comes_in(name: str) -> None:
    async with beside(name) as side:
        side.run.clock.run_at(20)
        question = OutboundMessage(
            1, side.address, (plain("How likely? "), link("call", "tel:+31612345678")), SCORES
        )
        receipt = await side.channel.send(question)
        shown = await side.run.world.wait_for(side.phone, lambda message: "How likely?" in message.text)
        assert receipt.message_ref is not None
        assert shown.id in receipt.message_ref
        assert (await side.run.people.type(side.phone, FORBIDDEN)).delivered
        said = await side.intake.first(InboundMessage)
        assert isinstance(said, InboundMessage)
        assert (said.text, said.actor) == (FORBIDDEN, side.address)


@pytest.mark.parametrize("name", ["slack", "telegram"])
async def test_a_press_comes_in_and_the_question_is_changed(name: str) -> None:
    async with beside(name) as side:
        receipt = await side.channel.send(OutboundMessage(1, side.address, (plain("How likely?"),), SCORES))
        await side.run.world.wait_for(side.phone, lambda message: "9" in message.labels)
        assert (await side.run.people.press_label(side.phone, "9")).delivered
        pressed = await side.intake.first(InboundMessage)
        assert isinstance(pressed, InboundMessage)
        assert pressed.choice == "c1:9"
        await side.channel.send(
            OutboundMessage(
                2,
                side.address,
                (plain("Saved: 9"),),
                replaces=receipt.message_ref,
                answer_ref=pressed.answer_ref,
            )
        )
        changed = await side.run.world.wait_for(side.phone, lambda message: message.text == "Saved: 9")
        assert (changed.buttons, len(side.run.world.messages(side.phone))) == ((), 1)


@pytest.mark.parametrize("name", ["slack", "telegram", "sms"])
async def test_a_customers_words_ping_nobody_and_break_no_markup(name: str) -> None:
    async with beside(name) as side:
        side.run.clock.run_at(20)
        await side.channel.send(OutboundMessage(1, side.address, (plain("Words: "), quote(FORBIDDEN))))
        shown = await side.run.world.wait_for(side.phone, lambda message: "Words" in message.text)
        assert FORBIDDEN in seen(shown)
        assert shown.pings == ()
        assert {span.kind for span in shown.rich} <= {"text", "quote"}


@pytest.mark.parametrize("name", ["slack", "telegram"])
async def test_without_a_public_address_answers_come_in_all_the_same(name: str) -> None:
    async with beside(name, listening=True) as side:
        if name == "slack":
            await side.run.sockets.connected()
        await side.run.people.type(name, "8")
        said = await side.intake.first(InboundMessage)
        assert isinstance(said, InboundMessage)
        assert said.text == "8"


async def test_a_block_comes_in_and_reports_do() -> None:
    async with beside("telegram") as side:
        await side.run.people.block("telegram")
        assert isinstance(await side.intake.first(Blocked), Blocked)
    async with beside("sms") as side:
        side.run.clock.run_at(20)
        receipt = await side.channel.send(OutboundMessage(1, side.address, (plain("How likely?"),)))
        report = await side.intake.first(DeliveryReport)
        assert isinstance(report, DeliveryReport)
        assert report.message_ref == receipt.message_ref
