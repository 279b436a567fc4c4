"""Answers by what the same person said last of their satisfaction or effort, in a survey of its own."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, case, func, literal, select

from bot.campaigns.waves import COUNTED
from bot.dialogue.kinds import SCALES
from bot.reports.scope import Chosen, answered_in
from bot.reports.segment_query import UNKNOWN, Grouped
from bot.store.schema import conversation, wave
from bot.store.sql import days_before

EFFORT: Final = "effort"
WITHIN: Final = 180
"""An answer of more days before says nothing of this one."""

ORDER: Final = (
    *("ces_low", "ces_middle", "ces_high"),
    *("csat_low", "csat_middle", "csat_high"),
    UNKNOWN,
)
"""The groups: the box of the scale of the newest answer; nothing of who gave none."""

_EARLIER: Final = conversation.alias("earlier")


def by_effort(connection: Connection, chosen: Chosen) -> Grouped:
    """The answers of a report by the newest CES or CSAT that the same person gave within 180 days before; no groups
    where nobody was ever asked for one."""
    of_kind = _waves(connection)
    if not any(of_kind.values()):
        return Grouped()
    answers = (
        select(_newest(of_kind).label("said"), conversation.c.score)
        .select_from(chosen.known.people)
        .where(*answered_in(chosen))
        .subquery()
    )
    counted = select(answers.c.said, answers.c.score, func.count()).group_by(answers.c.said, answers.c.score)
    groups: dict[str, dict[int, int]] = {name: {} for name in ORDER}
    for group, score, times in connection.execute(counted):
        groups[group][score] = times
    return Grouped({name: histogram for name, histogram in groups.items() if histogram})


def said_of_effort(connection: Connection) -> ColumnElement[Any]:
    """The group of an answer, as the database says it."""
    return _newest(_waves(connection))


def _waves(connection: Connection) -> dict[str, list[int]]:
    kind = wave.c.terms["kind"].as_string()
    of_kind: dict[str, list[int]] = {"ces": [], "csat": []}
    for id_, its in connection.execute(select(wave.c.id, kind).where(COUNTED, kind.in_(list(of_kind)))):
        of_kind[its].append(id_)
    return of_kind


def _newest(of_kind: dict[str, list[int]]) -> ColumnElement[Any]:
    boxes = []
    for kind, waves in of_kind.items():
        scale = SCALES[kind]
        of_it = _EARLIER.c.wave_id.in_(waves)
        boxes += [
            (of_it & (_EARLIER.c.score <= scale.low_to), literal(f"{kind}_low")),
            (of_it & (_EARLIER.c.score >= scale.high_from), literal(f"{kind}_high")),
            (of_it, literal(f"{kind}_middle")),
        ]
    newest = (
        select(case(*boxes))
        .where(
            _EARLIER.c.contact_id == conversation.c.contact_id,
            _EARLIER.c.wave_id.in_([*of_kind["ces"], *of_kind["csat"]]),
            _EARLIER.c.score.is_not(None),
            _EARLIER.c.scored_at < conversation.c.scored_at,
            _EARLIER.c.scored_at >= days_before(conversation.c.scored_at, WITHIN),
        )
        .order_by(_EARLIER.c.scored_at.desc(), _EARLIER.c.id.desc())
        .limit(1)
        .correlate(conversation)
        .scalar_subquery()
    )
    return func.coalesce(newest, UNKNOWN)
