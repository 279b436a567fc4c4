"""The command line with a config.yaml and a database of its own."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from bot.cli.main import app
from bot.store.store import Store, open_store
from tests.support.campaign_world import NOW, Someone, add, change, rows

CONFIG = """
company: Acme
database_url: {url}
admins: [slack:UADMIN]
fallback_manager: slack:CALERTS
channels: {{slack: {{bot_token: xoxb-1, signing_secret: s}}}}
campaigns: {{demo: {{send_between: always}}}}
"""


class Shell:
    """Runs commands with a config.yaml of their own."""

    def __init__(self, directory: Path, url: str) -> None:
        self.url = url
        self.config = directory / "config.yaml"
        self.config.write_text(CONFIG.format(url=url))

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--config", str(self.config)])

    def alone(self, *words: str) -> Result:
        """The words as they are, without naming the configuration file."""
        return CliRunner().invoke(app, words)

    def put(self, work: Callable[[Store], Coroutine[Any, Any, Any]]) -> None:
        """Change the database, as a server beside would."""

        async def opened() -> None:
            store = await open_store(self.url)
            await work(store)
            await store.close()

        asyncio.run(opened())

    def add(self, *people: Someone) -> None:
        self.put(lambda store: add(store, *people))

    def score(self, key: str, score: int) -> None:
        async def work(store: Store) -> None:
            row = (await rows(store))[key]
            values = {"released_at": NOW, "asked_at": NOW, "delivered_at": NOW}
            await change(store, row.id, state="thanked", score=score, **values)

        self.put(work)
