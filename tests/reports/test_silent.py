"""Response by group, and what the silent may change. (numbers 4.4)"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from bot.commands.desk import Desk
from bot.reports.as_json.reports import campaign_json
from bot.reports.campaign_report import campaign_report
from bot.reports.values import CampaignReport
from bot.store.schema import conversation
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from scoring import Counts, like_the_last, post_stratified
from tests.support.answered import DAY, Told, hold, split, told
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of

NORTH: dict[str, Any] = {"attributes": {"region": "North"}, "account": "Globex", "manager": "North"}
SOUTH: dict[str, Any] = {"attributes": {"region": "South"}, "account": "Initech", "manager": "South"}
MANAGER = Address("slack", "UNORTH")
SETTINGS = settings_of({"demo": {}})


def people() -> list[Told]:
    """60 answers on the first day, 60 on the third; of the north 62 of 138, of the south 40 of 40."""
    third = DAY + timedelta(days=2)
    return [
        *split(3, 6, 31, **NORTH),
        *split(1, 5, 14, **SOUTH),
        *split(7, 6, 9, on=third, **NORTH),
        *split(3, 15, 2, on=third, **SOUTH),
        *split(4, 4, 10, on=third),
        *told(76, **NORTH),
    ]


async def wave(store: Store, **more: Any) -> None:
    """The answers came one by one, a minute apart."""
    run = await hold(store, people(), **more)

    def spread(connection: Connection) -> None:
        ids = connection.scalars(
            select(conversation.c.id)
            .where(conversation.c.wave_id == run, conversation.c.score.is_not(None))
            .order_by(conversation.c.id)
        ).all()
        for place, one in enumerate(ids):
            day = DAY if place < 60 else DAY + timedelta(days=2)
            at = datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + timedelta(minutes=place)
            connection.execute(update(conversation).where(conversation.c.id == one).values(scored_at=at))

    await store.write(spread)


async def read(store: Store, **clauses: Any) -> CampaignReport:
    report = await store.read(campaign_report, SETTINGS, "demo", **clauses)
    assert isinstance(report, CampaignReport)
    return report


async def test_the_thirds_are_those_who_answered_first_and_last(store: Store) -> None:
    # numbers 4.4
    await wave(store)
    report = await read(store)
    first = Counts(3, 6, 31)  # the north on the first day, which was asked first
    last = Counts(4, 4, 10) + Counts(3, 15, 2) + Counts(0, 0, 2)  # from the end, and two of the north
    assert report.like_the_last == like_the_last(Counts(18, 36, 66), first, last, 76)
    values = campaign_json(report)["like_the_last"]
    assert (values["first"]["responses"], values["last"]["responses"], values["silent"]) == (40, 40, 76)


async def test_response_by_group_and_the_weighted_score(store: Store) -> None:
    await wave(store)
    report = await read(store, by="region")
    assert report.segments is not None
    rates = {row.label: row.response for row in report.segments.rows}
    assert {label: (one.numerator, one.denominator) for label, one in rates.items() if one is not None} == {
        "North": (62, 138),
        "South": (40, 40),
        "": (18, 18),
    }
    strata = [(138, Counts(10, 12, 40)), (40, Counts(4, 20, 16)), (18, Counts(4, 4, 10))]
    assert report.as_invited == post_stratified(strata)
    rows = campaign_json(report)["segments"]["rows"]
    assert [row["invited"] for row in rows] == [138, 40, 18]


async def test_in_chat(store: Store) -> None:
    await wave(store)
    desk = Desk(store, SETTINGS, LIMITS, words_for("admin", "en"), Clock())
    lines = (await desk.carry_out(ADMIN, "report demo by region")).text.splitlines()
    assert "North: +48 (+28 to +65), 62 answers; 138 invited (45%)" in lines
    assert "Weighted by who was invited, by region: +43 (+29 to +57) instead of +40" in lines
    late = (
        "If the 76 who gave no score are like the last third who answered"
        " (+18, lower than the first third with +70): +31"
    )
    assert late in lines
    assert late in (await desk.carry_out(ADMIN, "report demo")).text.splitlines()
    nl = Desk(store, settings_of({"demo": {}}, language="nl"), LIMITS, words_for("admin", "nl"), Clock())
    dutch = (await nl.carry_out(ADMIN, "rapport demo per region")).text
    assert "62 antwoorden; 138 uitgenodigd (45%)" in dutch
    assert "(+18, lager dan het eerste derde met +70): +31" in dutch


async def test_nothing_of_it_while_the_wave_runs(store: Store) -> None:
    await wave(store, open_=True)
    report = await read(store, by="region")
    assert (report.like_the_last, report.as_invited) == (None, None)
    assert report.segments is not None
    assert report.segments.rows[0].response is not None  # so far


async def test_by_what_nobody_is_invited_by_there_is_no_response(store: Store) -> None:
    await wave(store)
    report = await read(store, by="month")
    assert report.segments is not None
    assert {row.response for row in report.segments.rows} == {None}
    assert report.as_invited == (await read(store)).as_invited
    desk = Desk(store, SETTINGS, LIMITS, words_for("admin", "en"), Clock())
    said = (await desk.carry_out(ADMIN, "report demo by month")).text
    assert "Weighted by who was invited, by account manager: +43 (+29 to +57) instead of +40" in said


async def test_answers_that_came_at_one_instant_have_no_order(store: Store) -> None:
    await hold(store, [*split(18, 36, 66), *told(76)])
    assert (await read(store)).like_the_last is None


async def test_an_account_manager_is_told_of_their_own(store: Store) -> None:
    await wave(store)
    report = await read(store, managers=("North",))
    assert report.like_the_last is not None
    assert report.like_the_last.silent == 76
    assert report.as_invited is None


async def test_a_period_has_nobody_who_is_silent(store: Store) -> None:
    await wave(store)
    report = await read(store, by="region", since=DAY)
    assert (report.like_the_last, report.as_invited) == (None, None)
    assert report.segments is not None
    assert {row.response for row in report.segments.rows} == {None}


async def test_of_a_day_with_very_many_answers_a_like_share_is_taken(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await wave(store)
    monkeypatch.setattr("bot.reports.silent.MOST_IN_ORDER", 50)
    report = await read(store)
    assert report.like_the_last is not None
    first, last = Counts(4, 11, 45), Counts(14, 25, 21)  # of each day, of which two in three are taken
    assert report.like_the_last.first == Counts(3, 7, 30)
    assert report.like_the_last.last == Counts(9, 17, 14)
    assert first + last == report.scores.counts


async def test_where_nobody_is_silent_there_is_nothing_to_say(store: Store) -> None:
    await hold(store, split(18, 36, 66))
    report = await read(store)
    assert (report.like_the_last, report.as_invited) == (None, None)
