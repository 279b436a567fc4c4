"""Goals of campaigns and account managers: reached, missed or not certain, by the interval."""

from typing import Any

import pytest

from bot.commands.desk import Desk
from bot.config.settings import Settings
from bot.reports.as_json.reports import campaign_json
from bot.reports.campaign_report import campaign_report
from bot.reports.values import CampaignReport, Goal
from bot.store.store import Store
from bot.words import words_for
from channels.base import Address
from scoring import GoalReached
from tests.support.answered import hold, split, told
from tests.support.campaign_world import ADMIN, LIMITS, Clock, settings_of

NORTH = Address("slack", "UNORTH")
MANAGERS = {"North": {"address": "slack:UNORTH", "target": "45"}, "South": "slack:USOUTH"}
EXAMPLE = split(18, 36, 66, account="Globex", manager="North")


def chosen(target: Any, language: str = "en", **more: Any) -> Settings:
    return settings_of({"demo": {"target": target}}, account_managers=MANAGERS, language=language, **more)


async def goals(store: Store, target: Any, **how: Any) -> tuple[Goal, ...]:
    report = await store.read(campaign_report, chosen(target), "demo", **how)
    assert isinstance(report, CampaignReport)
    return report.goals


@pytest.mark.parametrize(
    ("target", "found"),
    [("25", GoalReached.REACHED), ("40", GoalReached.NOT_CERTAIN), ("55", GoalReached.MISSED)],
)
async def test_the_goal_of_a_campaign(store: Store, target: str, found: GoalReached) -> None:
    """The three of docs/statistics.md."""
    await hold(store, EXAMPLE)
    assert await goals(store, target) == (Goal(float(target), found),)
    assert await goals(store, None) == ()


async def test_nothing_is_said_while_it_runs_nor_of_nobody(store: Store) -> None:
    await hold(store, [])
    assert await goals(store, 40) == ()
    await hold(store, EXAMPLE, number=2, open_=True)
    assert await goals(store, 40) == (Goal(40, None),)


async def test_the_goals_of_account_managers(store: Store) -> None:
    south = split(2, 2, 20, account="Initech", manager="South")
    await hold(store, [*EXAMPLE, *south])
    assert await goals(store, 40, by="account_manager") == (
        Goal(40, GoalReached.NOT_CERTAIN),
        Goal(45, GoalReached.NOT_CERTAIN, "North"),
    )
    assert await goals(store, 40, managers=("North",)) == (Goal(45, GoalReached.NOT_CERTAIN, "North"),)
    assert await goals(store, 40, managers=("South",)) == ()
    assert await goals(store, 40, managers=("North", "South")) == ()


async def test_a_group_that_is_too_small_for_a_score_has_no_goal(store: Store) -> None:
    await hold(store, [*told(4, 9, account="A", manager="North"), *told(30, 9, account="B", manager="South")])
    assert await goals(store, None, by="account_manager") == ()


async def test_other_kinds_have_goals_on_their_scale(store: Store) -> None:
    await hold(store, [*told(40, 7), *told(20, 6)], kind="ces")
    settings = settings_of({"demo": {"target": 5, "survey": "ease"}}, surveys={"ease": {"kind": "ces"}})
    report = await store.read(campaign_report, settings, "demo")
    assert isinstance(report, CampaignReport)
    assert report.goals == (Goal(5, GoalReached.REACHED),)
    assert campaign_json(report)["goals"] == [{"account_manager": None, "target": 5, "found": "reached"}]


@pytest.mark.parametrize(
    ("language", "who", "line", "said"),
    [
        ("en", ADMIN, "report demo", "Goal +55: missed; the whole interval lies below it"),
        ("nl", ADMIN, "rapport demo", "Doel +55: niet gehaald; het hele interval ligt eronder"),
        (
            "en",
            NORTH,
            "report demo",
            "Goal +45 of North: not certain; the interval lies on both sides of it",
        ),
    ],
)
async def test_in_chat(store: Store, language: str, who: Address, line: str, said: str) -> None:
    await hold(store, EXAMPLE)
    desk = Desk(store, chosen(55, language), LIMITS, words_for("admin", language), Clock())
    lines = (await desk.carry_out(who, line)).text.splitlines()
    assert said in lines
    assert sum("oal +" in each or "Doel" in each for each in lines) == 1
