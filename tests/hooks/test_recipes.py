"""The recipes of docs/integrations.md, run as they stand there: real receivers, real requests, real signatures."""

import asyncio
import csv
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli.main import app
from bot.hooks.posting import Poster
from bot.sending.hooks import HookSender
from tests.api.conftest import Api, served
from tests.hooks.receivers import subscribed, told
from tests.support.bot_under_test import Bot, Customer, settings_of
from tests.support.manual_clock import ManualClock

DOCS = (Path(__file__).parents[2] / "docs" / "integrations.md").read_text("utf-8")


def recipe(name: str) -> dict[str, Any]:
    """What the block of this name defines."""
    (code,) = (
        one for one in re.findall(r"```python\n(.*?)```", DOCS, re.DOTALL) if one.startswith(f"# {name}")
    )
    found: dict[str, Any] = {"__name__": name}
    exec(compile(code, name, "exec"), found)  # noqa: S102 - it stands in our own page
    return found


@contextmanager
def serving(server: HTTPServer) -> Iterator[int]:
    server.RequestHandlerClass.log_message = lambda *_: None  # type: ignore[attr-defined]  # it prints
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def crm() -> Iterator[tuple[int, dict[str, Any]]]:
    """A CRM that keeps tasks by their `external_id`."""
    tasks: dict[str, Any] = {}

    class Crm(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            task = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            tasks[task["external_id"]] = task
            self.send_response(200)
            self.end_headers()

    with serving(HTTPServer(("127.0.0.1", 0), Crm)) as port:
        yield port, tasks


async def deliver(bot: Bot) -> None:
    poster = Poster(lambda: True)
    try:
        await told(HookSender(bot.store, bot.context, poster.post, bot.clock), 8)
    finally:
        await poster.aclose()


@pytest.fixture
def bot_now(bot: Bot) -> Bot:
    """At the real time, by which receivers judge how old a request is."""
    return Bot(bot.store, clock=ManualClock(datetime.now(UTC)))


async def test_a_task_in_a_crm(bot_now: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    bot, made = bot_now, recipe("crm.py")
    with crm() as (port, tasks), serving(made["server"](0)) as own:
        monkeypatch.setenv("CRM_URL", f"http://127.0.0.1:{port}/tasks")
        secret = await subscribed(
            bot,
            "crm",
            "case.opened",
            "case.closed",
            url=f"http://127.0.0.1:{own}/",
            with_names=True,
            with_words=True,
        )
        monkeypatch.setenv("NPSBOT_WEBHOOK_SECRET", secret)
        await bot.start(Customer("C1", slack="U1"), Customer("C2", slack="U2"))
        await bot.say("slack:U1", "3, the parcel came late")
        await bot.say("slack:U2", "9")
        await bot.work()
        await deliver(bot)
        (task,) = tasks.values()
        assert task == {
            "external_id": "npsbot-case-1",
            "title": "C1 gave a 3",
            "customer": "C1",
            "owner": "Manager",
            "notes": "the parcel came late",
            "done": False,
        }
        await bot.tap("slack:UMANAGER", "Done")
        await deliver(bot)
        assert tasks["npsbot-case-1"]["done"] is True
        monkeypatch.setenv("NPSBOT_WEBHOOK_SECRET", "whsec_" + "A" * 44)
        await bot.say("slack:U2", "2")
        await deliver(bot)
        assert len(tasks) == 1, "it is refused by its signature"


async def test_a_row_in_a_spreadsheet(bot_now: Bot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bot, made, sheet = bot_now, recipe("sheet.py"), tmp_path / "answers.csv"
    monkeypatch.setenv("SHEET", str(sheet))
    with serving(made["server"](0)) as own:
        secret = await subscribed(
            bot, "sheet", "answer.given", "answer.corrected", url=f"http://127.0.0.1:{own}/", with_words=True
        )
        monkeypatch.setenv("NPSBOT_WEBHOOK_SECRET", secret)
        await bot.start(Customer("C1", slack="U1"), Customer("C2", slack="U2"))
        await bot.say("slack:U1", "9")
        await bot.say("slack:U2", "7")
        await bot.say("slack:U1", "you are quick")
        await deliver(bot)
    with sheet.open(encoding="utf-8", newline="") as file:
        rows = {row["contact"]: row for row in csv.DictReader(file)}
    assert {key: (row["score"], row["category"], row["reason"]) for key, row in rows.items()} == {
        "C1": ("9", "promoter", "you are quick"),
        "C2": ("7", "passive", ""),
    }


async def test_an_event_from_an_invoicing_system(bot: Bot, tmp_path: Path) -> None:
    (settings,) = (one for one in re.findall(r"```yaml\n(.*?)```", DOCS, re.DOTALL))
    (line,) = re.findall(r"^npsbot (event .*)$", DOCS, re.MULTILINE)
    config = tmp_path / "config.yaml"
    url = bot.store.url.render_as_string(hide_password=False)
    slack = "channels: {slack: {bot_token: xoxb-1, signing_secret: s}}\nfallback_manager: slack:C0123ABCD\n"
    config.write_text(f"company: Acme\ndatabase_url: {url}\n{slack}{settings}")
    await bot.add(Customer("C-1001", slack="U1"))

    words = [*line.split(), "--config", str(config)]
    # Once for both calls: told of another minute it is another event.
    words[words.index("--at") + 1] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M}"

    def call() -> Any:
        return CliRunner().invoke(app, words)

    first, second = await asyncio.to_thread(call), await asyncio.to_thread(call)
    assert first.exit_code == 0, first.output
    assert "after_invoice asks from" in first.output
    assert "known already" in second.output


async def test_the_same_event_over_the_api(bot: Bot) -> None:
    (said,) = re.findall(r"--json '([^']*)'", DOCS)
    asks = Bot(
        bot.store, settings_of(campaigns={"after_invoice": {"on": {"event": "invoice.paid"}, "every": 0}})
    )
    await asks.add(Customer("C-1001", slack="U1"))
    async with served(asks) as client:
        doors = Api(asks, client)
        key = await doors.key("invoicing", "events:write")
        first, second = [await doors.ask("POST", "/events", key, json=json.loads(said)) for _ in range(2)]
    assert [one["campaign"] for one in first.json()["awaited"]] == ["after_invoice"]
    assert second.json()["outcome"] == "known"
