"""`npsbot backup` and `npsbot restored`, as somebody types them."""

import asyncio
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from bot.cli.backup import backup_command, restored_command
from bot.store import copies
from bot.store.store import open_store
from tests.support.bot_under_test import Bot, Customer
from tests.support.databases import Databases
from tests.support.shell import CONFIG

app = typer.Typer()
app.command("backup")(backup_command)
app.command("restored")(restored_command)


def npsbot(config: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, [*arguments, "--config", str(config)])


def configured(path: Path, url: str) -> Path:
    path.write_text(CONFIG.format(url=url))
    return path


@pytest.fixture
def url(migrated_url: str) -> str:
    """A database of a wave with one person who is yet to be asked, which a server has served."""

    async def work() -> None:
        bot = Bot(await open_store(migrated_url))
        await bot.enrol(Customer("buyer", slack="U1"))
        await bot.store.write(copies.require_home)
        await bot.store.close()

    asyncio.run(work())
    return migrated_url


def test_a_copy_is_made_restored_and_settled(url: str, databases: Databases, tmp_path: Path) -> None:
    config, file = configured(tmp_path / "config.yaml", url), tmp_path / "copy"
    result = npsbot(config, "backup", str(file))
    if url.startswith("sqlite"):
        assert (result.exit_code, result.stdout) == (0, f"{file}: {file.stat().st_size:,} bytes, checked\n")
        assert npsbot(config, "backup", str(file)).exit_code == 1
        assert npsbot(config, "backup", str(file), "--force").exit_code == 0
    else:
        assert result.exit_code == 2
        assert "pg_dump --format=custom" in result.stderr
        databases.backup(url, file)

    result = npsbot(config, "restored")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "if it is a restored copy all the same, say so with --anyway" in result.stderr

    elsewhere = configured(tmp_path / "elsewhere.yaml", databases.restore(file))
    result = npsbot(elsewhere, "restored")
    assert result.exit_code == 0, result.stderr
    assert "knows of nothing after 2026-03-02 10:00:00 UTC" in result.stdout
    assert "Messages in doubt: 1, of which questions that were still to go: 1." in result.stdout
    assert npsbot(elsewhere, "restored").exit_code == 1, "once is enough"


def test_a_move_with_nothing_sent_leaves_nothing_in_doubt(
    url: str, databases: Databases, tmp_path: Path
) -> None:
    databases.backup(url, tmp_path / "copy")
    config = configured(tmp_path / "config.yaml", databases.restore(tmp_path / "copy"))
    result = npsbot(config, "restored", "--nothing-was-sent")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[1:] == ["Nothing is in doubt; the server may start."]
