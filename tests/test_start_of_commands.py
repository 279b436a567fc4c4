"""The command line starts light: a command imports what it uses, and all are listed without being imported."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from bot.cli.main import COMMANDS, app, imported
from bot.store.store import open_store

ROOT = Path(__file__).parent.parent
SDKS = {"slack_bolt", "slack_sdk", "telegram", "twilio"}
HTTP = {"aiohttp", "fastapi", "httpx", "starlette", "uvicorn"}
DATABASES = {"sqlalchemy", "alembic", "aiosqlite", "asyncpg"}
TABLES = {"holidays", "phonenumbers", "snowballstemmer", "matplotlib"}
OURS = {"sandbox", "bot.app", "bot.web", "bot.demo", "bot.pictures"}

IDLE = TABLES - {"holidays", "phonenumbers", "snowballstemmer"} | {
    *("alembic", "asyncpg", "fastapi", "jinja2", "mcp", "openpyxl", "pyarrow", "polars", "numpy", "PIL"),
    *("bot.api.api", "bot.demo", "bot.assistants", "sandbox"),
    *("rich", "pygments", "cryptography", "holidays.countries"),
}
"""What a server does not use before somebody asks it for something."""

NEVER = SDKS | HTTP | TABLES | OURS
"""What none of these commands uses."""

# Runs a command as somebody types it, and tells which modules were there at its end.
RUN = """
import json, sys, atexit
words = sys.argv[1:]
file = words.pop()
atexit.register(lambda: open(file, "w").write(json.dumps(sorted(sys.modules))))
sys.argv = ["npsbot", *words]
from bot.__main__ import main
main()
"""


# The same of a server, which ends once it is ready.
SERVE = """
import gc, logging, os, signal, sys
import bot.cli.serve
import structlog

def look(_logger, _level, told):
    if told["event"] == "server.ready":
        os.kill(os.getpid(), signal.SIGTERM)
        assert gc.get_freeze_count() > 100_000, "what stays is looked through for garbage"
    return told

from bot.logs import set_up_logs

def set_up(*given):
    set_up_logs(*given)
    structlog.configure(processors=[look, *structlog.get_config()["processors"]])

bot.cli.serve.set_up_logs = set_up
"""


def modules_of(folder: Path, *words: str, before: str = "") -> tuple[set[str], str]:
    """The modules that a command has imported, and what it printed; `before` is done first."""
    file = folder / "modules.json"
    run = subprocess.run(
        [sys.executable, "-c", before + RUN, *words, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return set(json.loads(file.read_text())), run.stdout


@pytest.mark.parametrize("words", [("--help",), ("--version",)])
def test_to_list_the_commands_imports_none_of_them(words: tuple[str, ...], tmp_path: Path) -> None:
    found, _ = modules_of(tmp_path, *words)
    assert not found & (NEVER | DATABASES | {"pydantic", "structlog", "yaml", "asyncio"})
    assert {name for name in found if name.startswith(("bot.", "channels", "scoring"))} == {
        "bot.__main__",
        "bot.cli",
        "bot.cli.main",
    }


def test_reading_a_reply_imports_no_more_than_the_reader(tmp_path: Path) -> None:
    found, told = modules_of(tmp_path, "read", "9")
    assert told == "score 9\t'9'\n"
    assert not found & (NEVER | DATABASES | {"structlog", "asyncio"})
    assert not {name for name in found if name.startswith(("channels", "scoring", "bot.config", "bot.store"))}


def test_a_time_line_is_read_without_what_sends_asks_and_draws(tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(f"company: Acme\ndatabase_url: sqlite+aiosqlite:///{tmp_path / 'nps.db'}\n")
    contacts = tmp_path / "contacts.csv"
    contacts.write_text("contact_id,name,sms,timezone\nC1,Zoë,+31612345678,Europe/Amsterdam\n")
    _, told = modules_of(tmp_path, "contacts", "import", str(contacts), "--config", str(config))
    assert told == "1 row kept (1 added, 0 updated, 0 unchanged), 0 refused\n"  # and no line of a log
    found, told = modules_of(tmp_path, "why", "C1", "--config", str(config))
    assert told.startswith("Zoë (C1)\n")
    assert not found & (NEVER | {"alembic", "asyncpg"})


async def test_an_idle_server_holds_nothing_that_nobody_has_asked_for(tmp_path: Path) -> None:
    """Of a database whose tables are there: who makes them holds Alembic to the end."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'nps.db'}"
    await (await open_store(url)).close()
    config = tmp_path / "config.yaml"
    nowhere = "http://127.0.0.1:9/"
    settings: Mapping[str, Any] = {
        "company": "Acme",
        "public_url": "http://127.0.0.1:8080",
        "database_url": url,
        "channels": {
            "slack": {"bot_token": "xoxb-1", "signing_secret": "s", "api_url": nowhere},
            "telegram": {"token": "7000000001:a", "secret": "s", "api_url": nowhere},
            "sms": {
                "account_sid": "AC" + "0" * 32,
                "auth_token": "t",
                "from": "+3197010000000",
                "api_url": nowhere,
            },
        },
    }
    config.write_text(yaml.safe_dump(settings))
    found, _ = modules_of(tmp_path, "serve", "--config", str(config), "--port", "0", before=SERVE)
    assert "bot.web.web" in found
    assert found & IDLE == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_the_line_that_lists_a_command_is_the_first_of_its_own_help(name: str) -> None:
    first, _, _ = imported(name).help.partition("\n\n")
    assert " ".join(first.split()) == COMMANDS[name].help


def paths(command: Any, name: str) -> list[tuple[str, ...]]:
    """Every command of a group, as words."""
    below = getattr(command, "commands", {})
    return [(name,), *((name, *rest) for verb, one in below.items() for rest in paths(one, verb))]


@pytest.mark.parametrize(
    "words", [(), *(path for name in COMMANDS for path in paths(imported(name), name))], ids=" ".join
)
def test_help_is_short_too(words: tuple[str, ...]) -> None:
    short, long = (CliRunner().invoke(app, [*words, option]) for option in ("-h", "--help"))
    assert short.exit_code == 0
    assert short.stdout == long.stdout
    assert "Usage: " in short.stdout


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    result = CliRunner().invoke(app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"npsbot {project['version']}\n")


def test_a_command_that_there_is_not_is_told_with_what_was_perhaps_meant() -> None:
    result = CliRunner().invoke(app, ["reprt"])
    assert result.exit_code == 2
    assert "No such command 'reprt'. Did you mean 'report'" in result.stderr
