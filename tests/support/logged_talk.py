"""Holds conversations with planted secrets and faults, and logs them: `python -m tests.support.logged_talk FORM FILE`.

It is a process of its own, because a log is set up once a process.
"""

import asyncio
import contextlib
import logging
import sys
import threading
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bot.campaigns import runs
from bot.commands.worker import CommandWorker
from bot.intake.reception import reception
from bot.logs import log_crashes, set_up_logs
from bot.people.importing import import_contacts
from bot.store.migrate import migrate
from bot.store.store import open_store
from channels.base import Address, DeliveryReport, Misconfigured, Rejected
from tests.support.bot_under_test import ADMIN, Bot, Customer, settings_of
from tests.support.fake_channel import FakeChannel
from tests.support.planted import ACCOUNT, CHAT, NAME, PHONE, SIGNING, SLACK, TELEGRAM, TOKEN, TWILIO, WORDS

PLACES = (f"sms:{PHONE}", f"telegram:{CHAT}", f"slack:{SLACK}")
CHANNELS = {
    "slack": {"bot_token": TOKEN, "signing_secret": SIGNING},
    "telegram": {"token": TELEGRAM, "secret": SIGNING},
    "sms": {"account_sid": "AC1", "auth_token": TWILIO, "from": "+31612340000"},
}
CSV = f"contact_id,name,account,account_manager,phone,remark\n{NAME} 9,{NAME},{ACCOUNT},{WORDS},no {PHONE},{WORDS}\n"


async def talk(path: Path) -> None:
    """A conversation on each channel from import to erasure, each step failing once."""
    with patch(
        "bot.store.store.migrate", migrate
    ):  # also where it began with tables to copy: making them is told
        store = await open_store(f"sqlite+aiosqlite:///{path}")
    bot = Bot(store, settings_of(channels=CHANNELS))
    sms, telegram, slack = (
        Customer(f"{NAME} {place}", **{place.partition(":")[0]: place.partition(":")[2]}, account=ACCOUNT)
        for place in PLACES
    )
    await bot.start(sms, telegram, slack)
    for place in PLACES:
        for words in ("3", WORDS, f"sorry, 2 {WORDS}", "HELP", "9 or 10", f"{WORDS} ?"):
            await _hear(bot, place, words)
    await bot.tap(str(Address("slack", "UMANAGER")), "Done")
    reports = reception(store, bot.context, bot.clock, "sms")
    await reports([DeliveryReport("r1", "sms-1", "failed", bot.clock.now(), "30003", Rejected("refused"))])
    for channel in bot.channels.values():
        channel.fates.extend((Rejected("refused"), Misconfigured("the token was revoked")))
        channel.fates.append(Misconfigured("the token was revoked"))
    for place in PLACES:
        await _hear(bot, place, f"8, {WORDS}")
    await _command(bot, path)
    await _hear(bot, PLACES[0], "STOP")
    await _erase(bot, PLACES[1])
    await bot.later(days=30)
    await _fail(bot)
    await store.close()


async def _hear(bot: Bot, place: str, words: str, **more: Any) -> None:
    channel = place.partition(":")[0]
    receive = reception(bot.store, bot.context, bot.clock, channel, "listening")
    event = bot.message(place, words, **more)
    await receive([event])
    await receive([event])  # delivered again
    await bot.work(rounds=2)


async def _command(bot: Bot, path: Path) -> None:
    """Every kind of command, understood or not, and the import."""
    worker = CommandWorker(bot.store, bot.context, bot.clock)
    lines = (
        "why " + NAME,
        "why " + PHONE,
        "report demo",
        f"report {WORDS}",
        WORDS,
        "try demo",
        "status",
        "help",
    )
    for line in (
        *lines,
        "pause demo",
        "resume demo",
        "stop demo",
        "stop demo confirm",
        f"answers demo {WORDS}",
        "start demo confirm",
    ):
        await _hear(bot, str(ADMIN), "", command=f"nps {line}")
        await worker.look()
        await bot.work(rounds=2)
    await _hear(bot, PLACES[2], "", command=f"nps why {NAME}")
    await worker.look()
    await _hear(bot, PLACES[1], "", command=f"start {TOKEN}")
    file = path.with_suffix(".csv")
    file.write_text(CSV)
    await import_contacts(bot.store, file, bot.settings, bot.clock.now())
    await bot.store.write(runs.stop, "demo", str(ADMIN), bot.clock.now())


async def _erase(bot: Bot, place: str) -> None:
    """DELETE, and the code that answers it."""
    await _hear(bot, place, "DELETE")
    for _ in range(3):  # the channel was paused
        await bot.later(minutes=2)
    said = bot.channels[place.partition(":")[0]].texts(place.partition(":")[2])[-1]
    code = next(word for word in said.replace(".", " ").split() if word.isdigit() and len(word) == 4)
    await _hear(bot, place, code)


async def _fail(bot: Bot) -> None:
    """Faults whose exceptions hold what must not be logged."""
    log = structlog.get_logger()

    def refused_by_the_database(connection: Connection, *_: Any) -> None:
        connection.execute(text("INSERT INTO contact (contact_id) VALUES (:words)"), {"words": WORDS})

    def broken_statement(connection: Connection, *_: Any) -> None:
        connection.execute(text("SELECT :words FROM nowhere"), {"words": WORDS})

    def crashed_write(_connection: Connection, *_: Any) -> None:
        cause = Exception("disk I/O error")
        raise OperationalError("UPDATE conversation SET reason = ?", (WORDS, PHONE), cause)

    def raised_with_words(*_: Any) -> Any:
        raise ValueError(f"cannot understand {WORDS!r} of {PHONE} with {TOKEN}")

    receive = reception(bot.store, bot.context, bot.clock, "slack")
    for fault in (refused_by_the_database, broken_statement, crashed_write, raised_with_words):
        event = bot.message(PLACES[2], WORDS)
        with patch("bot.intake.reception.take_all", fault), contextlib.suppress(Exception):
            await receive([event])
        try:
            await bot.store.write(fault)
        except Exception:
            log.exception("planted.fault")
            logging.getLogger("uvicorn.error").exception("Exception in ASGI application")

    await bot.say(PLACES[2], "8")
    with patch.object(FakeChannel, "send", raised_with_words):
        await bot.work(rounds=2)
    await _go_unheard(raised_with_words)


async def _go_unheard(fault: Any) -> None:
    """A task, a callback and a thread that fail with nobody to hear of it."""
    loop = asyncio.get_running_loop()
    log_crashes(loop)

    async def fail() -> None:
        fault()

    task = asyncio.create_task(fail(), name="unheard")
    loop.call_soon(fault, WORDS)
    thread = threading.Thread(target=fault, args=(WORDS,))
    thread.start()
    await asyncio.sleep(0)
    await asyncio.to_thread(thread.join)
    await asyncio.wait([task])
    del task  # only now is it told that nobody asked


if __name__ == "__main__":
    form = sys.argv[1]
    set_up_logs("json" if form == "json" else "console", "debug")
    asyncio.run(talk(Path(sys.argv[2])))
