"""Working hours: when somebody is at work, and what time it is once they have worked so long. PURE.

Like a send window (`bot.campaigns.windows`) they are a set of instants: those at which the clock where somebody
works shows a time from the first hour up to the last, on a working day that is no public holiday. So the night in
which clocks change needs no rule, and nobody's day depends on where the server stands.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from bot.campaigns.windows import edges, midnight

_DAYS_AHEAD = 4_000  # beyond, nobody works: 240 hours at a quarter of an hour a day take less


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """When somebody works. `hours` are from when until when, None by day and by night on every day; `days` are
    weekdays, of which Monday is 0."""

    zone: ZoneInfo
    hours: tuple[time, time] | None
    days: frozenset[int]
    holidays: Container[date]


def is_working_day(day: date, work: WorkingHours) -> bool:
    """Whether they work on a day: on one of their weekdays that is no holiday."""
    return day.weekday() in work.days and day not in work.holidays


def at_work(now: datetime, work: WorkingHours) -> bool:
    """Whether they are at work at this instant."""
    if work.hours is None:
        return True
    local = now.astimezone(work.zone)
    start, end = work.hours
    return start <= local.time() < end and is_working_day(local.date(), work)


def after_work(now: datetime, amount: timedelta, work: WorkingHours) -> datetime:
    """When they have worked for `amount` from `now` on; UTC. With no amount, when they are at work next. It may be
    the very end of a day: work that takes until then is done then.

    Raises ValueError where they never work so long.
    """
    now = now.astimezone(UTC)
    if work.hours is None:
        return now + amount
    for begin, end in _spans(now, work):
        if amount <= end - begin:
            return begin + amount
        amount -= end - begin
    raise ValueError("nobody works so long; check hours and days of follow_up")


def worked(since: datetime, until: datetime, work: WorkingHours) -> timedelta:
    """For how long they worked between two instants."""
    since, until = since.astimezone(UTC), until.astimezone(UTC)
    if until <= since:
        return timedelta()
    if work.hours is None:
        return until - since
    total = timedelta()
    for begin, end in _spans(since, work):
        if begin >= until:
            break
        total += min(end, until) - begin
    return total


def _spans(now: datetime, work: WorkingHours) -> Iterator[tuple[datetime, datetime]]:
    """From when until when they work, from `now` on, in order."""
    first = now.astimezone(work.zone).date()
    for ahead in range(_DAYS_AHEAD):
        for begin, end in _of_day(first + timedelta(days=ahead), work):
            if end > now:
                yield max(begin, now), end


def _of_day(day: date, work: WorkingHours) -> Iterator[tuple[datetime, datetime]]:
    if work.hours is not None and is_working_day(day, work):
        for begin, end, shown in _between(day, *work.hours, work.zone):
            if is_working_day(shown, work):
                yield begin, end


@lru_cache(maxsize=512)
def _between(
    day: date, start: time, until: time, zone: ZoneInfo
) -> tuple[tuple[datetime, datetime, date], ...]:
    """From when until when of a local day the clock shows these hours, and the day that it shows then. Every case that
    opens asks for the same few days: one in ten replies spent a tenth of its time on it."""
    begins, ends = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    marks = {mark for at in (start, until) for mark in edges(day, at, zone) if begins < mark < ends}
    # Between two marks the clock passes neither hour, so what holds at the first holds until the second.
    spans = ((begin, end, begin.astimezone(zone)) for begin, end in pairwise(sorted({begins, *marks, ends})))
    return tuple((begin, end, local.date()) for begin, end, local in spans if start <= local.time() < until)
