"""What the reasons speak of, and how many points each theme costs: from the counts of `bot.reports.theme_matches`."""

from collections.abc import Mapping

from sqlalchemy import Connection

from bot.config.settings import Settings
from bot.dialogue.kinds import SurveyKind
from bot.reports.scope import cells_of, choose, scores_of
from bot.reports.theme_matches import lists_in_force, named_in, newest_reasons, reasons_by
from bot.reports.values import MOST_QUOTES, Missing, Scores, ThemeRow, ThemesReport
from scoring import ThemeImpact, Visibility, theme_impacts, visibility


def themes_report(
    connection: Connection,
    settings: Settings,
    campaign: str,
    *,
    wave: int | None = None,
    managers: tuple[str, ...] | None = None,
) -> ThemesReport | Missing:
    """The themes of a wave's reasons, the newest wave where no number is given; those that fewer than five
    name are hidden."""
    chosen = choose(connection, campaign, wave, managers=managers)
    if isinstance(chosen, Missing):
        return chosen
    lists = lists_in_force(settings)
    named = named_in(connection, chosen, lists)
    histogram, unthemed, other_languages = reasons_by(named, lists)
    scores = scores_of(chosen.kind, histogram)
    own = [each.mark for each in lists.by_language.values()]
    by_theme = {name: named.histogram(name, marks=own) for name in lists.names}
    return ThemesReport(
        scope=chosen.scope(cells_of(connection, chosen)),
        scores=scores,
        reasons=scores.n,
        unthemed=unthemed,
        rows=tuple(
            ThemeRow(
                each.theme,
                each,
                ()
                if each.hidden
                else newest_reasons(connection, chosen, lists, named, each.theme, MOST_QUOTES),
            )
            for each in _impacts(chosen.kind, scores, by_theme)
        ),
        other_languages=other_languages,
    )


def _impacts(
    kind: SurveyKind, everyone: Scores, by_theme: Mapping[str, Mapping[int, int]]
) -> tuple[ThemeImpact, ...]:
    """Every theme that was named, the costliest first and the hidden last."""
    counted = {name: scores_of(kind, histogram).counts for name, histogram in by_theme.items() if histogram}
    if kind == "nps":
        return theme_impacts(everyone.counts, counted)
    found = (
        ThemeImpact(name, counts.n, hidden=visibility(counts.n) is Visibility.HIDDEN)
        for name, counts in counted.items()
    )
    return tuple(sorted(found, key=lambda each: (each.hidden, -each.n, each.theme)))
