"""What a manager reads of the accounts of a wave."""

from collections.abc import Iterator

from bot.commands.answers import Phrasing, Reply, titled
from bot.reports.scores import answers_of, state_lines
from bot.reports.values import AccountsReport
from scoring import Interval, shown


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
    if report.without_account:
        yield p.counted("accounts_without", report.without_account)
    names = p.labels("account", [row.name for row in report.red])
    for row in report.red:
        yield p.text(
            "accounts_red",
            account=names[row.name],
            unhappy=p.number(row.counts.detractors),
            people=p.number(row.counts.n),
        )
    if report.more_red:
        yield p.counted("accounts_more", report.more_red)


def _limits(p: Phrasing, interval: Interval) -> str:
    return p.text("limits", low=shown(interval.low), high=shown(interval.high))
