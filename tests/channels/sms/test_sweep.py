"""What a lost webhook missed is found in Twilio's list."""

import asyncio

import pytest

from channels.base import DeliveryReport, Unreachable
from channels.sms.channel import SmsChannel
from tests.channels.contract import NOW, Intake
from tests.channels.sms.test_channel import ACCOUNT, NUMBER, PUBLIC, TOKEN, listed, page
from tests.channels.sms.test_channel import TestSms as Sms
from tests.support.far_side import FarSide, Sent, far_side
from tests.support.patience import PATIENCE


class TestSweep:
    async def sweep(
        self,
        lists: list[object],
        intake: Intake,
        monkeypatch: pytest.MonkeyPatch,
        looks: int,
        service: str | None = None,
        public_url: str | None = PUBLIC,
    ) -> FarSide:
        monkeypatch.setattr("channels.sms.listening.SWEEP_EVERY", 0.01)
        monkeypatch.setattr("channels.sms.listening.SWEEP_ALONE", 0.01)
        enough = asyncio.Event()

        def usual(sent: Sent) -> object:
            if len(side.sent) >= looks:
                enough.set()
            return lists.pop(0) if lists else page()

        async with far_side(usual) as side:
            channel = SmsChannel(ACCOUNT, TOKEN, NUMBER, service, public_url, side.url, clock=lambda: NOW)
            listening = asyncio.create_task(channel.listen(intake.receive))
            async with asyncio.timeout(PATIENCE):
                await enough.wait()
                await asyncio.sleep(0.05)
            listening.cancel()
            with pytest.raises(asyncio.CancelledError):
                await listening
            await channel.aclose()
            return side

    async def test_finds_what_a_lost_webhook_missed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        intake = Intake()
        webhook = Sms()
        await webhook.post(webhook.signed(webhook.hook("inbound_message")), intake)
        person = {"direction": "inbound", "from": "+31612345678", "to": NUMBER}
        found = page(
            listed("SM3", "STOP", 1, **person),
            listed("SM2", "our own question", 2),
            listed(intake.ids[0], "6", 3, **person),
        )
        side = await self.sweep([found], intake, monkeypatch, looks=2)
        assert intake.ids == [intake.ids[0], intake.ids[0], "SM3"]
        assert side.sent[0].query["DateSent>"] == "2026-11-21T09:00:00Z"
        assert side.sent[1].query["DateSent>"] == "2026-11-22T08:45:00Z"

    async def test_leaves_another_products_messages_alone(self, monkeypatch: pytest.MonkeyPatch) -> None:
        intake = Intake()
        person = {"direction": "inbound", "from": "+31612345678"}
        found = page(
            listed("SM1", "6", 1, to="+3197019999999", messaging_service_sid="MG1", **person),
            listed("SM2", "7", 2, to="+3197018888888", messaging_service_sid="MG2", **person),
            listed("SM3", "8", 3, to="+3197018888888", messaging_service_sid=None, **person),
            listed("SM4", "9", 4, to=NUMBER, messaging_service_sid=None, **person),
        )
        side = await self.sweep([found], intake, monkeypatch, looks=1, service="MG1")
        assert intake.ids == ["SM4", "SM1"]
        assert "To" not in side.sent[0].query

    async def test_survives_twilios_errors(self, monkeypatch: pytest.MonkeyPatch) -> None:
        intake = Intake()
        found = page(listed("SM1", "6", 1, direction="inbound", to=NUMBER, **{"from": "+31612345678"}))
        side = await self.sweep(["oops", [], found], intake, monkeypatch, looks=4)
        assert "SM1" in intake.ids
        assert side.sent[2].query["DateSent>"] == "2026-11-21T09:00:00Z", "what failed is looked at again"

    async def test_looks_again_at_what_was_not_kept(self, monkeypatch: pytest.MonkeyPatch) -> None:
        intake = Intake()
        intake.fails = True
        found = page(listed("SM1", "6", 1, direction="inbound", to=NUMBER, **{"from": "+31612345678"}))
        side = await self.sweep([found, found], intake, monkeypatch, looks=2)
        assert side.sent[1].query["DateSent>"] == "2026-11-21T09:00:00Z"

    async def test_without_a_public_address_the_list_is_all(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Also what became of our own messages, and each thing once, however often the list repeats it."""
        intake = Intake()
        ours = {"direction": "outbound-api", "from": NUMBER, "to": "+31612345678"}
        person = {"direction": "inbound", "from": "+31612345678", "to": NUMBER}
        other = {"direction": "outbound-api", "from": "+3197019999999", "to": "+31612345678"}
        sent = listed("SM1", "How likely?", 1, status="sent", **ours)
        arrived = listed("SM1", "How likely?", 1, status="delivered", **ours)
        lost = listed("SM2", "How likely?", 2, status="undelivered", error_code=30005, **ours)
        side = await self.sweep(
            [
                page(sent, listed("SM9", "Sale!", 1, status="delivered", **other)),
                page(sent, lost),
                page(arrived, lost, listed("SM3", "8", 0, **person)),
                page(arrived, lost, listed("SM3", "8", 0, **person)),
            ],
            intake,
            monkeypatch,
            looks=5,
            public_url=None,
        )
        assert intake.ids == ["SM1:sent", "SM2:undelivered", "SM1:delivered", "SM3"]
        failed = intake.events[1]
        assert isinstance(failed, DeliveryReport)
        assert failed.code == "30005"
        assert isinstance(failed.error, Unreachable)
        assert "To" not in side.sent[0].query
        assert side.sent[1].query["DateSent>"] == "2026-11-22T08:00:00Z"

    async def test_without_a_public_address_there_is_no_webhook(self) -> None:
        channel = SmsChannel(ACCOUNT, TOKEN, NUMBER, None, None, None, clock=lambda: NOW)
        assert list(channel.routes(Intake().receive)) == []
