"""The newest answers of a wave, as the people who follow them up see them."""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, select

from bot.dialogue.kinds import SCALES, SurveyKind
from bot.reports.scope import NOW, Chosen, answered_in, cells_of, choose
from bot.reports.values import MOST_ANSWERS, AnswerRow, AnswersReport, Category, Missing
from bot.store.schema import account, contact, conversation


def answers_report(
    connection: Connection,
    campaign: str,
    *,
    category: Category | None = None,
    wave: int | None = None,
    managers: tuple[str, ...] | None = None,
) -> AnswersReport | Missing:
    """The newest answers of a wave, the newest wave where no number is given. They are there to be followed up, so
    they are those of each manager's accounts as these are now.

    Of CSAT and CES, detractors are the low box of the scale, passives the middle and promoters the high one.
    """
    chosen = choose(connection, campaign, wave, managers=managers, known=NOW)
    if isinstance(chosen, Missing):
        return chosen
    scores = scores_in(chosen.kind, category)
    cells = cells_of(connection, chosen)
    return AnswersReport(
        scope=replace(chosen.scope(cells), now=False),  # nobody asked for it, and it needs no note
        category=category,
        total=sum(cell.people for cell in cells if cell.score in scores),
        rows=_rows(connection, chosen, scores),
    )


def scores_in(kind: SurveyKind, category: Category | None) -> range:
    """The scores of a category on the scale of a kind; without one all of them."""
    scale = SCALES[kind]
    match category:
        case "detractors":
            return range(scale.minimum, scale.low_to + 1)
        case "passives":
            return range(scale.low_to + 1, scale.high_from)
        case "promoters":
            return range(scale.high_from, scale.maximum + 1)
        case None:
            return range(scale.minimum, scale.maximum + 1)


def newest_answers(chosen: Chosen, scores: range) -> Select[Any]:
    """The statement for the newest answers with one of these scores.

    It goes through an index from its end, so it costs the same however many answers there are.
    """
    return (
        select(
            contact.c.name,
            account.c.name.label("account"),
            conversation.c.score,
            conversation.c.reason,
            conversation.c.scored_at,
            conversation.c.channel,
            conversation.c.late,
            conversation.c.wave_id,
        )
        .select_from(NOW.people)
        .where(*answered_in(chosen), conversation.c.score.between(scores.start, scores.stop - 1))
        .order_by(conversation.c.scored_at.desc(), conversation.c.id.desc())
        .limit(MOST_ANSWERS)
    )


def _rows(connection: Connection, chosen: Chosen, scores: range) -> tuple[AnswerRow, ...]:
    numbers = {one.id: one.number for one in chosen.waves}
    return tuple(
        AnswerRow(
            name=row.name,
            account=row.account,
            score=row.score,
            reason=row.reason or None,  # empty once erased
            at=row.scored_at,
            channel=row.channel,
            wave=numbers[row.wave_id],
            late=row.late,
        )
        for row in connection.execute(newest_answers(chosen, scores))
    )
