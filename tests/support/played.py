"""A database of a released schema with what people did in it, as SQL that both engines read.

    python -m tests.support.played tests/data/schemas/0001.sql

lets the real bot play two waves and a trial, and writes each row as one INSERT. A file is written once, with
the program that brought its schema, and stays as it is: every later migration is tried on it
(`tests/store/test_migrations.py`). Neither the tally nor the counts by group are in it, because the triggers
count what is loaded.
"""

import asyncio
import re
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Connection

from bot.commands.worker import CommandWorker
from bot.conversations import trials
from bot.dialogue.buttons import score_value
from bot.intake.erasing import erase_contact
from bot.people.importing import import_contacts
from bot.people.links import make_links
from bot.store.schema import link, metadata, tally
from bot.store.store import opened
from channels.base import DeliveryReport, Unreachable
from tests.support.bot_under_test import ADMIN, Bot

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"
CUSTOMERS = """contact_id,name,account,account_manager,language,timezone,slack,telegram,phone,plan
C1,Buyer,Globex,Manager,en,Europe/Amsterdam,UBUYER,7750101,+31655500001,gold
C2,Planner,Globex,Manager,nl,,UPLANNER,,,silver
C3,Director,Initech,,de,Europe/Berlin,,7750103,,
C4,Clerk,Initech,,en,,,,+31655500004,gold
C5,Engineer,Umbrella,Manager,en,Europe/Lisbon,,,,
C6,Owner,Umbrella,Manager,en,Europe/Lisbon,UOWNER,7750106,,
C7,Cook,Umbrella,Manager,nl,,UCOOK,,,
C8,Pilot,Umbrella,Manager,en,,UPILOT,,,
"""


async def play(bot: Bot, directory: Path) -> None:
    """Fill every table, and let conversations end in most of the ways they can."""
    file = directory / "customers.csv"
    file.write_text(CUSTOMERS, encoding="utf-8")
    await import_contacts(bot.store, file, bot.settings, bot.clock.now())
    [_ async for _ in make_links(bot.store, "acme_bot", "Acme", "en", bot.clock.now())]
    bot.telegram.fates.append(Unreachable("the chat is gone"))
    await bot.start()
    await bot.press("slack:UBUYER", score_value((await bot.conversation("C1")).id, 3))
    await bot.say("slack:UBUYER", "allways late", message_ref="M1")
    await bot.say("slack:UBUYER", 'always late; "soon" isn\'t 50% of an answer', edits="M1")
    await bot.say("slack:UPLANNER", "9 want het werkt")
    await bot.say("slack:UOWNER", "what is this?")
    await bot.say("slack:UCOOK", "8")
    await bot.say("slack:UPILOT", "2 too slow")
    await bot.say("sms:+31655500004", "STOP")
    await bot.work()
    await bot.tap("slack:UMANAGER", "I'm on it")
    await bot.say("slack:UCOOK", "DELETE")
    for link_ in await bot.rows(link):
        await bot.say("telegram:7750105", "", command=f"start {link_.token}")
    await bot.store.write(erase_contact, bot.context, "C8", bot.clock.now())
    await bot.say(str(ADMIN), "", command="nps status")
    await CommandWorker(bot.store, bot.context, bot.clock).look()
    await bot.work()
    await bot.later(days=9)
    await bot.say("slack:UPLANNER", "late, and still 9")
    await trials.hold_trial(bot.store, bot.settings, "demo", ADMIN, bot.clock.now)
    await bot.work()
    await bot.say(str(ADMIN), "1")
    await bot.enrol()
    await bot.say(str(ADMIN), "", command="nps start demo")
    await CommandWorker(bot.store, bot.context, bot.clock).look()
    await bot.work(rounds=1)
    await bot.take(DeliveryReport("early", "SM-unknown", "delivered", bot.clock.now()), "sms")


def load(connection: Connection, file: Path) -> None:
    """Put the rows of a file into the tables that are there, in the caller's transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")  # the file's times are UTC and do not say so
    rows = file.read_text(encoding="utf-8")
    for statement in rows.splitlines():
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "postgresql":
        for name in sorted(set(re.findall(r'^INSERT INTO "(\w+)" \("id"', rows, re.MULTILINE))):
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('\"{name}\"', 'id'), max(id)) FROM \"{name}\""
            )


def inserts(file: Path) -> Iterator[str]:
    """Each row of an SQLite database as an INSERT on a line of its own, a table after those that it points at."""
    with closing(sqlite3.connect(file)) as database:
        for table in metadata.sorted_tables:
            if table is tally or table.name.startswith("group_"):
                continue
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            truths = [isinstance(column.type, Boolean) for column in table.columns]
            for row in database.execute(f'SELECT {names} FROM "{table.name}" ORDER BY 1, 2'):
                values = ", ".join(_literal(*cell) for cell in zip(row, truths, strict=True))
                yield f'INSERT INTO "{table.name}" ({names}) VALUES ({values});'


def _literal(value: Any, truth: bool) -> str:
    if value is None:
        return "NULL"
    if truth:
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    assert isinstance(value, str), f"{value!r} has no form that both engines read"
    assert "\n" not in value, "a row is a line"
    return "'" + value.replace("'", "''") + "'"


async def _play(directory: Path) -> Path:
    file = directory / "npsbot.db"
    async with opened(f"sqlite+aiosqlite:///{file}") as store:
        await play(Bot(store), directory)
    return file


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        played = asyncio.run(_play(Path(temporary)))
        Path(sys.argv[1]).write_text("".join(f"{one}\n" for one in inserts(played)), encoding="utf-8")
