"""The starts that a rhythm brings, as instants, and what becomes of one whose time has come. PURE.

What a rhythm says is local days and one time. This table makes instants of them:

    a day when nobody may be asked      the next working day: Monday to Friday, no holiday, outside the seasons
    turns that move to one day          one start; so do those that another one overtakes
    a time that the clock jumps over    the moment of the jump
    a time that the clock shows twice   the first
    a day that a zone leaves out        the start of the next one

A day when nobody may be asked is one on which the campaign's send window does not open where the company is; customers
elsewhere are asked as their own days allow. And what becomes of a start:

    more than a day ahead               it waits
    a day ahead                         the admins are told, once
    its time, or up to `grace` later    it starts
    later, or the next one is due too   it is missed, and the admins are told
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.campaigns.windows import edges, midnight
from bot.when.rhythms import Rhythm

AHEAD: Final = timedelta(days=1)
"""So long before a start the admins hear of it."""

_DAYS_AHEAD: Final = 400  # a season leaves some day of a year, or the settings would not have been taken
_WORKING: Final = range(5)

MayAsk = Callable[[date], bool]
"""Whether somebody may be asked on a day where the company is."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A start that a rhythm brings: the day that the rhythm says, the day that it became, and when (UTC)."""

    turn: date
    day: date
    at: datetime


def occurrences(
    rhythm: Rhythm, zone: ZoneInfo, may_ask: MayAsk, after: datetime, turns_after: date = date.min
) -> Iterator[Occurrence]:
    """The starts of a rhythm after an instant, in order, of the turns after that day.

    Raises ValueError where none of its days leads to one when somebody may be asked.
    """
    last = after.astimezone(zone).date() - timedelta(days=_DAYS_AHEAD + 1)
    for turn in rhythm.days(max(turns_after, last)):
        day = _moved(turn, may_ask)
        if day <= last:  # an earlier turn became that day, or a later one
            continue
        last = day
        at = instant_of(day, rhythm.at, zone)
        if at > after:
            yield Occurrence(turn, day, at)


def _moved(turn: date, may_ask: MayAsk) -> date:
    if may_ask(turn):
        return turn
    for ahead in range(1, _DAYS_AHEAD):
        day = turn + timedelta(days=ahead)
        if day.weekday() in _WORKING and may_ask(day):
            return day
    raise ValueError(f"nobody may be asked on {turn} or on any working day of the year after it")


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When the clocks of a zone show a time on a day, by the table above; UTC."""
    shown = (
        instant
        for instant in edges(day, at, zone)
        if (local := instant.astimezone(zone)).date() == day and local.time() >= at
    )
    return next(shown, midnight(day + timedelta(days=1), zone)).astimezone(UTC)


class StartFate(StrEnum):
    """What becomes of a start now."""

    WAITS = "waits"
    TOLD = "told"
    STARTS = "starts"
    MISSED = "missed"


def fate(at: datetime, told: bool, now: datetime, grace: timedelta, following: datetime | None) -> StartFate:
    """By the table above; `following` is when the rhythm starts the next time."""
    if now < at - AHEAD or (now < at and told):
        return StartFate.WAITS
    if now < at:
        return StartFate.TOLD
    if now > at + grace or (following is not None and following <= now):
        return StartFate.MISSED
    return StartFate.STARTS
