"""The plan of a wave: what starting a campaign now would do, worked out and kept, with nothing sent.

A plan waits, under a secret token, for somebody to confirm it.
"""

import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from bot.campaigns import windows
from bot.campaigns.audience import PAGE, candidates, members
from bot.campaigns.enrolment import Surroundings, send_times
from bot.campaigns.forecast import sending_ends
from bot.campaigns.places import public_holidays
from bot.campaigns.plan import Asked, Place, Skip, decide
from bot.campaigns.runs import close_stopped
from bot.campaigns.terms import Terms, terms_of
from bot.config.settings import Settings
from bot.store.schema import plan, wave
from bot.store.store import Store
from channels.base import Limits

_PLAN_KEPT: Final = timedelta(days=30)  # so that an old button still gets its own answer


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """How many are asked on one channel, from when until when at the provider's pace (UTC)."""

    channel: str
    people: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """What starting a campaign now would do. `token` is the secret that confirms it."""

    token: str
    campaign: str
    made_at: datetime
    people: int
    asked: tuple[ChannelPlan, ...]
    skipped: Mapping[str, int]

    @property
    def asked_in_all(self) -> int:
        return sum(channel.people for channel in self.asked)


async def plan_wave(
    store: Store,
    settings: Settings,
    campaign: str,
    limits: Mapping[str, Limits],
    now: datetime,
    by: str,
) -> PlanSummary:
    """Apply the rules to everybody in the audience, keep the plan, and return it. Nothing is sent.

    A plan that `by` had for the campaign and did not start is replaced. KeyError where the settings have
    no such campaign.
    """
    terms = terms_of(campaign, settings.campaigns[campaign], settings.surveys)
    await close_stopped(store)  # whom a stop took off would else be busy
    surroundings = Surroundings.of(settings)
    statement = members(terms.audience)
    send_at = send_times(terms, now)
    asked: dict[str, Counter[Place | None]] = {}
    first: dict[str, datetime] = {}
    skipped: Counter[Skip] = Counter()
    people = after = 0
    while True:
        page = await store.read(candidates, statement, after, surroundings.places)
        for candidate in page:
            outcome = decide(candidate, terms, now, surroundings.channels_on, send_at)
            if isinstance(outcome, Asked):
                asked.setdefault(outcome.channel, Counter())[None if terms.always else candidate.place] += 1
                first[outcome.channel] = min(outcome.at, first.get(outcome.channel, outcome.at))
            else:
                skipped[outcome.code] += 1
        people += len(page)
        if len(page) < PAGE:
            break
        after = page[-1].id
    summary = PlanSummary(
        token=secrets.token_urlsafe(18),
        campaign=campaign,
        made_at=now,
        people=people,
        asked=tuple(
            ChannelPlan(
                channel,
                asked[channel].total(),
                first[channel],
                _ends(asked[channel], limits[channel].per_second, now, terms),
            )
            for channel in terms.channels
            if channel in asked
        ),
        skipped={code.value: skipped[code] for code in Skip if skipped[code]},
    )
    await store.write(_keep_plan, summary, terms, by)
    return summary


def _ends(questions: Mapping[Place | None, int], per_second: float, now: datetime, terms: Terms) -> datetime:
    def opens(place: Place | None, at: datetime) -> datetime:
        if place is None:
            return at
        return windows.next_send_in_all(at, place.zones, terms, public_holidays(place.country))

    def shuts(place: Place | None, at: datetime) -> datetime | None:
        if place is None:
            return None
        return windows.window_end_in_all(at, place.zones, terms, public_holidays(place.country))

    return sending_ends(questions, per_second, now, opens, shuts) or now


_STARTED: Final = exists().where(wave.c.plan == plan.c.token)
_OLD_PLANS: Final = delete(plan).where(plan.c.made_at < bindparam("before"))
_EARLIER_PLANS: Final = delete(plan).where(
    plan.c.campaign == bindparam("campaign_"), plan.c.by == bindparam("by_"), ~_STARTED
)
_ADD_PLAN: Final = insert(plan)
_NEWEST_PLAN: Final = (
    select(plan.c.token)
    .where(plan.c.campaign == bindparam("campaign"), plan.c.by == bindparam("by"))
    .order_by(_STARTED, plan.c.made_at.desc())
    .limit(1)
)


def _keep_plan(connection: Connection, summary: PlanSummary, terms: Terms, by: str) -> None:
    """Keep a plan in the place of what the same person was shown before: two buttons start no two waves."""
    connection.execute(_OLD_PLANS, {"before": summary.made_at - _PLAN_KEPT})
    connection.execute(_EARLIER_PLANS, {"campaign_": summary.campaign, "by_": by})
    connection.execute(
        _ADD_PLAN,
        {
            "token": summary.token,
            "campaign": summary.campaign,
            "by": by,
            "made_at": summary.made_at,
            "terms": terms.as_dict(),
        },
    )


def newest_plan(connection: Connection, campaign: str, by: str) -> str | None:
    """The token of the plan that `by` was last shown for a campaign, or last started."""
    return connection.scalar(_NEWEST_PLAN, {"campaign": campaign, "by": by})
