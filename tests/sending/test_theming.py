"""Which themes reasons name is kept behind the replies, and is what matching from scratch says, whatever happens."""

from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, func, select, update

from bot.config.settings import Settings
from bot.reports.scope import Chosen, choose
from bot.reports.themes.matches import ListsInForce, lists_in_force, named_in, newest_reasons
from bot.reports.themes.proof import ThemeProof, prove_themes
from bot.sending.theming import Theming, match_some
from bot.store.schema import (
    contact,
    conversation,
    enrolment,
    reason_waiting,
    tally,
    theme_named,
    theme_tally,
    wave,
)
from bot.store.store import Store
from bot.store.theme_rows import NAMES, NONE, forget, match_all_anew
from tests.support.answered import DAY, START, Told, hold, told
from tests.support.bot_under_test import Bot, Customer
from tests.support.campaign_world import settings_of
from tests.support.examples import on_databases

REASONS = ["", "the price", "too expensive, and late", "late delivery", "nothing special", "de levering"]
AGREES = ThemeProof(0, 0)


async def rows_in(store: Store, table: Any) -> int:
    return await store.read(lambda c: c.execute(select(func.count()).select_from(table)).scalar_one())


async def brought_up(store: Store, settings: Settings) -> None:
    while await store.write(match_some, lists_in_force(settings), 2):
        pass


def own_lists(directory: Path) -> Settings:
    file = directory / "themes.yaml"
    file.write_text("service: [price, nothing]\nspeed: [late]\n")
    return settings_of({"demo": {}}, themes={"en": str(file)})


OURS = settings_of({"demo": {}})


async def test_a_reply_waits_and_is_matched_behind(bot: Bot) -> None:
    await bot.start(Customer("buyer", slack="UBUYER"))
    await bot.say("slack:UBUYER", "3")
    assert await rows_in(bot.store, reason_waiting) == 0, "there is no reason yet"
    await bot.say("slack:UBUYER", "the price is too high", message_ref="M1")
    assert await rows_in(bot.store, reason_waiting) == 1
    theming = Theming(bot.store, bot.context, bot.clock)
    while await theming.look():
        pass
    assert await rows_in(bot.store, reason_waiting) == 0
    assert await themes_kept(bot.store) == {(1, "price")}
    await bot.say("slack:UBUYER", "the delivery is late", edits="M1")
    while await theming.look():
        pass
    assert await themes_kept(bot.store) == {(1, "delivery")}
    assert await bot.store.read(prove_themes, bot.settings) == AGREES


async def themes_kept(store: Store) -> set[tuple[int, str]]:
    def read(connection: Connection) -> set[tuple[int, str]]:
        named = theme_named.c.theme.not_in((NAMES, NONE))
        rows = connection.execute(select(theme_named).where(named))
        return {(row.conversation_id, row.theme) for row in rows}

    return await store.read(read)


async def test_nothing_is_kept_of_a_trial_and_of_who_was_erased(store: Store) -> None:
    await hold(store, told(2, 3, reason="the price"), number=-1, trial=True)
    await hold(store, [*told(2, 3, reason="the price"), Told(3, reason="the price", erased=True)])
    await brought_up(store, OURS)
    assert await rows_in(store, theme_named) == 4
    ids = await store.read(lambda c: list(c.scalars(select(theme_named.c.conversation_id).distinct())))
    await store.write(forget, ids[:1])
    assert await rows_in(store, theme_named) == 2
    assert await store.read(prove_themes, OURS) == ThemeProof(0, 1)  # whose reason is still there


async def test_other_lists_are_taken_in_while_the_server_runs(bot: Bot, tmp_path: Path) -> None:
    await hold(bot.store, [*told(3, 3, reason="the price"), *told(2, 9, reason="so late", language="en-gb")])
    theming = Theming(bot.store, bot.context, bot.clock)
    while await theming.look():
        pass
    older = Theming(bot.store, bot.context, bot.clock)  # of a process that goes by the lists from before
    await older.look()
    before, after = bot.context.settings, own_lists(tmp_path)
    bot.context.settings = after
    report = await bot.store.read(counts_of, after)
    assert report == {("service", 3): 3, ("speed", 9): 2}, "exact before anything is matched anew"
    assert await theming.look()
    bot.context.settings = before
    assert not await older.look(), "whose lists were taken last works, and nobody against them"
    bot.context.settings = after
    while await theming.look():
        pass
    assert {theme for _, theme in await themes_kept(bot.store)} == {"service", "speed"}
    assert await bot.store.read(counts_of, after) == report
    assert await bot.store.read(prove_themes, after) == AGREES
    # By the other lists it is still exact.
    assert await bot.store.read(counts_of, before) == {("price", 3): 3, ("delivery", 9): 2}


