"""A made-up company whose customers have been asked, or are to be asked, put into a database in bulk."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, insert

from bot.campaigns.terms import terms_of
from bot.config.settings import Settings
from bot.store.schema import account, address, contact, conversation, wave
from bot.store.store import Store

BOT_URL = "http://127.0.0.1:8080"  # what the requests are signed over
SLACK_SECRET = "5f3a"  # noqa: S105 - a made-up secret, for this machine alone
TELEGRAM_SECRET = "b3nch"  # noqa: S105 - as above
TELEGRAM_BOT = 7_000_000_001
TWILIO_SID = "AC" + "0" * 32
TWILIO_TOKEN = "t0k3n"  # noqa: S105 - as above
MANAGERS = 20
NOWHERE = "http://127.0.0.1:9"  # no provider is called while webhooks are measured
CHUNK = 5_000


def settings_for(database_url: str, provider_url: str = NOWHERE) -> Settings:
    """The company's settings, with the providers' APIs at `provider_url`."""
    values: dict[str, Any] = {
        "undo": 0,
        "company": "Acme",
        "public_url": BOT_URL,
        "database_url": database_url,
        "admins": ["slack:UADMIN"],
        "account_managers": {f"Manager {n}": f"slack:UM{n}" for n in range(MANAGERS)},
        "fallback_manager": "Manager 0",
        "channels": {
            "slack": {
                "bot_token": "xoxb-1",
                "signing_secret": SLACK_SECRET,
                "api_url": f"{provider_url}/slack/api/",
            },
            "telegram": {
                "token": f"{TELEGRAM_BOT}:a",
                "secret": TELEGRAM_SECRET,
                "api_url": f"{provider_url}/telegram/bot",
            },
            "sms": {
                "account_sid": TWILIO_SID,
                "auth_token": TWILIO_TOKEN,
                "from": "+3197010000000",
                "api_url": f"{provider_url}/twilio",
            },
        },
        "campaigns": {"bench": {"send_between": "always", "every": 0}},
    }
    return Settings(**values)


def place_of(channel: str, number: int) -> str:
    """The address of the customer with this number."""
    match channel:
        case "slack":
            return f"UC{number:08d}"
        case "telegram":
            return str(10_000_000 + number)
    return f"+316{number:08d}"


def ref_of(channel: str, number: int) -> str:
    """The reference of the question that this customer was asked."""
    match channel:
        case "slack":
            return f"D{number:08d}:1795337000.000100"
        case "telegram":
            return f"{10_000_000 + number}:77"
    return f"SM{number:032x}"


async def add_customers(store: Store, channel: str, numbers: range) -> None:
    """Contacts with one address each; contact and address have the customer's number as their id."""
    now = datetime.now(UTC)
    await _put(
        store,
        contact,
        (
            {
                "id": n,
                "contact_id": f"c{n}",
                "name": f"Customer {n}",
                "account_id": n % MANAGERS + 1,
                "language": "en",
                "timezone": "Europe/Amsterdam",
                "attributes": {},
                "changed_at": now,
            }
            for n in numbers
        ),
    )
    await _put(
        store,
        address,
        ({"id": n, "channel": channel, "value": place_of(channel, n), "contact_id": n} for n in numbers),
    )


async def add_company(store: Store, settings: Settings) -> None:
    """The accounts, each with a manager of its own, and one wave."""
    names = list(settings.account_managers)
    await _put(
        store,
        account,
        ({"id": n + 1, "name": f"Globex {n}", "account_manager": name} for n, name in enumerate(names)),
    )
    terms = terms_of("bench", settings.campaigns["bench"], settings.surveys)
    now = datetime.now(UTC)
    row = {
        "id": 1,
        "campaign": "bench",
        "number": 1,
        "trial": False,
        "terms": terms.as_dict(),
        "plan": "bench",
        "started_by": "slack:UADMIN",
        "started_at": now,
        "begun_at": now,
        "enrolled_at": now,
    }
    await _put(store, wave, iter([row]))


async def add_talks(store: Store, channel: str, numbers: range, *, asked: bool = True) -> None:
    """A conversation of each customer: asked, or waiting for its question to be released."""
    now = datetime.now(UTC)
    since = now - timedelta(hours=1)
    await _put(
        store,
        conversation,
        (
            {
                "id": n,
                "wave_id": 1,
                "contact_id": n,
                "channel": channel,
                "address": place_of(channel, n),
                "language": "en",
                "state": "asked" if asked else "waiting",
                "ask_at": since,
                "released_at": since if asked else None,
                "asked_at": since if asked else None,
                "question_ref": ref_of(channel, n) if asked else None,
                "low": 0,
                "high": 10,
                "closes_at": now + timedelta(days=7) if asked else None,
            }
            for n in numbers
        ),
    )


async def _put(store: Store, table: Table, rows: Iterator[Mapping[str, Any]]) -> None:
    statement = insert(table)

    def write(connection: Connection, chunk: list[Mapping[str, Any]]) -> None:
        connection.execute(statement, chunk)

    while chunk := list(islice(rows, CHUNK)):
        await store.write(write, chunk)
