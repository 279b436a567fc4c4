"""A score by month and by week. (numbers 4.6)"""

import json
from datetime import UTC, date, datetime

import pytest

from bot.commands.desk import Desk
from bot.commands.grammar import Surplus, Trend, parse
from bot.commands.parts import trend_asked
from bot.pictures.drawing import caption_of, picture_of
from bot.reports.as_json.control import control_json
from bot.reports.control import ControlReport, control_report
from bot.reports.values import Missing
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from scoring import Counts, Finding, control_chart
from tests.support.answered import Told, hold, split, told
from tests.support.campaign_world import ADMIN, LIMITS, settings_of
from tests.support.example_pictures import ZONE

NORTH = Address("slack", "UNORTH")
TODAY = date(2026, 11, 10)
USUAL, LOW = (10, 15, 25), (25, 15, 10)


def month(number: int, shares: tuple[int, int, int], day: int = 15, manager: str = "North") -> list[Told]:
    return split(*shares, on=date(2026, number, day), account=f"of {manager}", manager=manager)


async def two_waves(store: Store) -> None:
    """Five usual months, one of two answers, one usual and three low ones, and what November has so far."""
    first = [one for number in range(1, 6) for one in month(number, USUAL)]
    second = [
        one for number, shares in ((7, USUAL), (8, LOW), (9, LOW), (10, LOW)) for one in month(number, shares)
    ]
    await hold(store, [*first, *told(2, 0, on=date(2026, 6, 1)), *told(30)], number=1)
    await hold(store, [*second, *month(11, (1, 2, 9), day=3)], number=2)


def desk_of(store: Store, language: str = "en") -> Desk:
    chosen = settings_of({"demo": {}}, account_managers={"North": str(NORTH)}, language=language)
    return Desk(
        store, chosen, LIMITS, words_for("admin", language), lambda: datetime(2026, 11, 10, 9, tzinfo=UTC)
    )


async def test_by_month(store: Store) -> None:
    # numbers 4.6
    await two_waves(store)
    report = await store.read(control_report, "demo", "month", TODAY)
    assert isinstance(report, ControlReport)
    months = (
        "2026-01",
        "2026-02",
        "2026-03",
        "2026-04",
        "2026-05",
        "2026-07",
        "2026-08",
        "2026-09",
        "2026-10",
    )
    assert report.labels == months
    assert report.chart == control_chart([Counts(*USUAL)] * 6 + [Counts(*LOW)] * 3)
    assert report.outside == (("2026-09", "2026-10", Finding.LOWER),)
    assert report.few == 1
    assert report.so_far is not None
    assert (report.so_far[0], report.so_far[1].counts) == ("2026-11", Counts(1, 2, 9))


async def test_in_chat(store: Store) -> None:
    await two_waves(store)
    assert (await desk_of(store).carry_out(ADMIN, "trend demo by month")).text.splitlines() == [
        "demo: NPS by month, smoothed",
        "Below the band: October 2026, down (smoothed +1; chance alone: +15 to +45).",
        "Held against January 2026 to April 2026: +30, 200 answers.",
        "Below the band: September 2026 to October 2026.",
        "May 2026: +30, 50 answers; smoothed +30 (band +23 to +37)",
        "July 2026: +30, 50 answers; smoothed +30 (band +20 to +40)",
        "August 2026: -30, 50 answers; smoothed +18 (band +18 to +42)",
        "September 2026: -30, 50 answers; smoothed +8 (band +16 to +44); below",
        "October 2026: -30, 50 answers; smoothed +1 (band +15 to +45); below",
        "Not over: November 2026, +67 so far, 12 answers.",
        "1 month with fewer than 5 answers is left out.",
        "Smoothed: the newest counts 20%, what was before it the rest. It leaves the band by chance about once in 500.",
        "Acme, asked from 1 April 2026; as of 10 November 2026, 10:00",
    ]
    dutch = (await desk_of(store, "nl").carry_out(ADMIN, "verloop demo per maand")).text
    assert "Onder de band: oktober 2026, omlaag (afgevlakt" in dutch


async def test_by_week_in_values_and_as_a_picture(store: Store) -> None:
    people = [one for week in range(1, 9) for one in split(1, 2, 5, on=date.fromisocalendar(2026, week, 3))]
    await hold(store, people)
    report = await store.read(control_report, "demo", "week", TODAY)
    assert isinstance(report, ControlReport)
    assert report.labels == tuple(f"2026-W0{week}" for week in range(1, 9))
    values = control_json(report)
    assert values["before"] == {
        "periods": ["2026-W01", "2026-W02", "2026-W03", "2026-W04"],
        "responses": 32,
        "value": 50,
    }
    assert values["watched"][0]["value"] is None  # eight answers are no score, and so it is nowhere
    assert values["outside"] == []
    json.dumps(values)
    words = words_for("admin", "en")
    picture = picture_of(report, words, ZONE)
    assert picture is not None
    assert "In the band: week 8 of 2026, no evidence of a change" in picture.alt
    assert caption_of(report, words, ZONE)[0].text == "demo: NPS by week, smoothed"
    assert "too few for a score" in (await desk_of(store).carry_out(ADMIN, "trend demo by week")).text


async def test_an_account_manager_sees_own_accounts_alone(store: Store) -> None:
    people = [
        one for number in range(1, 6) for one in (*month(number, USUAL), *month(number, LOW, manager="South"))
    ]
    await hold(store, people)
    own = (await desk_of(store).carry_out(NORTH, "trend demo by month")).text
    assert "Held against January 2026 to March 2026: +30, 150 answers." in own
    assert own.endswith("These are the accounts of North alone.")


async def test_odd_worlds(store: Store) -> None:
    assert await store.read(control_report, "demo", "month", TODAY) == Missing("never_started", "demo")
    await hold(store, [one for number in (1, 2, 3) for one in month(number, USUAL)])
    desk = desk_of(store)
    answer = await desk.carry_out(ADMIN, "trend demo by month")
    assert answer.text.splitlines() == [
        "demo: NPS by month, smoothed",
        "3 months with 5 answers or more are over; a band needs 4.",
        "January 2026: +30, 50 answers",
        "February 2026: +30, 50 answers",
        "March 2026: +30, 50 answers",
        "Acme, asked from 1 April 2026; as of 10 November 2026, 10:00",
    ]
    few = await store.read(control_report, "demo", "month", TODAY)
    assert isinstance(few, ControlReport)
    assert picture_of(few, words_for("admin", "en"), ZONE) is None
    assert control_json(few)["watched"] == []
    early = await store.read(control_report, "demo", "month", date(2026, 1, 20))
    assert early == Missing("few_periods", "demo")
    await hold(store, told(3, 4), number=2, kind="csat")
    assert await store.read(control_report, "demo", "month", TODAY) == Missing("not_nps", "demo")


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("trend demo by month", Trend("demo", "month")),
        ("trend demo BY Week", Trend("demo", "week")),
        ("verloop demo per maand", Trend("demo", "month")),
        ("trend demo by region", Surplus("trend", "by region")),
        ("trend demo month", Surplus("trend", "month")),
        ("trend demo by month 2", Surplus("trend", "by month 2")),
    ],
)
def test_how_it_is_asked(line: str, meant: object) -> None:
    assert parse(line, ["demo"], TODAY) == meant


def test_how_it_is_asked_at_the_terminal() -> None:
    assert trend_asked("demo", ["demo"], "Maand") == Trend("demo", "month")
    assert trend_asked("demo", ["demo"], "region") == Surplus("trend", "region")
