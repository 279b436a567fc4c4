"""The figures of one wave, and the report of them for the terminal and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, case, func, not_, or_, select

from bot.campaigns.plan import Skip
from bot.campaigns.waves import Wave, find_wave
from bot.store.schema import OPEN_STATES, conversation
from scoring import Counts, nps


@dataclass(frozen=True, slots=True)
class WaveReport:
    """One wave in figures. A trial is never one.

    `audience`: everybody who has a row, asked or skipped.
    `invited`: whose question was put on its way: it was handed over, or it could not be delivered, or it is
    about to leave. Who was skipped, still waits for a turn, or was taken off (a stop, an opt-out) before
    their question left is not invited. Somebody with a score is invited in any case.
    `asked`: whose question the provider took. `delivered`: whose question the provider says arrived,
    or who answered it: many carriers never say.
    `responses`: conversations with a standing score: late, corrected and opted-out-afterwards included.
    `opted_out`: who ended their conversation by leaving.
    `skipped`: who was not asked, by reason; whom a stop took off in time is among them.
    `nps` is None without responses; it is never 0 for want of answers.
    """

    campaign: str
    wave: int
    started_at: datetime
    stopped_at: datetime | None
    running: bool
    audience: int
    invited: int
    asked: int
    delivered: int
    responses: int
    promoters: int
    passives: int
    detractors: int
    nps: float | None
    opted_out: int
    skipped: Mapping[str, int]

    def as_dict(self) -> dict[str, Any]:
        """JSON values, `nps` unrounded or null."""
        return {
            "campaign": self.campaign,
            "wave": self.wave,
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "stopped_at": None if self.stopped_at is None else self.stopped_at.isoformat(timespec="seconds"),
            "running": self.running,
            "audience": self.audience,
            "invited": self.invited,
            "asked": self.asked,
            "delivered": self.delivered,
            "responses": self.responses,
            "promoters": self.promoters,
            "passives": self.passives,
            "detractors": self.detractors,
            "nps": self.nps,
            "opted_out": self.opted_out,
            "skipped": dict(self.skipped),
        }


_TRIED: Final = or_(
    conversation.c.score.is_not(None),
    conversation.c.asked_at.is_not(None),
    and_(
        conversation.c.released_at.is_not(None),
        or_(conversation.c.state != "closed", conversation.c.undelivered.is_not(None)),
    ),
)
_FIGURES: Final = select(
    func.count().label("audience"),
    func.count(case((_TRIED, 1))).label("invited"),
    func.count(conversation.c.asked_at).label("asked"),
    func.count(conversation.c.delivered_at).label("delivered"),
    func.count(case((conversation.c.ending == "opted_out", 1))).label("opted_out"),
    func.count(case((conversation.c.state.in_(OPEN_STATES), 1))).label("open"),
).where(conversation.c.wave_id == bindparam("wave_id"))
_SCORES: Final = (
    select(conversation.c.score, func.count())
    .where(conversation.c.wave_id == bindparam("wave_id"), conversation.c.score.is_not(None))
    .group_by(conversation.c.score)
)
# Whom a stop took off belongs with those whom it found not yet enrolled.
_WHY_NOT: Final = case(
    (conversation.c.state == "skipped", conversation.c.skipped),
    (and_(conversation.c.ending == "cancelled", not_(_TRIED)), Skip.STOPPED.value),
).label("why_not")
_WHY: Final = (
    select(_WHY_NOT).where(conversation.c.wave_id == bindparam("wave_id"), _WHY_NOT.is_not(None)).subquery()
)
_SKIPPED: Final = (
    select(_WHY.c.why_not, func.count())
    .group_by(_WHY.c.why_not)
    .order_by(func.count().desc(), _WHY.c.why_not)
)


def wave_report(connection: Connection, campaign: str, number: int | None = None) -> WaveReport | None:
    """The figures of a wave, the newest where no number is given; None where there is no such wave."""
    run = find_wave(connection, campaign, number)
    return None if run is None else report_of(connection, run)


def report_of(connection: Connection, run: Wave) -> WaveReport:
    """The figures of a wave as they are now."""
    chosen = {"wave_id": run.id}
    figures = connection.execute(_FIGURES, chosen).one()
    counts = Counts.from_histogram(dict(connection.execute(_SCORES, chosen).all()))
    return WaveReport(
        campaign=run.campaign,
        wave=run.number,
        started_at=run.started_at,
        stopped_at=run.stopped_at,
        running=run.enrolled_at is None or figures.open > 0,
        audience=figures.audience,
        invited=figures.invited,
        asked=figures.asked,
        delivered=figures.delivered,
        responses=counts.n,
        promoters=counts.promoters,
        passives=counts.passives,
        detractors=counts.detractors,
        nps=nps(counts),
        opted_out=figures.opted_out,
        skipped=dict(connection.execute(_SKIPPED, chosen).all()),
    )
