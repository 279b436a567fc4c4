"""The numbers that a survey accepts, which a reply is read against."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers a survey accepts, both ends included: 0-10, 1-5 or 1-7."""

    low: int
    high: int

    def __contains__(self, value: int) -> bool:
        return self.low <= value <= self.high

    def share(self, value: int) -> float:
        """Where a number lies between the ends: 0 for the lowest, 1 for the highest."""
        return (value - self.low) / (self.high - self.low)
