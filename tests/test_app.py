"""The composition root: everything starts, serves and ends, with providers that cannot be reached."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import running
from bot.config.settings import load
from bot.sending.timers import Timers
from bot.store.schema import inbox, outbox
from bot.store.store import open_store
from channels.base import Address, InboundMessage
from sandbox import AdjustableClock
from tests.support.bot_under_test import Bot, settings_of
from tests.support.patience import PATIENCE

NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens


def _settings(url: str) -> Any:
    sms = {"account_sid": "AC1", "auth_token": "t", "from": "+31612340000", "api_url": NOWHERE}
    return settings_of(
        database_url=url,
        public_url="https://nps.acme.example",
        channels={"sms": sms},
        admins=["telegram:900"],
        fallback_manager="sms:+31600000000",
    )


async def test_it_starts_serves_and_ends(migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.readiness.WITHIN", PATIENCE)
    async with (
        running(_settings(migrated_url)) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app.asgi), base_url="http://npsbot") as client,
    ):
        assert (await client.get("/readyz")).json()["ready"] is True
        forged = await client.post("/sms/inbound", data={"MessageSid": "SM1", "Body": "8"})
        assert forged.status_code == 401
        assert (await client.get("/api/v1/contacts")).json()["code"] == "no_key"
    again = await open_store(migrated_url)
    assert await Bot(again, _settings(migrated_url)).rows(inbox) == []
    await again.close()


async def test_it_takes_its_file_in_anew(migrated_url: str, tmp_path: Path) -> None:
    def saved(company: str) -> Path:
        path = tmp_path / "config.yaml"
        path.write_text(f"company: {company}\ndatabase_url: {migrated_url}\n", encoding="utf-8")
        return path

    source = saved("Acme")
    async with running(load(source, {}), AdjustableClock(speed=100), source) as app:
        saved("Globex")
        while app.context.settings.company != "Globex":  # noqa: ASYNC110 - nothing tells it
            await asyncio.sleep(0.01)


async def test_a_worker_that_breaks_takes_nobody_with_it(
    migrated_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(_timers: Timers) -> None:
        raise RuntimeError("a mistake in the program")

    monkeypatch.setattr(Timers, "run", broken)
    async with running(_settings(migrated_url)) as app:
        await asyncio.sleep(0)
        bot = Bot(app.store, app.settings)
        phone = Address("sms", "+31612345678")
        await bot.take(InboundMessage("SM1", phone, phone, bot.clock.now(), "hello"))
        assert len(await bot.rows(outbox)) == 1
