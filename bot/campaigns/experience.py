"""What earlier waves of a campaign tell of its next one: how many answer, and how far their answers lie apart."""

from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, bindparam, func, not_, or_, select

from bot.campaigns.waves import COUNTED, OPEN_PEOPLE
from bot.store.schema import tally, wave
from bot.store.standing import NO_SCORE, SKIPPED, Standing
from scoring import Counts, expected_margin, variance
from scoring.sample_sizes import WORST_VARIANCE

LOOKED_BACK: Final = 4
"""So many waves that are over are looked at, the newest; what was longer ago says less of today."""
ENOUGH: Final = 30
"""Below so many people nothing is taken from earlier waves."""

_NOT_INVITED: Final = or_(
    tally.c.standing.startswith(SKIPPED),
    tally.c.standing.in_([str(one) for one in (Standing.WAITING, Standing.CANCELLED, Standing.LEFT_EARLY)]),
)
_NEWEST: Final = (
    select(wave.c.id)
    .where(
        wave.c.campaign == bindparam("campaign"),
        COUNTED,
        wave.c.enrolled_at.is_not(None),
        OPEN_PEOPLE == 0,
    )
    .order_by(wave.c.number.desc())
    .limit(LOOKED_BACK)
)
_PEOPLE: Final = (
    select(tally.c.score, func.sum(tally.c.people).label("people"))
    .where(tally.c.wave_id.in_(bindparam("waves", expanding=True)), not_(_NOT_INVITED))
    .group_by(tally.c.score)
)


@dataclass(frozen=True, slots=True)
class Experience:
    """How many were invited in the newest waves that are over, how many of them gave a score, and, of an NPS, the
    scores by category."""

    waves: int = 0
    invited: int = 0
    scored: int = 0
    counts: Counts = field(default_factory=lambda: Counts(0, 0, 0))

    @property
    def enough(self) -> bool:
        """Whether it says something of the next wave."""
        return self.invited >= ENOUGH and self.scored > 0

    def response(self, expected: float) -> float:
        """Which share answers, above 0 and up to 1: as before, else the expected percentage."""
        return self.scored / self.invited if self.enough else expected / 100

    @property
    def variance(self) -> float:
        """Of one answer, as before; where there were too few, the largest there is."""
        found = variance(self.counts) if self.counts.n >= ENOUGH else None
        return WORST_VARIANCE if found is None else found

    def margin(self, answers: int) -> float:
        """Half the width in points of the interval that so many answers will give."""
        return expected_margin(answers, self.variance)


def experience(connection: Connection, campaign: str) -> Experience:
    """What the newest waves of a campaign that are over tell."""
    waves = list(connection.scalars(_NEWEST, {"campaign": campaign}))
    people = {row.score: row.people for row in connection.execute(_PEOPLE, {"waves": waves})}
    invited, silent = sum(people.values()), people.pop(NO_SCORE, 0)
    return Experience(len(waves), invited, invited - silent, Counts.from_histogram(people))
