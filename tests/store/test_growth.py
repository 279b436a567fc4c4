"""Nothing that is asked of the database again and again reads a table that grows: every statement of a played
life is explained on a database with a history, by a planner whose statistics are of a quiet hour."""

import json
import re
import sqlite3
from collections.abc import Iterator
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
from bot.reports.case_file import case_file
from bot.reports.case_list import case_list
from bot.reports.case_scope import EVERYBODY, Onlooker
from bot.reports.group_counts import largest_groups
from bot.reports.left_out import selected
from bot.reports.response import response_by_group
from bot.reports.scope import Chosen, choose
from bot.sending.counting import Counting
from bot.steps import Noted
from bot.store import group_triggers
from bot.store.groups import leave_out, too_large
from bot.store.schema import metadata
from bot.store.store import BY_INDEX
from bot.web.measures import measured
from channels.base import InboundMessage
from tests.support.bot_under_test import MANAGER, Bot, Customer
from tests.support.lives import live

PEOPLE = 20_000
GROWING = frozenset(
    {
        *("address", "answer", "case", "command", "contact", "conversation", "erased_opt_out"),
        *("inbox", "link", "opt_out", "outbox"),
        *("enrolment", "group_place", "group_tally"),
    }
)


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


_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people})"
AT = "'2025-03-02 09:00:00'"
_HISTORY = (
    "INSERT INTO contact (contact_id, name, attributes, added_at, changed_at)"
    f" {_NUMBERS} SELECT 'H' || i, 'Buyer ' || i, '{{{{}}}}', {AT}, {AT} FROM n",
    "INSERT INTO address (channel, value, contact_id)"
    " SELECT 'sms', '+' || id, id FROM contact WHERE contact_id LIKE 'H%'",
    f"INSERT INTO opt_out (channel, value, contact_id, since, source)"
    f" SELECT 'sms', '+' || id, id, {AT}, 'words' FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO link (token, contact_id, made_at, used_by)"
    f" SELECT 'T' || id, id, {AT}, 'sms:+' || id FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO erased_opt_out (digest, key_mark, erasure, since)"
    f" SELECT 'D' || id, 'K', 'E' || id, {AT} FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO wave (id, campaign, number, trial, terms, plan, started_by, started_at, enrolled_at)"
    f" VALUES (1000, 'past', 1, FALSE, '{{{{}}}}', 'P', 'terminal:1', {AT}, {AT})",
    "INSERT INTO conversation (id, wave_id, contact_id, channel, address, language, state, low, high, late,"
    " parts, unread, talk, candidates, hints, clarified, closed_at, ending, score, scored_at, scored_on)"
    " SELECT 100000 + id, 1000, id, 'sms', '+' || id, 'en', 'closed', 0, 10, FALSE, '[]', 0, 0, '[]', 0,"
    f" FALSE, {AT}, 'answered', 3, {AT}, '2026-03-02' FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO enrolment (conversation_id, account, attributes)"
    " SELECT id, 'Account ' || id, '{{}}' FROM conversation WHERE wave_id = 1000",
    "INSERT INTO group_place (conversation_id, wave_id, language, outcome)"
    " SELECT id, wave_id, language, score FROM conversation WHERE wave_id = 1000",
    "INSERT INTO group_tally (wave_id, attribute, value, outcome, people)"
    " SELECT wave_id, 'account', 'Account ' || id, score, 1 FROM conversation WHERE wave_id = 1000",
    "DELETE FROM group_change",
    "INSERT INTO inbox (id, channel, provider_id, kind, actor, event, received_at, conversation_id)"
    f" SELECT id, 'sms', 'I' || id, 'InboundMessage', 'sms:+' || id, '{{{{}}}}', {AT}, id FROM conversation"
    " WHERE wave_id = 1000",
    "INSERT INTO inbox (id, channel, provider_id, kind, actor, event, received_at)"
    f" SELECT id + 100000, 'sms', 'O' || id, 'InboundMessage', 'sms:+' || id, '{{{{}}}}', {AT} FROM conversation"
    " WHERE wave_id = 1000",
    "INSERT INTO answer (conversation_id, inbox_id, at, kind, score)"
    f" SELECT id, id, {AT}, 'score', 3 FROM conversation WHERE wave_id = 1000",
    'INSERT INTO "case" (id, conversation_id, wave_id, manager, channel, address, kind, state, opened_at, done_at,'
    " new_words, wanted, shown, pings, pinged)"
    f" SELECT id, id, wave_id, 'M', 'slack', 'UM', 'detractor', 'done', {AT}, {AT}, FALSE, 1, 1, 1, 1"
    " FROM conversation"
    " WHERE wave_id = 1000",
    f"INSERT INTO case_event (case_id, at, kind) SELECT id, {AT}, 'opened' FROM \"case\"",
    "INSERT INTO outbox (dedupe_key, kind, channel, address, lane, conversation_id, case_id, choices, priority,"
    " due_at, state, attempts, doubtful, made_at, message_ref)"
    f" SELECT 'a' || id, 'alert', 'sms', '+' || id, 'talk:' || id, id, id, '[]', 50, {AT}, 'sent', 0,"
    f" FALSE, {AT}, 'r' || id FROM conversation WHERE wave_id = 1000",
    "INSERT INTO outbox (dedupe_key, kind, channel, address, lane, choices, priority,"
    " due_at, state, attempts, doubtful, made_at, message_ref)"
    f" SELECT 'o' || id, 'reply', 'sms', '+' || id, 'to:' || id, '[]', 50, {AT}, 'sent', 0,"
    f" FALSE, {AT}, 'q' || id FROM conversation WHERE wave_id = 1000",
    "INSERT INTO command (inbox_id, actor, place, line, taken_at, done_at)"
    f" SELECT id, 'slack:UADMIN', 'slack:C', 'status', {AT}, {AT} FROM inbox WHERE conversation_id IS NULL"
    " AND provider_id LIKE 'O%'",
    "ANALYZE",
)


