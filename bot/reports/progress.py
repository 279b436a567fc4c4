"""How far a wave is: everybody in its audience, by where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from bot.campaigns.waves import Wave, find_wave
from bot.reports.tallies import people, score_counts, skipped, wave_cells
from bot.store.standing import Standing

_TALKING: Final = (Standing.ASKED, Standing.WRITING, Standing.SCORED, Standing.REASONED)
_ANSWERED: Final = (Standing.NO_REASON, Standing.DONE, Standing.LEFT_SCORED, Standing.LEFT_REASONED)
_SILENT: Final = (Standing.SILENT, Standing.UNREAD, Standing.UNDELIVERED, Standing.LEFT)


@dataclass(frozen=True, slots=True)
class WaveProgress:
    """Where everybody in a wave's audience stands; these five add up to `people`.

    `talking` were asked and their conversation is open, whether or not they answered yet; `answered` and
    `silent` are closed conversations with and without a score; `skipped` were not asked, by rule, as reports
    count them. `answered_so_far` counts the scores of open conversations too.
    """

    wave: Wave
    waiting: int
    talking: int
    answered: int
    silent: int
    skipped: Mapping[str, int]
    answered_so_far: int

    @property
    def people(self) -> int:
        """Everybody who has a row; while the wave is being enrolled more are to come."""
        asked = self.talking + self.answered + self.silent
        return self.waiting + asked + sum(self.skipped.values())

    @property
    def running(self) -> bool:
        """Whether somebody is still to be asked or to answer. A stop is final, although who was asked may answer."""
        if self.wave.stopped_at is not None:
            return False
        return bool(self.waiting or self.talking or self.wave.enrolled_at is None)

    @property
    def paused_since(self) -> datetime | None:
        """Since when it waits for a resume; None where it does not, or is over."""
        return self.wave.paused_at if self.running else None


def progress(connection: Connection, run: Wave) -> WaveProgress:
    """How far one wave is."""
    cells = wave_cells(connection, (run.id,), days=False)
    return WaveProgress(
        wave=run,
        waiting=people(cells, Standing.WAITING, Standing.RELEASED),
        talking=people(cells, *_TALKING),
        answered=people(cells, *_ANSWERED),
        silent=people(cells, *_SILENT),
        skipped=skipped(cells),
        answered_so_far=sum(score_counts(cells).values()),
    )


def status(connection: Connection, campaign: str) -> WaveProgress | None:
    """How far the newest wave of a campaign is; None where it was never started. Trials do not count."""
    run = find_wave(connection, campaign)
    return None if run is None else progress(connection, run)
