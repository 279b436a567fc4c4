"""`npsbot tallies`: proves, names what differs, and counts anew."""

import asyncio
from pathlib import Path

import pytest
import typer
from sqlalchemy import text
from typer.testing import CliRunner, Result

from bot.cli.tallies import tallies_command
from bot.sending.counting import Counting
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


def spoil(url: str, statement: str = "UPDATE tally SET people = 7 WHERE people > 0") -> None:
    async def work() -> None:
        store = await open_store(url)
        await store.write(lambda connection: connection.execute(text(statement)).rowcount)
        await store.close()

    asyncio.run(work())


def test_a_tally_that_agrees(config: Path) -> None:
    result = tallies(config)
    assert result.exit_code == 0
    assert result.stdout == "The tallies agree with the conversations.\nThe themes agree with the reasons.\n"


def test_one_that_differs_is_shown_and_mended(config: Path, url: str) -> None:
    spoil(url)
    result = tallies(config)
    assert result.exit_code == 1
    (row,) = [line for line in result.stdout.splitlines() if "scored" in line]
    assert row.strip("│ ").replace("│", "").split()[-3:] == ["9", "7", "1"]
    assert "differ from the conversations in 1 cell;" in result.stderr
    assert tallies(config, "--rebuild").exit_code == 0
    assert tallies(config).exit_code == 0


@pytest.mark.parametrize(
    ("statement", "answers", "cells"),
    [
        ("UPDATE theme_tally SET people = 7", "0 answers", "1 cell"),
        ("DELETE FROM reason_waiting", "1 answer", "0 cells"),
    ],
)
def test_themes_that_differ_are_told_and_mended(
    config: Path, url: str, statement: str, answers: str, cells: str
) -> None:
    reason = "UPDATE conversation SET reason = 'the price', score = 9"
    spoil(url, reason)
    if "theme_tally" in statement:
        spoil(
            url,
            "INSERT INTO theme_tally (wave_id, mark, theme, score, people) VALUES (1, 'x', 'price', 9, 1)",
        )
    spoil(url, statement)
    result = tallies(config)
    assert result.exit_code == 1
    assert f"differ from the reasons of {answers}, and their counts in {cells};" in result.stderr
    assert "matches the themes of all reasons anew" in tallies(config, "--rebuild").stdout
    assert tallies(config).exit_code == 0


def test_counts_by_attribute_that_differ_are_shown_and_mended(config: Path, url: str) -> None:
    async def spoil_groups() -> None:
        store = await open_store(url)
        await Counting(store).step()
        await store.write(
            lambda connection: (
                connection.execute(text("UPDATE group_tally SET people = 5 WHERE outcome = 9")).rowcount
            )
        )
        await store.close()

    asyncio.run(spoil_groups())
    result = tallies(config)
    assert result.exit_code == 1
    (row,) = [line for line in result.stdout.splitlines() if "language" in line]
    assert row.strip("│ ").replace("│", "").split() == ["1", "language", "en", "9", "5", "1"]
    assert tallies(config, "--rebuild").exit_code == 0
    assert tallies(config).exit_code == 0
