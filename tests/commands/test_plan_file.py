"""`npsbot campaign plan C --csv FILE`: everybody of the audience with what would become of them."""

import asyncio
import csv
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.cli.campaign import campaign_app
from bot.people.consent import opt_out
from bot.store.schema import conversation, outbox
from bot.store.store import open_store
from channels.base import Address
from tests.support.campaign_world import NOW, Someone, add
from tests.support.shell import CONFIG


@pytest.fixture
def config(tmp_path: Path, migrated_url: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    async def work() -> None:
        store = await open_store(migrated_url)
        people = [Someone(f"c{number}", slack=f"U{number}", account="Globex") for number in range(3)]
        await add(store, *people, Someone("=cmd()"), Someone("left", slack="U9"))
        await store.write(opt_out, Address("slack", "U9"), NOW, "words")
        await store.close()

    asyncio.run(work())
    monkeypatch.setattr("bot.cli.campaign._now", lambda: NOW)
    monkeypatch.setattr("bot.campaigns.by_lot.PAGE", 2)
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(url=migrated_url))
    return path


def plan(config: Path, *words: str) -> Result:
    return CliRunner().invoke(campaign_app, ["--config", str(config), "plan", *words])


def test_everybody_stands_there_with_the_rule(config: Path, tmp_path: Path, migrated_url: str) -> None:
    out = tmp_path / "plan.csv"
    result = plan(config, "demo", "--csv", str(out))
    assert (result.exit_code, result.stdout) == (0, f"{out}: 5 contacts; nothing has been sent\n")
    lines = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert lines[0][:5] == ["contact_id", "name", "account", "account_manager", "outcome"]
    asked = ["asked", "slack", "2026-03-02T10:00:00+00:00", "", ""]
    assert lines[1:] == [
        *([f"c{number}", f"c{number}", "Globex", "", *asked] for number in range(3)),
        ["'=cmd()", "'=cmd()", "", "", "skipped", "", "", "no_address", ""],
        ["left", "left", "", "", "skipped", "", "", "opted_out", ""],
    ]
    assert out.stat().st_mode & 0o077 == 0

    async def rows() -> list[object]:
        store = await open_store(migrated_url)
        found = await store.read(
            lambda connection: [
                *connection.execute(select(conversation.c.id)),
                *connection.execute(select(outbox.c.id)),
            ]
        )
        await store.close()
        return found

    assert asyncio.run(rows()) == []


def test_an_attribute_that_no_contact_has_is_named(config: Path, tmp_path: Path) -> None:
    config.write_text(config.read_text().replace("demo: {", "demo: {sample: 2, within: regoin, "))
    result = plan(config, "demo", "--csv", str(tmp_path / "plan.csv"))
    assert (result.exit_code, result.stderr) == (0, "no contact has regoin, which demo names\n")


def test_a_file_that_is_there_and_a_campaign_that_is_not(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "plan.csv"
    out.write_text("mine")
    result = plan(config, "demo", "--csv", str(out))
    assert (result.exit_code, out.read_text()) == (1, "mine")
    assert plan(config, "DEMO", "--csv", str(out), "--force").exit_code == 0
    result = plan(config, "dmeo", "--csv", str(out))
    assert (result.exit_code, result.stderr) == (
        2,
        "there is no campaign 'dmeo' in config.yaml; did you mean demo?\n",
    )