def counts_of(connection: Connection, settings: Settings) -> dict[tuple[str, int], int]:
    chosen = choose(connection, "demo")
    assert isinstance(chosen, Chosen)
    lists = lists_in_force(settings)
    named = named_in(connection, chosen, lists)
    return {
        (theme, score): people
        for theme in lists.names
        for score, people in named.histogram(theme, marks=lists.marks).items()
    }


def scratch(connection: Connection, lists: ListsInForce) -> tuple[Counter[Any], dict[str, list[str]]]:
    """Counts and newest words of each theme, from the reasons alone."""
    counted: Counter[Any] = Counter()
    words: dict[str, list[str]] = {}
    rows = connection.execute(
        select(conversation)
        .join(wave, wave.c.id == conversation.c.wave_id)
        .where(~wave.c.trial, conversation.c.score.is_not(None), conversation.c.reason != "")
        .order_by(conversation.c.scored_at.desc(), conversation.c.id.desc())
    ).all()
    for row in rows:
        themes = lists.of(row.language)
        for theme in themes.find(row.reason) if themes else ():
            counted[theme, row.score] += 1
            if row.reason not in words.setdefault(theme, []):
                words[theme].append(row.reason)
    return counted, words


_STEP = st.one_of(
    st.tuples(st.just("say"), st.integers(1, 4), st.sampled_from(REASONS), st.integers(0, 10)),
    st.tuples(st.just("erase"), st.integers(1, 4)),
    st.tuples(st.just("match"), st.integers(1, 3)),
    st.tuples(st.just("lists"), st.booleans()),
    st.tuples(st.just("anew")),
)


@given(steps=st.lists(_STEP, max_size=12), begin=st.booleans())
@on_databases(10)
async def test_what_is_kept_is_what_matching_from_scratch_says(
    store: Store, tmp_path: Path, steps: list[tuple[Any, ...]], begin: bool
) -> None:
    await store.write(empty)
    await hold(store, [Told(3, reason="the price"), Told(), Told(9, reason="late", language="nl"), Told(8)])
    by = {True: OURS, False: own_lists(tmp_path)}
    now = by[begin]
    for kind, *about in steps:
        match kind:
            case "say":
                await store.write(say, *about)
            case "erase":
                await store.write(erase, *about)
            case "match":
                await store.write(match_some, lists_in_force(now), *about)
            case "lists":
                now = by[about[0]]
            case "anew":
                await store.write(match_all_anew)
        await store.read(agree, now)
    await brought_up(store, now)
    await store.read(agree, now)
    assert await rows_in(store, reason_waiting) == 0


def agree(connection: Connection, settings: Settings) -> None:
    assert prove_themes(connection, settings) == AGREES
    lists = lists_in_force(settings)
    counted, words = scratch(connection, lists)
    assert counts_of(connection, settings) == counted
    chosen = choose(connection, "demo")
    assert isinstance(chosen, Chosen)
    named = named_in(connection, chosen, lists)
    found = newest_reasons(connection, chosen, lists, named, lists.names, 2)
    assert found == {theme: tuple(words.get(theme, [])[:2]) for theme in lists.names}


def _id(connection: Connection, place: int) -> int:
    ids: list[int] = list(connection.scalars(select(conversation.c.id).order_by(conversation.c.id)))
    return ids[place - 1]


def say(connection: Connection, place: int, reason: str, score: int) -> None:
    values = {"reason": reason or None, "score": score, "scored_on": DAY, "scored_at": START}
    connection.execute(update(conversation).where(conversation.c.id == _id(connection, place)).values(values))


def erase(connection: Connection, place: int) -> None:
    number = _id(connection, place)
    connection.execute(update(conversation).where(conversation.c.id == number).values(reason=""))
    forget(connection, [number])


def empty(connection: Connection) -> None:
    for table in (theme_named, theme_tally, reason_waiting, enrolment, conversation, tally, wave, contact):
        connection.execute(delete(table))
