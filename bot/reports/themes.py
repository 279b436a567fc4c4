"""What the reasons speak of, and how many points each theme costs.

The reasons pass through one after the other; only counts and a few quotes are kept. A reason is searched with
the list of the language that its customer was asked in: words that look alike mean other things elsewhere.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, select

from bot.config.report_settings import theme_lists
from bot.config.settings import Settings
from bot.dialogue.kinds import SurveyKind
from bot.reports.scope import Chosen, answered_in, cells_of, choose, scores_of
from bot.reports.values import MOST_QUOTES, Missing, ThemeRow, ThemesReport
from bot.store.schema import conversation
from scoring import ThemeImpact, ThemeList, Visibility, theme_impacts, visibility

BATCH: Final = 200  # reasons; a few milliseconds of matching, after which whatever waits takes its turn


@dataclass(slots=True)
class _Named:
    """Who named one theme: how often each score was given, and the newest reasons, none of them twice."""

    histogram: dict[int, int] = field(default_factory=dict)
    quotes: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_QUOTES))

    def take(self, score: int, reason: str) -> None:
        self.histogram[score] = self.histogram.get(score, 0) + 1
        if reason in self.quotes:
            self.quotes.remove(reason)
        self.quotes.append(reason)


@dataclass(slots=True)
class _Heard:
    """All reasons of a report, counted."""

    themes: dict[str, _Named]
    everyone: dict[int, int] = field(default_factory=dict)
    unthemed: int = 0
    other_languages: int = 0

    def take(self, score: int, reason: str, themes: ThemeList | None) -> None:
        if themes is None:
            self.other_languages += 1
            return
        self.everyone[score] = self.everyone.get(score, 0) + 1
        named = themes.find(reason)
        if not named:
            self.unthemed += 1
        for name in named:
            self.themes[name].take(score, reason)


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
    lists = theme_lists(settings.themes)
    heard = _Heard({name: _Named() for each in lists.values() for name in each.names})
    for row in _reasons(connection, chosen):
        heard.take(row.score, row.reason, lists.get(row.language.partition("-")[0]))
    scores = scores_of(chosen.kind, heard.everyone)
    return ThemesReport(
        scope=chosen.scope(cells_of(connection, chosen)),
        scores=scores,
        reasons=scores.n,
        unthemed=heard.unthemed,
        rows=tuple(
            ThemeRow(
                each.theme, each, () if each.hidden else tuple(reversed(heard.themes[each.theme].quotes))
            )
            for each in _impacts(chosen.kind, heard)
        ),
        other_languages=heard.other_languages,
    )


def _reasons(connection: Connection, chosen: Chosen) -> Iterator[Any]:
    statement = (
        select(conversation.c.score, conversation.c.reason, conversation.c.language)
        .select_from(chosen.known.people)
        .where(*answered_in(chosen), conversation.c.reason != "")  # empty: of somebody who was erased
        .order_by(conversation.c.scored_at, conversation.c.id)
    )
    yield from connection.execute(statement, execution_options={"yield_per": BATCH})


def _impacts(kind: SurveyKind, heard: _Heard) -> tuple[ThemeImpact, ...]:
    """Every theme that was named, the costliest first and the hidden last."""
    everyone = scores_of(kind, heard.everyone).counts
    counted = {
        name: scores_of(kind, named.histogram).counts
        for name, named in heard.themes.items()
        if named.histogram
    }
    if kind == "nps":
        return theme_impacts(everyone, counted)
    found = (
        ThemeImpact(name, counts.n, hidden=visibility(counts.n) is Visibility.HIDDEN)
        for name, counts in counted.items()
    )
    return tuple(sorted(found, key=lambda each: (each.hidden, -each.n, each.theme)))
