"""What the workers look for each half second, and what is looked for beside replies, is found by an index,
however much there is; also where the statistics are of a quiet hour, or there are none."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import BindParameter, Connection, Integer, Select, Update
from sqlalchemy.sql import visitors
from sqlalchemy.types import NullType

from bot.cases import overdue
from bot.conversations import talks
from bot.outbox import queue
from bot.people import finding
from bot.privacy import erasure, traces
from bot.sending import due, release, reminders
from bot.store.store import Store
from bot.web import measures

PEOPLE = 3000
AT = "'2026-03-02 09:00:00'"
VALUES: dict[str, Any] = {
    "now": datetime(2026, 3, 2, 10, tzinfo=UTC),
    "no_later": datetime(2026, 3, 2, 11, tzinfo=UTC),
    "batch": 32,
    "of_channel": "sms",
    "of_priority": 50,
    "of_wave": 1,
    "of_kind": "question",
    "after": 0,
    "most": 60,
    "value": "+7",
    "at_channel": "sms",
    "at_value": "+7",
    "everybody": True,
    "managers": [""],
    "values": ["+7", "+8"],
    "users": ["sms:+7", "sms:+8"],
    "channels": ["sms", "slack"],
    "person": 7,
}

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
_CONTACTS = (
    "INSERT INTO contact (contact_id, name, attributes, changed_at) "
    f"{_NUMBERS} SELECT 'C' || i, 'Buyer', '{{{{}}}}', {AT} FROM n",
    "INSERT INTO address (channel, value, contact_id) SELECT 'sms', '+' || id, id FROM contact",
    "INSERT INTO opt_out (channel, value, contact_id, since, source)"
    f" SELECT 'sms', '+' || id, id, {AT}, 'words' FROM contact",
    "INSERT INTO link (token, contact_id, made_at, used_by)"
    f" SELECT 'T' || id, id, {AT}, 'sms:+' || id FROM contact",
    "INSERT INTO wave (id, campaign, number, trial, terms, plan, started_by, started_at)"
    f" VALUES (1, 'demo', 1, FALSE, '{{{{}}}}', 'P', 'terminal:1', {AT})",
    "INSERT INTO conversation (wave_id, contact_id, channel, address, language, state, low, high, late,"
    " parts, unread, talk, candidates, hints, clarified, closed_at, ending)"
    " SELECT 1, id, 'sms', '+' || id, 'en', 'closed', 0, 10, FALSE, '[]', 0, 0, '[]', 0, FALSE,"
    f" {AT}, 'silent' FROM contact",
    'INSERT INTO "case" (conversation_id, wave_id, manager, channel, address, kind, state, opened_at, done_at,'
    " new_words, wanted, shown, pings, pinged)"
    f" SELECT id, 1, 'North', 'slack', 'UNORTH', 'detractor', 'done', {AT}, {AT}, FALSE, 1, 1, 1, 1 FROM conversation",
)
_MESSAGES = (
    "INSERT INTO outbox (dedupe_key, kind, channel, address, lane, choices, priority, due_at, state, attempts,"
    f" doubtful, made_at) {_NUMBERS} SELECT '{{state}}' || i, 'question', 'sms', '+' || i, '{{state}}' || i,"
    f" '[]', 50, {AT}, '{{state}}', 0, FALSE, {AT} FROM n"
)


@pytest.fixture(params=["stale", "missing"])
async def full(store: Store, request: pytest.FixtureRequest) -> Store:
    """A database with a history, and then a burst of messages that no statistics know of."""

    def fill(connection: Connection, state: str, *statements: str) -> None:
        for statement in statements:
            connection.exec_driver_sql(statement.format(count=PEOPLE, state=state))

    await store.write(fill, "sent", *_CONTACTS, _MESSAGES)
    if request.param == "stale":
        await store.write(fill, "", "ANALYZE")
    await store.write(fill, "queued", _MESSAGES)
    return store


def plan_of(connection: Connection, statement: Select[Any] | Update) -> str:
    """How the engine goes about a statement, in its own words."""
    explain = "EXPLAIN" if connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    asked = _with_values(connection, statement)
    return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {asked}"))


def _with_values(connection: Connection, statement: Select[Any] | Update) -> str:
    """The statement as text, its values in it."""

    def put(bind: BindParameter[Any]) -> None:
        if bind.key in VALUES:
            bind.value = VALUES[bind.key]
            bind.type = Integer() if isinstance(bind.type, NullType) else bind.type

    filled = visitors.cloned_traverse(statement, {}, {"bindparam": put})
    return str(filled.compile(connection, compile_kwargs={"literal_binds": True}))


@pytest.mark.parametrize(
    ("statement", "indexes"),
    [
        (queue._PICK, {"ix_outbox_due", "ix_outbox_lane"}),
        (release._STANDING, {"ix_outbox_due"}),
        (measures._QUEUE, {"ix_outbox_due"}),
        (release._READY, {"ix_conversation_unreleased"}),
        (release._NEXT_WAVE, {"ix_conversation_unreleased"}),
        (reminders._DUE, {"ix_conversation_remind"}),
        (reminders._ANY_DUE, {"ix_conversation_remind"}),
        (overdue._ANY, {"ix_case_due"}),
        (due._ANYTHING, {"ix_conversation_unreleased", "ix_conversation_remind", "ix_case_due"}),
        (finding._AT_ADDRESS, {"ix_address_value"}),
        (traces._OWNERS, {"ix_address_value"}),
        (erasure._LINKS, {"ix_link_used_by"}),
        (traces._OPT_OUTS, {"ix_opt_out_value", "ix_opt_out_contact_id"}),
    ],
)
async def test_an_index_is_used(full: Store, statement: Select[Any] | Update, indexes: set[str]) -> None:
    plan = await full.read(plan_of, statement)
    assert all(index in plan for index in indexes), plan


@pytest.mark.parametrize("full", ["stale"], indirect=True)
async def test_what_is_due_to_close_is_found_by_its_time(full: Store) -> None:
    """Without any statistics PostgreSQL takes everything for open, and reads a table of this size."""
    assert "ix_conversation_closes" in await full.read(plan_of, talks._DUE_TO_CLOSE)
    assert "ix_conversation_closes" in await full.read(plan_of, due._ANYTHING)


async def test_a_claim_looks_at_no_more_rows_than_it_takes(full: Store) -> None:
    """PostgreSQL compared each message that was due with each, and a claim took nine seconds."""

    def seen(connection: Connection) -> int:
        asked = _with_values(connection, queue._PICK)
        told = connection.exec_driver_sql(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {asked}").scalar_one()
        (plan,) = json.loads(told) if isinstance(told, str) else told
        return int(sum(_rows(plan["Plan"])))

    if full.url.get_backend_name() == "postgresql":
        assert await full.write(seen) <= 32 * 8
    else:  # what SQLite visits it does not tell; that it sorts nothing means that it stops when it has enough
        assert "TEMP B-TREE" not in await full.read(plan_of, queue._PICK)


def _rows(plan: dict[str, Any]) -> Iterator[float]:
    gone = sum(count for what, count in plan.items() if what.startswith("Rows Removed"))
    yield plan["Actual Loops"] * (plan["Actual Rows"] + gone)
    for part in plan.get("Plans", ()):
        yield from _rows(part)
