"""What 64 replies that share a commit cost the database, counted: a figure without noise, which may only fall."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import Engine

from bot.intake.intake import take_in
from bot.store.group import GROUP, Ran, Write, run_group
from channels.base import Inbound
from tests.support.bot_under_test import Bot, Customer
from tests.support.manual_clock import MONDAY as NOW

MOST = {"sqlite": 419, "postgresql": 421}
"""By engine, with seven detractors among them, each with the first row of their case's time line. Lower it with what
lowers it."""


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that go to the database meanwhile, without those that begin and end a transaction."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def test_the_statements_of_64_replies(bot: Bot) -> None:
    people = [Customer(f"C{n}", sms=f"+31600000{n:03}") for n in range(GROUP)]
    await bot.start(*people)
    answers = [
        bot.message(f"sms:{one.sms}", "3" if n % 10 == 0 else "9", message_ref=None)
        for n, one in enumerate(people)
    ]
    loop = asyncio.get_running_loop()

    def write(said: Inbound) -> Write:
        run = lambda here, _: [take_in(here, "sms", said, bot.context, NOW)]  # noqa: E731
        return Write(run, None, loop.create_future())

    def together(connection: Connection) -> list[Ran]:
        return run_group(connection, [write(said) for said in answers])

    with counted() as statements:
        outcomes = await bot.store.write(together)
    assert [one.error for one in outcomes] == [None] * GROUP
    assert len(await bot.cases()) == 7
    assert len(statements) <= MOST[bot.store.url.get_backend_name()]
