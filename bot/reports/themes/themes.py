"""What the reasons speak of, and how many points each theme costs: from the counts of `bot.reports.themes.matches`."""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import Connection

from bot.config.settings import Settings
from bot.reports.new_words import new_words
from bot.reports.scope import Chosen, choose, is_running, scope_of, scores_of, wave_before
from bot.reports.themes.groups import theme_groups
from bot.reports.themes.matches import (
    ListsInForce,
    lists_in_force,
    named_in,
    newest_reasons,
    reasons_by,
    reasons_by_account,
)
from bot.reports.values import MOST_QUOTES, Missing, ThemeRow, ThemesReport
from scoring import Counts, ThemeImpact, ThemeShift, Visibility, theme_impacts, theme_shifts, visibility


def themes_report(
    connection: Connection,
    settings: Settings,
    campaign: str,
    *,
    wave: int | None = None,
    by: str | None = None,
    managers: tuple[str, ...] | None = None,
) -> ThemesReport | Missing:
    """The themes of a wave's reasons, the newest wave where no number is given; those that fewer than five
    name are hidden. Where they are asked `by` an attribute, its groups are compared as well."""
    chosen = choose(connection, campaign, wave, managers=managers)
    if isinstance(chosen, Missing):
        return chosen
    lists = lists_in_force(settings)
    named = named_in(connection, chosen, lists)
    groups = None if by is None else theme_groups(connection, settings, chosen, lists, named, by)
    if isinstance(groups, Missing):
        return groups
    histogram, unthemed, other_languages = reasons_by(named, lists)
    scores = scores_of(chosen.kind, histogram)
    own = [each.mark for each in lists.by_language.values()]
    by_theme = {name: scores_of(chosen.kind, named.histogram(name, marks=own)).counts for name in lists.names}
    themes = {name: counts for name, counts in by_theme.items() if counts.n}
    if chosen.kind == "nps" and themes:
        clusters, shared = reasons_by_account(connection, chosen, lists, named, scores.counts, themes)
        scores = scores.by_account(clusters)
        impacts = theme_impacts(scores.counts, themes, shared=shared)
    else:
        impacts = _boxes(themes)
    scope = scope_of(connection, chosen)
    judged = chosen.kind == "nps" and scope.judged
    shown = [each.theme for each in impacts if not each.hidden]
    quotes = newest_reasons(connection, chosen, lists, named, shown, MOST_QUOTES)
    before = wave_before(connection, chosen.waves[-1]) if scope.judged else None
    return ThemesReport(
        scope=scope,
        scores=scores,
        reasons=scores.n,
        unthemed=unthemed,
        rows=tuple(ThemeRow(each.theme, each, quotes.get(each.theme, ())) for each in impacts),
        other_languages=other_languages,
        words=new_words(connection, settings, chosen, before, lists) if judged else None,
        before=None if before is None else before.number,
        shifts=()
        if before is None
        else _shifts(connection, replace(chosen, waves=(before,)), lists, by_theme, scores.n),
        groups=groups,
    )


def _boxes(themes: Mapping[str, Counts]) -> tuple[ThemeImpact, ...]:
    """Every theme of a CSAT or CES, the most frequent first: points of an NPS are not theirs."""
    found = (
        ThemeImpact(name, counts.n, hidden=visibility(counts.n) is Visibility.HIDDEN)
        for name, counts in themes.items()
    )
    return tuple(sorted(found, key=lambda each: (each.hidden, -each.n, each.theme)))


def _shifts(
    connection: Connection, before: Chosen, lists: ListsInForce, themes: Mapping[str, Counts], n: int
) -> tuple[ThemeShift, ...]:
    """How often each theme is named, against the wave before."""
    if is_running(connection, before):
        return ()
    named = named_in(connection, before, lists)
    histogram, _, _ = reasons_by(named, lists)
    own = [each.mark for each in lists.by_language.values()]
    then = {name: sum(named.histogram(name, marks=own).values()) for name in lists.names}
    now = {name: counts.n for name, counts in themes.items()}
    return theme_shifts(now, n, then, sum(histogram.values()))
