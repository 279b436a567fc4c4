"""Everybody of a campaign, one row a contact and wave."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, update

from bot.reports.export import everybody as exporting
from bot.reports.export.everybody import export
from bot.reports.themes.matches import lists_in_force
from bot.reports.values import Missing
from bot.sending.theming import match_some
from bot.store.schema import conversation, enrolment
from bot.store.store import Store
from tests.support.answered import NOT_ASKED, Told, hold, skipped_by, told
from tests.support.campaign_world import settings_of
from tests.support.cases_told import OPENED, CaseTold, done, give_cases
from tests.support.exported import exported

SETTINGS = settings_of({"demo": {}})

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


async def test_how_far_everybody_got(store: Store) -> None:
    await hold(store, PEOPLE.values(), open_=True)
    rows = await exported(store, SETTINGS)
    assert [row["disposition"] for row in rows] == list(PEOPLE)
    assert [row["skip_reason"] for row in rows if row["skip_reason"]] == ["busy"]


async def test_whom_a_stop_or_an_opt_out_took_off_has_its_reason(store: Store) -> None:
    people = [
        Told(columns={**NOT_ASKED, "ending": "cancelled"}),
        Told(columns={**NOT_ASKED, "ending": "opted_out"}),
    ]
    await hold(store, people)
    found = [(row["disposition"], row["skip_reason"]) for row in await exported(store, SETTINGS)]
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
    (row,) = await exported(store, SETTINGS)
    assert (row["campaign"], row["wave"], row["contact_id"], row["name"]) == (
        "demo",
        1,
        "demo-1-0",
        "Contact 0",
    )
    assert (row["account"], row["account_manager"], row["channel"], row["language"]) == (
        "Acme",
        "North",
        "sms",
        "nl",
    )
    assert (row["score"], row["first_score"], row["category"], row["reason"]) == (10, 3, "promoter", "=1+1")
    assert (row["late"], row["erased"], row["attributes"]) == (False, None, {"plan": "gold"})
    assert row["asked_at"] is not None
    assert row["scored_at"] is not None
    assert datetime.fromisoformat(row["asked_at"]).tzinfo is not None


async def test_who_has_a_case_has_it_in_their_row(store: Store) -> None:
    gone = Told(3, erased=True)
    wave_id = await hold(store, [Told(2), gone, Told(4), Told(9)])
    again = [{"solved": True, "score": 9}]
    numbers = await give_cases(
        store, wave_id, [done(6, 1, "billing", again=again), done(9, 2, "price"), CaseTold()]
    )
    rows = await exported(store, SETTINGS)
    assert [row["case"] for row in rows] == [*numbers, None]
    assert [row["case_state"] for row in rows] == ["done", "done", "open", None]
    assert [row["case_cause"] for row in rows] == ["billing", "price", None, None]
    assert [(row["case_solved"], row["case_score_after"]) for row in rows] == [(True, 9), *[(None, None)] * 3]
    hours = [
        [None if at is None else (datetime.fromisoformat(at) - OPENED).total_seconds() / 3600 for at in times]
        for times in ((row["case_opened_at"], row["case_taken_at"], row["case_done_at"]) for row in rows)
    ]
    assert hours == [[0, 1, 6], [None] * 3, [0, None, None], [None] * 3]


async def test_who_was_erased_is_counted_and_nobody(store: Store) -> None:
    await hold(store, [Told(4, reason="bad", account="Acme", manager="North", erased=True)])
    (row,) = await exported(store, SETTINGS)
    assert (row["score"], row["category"], row["erased"]) == (4, "detractor", "request")
    assert row["disposition"] == "completed"
    gone: tuple[Any, ...] = (
        row["contact_id"],
        row["name"],
        row["account"],
        row["account_manager"],
        row["reason"],
    )
    assert set(gone) == {None}
    assert row["attributes"] == {}


async def test_every_wave_or_one_and_no_trial(store: Store) -> None:
    await hold(store, told(2, 9), number=1)
    await hold(store, told(3, 2), number=2, kind="csat")
    await hold(store, told(4, 9), number=-1, trial=True)
    assert [row["wave"] for row in await exported(store, SETTINGS)] == [1, 1, 2, 2, 2]
    assert {row["category"] for row in await exported(store, SETTINGS, wave=2)} == {"unfavourable"}
    assert await store.read(export, SETTINGS, "demo", 3) == Missing("no_such_wave", "3")
    assert await store.read(export, SETTINGS, "other") == Missing("never_started", "other")


async def test_more_than_are_read_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "CHUNK", 3)
    wave_id = await hold(store, told(8, 2))
    numbers = await give_cases(store, wave_id, [CaseTold()] * 8)
    rows = await exported(store, SETTINGS)
    assert len({row["contact_id"] for row in rows}) == 8
    assert [row["case"] for row in rows] == numbers


async def test_times_are_the_companys_beside_utc(store: Store) -> None:
    """numbers 6: a pivot by the day of UTC disagrees with the reports. The clock goes ahead on 29 March."""
    await hold(store, [Told(9), Told(9), Told(9), Told(9, erased=True)])
    moments = ["2026-03-28 23:30:00", "2026-03-29 00:30:00", "2026-03-29 01:30:00", "2026-03-29 10:00:00"]

    def put(connection: Connection) -> None:
        ids = connection.scalars(conversation.select().with_only_columns(conversation.c.id)).all()
        for number, moment in zip(sorted(ids), moments, strict=True):
            asked = datetime.fromisoformat("2026-03-28 22:15:00+00:00")
            values = {"scored_at": datetime.fromisoformat(f"{moment}+00:00"), "asked_at": asked}
            connection.execute(update(conversation).where(conversation.c.id == number).values(values))

    await store.write(put)
    rows = await exported(store, SETTINGS)
    assert [row["scored_at"] for row in rows] == [f"{one.replace(' ', 'T')}+00:00" for one in moments]
    assert [row["scored_local"] for row in rows] == [
        *("2026-03-29T00:30:00", "2026-03-29T01:30:00", "2026-03-29T03:30:00", "2026-03-29T12:00:00"),
    ]
    assert {(row["asked_local"], row["asked_on"]) for row in rows} == {("2026-03-28T23:15:00", "2026-03-28")}
    assert [row["hours_to_answer"] for row in rows] == [1.25, 2.25, 3.25, None]


async def test_themes_are_named_before_and_after_they_are_matched(store: Store) -> None:
    people = [
        Told(2, reason="too expensive, and late delivery"),
        Told(2, reason="nothing special"),
        Told(2, reason="the price", erased=True),
        Told(2, reason="der Preis", language="de"),
        Told(2),
    ]
    await hold(store, people)
    expected = ["delivery; price", None, None, None, None]
    assert [row["themes"] for row in await exported(store, SETTINGS)] == expected
    assert await store.write(match_some, lists_in_force(SETTINGS), 1)
    assert [row["themes"] for row in await exported(store, SETTINGS)] == expected
    while await store.write(match_some, lists_in_force(SETTINGS), 1):
        pass
    assert [row["themes"] for row in await exported(store, SETTINGS)] == expected


async def test_columns_of_the_import_that_some_have(store: Store) -> None:
    people = [
        Told(9, attributes={"plan": "gold", "Score": "A"}),
        Told(9, attributes={"région": 'Nord "1"'}),
        Told(9, attributes={"Plan": "tin"}, erased=True),
    ]
    await hold(store, people)
    gone = enrolment.delete().where(enrolment.c.attributes["Plan"].as_string() == "tin")  # as erasure does
    await store.write(lambda c: c.execute(gone).rowcount)
    rows = await exported(store, SETTINGS)
    assert [row["attributes"] for row in rows] == [
        {"plan": "gold", "Score": "A"},
        {"région": 'Nord "1"'},
        {},
    ]


async def test_what_an_account_is_worth_has_its_type(store: Store) -> None:
    await hold(store, [Told(9, attributes={"renewal": "1-5-2027", "plan": "gold"}), Told(9)])

    def put(connection: Connection) -> None:
        values = {
            "account_value": 1250.5,
            "account_since": date(2020, 2, 29),
            "renewal": date(2027, 5, 1),
            "key_contact": True,
        }
        first = select(func.min(conversation.c.id)).scalar_subquery()
        connection.execute(update(enrolment).where(enrolment.c.conversation_id == first).values(values))

    await store.write(put)
    first, second = await exported(store, SETTINGS)
    names = ("account_value", "account_since", "account_until", "renewal", "key_contact")
    assert [first[name] for name in names] == [1250.5, "2020-02-29", None, "2027-05-01", True]
    assert [second[name] for name in names] == [None] * 5
    assert first["attributes"] == {"plan": "gold"}, "and the text of the import does not stand beside it"
