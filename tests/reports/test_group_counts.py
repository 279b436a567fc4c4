"""Answers by what was known of people: the counts and the list say at any moment what a count from nothing says."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.ext.asyncio import create_async_engine

from bot.reports import left_out
from bot.reports.accounts_told import AccountTold, _read, accounts_told
from bot.reports.group_counts import MANAGER, every_value, largest_groups, scores_given
from bot.reports.group_proof import prove_groups
from bot.reports.response import GroupResponse, response_by_group
from bot.reports.scope import NOW, THEN, Chosen, cells_of, choose
from bot.reports.segment_query import UNKNOWN, grouped_answers
from bot.reports.tallies import score_counts
from bot.reports.values import Missing
from bot.sending.counting import Counting
from bot.store import groups
from bot.store.groups import count_changes, leave_out
from bot.store.recount import list_everybody
from bot.store.schema import (
    conversation,
    enrolment,
    group_change,
    group_tally,
    group_too_many,
    wave,
)
from bot.store.store import Store, open_store
from scoring import selection
from tests.store.test_growth import Recorder
from tests.support.answered import Told, hold, skipped_by, split, told
from tests.support.bot_under_test import Bot, Customer
from tests.support.databases import Databases
from tests.support.examples import on_databases
from tests.support.lives import live

NAMES = ("account", "account_manager", "language", "timezone", "key_contact", "plan", "size", "nothing")
GOLD: dict[str, Any] = {
    "attributes": {"plan": "gold", "size": "L", "key_contact": "ja", "account_value": "€ 1.250,50"},
    "account": "Globex",
    "manager": "North",
    "key_contact": True,
    "worth": {"account_value": 1250.5},
}
TIN: dict[str, Any] = {
    "attributes": {"plan": "tin", "key_contact": "no"},
    "account": "Initech",
    "language": "nl",
    "key_contact": False,
}


def _chosen(connection: Connection) -> Chosen:
    found = choose(connection, "demo", 1)
    assert not isinstance(found, Missing)
    return found


def differences(connection: Connection) -> list[str]:
    """The attributes by which the counts give other groups than the answers themselves."""
    chosen = _chosen(connection)
    found = []
    for name in NAMES:
        counted = largest_groups(connection, chosen, name, 3)
        if counted is not None and counted != grouped_answers(connection, chosen, name, 3):
            found.append(name)
    for managers in (("North",), ("South", "North"), ("Nobody",)):
        theirs = replace(chosen, managers=managers)
        counted = largest_groups(connection, theirs, MANAGER, 3)
        if counted is not None and counted != grouped_answers(connection, theirs, MANAGER, 3):
            found.append(f"of {managers}")
        if scores_given(connection, theirs) != score_counts(cells_of(connection, theirs)):
            found.append(f"scores of {managers}")
    if accounts_told(connection, chosen) != _each_account(connection, chosen):
        found.append("what accounts said")
    counted_worth = every_value(connection, chosen, "account_value")
    if counted_worth is not None and _added(counted_worth) != _worth(connection):
        found.append("account_value")
    return found


def _each_account(connection: Connection, chosen: Chosen) -> dict[str | None, AccountTold]:
    """The same by looking at everybody; of who has no account only whether they answered is of interest."""
    found = _read(connection, chosen)
    nobody = found.pop(None, None)
    if nobody is not None and nobody.counts.n:
        found[None] = nobody
    return found


def _added(cells: Iterable[tuple[str, int, int]]) -> Counter[tuple[str, int]]:
    found: Counter[tuple[str, int]] = Counter()
    for value, score, times in cells:
        found[value, score] += times
    return Counter({key: times for key, times in found.items() if times})


def _worth(connection: Connection) -> Counter[tuple[str, int]]:
    rows = connection.execute(
        select(enrolment.c.account_value, conversation.c.score)
        .select_from(THEN.people)
        .where(conversation.c.wave_id == 1, conversation.c.score.is_not(None))
    )
    return Counter((UNKNOWN if value is None else f"{value * 100:.0f}", score) for value, score in rows)


def selected_alike(connection: Connection) -> bool:
    """Whether the counts say the same of who was left out by which rule as looking at everybody does."""
    every = _chosen(connection)
    return all(
        left_out.selected(connection, chosen) == selection(left_out._standing(connection, chosen))
        for chosen in (every, replace(every, managers=("North",)))
    )


async def agree(store: Store) -> None:
    assert await store.read(prove_groups) == []
    assert await store.read(differences) == []
    assert await store.read(selected_alike)


async def _counted(store: Store) -> None:
    while await Counting(store).step():
        pass
    assert await store.read(lambda connection: connection.execute(select(group_change)).all()) == []


def _cells(connection: Connection) -> dict[tuple[Any, ...], int]:
    return {tuple(row[:4]): row[4] for row in connection.execute(select(group_tally)) if row[4]}


async def test_before_and_after_they_are_counted(store: Store) -> None:
    await hold(store, [*split(2, 1, 3, **GOLD), *split(0, 0, 4, **TIN), *told(2, **TIN), Told(9)])
    assert await store.read(_cells) == {}
    await agree(store)
    await _counted(store)
    cells = await store.read(_cells)
    assert cells[1, "plan", "gold", 3] == 2
    assert cells[1, "plan", "tin", 10] == 4
    assert cells[1, "plan", "tin", -1] == 2
    assert cells[1, "language", "nl", 10] == 4
    assert cells[1, "key_contact", "yes", 3] == 2, "what was typed is not looked at"
    assert cells[1, "account_value", "125050", 10] == 3
    await agree(store)


async def test_a_trial_is_counted_nowhere(store: Store) -> None:
    await hold(store, split(1, 1, 1, **GOLD), trial=True)
    await _counted(store)
    assert await store.read(_cells) == {}


@pytest.mark.parametrize("seed", range(2))
async def test_they_agree_whatever_happens(store: Store, seed: int) -> None:
    bot = Bot(store)
    counting = Counting(store)
    async for step in live(bot, seed):
        assert await store.read(prove_groups) == [], f"after step {step} of seed {seed}"
        assert await store.read(selected_alike), f"after step {step} of seed {seed}"
        if step % 5 == 0:
            await counting.step()
            assert await store.read(prove_groups) == [], f"counted after step {step} of seed {seed}"
    await _counted(store)
    cells = await store.read(_cells)
    await store.write(list_everybody)
    await _counted(store)
    assert await store.read(_cells) == cells


# ------------------------------------------------------------------------------------------- any sequence


def _change(connection: Connection, id_: int, **values: Any) -> None:
    connection.execute(update(conversation).where(conversation.c.id == id_).values(**values))


def _score(connection: Connection, id_: int, score: int) -> None:
    _change(connection, id_, score=score)


def _unscore(connection: Connection, id_: int, _: int) -> None:
    _change(connection, id_, score=None, ending="window")


def _cancel(connection: Connection, id_: int, _: int) -> None:
    _change(connection, id_, score=None, ending="cancelled")


def _forget(connection: Connection, id_: int, _: int) -> None:
    connection.execute(delete(enrolment).where(enrolment.c.conversation_id == id_))
    _change(connection, id_, contact_id=None, erased="request", address="")


def _remove(connection: Connection, id_: int, _: int) -> None:
    connection.execute(delete(conversation).where(conversation.c.id == id_))


def _count(connection: Connection, _: int, most: int) -> None:
    count_changes(connection, most + 1)


def _leave_out(connection: Connection, _: int, which: int) -> None:
    if not connection.execute(
        select(group_too_many).where(group_too_many.c.attribute == NAMES[which % 6])
    ).first():
        leave_out(connection, 1, NAMES[which % 6])


def _anew(connection: Connection, _: int, __: int) -> None:
    list_everybody(connection)


_DEEDS: tuple[Callable[[Connection, int, int], None], ...] = (
    *(_score, _score, _unscore, _cancel, _forget, _remove, _count, _count, _leave_out, _anew),
)


class _Undone(Exception):
    """What is played in a transaction is not kept."""


@on_databases(20)
@given(st.lists(st.tuples(st.sampled_from(_DEEDS), st.integers(1, 8), st.integers(0, 10)), max_size=25))
async def test_counts_and_list_are_a_count_from_nothing(
    store: Store, deeds: list[tuple[Callable[[Connection, int, int], None], int, int]]
) -> None:
    """Where counts are closed by a long value or by too many, reports go by the answers, and say the same."""

    def play(connection: Connection) -> None:
        for deed, id_, number in deeds:
            deed(connection, id_, number)
        assert prove_groups(connection) == []
        assert differences(connection) == []
        while count_changes(connection).more:
            pass
        assert connection.execute(select(group_change)).first() is None
        assert prove_groups(connection) == []
        assert differences(connection) == []
        raise _Undone

    if not await store.read(lambda connection: connection.execute(select(wave)).all()):
        await hold(store, [*split(1, 1, 1, **GOLD), *told(1, 7), *told(2, **TIN), *told(2, 9, **TIN)])
    with pytest.raises(_Undone):
        await store.write(play)


# ------------------------------------------------------------------------------------------------ erasure


async def test_of_who_is_erased_nothing_stays_but_the_language(store: Store) -> None:
    await hold(store, [*told(1, 9, **GOLD), *told(3, 9, **TIN)])
    await _counted(store)

    def forget(connection: Connection) -> None:
        _forget(connection, 1, 0)
        values = set(connection.scalars(select(group_tally.c.value)))
        assert not values & {"gold", "L", "Globex", "North", "yes", "125050"}, "in the same transaction"

    await store.write(forget)
    await agree(store)
    assert (await store.read(_cells))[1, "language", "en", 9] == 1


# -------------------------------------------------------------------------------------- very many values


async def test_an_attribute_of_very_many_values_is_left_out(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(groups, "MOST_CELLS", 20)
    people = [
        Told(n % 11, account=f"Account {n}", attributes={"order": f"{n}", "plan": "gold"}) for n in range(60)
    ]
    await hold(store, people)
    await _counted(store)
    attributes = Counter(key[1] for key in await store.read(_cells))
    assert attributes == {"language": 11, "plan": 11, "account": 60}, (
        "of accounts there are as many as there are"
    )
    assert await store.read(prove_groups) == []
    assert await store.read(lambda c: largest_groups(c, _chosen(c), "order", 3)) is None
    assert await store.read(lambda c: len(response_by_group(c, _chosen(c), "order"))) == 60


async def test_an_attribute_with_a_text_is_left_out(store: Store) -> None:
    await hold(
        store, [*told(2, 9, attributes={"note": "n" * 201, "n" * 201: "x", "plan": "gold"}), *told(1, 9)]
    )
    assert await store.read(lambda c: largest_groups(c, _chosen(c), "note", 3)) is None
    await _counted(store)
    assert {key[1] for key in await store.read(_cells)} == {"language", "plan"}
    assert await store.read(lambda c: largest_groups(c, _chosen(c), "note", 3)) is None
    assert await store.read(lambda c: largest_groups(c, _chosen(c), "n" * 201, 3)) is None
    assert await store.read(prove_groups) == []


# --------------------------------------------------------------------------------------------- response


@pytest.mark.parametrize("counted", [False, True])
async def test_response_by_group(store: Store, *, counted: bool) -> None:
    await hold(
        store,
        [*told(3, 9, **GOLD), *told(2, **GOLD), *told(1, **TIN), Told(4), skipped_by("too_soon", **TIN)],
    )
    if counted:
        await _counted(store)

    def found(connection: Connection, /, by: str, **limits: Any) -> list[GroupResponse]:
        return response_by_group(connection, replace(_chosen(connection), **limits), by)

    gold, tin, unknown = GroupResponse("gold", 5, 3), GroupResponse("tin", 1, 0), GroupResponse(UNKNOWN, 1, 1)
    assert await store.read(found, "plan") == [gold, unknown, tin]
    assert await store.read(found, "plan", known=NOW) == [gold, unknown, tin]
    assert await store.read(found, "plan", managers=("North",)) == [gold]
    assert await store.read(found, "channel") == [GroupResponse("slack", 7, 4)]
    assert await store.read(found, "language") == [GroupResponse("en", 6, 4), GroupResponse("nl", 1, 0)]


async def test_only_who_was_not_invited_is_looked_at(store: Store) -> None:
    await hold(store, [*split(2, 1, 3, **GOLD), skipped_by("too_soon", **TIN)])
    await _counted(store)
    if store.url.get_backend_name() == "sqlite":  # of seven rows PostgreSQL reads all

        def plans(connection: Connection) -> list[str]:
            with Recorder() as asked:
                left_out.selected(connection, _chosen(connection))
            return [
                str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
                for statement, values in asked.seen.values()
                if "coalesce(enrolment.account_manager" in statement
            ]

        first, second = await store.read(plans)
        assert "ix_conversation_left_out" in first
        assert "ix_conversation_waiting" in second


# ------------------------------------------------------------------------------------------ two processes


async def test_two_processes_count_nobody_twice(bot: Bot) -> None:
    await bot.start(*(Customer(f"c{n}", slack=f"U{n}") for n in range(40)))
    second = await open_store(bot.store.url.render_as_string(hide_password=False))
    try:
        other = Bot(second, clock=bot.clock, channels=bot.channels, holder="two")
        for words in ("9", "4", "it is what it is", "9"):
            said = ((bot if n % 2 else other).say(f"slack:U{n}", words) for n in range(40))
            await asyncio.gather(*said, Counting(bot.store).step(), Counting(second).step())
            assert await bot.store.read(prove_groups) == []
    finally:
        await second.close()
    await _counted(bot.store)
    assert await bot.store.read(prove_groups) == []


async def test_who_counts_waits_for_nobody(postgres_databases: Databases, tmp_path: Path) -> None:
    """Somebody is erased, another changes a score, and neither has committed."""
    with postgres_databases.database(tmp_path) as url:
        store = await open_store(url)
        await hold(store, [*told(3, 9, **GOLD), *told(3, 3, **TIN)])
        await _counted(store)
        engine = create_async_engine(url)
        async with engine.connect() as one:
            await one.run_sync(_score, 2, 1)
            assert not await Counting(store).step(), "what is not committed is on no list"
            await one.run_sync(_forget, 1, 0)
            await store.write(_score, 3, 5)
            await Counting(store).step()
            assert [row.conversation_id for row in await store.read(_listed)] == [3], "the other one counts"
            await one.commit()
        await engine.dispose()
        await _counted(store)
        await agree(store)
        await store.close()


def _listed(connection: Connection) -> Any:
    return connection.execute(select(group_change)).all()
