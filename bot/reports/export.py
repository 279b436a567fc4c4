"""Everybody of a campaign, one row a contact and wave, for a file: who was asked, how far they got, what they
said, and by which rule they were left out."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Connection, bindparam, select

from bot.campaigns.waves import Wave
from bot.dialogue.kinds import SCALES, SurveyKind
from bot.reports.case_figures import first_touch
from bot.reports.case_recovery import answered_again
from bot.reports.scope import STANDING, THEN, choose, kind_of, waves_of
from bot.reports.tallies import OPTED_OUT, disposition, left_out_by
from bot.reports.values import ExportRow, Missing
from bot.store.schema import case, contact, conversation, follow_up
from scoring import category

CHUNK: Final = 1000
_TIMES_OF_A_CASE: Final = ("case_opened_at", "case_taken_at", "case_done_at")
"""Of who was erased these would say more than a day."""

_ROWS: Final = (
    select(
        conversation.c.id,
        contact.c.contact_id,
        contact.c.name,
        THEN.account,
        THEN.account_manager,
        THEN.attributes,
        STANDING,
        case.c.id.label("case"),
        case.c.state.label("case_state"),
        case.c.opened_at.label("case_opened_at"),
        first_touch().label("case_taken_at"),
        case.c.done_at.label("case_done_at"),
        case.c.cause.label("case_cause"),
        answered_again(follow_up.c.solved).label("case_solved"),
        answered_again(follow_up.c.score).label("case_score_after"),
        *(
            conversation.c[name]
            for name in (
                "channel",
                "language",
                "score",
                "first_score",
                "reason",
                "late",
                "asked_at",
                "delivered_at",
                "reminded_at",
                "moved_at",
                "scored_at",
                "closed_at",
                "erased",
                "scored_on",
                "ending",
            )
        ),
    )
    .select_from(
        THEN.people.outerjoin(contact, contact.c.id == conversation.c.contact_id).outerjoin(
            case, case.c.conversation_id == conversation.c.id
        )
    )
    .where(conversation.c.wave_id == bindparam("wave_id"))
    .order_by(conversation.c.id)
)


def export_rows(
    connection: Connection, campaign: str, wave: int | None = None
) -> Iterator[ExportRow] | Missing:
    """The rows of one wave, or of every wave where no number is given, the oldest first; no trials.

    They are read while they are taken, a chunk at a time, so that memory stays flat; take them inside one
    `Store.read`.
    """
    chosen = choose(connection, campaign, wave)
    if isinstance(chosen, Missing):
        return chosen
    waves = chosen.waves if wave is not None else waves_of(connection, campaign)
    return _rows(connection, waves)


def _rows(connection: Connection, waves: Sequence[Wave]) -> Iterator[ExportRow]:
    for one in waves:
        rows = connection.execute(_ROWS, {"wave_id": one.id}, execution_options={"yield_per": CHUNK})
        kind = kind_of(one)
        for row in rows:
            yield _row(one, kind, row)


def _row(run: Wave, kind: SurveyKind, row: Any) -> ExportRow:
    return ExportRow(
        campaign=run.campaign,
        wave=run.number,
        contact_id=row.contact_id,
        name=row.name,
        account=row.account,
        account_manager=row.account_manager,
        channel=row.channel,
        language=row.language,
        disposition=disposition(row.standing, delivered=row.delivered_at is not None) or "waiting",
        skip_reason=left_out_by(row.standing),
        score=row.score,
        first_score=row.first_score,
        category=None if row.score is None else _category(kind, row.score),
        reason=row.reason or None,  # empty once erased
        late=row.late,
        asked_at=row.asked_at,
        delivered_at=row.delivered_at,
        scored_at=row.scored_at,
        closed_at=row.closed_at,
        erased=row.erased,
        attributes=row.attributes or {},
        case=row.case,
        case_state=row.case_state,
        case_cause=row.case_cause,
        case_solved=row.case_solved,
        case_score_after=row.case_score_after,
        **({} if row.erased else {name: getattr(row, name) for name in _TIMES_OF_A_CASE}),
        kind=kind,
        wave_started_at=run.started_at,
        scored_on=row.scored_on,
        ending=row.ending,
        opted_out=row.standing in OPTED_OUT,
        reminded_at=row.reminded_at,
        moved_at=row.moved_at,
    )


def _category(kind: SurveyKind, score: int) -> str:
    return str(category(score)) if kind == "nps" else str(SCALES[kind].band(score))
