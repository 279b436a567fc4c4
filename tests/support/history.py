"""A database with a history of many people, by SQL, and which tables a statement reads from one end to the other."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

PEOPLE = 20_000
GROWING = frozenset(
    {
        *("address", "answer", "case", "command", "contact", "conversation", "erased_opt_out"),
        *("inbox", "link", "opt_out", "outbox"),
        *("enrolment", "group_place", "group_tally", "case_event", "customer_event", "digested", "follow_up"),
        *("former_address", "hold", "hook_event", "hook_lane", "hook_delivery", "theme_named"),
        *("thread_message", "touchpoint", "wish"),
    }
)
# Read through rather than looked into: what they hold is yet to be done, and all of it is asked for.
TO_BE_DONE = frozenset(
    {
        *("ix_case_undone", "ix_command_waiting", "ix_conversation_closes", "ix_conversation_unreleased"),
        *("uq_follow_up_open", "ix_follow_up_closes", "ix_hook_delivery_parked"),
    }
)

_NUMBERS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people})"
AT = "'2025-03-02 09:00:00'"
NOW = "'2026-03-02 09:00:00'"
_HISTORY = (
    "INSERT INTO account (id, name, account_manager)"
    f" {_NUMBERS} SELECT i + 1000, 'Account ' || i, 'M' || (i % 50) FROM n WHERE i < 2000",
    "INSERT INTO contact (contact_id, name, account_id, attributes, added_at, changed_at)"
    f" {_NUMBERS} SELECT 'H' || i, 'Buyer ' || i, 1001 + i % 1999, '{{{{}}}}', {AT}, {AT} FROM n",
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
    f" SELECT id, id, wave_id, 'M', 'slack', 'UM' || (id % 50), 'detractor', 'done', {AT}, {AT}, FALSE, 1, 1, 1, 1"
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
    f" SELECT id, 'slack:U' || (id % 999), 'slack:C', 'status', {AT}, {AT} FROM inbox WHERE conversation_id IS NULL"
    " AND provider_id LIKE 'O%'",
    "INSERT INTO wave (id, campaign, number, trial, terms, plan, started_by, started_at, enrolled_at)"
    f" VALUES (1001, 'past', 2, FALSE, '{{{{}}}}', 'Q', 'terminal:1', {NOW}, {NOW})",
    "INSERT INTO conversation (id, wave_id, contact_id, language, state, skipped, low, high, late, parts, unread,"
    " talk, candidates, hints, clarified)"
    " SELECT 200000 + id, 1001, id, 'en', 'skipped', 'busy', 0, 10, FALSE, '[]', 0, 0, '[]', 0, FALSE"
    " FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO former_address (contact_id, channel, value)"
    " SELECT id, 'slack', 'F' || id FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO opt_in (channel, value, source, at)"
    f" SELECT 'slack', 'S' || id, 'start', {AT} FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO wish (contact_id, kind, days, said_at)"
    f" SELECT id, 'rarely', 90, {AT} FROM contact WHERE contact_id LIKE 'H%'",
    'INSERT INTO hold (contact_id, account_manager, reason, "by", made_at, until, ended_at)'
    f" SELECT id, 'M', 'why', 'slack:UM', {AT}, {AT}, {AT} FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO customer_event (id, key, contact_id, name, at, fields, taken_at)"
    f" SELECT id, 'E' || id, id, 'done', {AT}, '{{{{}}}}', {NOW} FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO touchpoint (event_id, campaign, contact_id, latest, until, outcome, settled_at)"
    f" SELECT id, 'past', id, {AT}, {AT}, 'late', {AT} FROM customer_event",
    f"INSERT INTO digest (id, reader, day, since, until, message_key) {_NUMBERS}"
    f" SELECT i + 1000, 'slack:UM' || i, CAST('2025-03-02' AS DATE), {AT}, {AT}, 'a' || i FROM n WHERE i <= 1000",
    "INSERT INTO digested (conversation_id, digest_id, characters, score)"
    " SELECT id, 1001 + id % 1000, 10, 9 FROM conversation WHERE wave_id = 1000",
    "INSERT INTO thread_message (case_id, kind, at, said_at, channel, place, ref, outbox_id)"
    f" SELECT case_id, 'relay', {AT}, {AT}, 'sms', '+' || id, 'R' || id, id FROM outbox WHERE case_id > 1000",
    'INSERT INTO improvement (id, token, wave_id, theme, words, "by", made_at)'
    f" {_NUMBERS} SELECT i + 1000, 'I' || i, 1000, 'x', 'x', 'slack:UM', {AT} FROM n WHERE i < 200",
    "INSERT INTO follow_up (key, kind, conversation_id, improvement_id, state, made_at, closes_at, ending)"
    f" SELECT 'G' || id, 'improvement', id, 1001 + id % 199, 'over', {AT}, {AT}, 'told' FROM conversation"
    " WHERE wave_id = 1000",
    "INSERT INTO follow_up (key, kind, conversation_id, case_id, state, made_at, closes_at, ending)"
    f" SELECT 'F' || id, 'recovery', id, id, 'over', {AT}, {AT}, 'silent' FROM \"case\" WHERE wave_id = 1000",
    "INSERT INTO theme_named (conversation_id, theme, wave_id, mark, score)"
    " SELECT id, '', 1000, 'M', 3 FROM conversation WHERE wave_id = 1000",
    "DELETE FROM reason_waiting",
    "INSERT INTO hook (id, name, url, events, with_words, with_names, secret, made_at, waiting, paused_at)"
    f" VALUES (1000, 'past', 'https://hook.example', '[]', FALSE, FALSE, 'S', {AT}, 20000, {AT})",
    "INSERT INTO hook_delivery (hook_id, key, kind, subject, contact_id, lane, sequence, at, detail, state)"
    f" SELECT 1000, 'D' || id, 'answer.given', id, id, id, 1, {AT}, '{{{{}}}}', 'parked'"
    " FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO hook_lane (hook_id, lane, last) SELECT 1000, id, 1 FROM contact WHERE contact_id LIKE 'H%'",
    "INSERT INTO hook_event (key, kind, subject, contact_id, at, detail)"
    f" SELECT 'X' || id, 'answer.given', id, id, {AT}, '{{{{}}}}' FROM contact WHERE contact_id LIKE 'H%'",
)


def fill(connection: Connection) -> None:
    """Put it there; the planner knows nothing of it before an ANALYZE."""
    for statement in _HISTORY:
        connection.exec_driver_sql(statement.format(people=PEOPLE))


def scans(connection: Connection, statement: str, values: Any = ()) -> list[str]:
    """The tables and indexes that are read from one end to the other, in the engine's own words."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        found = [re.fullmatch(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?", row[-1]) for row in rows]
        return [
            one[0]
            for one in found
            if one and _table(one[1], statement) in GROWING and one[2] not in TO_BE_DONE
        ]
    told = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one()
    (plan,) = json.loads(told) if isinstance(told, str) else told
    return list(_scans(plan["Plan"]))


def _table(name: str, statement: str) -> str:
    """Which table is called so in a statement."""
    renamed = re.search(rf'(\w+)"? AS "?{name}\b', statement)
    return renamed[1] if renamed else name


def _scans(node: dict[str, Any]) -> Iterator[str]:
    index = node.get("Index Name")
    looked_up = node.keys() & {"Index Cond", "Recheck Cond", "TID Cond"}
    reads = "Scan" in node["Node Type"] and node.get("Relation Name") in GROWING
    if reads and not looked_up and index not in TO_BE_DONE:
        yield f"{node['Node Type']} on {node['Relation Name']} by {index}"
    for part in node.get("Plans", ()):
        yield from _scans(part)
