"""A wave with very many answers, as customers give them: at any time, most with a reason, of many accounts that have a
worth, with ten columns of an import. Put into a database by SQL."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from bench.company import MANAGERS, add_company, settings_for
from bench.settled import add_up_accounts, count_groups
from bot.store.store import Store, open_store

ATTRIBUTES: Final[Mapping[str, int]] = {
    "plan": 8,
    "region": 12,
    "industry": 40,
    "segment": 4,
    "source": 6,
    "tier": 3,
    "product": 150,
    "branch": 1_000,
    "contract": 5_000,
    "order": 1_000_000_007,
}
"""The columns of the import, and how many values each has; an order number is one of its own."""

_NUMBERS: Final = (
    "WITH RECURSIVE numbers(n) AS"
    " (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM numbers WHERE n < {people})"
)
_SECOND: Final = "(n * 7919 % 1209600)"  # of two weeks, in no order
_JSON: Final = (
    "'{{' || "
    + " || ', ' || ".join(
        f"'\"{name}\": \"{name} ' || (n * {place} % {values}) || '\"'"
        for (name, values), place in zip(
            ATTRIBUTES.items(), (31, 37, 41, 43, 47, 53, 59, 61, 67, 1), strict=True
        )
    )
    + " || '}}'"
)
_ENGINE: Final = {
    "sqlite": {
        "at": f"strftime('%Y-%m-%d %H:%M:%S', '2026-03-02 10:00:00', {_SECOND} || ' seconds') || '.000000'",
        "on": f"date('2026-03-02 10:00:00', {_SECOND} || ' seconds')",
        "known": _JSON.format(),
    },
    "postgresql": {
        "at": f"TIMESTAMPTZ '2026-03-02 10:00:00+00' + {_SECOND} * INTERVAL '1 second'",
        "on": f"CAST(TIMESTAMP '2026-03-02 10:00:00' + {_SECOND} * INTERVAL '1 second' AS DATE)",
        "known": f"CAST({_JSON.format()} AS JSON)",
    },
}
_FILL: Final = (
    """
INSERT INTO account (id, name, account_manager, account_value)
{numbers} SELECT n + 100, 'Account ' || n, 'Manager ' || (n % {managers}), (n * 7919 % 1000003) / 100.0
FROM numbers WHERE n <= {accounts}""",
    """
INSERT INTO contact (id, contact_id, account_id, language, attributes, key_contact, changed_at)
{numbers} SELECT n, 'c' || n, n * 7919 % {accounts} + 101, 'en', {known}, CASE WHEN n % 9 < 4 THEN n % 9 = 0 END,
  '2026-03-02 10:00:00'
FROM numbers""",
    """
INSERT INTO conversation (
  wave_id, contact_id, channel, address, language, state, asked_at, delivered_at, low, high, score, first_score,
  scored_at, scored_on, late, reason, parts, unread, talk, candidates, hints, clarified, closed_at, ending
)
{numbers} SELECT 1, n, CASE n % 3 WHEN 0 THEN 'slack' WHEN 1 THEN 'telegram' ELSE 'sms' END, 'a' || n,
  CASE WHEN n % 4 = 0 THEN 'nl' ELSE 'en' END, 'closed', '2026-03-02 10:00:00', '2026-03-02 10:00:00', 0, 10,
  n * 7919 % 11, n * 7919 % 11, {at}, {on}, FALSE,
  CASE WHEN n % 5 < 3 THEN 'the price of it is what it is, and delivery was late' END, '[]', 0, 2, '[]', 0, FALSE,
  '2026-03-16 10:00:00', CASE WHEN n % 5 < 3 THEN 'done' ELSE 'no_reason' END
FROM numbers""",
    """
INSERT INTO enrolment (conversation_id, account, account_manager, timezone, attributes, account_value, key_contact)
SELECT conversation.id, account.name, account.account_manager, 'Europe/Amsterdam', contact.attributes,
  account.account_value, contact.key_contact
FROM conversation
JOIN contact ON contact.id = conversation.contact_id JOIN account ON account.id = contact.account_id""",
    "ANALYZE",
)


async def fill(url: str, answers: int, accounts: int) -> Store:
    """A store with such a wave, all of it counted; to be closed by the caller."""
    settings = settings_for(url)
    store = await open_store(url)
    await add_company(store, settings)

    def put(connection: Connection) -> None:
        words = _ENGINE[connection.dialect.name] | {
            "numbers": _NUMBERS.format(people=answers),
            "accounts": str(accounts),
            "managers": str(MANAGERS),
        }
        for statement in _FILL:
            connection.exec_driver_sql(statement.format(**words))

    await store.write(put)
    await count_groups(store)
    await add_up_accounts(store)
    await store.write(lambda connection: connection.exec_driver_sql("ANALYZE").close())
    return store
