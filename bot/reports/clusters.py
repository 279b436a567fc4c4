"""Answers by account, added up by the database: what intervals and comparisons need of the accounts of a report.

An account is the one that a customer had as the report counts it; who has none, or was erased, is an account of their
own. What comes back is a row a group, however many accounts answered. Of a large wave the sums
are kept, brought up to date behind (`stale_clusters`), and taken for the answers that it has by their design effect.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Subquery,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)

from bot.campaigns.waves import COUNTED, find_wave
from bot.reports.scope import THEN, Chosen, answered_in, cells_of, kind_of, scores_of
from bot.reports.tallies import score_counts
from bot.store.schema import conversation, tally, wave, wave_clusters
from bot.store.standing import NO_SCORE
from scoring import NPS_SCALE, Clusters, Counts, Shared, Within

KEPT_FROM: Final = 5_000
"""From so many answers on a wave's sums are kept, and its groups take the design effect of the whole: to count them
anew would take seconds after a million answers."""

_NOBODY: Final = Clusters(0, 0, 0, 0)
_KEPT: Final = select(*wave_clusters.c[1:]).where(wave_clusters.c.wave_id == bindparam("wave_id"))
_ANSWERS: Final = func.sum(tally.c.people)
_KNOWN: Final = wave_clusters.c.detractors + wave_clusters.c.passives + wave_clusters.c.promoters
_STALE: Final = (
    select(wave.c.campaign, wave.c.number)
    .join_from(wave, tally, tally.c.wave_id == wave.c.id)
    .outerjoin(wave_clusters, wave_clusters.c.wave_id == wave.c.id)
    .where(COUNTED, tally.c.score != NO_SCORE)
    .group_by(wave.c.campaign, wave.c.number, _KNOWN)
    .having(bindparam("least") <= _ANSWERS)
    .having(or_(_KNOWN.is_(None), func.abs(_ANSWERS - _KNOWN) * 100 > _KNOWN))
)
_STEP: Final = case(
    (conversation.c.score <= NPS_SCALE.low_to, -1), (conversation.c.score >= NPS_SCALE.high_from, 1), else_=0
)


@dataclass(frozen=True, slots=True)
class KeptClusters:
    """What a large wave added up to by account when it had the answers `counts`."""

    counts: Counts
    clusters: Clusters

    def like(self, counts: Counts) -> Clusters:
        """The same for other answers of the wave, as if their accounts were of the same sizes, and as much alike."""
        return self.clusters.like(self.counts, counts)


def kept_clusters(connection: Connection, chosen: Chosen) -> KeptClusters | None:
    """What is kept of the wave of a report, where it is everybody's; None where it is to be counted."""
    if len(chosen.waves) > 1 or chosen.managers is not None or chosen.known is not THEN:
        return None
    row = connection.execute(_KEPT, {"wave_id": chosen.ids[0]}).one_or_none()
    return None if row is None else KeptClusters(Counts(*row[:3]), Clusters(*row[3:]))


def clusters_of(connection: Connection, chosen: Chosen, counts: Counts) -> Clusters:
    """The answers of a report, which are `counts`, by account."""
    kept = kept_clusters(connection, chosen)
    return count_clusters(connection, chosen) if kept is None else kept.like(counts)


def count_clusters(connection: Connection, chosen: Chosen) -> Clusters:
    """The same, counted anew."""
    each = _accounts(chosen, literal(0))
    row = connection.execute(select(func.count(), *_own(each))).one()
    return Clusters(*map(_whole, row))


def clusters_of_waves(connection: Connection, chosen: Chosen, counts: Sequence[Counts]) -> dict[int, Shared]:
    """The answers of each wave of a report, which are `counts`, by account, and what its accounts answered in the wave
    that stands before it in `chosen`; by the wave's id. Where a wave is large the latter is left out, which makes a
    difference less certain than it is, and never more."""
    alone = [replace(chosen, waves=(one,)) for one in chosen.waves]
    if any(kept_clusters(connection, each) for each in alone):
        own = [clusters_of(connection, *each) for each in zip(alone, counts, strict=True)]
        before = (_NOBODY, *own[:-1])
        return {
            wave_id: Shared(*pair)
            for wave_id, pair in zip(chosen.ids, zip(own, before, strict=True), strict=True)
        }
    return _counted_waves(connection, chosen)


