"""The agreed time: until when somebody is to have taken a case, in the hours of who has it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from bot.campaigns.places import public_holidays
from bot.cases.hours import WorkingHours, after_work, at_work
from bot.cases.reach import Reached
from bot.config.settings import Settings
from bot.people.zones import country_of_zone

LATE: Final = timedelta(minutes=10)
"""By how much a tick may come after the time that it waits for, before it is asked whether people still work."""


def working_hours(settings: Settings, colleague: str) -> WorkingHours:
    """When a colleague works, by name: the hours of the settings, by the clock and the holidays where they are."""
    rules, clock = settings.follow_up, settings.clock_of(colleague)
    zone = settings.zone_of(colleague)
    holidays = public_holidays(None if rules.holidays else clock.country or country_of_zone(zone.key))
    return WorkingHours(zone, rules.from_until, rules.days, holidays)


def due_at(
    settings: Settings, owner: str, now: datetime, following: Reached | None = None
) -> datetime | None:
    """When it is looked again whether `owner` has taken a case; None where no time is agreed. Not before
    whoever is `following`, who would be told then, is at work."""
    within = settings.follow_up.within
    if within is None:
        return None
    due = after_work(now, within, working_hours(settings, owner))
    return due if following is None else next_at_work(settings, following[0], due)


def next_at_work(settings: Settings, colleague: str, at: datetime) -> datetime:
    """That moment, or the next at which a colleague works. The end of their day is not too late."""
    work = working_hours(settings, colleague)
    return at if at_work(at - timedelta(seconds=1), work) else after_work(at, timedelta(), work)


def may_be_told(settings: Settings, colleague: str, due: datetime, now: datetime) -> bool:
    """Whether a colleague may be told now of what was due then: nobody is at night, because nothing ran by day."""
    return now - due <= LATE or at_work(now, working_hours(settings, colleague))


def at_work_now(settings: Settings, colleagues: Sequence[Reached], now: datetime) -> tuple[Reached, ...]:
    """Those who work at this moment."""
    return tuple(one for one in colleagues if at_work(now, working_hours(settings, one[0])))
