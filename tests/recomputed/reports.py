"""What is compared: each report as it is asked for, and who recomputes it."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from bot.commands import grammar
from bot.commands.report_desk import ReportCommand
from tests.recomputed import wave
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
    """The report of a wave, with what the newest will come to."""
    newest = number == company.wave(campaign)["number"].iloc[0]
    return wave.report(company, campaign, number) | {
        "outlook": outlook(company, campaign) if newest else None
    }


def against(company: Company, campaign: str, number: int) -> Json:
    """The same against the wave before."""
    return whole(company, campaign, number) | {"versus": wave.versus(company, campaign, number, number - 1)}


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
}
