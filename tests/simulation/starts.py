"""Starts that wait, in the simulated world: what admins say of them, and the laws that hold for them."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, func, select

from bot.campaigns.pausing import go_on
from bot.campaigns.schedules import end_schedule, schedules
from bot.store.schema import Row, occurrence, wave
from tests.simulation.model import Model

GRACE: Final = timedelta(days=1)
_LATE: Final = timedelta(minutes=10)  # a process that looks may have stood still since it asked for the time

_STARTS: Final = select(
    occurrence,
    wave.c.plan,
    wave.c.campaign.label("of_campaign"),
    wave.c.started_at,
).outerjoin(wave, wave.c.id == occurrence.c.wave_id)


def lines(campaign: str, chance: random.Random) -> Sequence[str]:
    """What an admin says of when a campaign starts, one line after the other."""
    hour = chance.randrange(8, 20)
    rhythm = chance.choice(("2 days", "4 days", "week"))
    return chance.choice(
        (
            (f"start {campaign} on tomorrow {hour}:00", f"start {campaign} confirm"),
            (f"schedule {campaign} every {rhythm} from tomorrow {hour}:00", f"schedule {campaign} confirm"),
            (f"schedule {campaign} every {rhythm} from tomorrow {hour}:00", f"schedule {campaign} confirm"),
            (f"schedule {campaign} {chance.choice(('skip', 'pause', 'resume', 'off'))}", "schedule"),
        )
    )


def to_look_at(connection: Connection, now: datetime) -> Row | None:
    """A start at which something is to be done now."""
    due = select(occurrence).where(occurrence.c.state == "waiting", occurrence.c.look_at <= now)
    return connection.execute(due).first()


def end_schedules(connection: Connection) -> None:
    """Nothing starts again and again any more: a world has an end."""
    for one in schedules(connection):
        end_schedule(connection, one.campaign)


def all_goes_on(connection: Connection, now: datetime) -> None:
    """Every wave that an admin paused goes on: nobody waits for ever."""
    for campaign in connection.scalars(
        select(wave.c.campaign).where(wave.c.paused_at.is_not(None)).distinct()
    ):
        go_on(connection, campaign, "the end of the world", now)


def starts_hold(connection: Connection, model: Model) -> None:
    """Each start ended once and in its time, and each admin was told of it once."""
    rows = connection.execute(_STARTS).all()
    for row in rows:
        if row.state == "started":
            in_time = row.due_at <= row.started_at <= row.due_at + GRACE + _LATE
            model.law(in_time, "a start is at its time, or up to a day later", row)
            model.law(
                row.plan == row.key and row.of_campaign == row.campaign, "a start has its own wave", row
            )
        if row.state == "missed":
            model.law(row.look_at > row.due_at, "what is to come is not missed", row)
    days = [
        (row.campaign, row.due_at.date()) for row in rows if row.state == "started" and row.turn is not None
    ]
    model.law(len(days) == len(set(days)), "a day starts one wave of a schedule", days)
    begun = connection.scalar(select(func.count()).where(wave.c.plan.startswith("occurrence:"))) or 0
    model.law(begun == len(days), "a wave of a schedule has its start", begun, days)
    for one in schedules(connection):
        waits = [
            row
            for row in rows
            if row.campaign == one.campaign and row.state == "waiting" and row.turn is not None
        ]
        model.law(bool(waits) == (one.paused_at is None), "the next start of a schedule waits", one, waits)
