"""`npsbot webhooks`, as somebody types it."""

import asyncio
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook
from typer.testing import CliRunner

from bot.cli.main import app
from bot.hooks.deliveries import end_hook
from bot.store.store import Store
from tests.hooks.receivers import http_receiver

URL = "https://crm.example.com/nps"


@pytest.fixture
def config(tmp_path: Path, migrated_url: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(f"company: Acme\ndatabase_url: {migrated_url}\n")
    return path


def private_networks(config: Path, allowed: str) -> None:
    """Add to the settings, or change, whether addresses may lead into them."""
    before = config.read_text().partition("webhooks:")[0]
    config.write_text(f"{before}webhooks: {{allow_private: {allowed}}}\n")


def call(config: Path, *words: str) -> Any:
    return CliRunner().invoke(app, ["webhooks", *words, "--config", str(config)])


def test_added_listed_and_removed(config: Path) -> None:
    assert "there are no webhooks" in call(config, "list").output
    added = call(config, "add", URL, "--name", "crm", "--events", "case.opened, case.closed", "--with-names")
    assert added.exit_code == 0, added.output
    (secret,) = re.findall(r"whsec_\S+", added.output)
    listed = call(config, "list").output
    assert "crm  https://crm.example.com/nps" in listed
    assert "case.closed, case.opened; with names" in listed
    assert "0 waiting, 0 parked, last delivered never" in listed
    assert secret not in listed
    assert "is paused" in call(config, "pause", "crm").output
    assert "paused since" in call(config, "list").output
    rotated = call(config, "rotate", "crm").output
    assert secret not in rotated
    assert "the old one signs too" in rotated
    assert "0 wait for crm and go now" in call(config, "retry", "crm").output
    assert "paused since" not in call(config, "list").output
    assert "crm is removed" in call(config, "remove", "crm").output
    assert "there are no webhooks" in call(config, "list").output


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["add", "http://crm.example.com"], "use https://"),
        (["add", URL, "--events", "case.openend"], "did you mean case.opened?"),
        (["add", URL, "--events", "everything"], "there are answer.given"),
        (["add", URL, "--events", ","], "names nothing"),
        (["add", URL, "--name", "My CRM"], "is no name"),
        (["test", "nowhere"], "there is no webhook nowhere"),
        (["retry", "nowhere"], "there is no webhook nowhere"),
        (["remove", "nowhere"], "there is no webhook nowhere"),
    ],
)
def test_what_is_refused_says_why(config: Path, words: list[str], why: str) -> None:
    result = call(config, *words)
    assert result.exit_code == 2
    assert why in result.output
    assert "there are no webhooks" in call(config, "list").output


async def test_one_that_ended_is_not_tried_again(config: Path, store: Store) -> None:
    await asyncio.to_thread(call, config, "add", URL, "--name", "crm")
    await store.write(end_hook, 1, datetime(2026, 3, 2, 9, tzinfo=UTC))
    again = await asyncio.to_thread(call, config, "retry", "crm")
    assert (again.exit_code, again.output) == (
        2,
        "crm has ended: its receiver answered 410 Gone; remove it, or remove it and add it again\n",
    )


def test_times_are_those_of_the_company(config: Path) -> None:
    config.write_text(f"{config.read_text()}timezone: Asia/Tokyo\n")
    call(config, "add", URL, "--name", "crm")
    call(config, "pause", "crm")
    assert re.search(r"paused since \S+ \S+ Asia/Tokyo\n", call(config, "list").output)


def test_no_two_of_one_name(config: Path) -> None:
    assert call(config, "add", URL).exit_code == 0
    again = call(config, "add", URL)
    assert again.exit_code == 2
    assert "there is a webhook crm-example-com already" in again.output


async def test_one_request_to_try_it(config: Path) -> None:
    private_networks(config, "true")
    async with http_receiver() as receiver:
        added = await asyncio.to_thread(call, config, "add", receiver.url, "--name", "here")
        (secret,) = re.findall(r"whsec_\S+", added.output)
        tried = await asyncio.to_thread(call, config, "test", "here")
        assert (tried.exit_code, tried.output) == (0, "it arrived; the list of webhooks does not count it\n")
        (got,) = receiver.got
        assert Webhook(secret).verify(got.body, dict(got.headers))["type"] == "webhook.test"
    gone = await asyncio.to_thread(call, config, "test", "here")
    assert (gone.exit_code, gone.output) == (1, "it did not arrive: nobody listens there\n")
    private_networks(config, "false")
    private = await asyncio.to_thread(call, config, "test", "here")
    assert "private network" in private.output
