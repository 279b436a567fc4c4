"""`npsbot tallies`: proves, names what differs, and counts anew."""

import asyncio
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner, Result

from bot.cli.tallies import tallies_command
from bot.store.store import open_store
from tests.support.bot_under_test import Bot, Customer
from tests.support.shell import CONFIG

app = typer.Typer()
app.command("tallies")(tallies_command)


@pytest.fixture
def url(migrated_url: str) -> str:
    """A database in which somebody gave a 9."""

    async def work() -> None:
        bot = Bot(await open_store(migrated_url))
        await bot.start(Customer("buyer", slack="U1"))
        await bot.say("slack:U1", "9")
        await bot.store.close()

    asyncio.run(work())
    return migrated_url


@pytest.fixture
def config(tmp_path: Path, url: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(CONFIG.format(url=url))
    return path


def tallies(config: Path, *options: str) -> Result:
    return CliRunner().invoke(app, [*options, "--config", str(config)])


def spoil(url: str) -> None:
    async def work() -> None:
        store = await open_store(url)
        await store.write(
            lambda connection: (
                connection.execute(text("UPDATE tally SET people = 7 WHERE people > 0")).rowcount
            )
        )
        await store.close()

    asyncio.run(work())


def test_a_tally_that_agrees(config: Path) -> None:
    result = tallies(config)
    assert (result.exit_code, result.stdout) == (0, "The tallies agree with the conversations.\n")


def test_one_that_differs_is_shown_and_mended(config: Path, url: str) -> None:
    spoil(url)
    result = tallies(config)
    assert result.exit_code == 1
    (row,) = [line for line in result.stdout.splitlines() if "scored" in line]
    assert row.strip("│ ").replace("│", "").split()[-3:] == ["9", "7", "1"]
    assert "differ from the conversations in 1 cell;" in result.stderr
    assert tallies(config, "--rebuild").exit_code == 0
    assert tallies(config).exit_code == 0
