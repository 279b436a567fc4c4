"""The process stops at its n-th call of the database or of a provider, for every n of a conversation on one channel or
another.

Whatever the moment, the deed in which it stopped ends as it would have: every answer once, one case, and an alert
that shows what stands. So does the whole conversation, to whose end each fourth goes on. What may be said twice, and
what may not be said at all, is the table in docs/reliability.md.
"""

import asyncio
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

import pytest

from bot.store.store import Store
from tests.crash.fates import DOCS, Fate, fates
from tests.crash.talk import BUYER, PARTS, Remains, Talk, remains, sent
from tests.support.boundaries import Call, Fault, expect_crashes
from tests.support.worlds import Rows, put_rows, rows_of

CHANNELS = ("slack", "telegram", "sms")
# A stop inside a write leaves what a stop before it leaves, and shows besides that it is taken back whole.
_FAULTS: dict[str, tuple[Fault, ...]] = {
    "write": ("crash inside", "crash after"),
    "read": ("crash after",),
    "send": ("crash before", "crash after"),
    "find": ("crash before", "crash after"),
}
_EVERY = {"sqlite": 3, "postgresql": 12}
"""On each channel another third of the points, since most calls are the same on all; on PostgreSQL a twelfth: what
differs there is the commit alone."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A conversation between two deeds, to go on from as often as one likes."""

    talk: Talk
    rows: Rows

    @classmethod
    async def of(cls, talk: Talk) -> Self:
        """As it is now."""
        return cls(talk.copied(), await rows_of(talk.database))

    async def go_on(
        self, at: int | None = None, fault: Fault | None = None, until: int | None = None
    ) -> Talk:
        """To the end or to an earlier part, with a fault at a call that is yet to come."""
        expect_crashes(asyncio.get_running_loop())
        await put_rows(self.talk.database, self.rows)
        talk = self.talk.copied()
        talk.plug_at, talk.fault = at, fault
        await talk.hold(until)
        return talk


@dataclass(frozen=True, slots=True)
class Usual:
    """The conversation in which nothing goes wrong."""

    calls: list[Call]
    moments: list[Moment]
    left: list[Remains]  # after each deed, when nothing is left to do
    made: list[int]  # how many calls by then

    def whole(self, part: int) -> Remains:
        return self.left[part // 2 - 1]


async def _usual(store: Store, channel: str) -> Usual:
    talk, usual = Talk(store, channel), Usual([], [], [], [])
    for part in range(PARTS):
        usual.moments.append(await Moment.of(talk))
        await talk.hold(part + 1)
        if part % 2:
            usual.left.append(await remains(talk))
            usual.made.append(len(talk.calls))
    usual.calls.extend(talk.calls)
    return usual


def _points(calls: list[Call], first: int, every: int) -> Iterator[tuple[int, Fault]]:
    everywhere = [(at, fault) for at, call in enumerate(calls) for fault in _FAULTS[call.kind]]
    yield from everywhere[first::every]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_stop_anywhere_loses_and_doubles_nothing(store: Store, channel: str) -> None:
    usual = await _usual(store, channel)
    assert [score for kind, score, _ in usual.left[-1].answers if kind == "score"] == [3, 8]
    every = _EVERY[store.url.get_backend_name()]
    for number, (at, fault) in enumerate(_points(usual.calls, CHANNELS.index(channel), every)):
        before = next(moment for moment in reversed(usual.moments) if len(moment.talk.calls) <= at)
        until = PARTS if number % 4 == 0 else 2 + 2 * bisect_right(usual.made, at)
        talk = await before.go_on(at, fault, until)
        where = f"{fault} call {at}, {talk.calls[at]}"
        assert talk.crashed, where
        whole = usual.whole(until)
        assert _story(await remains(talk)) == _story(whole), where
        await _said_as_the_table_allows(talk, whole, where)


@pytest.mark.parametrize("channel", CHANNELS)
async def test_going_on_from_a_moment_is_going_through_it_all(store: Store, channel: str) -> None:
    usual = await _usual(store, channel)
    whole = _story(usual.left[-1])
    for moment in usual.moments[::5]:
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
