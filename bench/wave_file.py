"""A wave of very many answers as a company has them, in an SQLite file: accounts, columns of the import, reasons in
words, times over two weeks, people who were left out or said nothing, and what happened to detractors."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from bench.company import MANAGERS, add_company, settings_for
from bench.settled import add_up_accounts, match_reasons
from bot.config.settings import Settings
from bot.store.store import open_store

ACCOUNTS: Final = 50_000

# Two of five reasons name a theme; each is a beginning, a middle and an order of one's own.
_FRAGMENTS: Final = {
    "beginning": (
        *("We have worked with you for years", "To be honest", "In short", "Not much to say", "Hm"),
        *("My colleagues and I agree", "Overall", "It does what it says", "You asked", "Since last year"),
    ),
    "middle": (
        *(
            "the delivery was late again",
            "the price is too high",
            "your people are friendly",
            "we are content",
        ),
        *("nothing stands out", "I would do it again", "it could be worse", "the invoice was wrong twice"),
        *("we did expect something else", "it fits how we work", "no complaints; really", "thanks"),
        *("this, that and the other", "as agreed", "I cannot judge that yet", "hard to reach by phone"),
    ),
}
_MAKE: Final = (
    "CREATE TEMP TABLE fragment (part TEXT, number INTEGER, words TEXT, PRIMARY KEY (part, number))"
)
_NUMBERS: Final = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)"
_ACCOUNTS: Final = f"""
{_NUMBERS} INSERT INTO account (id, name, account_manager)
SELECT 1000 + n, 'Globex ' || n || ' Ltd.', 'Manager ' || (n % {MANAGERS}) FROM numbers"""  # noqa: S608 - made of our own text alone
_CUSTOMERS: Final = f"""
{_NUMBERS} INSERT INTO contact (id, contact_id, name, account_id, language, attributes, changed_at)
SELECT n, printf('%07d', n), 'Customer ' || n, 1000 + n * 17 % ? + 1, 'en', json_object(
    'plan', 'plan ' || (n * 31 % 8), 'region', 'region ' || (n * 7 % 12), 'segment', 'segment ' || (n % 5),
    'product', 'product ' || (n * 13 % 40), 'size', CAST(n * 37 % 900 AS TEXT), 'office', 'office ' || (n % 300)
  ), '2026-03-02 10:00:00.000000' FROM numbers"""  # noqa: S608 - as above
_ANSWERED: Final = f"""
{_NUMBERS} INSERT INTO conversation (
  wave_id, contact_id, channel, address, language, state, skipped, released_at, asked_at, delivered_at, low, high,
  score, first_score, scored_at, scored_on, late, reason, parts, unread, talk, candidates, hints, clarified, closed_at,
  ending
)
SELECT 1, n, CASE n % 3 WHEN 0 THEN 'slack' WHEN 1 THEN 'telegram' ELSE 'sms' END, 'a' || n, 'en',
  CASE WHEN left_out THEN 'skipped' ELSE 'closed' END, CASE WHEN left_out THEN 'too_soon' END,
  CASE WHEN NOT left_out THEN asked END, CASE WHEN NOT left_out THEN asked END, CASE WHEN NOT left_out THEN asked END,
  0, 10, score, score, CASE WHEN score IS NOT NULL THEN answered END,
  CASE WHEN score IS NOT NULL THEN date(answered, '+1 hours') END, 0,
  CASE WHEN score IS NOT NULL AND n % 5 < 3 THEN beginning.words || ', ' || middle.words || ' (order ' || n || ').' END,
  '[]', 0, 2, '[]', 0, 0, CASE WHEN NOT left_out THEN answered END,
  CASE WHEN left_out THEN NULL WHEN score IS NULL THEN 'window' WHEN n % 5 < 3 THEN 'done' ELSE 'no_reason' END
FROM (
  SELECT n, n > ? AS left_out, CASE WHEN n <= ? THEN n * 7919 % 11 END AS score,
    strftime('%Y-%m-%d %H:%M:%S.000000', '2026-03-22 08:00:00', (n * 7919 % 28800) || ' seconds') AS asked,
    strftime('%Y-%m-%d %H:%M:%S.000000', '2026-03-22 09:00:00', (n * 104729 % 1209600) || ' seconds') AS answered
  FROM numbers
)
JOIN fragment AS beginning ON beginning.part = 'beginning' AND beginning.number = n / 7 % {len(_FRAGMENTS["beginning"])}
JOIN fragment AS middle ON middle.part = 'middle' AND middle.number = n / 3 % {len(_FRAGMENTS["middle"])}"""  # noqa: S608 - as above
_KNOWN: Final = """
INSERT INTO enrolment (conversation_id, account, account_manager, attributes)
SELECT conversation.id, account.name, account.account_manager, contact.attributes
FROM conversation JOIN contact ON contact.id = conversation.contact_id
JOIN account ON account.id = contact.account_id"""
_CASES: Final = """
INSERT INTO "case" (conversation_id, wave_id, manager, channel, address, kind, state, opened_at, done_at, new_words,
  wanted, shown, pings, pinged)
SELECT id, 1, 'Manager 1', 'slack', 'UM1', 'detractor', 'done', scored_at, closed_at, 0, 1, 1, 1, 1
FROM conversation WHERE score <= 2 AND id % 4 = 0"""


async def fill_wave(path: Path, people: int, answers: int | None = None, silent: int = 0) -> Settings:
    """A file with a wave of so many people: `answers` of them gave a score (all, where none is given), so many more
    said nothing, and the others were left out. Every reason is matched."""
    answers = people if answers is None else answers
    settings = settings_for(f"sqlite+aiosqlite:///{path}")
    store = await open_store(settings.database_url)
    await add_company(store, settings)
    await store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_MAKE)
        for part, words in _FRAGMENTS.items():
            connection.executemany(
                "INSERT INTO fragment VALUES (?, ?, ?)", ((part, *one) for one in enumerate(words))
            )
        accounts = min(ACCOUNTS, people)
        connection.execute(_ACCOUNTS, (accounts,))
        connection.execute(_CUSTOMERS, (people, accounts))
        connection.execute(_ANSWERED, (people, answers + silent, answers))
        connection.execute(_KNOWN)
        connection.execute(_CASES)
        connection.commit()
    store = await open_store(settings.database_url)
    await match_reasons(store, settings)
    await add_up_accounts(store)
    await store.close()
    return settings
