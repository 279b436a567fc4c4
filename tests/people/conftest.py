"""Settings with two managers, and files to import."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from bot.config.settings import Settings
from bot.people.contacts import RESERVED
from bot.people.importing import ImportResult, SlackLookup, import_contacts
from bot.store.schema import address, contact
from bot.store.store import Store
from channels.base import Address

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)

Import = Callable[..., Awaitable[ImportResult]]
"""`await imported(text, slack_lookup=…, move_accounts=…)` imports a CSV text."""


@pytest.fixture
def settings() -> Settings:
    return Settings.model_validate(
        {"company": "Acme", "account_managers": {"North": "slack:UNORTH", "South": "sms:+31612340000"}}
    )


@pytest.fixture
def imported(store: Store, settings: Settings, tmp_path: Path) -> Import:
    async def run(
        text: str, slack_lookup: SlackLookup | None = None, move_accounts: bool = False, **how: Any
    ) -> ImportResult:
        path = tmp_path / "contacts.csv"
        path.write_text(text, encoding="utf-8", newline="")
        return await import_contacts(
            store, path, settings, NOW, slack_lookup=slack_lookup, move_accounts=move_accounts, **how
        )

    return run


def admin_with(connection: Connection, at: Address) -> None:
    """An admin who tried a campaign at this address, and is a contact for that alone."""
    values = {"contact_id": f"{RESERVED}{at}", "name": "", "attributes": {}, "changed_at": NOW}
    id_ = connection.execute(insert(contact).values(values).returning(contact.c.id)).scalar_one()
    connection.execute(insert(address).values(contact_id=id_, channel=at.channel, value=at.id))
