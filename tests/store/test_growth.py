"""Nothing that is asked of the database again and again reads a table that grows: every statement of a played
life is explained on a database with a history, by a planner whose statistics are of a quiet hour."""

import re
import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Engine
from sqlalchemy.schema import CreateTable

from bot.campaigns import runs
from bot.cases import unseen
from bot.commands.given import claim
from bot.dialogue.buttons import score_value
from bot.intake.arrival import Arrival
from bot.intake.intake import take_all
from bot.people.finding import find_contact
from bot.privacy.retention import find_old, months_before
from bot.reports.cases.file import case_file
from bot.reports.cases.list import case_list
from bot.reports.cases.scope import EVERYBODY, Onlooker
from bot.reports.group_counts import largest_groups
from bot.reports.left_out import selected
from bot.reports.response import response_by_group
from bot.reports.scope import Chosen, choose
from bot.sending.counting import Counting
from bot.steps import Noted
from bot.store.groups import leave_out, too_large
from bot.store.schema import metadata, outbox
from bot.store.store import BY_INDEX
from bot.store.triggers import groups
from bot.web.measures import measured
from channels.base import DeliveryReport, InboundMessage
from tests.support.bot_under_test import MANAGER, Bot, Customer
from tests.support.history import fill, scans
from tests.support.lives import live


class Recorder:
    """Every statement that went to the database, with the values of one of its executions."""

    def __init__(self) -> None:
        self.seen: dict[str, Any] = {}

    def __enter__(self) -> "Recorder":
        event.listen(Engine, "before_cursor_execute", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)

    def _note(self, _c: Any, _cursor: Any, statement: str, values: Any, _x: Any, many: bool) -> None:
        if re.match(r"\s*(SELECT|UPDATE|DELETE|WITH)\b", statement):
            alike = re.sub(r"(\(|, )(\?|\$\d+(::\w+)?)(?=[,)])", "", statement)  # lists of any length
            self.seen.setdefault(alike, (statement, values[0] if many else values))


# What may read a table, and why.
ALLOWED = {
    r"hook_delivery.state = 'parked'": "what is parked, once a night and for the metrics",
    r"EXISTS \(SELECT erased_opt_out.digest *FROM erased_opt_out\)": "stops at the first row",
    r"lower\(contact.name\)|contact.name (GLOB|~) ": "a name that nobody has so; a colleague's look, beside the writer",
    r"outbox.*EXISTS .*conversation.wave_id \+ 0 > 0": "a stop reads through the queue, once; release keeps it short",
    r"FROM outbox *WHERE outbox.channel = \S+ ORDER BY outbox.id$": "the played life looks for its own messages",
}


async def test_nothing_reads_a_table_that_grows(bot: Bot) -> None:
    with Recorder() as played:
        async for _ in live(bot, 7):
            pass
        await _look(bot)
        for who in ("slack:U1", "telegram:101", "sms:+31610000001"):
            for words in ("9", "STOP", "START", "MY DATA", "WHY ME", "DELETE"):
                await bot.say(who, words)
        await bot.work()
    assert len(played.seen) > 100
    await bot.store.write(fill)
    await bot.store.write(lambda connection: connection.exec_driver_sql("ANALYZE").close())
    reading = {
        statement: found
        for statement, values in played.seen.values()
        if not any(re.search(pattern, statement.replace("\n", "")) for pattern in ALLOWED)
        if (found := await bot.store.read(scans, statement, values))
    }
    assert not reading, "\n".join(f"{found}: {statement}" for statement, found in reading.items())


async def test_a_group_reads_no_table_that_grows(bot: Bot) -> None:
    """On PostgreSQL by a connection as those are that take in what comes, which looks by keys alone."""
    people = [Customer(f"C{n}", sms=f"+3161000{n:04}", slack=f"U{n}") for n in range(12)]
    await bot.start(*people, Customer("D1", sms="+31620000001"), Customer("D2", sms="+31620000002"))

    def arrived(said: InboundMessage) -> Noted[Arrival]:
        return Noted(Arrival(said.actor.channel, said, bot.context, bot.clock.now()))

    refs = [row.message_ref for row in await bot.rows(outbox) if row.channel == "sms"]
    reports = [DeliveryReport(f"{ref}:d", ref, "delivered", bot.clock.now()) for ref in refs]
    assert len(reports) > 1
    with Recorder() as played:
        told = [Noted(Arrival("sms", one, bot.context, bot.clock.now())) for one in reports]
        await bot.store.write(take_all, told)
        for words in ("3", "late again and again", "9"):
            said = [arrived(bot.message(f"sms:{one.sms}", words)) for one in people]
            pressed = [
                arrived(bot.message(f"slack:{one.slack}", choice=score_value(number, 2), message_ref=None))
                for number, one in enumerate(people, 1)
            ]
            await bot.store.write(take_all, said + pressed)
    assert len(played.seen) > 10
    await bot.store.write(fill)
    await bot.store.write(lambda connection: connection.exec_driver_sql("ANALYZE").close())

    def read(connection: Connection, statement: str, values: Any) -> list[str]:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(BY_INDEX)
        return scans(connection, statement, values)

    reading = {
        statement: found
        for statement, values in played.seen.values()
        if (found := await bot.store.read(read, statement, values))
    }
    assert not reading, "\n".join(f"{found}: {statement}" for statement, found in reading.items())


async def _look(bot: Bot) -> None:
    """What nobody says a word for: a colleague's questions, the metrics, retention, what a start looks for."""
    for said in ("s1", "slack:U1", "S2", "+31610000001", "nobody of this name"):
        await bot.store.read(find_contact, said)
    await bot.store.read(measured)
    await bot.store.read(find_old, months_before(bot.clock.now(), 24))
    await runs.close_stopped(bot.store)
    await _by_group(bot)
    await bot.store.take(claim, bot.clock.now())
    await bot.store.write(unseen.try_again, bot.context, bot.clock.now())
    manager = Onlooker(MANAGER, MANAGER, ("Manager",))
    for who in (EVERYBODY, manager):
        for listed in (None, "late", "mine"):
            await bot.store.read(case_list, bot.settings, who, bot.clock.now(), listed=listed)
        await bot.store.read(case_list, bot.settings, who, bot.clock.now(), campaign="demo")
        await bot.store.read(case_file, bot.settings, 1, who, bot.clock.now())


async def _by_group(bot: Bot) -> None:
    """The counts by attribute: a report before they are up to date, what brings them up to date, a report after it."""
    await bot.say("slack:U1", "7")
    for _ in range(2):
        chosen = await bot.store.read(choose, "demo", 1)
        assert isinstance(chosen, Chosen)
        for attribute in ("account", "language"):
            assert await bot.store.read(largest_groups, chosen, attribute, 25)
            assert await bot.store.read(response_by_group, chosen, attribute)
        await bot.store.read(selected, chosen)
        await Counting(bot.store).step()
    await bot.store.read(too_large, 1, "account")
    await bot.store.write(leave_out, 1, "account")


def test_what_forgets_somebody_finds_each_count_by_its_key() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        for table in ("group_place", "group_tally"):
            connection.execute(str(CreateTable(metadata.tables[table]).compile(dialect=sqlite.dialect())))
        statement = re.sub(r"OLD\.\w+", "NULL", groups.TAKE_OUT)
        plan = "\n".join(row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}"))
    assert "SEARCH counted USING PRIMARY KEY (wave_id=? AND attribute=? AND value=? AND outcome=?)" in plan
    assert "group_tally" not in plan, "which row it changes is found by its key"