def fill(connection: Connection) -> None:
    for statement in _HISTORY:
        connection.exec_driver_sql(statement.format(people=PEOPLE))


# Read through rather than looked into: what they hold is yet to be done, and all of it is asked for.
TO_BE_DONE = frozenset(
    {"ix_case_undone", "ix_command_waiting", "ix_conversation_closes", "ix_conversation_unreleased"}
)
# What may read a table, and why.
ALLOWED = {
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
    reading = {
        statement: found
        for statement, values in played.seen.values()
        if not any(re.search(pattern, statement.replace("\n", "")) for pattern in ALLOWED)
        if (found := await bot.store.read(scans, statement, values))
    }
    assert not reading, "\n".join(f"{found}: {statement}" for statement, found in reading.items())


async def test_a_group_of_replies_reads_no_table_that_grows(bot: Bot) -> None:
    """On PostgreSQL by a connection as those are that take in what comes, which looks by keys alone."""
    people = [Customer(f"C{n}", sms=f"+3161000{n:04}", slack=f"U{n}") for n in range(12)]
    await bot.start(*people)

    def arrived(said: InboundMessage) -> Noted[Arrival]:
        return Noted(Arrival(said.actor.channel, said, bot.context, bot.clock.now()))

    with Recorder() as played:
        for words in ("3", "late again and again", "9"):
            said = [arrived(bot.message(f"sms:{one.sms}", words)) for one in people]
            pressed = [
                arrived(bot.message(f"slack:{one.slack}", choice=score_value(number, 2), message_ref=None))
                for number, one in enumerate(people, 1)
            ]
            await bot.store.write(take_all, said + pressed)
    assert len(played.seen) > 10
    await bot.store.write(fill)

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
        statement = re.sub(r"OLD\.\w+", "NULL", group_triggers.TAKE_OUT)
        plan = "\n".join(row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}"))
    assert "SEARCH counted USING PRIMARY KEY (wave_id=? AND attribute=? AND value=? AND outcome=?)" in plan
    assert "group_tally" not in plan, "which row it changes is found by its key"


def scans(connection: Connection, statement: str, values: Any) -> list[str]:
    """The tables and indexes that are read from one end to the other, in the engine's own words."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        found = [re.fullmatch(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", row[-1]) for row in rows]
        return [one[0] for one in found if one and one[1] in GROWING and one[2] not in TO_BE_DONE]
    told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    (plan,) = json.loads(told) if isinstance(told, str) else told
    return list(_scans(plan["Plan"]))


def _scans(node: dict[str, Any]) -> Iterator[str]:
    index = node.get("Index Name")
    looked_up = node.keys() & {"Index Cond", "Recheck Cond", "TID Cond"}
    reads = "Scan" in node["Node Type"] and node.get("Relation Name") in GROWING
    if reads and not looked_up and index not in TO_BE_DONE:
        yield f"{node['Node Type']} on {node['Relation Name']} by {index}"
    for part in node.get("Plans", ()):
        yield from _scans(part)
