"""Themes by an attribute of the customers: which are named more often, and cost more, in one group than elsewhere."""

from collections import Counter
from collections.abc import Mapping

from sqlalchemy import Connection, case

from bot.config.sections.report import limits
from bot.config.settings import Settings
from bot.reports.number_groups import ACCOUNT_VALUE
from bot.reports.scope import Chosen, cells_of, scored_since, scores_of
from bot.reports.segments import grouping
from bot.reports.themes.matches import ListsInForce, Named, named_by
from bot.reports.values import Missing, ThemeGroups
from bot.store.theme_rows import NAMES, NONE
from scoring import Counts, theme_cells

Placed = Mapping[tuple[int, str], Counts]


def theme_groups(
    connection: Connection,
    settings: Settings,
    chosen: Chosen,
    lists: ListsInForce,
    named: Named,
    attribute: str,
) -> ThemeGroups | Missing:
    """The themes of a wave's reasons by an attribute, as it was when the wave took its customers in."""
    cells = scored_since(cells_of(connection, chosen, days=True), None)
    groups = grouping(connection, chosen, cells, attribute, limits(settings.bands))
    if isinstance(groups, Missing):
        return groups
    labels = tuple(groups.grouped.groups)
    place = case(
        {label: place for place, label in enumerate(labels)}, value=groups.value(labels), else_=len(labels)
    )
    counted = _counts(chosen, named_by(connection, chosen, lists, named, place))

    def of(theme: str) -> dict[str | None, Counts]:
        every = enumerate((*labels, None))
        return {label: counted[place, theme] for place, label in every if (place, theme) in counted}

    names, none = of(NAMES), of(NONE)
    nobody = Counts(0, 0, 0)
    found = theme_cells(
        {
            label: names.get(label, nobody) + none.get(label, nobody)
            for label in (*labels, None)
            if label in names or label in none
        },
        {theme: of(theme) for theme in lists.names},
        beyond=groups.grouped.unlisted_groups,
        points=chosen.kind == "nps",
    )
    currency = settings.currency if groups.attribute == ACCOUNT_VALUE else None
    return ThemeGroups(groups.attribute, found, groups.limits, currency)


def _counts(chosen: Chosen, counted: Counter[tuple[int, str, int]]) -> Placed:
    histograms: dict[tuple[int, str], dict[int, int]] = {}
    for (place, theme, score), people in counted.items():
        if people:
            histograms.setdefault((place, theme), {})[score] = int(people)
    return {key: scores_of(chosen.kind, histogram).counts for key, histogram in histograms.items()}
