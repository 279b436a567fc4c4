"""The process stops at its n-th call of the database or of a provider, for every n of a conversation.

Whatever the moment, the conversation ends as it would have: every answer once, one case, and an alert that
shows what stands. What may be said twice, and what may not be said at all, is the table in docs/reliability.md.
"""

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Self

import pytest
from sqlalchemy import Connection, text

from bot.store.schema import metadata
from bot.store.store import Store
from tests.crash.fates import DOCS, Fate, fates
from tests.crash.talk import BUYER, Remains, Talk, remains, sent
from tests.support.boundaries import Call, Fault, expect_crashes

CHANNELS = ("slack", "telegram", "sms")
# A stop inside a write leaves what a stop before it leaves, and shows besides that it is taken back whole.
_FAULTS: dict[str, tuple[Fault, ...]] = {
    "write": ("crash inside", "crash after"),
    "read": ("crash after",),
    "send": ("crash before", "crash after"),
    "find": ("crash before", "crash after"),
}
_EVERY = {"sqlite": 1, "postgresql": 12}
"""On PostgreSQL a twelfth of the points, others on each channel: what differs there is the commit alone."""


def _empty(connection: Connection) -> None:
    names = ", ".join(f'"{table.name}"' for table in metadata.sorted_tables)
    connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


@dataclass(frozen=True, slots=True)
class Moment:
    """A conversation between two deeds, to go on from as often as one likes. On PostgreSQL there is none but the
    beginning: what a database holds is copied in no time on SQLite alone."""

    talk: Talk
    rows: sqlite3.Connection | None

    @classmethod
    def of(cls, talk: Talk) -> Self:
        """As it is now."""
        if not (path := talk.database.url.database) or talk.database.url.get_backend_name() != "sqlite":
            return cls(talk.copied(), None)
        rows = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(path)) as database:
            database.backup(rows)
        return cls(talk.copied(), rows)

    async def go_on(self, at: int | None = None, fault: Fault | None = None) -> Talk:
        """To the end, with a fault at a call that is yet to come."""
        expect_crashes(asyncio.get_running_loop())
        if self.rows is None:
            await self.talk.database.write(_empty)
        else:
            with closing(sqlite3.connect(self.talk.database.url.database or "")) as database:
                self.rows.backup(database)
        talk = self.talk.copied()
        talk.plug_at, talk.fault = at, fault
        await talk.hold()
        return talk


async def _usual(store: Store, channel: str) -> tuple[Talk, list[Moment]]:
    """The conversation in which nothing goes wrong, and its moments."""
    moments: list[Moment] = []

    def keep(talk: Talk) -> None:
        if store.url.get_backend_name() == "sqlite" or not moments:
            moments.append(Moment.of(talk))

    talk = Talk(store, channel)
    await talk.hold(keep)
    return talk, moments


def _points(calls: list[Call], first: int, every: int) -> Iterator[tuple[int, Fault]]:
    everywhere = [(at, fault) for at, call in enumerate(calls) for fault in _FAULTS[call.kind]]
    yield from everywhere[first::every]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_stop_anywhere_loses_and_doubles_nothing(store: Store, channel: str) -> None:
    usual, moments = await _usual(store, channel)
    whole = await remains(usual)
    assert [score for kind, score, _ in whole.answers if kind == "score"] == [3, 8]
    every = _EVERY[store.url.get_backend_name()]
    for at, fault in _points(usual.calls, CHANNELS.index(channel), every):
        before = next(moment for moment in reversed(moments) if len(moment.talk.calls) <= at)
        talk = await before.go_on(at, fault)
        where = f"{fault} call {at}, {talk.calls[at]}"
        assert talk.crashed, where
        assert _story(await remains(talk)) == _story(whole), where
        await _said_as_the_table_allows(talk, whole, where)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_going_on_from_a_moment_is_going_through_it_all(store: Store, channel: str) -> None:
    usual, moments = await _usual(store, channel)
    whole = _story(await remains(usual))
    for moment in moments[::3]:
        talk = await moment.go_on()
        assert talk.calls == usual.calls
        assert _story(await remains(talk)) == whole


def _story(left: Remains) -> Remains:
    """What must be the same. A typed 3 for a pressed one, the time and the number on an alert, and the messages, which
    have a table of their own, may differ."""
    answers = tuple((kind, score, None if kind == "score" else words) for kind, score, words in left.answers)
    alert = left.alert and re.sub(r"\d\d:\d\d|(?<=Case: )\d+|(?<=Zaak: )\d+", "", left.alert)
    if alert and alert.startswith("npsbot:"):  # by SMS: states that nobody was told of are one message
        alert = "; ".join(found for found in ("score 8", "my parcel came late") if found in alert)
    return replace(left, answers=answers, alert=alert, heard=())


async def _said_as_the_table_allows(talk: Talk, whole: Remains, where: str) -> None:
    table = fates()
    lost = set()
    for row in await sent(talk):
        fate = table[row.kind, talk.channel]
        if row.times > 1:
            assert row.id in talk.in_doubt, f"{where}: {row} was in no doubt and went twice"
            assert fate is Fate.AGAIN, f"{where}: {row} went twice"
            assert row.times == 2, where
        if row.state == "unknown":
            assert row.id in talk.in_doubt, f"{where}: {row} was in no doubt"
            assert fate is Fate.NOT_AGAIN, f"{where}: {row} may be lost"
            lost.add(row.id)
        elif (
            row.kind not in ("edit", "alert") and not row.changes
        ):  # those show what stands; `_story` looks at that
            assert row.times, f"{where}: {row} was never sent"
    said = [one for one in _spoken(talk) if one[0] not in lost]
    kept = [words for words in whole.heard if not re.search("Your answer: ", words)]
    question = kept.pop(0)
    assert [words for _, words in said if words != question] == kept, where


def _spoken(talk: Talk) -> list[tuple[int, str]]:
    """What the customer got, each message once, without changes of earlier ones."""
    taken = {
        one.id: "".join(span.text for span in one.body)
        for one in talk.provider.taken
        if one.address.id == BUYER[talk.channel] and one.replaces is None
    }
    return list(taken.items())


def test_the_table_says_something_of_every_kind_on_every_channel() -> None:
    table = fates()
    kinds = {kind for kind, _ in table}
    assert {channel for _, channel in table} == set(CHANNELS)
    assert {(kind, channel) for kind in kinds for channel in CHANNELS} - set(table) == {("edit", "sms")}
    assert "make simulate" in DOCS.read_text(encoding="utf-8")
