"""A made-up company with customers: settings, terms, and contacts put straight into the store."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from bot.campaigns.terms import Terms, terms_of
from bot.config.settings import Settings
from bot.store.schema import Row, account, address, contact, conversation, outbox
from bot.store.store import Store
from channels.base import Address, Limits

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday, 11:00 in Amsterdam
ADMIN = Address("slack", "UADMIN")
SECOND_ADMIN = Address("telegram", "900")


def _limits(per_second: float) -> Limits:
    return Limits(
        text=4000,
        per_second=per_second,
        burst=1,
        per_address=1.0,
        buttons=True,
        edits=True,
    )


LIMITS: Mapping[str, Limits] = {"slack": _limits(5.0), "telegram": _limits(30.0), "sms": _limits(1.0)}


def settings_of(
    campaigns: Mapping[str, Mapping[str, Any]] | None = None,
    on: tuple[str, ...] = ("slack", "telegram", "sms"),
    **more: Any,
) -> Settings:
    """Settings of Acme with a campaign `demo` for everybody, or with the campaigns given."""
    channels = {
        "slack": {"bot_token": "xoxb-1", "signing_secret": "s"},
        "telegram": {"token": "1:a", "secret": "s"},
        "sms": {"account_sid": "AC1", "auth_token": "t", "from": "+31612340000"},
    }
    values: dict[str, Any] = {
        "undo": 0,
        "company": "Acme",
        "admins": [str(ADMIN), str(SECOND_ADMIN)],
        "fallback_manager": "slack:CALERTS",
        "channels": {name: channels[name] for name in on},
        "campaigns": campaigns if campaigns is not None else {"demo": {}},
    }
    return Settings(**values | more)


def terms_like(**campaign: Any) -> Terms:
    """The terms of the campaign `demo` with these keys of config.yaml."""
    settings = settings_of({"demo": campaign})
    return terms_of("demo", settings.campaigns["demo"], settings.surveys)


@dataclass(frozen=True, slots=True)
class Someone:
    """A contact to put into the store."""

    contact_id: str
    slack: str | None = None
    telegram: str | None = None
    sms: str | None = None
    language: str | None = None
    timezone: str | None = None
    account: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


def slack_people(count: int) -> list[Someone]:
    """So many contacts, each with a Slack address: c1 at U1, c2 at U2, …"""
    return [Someone(f"c{i}", slack=f"U{i}") for i in range(1, count + 1)]


async def add(store: Store, *people: Someone) -> None:
    """Put contacts into the store."""
    await store.write(_add, people)


def _add(connection: Connection, people: tuple[Someone, ...]) -> None:
    accounts: dict[str, int] = {}
    for name in {one.account for one in people if one.account}:
        row = connection.execute(insert(account).returning(account.c.id), {"name": name}).one()
        accounts[name] = row.id
    for one in people:
        made = connection.execute(
            insert(contact).returning(contact.c.id),
            {
                "contact_id": one.contact_id,
                "name": one.contact_id,
                "account_id": accounts.get(one.account or ""),
                "language": one.language,
                "timezone": one.timezone,
                "attributes": dict(one.attributes),
                "changed_at": NOW,
            },
        ).one()
        for channel in ("slack", "telegram", "sms"):
            value = getattr(one, channel)
            if value is not None:
                connection.execute(
                    insert(address), {"channel": channel, "value": value, "contact_id": made.id}
                )


async def rows(store: Store, wave_id: int | None = None) -> dict[str, Row]:
    """The conversations by the contact's key, of one wave or of all (the newest wave wins)."""

    def read(connection: Connection) -> dict[str, Row]:
        statement = (
            select(conversation, contact.c.contact_id.label("key"))
            .join(contact, contact.c.id == conversation.c.contact_id)
            .order_by(conversation.c.wave_id)
        )
        if wave_id is not None:
            statement = statement.where(conversation.c.wave_id == wave_id)
        return {row.key: row for row in connection.execute(statement)}

    return await store.read(read)


async def change(store: Store, conversation_id: int, **values: Any) -> None:
    """Set columns of a conversation, as delivery and intake would."""
    await store.write(
        lambda connection: (
            connection.execute(
                update(conversation).where(conversation.c.id == conversation_id).values(**values)
            ).rowcount
        )
    )


async def queue_question(store: Store, conversation_id: int, kind: str = "question") -> None:
    """Put a message of a conversation into the outbox, as release does."""
    values = {
        "dedupe_key": f"{kind}:{conversation_id}",
        "kind": kind,
        "channel": "slack",
        "address": "U",
        "lane": f"talk:{conversation_id}",
        "conversation_id": conversation_id,
        "body": [],
        "choices": [],
        "priority": 4,
        "due_at": NOW,
        "state": "queued",
        "attempts": 0,
        "made_at": NOW,
    }
    await store.write(lambda connection: connection.execute(insert(outbox), values).rowcount)


class Clock:
    """A clock that stands still until it is set."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Go on by so many days, hours, …; the new time."""
        self.now += timedelta(**by)
        return self.now
