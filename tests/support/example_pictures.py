"""`python -m tests.support.example_pictures FOLDER`: draw the pictures of docs/reports.md anew.

The reports in them are made up here, so that the same pictures come out each time; the tests look at them
too.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from bot.dialogue.kinds import SCALES, SurveyKind
from bot.pictures.drawing import picture_of
from bot.reports.board import BoardAccount, BoardReport, SmallAccounts
from bot.reports.control import ControlReport
from bot.reports.managers import ManagersReport, held_together
from bot.reports.segment_query import Grouped
from bot.reports.segments import groups_as_shown
from bot.reports.values import (
    CampaignReport,
    Goal,
    Scope,
    Scores,
    Stamp,
    ThemeRow,
    ThemesReport,
    TrendPoint,
    TrendReport,
    Versus,
)
from bot.words import words_for
from scoring import (
    Answers,
    Clusters,
    Counts,
    GoalReached,
    Rate,
    ValueAtRisk,
    compare,
    control_chart,
    holm_corrected,
    share,
    theme_impacts,
)

ZONE: Final = ZoneInfo("Europe/Amsterdam")
SPRING: Final = (2, 0, 1, 1, 3, 6, 5, 14, 22, 30, 36)
AUTUMN: Final = (4, 1, 1, 3, 3, 7, 3, 18, 22, 28, 30)
TEAMS: Final = {
    "North": (1, 0, 0, 0, 1, 2, 3, 9, 15, 22, 18),
    "South": (4, 2, 3, 4, 5, 4, 6, 9, 8, 7, 5),
    "Key accounts and partners overseas": (0, 0, 1, 0, 1, 2, 1, 5, 10, 12, 10),
    "West": (1, 0, 0, 1, 0, 1, 2, 4, 5, 5, 3),
    "Partners": (0, 0, 0, 0, 1, 0, 0, 2, 1, 2, 1),
    "East": (0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 0),
    "": (0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1),
}
WAVES: Final = (
    (5, 2, 3, 4, 5, 6, 7, 14, 18, 16, 10),
    (4, 2, 2, 4, 5, 5, 6, 16, 20, 24, 14),
    (6, 3, 2, 4, 6, 7, 8, 15, 18, 16, 12),
    AUTUMN,
    (0, 0, 1, 0, 1, 1, 1, 4, 7, 6, 5),
)
"""How often each score from 0 on was given, by team and by wave."""
MONTHS: Final = tuple(
    Counts(*each)
    for each in (
        *((12, 18, 30), (8, 14, 25), (11, 15, 26), (14, 20, 34), (9, 16, 24), (13, 17, 33), (10, 12, 22)),
        *((12, 21, 31), (9, 13, 27), (15, 19, 36), (11, 14, 25), (13, 18, 29), (6, 9, 16), (12, 17, 33)),
        *((14, 16, 28), (24, 19, 21), (27, 15, 18), (25, 17, 20)),
    )
)
MANAGERS: Final = {
    "North": Counts(30, 55, 95),
    "South": Counts(16, 30, 54),
    "East": Counts(12, 20, 38),
    "West": Counts(8, 12, 20),
    "Delta": Counts(45, 70, 125),
    "Coast": Counts(5, 9, 20),
    "Polder": Counts(9, 14, 22),
    "Heath": Counts(4, 3, 8),
    "Key accounts": Counts(62, 40, 30),
    "Isles": Counts(4, 1, 1),
    "Dunes": Counts(0, 2, 9),
}


STAMP: Final = Stamp("Acme", datetime(2026, 4, 1, 9, tzinfo=UTC))


def scores(times: Sequence[int], kind: SurveyKind = "nps", population: int | None = None) -> Scores:
    return Scores(kind, Answers(SCALES[kind], tuple(times)), population)


def scope(kind: SurveyKind = "nps", *, running: bool = False, campaign: str = "customers") -> Scope:
    started = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return Scope(campaign, kind, (2,), started, None, running, stamp=STAMP)


def report(found: Scores, **more: object) -> CampaignReport:
    values = {"audience": 200, "dispositions": None, "rates": None, "skipped": {}, **more}
    return CampaignReport(scope(found.kind), found, **values)  # type: ignore[arg-type]  # each caller names real fields


def against_autumn() -> CampaignReport:
    spring, autumn = scores(SPRING), scores(AUTUMN)
    versus = Versus("customers", 1, autumn, compare(spring.counts, autumn.counts))
    return report(spring, versus=versus)


def by_team(teams: Mapping[str, Sequence[int]] = TEAMS, attribute: str = "account_manager") -> CampaignReport:
    """Segments as the values hold them: what may not be shown is not in them."""
    grouped = Grouped({name: dict(enumerate(times)) for name, times in teams.items()})
    everybody = scores([sum(column) for column in zip(*teams.values(), strict=True)])
    return report(everybody, segments=groups_as_shown("nps", attribute, grouped))


def answered_by_team() -> CampaignReport:
    """The same with how many of each team were invited."""
    found = by_team()
    assert found.segments is not None
    assert found.segments.together is not None
    invited = iter((103, 128, 61, 34, 9))
    rows = tuple(
        row if row.scores is None else replace(row, response=_response(row.scores.n, next(invited)))
        for row in found.segments.rows
    )
    rest = found.segments.together
    together = replace(rest, response=_response(rest.scores.n, 15))
    return replace(found, segments=replace(found.segments, rows=rows, together=together))


def _response(scored: int, invited: int) -> Rate:
    return Rate("response rate", scored, "scored", invited, "invited")


def trend(waves: Sequence[Sequence[int]] = WAVES, kind: SurveyKind = "nps") -> TrendReport:
    found = [scores(times, kind) for times in waves]
    changes = {
        str(number): change
        for number in range(1, len(found) - 1)
        if kind == "nps" and (change := compare(found[number].counts, found[number - 1].counts)) is not None
    }
    corrected = holm_corrected(changes)
    return TrendReport(
        "customers",
        kind,
        tuple(
            TrendPoint(
                number + 1,
                datetime(2025 + number // 2, 4 + 6 * (number % 2), 1, 9, tzinfo=UTC),
                number == len(found) - 1,
                one,
                corrected.get(str(number)),
            )
            for number, one in enumerate(found)
        ),
    )


def themes() -> ThemesReport:
    """Four themes; of the last too few spoke to show what it costs."""
    named = {
        "Delivery": Counts(9, 3, 2),
        "Communication": Counts(6, 5, 4),
        "Support": Counts(2, 4, 14),
        "Price": Counts(1, 2, 0),
    }
    spring = scores(SPRING)
    rows = tuple(ThemeRow(impact.theme, impact) for impact in theme_impacts(spring.counts, named))
    return ThemesReport(scope(), spring, spring.n, 68, rows)


def managers(names: Mapping[str, Counts] = MANAGERS) -> ManagersReport:
    """Account managers of whom one lies outside the funnel."""
    groups = {
        name: {0: each.detractors, 8: each.passives, 10: each.promoters} for name, each in names.items()
    }
    found = held_together(scope(), Grouped(groups))
    assert isinstance(found, ManagersReport)
    return found


def months(counts: Sequence[Counts] = MONTHS) -> ControlReport:
    """Months of which the last lie outside the band."""
    chart = control_chart(counts)
    assert chart is not None
    labels = tuple(f"{2024 + place // 12}-{place % 12 + 1:02}" for place in range(len(counts)))
    return ControlReport(
        "customers", "month", labels, tuple(counts), chart, datetime(2024, 1, 8, 9, tzinfo=UTC)
    )


def board() -> BoardReport:
    """A page with everything on it, and with names of all lengths."""
    spring, autumn = scores(SPRING), scores(AUTUMN)
    clusters = Clusters.of([Counts(0, 1, 2)] * 20 + [Counts(2, 1, 0)] * 6 + [Counts(0, 1, 2)] * 14)
    rows = themes().rows
    return BoardReport(
        scope=scope(),
        scores=spring.by_account(clusters),
        response=Rate("response", spring.n, "scored", 196, "invited"),
        versus=Versus("customers", 1, autumn, compare(spring.counts, autumn.counts)),
        themes=rows[:3],
        accounts=(
            BoardAccount("Globex", Counts(9, 3, 2), 1_200_000),
            BoardAccount(
                "Ministerie van Infrastructuur en Waterstaat, directie Noord-Nederland",
                Counts(8, 4, 1),
                120_000,
            ),
            BoardAccount("北京科技有限公司", Counts(6, 2, 2)),
            BoardAccount("Initech", Counts(5, 1, 1)),
            BoardAccount("Hooli", Counts(3, 2, 0)),
        ),
        more_red=2,
        small=SmallAccounts(21, 4, Counts(9, 11, 22), 640_000),
        cases=18,
        done=11,
        in_time=share(8, 17),
        currency="EUR",
        goals=(Goal(45, GoalReached.NOT_CERTAIN),),
        at_risk=ValueAtRisk(4_300_000, 1_900_000, 450_000, 38),
    )


EXAMPLES: Final[
    Mapping[str, Callable[[], CampaignReport | TrendReport | ManagersReport | ControlReport | BoardReport]]
] = {
    "report": against_autumn,
    "segments": answered_by_team,
    "trend": trend,
    "managers": managers,
    "months": months,
    "board": board,
}


def main(folder: Path) -> None:
    """Draw each example into the folder."""
    for name, example in EXAMPLES.items():
        picture = picture_of(example(), words_for("admin", "en"), ZONE)
        if picture is None:
            sys.exit(f"Nothing was drawn for {name}.")
        file = folder / f"{name}.png"
        file.write_bytes(picture.png)
        print(f"{file}: {len(picture.png):,} bytes. {picture.alt}")  # noqa: T201  # this is a command


if __name__ == "__main__":
    main(Path(sys.argv[1]))
