"""The figures of a wave: what counts as invited, delivered and answered, and what never does."""

from datetime import timedelta
from typing import Any

from bot.campaigns.planning import plan_wave
from bot.campaigns.runs import confirm, stop
from bot.reports.as_json.reports import Json, campaign_json
from bot.reports.campaign_report import campaign_report
from bot.reports.progress import status
from bot.reports.values import CampaignReport, Missing
from bot.store.store import Store
from scoring import Counts, nps
from tests.support.campaign_world import (
    LIMITS,
    NOW,
    Clock,
    Someone,
    add,
    change,
    rows,
    settings_of,
    slack_people,
)

SETTINGS = settings_of({"demo": {"every": 0}})
SENT = {"released_at": NOW, "asked_at": NOW}
ARRIVED = SENT | {"delivered_at": NOW}
OVER = {"state": "closed", "closed_at": NOW}

# What became of one person each: the columns, and whether they count as invited, asked, delivered, answered.
LIVES: dict[str, tuple[dict[str, Any], tuple[int, int, int, int]]] = {
    "still waiting": ({}, (0, 0, 0, 0)),
    "about to leave": ({"released_at": NOW}, (1, 0, 0, 0)),
    "asked": ({"state": "asked"} | SENT, (1, 1, 0, 0)),
    "asked and delivered": ({"state": "asked"} | ARRIVED, (1, 1, 1, 0)),
    "gave a score": ({"state": "reason", "score": 9} | ARRIVED, (1, 1, 1, 1)),
    "done": ({"score": 10, "ending": "done"} | ARRIVED | OVER, (1, 1, 1, 1)),
    "late": ({"score": 7, "late": True, "ending": "window"} | ARRIVED | OVER, (1, 1, 1, 1)),
    "corrected": ({"score": 3, "first_score": 9, "ending": "done"} | ARRIVED | OVER, (1, 1, 1, 1)),
    "left after a score": ({"score": 0, "ending": "opted_out"} | ARRIVED | OVER, (1, 1, 1, 1)),
    "left without a score": ({"ending": "opted_out"} | ARRIVED | OVER, (1, 1, 1, 0)),
    "silent": ({"ending": "window"} | ARRIVED | OVER, (1, 1, 1, 0)),
    "undelivered": (
        {"ending": "undelivered", "undelivered": "30003"} | SENT | OVER,
        (1, 1, 0, 0),
    ),
    "refused by the provider": (
        {"ending": "undelivered", "undelivered": "no such user", "released_at": NOW} | OVER,
        (1, 0, 0, 0),
    ),
    "answered before the receipt": ({"state": "reason", "score": 8, "released_at": NOW}, (1, 1, 1, 1)),
    "stopped before it left": ({"ending": "cancelled", "released_at": NOW} | OVER, (0, 0, 0, 0)),
    "left before it left": ({"ending": "opted_out", "released_at": NOW} | OVER, (0, 0, 0, 0)),
}


async def figures(store: Store, campaign: str = "demo", wave: int | None = None) -> Json:
    """The figures of a wave, as programs get them."""
    report = await store.read(campaign_report, SETTINGS, campaign, wave=wave)
    assert isinstance(report, CampaignReport)
    return campaign_json(report)


async def wave_of(store: Store, *lives: str) -> Json:
    """A wave in which each of these happened to somebody, and one person was skipped."""
    await add(store, *slack_people(len(lives)), Someone("nobody"))
    plan = await plan_wave(store, SETTINGS, "demo", LIMITS, NOW, "slack:U")
    await confirm(store, SETTINGS, plan.token, "slack:U", Clock())
    found = await rows(store)
    for number, life in enumerate(lives, start=1):
        if LIVES[life][0]:
            await change(store, found[f"c{number}"].id, **LIVES[life][0])
    return await figures(store)


