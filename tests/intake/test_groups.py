"""A group of events gives the same rows as each of them alone, one by one; those of a person in their order."""

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bot.cases import cases
from bot.dialogue.buttons import score_value
from bot.intake import intake
from bot.intake.arrival import Arrival, InboxEntry, once, whose
from bot.privacy import requests
from bot.steps import Noted
from bot.store.groups import count_changes
from bot.store.schema import case, conversation, metadata
from bot.store.store import Store
from channels.base import Address as At
from channels.base import (
    Blocked,
    DeliveryReport,
    Inbound,
    ProviderOptIn,
    ProviderOptOut,
)
from tests.support.bot_under_test import Bot, Customer
from tests.support.databases import Databases, memory, migrated
from tests.support.inline import open_inline

PEOPLE: Final = (
    Customer("one", slack="U1", telegram="101"),
    Customer("two", slack="U2", manager=None),
    Customer("three", telegram="103", sms="+31610000003"),
    Customer("four", sms="+31610000004", language="nl"),
    Customer("five", sms="+31610000005"),
    Customer("six", telegram="106"),
)
ADDRESSES: Final = (
    *("slack:U1", "telegram:101", "slack:U2", "telegram:103", "sms:+31610000003", "sms:+31610000004"),
    *("sms:+31610000005", "telegram:106"),
    *("slack:UMANAGER", "telegram:900", "sms:+31610000099", "slack:U99"),
)
SAID: Final = (
    *("9", "3", "8", "0", "10", "7 or 8?", "sorry, 2", "een 6", "12"),
    *(
        "because it broke",
        "late again, call me please",
        "I love the colours of the boxes",
        "6 it was too late",
    ),
    *(
        "STOP",
        "START",
        "HELP",
        "MY DATA",
        "DELETE",
        "1234",
        "wrong number",
        "who is this?",
        "👍",
        "nps status",
    ),
)
BY_CHANCE: Final = ("meta", "plan", "wave")  # a seed and a plan's token are drawn
EVENTS: Final = st.lists(
    st.tuples(
        st.sampled_from(ADDRESSES),
        st.one_of(
            st.tuples(st.just("text"), st.sampled_from(SAID)),
            st.tuples(st.just("press"), st.tuples(st.integers(1, 8), st.integers(0, 10))),
            st.tuples(st.just("edit"), st.sampled_from(("4", "it was too slow", ""))),
            st.tuples(st.just("react"), st.sampled_from(("👍", "3️⃣", "🎉"))),
            st.tuples(
                st.just("case"), st.sampled_from(("c:1:take", "c:1:done", "c:2:take", "w:stop:1", "r:1"))
            ),
            st.tuples(st.just("reply"), st.sampled_from(("I call you", "done", "take"))),
            st.tuples(st.just("told"), st.sampled_from(("out", "in", "blocked", "delivered", "undelivered"))),
            st.tuples(st.just("picture"), st.just("")),
            st.tuples(st.just("again"), st.just("")),
        ),
    ),
    min_size=1,
    max_size=14,
)


