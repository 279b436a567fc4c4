"""Everybody of a campaign, one row a contact and wave."""

from typing import Any

from sqlalchemy import Connection

from bot.reports.export import CHUNK, export_rows
from bot.reports.values import ExportRow, Missing
from bot.store.store import Store
from tests.support.answered import NOT_ASKED, Told, hold, skipped_by, told
from tests.support.cases_told import OPENED, CaseTold, done, give_cases

PEOPLE = {
    "completed": Told(9, reason="fine"),
    "started": Told(8),
    "refused": Told(columns={"ending": "opted_out"}),
    "unscored": Told(columns={"ending": "unread", "unread": 3}),
    "silent": Told(),
    "unknown": Told(columns={"delivered_at": None}),
    "undelivered": Told(columns={"delivered_at": None, "ending": "undelivered", "undelivered": "30003"}),
    "skipped": skipped_by("busy"),
    "waiting": Told(columns={**NOT_ASKED, "state": "waiting", "ending": None}),
}


async def exported(store: Store, wave: int | None = None) -> list[ExportRow]:
    def read(connection: Connection) -> list[ExportRow]:
        rows = export_rows(connection, "demo", wave)
        assert not isinstance(rows, Missing)
        return list(rows)

    return await store.read(read)


async def test_how_far_everybody_got(store: Store) -> None:
    await hold(store, PEOPLE.values(), open_=True)
    rows = await exported(store)
    assert [row.disposition for row in rows] == list(PEOPLE)
    assert [row.skip_reason for row in rows if row.skip_reason] == ["busy"]


async def test_whom_a_stop_or_an_opt_out_took_off_has_its_reason(store: Store) -> None:
    people = [
        Told(columns={**NOT_ASKED, "ending": "cancelled"}),
        Told(columns={**NOT_ASKED, "ending": "opted_out"}),
    ]
    await hold(store, people)
    found = [(row.disposition, row.skip_reason) for row in await exported(store)]
    assert found == [("skipped", "stopped"), ("skipped", "opted_out")]


async def test_one_row_with_everything(store: Store) -> None:
    one = Told(
        10,
        reason="=1+1",
        account="Acme",
        manager="North",
        channel="sms",
        language="nl",
        attributes={"plan": "gold"},
        columns={"first_score": 3},
    )
    await hold(store, [one])
    (row,) = await exported(store)
    assert (row.campaign, row.wave, row.contact_id, row.name) == ("demo", 1, "demo-1-0", "Contact 0")
    assert (row.account, row.account_manager, row.channel, row.language) == ("Acme", "North", "sms", "nl")
    assert (row.score, row.first_score, row.category, row.reason) == (10, 3, "promoter", "=1+1")
    assert (row.late, row.erased, row.attributes) == (False, None, {"plan": "gold"})
    assert row.asked_at is not None
    assert row.scored_at is not None
    assert row.asked_at.tzinfo is not None


async def test_who_has_a_case_has_it_in_their_row(store: Store) -> None:
    gone = Told(3, erased=True)
    wave_id = await hold(store, [Told(2), gone, Told(4), Told(9)])
    again = [{"solved": True, "score": 9}]
    numbers = await give_cases(
        store, wave_id, [done(6, 1, "billing", again=again), done(9, 2, "price"), CaseTold()]
    )
    rows = await exported(store)
    assert [row.case for row in rows] == [*numbers, None]
    assert [row.case_state for row in rows] == ["done", "done", "open", None]
    assert [row.case_cause for row in rows] == ["billing", "price", None, None]
    assert [(row.case_solved, row.case_score_after) for row in rows] == [(True, 9), *[(None, None)] * 3]
    hours = [
        [None if at is None else (at - OPENED).total_seconds() / 3600 for at in times]
        for times in ((row.case_opened_at, row.case_taken_at, row.case_done_at) for row in rows)
    ]
    assert hours == [[0, 1, 6], [None] * 3, [0, None, None], [None] * 3]


async def test_who_was_erased_is_counted_and_nobody(store: Store) -> None:
    await hold(store, [Told(4, reason="bad", account="Acme", manager="North", erased=True)])
    (row,) = await exported(store)
    assert (row.score, row.category, row.disposition, row.erased) == (4, "detractor", "completed", "request")
    gone: tuple[Any, ...] = (row.contact_id, row.name, row.account, row.account_manager, row.reason)
    assert set(gone) == {None}
    assert row.attributes == {}


async def test_every_wave_or_one_and_no_trial(store: Store) -> None:
    await hold(store, told(2, 9), number=1)
    await hold(store, told(3, 2), number=2, kind="csat")
    await hold(store, told(4, 9), number=-1, trial=True)
    assert [row.wave for row in await exported(store)] == [1, 1, 2, 2, 2]
    assert {row.category for row in await exported(store, wave=2)} == {"unfavourable"}
    assert await store.read(export_rows, "demo", 3) == Missing("no_such_wave", "3")
    assert await store.read(export_rows, "other") == Missing("never_started", "other")


async def test_more_than_are_read_at_once(store: Store) -> None:
    await hold(store, told(CHUNK + 1, 9))
    assert len({row.contact_id for row in await exported(store)}) == CHUNK + 1
