"""What is compared: each report as it is asked for, and who recomputes it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Literal

from bot.commands import grammar
from bot.commands.report_desk import ReportCommand
from tests.recomputed import accounts, audit, groups, people, wave
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
ATTRIBUTES: Final = (*groups.PLAIN, "month", "week", "account_value", "seats", "effort")

REPORTS: Final[Mapping[str, tuple[ReportCommand, Recompute]]] = {
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
}
