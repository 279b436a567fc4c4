"""Proof that nobody was hand-picked: who was not asked by which rule and whose, and what went before a wave."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from bot.people.departed import IMPORT, Departed, What, departures, note_departed
from bot.reports.audit import EARLIER_SCORE, AuditReport, HeldPerson, audit_report
from bot.reports.campaign_report import campaign_report
from bot.reports.values import CampaignReport, Half, Missing
from bot.store.schema import conversation, departed, wave
from bot.store.schema import hold as holds
from bot.store.store import Store
from scoring import Finding, Selection
from tests.support.answered import START, Told, hold, skipped_by, told
from tests.support.campaign_world import settings_of, terms_like

REGIONS = ("north", "south", "west")
BEGAN = START + timedelta(days=30)
"""When the first wave began."""


def people(asked: Sequence[int], left_out: Sequence[int], manager: str = "North") -> list[Told]:
    """So many of each region who were asked and said nothing, and so many whom a rule left out."""
    return [
        one
        for region, many, few in zip(REGIONS, asked, left_out, strict=True)
        for one in (
            *told(many, account=f"{manager}'s", manager=manager, attributes={"region": region}),
            *[
                skipped_by("too_soon", account=f"{manager}'s", manager=manager, attributes={"region": region})
                for _ in range(few)
            ],
        )
    ]


async def audited(store: Store, **how: Any) -> AuditReport:
    report = await store.read(lambda connection: audit_report(connection, "demo", **how))
    assert isinstance(report, AuditReport)
    return report


async def test_of_all_who_qualified_who_was_not_asked_by_which_rule_and_whose(store: Store) -> None:
    await hold(
        store,
        [
            *people((4, 2, 0), (1, 0, 0)),
            *people((1, 0, 0), (0, 0, 2), manager="South"),
            skipped_by("held", account="South's", manager="South"),
            skipped_by("not_drawn"),
        ],
    )
    report = await audited(store)
    assert (report.people, report.asked) == (12, 7)
    assert report.skipped == {"too_soon": 3, "held": 1, "not_drawn": 1}
    assert report.selection == (
        Selection("", 0, {"not_drawn": 1}),
        Selection("North", 6, {"too_soon": 1}),
        Selection("South", 1, {"too_soon": 2, "held": 1}),
    )
    own = await audited(store, managers=("South",))
    assert (own.people, own.asked, [one.manager for one in own.selection]) == (4, 1, ["South"])


async def test_whether_the_asked_are_made_like_the_others(store: Store) -> None:
    await hold(store, people((66, 36, 18), (20, 25, 35)))
    report = await audited(store, by="Region")
    found = report.alike["region"]
    assert found is not None
    assert (round(found.chi_square, 1), found.differs()) == (24.9, True)
    assert found.most is not None
    assert found.most[0] == "west"
    assert (await audited(store)).alike == {}


async def test_an_attribute_that_nobody_has_is_missing_with_the_near_ones(store: Store) -> None:
    await hold(store, people((2, 2, 2), (1, 1, 1)))
    missing = await store.read(lambda connection: audit_report(connection, "demo", by="regon"))
    assert missing == Missing("unknown_attribute", "regon", ("region",))
    nothing = await store.read(lambda connection: audit_report(connection, "other"))
    assert isinstance(nothing, Missing)


async def test_the_score_of_the_wave_before_is_looked_at_too(store: Store) -> None:
    """Detractors are left out, and promoters asked: the sentence says so."""
    await hold(store, [*told(40, 2), *told(40, 10)], number=1)
    await hold(store, [*told(40), *[skipped_by("held") for _ in range(40)]], number=2)
    await store.write(_same_people)
    found = (await audited(store)).alike[EARLIER_SCORE]
    assert found is not None
    assert found.most is not None
    assert (found.most[0], round(found.most[1]), round(found.most[2])) in (
        ("detractor", 0, 100),
        ("promoter", 100, 0),
    )


def _same_people(connection: Connection) -> None:
    """Wave 2 is of the people of wave 1: who scored high is asked, who scored low is left out."""
    before = (
        select(conversation.c.contact_id)
        .join(wave)
        .where(wave.c.number == 1)
        .order_by(conversation.c.score.desc(), conversation.c.id)
    )
    after = (
        select(conversation.c.id)
        .join(wave)
        .where(wave.c.number == 2)
        .order_by(conversation.c.skipped.is_not(None), conversation.c.id)
    )
    pairs = zip(connection.scalars(after).all(), connection.scalars(before).all(), strict=True)
    for conversation_id, contact_id in pairs:
        statement = update(conversation).where(conversation.c.id == conversation_id)
        connection.execute(statement.values(contact_id=contact_id))


async def test_what_went_before_a_wave_is_counted_and_named_by_nobody(store: Store) -> None:
    day = timedelta(days=1)
    each: list[tuple[dict[tuple[str | None, What], int], datetime]] = [
        ({("North", "changed"): 2, ("South", "vanished"): 1}, BEGAN - 6 * day),
        ({("North", "changed"): 1}, BEGAN - 6 * day),
        ({("North", "changed"): 5, (None, "removed"): 1}, BEGAN - 30 * day),
        ({("North", "erased"): 9}, BEGAN - 100 * day),
        ({("North", "removed"): 9}, BEGAN + 2 * day),
    ]
    for gone, when in each:
        await store.write(note_departed, gone, IMPORT, when)
    await hold(store, people((2, 2, 2), (1, 1, 1)))
    found = (await audited(store)).departed
    week = (BEGAN - 6 * day).date()
    assert found == (
        Departed("North", week, "changed", IMPORT, 3),
        Departed("", (BEGAN - 30 * day).date(), "removed", IMPORT, 1),
        Departed("South", week, "vanished", IMPORT, 1),
    )
    assert [one.account_manager for one in (await audited(store, managers=("South",))).departed] == ["South"]
    rows = await store.read(lambda connection: connection.scalar(select(func.count()).select_from(departed)))
    assert rows == 6


async def test_departures_of_a_day_add_up_whoever_writes_first(store: Store) -> None:
    for people_ in (1, 2, 3):
        await store.write(note_departed, {(None, "erased"): people_}, "customer", START)
    assert await store.read(departures, date(2026, 3, 2), date(2026, 3, 2)) == [
        Departed("", date(2026, 3, 2), "erased", "customer", 6)
    ]


async def test_whom_colleagues_held_back_when_it_began(store: Store) -> None:
    day = timedelta(days=1)

    def held(connection: Connection) -> None:
        for manager, made, until, ended in (
            ("North", BEGAN - day, BEGAN + day, None),
            ("North", BEGAN - 2 * day, BEGAN + day, BEGAN - day),  # refused before it began
            ("North", BEGAN - 40 * day, BEGAN - 10 * day, None),  # over
            ("South", BEGAN + day, BEGAN + 2 * day, None),  # made later
        ):
            values = {"account_manager": manager, "reason": "", "by": "slack:U1", "made_at": made}
            values |= {"until": until, "ended_at": ended, "ended_by": None if ended is None else "slack:U2"}
            connection.execute(insert(holds).values(**values))

    await store.write(held)
    await hold(store, people((2, 2, 2), (1, 1, 1)))
    assert (await audited(store)).held == (HeldPerson("North", 2, 1),)
    assert (await audited(store, managers=("South",))).held == ()


# ---------------------------------------------------------------------------------- which time is best


async def compared(
    store: Store, first: tuple[int, int], second: tuple[int, int], **more: Any
) -> CampaignReport:
    """A wave of which so many of so many answered in each half."""
    halves = [
        replace(one, columns={**one.columns, "half": half})
        for half, (scored, invited) in enumerate((first, second))
        for one in (*told(scored, 9), *told(invited - scored))
    ]
    wave_id = await hold(store, halves, **more)
    terms = terms_like(compare={"send_between": ["09:00-12:00", "16:00-20:00"]}).as_dict()
    await store.write(
        lambda connection: connection.execute(update(wave).where(wave.c.id == wave_id).values(terms=terms))
    )
    report = await store.read(campaign_report, settings_of(), "demo")
    assert isinstance(report, CampaignReport)
    return report


async def test_two_send_windows_are_compared_by_their_response(store: Store) -> None:
    halves = (await compared(store, (84, 200), (60, 200))).halves
    assert halves is not None
    assert (halves.first, halves.second) == (Half("09:00-12:00", 84, 200), Half("16:00-20:00", 60, 200))
    assert halves.shift is not None
    assert halves.shift.finding is Finding.HIGHER
    assert [round(end, 1) for end in (halves.shift.interval.low, halves.shift.interval.high)] == [2.6, 21.1]


async def test_nothing_is_called_better_while_the_wave_runs(store: Store) -> None:
    halves = (await compared(store, (8, 20), (6, 20), open_=True)).halves
    assert halves is not None
    assert halves.shift is None


async def test_a_wave_that_was_not_divided_compares_nothing(store: Store) -> None:
    await hold(store, told(3, 9))
    report = await store.read(campaign_report, settings_of(), "demo")
    assert isinstance(report, CampaignReport)
    assert report.halves is None
