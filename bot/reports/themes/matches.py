"""Which themes reasons name: as they were matched when they came, and matched now where that is yet to be done.

A reason is searched with the list of the language that its customer was asked in: words that look alike mean other
things elsewhere. What was matched with a list that is no longer in force is matched anew, so that every count is
that of today's lists.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, String, cast, func, literal, select, union_all

from bot.config.sections.report import theme_lists
from bot.config.settings import Settings
from bot.reports.clusters import kept_clusters
from bot.reports.scope import Chosen, in_waves, of_managers, scores_of
from bot.store.schema import conversation, reason_waiting, theme_named, theme_tally
from bot.store.theme_rows import NAMES, NONE, Matched
from scoring import Clusters, Counts, Shared, ThemeList

Counted = Counter[tuple[str, str, int]]
"""How many answers by the mark of their list, the theme (or `NAMES` or `NONE`) and the score."""

CHUNK: Final = 500  # conversations that are looked up at once
_FEW: Final = 50  # newest reasons of a theme, among which there are mostly three different ones
_MANY: Final = 2000
_ALONE: Final = "\n"  # before who has no account: none is called so
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)  # of a score that was put in without its time

_OF_WAVES: Final = (conversation.c.wave_id + 0).in_  # by the ids that are given beside, and not by an index


@dataclass(frozen=True, slots=True)
class ListsInForce:
    """The list of themes of each language that has one."""

    by_language: Mapping[str, ThemeList]

    def of(self, language: str) -> ThemeList | None:
        """The list for reasons of who was asked in this language."""
        return self.by_language.get(language.partition("-")[0])

    @property
    def names(self) -> tuple[str, ...]:
        """Every theme, once."""
        return tuple(dict.fromkeys(name for each in self.by_language.values() for name in each.names))

    @property
    def without_list(self) -> str:
        """The mark of reasons in a language that has none; another one once it has."""
        return f"none:{''.join(sorted(self.by_language))}"

    @property
    def marks(self) -> tuple[str, ...]:
        """Those of matches that are in force."""
        return (*(each.mark for each in self.by_language.values()), self.without_list)

    def match(self, row: Any) -> Matched:
        """What the reason of a conversation names: `row` has the columns of `ANSWER`."""
        themes = self.of(row.language)
        return Matched(
            row.id,
            row.wave_id,
            self.without_list if themes is None else themes.mark,
            row.score,
            row.scored_at or _NEVER,
            frozenset() if themes is None else themes.find(row.reason),
        )


ANSWER: Final = tuple(
    conversation.c[name] for name in ("id", "wave_id", "language", "score", "scored_at", "reason")
)
HAS_REASON: Final = (
    conversation.c.score.is_not(None),
    conversation.c.reason != "",
)  # empty: of who was erased


def lists_in_force(settings: Settings) -> ListsInForce:
    """The lists by these settings."""
    return ListsInForce(theme_lists(settings.themes))


@dataclass(frozen=True, slots=True)
class Named:
    """The themes of all reasons of a report: as they are `stored`, but for those of `unsettled` conversations, whose
    reasons were matched now (`fresh`, with their words)."""

    counted: Counted
    unsettled: frozenset[int]
    fresh: Mapping[str, Sequence[tuple[datetime, int, str]]] = field(default_factory=dict)

    def histogram(self, *themes: str, marks: Iterable[str]) -> dict[int, int]:
        """How often each score was given by who named one of these."""
        wanted = frozenset(marks)
        found: Counter[int] = Counter()
        for (mark, theme, score), people in self.counted.items():
            if people and theme in themes and mark in wanted:
                found[score] += people
        return dict(found)


def named_in(connection: Connection, chosen: Chosen, lists: ListsInForce) -> Named:
    """Count what the reasons of these waves name, exactly, whatever is yet to be matched."""
    counted = _stored(connection, chosen, lists)
    unsettled = unsettled_in(connection, chosen, lists)
    fresh: dict[str, list[tuple[datetime, int, str]]] = {}
    for ids in _in_chunks(sorted(unsettled)):
        counted.subtract(_stored(connection, chosen, lists, ids))
        for row in connection.execute(_answers(chosen, ids)):
            matched = lists.match(row)
            counted.update((one["mark"], one["theme"], one["score"]) for one in matched.rows)
            for theme in matched.themes:
                fresh.setdefault(theme, []).append((matched.at, row.id, row.reason))
    return Named(counted, unsettled, fresh)


def named_by(
    connection: Connection, chosen: Chosen, lists: ListsInForce, named: Named, place: ColumnElement[Any]
) -> Counter[tuple[Any, str, int]]:
    """By the place of a group, theme (or `NAMES` or `NONE`) and score, how many reasons in a language with a list."""
    own = [each.mark for each in lists.by_language.values()]
    counted: Counter[tuple[Any, str, int]] = Counter()

    def stored(*conditions: ColumnElement[bool]) -> Iterator[Any]:
        rows = (
            select(place.label("place"), theme_named.c.theme, theme_named.c.score)
            .select_from(_with_themes(chosen))
            .where(*conditions, theme_named.c.mark.in_(own))
            .subquery()
        )
        yield from connection.execute(select(*rows.c, func.count().label("people")).group_by(*rows.c))

    for row in stored(*in_waves(chosen)):
        counted[row.place, row.theme, row.score] += row.people
    for ids in _in_chunks(sorted(named.unsettled)):
        for row in stored(*_among(chosen, ids)):
            counted[row.place, row.theme, row.score] -= row.people
        for row in connection.execute(_answers(chosen, ids).add_columns(place.label("place"))):
            matched = lists.match(row)
            counted.update((row.place, one["theme"], row.score) for one in matched.rows if one["mark"] in own)
    return counted


def newest_reasons(
    connection: Connection,
    chosen: Chosen,
    lists: ListsInForce,
    named: Named,
    themes: Collection[str],
    most: int,
) -> dict[str, tuple[str, ...]]:
    """The newest reasons that name each of these themes, none of them twice; of the newest two thousand, where many say
    the same."""
    found: dict[str, tuple[str, ...]] = {}
    for limit in (_FEW, _MANY):
        left = [theme for theme in themes if theme not in found]
        if not left:
            break
        stored: dict[str, list[tuple[datetime, int, str]]] = {theme: [] for theme in left}
        for row in connection.execute(_newest(chosen, lists, left, limit)):
            stored[row.theme].append((row.at, row.id, row.reason))
        for theme, rows in stored.items():
            settled = (row for row in rows if row[1] not in named.unsettled)
            newest = sorted((*settled, *named.fresh.get(theme, ())), reverse=True)
            reasons = tuple(dict.fromkeys(reason for _, _, reason in newest))[:most]
            if len(reasons) == most or len(rows) < limit or limit == _MANY:
                found[theme] = reasons
    return found


def newest_named(
    connection: Connection, chosen: Chosen, lists: ListsInForce, named: Named, theme: str, most: int
) -> list[int]:
    """The conversations whose reasons name a theme, the newest ones."""
    stored = connection.execute(_newest(chosen, lists, [theme], _FEW if not named.unsettled else _MANY))
    rows = [(row.at, row.id) for row in stored if row.id not in named.unsettled]
    fresh = [(at, id_) for at, id_, _ in named.fresh.get(theme, ())]
    return [id_ for _, id_ in sorted((*rows, *fresh), reverse=True)[:most]]


# ---------------------------------------------------------------------------------------------- queries


def _stored(
    connection: Connection, chosen: Chosen, lists: ListsInForce, ids: Sequence[int] | None = None
) -> Counted:
    """What is counted of these waves, or of these conversations of theirs, by lists in force."""
    if ids is None and chosen.managers is None:
        columns = (theme_tally.c.mark, theme_tally.c.theme, theme_tally.c.score)
        statement = select(*columns, func.sum(theme_tally.c.people).label("people")).where(
            theme_tally.c.wave_id.in_(chosen.ids), theme_tally.c.mark.in_(lists.marks)
        )
    else:
        columns = (theme_named.c.mark, theme_named.c.theme, theme_named.c.score)
        statement = (
            select(*columns, func.count().label("people"))
            .select_from(_with_themes(chosen))
            .where(
                *(in_waves(chosen) if ids is None else _among(chosen, ids)),
                theme_named.c.mark.in_(lists.marks),
            )
        )
    rows = connection.execute(statement.group_by(*columns))
    return Counter({(row.mark, row.theme, row.score): int(row.people) for row in rows})


def unsettled_in(connection: Connection, chosen: Chosen, lists: ListsInForce) -> frozenset[int]:
    """The conversations whose reason is not matched yet, or by a list that is no longer in force."""
    waiting = (
        select(reason_waiting.c.conversation_id)
        .join(conversation, conversation.c.id == reason_waiting.c.conversation_id)
        .where(_OF_WAVES(chosen.ids))
    )
    found = frozenset(connection.scalars(waiting))
    # Else every reason might be read for nothing.
    if connection.execute(_other_marks(lists).limit(1)).first() is None:
        return found
    return found.union(connection.scalars(matched_otherwise(lists, theme_named.c.wave_id.in_(chosen.ids))))


def matched_otherwise(lists: ListsInForce, *conditions: ColumnElement[bool]) -> Any:
    """The conversations whose reason was matched by a list that is no longer in force."""
    return select(theme_named.c.conversation_id).where(
        theme_named.c.mark.in_(_other_marks(lists)), theme_named.c.at.is_(None), *conditions
    )


def _other_marks(lists: ListsInForce) -> Any:
    return select(theme_tally.c.mark).where(theme_tally.c.people > 0, theme_tally.c.mark.not_in(lists.marks))


def _answers(chosen: Chosen, ids: Sequence[int]) -> Any:
    return select(*ANSWER).select_from(chosen.known.people).where(*_among(chosen, ids), *HAS_REASON)


def _newest(chosen: Chosen, lists: ListsInForce, themes: Sequence[str], limit: int) -> Any:
    """The newest of each theme: the index that they are found by begins with the theme."""
    return union_all(
        *(
            select(
                select(conversation.c.id, conversation.c.reason, theme_named.c.at, theme_named.c.theme)
                .select_from(_with_themes(chosen))
                .where(
                    theme_named.c.wave_id.in_(chosen.ids),
                    theme_named.c.theme == theme,
                    theme_named.c.at.is_not(None),
                    theme_named.c.mark.in_(lists.marks),
                    *of_managers(chosen),
                )
                .order_by(theme_named.c.at.desc(), theme_named.c.conversation_id.desc())
                .limit(limit)
                .subquery()
            )
            for theme in themes
        )
    )


def _with_themes(chosen: Chosen) -> FromClause:
    return chosen.known.people.join(theme_named, theme_named.c.conversation_id == conversation.c.id)


def _among(chosen: Chosen, ids: Sequence[int]) -> list[ColumnElement[bool]]:
    return [conversation.c.id.in_(ids), _OF_WAVES(chosen.ids), *of_managers(chosen)]


def _in_chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(ids), CHUNK):
        yield ids[first : first + CHUNK]


def reasons_by_account(
    connection: Connection,
    chosen: Chosen,
    lists: ListsInForce,
    named: Named,
    everyone: Counts,
    themes: Mapping[str, Counts],
) -> tuple[Clusters, dict[str, Shared]]:
    """Those who gave a reason, which are `everyone`, by account; and of each theme those with it and the others. In a
    large wave as if they came of accounts like those of all answers."""
    kept = kept_clusters(connection, chosen)
    if kept is not None:
        shared = {name: Shared(kept.like(own), kept.like(everyone - own)) for name, own in themes.items()}
        return kept.like(everyone), shared
    alone = literal(_ALONE) + cast(conversation.c.id, String)
    place = func.coalesce(chosen.known.account, alone)
    scores: dict[str, dict[str, dict[int, int]]] = {}
    for (label, theme, score), people in named_by(connection, chosen, lists, named, place).items():
        scores.setdefault(label, {}).setdefault(theme, {})[score] = people
    nobody = Counts(0, 0, 0)
    all_told: list[Counts] = []
    loose = 0
    pairs: dict[str, list[tuple[Counts, Counts]]] = {name: [] for name in themes}
    for label, by_theme in scores.items():
        given = {theme: scores_of(chosen.kind, histogram).counts for theme, histogram in by_theme.items()}
        every = given.get(NAMES, nobody) + given.get(NONE, nobody)
        all_told.append(every)
        loose += bool(every.n and label.startswith(_ALONE))
        for name, found in pairs.items():
            own = given.get(name, nobody)
            found.append((own, every - own))
    clusters = replace(Clusters.of(all_told), loose=loose)
    return clusters, {name: Shared.of(found) for name, found in pairs.items()}


# ----------------------------------------------------------------------------------------------- counts


def reasons_by(named: Named, lists: ListsInForce) -> tuple[dict[int, int], int, int]:
    """Of all reasons: how often each score was given in a language with a list, how many of these name no theme, and
    how many are in other languages."""
    own = [each.mark for each in lists.by_language.values()]
    none = sum(named.histogram(NONE, marks=own).values())
    others = sum(named.histogram(NAMES, NONE, marks=(lists.without_list,)).values())
    return named.histogram(NAMES, NONE, marks=own), none, others
