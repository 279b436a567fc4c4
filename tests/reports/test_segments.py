"""Groups by an attribute: which there are, what is shown of them, and what cannot be worked out."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from bot.reports.campaign_report import campaign_report
from bot.reports.scope import choose, scores_of
from bot.reports.segment_query import UNKNOWN, Grouped, grouped_answers
from bot.reports.segments import groups_as_shown
from bot.reports.values import MOST_SEGMENTS, CampaignReport, Missing, Segmented, SegmentRow
from bot.store.store import Store
from scoring import Counts, Visibility, compare_with_rest, pooled
from tests.support.answered import Told, hold, split, told
from tests.support.campaign_world import settings_of

SETTINGS = settings_of({"demo": {}})


async def segmented(store: Store, by: str, **clauses: Any) -> Segmented:
    report = await store.read(campaign_report, SETTINGS, "demo", by=by, **clauses)
    assert isinstance(report, CampaignReport), report
    assert report.segments is not None
    return report.segments


def labels(found: Segmented) -> dict[str, int | None]:
    return {row.label: row.n for row in found.rows}


# ------------------------------------------------------------------------------------------ attributes

PEOPLE = [
    *split(2, 3, 6, account="Acme", manager="North", language="nl", attributes={"Plan size": "gold"}),
    *split(5, 1, 1, account="Globex", manager="South", channel="sms", on=date(2026, 4, 6)),
    *split(0, 0, 6, language="nl-je", attributes={"Plan size": "tin", "Größe": "klein"}),
]


@pytest.mark.parametrize(
    ("by", "attribute", "groups"),
    [
        ("account", "account", {"Acme": 11, "Globex": 7, UNKNOWN: 6}),
        ("account_manager", "account_manager", {"North": 11, "South": 7, UNKNOWN: 6}),
        ("Account Manager", "account_manager", {"North": 11, "South": 7, UNKNOWN: 6}),
        ("channel", "channel", {"slack": 17, "sms": 7}),
        ("language", "language", {"nl": 11, "en": 7, "nl-je": 6}),
        ("month", "month", {"2026-03": 17, "2026-04": 7}),
        ("week", "week", {"2026-W10": 17, "2026-W15": 7}),
        ("Plan size", "Plan size", {"gold": 11, UNKNOWN: 7, "tin": 6}),
        ("größe", "Größe", {UNKNOWN: 18, "klein": 6}),
        ("plan SIZE", "Plan size", {"gold": 11, UNKNOWN: 7, "tin": 6}),
    ],
)
async def test_by(store: Store, by: str, attribute: str, groups: dict[str, int]) -> None:
    await hold(store, PEOPLE)
    found = await segmented(store, by)
    assert (found.attribute, labels(found), found.groups) == (attribute, groups, len(groups))
    assert list(labels(found)) == list(groups)  # the largest first; periods in the order of time


@pytest.mark.parametrize(
    ("name", "by"),
    [
        ('12" disc', '12" disc'),
        ("back\\slash", "back\\slash"),
        ("l’année", "l'année"),
        ("$.[0]", "$.[0]"),
        ("a%b_c'd", "A%B_C'D"),
        ("\N{GRINNING FACE}", "\N{GRINNING FACE}"),
    ],
)
async def test_a_column_may_be_called_anything(store: Store, name: str, by: str) -> None:
    await hold(store, [*told(6, 9, attributes={name: "gold"}), *told(5, 3, attributes={"other": "tin"})])
    found = await segmented(store, by)
    assert (found.attribute, labels(found)) == (name, {"gold": 6, UNKNOWN: 5})


async def test_each_group_holds_its_own_answers_and_is_compared_with_all_others(store: Store) -> None:
    await hold(store, [*split(20, 5, 5, account="Acme"), *split(5, 5, 20, account="Globex")])
    acme, globex = (await segmented(store, "account")).rows
    assert acme.scores is not None
    assert acme.scores.counts == Counts(20, 5, 5)
    assert acme.visibility is Visibility.FULL
    expected = compare_with_rest({"Acme": Counts(20, 5, 5), "Globex": Counts(5, 5, 20)})
    assert (acme.against_rest, globex.against_rest) == (expected["Acme"], expected["Globex"])


@pytest.mark.parametrize(
    ("by", "near"),
    [("plan", ("Plan size",)), ("langage", ("language",)), ("acount", ("account",))],
)
async def test_an_attribute_that_nobody_has(store: Store, by: str, near: tuple[str, ...]) -> None:
    await hold(store, PEOPLE)
    found = await store.read(campaign_report, SETTINGS, "demo", by=by)
    assert isinstance(found, Missing)
    assert (found.why, found.name) == ("unknown_attribute", by)
    assert found.near[: len(near)] == near


async def test_an_attribute_that_is_nothing_like_any_other_names_them_all(store: Store) -> None:
    await hold(store, PEOPLE)
    found = await store.read(campaign_report, SETTINGS, "demo", by="zzz")
    assert isinstance(found, Missing)
    assert {"account", "channel", "month", "Plan size"} <= set(found.near)


async def test_names_that_mean_something_to_a_database(store: Store) -> None:
    await hold(store, PEOPLE)
    for by in ('"', "a'b", "$", "$.a", "[0]", "0", "a\\b", "%s", ":x", "x" * 5000, '"]; --'):
        found = await store.read(campaign_report, SETTINGS, "demo", by=by)
        assert isinstance(found, Missing), by
        assert found.why == "unknown_attribute"


async def test_an_attribute_that_no_answer_has_is_no_mistake(store: Store) -> None:
    await hold(store, [*told(6, 9), Told(attributes={"plan": "gold"})])
    assert labels(await segmented(store, "plan")) == {UNKNOWN: 6}


async def test_without_answers_there_are_no_groups(store: Store) -> None:
    await hold(store, [Told(attributes={"plan": "gold"})])
    found = await segmented(store, "plan")
    assert (found.rows, found.groups, found.hidden) == ((), 0, 0)


async def test_only_what_was_answered_since_a_day(store: Store) -> None:
    await hold(store, PEOPLE)
    assert labels(await segmented(store, "account", since=date(2026, 4, 1))) == {"Globex": 7}
    assert labels(await segmented(store, "month", since=date(2026, 4, 1))) == {"2026-04": 7}


# ---------------------------------------------------------------------------------------------- hiding


async def test_small_groups_and_the_one_that_would_give_the_last_of_them_away(store: Store) -> None:
    small, middle, large = told(3, 0, account="A"), told(7, 9, account="B"), told(12, 9, account="C")
    await hold(store, [*small, *middle, *large])
    found = await segmented(store, "account")
    assert [(row.label, row.visibility, row.n, row.reveals_another) for row in found.rows] == [
        ("C", Visibility.INDICATIVE, 12, False),
        ("B", Visibility.HIDDEN, None, True),
        ("A", Visibility.HIDDEN, None, False),
    ]
    assert (found.groups, found.hidden) == (3, 2)
    assert all(row.scores is None and row.against_rest is None for row in found.rows[1:])


async def test_an_attribute_with_ten_thousand_values(store: Store) -> None:
    people = [Told(place % 11, attributes={"order": f"{place:05}"}) for place in range(10_000)]
    large = split(10, 10, 10, attributes={"order": "many"})
    await hold(store, [*people, *large])
    fetched = 0

    def count(connection: Connection) -> Segmented:
        nonlocal fetched
        chosen = choose(connection, "demo")
        assert not isinstance(chosen, Missing)
        found = grouped_answers(connection, chosen, "order", MOST_SEGMENTS)
        fetched = sum(len(histogram) for histogram in found.groups.values()) + len(found.unlisted)
        return groups_as_shown(chosen.kind, "order", found)

    found = await store.read(count)
    assert fetched < 50  # of 10,030 answers: what leaves the database does not grow with them
    assert len(found.rows) == MOST_SEGMENTS
    assert (found.groups, found.hidden, found.left_out) == (10_001, MOST_SEGMENTS - 1, 10_001 - MOST_SEGMENTS)
    assert (found.rows[0].label, found.rows[0].n) == ("many", 30)
    rest = found.rows[0].against_rest
    assert rest is not None
    assert rest.second.n == 10_000
    told = await segmented(store, "order")
    unasked = replace(told, rows=tuple(replace(row, response=None) for row in told.rows))
    assert told.together is not None
    assert found == replace(unasked, together=replace(told.together, response=None))


async def test_the_latest_periods_are_listed_and_the_others_counted(store: Store) -> None:
    months = [date(2023 + place // 12, place % 12 + 1, 5) for place in range(30)]
    await hold(store, [one for month in months for one in told(5, 9, on=month)])
    found = await segmented(store, "month")
    assert [row.label for row in found.rows] == [f"{month:%Y-%m}" for month in months[-MOST_SEGMENTS:]]
    assert (found.groups, found.left_out) == (30, 5)


# ------------------------------------------------------------------------------------------------- laws


def _counts(rows: Iterable[SegmentRow]) -> Counts:
    return pooled(row.scores.counts for row in rows if row.scores is not None)


def _anybody(chance: Random) -> list[Told]:
    return [
        Told(
            chance.randrange(11),
            on=date(2026, chance.randrange(1, 5), 3),
            channel=chance.choice(("slack", "telegram", "sms")),
            language=chance.choice(("nl", "en")),
            account=(account := chance.choice("ABCD")),
            manager="North" if account in "AB" else "South",
            attributes=chance.choice(({}, {"plan": "gold"}, {"plan": "tin"})),
        )
        for _ in range(400)
    ]


@pytest.mark.parametrize("seed", range(3))
async def test_where_nothing_is_hidden_the_groups_add_up_to_the_total(store: Store, seed: int) -> None:
    people = _anybody(Random(seed))
    await hold(store, people)
    for by in ("channel", "language", "account", "account_manager", "month", "week", "plan"):
        found = await segmented(store, by)
        assert found.hidden == 0
        assert _counts(found.rows) == Counts.from_scores(one.score for one in people)


OF: Mapping[str, Callable[[Told], str | None]] = {
    "channel": lambda one: one.channel,
    "month": lambda one: f"{one.on:%Y-%m}",
    "account": lambda one: one.account,
    "plan": lambda one: one.attributes.get("plan", UNKNOWN),
}


@pytest.mark.parametrize("by", OF)
async def test_each_group_is_who_belongs_to_it_whatever_the_other_clauses(store: Store, by: str) -> None:
    people = [*_anybody(Random(by)), *_anybody(Random(f"{by} again"))]
    await hold(store, people[:300], number=1)
    await hold(store, people[300:], number=2)
    for manager in (None, "North"):
        for since in (None, date(2026, 3, 1)):
            found = await segmented(store, by, managers=manager and (manager,), since=since)
            counted = [
                one
                for place, one in enumerate(people)
                if manager in (None, one.manager) and (place >= 300 if since is None else one.on >= since)
            ]
            assert {row.label for row in found.rows} == {OF[by](one) for one in counted}
            for row in found.rows:
                assert row.scores is not None
                scores = [one.score for one in counted if OF[by](one) == row.label]
                assert row.scores.counts == Counts.from_scores(scores)


sizes = st.dictionaries(
    st.text("abcdef", max_size=2),
    st.dictionaries(st.integers(0, 10), st.integers(1, 4), min_size=1),
    max_size=9,
)


@given(sizes, sizes)
def test_what_is_hidden_cannot_be_worked_out_from_what_is_shown(
    listed: dict[str, dict[int, int]], others: dict[str, dict[int, int]]
) -> None:
    unlisted: dict[int, int] = {}
    for histogram in others.values():
        for score, times in histogram.items():
            unlisted[score] = unlisted.get(score, 0) + times
    found = groups_as_shown("nps", "plan", Grouped(listed, unlisted, len(others)))
    everyone = pooled(
        scores_of("nps", histogram).counts for histogram in (*listed.values(), *others.values())
    )
    hidden = [row.label for row in found.rows if row.scores is None]
    told_of = everyone - _counts(found.rows)
    if any(row.scores is not None for row in found.rows) and hidden:
        assert told_of.n >= 5
        assert len(hidden) + found.left_out >= 2
    for row in found.rows:
        n = sum(listed[row.label].values())
        assert (row.n is None) == (row.scores is None) == (row.label in hidden)
        assert row.n in (None, n)
        if row.against_rest is not None:  # nothing but this group and the total
            assert row.scores is not None
            assert row.against_rest.first == row.scores.counts
            assert row.against_rest.first + row.against_rest.second == everyone
    assert (found.groups, found.hidden) == (len(listed) + len(others), len(hidden))