class World:
    """A bot whose customers were asked, and what comes to it."""

    def __init__(self, store: Store) -> None:
        self.bot = Bot(store, holder="one")

    async def begun(self) -> "World":
        await self.bot.start(*PEOPLE)
        assert all(row.state == "asked" for row in await self.bot.rows(conversation))
        return self

    def events(self, drawn: Sequence[tuple[str, tuple[str, Any]]], first: int) -> list[tuple[str, Inbound]]:
        """What was drawn as events, each with its channel; the same for every world."""
        made: list[tuple[str, Inbound]] = []
        for number, (who, (kind, what)) in enumerate(drawn, first):
            at = At.parse(who)
            if kind == "again" and made:
                made.append(made[-1])
            elif kind == "told":
                made.append((at.channel, self._told(at, what, number)))
            else:
                made.append((at.channel, self._said(who, kind, what, number)))
        return made

    def _said(self, who: str, kind: str, what: Any, number: int) -> Inbound:
        ref: dict[str, Any] = {"provider_id": f"e{number}", "message_ref": f"{who}-{number}"}
        channel = who.partition(":")[0]
        match kind:
            case "press":
                return self.bot.message(who, choice=score_value(*what), **ref | {"message_ref": None})
            case "case":
                return self.bot.message(who, choice=what, actor_name="Name", **ref | {"message_ref": None})
            case "edit":
                return self.bot.message(who, what, edits=f"{who}-{number - 1}", **ref)
            case "react":
                return self.bot.message(who, what, brings="reaction", reply_to=f"{channel}-1", **ref)
            case "reply":
                return self.bot.message(who, what, reply_to=f"{channel}-{number % 9}", **ref)
            case "picture":
                return self.bot.message(who, brings="picture", **ref)
        return self.bot.message(who, what or "9", **ref)

    def _told(self, at: At, what: str, number: int) -> Inbound:
        key, now = f"p{number}", self.bot.clock.now()
        match what:
            case "out":
                return ProviderOptOut(key, at, now, text="STOP", confirmed=True)
            case "in":
                return ProviderOptIn(key, at, now, text="START")
            case "blocked":
                return Blocked(key, at, now)
            case "delivered":
                return DeliveryReport(key, f"{at.channel}-1", "delivered", now)
        return DeliveryReport(key, f"{at.channel}-2", "undelivered", now, "30003")

    async def together(self, events: Sequence[tuple[str, Inbound]]) -> list[tuple[str, Inbound]]:
        """Take them in by one commit; they, in the order in which they came to the inbox."""
        now = self.bot.clock.now()
        order: list[tuple[str, Inbound]] = []

        def noting(connection: Connection, entries: Sequence[InboxEntry]) -> list[int | None]:
            order.extend((one.arrival.channel, one.arrival.event) for one in entries)
            return once(connection, entries)

        arrived = [Noted(Arrival(channel, event, self.bot.context, now)) for channel, event in events]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(intake, "once", noting)
            taken = await self.bot.store.write(intake.take_all, arrived)
        assert len(taken) == len(events) == len(order)
        return order

    async def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Those of each table, once what waits to be counted is: a group puts it on its list in another order."""
        while (await self.bot.store.write(count_changes)).more:
            pass
        return await self.bot.store.read(_rows)


def _rows(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table; the numbers of cases by their order, since PostgreSQL leaves some out."""
    found = {
        table.name: [
            tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key.columns))
        ]
        for table in metadata.sorted_tables
        if table.name not in BY_CHANCE
    }
    number = {row[0]: place for place, row in enumerate(found["case"], 1)}

    def told(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return re.sub(
            r"\b(case:|alert:|thread:|c:)(\d+)", lambda it: f"{it[1]}{number.get(int(it[2]), it[2])}", value
        )

    numbered = {
        (table.name, place)
        for table in metadata.sorted_tables
        for place, column in enumerate(table.columns)
        if column is case.c.id or any(key.column is case.c.id for key in column.foreign_keys)
    }
    return {
        name: [
            tuple(
                number.get(cell, cell) if (name, place) in numbered else told(cell)
                for place, cell in enumerate(row)
            )
            for row in rows
        ]
        for name, rows in found.items()
    }


async def _law(urls: Sequence[str], drawn: Sequence[Any], more: Sequence[Any]) -> None:
    stores = [await open_inline(url) for url in urls]
    try:
        group, single = [await World(store).begun() for store in stores]
        for first, steps in ((500, drawn), (600, more)):
            events = group.events(steps, first)
            for channel, event in _in_order(events, await group.together(events)):
                await single.bot.take(event, channel)
            assert await group.rows() == await single.rows()
            for world in (group, single):
                await world.bot.work()
                world.bot.clock.advance(minutes=7)
            assert await group.rows() == await single.rows()
    finally:
        for store in stores:
            await store.close()


def _in_order(
    events: Sequence[tuple[str, Inbound]], order: Sequence[tuple[str, Inbound]]
) -> Sequence[tuple[str, Inbound]]:
    """The order, in which those of each person are in their own."""
    for who in {whose(event) for _, event in events}:
        came, went = ([event for _, event in them if whose(event) == who] for them in (events, order))
        assert went == came
    return order


@pytest.fixture(autouse=True)
def _nothing_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "new_code", lambda: "ABCD")
    monkeypatch.setattr(requests, "draw_code", lambda: "1234")


@given(drawn=EVENTS, more=EVENTS)
@settings(
    max_examples=15,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
async def test_a_group_gives_the_rows_of_as_many_groups_of_one(
    databases: Databases, migrated_url: str, drawn: Sequence[Any], more: Sequence[Any]
) -> None:
    """`migrated_url` is asked for so that there are databases to copy."""
    with (
        TemporaryDirectory(dir=memory()) as one,
        TemporaryDirectory(dir=memory()) as other,
        databases.database(Path(one), migrated) as url,
        databases.database(Path(other), migrated) as other_url,
    ):
        await _law((url, other_url), drawn, more)
