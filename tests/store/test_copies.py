"""A copy made under load, restored: whole, with all that was acknowledged before, and safe to go on from."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app import running
from bot.reports.tallies import prove
from bot.sending.restored import GAP, NotRestored, settle
from bot.store import copies
from bot.store.copies import CannotCopy, Restored, copy_sqlite
from bot.store.schema import command, conversation, inbox
from bot.store.store import Store, open_store
from channels.base import Address, Limits, OutboundMessage, Receipt
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.databases import Databases
from tests.support.fake_channel import FAST, SMS, FakeChannel, text_of
from tests.support.manual_clock import ManualClock

PEOPLE = 60


def person(number: int) -> Customer:
    return Customer(f"person {number}", slack=f"U{number}")


# ------------------------------------------------------------------------------------------- under load


async def test_a_copy_under_load_holds_all_that_was_acknowledged_before(
    store: Store, databases: Databases, tmp_path: Path
) -> None:
    """Replies come in all the while; whose webhook was answered before the copy began is in it."""
    bot = Bot(store)
    await bot.start(*(person(number) for number in range(PEOPLE)))
    acknowledged: set[str] = set()
    copying = asyncio.Event()

    async def reply(number: int) -> None:
        for turn, words in enumerate(("3", "too slow", "sorry, 9", "thank you")):
            event = replace(bot.message(f"slack:U{number}", words), provider_id=f"{number}-{turn}")
            await bot.take(event)
            acknowledged.add(event.provider_id)
            if len(acknowledged) > PEOPLE:
                copying.set()

    replies = asyncio.gather(*(reply(number) for number in range(PEOPLE)))
    await copying.wait()
    before = frozenset(acknowledged)
    file = tmp_path / "copy.npsbot"
    url = store.url.render_as_string(hide_password=False)
    await asyncio.to_thread(databases.backup, url, file)
    assert not replies.done() or len(acknowledged) > len(before), "nothing came in while it was copied"
    await replies
    async with opened(databases.restore(file)) as restored:
        copied = Bot(restored)
        assert {row.provider_id for row in await copied.rows(inbox)} >= before
        assert await restored.read(prove) == []
        scored = {row.id for row in await copied.rows(conversation) if row.score is not None}
        cased = {row.conversation_id for row in await copied.cases()}
        assert scored <= cased, "everybody began with a 3, and its case is in the same commit"


# --------------------------------------------------------------------------------- what goes after a restore


@dataclass(slots=True)
class Carrier(FakeChannel):
    """An SMS provider that can be asked what it sent to a number, in which words, since when."""

    clock: ManualClock = field(default_factory=ManualClock)
    sent: list[tuple[datetime, Address, str]] = field(default_factory=list)

    def _take(self, message: OutboundMessage) -> Receipt:
        self.sent.append((self.clock.now(), message.address, text_of(message.body)))
        return FakeChannel._take(self, message)

    async def find(
        self, message: OutboundMessage, since: datetime, others: Collection[str] = ()
    ) -> Receipt | None:
        wanted = (message.address, text_of(message.body))
        found = [n for n, (at, *what) in enumerate(self.sent, 1) if at >= since and tuple(what) == wanted]
        refs = [ref for n in found if (ref := f"{self.name}-{n}") not in others]
        return Receipt(refs[0]) if refs else None


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Store]:
    store = await open_store(url)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
def bot(store: Store, clock: ManualClock) -> Bot:
    """Over a carrier; and so slow that what is released and what waits are both met."""
    slow = {"slack": _paced(FAST), "sms": _paced(SMS)}
    return Bot(store, clock=clock, channels={"sms": Carrier("sms", slow["sms"], clock=clock)}, limits=slow)


def _paced(limits: Limits) -> Limits:
    return replace(limits, per_second=1.0, burst=1)


TEXTERS = [Customer(f"texter {n}", sms=f"+3161234567{n}") for n in range(4)]
CHATTERS = [Customer(f"chatter {n}", slack=f"U{n}") for n in range(4)]


@asynccontextmanager
async def restored_after(bot: Bot, databases: Databases, file: Path, *, seconds: int) -> AsyncIterator[Bot]:
    """The bot on a copy made now, after it went on for so long and was lost."""
    await bot.store.write(copies.require_home)  # as a server does when it starts
    url = bot.store.url.render_as_string(hide_password=False)
    await asyncio.to_thread(databases.backup, url, file)
    for _ in range(seconds):
        await bot.later(seconds=1)
    async with opened(databases.restore(file)) as store:
        bot.clock.advance(minutes=1)
        yield Bot(store, bot.settings, bot.clock, bot.channels, bot.limits, "after")


async def at_rest(bot: Bot) -> None:
    """Return once every question went out or is known not to, and nothing waits to be sent."""
    for _ in range(60):
        await bot.later(seconds=5)
        if not await bot.queued() and not await bot.rows(conversation, state="waiting"):
            return
    raise AssertionError("the bot does not come to rest")


@pytest.mark.parametrize("released", [True, False])
@pytest.mark.parametrize("seconds", [0, 2, 30])
async def test_nobody_is_asked_twice_after_a_restore(
    bot: Bot, databases: Databases, tmp_path: Path, released: bool, seconds: int
) -> None:
    """`released`: the copy holds the questions in its outbox; else those are still to be put there."""
    await bot.enrol(*TEXTERS, *CHATTERS)
    if released:
        await bot.work(rounds=1)
    async with restored_after(bot, databases, tmp_path / "copy", seconds=seconds) as after:
        settled = await settle(after.store, after.context, after.clock)
        assert settled.messages >= settled.questions
        await at_rest(after)
        await after.later(minutes=5)  # and nothing comes after that
        for texter in TEXTERS:  # every number is asked, and once: Twilio says who was
            assert len(after.sms.texts(texter.sms)) == 1
            assert (await after.conversation(texter.id)).state == "asked"
        for chatter in CHATTERS:  # a chat cannot be asked, so nobody is asked again; an answer counts
            assert len(after.slack.texts(chatter.slack)) <= 1
            await after.say(f"slack:{chatter.slack}", "9")
            assert (await after.conversation(chatter.id)).score == 9
        assert await after.store.read(prove) == []


async def test_a_start_that_waited_is_not_carried_out_again(
    bot: Bot, databases: Databases, tmp_path: Path
) -> None:
    await bot.say(str(ADMIN), "", command="nps start demo confirm")
    async with restored_after(bot, databases, tmp_path / "copy", seconds=0) as after:
        assert (await settle(after.store, after.context, after.clock)).commands == 1
        assert [row.done_at is None for row in await after.rows(command)] == [False]


async def test_a_new_case_has_no_number_of_a_lost_one(bot: Bot, databases: Databases, tmp_path: Path) -> None:
    await bot.start(*CHATTERS[:1])
    async with restored_after(bot, databases, tmp_path / "copy", seconds=0) as after:
        await bot.say("slack:U0", "3")  # since the copy: this case is lost, and its button is still shown
        (lost,) = await bot.cases()
        await settle(after.store, after.context, after.clock)
        await after.work()
        await after.say("slack:U0", "2")
        (new,) = await after.cases()
        assert (lost.id, new.id) == (1, GAP + 1)


async def test_what_was_moved_with_nothing_sent_since_goes_on_as_it_was(
    bot: Bot, databases: Databases, tmp_path: Path
) -> None:
    await bot.enrol(*CHATTERS)
    async with restored_after(bot, databases, tmp_path / "copy", seconds=0) as after:
        settled = await settle(after.store, after.context, after.clock, nothing_sent=True)
        assert (settled.messages, settled.questions, settled.commands) == (0, 0, 0)
        for _ in range(10):
            await after.later(seconds=1)
        assert [len(after.slack.texts(one.slack)) for one in CHATTERS] == [1] * len(CHATTERS)


async def test_the_server_refuses_a_restored_copy_until_it_is_settled(
    store: Store, databases: Databases, tmp_path: Path
) -> None:
    url = store.url.render_as_string(hide_password=False)
    settings = settings_of(
        database_url=url, channels={}, campaigns={}, admins=[], account_managers={}, fallback_manager=None
    )
    async with running(settings):
        pass
    async with running(settings):
        pass  # where it is at home it starts again
    databases.backup(url, tmp_path / "copy")
    elsewhere = settings.model_copy(update={"database_url": databases.restore(tmp_path / "copy")})
    with pytest.raises(Restored, match="`npsbot restored`"):
        async with running(elsewhere):
            pass
    async with opened(elsewhere.database_url) as restored:
        bot = Bot(restored)
        await settle(restored, bot.context, bot.clock)
        with pytest.raises(NotRestored, match="--anyway"):
            await settle(restored, bot.context, bot.clock)
    async with running(elsewhere):
        pass


# ------------------------------------------------------------------------------------- the file of a copy


@pytest.fixture
def source(sqlite_databases: Databases, tmp_path: Path) -> Iterator[Path]:
    """An SQLite database in use: its newest commits are in the write-ahead log alone."""
    path = tmp_path / "source.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = WAL; CREATE TABLE meta (name PRIMARY KEY, value);"
            "CREATE TABLE heard (words); INSERT INTO heard VALUES ('committed');"
        )
        yield path


NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def test_a_copy_is_one_file_that_its_owner_alone_can_read(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert copy_sqlite(source, target, NOW) == target.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o600
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(target, alone / "copy.db")
    with closing(sqlite3.connect(alone / "copy.db")) as copy:
        assert copy.execute("SELECT words FROM heard").fetchall() == [("committed",)]
        assert copy.execute("SELECT value FROM meta").fetchall() == [(NOW.isoformat(),)]
    with closing(sqlite3.connect(source)) as live:
        assert live.execute("SELECT * FROM meta").fetchall() == [], "the database itself is not marked"


def test_a_copy_takes_the_place_of_another_only_when_told_to(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("the last copy")
    with pytest.raises(CannotCopy, match="--force"):
        copy_sqlite(source, target, NOW)
    assert target.read_text() == "the last copy"
    copy_sqlite(source, target, NOW, force=True)
    with pytest.raises(CannotCopy, match="choose another name"):
        copy_sqlite(source, source, NOW, force=True)


def test_a_damaged_database_gives_no_copy_and_leaves_the_last_one(tmp_path: Path) -> None:
    source, target = tmp_path / "source.db", tmp_path / "copy.db"
    with closing(sqlite3.connect(source)) as connection:
        connection.executescript("CREATE TABLE meta (name PRIMARY KEY, value); CREATE TABLE heard (words);")
        connection.executemany("INSERT INTO heard VALUES (?)", [("x" * 500,) for _ in range(200)])
        connection.commit()
    content = bytearray(source.read_bytes())
    content[8192:12288] = b"\xff" * 4096
    source.write_bytes(content)
    target.write_text("the last copy")
    with pytest.raises(CannotCopy, match=r"damaged|malformed"):
        copy_sqlite(source, target, NOW, force=True)
    assert target.read_text() == "the last copy"
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("nowhere.db", "copy.db", "there is no database .*nowhere.db to copy"),
        ("source.db", "nowhere/copy.db", "No such file or directory"),
    ],
)
def test_what_cannot_be_copied_is_told(tmp_path: Path, source: str, target: str, told: str) -> None:
    (tmp_path / "source.db").touch()
    with pytest.raises(CannotCopy, match=told):
        copy_sqlite(tmp_path / source, tmp_path / target, NOW)