def _counted_waves(connection: Connection, chosen: Chosen) -> dict[int, Shared]:
    places = {wave_id: place for place, wave_id in enumerate(chosen.ids)}
    each = _accounts(chosen, case(places, value=conversation.c.wave_id))
    order: Any = {"partition_by": (each.c.account, each.c.alone), "order_by": each.c.part}
    after = select(
        each,
        *(func.lag(each.c[name]).over(**order).label(f"before_{name}") for name in ("part", "n", "s")),
    ).subquery()
    follows = after.c.before_part == after.c.part - 1
    n, s = (case((follows, after.c[name]), else_=0) for name in ("before_n", "before_s"))
    products = (after.c.n * n, after.c.n * s, after.c.s * n, after.c.s * s)
    rows = connection.execute(
        select(after.c.part, func.count(), *_own(after), *map(func.sum, products)).group_by(after.c.part)
    )
    found = {place: tuple(map(_whole, row)) for place, *row in rows}
    own = {place: Clusters(*row[:5]) for place, row in found.items()}
    return {
        chosen.ids[place]: Shared(own[place], own.get(place - 1, _NOBODY), *row[5:])
        for place, row in found.items()
    }


def clusters_of_groups(
    connection: Connection, chosen: Chosen, group: ColumnElement[Any]
) -> Mapping[Any, Within]:
    """The answers of a report by group and account, each group as a part of all of them; what is in none (NULL) is
    left out."""
    each = _accounts(chosen, group)
    account: Any = {"partition_by": (each.c.account, each.c.alone)}
    of_all = select(
        each,
        func.sum(each.c.n).over(**account).label("all_n"),
        func.sum(each.c.s).over(**account).label("all_s"),
        func.row_number().over(**account, order_by=each.c.part).label("place"),
    ).subquery()
    n, s, all_n, all_s = of_all.c.n, of_all.c.s, of_all.c.all_n, of_all.c.all_s
    rows = connection.execute(
        select(
            of_all.c.part,
            func.count(),
            *_own(of_all),
            func.sum(case((of_all.c.place == 1, 1), else_=0)),
            func.sum(case((n == all_n, 1), else_=0)),
            *map(func.sum, (n * all_n, n * all_s, s * all_n, s * all_s)),
        ).group_by(of_all.c.part)
    )
    return {part: Within(Clusters(*map(_whole, row[:5])), *map(_whole, row[5:])) for part, *row in rows}


# ------------------------------------------------------------------------------------------------- kept


def stale_clusters(connection: Connection) -> list[Chosen]:
    """The large waves of an NPS of which other answers are kept than they have, by more than one in a hundred."""
    rows = connection.execute(_STALE, {"least": KEPT_FROM}).all()
    waves = (find_wave(connection, row.campaign, row.number) for row in rows)
    return [Chosen((one,)) for one in waves if one is not None and kind_of(one) == "nps"]


def fresh_clusters(connection: Connection, chosen: Chosen) -> KeptClusters:
    """What is to be kept of a wave. It reads every answer."""
    counts = scores_of(chosen.kind, score_counts(cells_of(connection, chosen))).counts
    return KeptClusters(counts, count_clusters(connection, chosen))


def keep_clusters(connection: Connection, wave_id: int, found: KeptClusters) -> None:
    """Keep it."""
    connection.execute(delete(wave_clusters).where(wave_clusters.c.wave_id == wave_id))
    values = asdict(found.counts) | asdict(found.clusters)
    connection.execute(insert(wave_clusters), {"wave_id": wave_id, **values})


def _accounts(chosen: Chosen, part: ColumnElement[Any]) -> Subquery:
    """A row an account and part: how many answers it gave, and their sum as -1, 0 and +1."""
    account = chosen.known.account
    alone = case((account.is_(None), conversation.c.id))
    answers = (
        select(account.label("account"), alone.label("alone"), part.label("part"), _STEP.label("step"))
        .select_from(chosen.known.people)
        .where(*answered_in(chosen))
        .subquery()
    )
    return (
        select(
            answers.c.account,
            answers.c.alone,
            answers.c.part,
            func.count().label("n"),
            func.sum(answers.c.step).label("s"),
        )
        .where(answers.c.part.is_not(None))
        .group_by(answers.c.account, answers.c.alone, answers.c.part)
        .subquery()
    )


def _own(each: Subquery) -> tuple[ColumnElement[Any], ...]:
    n, s = each.c.n, each.c.s
    return func.sum(n * n), func.sum(n * s), func.sum(s * s), func.count(each.c.alone)


def _whole(value: Any) -> int:
    """A sum: PostgreSQL adds up to a Decimal, and nothing of nobody."""
    return int(value or 0)
