"""What a manager reads of the accounts of a wave."""

from collections.abc import Iterator
from math import floor

from bot.commands.replies.reply import Phrasing, Reply, titled
from bot.reports.scores import answers_of, state_lines
from bot.reports.values import AccountsReport, Weighted
from scoring import Interval, ValueAtRisk, shown


def accounts_answer(p: Phrasing, report: AccountsReport) -> Reply:
    """One vote an account, all their people, and the accounts that are unhappy."""
    return titled(accounts_title(p, report), *accounts_lines(p, report), *state_lines(p, report.scope))


def accounts_title(p: Phrasing, report: AccountsReport) -> str:
    """Which wave's accounts these are."""
    return p.text("accounts_title", what=p.scope(report.scope))


def accounts_lines(p: Phrasing, report: AccountsReport) -> Iterator[str]:
    """The score by account and by people, each with its interval, and the unhappy accounts by name."""
    found = report.found
    if found is None:
        yield p.text("accounts_few")
    else:
        lean = found.leaning
        yield p.text(
            "accounts_votes",
            accounts=p.number(found.accounts),
            high=p.percent(100 * lean.promoters / lean.n),
            low=p.percent(100 * lean.detractors / lean.n),
            score=shown(found.nps),
            limits=_limits(p, found.interval),
        )
        key = "accounts_people" if found.several else "accounts_people_alone"
        people = answers_of(p, found.answers.n)
        score = shown(100 * found.answers.net / found.answers.n)
        yield p.text(key, answers=people, score=score, limits=_limits(p, found.of_people))
        if not found.solid:
            yield p.text("accounts_guess")
    if report.weighted is not None:
        yield from _weighted(p, report.weighted)
    if report.without_account:
        yield p.counted("accounts_without", report.without_account)
    if report.at_risk is not None:
        yield from _at_risk(p, report.at_risk, report.without_value, report.currency)
    names = p.labels("account", [row.name for row in report.red])
    for row in report.red:
        yield p.text(
            "accounts_red" if row.value is None else "accounts_red_value",
            account=names[row.name],
            unhappy=p.number(row.counts.detractors),
            people=p.number(row.counts.n),
            value="" if row.value is None else p.money(row.value, report.currency),
        )
    if report.more_red:
        yield p.counted("accounts_more", report.more_red)


def _weighted(p: Phrasing, weighted: Weighted) -> Iterator[str]:
    attribute = p.attribute(weighted.attribute)
    score = weighted.score
    if score is None:
        yield p.text("accounts_weighted_few", attribute=attribute)
        return
    yield p.text(
        "accounts_weighted",
        attribute=attribute,
        score=shown(score.nps),
        limits=_limits(p, score.interval),
        accounts=p.number(score.accounts),
        effective=p.number(floor(score.effective + 0.5)),
    )
    if not score.solid:
        yield p.text("accounts_weighted_guess")
    if weighted.without:
        yield p.counted("accounts_weighted_without", weighted.without, attribute=attribute)


def _at_risk(p: Phrasing, risk: ValueAtRisk, without: int, currency: str) -> Iterator[str]:
    yield p.text(
        "accounts_at_risk",
        total=p.money(risk.total, currency),
        low=p.money(risk.detractors, currency),
        silent=p.money(risk.silent, currency),
    )
    if without:
        yield p.counted("accounts_without_value", without)


def _limits(p: Phrasing, interval: Interval) -> str:
    return p.text("limits", low=shown(interval.low), high=shown(interval.high))
