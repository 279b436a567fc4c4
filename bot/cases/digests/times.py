"""When digests come: where one ends and the next begins, and when it is said. PURE.

A weekly digest ends as Monday begins and a monthly one as the month does, by the clock of its reader; it is said at
their time of day on their first working day from then on. A daily one ends when it is said, on each working day. Ends
alone cut what is told, so nothing is told twice and nothing falls between, whatever the clock does in a night.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Final
from zoneinfo import ZoneInfo

from bot.campaigns.windows import midnight
from bot.cases.hours import WorkingHours, at_work, is_working_day
from bot.when.repeats import Repeats

PUNCTUAL: Final = timedelta(hours=1)
"""By how much a digest may come after its time whatever the hour; one that is later waits until people work."""
AT_LEAST: Final = timedelta(hours=2)
_FARTHEST: Final = 400  # days without a working day, after which a digest comes on any
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DigestTurn:
    """One digest of a reader: what came before `ends` is in it, and it is said at `at`."""

    ends: datetime
    at: datetime


def turns(
    repeats: Repeats, said_at: str, work: WorkingHours, now: datetime
) -> tuple[DigestTurn | None, DigestTurn]:
    """The newest turn whose time has come, and the one after it; raises ValueError where it is `off`."""
    before = None
    for turn in _turns(repeats, time.fromisoformat(said_at), work, now):
        if turn.at > now:
            return before, turn
        before = turn
    raise ValueError(f"there are no turns of a digest that is {repeats}")


def last_day(ends: datetime, zone: ZoneInfo) -> date:
    """The last day that a digest which ends then tells of."""
    return (ends - timedelta(seconds=1)).astimezone(zone).date()


def may_be_said(turn: DigestTurn, work: WorkingHours, now: datetime) -> bool:
    """Whether it is the hour: the time of day that was set, or, where nothing ran then, while people work."""
    return turn.at <= now and (now - turn.at < PUNCTUAL or at_work(now, work))


def good_until(work: WorkingHours, now: datetime) -> datetime:
    """Until when a digest of now may arrive: the end of the working day. Later it is made anew."""
    if work.hours is None:
        return now + 6 * AT_LEAST
    local = now.astimezone(work.zone)
    return max(now + AT_LEAST, _at(local.date(), work.hours[1], work))


def _turns(repeats: Repeats, said_at: time, work: WorkingHours, now: datetime) -> Iterator[DigestTurn]:
    today = now.astimezone(work.zone).date()
    if repeats == "daily":
        begin = next(day for day in _days(today - 2 * _DAY, -1) if is_working_day(day, work))
        for day in _days(begin):
            if is_working_day(day, work):
                at = _at(day, said_at, work)
                yield DigestTurn(at, at)
    elif repeats != "off":
        for day in _firsts(repeats, today):
            on = next((one for one in islice(_days(day), _FARTHEST) if is_working_day(one, work)), day)
            yield DigestTurn(midnight(day, work.zone), _at(on, said_at, work))


def _firsts(repeats: Repeats, today: date) -> Iterator[date]:
    """The first days of weeks or months, from two before that of today on."""
    if repeats == "weekly":
        monday = today - today.weekday() * _DAY
        yield from _days(monday - 14 * _DAY, 7)
    months = today.year * 12 + today.month - 3
    while True:
        yield date(months // 12, months % 12 + 1, 1)
        months += 1


def _days(first: date, step: int = 1) -> Iterator[date]:
    day = first
    while True:
        yield day
        day += step * _DAY


def _at(day: date, at: time, work: WorkingHours) -> datetime:
    return datetime.combine(day, at, work.zone).astimezone(UTC)
