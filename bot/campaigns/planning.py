"""The plan of a wave: what starting a campaign now would do, worked out and kept, with nothing sent.

A plan waits, under a secret token, for somebody to confirm it; so does a schedule that was shown.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, delete, exists, insert, or_, select

from bot.campaigns import windows
from bot.campaigns.audience import unknown_attributes, unreadable_values
from bot.campaigns.by_lot import Wanted, draw, pages, wanted
from bot.campaigns.canary import CanaryTerms, size
from bot.campaigns.cost import Cost, cost_of
from bot.campaigns.draw_terms import DrawTerms
from bot.campaigns.experience import experience
from bot.campaigns.forecast import sending_ends
from bot.campaigns.places import public_holidays
from bot.campaigns.plan import Candidate, Place, Skip, Skipped
from bot.campaigns.rules import Rules, Surroundings
from bot.campaigns.runs import close_stopped
from bot.campaigns.seeds import next_seed
from bot.campaigns.terms import Terms, terms_of
from bot.campaigns.waves import OPEN_PEOPLE
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
class HeldBack:
    """How many a rule holds back for now, and until when the last of them."""

    people: int
    until: datetime


@dataclass(frozen=True, slots=True)
class PlanSummary:
    """What starting a campaign now would do. `token` is the secret that confirms it. `drawn_from` is how many could be
    asked, and have room in their account, of whom so many are `wanted`; None where nothing is drawn. `beside` are the
    other campaigns that run. `held` says by which rule people are not asked who may be later. `unknown` are attributes
    that the terms name and no contact has, each with the one that was perhaps meant; `unreadable` says of how many
    contacts a compared value counts as missing, because it is no number or day."""

    token: str
    campaign: str
    made_at: datetime
    people: int
    asked: tuple[ChannelPlan, ...]
    skipped: Mapping[str, int]
    kind: str
    terms: DrawTerms
    canary: CanaryTerms | None
    reminder: int | None
    wanted: Wanted
    drawn_from: int | None
    cost: Cost | None
    beside: tuple[str, ...]
    held: Mapping[str, HeldBack]
    unknown: Mapping[str, str]
    unreadable: Mapping[str, int]

    @property
    def asked_in_all(self) -> int:
        return sum(channel.people for channel in self.asked)

    @property
    def asked_first(self) -> int:
        """How many are asked while the others wait; none where nobody would wait."""
        first = 0 if self.canary is None else size(self.canary, self.asked_in_all)
        return first if first < self.asked_in_all else 0

    @property
    def answers(self) -> int:
        """How many are expected to answer: as many as in earlier waves."""
        response = self.wanted.known.response(self.terms.expected_response)
        return round(response * self.asked_in_all)


async def rules_of(store: Store, settings: Settings, campaign: str, begins: datetime) -> tuple[Rules, Wanted]:
    """The rules of a wave that begins then, drawn where it is to be, and of how many. KeyError as `plan_wave`."""
    terms = terms_of(campaign, settings.campaigns[campaign], settings.surveys)
    await close_stopped(store)  # whom a stop took off would else be busy
    surroundings = Surroundings.of(settings)
    seed = await store.write(next_seed, campaign)
    rules = Rules(terms, surroundings.channels_on, begins, begins, seed)
    how_many = wanted(terms, await store.read(experience, campaign))
    if terms.draw.chooses:
        rules = rules.but(await draw(store, rules, surroundings.places, how_many.people))
    return rules, how_many


async def plan_wave(
    store: Store,
    settings: Settings,
    campaign: str,
    limits: Mapping[str, Limits],
    now: datetime,
    by: str | None,
    at: datetime | None = None,
) -> PlanSummary:
    """Apply the rules to everybody in the audience, as a wave would that starts `at` a later moment or now; keep the
    plan, and return it. Nothing is sent.

    A plan that `by` had for the campaign and did not start is replaced; without `by` it is not kept. KeyError where
    the settings have no such campaign.
    """
    rules, how_many = await rules_of(store, settings, campaign, at or now)
    terms = rules.terms
    counted = _Counted()
    async for page in pages(store, terms, Surroundings.of(settings).places, rules.started_at):
        for candidate in page:
            counted.take(candidate, rules)
    summary = PlanSummary(
        token=secrets.token_urlsafe(18),
        campaign=campaign,
        made_at=now,
        people=counted.people,
        asked=tuple(
            counted.channel(channel, limits[channel].per_second, rules)
            for channel in sorted(counted.asked, key=lambda one: (*terms.channels, one).index(one))
        ),
        skipped={code.value: counted.skipped[code] for code in Skip if counted.skipped[code]},
        kind=terms.kind,
        terms=terms.draw,
        canary=terms.canary,
        reminder=terms.reminder,
        wanted=how_many,
        drawn_from=None if rules.draw is None else rules.draw.people - counted.skipped[Skip.ACCOUNT_FULL],
        cost=cost_of(settings, terms, counted.asked),
        beside=await store.read(running_beside, campaign),
        held=counted.held,
        unknown=await store.read(unknown_attributes, terms.audience, terms.draw.within),
        unreadable=await store.read(unreadable_values, terms.audience),
    )
    if by is not None:
        await store.write(keep_plan, summary.token, campaign, by, now, start_at=at, terms=terms)
    return summary


_Where = tuple[int | None, Place | None]
"""What decides when somebody's question may go: their half of the wave, and their place; None where they do not."""


