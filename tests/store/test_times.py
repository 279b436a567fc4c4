"""How times stand in the database: in one form a column, whichever statement wrote them."""

import re
from datetime import datetime

from sqlalchemy import Connection

from bot.store.schema import Instant, metadata
from tests.support.bot_under_test import MANAGER, Bot, Customer

_AS_WRITTEN = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}")


def _stored(connection: Connection) -> dict[str, list[object]]:
    """The values of each column that holds a time, as the driver has them, where there are any."""
    found = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Instant):
                name = f'"{table.name}"."{column.name}"'
                query = f'SELECT {name} FROM "{table.name}" WHERE {name} IS NOT NULL'
                found[name] = [value for (value,) in connection.exec_driver_sql(query)]
    return {name: values for name, values in found.items() if values}


async def test_a_column_holds_its_times_in_one_form(bot: Bot) -> None:  # numbers 1.7
    """Compared as text, two forms are out of order within a second."""
    await bot.start(Customer("buyer", slack="U1"), Customer("owner", sms="+31612340001"))
    await bot.say("slack:U1", "a 3, you were late")
    await bot.say("sms:+31612340001", "8")
    await bot.work()
    await bot.tap(str(MANAGER), "Done")
    await bot.later(days=9)
    await bot.work()

    stored = await bot.store.read(_stored)
    assert {
        '"conversation"."asked_at"',
        '"conversation"."delivered_at"',
        '"outbox"."done_at"',
    } <= stored.keys()
    for name, values in stored.items():
        for value in values:
            aware = isinstance(value, datetime) and value.tzinfo is not None  # PostgreSQL
            assert aware or _AS_WRITTEN.fullmatch(str(value)), (name, value)
