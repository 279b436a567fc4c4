"""Who left since a wave: how many customers were kept, and of which accounts of the wave how many left."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from bot.reports.accounts_told import AccountTold, accounts_told
from bot.reports.scope import choose, scope_of, wave_before
from bot.reports.values import Missing, Scope
from bot.store.schema import account
from scoring import Retention, Share, Shift, Visibility, share, shift_of_rates, visibility

Leaning = Literal["detractors", "passives", "promoters", "silent"]
"""What an account said: more detractors than promoters, as many, fewer, or nothing although it was asked."""

LEANINGS: Final[tuple[Leaning, ...]] = ("detractors", "passives", "promoters", "silent")


@dataclass(frozen=True, slots=True)
class Loss:
    """The accounts of one leaning that were customers when the wave began, and which share of them has left since;
    None where they are too few for that."""

    leaning: Leaning
    accounts: int
    left: Share | None


@dataclass(frozen=True, slots=True)
class ChurnReport:
    """From the day on which a wave began until a later one. `kept` is of all customers; `contrast` is the share that
    left of detractor accounts less that of promoter accounts, None where either are too few or the wave still runs;
    `unknown` counts accounts of the wave that go by that name no more."""

    scope: Scope
    since: date
    until: date
    kept: Retention
    losses: tuple[Loss, ...]
    contrast: Shift | None
    unknown: int


@dataclass(frozen=True, slots=True)
class _Days:
    """The first and the last day of an account as a customer, as far as they are known."""

    since: date | None
    until: date | None

    def customer_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)


def churn_report(
    connection: Connection,
    campaign: str,
    now: datetime,
    zone: ZoneInfo,
    *,
    wave: int | None = None,
    managers: tuple[str, ...] | None = None,
) -> ChurnReport | Missing:
    """Who left between the day on which a wave began and today, where the company is; without a number since the wave
    before the newest, where there is one, because that needs time to tell. What an account said is as it was then;
    whether it left is as it is known now. `managers` limits the losses to accounts that were theirs then, and who was
    kept to those that are theirs now."""
    chosen = choose(connection, campaign, wave, managers=managers)
    if isinstance(chosen, Missing):
        return chosen
    before = wave_before(connection, chosen.waves[-1]) if wave is None else None
    if before is not None:
        chosen = choose(connection, campaign, before.number, managers=managers)
        if isinstance(chosen, Missing):
            return chosen
    if chosen.kind != "nps":
        return Missing("not_nps", campaign)
    days = _known_days(connection)
    if not any(one.since or one.until for one, _ in days.values()):
        return Missing("no_days")
    scope = scope_of(connection, chosen)
    today = now.astimezone(zone).date()
    since = min(scope.started_at.astimezone(zone).date(), today)
    told = {name: one for name, one in accounts_told(connection, chosen).items() if name is not None}
    losses = tuple(_loss(leaning, told, days, since, today) for leaning in LEANINGS)
    theirs = [one for one, manager in days.values() if managers is None or manager in managers]
    return ChurnReport(
        scope=scope,
        since=since,
        until=today,
        kept=_kept(theirs, since, today),
        losses=losses,
        contrast=_contrast(losses) if scope.judged else None,
        unknown=sum(name not in days for name in told),
    )


def _known_days(connection: Connection) -> dict[str, tuple[_Days, str | None]]:
    """The days of every account and its manager, by its name."""
    found = connection.execute(
        select(account.c.name, account.c.account_since, account.c.account_until, account.c.account_manager)
    )
    return {name: (_Days(since, until), manager) for name, since, until, manager in found}


def _kept(accounts: list[_Days], since: date, until: date) -> Retention:
    """New are those that came in between and are still there: who came and left in it is in neither number."""
    start = [one for one in accounts if one.customer_on(since)]
    kept = sum(one.customer_on(until) for one in start)
    end = sum(one.customer_on(until) for one in accounts)
    return Retention(len(start), end, end - kept)


def _loss(
    leaning: Leaning,
    told: dict[str, AccountTold],
    days: dict[str, tuple[_Days, str | None]],
    since: date,
    until: date,
) -> Loss:
    there = [
        days[name][0]
        for name, one in told.items()
        if name in days and _leaning(one) == leaning and days[name][0].customer_on(since)
    ]
    left = sum(not one.customer_on(until) for one in there)
    few = visibility(len(there)) is Visibility.HIDDEN
    return Loss(leaning, len(there), None if few else share(left, len(there)))


def _leaning(one: AccountTold) -> Leaning | None:
    """None of an account that nobody asked."""
    if not one.counts.n:
        return "silent" if one.asked else None
    net = one.counts.net
    return "detractors" if net < 0 else "promoters" if net > 0 else "passives"


def _contrast(losses: tuple[Loss, ...]) -> Shift | None:
    by = {loss.leaning: loss for loss in losses}
    low, high = by["detractors"], by["promoters"]
    if low.left is None or high.left is None:
        return None
    if not (visibility(low.accounts).has_score and visibility(high.accounts).has_score):
        return None
    return shift_of_rates(low.left.counted, low.accounts, high.left.counted, high.accounts)
