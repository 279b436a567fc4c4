"""The newest answers, as those who follow them up see them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bot.reports.answers import answers_report, newest_answers
from bot.reports.scope import Chosen, choose
from bot.reports.values import MOST_ANSWERS, AnswerRow, AnswersReport, Missing
from bot.store.store import Store
from tests.support.answered import Told, hold, split, told


async def answers_of(store: Store, **clauses: Any) -> AnswersReport:
    found = await store.read(answers_report, "demo", **clauses)
    assert isinstance(found, AnswersReport)
    return found


async def test_the_newest_first_with_who_said_it(store: Store) -> None:
    people = [
        Told(9, on=date(2026, 3, 4), account="Acme", channel="sms"),
        Told(2, on=date(2026, 3, 5), reason="too late", account="Globex"),
        Told(7, on=date(2026, 3, 3), columns={"late": True}),
        Told(),
    ]
    await hold(store, people)
    report = await answers_of(store)
    assert report.total == 3
    assert [(row.name, row.account, row.score, row.reason, row.late) for row in report.rows] == [
        ("Contact 1", "Globex", 2, "too late", False),
        ("Contact 0", "Acme", 9, None, False),
        ("Contact 2", None, 7, None, True),
    ]
    assert report.rows[0].at == datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert [row.channel for row in report.rows] == ["slack", "sms", "slack"]


@pytest.mark.parametrize(
    ("kind", "category", "scores"),
    [
        ("nps", "detractors", [0, 6]),
        ("nps", "passives", [7, 8]),
        ("nps", "promoters", [9, 10]),
        ("csat", "detractors", [1, 2]),
        ("csat", "passives", [3]),
        ("ces", "promoters", [5, 7]),
    ],
)
async def test_by_category(store: Store, kind: Any, category: Any, scores: list[int]) -> None:
    of_kind = {"nps": [0, 6, 7, 8, 9, 10], "csat": [1, 2, 3, 4, 5], "ces": [1, 3, 4, 5, 7]}
    await hold(store, [Told(score) for score in of_kind[kind]], kind=kind)
    report = await answers_of(store, category=category)
    assert (report.total, sorted(row.score for row in report.rows)) == (len(scores), scores)
    assert report.category == category


async def test_no_more_than_can_be_read_and_how_many_there_are(store: Store) -> None:
    await hold(store, told(MOST_ANSWERS + 5, 9))
    report = await answers_of(store)
    assert (len(report.rows), report.total) == (MOST_ANSWERS, MOST_ANSWERS + 5)


async def test_own_accounts_alone(store: Store) -> None:
    await hold(store, [Told(3, account="Acme", manager="North"), Told(4, account="Globex", manager="South")])
    report = await answers_of(store, managers=("North",))
    assert (report.total, [row.account for row in report.rows]) == (1, ["Acme"])


async def test_who_was_erased_has_no_name_and_no_words(store: Store) -> None:
    await hold(store, [Told(3, reason="bad", account="Acme", erased=True)])
    (row,) = (await answers_of(store)).rows
    assert row == AnswerRow(None, None, 3, None, datetime(2026, 3, 2, 12, tzinfo=UTC), "slack", 1)


async def test_a_wave_that_is_not_there(store: Store) -> None:
    assert await store.read(answers_report, "demo") == Missing("never_started", "demo")


async def test_the_newest_are_read_in_the_order_of_an_index(store: Store, migrated_url: str) -> None:
    """Whatever the number of answers: nothing is sorted."""
    await hold(store, split(40, 40, 40))
    chosen = await store.read(choose, "demo")
    assert isinstance(chosen, Chosen)
    explain = "EXPLAIN QUERY PLAN " if migrated_url.startswith("sqlite") else "EXPLAIN "

    def plan(connection: Connection) -> str:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_sort = off"))
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        statement = newest_answers(chosen, range(7)).compile(
            connection, compile_kwargs={"literal_binds": True}
        )
        return "\n".join(
            " ".join(map(str, row)) for row in connection.exec_driver_sql(explain + str(statement))
        )

    found = await store.read(plan)
    assert "ix_conversation_newest" in found
    assert "TEMP B-TREE" not in found
    assert "Sort" not in found
