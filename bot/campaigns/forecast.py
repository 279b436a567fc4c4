"""Until when a wave's questions will be going out, at the provider's pace and within the hours. PURE.

An estimate for a plan: one sender a channel, as many questions a second as the provider lets one token send,
each only while the customer's own window is open. Replies and alerts, which go first, are not counted.
"""

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

_MOST_STRETCHES = 100_000  # windows times places: a wave of years at the slowest pace stays far below


def sending_ends(
    questions: Mapping[T, int],
    per_second: float,
    now: datetime,
    opens: Callable[[T, datetime], datetime],
    shuts: Callable[[T, datetime], datetime | None],
) -> datetime | None:
    """When the last of a channel's questions leaves; None where there is none to send.

    They are counted by place, or by whatever else decides when they may go. `opens` gives the first instant from a
    given one at which those of a place may be sent, `shuts` until when a window that is open stays open (None: for
    ever). Where several windows are open, the one that shuts first is served first. Raises ValueError where the pace is
    not above zero.
    """
    if per_second <= 0:
        raise ValueError(f"a channel that sends {per_second} messages a second never ends")
    left = {place: float(count) for place, count in questions.items() if count > 0}
    if not left:
        return None
    moment = now
    for _ in range(_MOST_STRETCHES):
        ready: list[tuple[float, T]] = []
        later: list[datetime] = []
        for place in left:
            opening = opens(place, moment)
            if opening > moment:
                later.append(opening)
                continue
            end = shuts(place, moment)
            ready.append((float("inf") if end is None else (end - moment).total_seconds(), place))
        if not ready:
            moment = min(later)
            continue
        stretch, place = min(ready, key=lambda pair: pair[0])
        if later:
            stretch = min(stretch, (min(later) - moment).total_seconds())
        needed = left[place] / per_second
        if needed <= stretch:
            del left[place]
            moment += timedelta(seconds=needed)
            if not left:
                return moment
        else:
            left[place] -= stretch * per_second
            moment += timedelta(seconds=stretch)
    return moment
