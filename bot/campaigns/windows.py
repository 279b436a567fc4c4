"""When a question may be sent: hours of the customer's own day. PURE.

A send window is a set of instants: those at which the customer's clock shows a time from `send_from` up to,
but not including, `send_until`, on a day that is no Sunday and no public holiday (unless the terms allow
those) and lies in no season in which nobody is asked. So no rule is needed for the night the clocks change. Where
the clock jumps forward over the start of the window, the window begins at the jump; where it is set back, both
passes of the hour count.

Somebody who may be in several zones is asked in the hours that fit all of them.

Hours: nps.md 4.4, 9 to 20 on working days; 47 CFR 64.1200(c)(1) and the European conventions lie within it.
"""

from collections.abc import Container, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.campaigns.terms import Terms

_DAYS_AHEAD = 400  # more than a year of days: beyond it a window that never opens is a mistake
_SUNDAY = 6
_SECOND = timedelta(seconds=1)


def may_send(now: datetime, zone: ZoneInfo, terms: Terms, holidays: Container[date]) -> bool:
    """Whether a question may be sent at this instant to somebody in `zone`."""
    if terms.send_from is None or terms.send_until is None:
        return True
    local = now.astimezone(zone)
    return terms.send_from <= local.time() < terms.send_until and is_send_day(local.date(), terms, holidays)


def next_send(now: datetime, zone: ZoneInfo, terms: Terms, holidays: Container[date]) -> datetime:
    """The first instant from `now` on at which a question may be sent; UTC.

    Raises ValueError where the window opens on no day of more than a year.
    """
    now = now.astimezone(UTC)
    if may_send(now, zone, terms, holidays):
        return now
    assert terms.send_from is not None  # noqa: S101 - `may_send` is always true without hours
    first = now.astimezone(zone).date()
    for ahead in range(_DAYS_AHEAD):
        day = first + timedelta(days=ahead)
        if is_send_day(day, terms, holidays):
            for instant in edges(day, terms.send_from, zone):
                if instant > now and may_send(instant, zone, terms, holidays):
                    return instant
    raise ValueError(f"the send window of campaign {terms.campaign} opens on no day; check its send_between")


def window_end(now: datetime, zone: ZoneInfo, terms: Terms, holidays: Container[date]) -> datetime | None:
    """Until when the window that is open at `now` stays open; UTC. None where it never closes.

    Raises ValueError where the window is not open at `now`.
    """
    if terms.send_until is None or terms.send_from is None:
        return None
    now = now.astimezone(UTC)
    if not may_send(now, zone, terms, holidays):
        raise ValueError("the send window is not open; ask next_send first")
    day = now.astimezone(zone).date()
    for instant in edges(day, terms.send_until, zone):
        if instant > now and not may_send(instant, zone, terms, holidays):
            return instant
    # A jump of the clock over midnight swallows the end of the window with the day itself.
    return max(now + _SECOND, midnight(day + timedelta(days=1), zone))


def fits(now: datetime, zones: Sequence[ZoneInfo], terms: Terms) -> bool:
    """Whether some hours of the day lie in the window in all of these zones, whatever the season."""
    if len(zones) == 1 or terms.send_from is None or terms.send_until is None:
        return True
    length = datetime.combine(now, terms.send_until) - datetime.combine(now, terms.send_from)
    seasons = (now + timedelta(days=ahead) for ahead in (0, 90, 180, 270))
    return all(
        max(offsets) - min(offsets) < length
        for season in seasons
        if (offsets := [season.astimezone(zone).utcoffset() or timedelta() for zone in zones])
    )


def next_send_in_all(
    now: datetime, zones: Sequence[ZoneInfo], terms: Terms, holidays: Container[date]
) -> datetime:
    """As `next_send`, for somebody who may be in any of these zones. They should fit."""
    at = next_send(now, zones[0], terms, holidays)
    while len(zones) > 1 and (later := max(next_send(at, zone, terms, holidays) for zone in zones)) > at:
        at = later
        if at - now > timedelta(days=_DAYS_AHEAD):
            raise ValueError(
                f"no hour of campaign {terms.campaign} fits all the zones of a contact; give one zone"
            )
    return at


def window_end_in_all(
    now: datetime, zones: Sequence[ZoneInfo], terms: Terms, holidays: Container[date]
) -> datetime | None:
    """As `window_end`, for somebody who may be in any of these zones."""
    ends = [window_end(now, zone, terms, holidays) for zone in zones]
    return min((end for end in ends if end is not None), default=None)


def is_send_day(day: date, terms: Terms, holidays: Container[date]) -> bool:
    """Whether the window opens on this day."""
    return (
        (terms.sundays or day.weekday() != _SUNDAY)
        and (terms.holidays or day not in holidays)
        and not any(day in season for season in terms.not_between)
    )


def edges(day: date, at: time, zone: ZoneInfo) -> Iterator[datetime]:
    """The instants of a local day, in order, at which hours can begin or end at `at`: when the clock shows that
    time, once or twice, and when the clock is changed."""
    instants = {datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
    change = _clock_change(day, zone)
    if change is not None:
        instants.add(change)
    yield from sorted(instants)


def _clock_change(day: date, zone: ZoneInfo) -> datetime | None:
    """When the clock is changed on a local day, to the second; no zone does so twice in one day."""
    before, after = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    offset = before.astimezone(zone).utcoffset()
    if offset == after.astimezone(zone).utcoffset():
        return None
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a local day begins; UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)
