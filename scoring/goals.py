"""Whether a goal is reached: by the interval, since a score just above it may be chance."""

from enum import StrEnum

from scoring.interval import Interval


class GoalReached(StrEnum):
    """What can be said of a goal."""

    REACHED = "reached"
    MISSED = "missed"
    NOT_CERTAIN = "not certain"


def reached(target: float, interval: Interval) -> GoalReached:
    """Reached where every score that fits the answers is at least the target, missed where every one is below it."""
    if interval.low >= target:
        return GoalReached.REACHED
    return GoalReached.MISSED if interval.high < target else GoalReached.NOT_CERTAIN
