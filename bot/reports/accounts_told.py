"""What each account of a wave was asked and said: by the counts of the database, else by looking at everybody."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    TextClause,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    true,
)

from bot.reports.group_counts import lacking
from bot.reports.left_out import NOT_INVITED, WAYS
from bot.reports.scope import Chosen, cells_of, in_waves
from bot.reports.tallies import score_counts
from bot.store.schema import conversation, enrolment, group_tally
from bot.store.standing import NO_SCORE
from scoring import NPS_SCALE, Counts, ValueAtRisk, value_at_risk

_LAST: Final = (NPS_SCALE.low_to, NPS_SCALE.high_from - 1, NPS_SCALE.maximum)  # score of each box
_BOXES: Final = ((0, _LAST[0]), (_LAST[0] + 1, _LAST[1]), (_LAST[1] + 1, _LAST[2]))
_SCORE: Final = conversation.c.score
_ASKED: Final = or_(conversation.c.asked_at.is_not(None), _SCORE.is_not(None))
_WAVES: Final[BindParameter[Any]] = bindparam("waves", expanding=True)


@dataclass(frozen=True, slots=True)
class AccountTold:
    """What one account was asked and said, and what it was worth."""

    counts: Counts
    asked: bool
    value: float | None


def accounts_told(connection: Connection, chosen: Chosen) -> dict[str | None, AccountTold]:
    """What each account said; under None who has none, or was erased. Where an import came while the wave took people
    in, an account has the highest of its values."""
    counted = _counted(connection, chosen)
    return _read(connection, chosen) if counted is None else counted


def at_risk_of(accounts: Iterable[AccountTold]) -> ValueAtRisk | None:
    """What the accounts that were asked are worth, as far as that is known."""
    return value_at_risk((one.counts, one.value) for one in accounts if one.asked and one.value is not None)


def _people(
    name: ColumnElement[Any], column: ColumnElement[Any], *conditions: ColumnElement[bool]
) -> Select[Any]:
    """A column of everybody of an account, who are found by its index; SQLite never begins at such an EXISTS."""
    talk = exists().where(
        conversation.c.id == enrolment.c.conversation_id, conversation.c.wave_id.in_(_WAVES), *conditions
    )
    return select(column).where(enrolment.c.account == name, talk).correlate(group_tally)


def _value(name: ColumnElement[Any]) -> ColumnElement[Any]:
    """The highest value of an account in the waves."""
    value = enrolment.c.account_value
    return _people(name, value).where(value.is_not(None)).order_by(value.desc()).limit(1).scalar_subquery()


def _asked(name: ColumnElement[Any]) -> ColumnElement[bool]:
    """No EXISTS: PostgreSQL would answer that for all accounts at once, by everybody."""
    somebody = _people(name, enrolment.c.conversation_id, _ASKED).limit(1).scalar_subquery()
    return somebody.is_not(None)


def _in_box(low: int, high: int) -> ColumnElement[int]:
    return func.sum(case((group_tally.c.outcome.between(low, high), group_tally.c.people), else_=0))


_NAME: Final[BindParameter[str]] = bindparam("name")
_ONE: Final = select(_value(_NAME), _asked(_NAME))
_EACH: Final = (
    select(
        group_tally.c.value,
        *(_in_box(*box) for box in _BOXES),
        _value(group_tally.c.value),
        case((func.max(group_tally.c.outcome) > NO_SCORE, true()), else_=_asked(group_tally.c.value)),
    )
    .where(group_tally.c.wave_id.in_(_WAVES), group_tally.c.attribute == "account", group_tally.c.people > 0)
    .group_by(group_tally.c.value)
)


def _counted(connection: Connection, chosen: Chosen) -> dict[str | None, AccountTold] | None:
    """None where a report cannot go by the counts."""
    more = lacking(connection, chosen, "account")
    if more is None:
        return None
    waves = {"waves": chosen.ids}
    found: dict[str | None, AccountTold] = {}
    for way in WAYS:
        for name, one in _read(connection, chosen, way, NOT_INVITED).items():
            before = found.get(name, one)
            values = [each.value for each in (before, one) if each.value is not None]
            found[name] = AccountTold(one.counts, before.asked or one.asked, max(values, default=None))
    changed = {name for name, _ in more}
    boxes: dict[str, list[int]] = {name: [0, 0, 0] for name in changed}
    known = [0, 0, 0]
    for name, low, middle, high, value, asked in connection.execute(_EACH, waves):
        counts = Counts(int(low), int(middle), int(high))
        found[name] = AccountTold(counts, bool(asked), value)
        known[0] += counts.detractors
        known[1] += counts.passives
        known[2] += counts.promoters
        if name in changed:
            boxes[name] = [counts.detractors, counts.passives, counts.promoters]
    for (name, outcome), step in more.items():
        if outcome != NO_SCORE:
            box = bisect_left(_LAST, outcome)
            boxes[name][box] += step
            known[box] += step
    for name in sorted(changed):
        value, asked = connection.execute(_ONE, waves | {"name": name}).one()
        found[name] = AccountTold(Counts(*boxes[name]), asked, value)
    total = Counts.from_histogram(score_counts(cells_of(connection, chosen)))
    nobody = total - Counts(*known)
    found.pop(None, None)
    if nobody.n:
        found[None] = AccountTold(nobody, asked=True, value=None)
    return {name: found[name] for name in sorted(found, key=lambda name: name or "")}


def _read(
    connection: Connection, chosen: Chosen, *conditions: ColumnElement[bool] | TextClause
) -> dict[str | None, AccountTold]:
    """The same by looking at everybody of whom `conditions` hold."""
    found = connection.execute(
        select(
            chosen.known.account,
            *(func.count(case((_SCORE.between(*box), 1))) for box in _BOXES),
            func.count(case((_ASKED, 1))),
            func.max(chosen.known.account_value),
        )
        .select_from(chosen.known.people)
        .where(*in_waves(chosen), *conditions)
        .group_by(chosen.known.account)
    )
    return {name: AccountTold(Counts(*counts), times > 0, value) for name, *counts, times, value in found}
