"""The rows of an export, as JSON lines hold them."""

import json
from typing import Any

from sqlalchemy import Connection

from bot.config.settings import Settings
from bot.reports.export.everybody import export
from bot.reports.export.files import json_parts
from bot.reports.values import Missing
from bot.store.store import Store

Row = dict[str, Any]


async def exported(store: Store, settings: Settings, wave: int | None = None) -> list[Row]:
    """Every row of the campaign `demo`, or those of one wave."""

    def read(connection: Connection) -> list[Row]:
        found = export(connection, settings, "demo", wave)
        assert not isinstance(found, Missing)
        return rows_of(b"".join(json_parts(found.columns, found.batches)))

    return await store.read(read)


def rows_of(lines: bytes) -> list[Row]:
    """The rows of a file of JSON lines."""
    return [json.loads(line) for line in lines.decode().split("\n") if line]
