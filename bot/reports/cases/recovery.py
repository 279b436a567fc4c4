"""What customers said who were asked again once their case was done: whether it is solved, and their score before and
after. None of it is ever part of the score of a wave."""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, select

from bot.dialogue.kinds import SCALES
from bot.dialogue.recovery import RecoveryEnding
from bot.reports.cases.scope import CASES, Onlooker, seen_by
from bot.store.schema import case, conversation, follow_up
from scoring import PairedChange, Share, recovery, share

CHUNK: Final = 1000
_NPS: Final = SCALES["nps"]


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """How many were asked whether it is solved, the share that said so of those who answered, and the change of those
    who gave a score again; of an NPS alone."""

    asked: int
    solved: Share | None
    recovery: PairedChange | None


def asked_again(connection: Connection, wave_id: int, who: Onlooker) -> AskedAgain:
    """What came of asking the customers of a wave's cases again. Of a case that was asked about twice, since it was
    opened anew in between, the newest counts; a question that never arrived counts as none."""
    asked = solved = answered = 0
    pairs: list[tuple[int, int]] = []
    statement = every_answer(wave_id, who)
    for row in connection.execute(statement, execution_options={"yield_per": CHUNK}):
        asked += 1
        answered += row.solved is not None
        solved += row.solved is True
        on_nps = (row.low, row.high) == (_NPS.minimum, _NPS.maximum)
        if on_nps and row.before is not None and row.after is not None:
            pairs.append((row.before, row.after))
    return AskedAgain(asked, share(solved, answered), recovery(pairs))


def every_answer(wave_id: int, who: Onlooker) -> Select[Any]:
    """The statement for the newest answer of each customer of a wave who was asked again."""
    return (
        select(
            conversation.c.low,
            conversation.c.high,
            conversation.c.score.label("before"),
            follow_up.c.score.label("after"),
            follow_up.c.solved,
        )
        .select_from(CASES.join(follow_up, follow_up.c.case_id == case.c.id))
        .where(case.c.wave_id == wave_id, follow_up.c.id == _newest(), *seen_by(who))
    )


def answered_again(column: ColumnElement[Any]) -> ScalarSelect[Any]:
    """A column of the newest question whether the case of a row is solved; NULL where nobody was asked."""
    return select(column).where(follow_up.c.id == _newest()).correlate(case).scalar_subquery()


def _newest() -> ScalarSelect[int]:
    again = follow_up.alias("again")
    newest = select(again.c.id).where(
        again.c.case_id == case.c.id,
        again.c.kind == "recovery",
        again.c.ending.is_distinct_from(RecoveryEnding.UNDELIVERED.value),
    )
    return newest.order_by(again.c.id.desc()).limit(1).correlate(case).scalar_subquery()
