"""No statement that is written down anywhere in npsbot reads a table that grows, but those that are named here, each
with its reason: all of them are explained on a database with a history, also those that no played life comes by."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from sqlalchemy import BindParameter, Connection, Delete, Select, Update
from sqlalchemy.sql import CompoundSelect, visitors

import bot
from bot.store.hot import Hot
from bot.store.store import open_store
from tests.support.history import fill, scans

Statement = Select[Any] | CompoundSelect[Any] | Update | Delete


@cache
def written_down() -> Mapping[str, Statement]:
    """The statements that modules of npsbot hold, by where they stand."""
    found: dict[int, tuple[str, Statement]] = {}
    for module in _modules():
        for name, value in vars(module).items():
            for where, statement in _in(value, f"{module.__name__}.{name}".removeprefix("bot.")):
                found.setdefault(id(statement), (where, statement))
    return dict(found.values())


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(bot.__path__, "bot."):
        if not found.name.startswith(("bot.demo", "bot.store.migrations", "bot.__main__")):
            yield importlib.import_module(found.name)


def _in(value: object, where: str) -> Iterator[tuple[str, Statement]]:
    if isinstance(value, Statement):
        yield where, value
    elif isinstance(value, Hot):
        yield from _in(value.statement, where)
    elif isinstance(value, Mapping):
        for key, one in value.items():
            yield from _in(one, f"{where}[{key}]")
    elif isinstance(value, tuple | list):
        for place, one in enumerate(value):
            yield from _in(one, f"{where}[{place}]")


_READ_THROUGH: Final[Mapping[str, str]] = {
    # What they are built on is narrowed by whoever uses it, and none of these is asked as it stands.
    **dict.fromkeys(
        (
            "campaigns.holds._SHOWN",
            "cases.threads.WITH_CUSTOMER",
            "cases.unseen._CASES",
            "people.finding._FOUND",
        ),
        "narrowed by whoever asks",
    ),
    **dict.fromkeys(
        ("conversations.follow_ups._QUERY", "people.contacts.PEOPLE", "people.listing._CONTACTS"),
        "narrowed by whoever asks",
    ),
    **dict.fromkeys(
        (
            "reports.conversation_list._PEOPLE",
            "reports.conversation_list._SAID",
            "reports.export.everybody._ROWS",
        ),
        "narrowed by whoever asks",
    ),
    # What is yet to be done, or holds now, is asked for as a whole, and a partial index holds no more.
    **dict.fromkeys(("campaigns.holds._ALL", "campaigns.holds._HELD"), "who is held back now"),
    **dict.fromkeys(
        ("campaigns.runs._CANCEL_QUESTIONS", "campaigns.runs._COUNT_UNDER_WAY"), "the queue, at a stop"
    ),
    "campaigns.touchpoints._OPEN_THERE": "open conversations, of one event's wave",
    "sending.canaries._STILL_TO_ASK": "the queue, while a first share is asked",
    "sending.restored._DOUBT": "the queue, once, after a copy was restored",
    "sending.restored._TOLD": "who waits to be told, once, after a copy was restored",
    **dict.fromkeys(("hooks.deliveries._ANY_EVENT", "hooks.deliveries._NEXT_EVENTS"), "a list in its order"),
    "hooks.deliveries._OLD": "what is parked, once a night",
    "store.theme_rows._FORGET_ALL[0]": "all of it goes",
    # Stops at the first row, or reads a few of them from one end.
    **dict.fromkeys(("web.readiness._NEWEST[0]", "web.readiness._NEWEST[1]"), "the newest row"),
    "people.suppression._ANY": "the first row",
    # Rare, and beside replies.
    "people.suppression._BY_OTHER_KEYS": "once, at a start",
    "people.finding._IN_ANY_CASE": "a name in odd capitals; a colleague's look, beside the writer",
    "people.finding._NEAR[sqlite]": "a name that nobody has; a colleague's look, beside the writer",
    "campaigns.holds._CONTACTS": "a manager's customers, when one of them is held back",
    "cases.cases._MOVE": "a manager has another address by the settings",
}
"""What reads a table that grows from one end to the other, or what waits in it, and why it may."""
_OF_POSTGRES: Final = frozenset({"cases.ahead._NEXT_NUMBERS", "people.finding._NEAR[postgresql]"})


async def test_no_other_statement_reads_a_table_that_grows(tmp_path: Path) -> None:
    """By SQLite, whose planner goes by the indexes that there are: without statistics, as it always is in production,
    and with them. PostgreSQL has the same indexes, and what it makes of them is seen at the statements of a played
    life (`test_growth`) and at those that are asked again and again (`test_indexes`)."""
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path / 'npsbot.db'}")
    await store.write(fill)
    asked = await store.read(_as_asked)
    for known in (False, True):
        if known:
            await store.write(lambda connection: connection.exec_driver_sql("ANALYZE").close())
        reading = await store.read(_reading, asked)
        assert reading.keys() - _READ_THROUGH.keys() == set(), reading
    await store.close()


def test_every_exception_is_a_statement() -> None:
    assert (_READ_THROUGH.keys() | _OF_POSTGRES) - written_down().keys() == set()


def _as_asked(connection: Connection) -> Mapping[str, str]:
    """The statements as the driver is given them, each list of one value."""

    def put(bind: BindParameter[Any]) -> None:
        bind.required = False
        if bind.expanding:
            bind.value = [None]

    return {
        where: str(
            visitors.cloned_traverse(statement, {}, {"bindparam": put}).compile(
                connection, compile_kwargs={"render_postcompile": True}
            )
        )
        for where, statement in written_down().items()
        if where not in _OF_POSTGRES
    }


def _reading(connection: Connection, asked: Mapping[str, str]) -> Mapping[str, list[str]]:
    """Which tables each statement reads from one end to the other."""
    found = {where: scans(connection, text, (None,) * text.count("?")) for where, text in asked.items()}
    return {where: tables for where, tables in found.items() if tables}