async def test_what_counts(store: Store) -> None:
    settings = settings_of({f"c{i}": {"audience": {"life": life}} for i, life in enumerate(LIVES)})
    people = [Someone(life, slack=f"U{i}", attributes={"life": life}) for i, life in enumerate(LIVES)]
    await add(store, *people)
    for campaign in settings.campaigns:
        plan = await plan_wave(store, settings, campaign, LIMITS, NOW, "slack:U")
        await confirm(store, settings, plan.token, "slack:U", Clock())
    counted = {}
    for life, row in (await rows(store)).items():
        if LIVES[life][0]:
            await change(store, row.id, **LIVES[life][0])
        report = await figures(store, f"c{list(LIVES).index(life)}")
        counted[life] = tuple(report[name] for name in ("invited", "asked", "delivered", "responses"))
    assert counted == {life: counts for life, (_, counts) in LIVES.items()}


async def test_a_report_adds_everybody_up(store: Store) -> None:
    report = await wave_of(store, *LIVES)
    totals = [sum(counts) for counts in zip(*(counts for _, counts in LIVES.values()), strict=True)]
    assert [report[name] for name in ("invited", "asked", "delivered", "responses")] == totals
    assert (report["promoters"], report["passives"], report["detractors"]) == (2, 2, 2)
    assert report["nps"] == nps(Counts(2, 2, 2)) == 0
    assert report["opted_out"] == 2
    assert report["skipped"] == {"opted_out": 1, "stopped": 1, "telegram: not linked": 1}
    assert report["running"]
    now = await store.read(status, "demo")
    assert now is not None
    assert now.people == report["audience"] == len(LIVES) + 1
    assert now.answered_so_far == report["responses"]
    assert now.skipped == report["skipped"]


async def test_everybody_is_invited_skipped_or_waiting(store: Store) -> None:
    report = await wave_of(store, *LIVES)
    now = await store.read(status, "demo")
    assert now is not None
    waiting = now.waiting - 1  # "about to leave" is invited already
    assert report["invited"] + sum(report["skipped"].values()) + waiting == report["audience"]
    assert sum(report["skipped"].values()) == report["dispositions"]["skipped"]


async def test_without_answers_there_is_no_score_and_it_is_not_zero(store: Store) -> None:
    report = await wave_of(store, "silent")
    assert report["nps"] is None
    assert not report["running"]


async def test_the_newest_wave_unless_one_is_named(store: Store) -> None:
    await wave_of(store, "done")
    plan = await plan_wave(store, SETTINGS, "demo", LIMITS, NOW + timedelta(days=1), "slack:U")
    clock = Clock(NOW + timedelta(days=1))
    await confirm(store, SETTINGS, plan.token, "slack:U", clock)
    newest, first = await figures(store), await figures(store, wave=1)
    assert (newest["wave"], newest["responses"]) == (2, 0)
    assert (first["wave"], first["responses"]) == (1, 1)
    assert await store.read(campaign_report, SETTINGS, "demo", wave=3) == Missing("no_such_wave", "3")
    assert await store.read(campaign_report, SETTINGS, "other") == Missing("never_started", "other")


async def test_a_stopped_wave_says_so_and_runs_until_the_last_conversation_ends(store: Store) -> None:
    await wave_of(store, "asked", "still waiting")
    await store.write(stop, "demo", "slack:U", NOW)
    report = await figures(store)
    assert (report["running"], report["stopped_at"]) == (True, NOW.isoformat(timespec="seconds"))
    assert report["invited"] == 1
    assert report["skipped"] == {"stopped": 1, "telegram: not linked": 1}
    assert report["invited"] + sum(report["skipped"].values()) == report["audience"]


async def test_the_keys_that_programs_rely_on(store: Store) -> None:
    values = await wave_of(store, "done", "late")
    expected = {
        "campaign": "demo",
        "wave": 1,
        "invited": 2,
        "delivered": 2,
        "responses": 2,
        "promoters": 1,
        "passives": 1,
        "detractors": 0,
        "nps": 50.0,
    }
    assert {key: values[key] for key in expected} == expected
