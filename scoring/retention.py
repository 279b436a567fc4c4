"""Who stayed: the retention rate of a period, and how many of each group left."""

from dataclasses import dataclass

from scoring.shares import Share, share


def retention_rate(start: float, end: float, new: float) -> float | None:
    """(E - N) / S in percent: the customers at the end of a period without those who came in it, of those at its
    start. None where it started with nobody. ValueError where more stayed than there were.

    As customer platforms define it (exprimere.net, "Retention rate": 200 at the start, 220 at the end, 40 new are
    90%). It counts customers, not money; 100 less it is the churn.
    """
    if start < 0 or new < 0 or not new <= end <= start + new:
        raise ValueError(f"{end} at the end with {new} new of {start} at the start cannot be")
    return None if start == 0 else 100 * (end - new) / start


@dataclass(frozen=True, slots=True)
class Retention:
    """The customers of a period: at its start, at its end, and of these the new ones."""

    start: int
    end: int
    new: int

    @property
    def kept(self) -> Share | None:
        """Who stayed, as a share of who was there, with its Wilson interval; the percentage is the retention rate.
        None where nobody was there."""
        return share(self.end - self.new, self.start)
