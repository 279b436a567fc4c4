"""The answers of a campaign month by month or week by week, and whether their score left its band."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from sqlalchemy import Connection

from bot.reports.scope import Chosen, kind_of, scored_by_day, scores_of, waves_of
from bot.reports.values import Missing, Scores, Stamp
from scoring import (
    ControlChart,
    Counts,
    Finding,
    Visibility,
    Watched,
    control_chart,
    pooled,
    visibility,
)

ByPeriod = Literal["month", "week"]
MOST_PERIODS: Final = 36
_LABELS: Final = {"month": "{:%Y-%m}", "week": "{:%G-W%V}"}


@dataclass(frozen=True, slots=True)
class ControlReport:
    """The newest periods that are over, at most `MOST_PERIODS`, by their `labels` (2026-03, 2026-W09): the first of
    them are those before, the others those that are watched. `few` is how many had fewer than five answers and are
    left out. Where there are too few for a band none is
    watched. `so_far` is the period that is not over, None where that has too few; no verdict is taken of it."""

    campaign: str
    by: ByPeriod
    labels: tuple[str, ...]
    counts: tuple[Counts, ...]
    chart: ControlChart
    started_at: datetime
    few: int = 0
    so_far: tuple[str, Scores] | None = None
    managers: tuple[str, ...] | None = None
    stamp: Stamp | None = None

    @property
    def before(self) -> tuple[str, ...]:
        """The periods that say what is usual."""
        return self.labels[: self.chart.before]

    @property
    def watched(self) -> tuple[tuple[str, Watched], ...]:
        """Each later period with its place in the band."""
        return tuple(zip(self.labels[self.chart.before :], self.chart.watched, strict=True))

    @property
    def outside(self) -> tuple[tuple[str, str, Finding], ...]:
        """The stretches outside the band: from which period to which, and on which side."""
        found: list[tuple[str, str, Finding]] = []
        previous = Finding.NO_EVIDENCE
        for label, one in self.watched:
            if one.finding is not Finding.NO_EVIDENCE:
                first = found.pop()[0] if one.finding is previous else label
                found.append((first, label, one.finding))
            previous = one.finding
        return tuple(found)


def control_report(
    connection: Connection,
    campaign: str,
    by: ByPeriod,
    today: date,
    *,
    managers: tuple[str, ...] | None = None,
) -> ControlReport | Missing:
    """The answers of all waves of a campaign that asked the question of the newest, by the day of their score where the
    company is. A period is over on the day after its last, and what is said of it then holds while waves run: the
    chart is made to be looked at again and again."""
    waves = waves_of(connection, campaign)
    if not waves:
        return Missing("never_started", campaign)
    name = waves[-1].campaign
    if kind_of(waves[-1]) != "nps":
        return Missing("not_nps", name)
    alike = tuple(one for one in waves if kind_of(one) == "nps")
    given = scored_by_day(connection, Chosen(alike, managers=managers))
    periods, now = _periods(given, by), _label(by, today)
    over = sorted(label for label in periods if label < now)
    enough = [label for label in over if visibility(periods[label].n) is not Visibility.HIDDEN]
    shown = tuple(enough[-MOST_PERIODS:])
    if not shown:
        return Missing("few_periods", name)
    counts = tuple(periods[label].counts for label in shown)
    base = pooled(counts)
    chart = control_chart(counts) or ControlChart(len(shown), base, 100 * base.net / base.n, ())
    running = periods.get(now)
    return ControlReport(
        campaign=name,
        by=by,
        labels=shown,
        counts=counts,
        chart=chart,
        started_at=alike[0].started_at,
        few=sum(label > shown[0] for label in over if label not in enough),
        so_far=None if running is None or not visibility(running.n).has_score else (now, running),
        managers=managers,
    )


def _periods(given: Iterable[tuple[date, int, int]], by: ByPeriod) -> dict[str, Scores]:
    counted: dict[str, Counter[int]] = {}
    for day, score, people in given:
        counted.setdefault(_label(by, day), Counter())[score] += people
    return {label: scores_of("nps", each) for label, each in counted.items()}


def _label(by: ByPeriod, day: date) -> str:
    return _LABELS[by].format(day)
