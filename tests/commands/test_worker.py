"""Commands are carried out after the commit that took them in, each once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.commands.desk import Desk
from bot.commands.desks.why import forget_whom
from bot.commands.given import GivenCommand, claim
from bot.commands.replies.reply import Reply
from bot.commands.worker import CommandWorker
from bot.store.schema import command, outbox
from bot.store.store import Store
from channels.base import Address, Image, InboundMessage, bold, plain
from tests.support.bot_under_test import ADMIN, Bot
from tests.support.manual_clock import ManualClock
from tests.support.patience import PATIENCE


@asynccontextmanager
async def _working(bot: Bot) -> AsyncIterator[None]:
    running = asyncio.create_task(CommandWorker(bot.store, bot.context, bot.clock).run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _until(bot: Bot, there: Callable[[], Awaitable[bool]]) -> None:
    written = asyncio.Event()
    bot.store.on_commit(written.set)
    async with asyncio.timeout(PATIENCE):
        while not await there():
            await written.wait()
            written.clear()


async def _done(bot: Bot, count: int = 1) -> None:
    async def there() -> bool:
        return len([row for row in await bot.rows(command) if row.done_at is not None]) >= count

    await _until(bot, there)


async def test_a_command_is_answered(bot: Bot) -> None:
    async with _working(bot):
        await bot.say(str(ADMIN), "", command="nps help")
        await _done(bot)
    await bot.work()
    (said,) = bot.slack.texts("UADMIN")
    assert "/nps" in said


async def test_an_answer_goes_to_the_admin_and_not_to_the_channel_where_it_was_asked(bot: Bot) -> None:
    place = Address("slack", "CGENERAL")
    asked = InboundMessage(
        "1", place, ADMIN, bot.clock.now(), command="nps help", answer_ref="https://hooks.example/1"
    )
    async with _working(bot):
        await bot.take(asked)
        await _done(bot)
    (row,) = await bot.rows(outbox)
    assert (row.address, row.answer_ref, row.kind) == ("UADMIN", "https://hooks.example/1", "command")


async def test_each_command_is_carried_out_once_by_two_workers(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []

    async def counted(_desk: Desk, _actor: str, line: str, _place: str) -> Reply:
        lines.append(line)
        return Reply((plain("done"),))

    monkeypatch.setattr(Desk, "carry_out", counted)
    async with _working(bot), _working(bot):
        for number in range(10):
            await bot.say(str(ADMIN), "", command=f"nps status {number}")
        await _done(bot, 10)
    assert sorted(lines) == [f"status {number}" for number in range(10)]


async def _any(bot: Bot) -> bool:
    return bool(await bot.rows(outbox))


async def test_a_slow_command_says_so_and_its_answer_follows(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = asyncio.Event()

    async def waits(_desk: Desk, _actor: str, _line: str, _place: str) -> Reply:
        await slow.wait()
        return Reply((plain("here it is"),))

    monkeypatch.setattr(Desk, "carry_out", waits)
    monkeypatch.setattr("bot.commands.worker.SOON", 0.01)
    async with _working(bot):
        await bot.say(str(ADMIN), "", command="nps report demo")
        await _until(bot, lambda: _any(bot))
        slow.set()
        await _done(bot)
    await bot.work()
    first, second = bot.slack.texts("UADMIN")
    assert "takes a moment" in first
    assert second == "here it is"


async def test_a_fault_is_told_and_the_next_command_is_carried_out(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[Any] = [RuntimeError("broken"), Reply((plain("fine"),))]

    async def once_broken(_desk: Desk, _actor: str, _line: str, _place: str) -> Reply:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        result: Reply = answer
        return result

    monkeypatch.setattr(Desk, "carry_out", once_broken)
    async with _working(bot):
        await bot.say(str(ADMIN), "", command="nps report demo")
        await bot.say(str(ADMIN), "", command="nps report demo")
        await _done(bot, 2)
    await bot.work()
    first, second = bot.slack.texts("UADMIN")
    assert "a fault on our side" in first
    assert second == "fine"


async def test_an_answer_that_cannot_be_written_ends_its_command(
    bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forget(connection: Any, given: GivenCommand, campaigns: Any, *, refused: bool) -> None:
        if given.line == "report demo":
            raise ValueError("a line that cannot be read a second time")
        forget_whom(connection, given, campaigns, refused=refused)

    monkeypatch.setattr("bot.commands.worker.forget_whom", forget)
    await bot.say(str(ADMIN), "", command="nps report demo")
    await bot.say(str(ADMIN), "", command="nps help")
    await CommandWorker(bot.store, bot.context, bot.clock).look()
    await bot.work()
    failed, helped = bot.slack.texts("UADMIN")
    assert failed.startswith("That did not work because of a fault on our side")
    assert "/nps" in helped
    first, second = await bot.rows(command)
    assert (first.line, second.line) == ("", "help")
    assert None not in (first.done_at, second.done_at)


async def test_a_command_that_a_crash_left_is_carried_out_by_the_next(
    store: Store, clock: ManualClock
) -> None:
    bot = Bot(store, clock=clock)
    await bot.say(str(ADMIN), "", command="nps help")
    assert await store.write(claim, clock.now()) is not None
    assert await store.write(claim, clock.now()) is None, "somebody has it"
    clock.advance(seconds=31)
    async with _working(bot):
        await _done(bot)
    assert len(await bot.rows(outbox)) == 1


# ----------------------------------------------------------------------------------------------- pictures

PICTURE = Image(b"\x89PNG", "NPS +40, 120 answers.", "report-demo.png")
DRAWN = Reply((bold("demo"), plain("\nwords")), image=PICTURE, caption=(plain("NPS +40"),), private=True)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    async def answered(_desk: Desk, _actor: str, _line: str, _place: str) -> Reply:
        return DRAWN

    monkeypatch.setattr(Desk, "carry_out", answered)


async def _ask(bot: Bot, place: str, actor: Address = ADMIN) -> None:
    where = Address.parse(place)
    ref = "https://hooks.example/1" if actor.channel == "slack" else None
    asked = InboundMessage("1", where, actor, bot.clock.now(), command="nps report demo", answer_ref=ref)
    await bot.take(asked)
    await CommandWorker(bot.store, bot.context, bot.clock).look()


@pytest.mark.usefixtures("drawn")
async def test_the_picture_follows_the_words_and_goes_to_who_asked(bot: Bot) -> None:
    await _ask(bot, "slack:CGENERAL")
    words, picture = await bot.rows(outbox)
    assert (words.address, words.answer_ref, words.image) == ("UADMIN", "https://hooks.example/1", None)
    assert (picture.address, picture.answer_ref, picture.image) == ("UADMIN", None, PICTURE.png)
    assert (words.lane, words.kind) == (picture.lane, picture.kind)
    for _ in range(3):
        await bot.later(seconds=2)
    assert [message.image for message in bot.slack.tried] == [None, PICTURE]


@pytest.mark.usefixtures("drawn")
async def test_what_is_private_does_not_go_to_a_group(bot: Bot) -> None:
    await _ask(bot, "telegram:-100", Address("telegram", "900"))
    assert [row.address for row in await bot.rows(outbox)] == ["900", "900"]


@pytest.mark.usefixtures("drawn")
async def test_customers_words_in_an_answer_do_not_stay(bot: Bot) -> None:
    await _ask(bot, "slack:D1")
    for _ in range(3):
        await bot.later(seconds=2)
    assert [(row.state, row.body, row.image, row.image_alt) for row in await bot.rows(outbox)] == [
        ("sent", None, None, None),
        ("sent", None, None, None),
    ]


@pytest.mark.usefixtures("drawn")
async def test_nor_do_they_wait_for_long(bot: Bot) -> None:
    await _ask(bot, "slack:D1")
    await bot.later(hours=2)
    assert [(row.state, row.body) for row in await bot.rows(outbox)] == [("expired", None)] * 2
    assert bot.slack.tried == []
