"""A rolling campaign: it asks by itself, and its waves are the months or quarters of the company's calendar.

The wave of a period is opened by whoever is the first to be asked in it, and takes in nobody once the period is over.
A stop holds, over the ends of periods too, until somebody starts the campaign again.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, update

from bot.campaigns import runs
from bot.campaigns.runs import Stopped, start_keyed
from bot.campaigns.schedules import FROM_CONFIG
from bot.campaigns.waves import Wave, find_wave
from bot.campaigns.windows import midnight
from bot.config.sections.after import Waves
from bot.config.settings import Settings
from bot.hooks.happened import happened
from bot.steps import step
from bot.store.schema import wave


@dataclass(frozen=True, slots=True)
class Period:
    """A calendar month or quarter, by the name that it has in keys, and when the next one begins."""

    name: str
    ends: datetime


def period_of(now: datetime, zone: ZoneInfo, waves: Waves) -> Period:
    """The period that it is in a zone."""
    today = now.astimezone(zone).date()
    length = 1 if waves == "month" else 3
    number = (today.month - 1) // length
    years, month = divmod((number + 1) * length, 12)
    ends = midnight(date(today.year + years, month + 1, 1), zone)
    return Period(f"{today.year}-{today.month:02}" if length == 1 else f"{today.year}-Q{number + 1}", ends)


_OPEN: Final = (
    update(wave)
    .where(wave.c.id == bindparam("of_id"))
    .values(open_until=bindparam("until"), enrolled_at=wave.c.started_at, begun_at=wave.c.started_at)
)
_AGAIN: Final = (
    update(wave)
    .where(wave.c.id == bindparam("of_id"))
    .values(stopped_at=None, stopped_by=None, ended_at=None)
)


def is_stopped(connection: Connection, campaign: str) -> Wave | None:
    """The wave with which a rolling campaign was stopped; None where it asks."""
    newest = find_wave(connection, campaign)
    if newest is None or newest.open_until is None or newest.stopped_at is None:
        return None
    return newest


def running_wave(
    connection: Connection, settings: Settings, campaign: str, now: datetime, by: str = FROM_CONFIG
) -> Wave | None:
    """The wave of the period that it is, opened where nobody was asked in it yet; None where the campaign is stopped.
    A wave that is open stays so to its end, whatever `waves` says by now. To be called by `runs.numbered`, as another
    process may open it at the same moment."""
    newest = find_wave(connection, campaign)
    if newest is not None and newest.open_until is not None:
        if newest.stopped_at is not None:
            return None
        if newest.started_at <= now < newest.open_until:
            return newest
    return _wave_of(connection, settings, campaign, now, by)


def _wave_of(connection: Connection, settings: Settings, campaign: str, now: datetime, by: str) -> Wave:
    terms = settings.campaigns[campaign]
    period = period_of(now, ZoneInfo(settings.timezone), terms.waves or "quarter")
    run, new = start_keyed(connection, settings, campaign, f"period:{campaign}:{period.name}", by, now)
    if not new:
        return run
    connection.execute(_OPEN, {"of_id": run.id, "until": period.ends})
    if run.begun_at is None:
        happened(connection, "wave.started", run.id, None, now)
    return replace(run, enrolled_at=now, open_until=period.ends)


def stop_rolling(
    connection: Connection, settings: Settings, campaign: str, by: str, now: datetime
) -> Stopped:
    """Ask nobody more until `start_again`, also where nobody was asked yet: then its wave begins stopped."""
    if not is_stopped(connection, campaign):
        _wave_of(connection, settings, campaign, now, by)
    return runs.stop(connection, campaign, by, now)


def start_again(
    connection: Connection, settings: Settings, campaign: str, by: str, now: datetime
) -> Wave | None:
    """Have a stopped campaign ask again from now on, in the wave of the period that it is; None where it was not
    stopped. Whose event was due meanwhile is not asked any more. Whom the stop took off must be closed before
    (`runs.close_stopped`)."""
    stopped = is_stopped(connection, campaign)
    if stopped is None:
        return None
    run = _wave_of(connection, settings, campaign, now, by)
    if run.id == stopped.id:
        connection.execute(_AGAIN, {"of_id": run.id})
        happened(connection, "wave.started", run.id, None, now)
    step("wave.started", wave=run.id, campaign=campaign, number=run.number)
    return run
