"""The same customers twice: who gave a score in a wave and in the one before it, and which promoters are lost."""

from collections.abc import Iterator
from itertools import repeat
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, func, select

from bot.campaigns.waves import Wave
from bot.reports.scope import Chosen, cells_of, choose, in_waves, kind_of, wave_before
from bot.reports.values import Missing, MoverRow, MoversReport
from bot.store.schema import account, contact, conversation, follow_up
from scoring import NPS_SCALE, Recovery, recovery

MOST_LOST: Final = 15
_BEFORE: Final = conversation.alias("before")
_TOLD: Final = (
    select(follow_up.c.conversation_id)
    .where(follow_up.c.kind == "improvement", follow_up.c.ending == "told")
    .distinct()
    .subquery("those_told")
)


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
    steps = [
        (row.first, row.second, row.asked, row.times)
        for row in connection.execute(_steps(chosen, other).group_by("first", "second", "asked"))
    ]
    told, others = _told_and_others(connection, chosen, other)
    promoters = [step for step in steps if step[0] >= NPS_SCALE.high_from]
    answered = [step for step in promoters if step[1] is not None]
    return MoversReport(
        scope=chosen.scope(cells_of(connection, chosen)),
        before=other.number,
        found=recovery(_pairs(steps)),
        promoters=_people(answered),
        lost=_people(step for step in answered if step[1] < NPS_SCALE.high_from),
        detractors=_people(step for step in answered if step[1] <= NPS_SCALE.low_to),
        asked=_people(step for step in promoters if step[2]),
        silent=_people(step for step in promoters if step[2] and step[1] is None),
        rows=tuple(MoverRow(*row) for row in connection.execute(_lost(chosen, other))),
        told=told,
        others=others,
    )


def _told_and_others(
    connection: Connection, chosen: Chosen, other: Wave
) -> tuple[Recovery | None, Recovery | None]:
    """The change of those who were told after the wave before what is better, and that of those who were not; none
    where nobody was told."""
    people, conditions = _again(chosen, other)
    of_told = people.outerjoin(_TOLD, _TOLD.c.conversation_id == _BEFORE.c.id)
    told = _TOLD.c.conversation_id.is_not(None).label("told")
    pairs: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    found = (
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
    for row in connection.execute(found):
        pairs[bool(row.told)] += repeat((row.first, row.second), row.times)
    return (recovery(pairs[True]), recovery(pairs[False])) if pairs[True] else (None, None)


def _again(chosen: Chosen, other: Wave) -> tuple[Any, list[ColumnElement[bool]]]:
    """Conversations of the report beside the same person's in the wave before, where they gave a score."""
    people = chosen.known.people.join(_BEFORE, _BEFORE.c.contact_id == conversation.c.contact_id)
    return people, [*in_waves(chosen), _BEFORE.c.wave_id == other.id, _BEFORE.c.score.is_not(None)]


def _steps(chosen: Chosen, other: Wave) -> Select[Any]:
    people, conditions = _again(chosen, other)
    asked = (conversation.c.asked_at.is_not(None) | conversation.c.score.is_not(None)).label("asked")
    first, second = _BEFORE.c.score.label("first"), conversation.c.score.label("second")
    return select(first, second, asked, func.count().label("times")).select_from(people).where(*conditions)


def _lost(chosen: Chosen, other: Wave) -> Select[Any]:
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
            conversation.c.score < NPS_SCALE.high_from,
        )
        .order_by(conversation.c.score, conversation.c.id)
        .limit(MOST_LOST)
    )


def _pairs(steps: list[tuple[int, int | None, bool, int]]) -> Iterator[tuple[int, int]]:
    for first, second, _, times in steps:
        if second is not None:
            yield from repeat((first, second), times)


def _people(steps: Any) -> int:
    return sum(times for *_, times in steps)
