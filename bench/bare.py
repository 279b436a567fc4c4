"""What a reply costs without a bot: the same four rows by the standard library's sqlite3, one commit each."""

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.store.triggers import reasons, tally

_INBOX = (
    "INSERT INTO inbox (channel, provider_id, kind, actor, event, received_at, conversation_id, reading) "
    "VALUES ('sms', ?, 'InboundMessage', ?, ?, ?, ?, 'score')"
)
_TALK = "UPDATE conversation SET state = 'reason', score = 9, first_score = 9, scored_at = ? WHERE id = ?"
_ANSWER = "INSERT INTO answer (conversation_id, inbox_id, at, kind, score) VALUES (?, ?, ?, 'score', 9)"
_OUTBOX = (
    "INSERT INTO outbox (dedupe_key, kind, channel, address, lane, conversation_id, body, choices, priority, "
    "due_at, state, attempts, doubtful, made_at) "
    "VALUES (?, 'reply', 'sms', ?, ?, ?, ?, '[]', 2, ?, 'queued', 0, 0, ?)"
)


def drop_triggers(connection: sqlite3.Connection) -> None:
    """Leave nothing but tables and indexes."""
    for name in (*tally.TRIGGERS, *reasons.TRIGGERS):
        connection.execute(f"DROP TRIGGER IF EXISTS {name}")


def bare_rate(path: Path, numbers: range) -> float:
    """Replies a second, one durable commit each, into npsbot's own tables with all their indexes, and
    without the triggers that count."""
    body = '[["plain", "Thank you! What is the main reason for your score?", null]]'
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        drop_triggers(connection)
        started = time.perf_counter()
        for n in numbers:
            now = datetime.now(UTC).replace(tzinfo=None).isoformat(" ")
            who = f"+316{n:08d}"
            connection.execute("BEGIN IMMEDIATE")
            inbox = connection.execute(_INBOX, (f"bare-{n}", who, '{"text": "9"}', now, n)).lastrowid
            connection.execute(_TALK, (now, n))
            connection.execute(_ANSWER, (n, inbox, now))
            connection.execute(_OUTBOX, (f"bare:{n}", who, f"talk:{n}", n, body, now, now))
            connection.execute("COMMIT")
        return len(numbers) / (time.perf_counter() - started)
