"""What a wave that runs will probably come to. (numbers 4.7)"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select, update

from bot.campaigns.waves import find_wave
from bot.commands.desk import Desk
from bot.reports.as_json.reports import campaign_json
from bot.reports.campaign_report import campaign_report
from bot.reports.outlook import outlook
from bot.reports.outlook_values import Outlook
from bot.reports.values import CampaignReport
from bot.store.schema import conversation, wave
from bot.store.store import Store
from bot.words import words_for
from scoring import response_curve
from tests.support.answered import START, Told, hold, split, told
from tests.support.campaign_world import ADMIN, LIMITS, settings_of

ZONE = ZoneInfo("Europe/Amsterdam")
OPEN: dict[str, Any] = {"state": "asked", "ending": None, "closed_at": None}
BEGAN = START + timedelta(days=30)  # of wave 1, as `hold` has it
SECOND = START + timedelta(days=60)
NOON = datetime(2026, 5, 3, 10, 0, tzinfo=UTC)  # two days after wave 2 began, at the same hour
SETTINGS = settings_of({"demo": {}, "other": {}})


def on(day: int, wave_number: int = 1) -> Any:
    return (START + timedelta(days=30 * wave_number + day)).date()


async def spring(store: Store, campaign: str = "demo") -> None:
    """196 invited; of the 120 who answered half on the first day, a quarter on the second, the others on the fifth."""
    people = [*split(9, 18, 33, on=on(0)), *split(5, 9, 16, on=on(1)), *split(4, 9, 17, on=on(4)), *told(76)]
    await hold(store, people, campaign=campaign, number=1)


async def summer(store: Store, people: list[Told], campaign: str = "demo", kind: Any = "nps") -> None:
    """A wave that runs: everybody was asked."""
    run = await hold(store, people, campaign=campaign, number=2, kind=kind)

    def closes(connection: Connection) -> None:
        open_ = conversation.c.wave_id == run, conversation.c.state != "closed"
        connection.execute(update(conversation).where(*open_).values(closes_at=SECOND + timedelta(days=7)))

    await store.write(closes)


HALFWAY = [*split(27, 54, 99, on=on(1, 2), columns=OPEN), *told(220, columns=OPEN)]


async def ahead(store: Store, now: datetime = NOON, campaign: str = "demo") -> Outlook | None:
    def read(connection: Connection) -> Outlook | None:
        run = find_wave(connection, campaign)
        assert run is not None
        return outlook(connection, run, ZONE, now)

    return await store.read(read)


async def test_it_comes_in_as_the_wave_before_did(store: Store) -> None:
    # numbers 4.7
    await spring(store)
    await summer(store, HALFWAY)
    found = await ahead(store)
    assert found is not None
    curve = response_curve([(196, {0: 60, 1: 30, 4: 30})])
    at_noon = 2 + 12 / 24  # of a day of the company, midnight to midnight
    assert found.expected == round(curve.expected(180, 400, at_noon))
    assert (found.answered, found.waves, found.same_channels) == (180, 1, False)
    assert found.until == SECOND + timedelta(days=7)
    assert found.margin is not None
    assert found.margin.narrower == round(found.margin.points) - 1


async def test_in_report_and_status_and_values(store: Store) -> None:
    await spring(store)
    await summer(store, HALFWAY)
    line = (
        "Now 180 answers, about 242 by Friday, 8 May 2026: ± 9 points;"
        " 81 more, of about 140 more invitations, would make it ± 8 (as the wave before came in)"
    )
    desk = Desk(store, SETTINGS, LIMITS, words_for("admin", "en"), lambda: NOON)
    for command in ("report demo", "status demo"):
        said = (await desk.carry_out(ADMIN, command)).text
        assert line in said.splitlines()
    dutch = Desk(
        store, settings_of({"demo": {}}, language="nl"), LIMITS, words_for("admin", "nl"), lambda: NOON
    )
    assert (
        "Nu 180 antwoorden, ongeveer 242 op vrijdag 8 mei 2026: ± 9 punten;"
        in (await dutch.carry_out(ADMIN, "rapport demo")).text
    )
    report = await store.read(campaign_report, SETTINGS, "demo")
    assert isinstance(report, CampaignReport)
    assert campaign_json(report)["outlook"] is None  # who reads it without a clock is told nothing


async def test_the_newest_day_counts_as_far_as_it_is_over(store: Store) -> None:
    await spring(store)
    await summer(store, HALFWAY)
    seen = [await ahead(store, SECOND + timedelta(days=days)) for days in (0, 0.4, 1.2, 3, 8)]
    expected = [one.expected for one in seen if one is not None]
    assert expected == sorted(expected, reverse=True)
    assert (expected[0], expected[-1]) == (180 + round(220 * 120 / 196), 180)


async def test_else_as_other_campaigns_over_the_same_channels(store: Store) -> None:
    await spring(store, "other")
    await summer(store, HALFWAY)
    found = await ahead(store)
    assert found is not None
    assert (found.waves, found.same_channels) == (1, True)
    desk = Desk(store, SETTINGS, LIMITS, words_for("admin", "en"), lambda: NOON)
    said = (await desk.carry_out(ADMIN, "status demo")).text
    assert "(as a wave of another campaign over the same channels came in)" in said


@pytest.mark.parametrize("channel", ["sms", "slack"])
async def test_without_earlier_waves_nothing_is_said(store: Store, channel: str) -> None:
    few = told(10, 9, on=on(0))
    await hold(store, few if channel == "slack" else told(60, 9, on=on(0), channel="sms"), campaign="other")
    await summer(store, HALFWAY)
    assert await ahead(store) is None


async def test_nor_of_a_wave_that_is_over_stopped_or_takes_people_in(store: Store) -> None:
    await spring(store)
    await summer(store, [*told(20, 9, on=on(0, 2)), *told(20)])
    assert await ahead(store) is None
    desk = Desk(store, SETTINGS, LIMITS, words_for("admin", "en"), lambda: NOON)
    assert "about" not in (await desk.carry_out(ADMIN, "status demo")).text
    for column in ("stopped_at", "open_until"):
        await summer_again(store, column)
        assert await ahead(store) is None


async def summer_again(store: Store, column: str) -> None:
    number = 3 if column == "stopped_at" else 4
    run = await hold(store, HALFWAY, number=number)
    await store.write(
        lambda connection: connection.execute(
            update(wave).where(wave.c.id == run).values({column: NOON, "stopped_by": None})
        )
    )


async def test_of_a_csat_the_number_alone(store: Store) -> None:
    people = [Told(4, on=on(0))] * 60
    await hold(store, [*people, *told(40)], kind="csat")
    await summer(store, [*told(20, 4, on=on(0, 2), columns=OPEN), *told(80, columns=OPEN)], kind="csat")
    found = await ahead(store, SECOND)
    assert found is not None
    assert found.margin is None
    assert found.expected == 20 + round(80 * 0.6)


async def test_who_waits_for_their_turn_is_counted_as_invited(store: Store) -> None:
    await spring(store)
    waiting = Told(
        columns={**OPEN, "state": "waiting", "released_at": None, "asked_at": None, "delivered_at": None}
    )
    await summer(store, [waiting] * 196)
    found = await ahead(store, SECOND)
    assert found is not None
    assert (found.answered, found.expected) == (0, 120)
    run = await store.read(lambda connection: connection.execute(select(wave.c.terms)).first())
    assert run is not None
    assert found.until == SECOND + timedelta(days=run.terms["window"])
