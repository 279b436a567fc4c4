"""One page of a wave that is made to be forwarded: nothing in it speaks of fewer than ten people.

A report protects people by courtesy, since its reader may read the answers anyway. Whoever a page for the board reaches
may not. So a score, a theme or a share of fewer than ten answers is not told; an account is named from five people on,
with numbers from ten, and the smaller ones are a single row; numbers of people are rounded to tens.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from bot.config.settings import Settings
from bot.reports.accounts_told import accounts_told, at_risk_of
from bot.reports.campaign_report import campaign_report
from bot.reports.cases.figures import case_figures
from bot.reports.cases.scope import EVERYBODY
from bot.reports.scope import choose, wave_before
from bot.reports.themes.themes import themes_report
from bot.reports.values import PREVIOUS, CampaignReport, Goal, Missing, Scope, Scores, ThemeRow, Versus
from scoring import Counts, Rate, Share, ValueAtRisk, nps, pooled

FEWEST: Final = 10
FEWEST_NAMED: Final = 5
MOST_THEMES: Final = 3
MOST_ACCOUNTS: Final = 5


@dataclass(frozen=True, slots=True)
class BoardAccount:
    """An account that has more detractors than promoters, and what it is worth where that is known."""

    name: str
    counts: Counts
    value: float | None = None

    @property
    def score(self) -> float | None:
        """Its score; None where fewer than ten of it answered."""
        return nps(self.counts) if self.counts.n >= FEWEST else None


@dataclass(frozen=True, slots=True)
class SmallAccounts:
    """The accounts that are too small to be named, as one: how many, how many of these lean to detractors, and what all
    their people said. `value` is what those are worth together whose value is known, None where none is."""

    accounts: int
    red: int
    counts: Counts
    value: float | None = None


@dataclass(frozen=True, slots=True)
class BoardReport:
    """The page.

    `scores` is None where fewer than ten answered; `versus` is the wave before, None where there is none or fewer than
    ten answered it. `goals` are those of the campaign. `themes` are the costliest, then those that add, and what may be
    chance alone last. `accounts` are the unhappy ones, what is worth most first and then the largest, and `more_red`
    how many have no room; `small` are those too small to be named, None where these are under ten people. `at_risk` is
    what the accounts that were asked are worth. `cases` is how many there were and `done` how many are done; `in_time`
    is the share that somebody took within the agreed time, None of fewer than ten.
    """

    scope: Scope
    scores: Scores | None
    response: Rate | None
    versus: Versus | None
    themes: tuple[ThemeRow, ...]
    accounts: tuple[BoardAccount, ...]
    more_red: int
    small: SmallAccounts | None
    cases: int
    done: int
    in_time: Share | None
    currency: str
    goals: tuple[Goal, ...] = ()
    at_risk: ValueAtRisk | None = None


def tens(people: int) -> int:
    """A number of people as the page tells it."""
    return 10 * ((people + 5) // 10)


def board_report(
    connection: Connection, settings: Settings, campaign: str, now: datetime, *, wave: int | None = None
) -> BoardReport | Missing:
    """The page of a wave that asked for an NPS, the newest where no number is given."""
    chosen = choose(connection, campaign, wave)
    if isinstance(chosen, Missing):
        return chosen
    if chosen.kind != "nps":
        return Missing("not_nps", chosen.waves[-1].campaign)
    before = wave_before(connection, chosen.waves[0])
    report = campaign_report(
        connection, settings, campaign, wave=wave, versus=None if before is None else PREVIOUS
    )
    if isinstance(report, Missing) and report.why == "other_kind":
        report = campaign_report(connection, settings, campaign, wave=wave)
    if isinstance(report, Missing):
        return report
    told = report.scores.n >= FEWEST
    figures = case_figures(connection, chosen.ids[0], EVERYBODY, now)
    named = {name: one for name, one in accounts_told(connection, chosen).items() if name is not None}
    accounts = {name: (one.counts, one.value) for name, one in named.items() if one.counts.n}
    small = [(counts, value) for counts, value in accounts.values() if counts.n < FEWEST_NAMED]
    together = pooled(counts for counts, _ in small)
    values = [value for _, value in small if value is not None]
    red = sorted(
        (
            BoardAccount(name, counts, value)
            for name, (counts, value) in accounts.items()
            if counts.n >= FEWEST_NAMED and counts.net < 0
        ),
        key=lambda row: (-(row.value or 0), -row.counts.n, row.counts.net, row.name),
    )
    merged = told and together.n >= FEWEST
    return BoardReport(
        scope=report.scope,
        scores=report.scores if told else None,
        response=None if report.rates is None else report.rates.response,
        versus=_versus(report) if told else None,
        themes=_themes(connection, settings, campaign, wave) if told else (),
        accounts=tuple(red[:MOST_ACCOUNTS] if told else ()),
        more_red=max(0, len(red) - MOST_ACCOUNTS) if told else 0,
        small=SmallAccounts(
            len(small),
            sum(counts.net < 0 for counts, _ in small),
            together,
            sum(values) if values else None,
        )
        if merged
        else None,
        cases=figures.opened,
        done=figures.states.get("done", 0),
        in_time=figures.in_time if figures.in_time is not None and figures.in_time.n >= FEWEST else None,
        currency=settings.currency,
        goals=tuple(goal for goal in report.goals if goal.whose is None) if told else (),
        at_risk=at_risk_of(named.values()) if told else None,
    )


def _versus(report: CampaignReport) -> Versus | None:
    versus = report.versus
    return versus if versus is not None and versus.scores.n >= FEWEST else None


def _themes(
    connection: Connection, settings: Settings, campaign: str, wave: int | None
) -> tuple[ThemeRow, ...]:
    """The costliest, those first that chance alone would hardly make so, without what anybody wrote; none that fewer
    than ten name, or fewer than ten do not."""
    report = themes_report(connection, settings, campaign, wave=wave)
    if isinstance(report, Missing):
        return ()
    judged = report.scope.judged
    found = (
        ThemeRow(row.name, row.impact)
        for row in report.rows
        if row.impact.n >= FEWEST and report.reasons - row.impact.n >= FEWEST
    )
    return tuple(
        sorted(found, key=lambda row: (not (judged and row.impact.matters), row.impact.impact or 0.0))[
            :MOST_THEMES
        ]
    )
