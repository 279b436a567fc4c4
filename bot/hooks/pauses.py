"""When something that did not arrive is tried again. PURE.

After the schedule that Standard Webhooks gives as an example (specification 1.0, "Deliverability and reliability").
"""

from datetime import datetime, timedelta
from typing import Final

TRIED_FOR: Final = timedelta(days=3)
"""For so long after its first try; then it is parked, until somebody asks for it again."""

_PAUSES: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 60, 5 * 60, 30 * 60, 2 * 3600, 6 * 3600, 12 * 3600)
)
_LONGEST_REST: Final = 60  # seconds
_LONGEST_WISH: Final = timedelta(hours=1)


def next_try(
    attempts: int, first: datetime, now: datetime, wished: timedelta, spread: float
) -> datetime | None:
    """When to try again after so many attempts, of which the last failed now; None where the time is over.

    `wished` is what the receiver asks for (Retry-After); `spread`, from 0 to 1, keeps what failed together from coming
    again together. The last try is at the very end.
    """
    end = first + TRIED_FOR
    if now >= end:
        return None
    pause = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    return min(now + max(pause * (1 + spread / 10), min(wished, _LONGEST_WISH)), end)


def rest(failures: int, wished: timedelta) -> timedelta:
    """How long nothing goes to a receiver that failed so often one after the other, whatever it was."""
    return max(timedelta(seconds=min(2**failures, _LONGEST_REST)), min(wished, _LONGEST_WISH))
