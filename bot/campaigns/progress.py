"""How far a wave is: everybody in its audience, by where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, bindparam, func, select

from bot.campaigns.waves import Wave, find_wave
from bot.dialogue.conversation import Ending
from bot.store.schema import conversation

TALKING_STATES: Final = ("asked", "confirming", "reason", "thanked")


@dataclass(frozen=True, slots=True)
class Progress:
    """Where everybody in a wave's audience stands; these six add up to `people`.

    `talking` were asked and their conversation is open, whether or not they answered yet; `answered` and
    `silent` are closed conversations with and without a score; `cancelled` are those who were no longer
    asked when the wave was stopped. `answered_so_far` counts the scores of open conversations too.
    """

    wave: Wave
    waiting: int
    talking: int
    answered: int
    silent: int
    cancelled: int
    skipped: Mapping[str, int]
    answered_so_far: int

    @property
    def people(self) -> int:
        """Everybody who has a row; while the wave is being enrolled more are to come."""
        asked = self.talking + self.answered + self.silent
        return self.waiting + asked + self.cancelled + sum(self.skipped.values())

    @property
    def running(self) -> bool:
        """Whether somebody is still to be asked or to answer."""
        return bool(self.waiting or self.talking or self.wave.enrolled_at is None)


_COUNT: Final = (
    select(
        conversation.c.state,
        conversation.c.skipped,
        conversation.c.ending,
        func.count().label("people"),
        func.count(conversation.c.score).label("scores"),
    )
    .where(conversation.c.wave_id == bindparam("wave_id"))
    .group_by(conversation.c.state, conversation.c.skipped, conversation.c.ending)
)


def progress(connection: Connection, run: Wave) -> Progress:
    """How far one wave is."""
    waiting = talking = answered = silent = cancelled = scores = 0
    skipped: dict[str, int] = {}
    for row in connection.execute(_COUNT, {"wave_id": run.id}):
        scores += row.scores
        if row.state == "skipped":
            skipped[row.skipped] = skipped.get(row.skipped, 0) + row.people
        elif row.state == "waiting":
            waiting += row.people
        elif row.state in TALKING_STATES:
            talking += row.people
        else:
            answered += row.scores
            if row.ending == Ending.CANCELLED:
                cancelled += row.people - row.scores
            else:
                silent += row.people - row.scores
    return Progress(
        wave=run,
        waiting=waiting,
        talking=talking,
        answered=answered,
        silent=silent,
        cancelled=cancelled,
        skipped=skipped,
        answered_so_far=scores,
    )


def status(connection: Connection, campaign: str) -> Progress | None:
    """How far the newest wave of a campaign is; None where it was never started. Trials do not count."""
    run = find_wave(connection, campaign)
    return None if run is None else progress(connection, run)
