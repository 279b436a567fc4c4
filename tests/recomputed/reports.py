"""What is compared: each report as it is asked for, and who recomputes it."""

from collections.abc import Callable
from datetime import date
from functools import cache, partial
from typing import Final, Literal

from bot.commands import grammar
from bot.commands.desks.report import ReportCommand
from tests.recomputed import accounts, audit, board, cases, groups, people, period, themes, wave
from tests.recomputed.frame import Company
from tests.recomputed.intervals import Json
from tests.recomputed.outlook import outlook

Recompute = Callable[[Company], Json]
WAVES: Final = (
    ("panel", 3),
    ("panel", 2),
    ("panel", 1),
    ("service", 2),
    ("service", 1),
    ("effort", 2),
    ("effort", 1),
)
NEWEST: Final = (("panel", 3), ("service", 2), ("effort", 2))


@cache
def whole(company: Company, campaign: str, number: int) -> Json:
    """The report of a wave, with what the newest will come to and the score as invited."""
    newest = number == company.wave(campaign)["number"].iloc[0]
    ahead = outlook(company, campaign) if newest else None
    as_invited = groups.weighted(company, campaign, number)
    return wave.report(company, campaign, number) | {"outlook": ahead, "as_invited": as_invited}


def by(company: Company, campaign: str, number: int, attribute: str) -> Json:
    """The same by an attribute."""
    return whole(company, campaign, number) | groups.report_by(company, campaign, number, attribute)


def against(company: Company, campaign: str, number: int) -> Json:
    """The same against the wave before."""
    return whole(company, campaign, number) | {"versus": wave.versus(company, campaign, number, number - 1)}


PERIODS: Final[tuple[Literal["month", "week"], ...]] = ("month", "week")
SINCE: Final = "2025-12-25"
ATTRIBUTES: Final = (*groups.PLAIN, "month", "week", "account_value", "seats", "effort")

REPORTS: Final[dict[str, tuple[ReportCommand, Recompute]]] = {
    **{
        f"report {name} wave {number}": (
            grammar.Report(name, wave=number),
            partial(whole, campaign=name, number=number),
        )
        for name, number in WAVES
    },
    **{
        f"report {name} vs previous": (
            grammar.Report(name, versus="previous"),
            partial(against, campaign=name, number=number),
        )
        for name, number in NEWEST
    },
    **{f"trend {name}": (grammar.Trend(name), partial(wave.trend, campaign=name)) for name, _ in NEWEST},
    **{
        f"report {name} wave {number} by {attribute}": (
            grammar.Report(name, wave=number, by=attribute),
            partial(by, campaign=name, number=number, attribute=attribute),
        )
        for name, number in NEWEST
        for attribute in ATTRIBUTES
        if name == "panel" or attribute != "effort"
    },
    **{
        f"trend panel by {period}": (
            grammar.Trend("panel", period),
            partial(people.chart, campaign="panel", by=period),
        )
        for period in PERIODS
    },
    **{
        f"movers panel wave {number}": (
            grammar.Movers("panel", number),
            partial(people.movers, campaign="panel", number=number),
        )
        for number in (3, 2)
    },
    **{
        f"managers panel wave {number}": (
            grammar.Managers("panel", number),
            partial(people.managers, campaign="panel", number=number),
        )
        for number in (3, 2, 1)
    },
    **{
        f"accounts panel wave {number} weighted by {weight}": (
            grammar.Accounts("panel", number, weight),
            partial(accounts.accounts, campaign="panel", number=number, weighted_by=weight),
        )
        for number in (3, 2)
        for weight in (None, "account_value", "seats")
    },
    **{
        f"churn panel wave {number}": (
            grammar.Churn("panel", number),
            partial(accounts.churn, campaign="panel", number=number),
        )
        for number in (3, 1)
    },
    **{
        f"audit panel wave {number}": (
            grammar.Audit("panel", number, "region"),
            partial(audit.audit, campaign="panel", number=number, attribute="region"),
        )
        for number in (3, 2, 1)
    },
    **{
        f"themes {name} wave {number}": (
            grammar.Themes(name, number),
            partial(themes.themes, campaign=name, number=number),
        )
        for name, number in WAVES
    },
    **{
        f"board panel wave {number}": (
            grammar.Board("panel", number),
            partial(board.board, campaign="panel", number=number),
        )
        for number in (3, 2, 1)
    },
    "report panel since": (
        grammar.Report("panel", since=date.fromisoformat(SINCE), versus=1),
        partial(period.since, campaign="panel", day=SINCE, other=1),
    ),
}

CASES: Final[dict[str, tuple[int, Recompute]]] = {
    f"cases panel wave {number}": (number, partial(cases.figures, campaign="panel", number=number))
    for number in (3, 2, 1)
}
"""The figures under a list of cases, by the number of the wave."""
