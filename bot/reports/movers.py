"""The same customers twice: who gave a score in a wave and in the one before it, and which promoters are lost."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, bindparam, exists, func, select

from bot.campaigns.waves import Wave
from bot.reports.scope import Chosen, choose, in_waves, kind_of, scope_of, wave_before
from bot.reports.values import Missing, MoverRow, MoversReport
from bot.store.schema import account, contact, conversation, follow_up, improvement
from scoring import NPS_SCALE, PairedChange, recovery_of_times

MOST_LOST: Final = 15
_BEFORE: Final = conversation.alias("before")
_TOLD: Final = (
    select(follow_up.c.conversation_id)
    .where(follow_up.c.kind == "improvement", follow_up.c.ending == "told")
    .distinct()
    .subquery("those_told")
)
_ANY_TOLD: Final = select(
    exists().where(
        improvement.c.wave_id == bindparam("of_wave"),
        follow_up.c.improvement_id == improvement.c.id,
        follow_up.c.ending == "told",
    )
)

_Step = tuple[int, int | None, bool, int]
"""A score, the one after it, whether they were asked for that, and how many did so."""


def movers_report(
    connection: Connection, campaign: str, *, wave: int | None = None, managers: tuple[str, ...] | None = None
) -> MoversReport | Missing:
    """What became of those who answered the wave before: paired, each person with their own score.

    `managers` limits it to whose customers they were in the later wave; the lost promoters are named with the account
    as it is now, for whoever calls them.
    """
    chosen = choose(connection, campaign, wave, managers=managers)
    if isinstance(chosen, Missing):
        return chosen
    run = chosen.waves[-1]
    other = wave_before(connection, run)
    if other is None:
        return Missing("no_previous", run.campaign)
    if chosen.kind != "nps" or kind_of(other) != "nps":
        return Missing("not_nps", run.campaign)
    steps: list[_Step] = [
        (row.first, row.second, row.asked, row.times)
        for row in connection.execute(_steps(chosen, other).group_by("first", "second", "asked"))
    ]
    told, others = _told_and_others(connection, chosen, other)
    promoters = [step for step in steps if step[0] >= NPS_SCALE.high_from]
    answered = [(second, times) for _, second, _, times in promoters if second is not None]
    return MoversReport(
        scope=scope_of(connection, chosen),
        before=other.number,
        found=_changed(steps),
        promoters=_people(answered),
        lost=_people(one for one in answered if one[0] < NPS_SCALE.high_from),
        detractors=_people(one for one in answered if one[0] <= NPS_SCALE.low_to),
        asked=_people(step for step in promoters if step[2]),
        silent=_people(step for step in promoters if step[2] and step[1] is None),
        rows=tuple(MoverRow(*row) for row in connection.execute(_lost(chosen, other, _worst(answered)))),
        told=told,
        others=others,
    )


def _told_and_others(
    connection: Connection, chosen: Chosen, other: Wave
) -> tuple[PairedChange | None, PairedChange | None]:
    """The change of those who were told after the wave before what is better, and that of those who were not; none
    where nobody was told."""
    if not connection.scalar(_ANY_TOLD, {"of_wave": other.id}):
        return None, None
    people, conditions = _again(chosen, other)
    of_told = people.outerjoin(_TOLD, _TOLD.c.conversation_id == _BEFORE.c.id)
    told = _TOLD.c.conversation_id.is_not(None).label("told")
    found: dict[bool, Counter[tuple[int, int]]] = {True: Counter(), False: Counter()}
    pairs = (
        select(
            _BEFORE.c.score.label("first"),
            conversation.c.score.label("second"),
            told,
            func.count().label("times"),
        )
        .select_from(of_told)
        .where(*conditions, conversation.c.score.is_not(None))
        .group_by("first", "second", "told")
    )
    for row in connection.execute(pairs):
        found[bool(row.told)][row.first, row.second] += row.times
    if not found[True]:
        return None, None
    return recovery_of_times(found[True]), recovery_of_times(found[False])


def _again(chosen: Chosen, other: Wave) -> tuple[Any, list[ColumnElement[bool]]]:
    """Conversations of the report beside the same person's in the wave before, where they gave a score."""
    known = conversation if chosen.managers is None else chosen.known.people
    people = known.join(_BEFORE, _BEFORE.c.contact_id == conversation.c.contact_id)
    return people, [*in_waves(chosen), _BEFORE.c.wave_id == other.id, _BEFORE.c.score.is_not(None)]


def _steps(chosen: Chosen, other: Wave) -> Select[Any]:
    people, conditions = _again(chosen, other)
    asked = (conversation.c.asked_at.is_not(None) | conversation.c.score.is_not(None)).label("asked")
    first, second = _BEFORE.c.score.label("first"), conversation.c.score.label("second")
    return select(first, second, asked, func.count().label("times")).select_from(people).where(*conditions)


def _worst(answered: Iterable[tuple[int, int]]) -> int:
    """The score that none of the first lost promoters goes beyond, so that the others need not be put in order."""
    counted: Counter[int] = Counter()
    for second, times in answered:
        if second < NPS_SCALE.high_from:
            counted[second] += times
    people = 0
    for score in sorted(counted):
        people += counted[score]
        if people >= MOST_LOST:
            return score
    return NPS_SCALE.high_from - 1


def _lost(chosen: Chosen, other: Wave, worst: int) -> Select[Any]:
    people, conditions = _again(chosen, other)
    named = people.join(contact, contact.c.id == conversation.c.contact_id).outerjoin(
        account, account.c.id == contact.c.account_id
    )
    return (
        select(
            contact.c.name,
            account.c.name.label("account"),
            _BEFORE.c.score,
            conversation.c.score.label("now"),
        )
        .select_from(named)
        .where(
            *conditions,
            _BEFORE.c.score >= NPS_SCALE.high_from,
            conversation.c.score <= worst,
        )
        .order_by(conversation.c.score, conversation.c.id)
        .limit(MOST_LOST)
    )


def _changed(steps: Iterable[_Step]) -> PairedChange | None:
    pairs: Counter[tuple[int, int]] = Counter()
    for first, second, _, times in steps:
        if second is not None:
            pairs[first, second] += times
    return recovery_of_times(pairs)


def _people(steps: Iterable[tuple[Any, ...]]) -> int:
    return sum(int(step[-1]) for step in steps)
