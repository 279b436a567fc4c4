"""The figures of one wave, and the report of them for the terminal and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.campaigns.waves import Wave, find_wave
from bot.reports.scope import still_running
from bot.reports.tallies import OPTED_OUT, people, score_counts, skipped_by_rule, wave_cells
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


def wave_report(connection: Connection, campaign: str, number: int | None = None) -> WaveReport | None:
    """The figures of a wave, the newest where no number is given; None where there is no such wave."""
    run = find_wave(connection, campaign, number)
    return None if run is None else report_of(connection, run)


def report_of(connection: Connection, run: Wave) -> WaveReport:
    """The figures of a wave as they are now."""
    cells = wave_cells(connection, (run.id,), days=False)
    counts = Counts.from_histogram(score_counts(cells))
    return WaveReport(
        campaign=run.campaign,
        wave=run.number,
        started_at=run.started_at,
        stopped_at=run.stopped_at,
        running=still_running((run,), cells),
        audience=sum(cell.people for cell in cells),
        invited=sum(cell.people for cell in cells if cell.invited),
        asked=sum(cell.people for cell in cells if cell.asked),
        delivered=sum(cell.people for cell in cells if cell.delivered),
        responses=counts.n,
        promoters=counts.promoters,
        passives=counts.passives,
        detractors=counts.detractors,
        nps=nps(counts),
        opted_out=people(cells, *OPTED_OUT),
        skipped=skipped_by_rule(cells),
    )
