"""What a wave that runs will probably come to: how many answers, and how sure its score will be then."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, func, select

from bot.campaigns.experience import ENOUGH, LOOKED_BACK
from bot.campaigns.waves import COUNTED, OPEN_PEOPLE, Wave, wave_from
from bot.reports.outlook_values import Margin, Outlook
from bot.reports.scope import kind_of, scores_of, still_running
from bot.reports.tallies import Cell, dispositions, people, score_counts, wave_cells
from bot.store.schema import conversation, wave
from bot.store.standing import Standing
from scoring import (
    Counts,
    ResponseCurve,
    expected_margin,
    invitations_needed,
    pooled,
    response_curve,
    sample_size,
)
from scoring.interval import adjusted

_FINEST: Final = 1
_OVER: Final = (
    select(wave)
    .where(
        COUNTED,
        wave.c.id != bindparam("run"),
        wave.c.open_until.is_(None),
        wave.c.enrolled_at.is_not(None),
        OPEN_PEOPLE == 0,
    )
    .order_by(wave.c.started_at.desc(), wave.c.id.desc())
    .limit(5 * LOOKED_BACK)
)
_CLOSES: Final = select(func.max(conversation.c.closes_at)).where(
    conversation.c.wave_id == bindparam("run"),
    conversation.c.state != "closed",
    conversation.c.closes_at.is_not(None),
)


def outlook(connection: Connection, run: Wave, zone: ZoneInfo, now: datetime) -> Outlook | None:
    """What is to be expected of a wave that runs; None of one that is over, is stopped, or takes people in one by one,
    and where no earlier wave tells how answers come in."""
    if run.stopped_at is not None or run.open_until is not None or run.enrolled_at is None:
        return None
    cells = wave_cells(connection, (run.id,), days=False)
    if not still_running((run,), cells):
        return None
    before = _before(connection, run, cells)
    curve = response_curve((dispositions(theirs).invited, _days(one, theirs, zone)) for one, theirs in before)
    if curve.invited < ENOUGH or not curve.in_all:
        return None
    answered, waiting = sum(score_counts(cells).values()), people(cells, Standing.WAITING)
    invited = dispositions(cells).invited + waiting
    expected = round(curve.expected(answered, invited, _age(run, zone, now)))
    closes = connection.scalar(_CLOSES, {"run": run.id})
    return Outlook(
        answered=answered,
        expected=expected,
        until=max(closes or now, now + timedelta(days=run.terms.window) if waiting else now),
        margin=_margin(run, cells, before, expected, curve),
        waves=len(before),
        same_channels=before[0][0].campaign != run.campaign,
    )


def _before(connection: Connection, run: Wave, cells: Iterable[Cell]) -> list[tuple[Wave, list[Cell]]]:
    """The newest waves that are over: of the campaign, else those that asked over the same channels."""
    over = [wave_from(row) for row in connection.execute(_OVER, {"run": run.id})]
    own = [one for one in over if one.campaign == run.campaign][:LOOKED_BACK]
    found = wave_cells(connection, [one.id for one in own or over], days=True)
    each = [(one, [cell for cell in found if cell.wave_id == one.id]) for one in own or over]
    if own:
        return each
    channels = _channels(cells)
    return [(one, theirs) for one, theirs in each if _channels(theirs) == channels][:LOOKED_BACK]


def _channels(cells: Iterable[Cell]) -> set[str | None]:
    return {cell.channel for cell in cells if cell.asked}


def _start(run: Wave, zone: ZoneInfo) -> datetime:
    return (run.begun_at or run.started_at).astimezone(zone)


def _days(run: Wave, cells: Iterable[Cell], zone: ZoneInfo) -> dict[int, int]:
    """How many of its answers came on which day from the start, 0 being that day."""
    first = _start(run, zone).date()
    days: dict[int, int] = {}
    for cell in cells:
        if cell.day is not None:
            day = (cell.day - first).days
            days[day] = days.get(day, 0) + cell.people
    return days


def _age(run: Wave, zone: ZoneInfo, now: datetime) -> float:
    """How old a wave is in days of the calendar, of which the first began when it did."""
    start, local = _start(run, zone), now.astimezone(zone)
    day = (local.date() - start.date()).days
    midnight = datetime.combine(local.date(), time(), zone)
    opened = start if day <= 0 else midnight
    left = midnight + timedelta(days=1) - opened
    return max(0, day) + max(0.0, (local - opened) / left)


def _margin(
    run: Wave,
    cells: Iterable[Cell],
    before: Sequence[tuple[Wave, list[Cell]]],
    expected: int,
    curve: ResponseCurve,
) -> Margin | None:
    """What the interval of an NPS will be about, from how far answers lie apart: its own, or where these are few those
    before."""
    if kind_of(run) != "nps" or not expected:
        return None
    counts = _counts(cells)
    if counts.n < ENOUGH:
        counts = pooled(_counts(theirs) for one, theirs in before if kind_of(one) == "nps") + counts
    variance = adjusted(counts).variance
    points = expected_margin(expected, variance)
    narrower = round(points) - 1
    if narrower < _FINEST:
        return Margin(points)
    more = max(0, sample_size(narrower, variance) - expected)
    return Margin(points, narrower, more, invitations_needed(more, curve.in_all / curve.invited))


def _counts(cells: Iterable[Cell]) -> Counts:
    return scores_of("nps", score_counts(cells)).counts
