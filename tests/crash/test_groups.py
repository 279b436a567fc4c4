"""A group of replies of which something goes wrong in the middle: each is kept once, or was refused and comes again."""

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import await_only

from bot.intake.arrival import Arrival
from bot.intake.intake import take_all
from bot.steps import Noted
from bot.store.schema import answer, conversation, inbox
from bot.store.shared_commit import Ran, Write, run_group
from channels.base import InboundMessage
from tests.support.bot_under_test import Bot, Customer

PEOPLE = tuple(Customer(f"C{n}", sms=f"+3161000000{n}") for n in range(5))
TEXTS = ("3", "9", "2 it broke", "STOP", "8")
STATEMENTS = 16  # more than a group of these begins with
BAD = "0xbad"

Fault = Callable[[Connection, str], None]


class Broken(OperationalError):
    """The database failed because it was told to."""

    def __init__(self) -> None:
        super().__init__("(a statement)", None, RuntimeError("the database failed"))


@contextmanager
def failing(fault: Fault, at: int) -> Iterator[list[int]]:
    """Let a fault strike before the statement of this number, once; how many there were is what comes out."""
    seen: list[int] = []

    def strike(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")):
            return
        seen.append(len(seen))
        if len(seen) - 1 == at:
            fault(connection, statement)

    event.listen(Engine, "before_cursor_execute", strike)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", strike)


def _breaks(_connection: Connection, _statement: str) -> None:
    raise Broken


def _cut(connection: Connection, _statement: str) -> None:
    """The server ends the connection."""
    connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")


async def _taken(bot: Bot, said: Sequence[InboundMessage]) -> list[Ran]:
    """Take them in as a group that waits together."""
    return await bot.store.write(_group, bot, said)


def _group(connection: Connection, bot: Bot, said: Sequence[InboundMessage]) -> list[Ran]:
    connection.exec_driver_sql(
        "SELECT 1"
    )  # by which the transaction begins: before it there is nothing to lose
    now = bot.clock.now()
    waiting: Any = None  # nobody awaits one of them
    arrived = (Arrival(one.actor.channel, one, bot.context, now) for one in said)
    return run_group(connection, [Write(take_all, Noted(one), waiting) for one in arrived])


def _said(bot: Bot) -> list[InboundMessage]:
    return [bot.message(f"sms:{one.sms}", text) for one, text in zip(PEOPLE, TEXTS, strict=True)]


@pytest.mark.parametrize("at", range(1, STATEMENTS))
async def test_a_statement_that_fails_once_takes_nobody_with_it(bot: Bot, at: int) -> None:
    await bot.start(*PEOPLE)
    said = _said(bot)
    with failing(_breaks, at):
        outcomes = await _taken(bot, said)
    assert [(one.result, one.error) for one in outcomes] == [("taken", None)] * len(said)
    assert [row.score for row in await bot.rows(conversation)] == [3, 9, 2, None, 8]
    assert len(await bot.rows(inbox)) == len(said)
    assert len(await bot.cases()) == 2
    assert [one.result for one in await _taken(bot, said)] == ["duplicate"] * len(said)


@pytest.mark.parametrize("bad", range(len(PEOPLE)))
async def test_one_that_is_refused_fails_alone(bot: Bot, bad: int) -> None:
    """Whichever statement carries it, in a group or alone."""
    await bot.start(*PEOPLE)
    said = _said(bot)
    said[bad] = bot.message(f"sms:{PEOPLE[bad].sms}", f"7 {BAD}")

    def refuse(_connection: Connection, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("INSERT INTO answer") and BAD in repr(values):
            raise Broken

    event.listen(Engine, "before_cursor_execute", refuse)
    try:
        outcomes = await _taken(bot, said)
    finally:
        event.remove(Engine, "before_cursor_execute", refuse)
    assert [type(one.error) for one in outcomes] == [
        Broken if number == bad else type(None) for number in range(len(said))
    ]
    assert {row.provider_id for row in await bot.rows(inbox)} == {
        one.provider_id for number, one in enumerate(said) if number != bad
    }
    assert [one.result for one in await _taken(bot, said)] == [
        "taken" if number == bad else "duplicate" for number in range(len(said))
    ]
    assert sum(BAD in (row.text or "") for row in await bot.rows(answer)) == 1


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
@pytest.mark.parametrize("at", range(1, STATEMENTS, 3))
async def test_a_connection_that_is_cut_keeps_nothing_and_all_come_again(bot: Bot, at: int) -> None:
    """SQLite has no connection that somebody else could cut; its full disk has a test of its own."""
    await bot.start(*PEOPLE)
    said = _said(bot)
    with failing(_cut, at):
        (outcome,) = await asyncio.gather(_taken(bot, said), return_exceptions=True)
    assert isinstance(outcome, BaseException) or all(one.error is not None for one in outcome)
    assert await bot.rows(inbox) == []
    assert [one.result for one in await _taken(bot, said)] == ["taken"] * len(said)
    assert len(await bot.cases()) == 2


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
async def test_what_another_process_kept_meanwhile_undoes_the_group_and_is_a_repetition(bot: Bot) -> None:
    """Rows have their ids and stand with those that refer to them before they are written: where a delivery turns out
    to be there already, nothing of that may stay. SQLite has one writer: who looks and then writes has it all the
    while.  # perf 3"""
    await bot.start(*PEOPLE)
    said = _said(bot)
    twice = said[2]  # a detractor's
    row = {"channel": "sms", "provider_id": twice.provider_id, "kind": "InboundMessage", "event": {}}

    async def keep() -> None:
        async with bot.store._reader.begin() as connection:
            await connection.execute(insert(inbox).values(**row, received_at=bot.clock.now()))

    def elsewhere(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("INSERT INTO inbox") and waiting:
            await_only(waiting.pop()())

    waiting = [keep]
    event.listen(Engine, "before_cursor_execute", elsewhere)
    try:
        outcomes = await _taken(bot, said)
    finally:
        event.remove(Engine, "before_cursor_execute", elsewhere)
    assert not waiting
    assert [one.result for one in outcomes] == ["duplicate" if one is twice else "taken" for one in said]
    assert [row.score for row in await bot.rows(conversation)] == [3, 9, None, None, 8]
    assert len(await bot.cases()) == 1


@pytest.mark.parametrize("databases", ["postgres"], indirect=True)
async def test_rows_are_locked_in_the_order_of_their_ids(bot: Bot) -> None:  # perf 3
    """So that two processes that take in groups of the same people wait for each other, and never in a circle. SQLite
    locks no rows."""
    await bot.start(*PEOPLE)
    locking: list[str] = []

    def note(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if "FOR UPDATE" in statement:
            locking.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        await _taken(bot, _said(bot))
        await _taken(bot, [bot.message(f"sms:{one.sms}", "late again") for one in PEOPLE])
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert locking
    of_several = [one for one in locking if "unnest" in one or "ANY" in one]
    assert of_several
    assert [one for one in of_several if not re.search(r"ORDER BY \S*id\b", one)] == []