class _Counted:
    """What the rules said of an audience, counted."""

    def __init__(self) -> None:
        self.people = 0
        self.skipped: Counter[Skip] = Counter()
        self.held: dict[str, HeldBack] = {}
        self.asked: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._where: defaultdict[str, Counter[_Where]] = defaultdict(Counter)
        self._first: dict[str, datetime] = {}
        self._last: dict[str, datetime] = {}

    def take(self, candidate: Candidate, rules: Rules) -> None:
        """Count one contact."""
        self.people += 1
        outcome = rules.decide(candidate)
        if isinstance(outcome, Skipped):
            self.skipped[outcome.code] += 1
            self._hold(outcome)
            return
        channel, place = outcome.channel, None if rules.terms.always else candidate.place
        self.asked[channel][candidate.language or ""] += 1
        self._where[channel][rules.half(candidate), place] += 1
        self._first[channel] = min(outcome.at, self._first.get(channel, outcome.at))
        self._last[channel] = max(outcome.at, self._last.get(channel, outcome.at))

    def _hold(self, skipped: Skipped) -> None:
        if skipped.free is not None:
            before = self.held.get(skipped.rule, HeldBack(0, skipped.free))
            self.held[skipped.rule] = HeldBack(before.people + 1, max(before.until, skipped.free))

    def channel(self, channel: str, per_second: float, rules: Rules) -> ChannelPlan:
        """What was counted of a channel that asks somebody."""
        paced = _ends(self._where[channel], per_second, rules)
        ends = max(paced, self._last[channel])
        return ChannelPlan(channel, self.asked[channel].total(), self._first[channel], ends)


def _ends(questions: Mapping[_Where, int], per_second: float, rules: Rules) -> datetime:
    halves = {half: rules.terms.in_half(half) for half, _ in questions}

    def opens(where: _Where, at: datetime) -> datetime:
        half, place = where
        if place is None:
            return at
        return windows.next_send_in_all(at, place.zones, halves[half], public_holidays(place.country))

    def shuts(where: _Where, at: datetime) -> datetime | None:
        half, place = where
        if place is None:
            return None
        return windows.window_end_in_all(at, place.zones, halves[half], public_holidays(place.country))

    return sending_ends(questions, per_second, rules.now, opens, shuts) or rules.now


_BESIDE: Final = (
    select(wave.c.campaign)
    .where(
        wave.c.campaign != bindparam("campaign"),
        wave.c.trial.is_(False),
        wave.c.stopped_at.is_(None),
        or_(wave.c.enrolled_at.is_(None), OPEN_PEOPLE > 0),
    )
    .distinct()
    .order_by(wave.c.campaign)
)


def running_beside(connection: Connection, campaign: str) -> tuple[str, ...]:
    """The other campaigns of which a wave is running; whoever is in one of them is busy, and asked by that one."""
    return tuple(connection.scalars(_BESIDE, {"campaign": campaign}))


_STARTED: Final = exists().where(wave.c.plan == plan.c.token)
_OLD_PLANS: Final = delete(plan).where(plan.c.made_at < bindparam("before"))
_EARLIER_PLANS: Final = delete(plan).where(
    plan.c.campaign == bindparam("campaign_"), plan.c.by == bindparam("by_"), ~_STARTED
)
_ADD_PLAN: Final = insert(plan)
_NEWEST_PLAN: Final = (
    select(plan.c.token)
    .where(
        plan.c.campaign == bindparam("campaign"),
        plan.c.by == bindparam("by"),
        plan.c.rhythm.is_not(None) == bindparam("of_a_rhythm"),
    )
    .order_by(_STARTED, plan.c.made_at.desc())
    .limit(1)
)


_OF_LATER: Final = select(plan.c.token).where(
    plan.c.token == bindparam("token"), or_(plan.c.start_at.is_not(None), plan.c.rhythm.is_not(None))
)


def keep_plan(
    connection: Connection,
    token: str,
    campaign: str,
    by: str,
    now: datetime,
    start_at: datetime | None = None,
    rhythm: str | None = None,
    terms: Terms | None = None,
) -> None:
    """Keep a plan in the place of what the same person was shown before: two buttons start no two waves. Confirmed,
    one with a moment or with a rhythm waits for its time."""
    connection.execute(_OLD_PLANS, {"before": now - _PLAN_KEPT})
    connection.execute(_EARLIER_PLANS, {"campaign_": campaign, "by_": by})
    connection.execute(
        _ADD_PLAN,
        {
            "token": token,
            "campaign": campaign,
            "by": by,
            "made_at": now,
            "start_at": start_at,
            "rhythm": rhythm,
            "terms": None if terms is None else terms.as_dict(),
        },
    )


def newest_plan(connection: Connection, campaign: str, by: str, *, rhythm: bool = False) -> str | None:
    """The token of the plan that `by` was last shown for a campaign, or last started; with `rhythm`, of a schedule."""
    return connection.scalar(_NEWEST_PLAN, {"campaign": campaign, "by": by, "of_a_rhythm": rhythm})


def waits(connection: Connection, token: str) -> bool:
    """Whether a plan that is there, once it is confirmed, waits for its time."""
    return connection.execute(_OF_LATER, {"token": token}).first() is not None
