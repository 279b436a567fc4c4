"""What a wave that runs will probably come to, as values."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Margin:
    """Half the width in points that the interval will have; `more` answers, of so many more `invitations`, would make
    it `narrower`. None where it is as narrow as can be asked for."""

    points: float
    narrower: int | None = None
    more: int = 0
    invitations: int = 0


@dataclass(frozen=True, slots=True)
class Outlook:
    """How many answers a wave that runs will probably have when it is over, which is at `until` at the latest, and its
    margin, of an NPS. It is taken from so many earlier `waves`, of the same campaign or with the `same_channels`."""

    answered: int
    expected: int
    until: datetime
    margin: Margin | None
    waves: int
    same_channels: bool
