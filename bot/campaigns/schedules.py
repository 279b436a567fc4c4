"""Starts that wait for their time, as rows, and the schedules that bring them.

Of a schedule the next start waits; the one after it is made in the transaction in which that one ends. A start ends
once: it is started, skipped or missed. Its key is the campaign and its day, or the moment that somebody named.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.campaigns.occurrences import AHEAD, Occurrence, occurrences
from bot.campaigns.places import public_holidays
from bot.campaigns.terms import terms_of
from bot.campaigns.windows import is_send_day
from bot.config.settings import Settings
from bot.people.zones import country_of_zone
from bot.store.schema import Row, occurrence, schedule
from bot.when.rhythms import Rhythm

FROM_CONFIG: Final = "config.yaml"
"""Who wanted a schedule that stands there."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """A campaign that starts by itself; `by` is an admin's address, or `FROM_CONFIG`."""

    campaign: str
    rhythm: Rhythm
    by: str
    made_at: datetime
    paused_at: datetime | None


@dataclass(frozen=True, slots=True)
class PlannedStart:
    """A start that waits for its time, or what became of it; `turn` is the day that its rhythm says, None where
    somebody named the moment."""

    id: int
    key: str
    campaign: str
    turn: date | None
    due_at: datetime
    by: str
    state: str
    told_at: datetime | None


_SCHEDULES: Final = select(schedule).order_by(schedule.c.campaign)
_SCHEDULE: Final = select(schedule).where(schedule.c.campaign == bindparam("of_campaign"))
_SET: Final[Mapping[str, Any]] = {
    engine.dialect.name: engine.insert(schedule)
    .values(
        campaign=bindparam("of_campaign"),
        rhythm=bindparam("to"),
        by=bindparam("who"),
        made_at=bindparam("now"),
    )
    .on_conflict_do_update(
        index_elements=["campaign"],
        set_={
            "rhythm": bindparam("to"),
            "by": bindparam("who"),
            "made_at": bindparam("now"),
            "paused_at": None,
        },
    )
    for engine in (sqlite, postgresql)
}
_END: Final = delete(schedule).where(schedule.c.campaign == bindparam("of_campaign"))
_PAUSE: Final = (
    update(schedule).where(schedule.c.campaign == bindparam("of_campaign")).values(paused_at=bindparam("to"))
)

_OF_CAMPAIGN: Final = occurrence.c.campaign == bindparam("of_campaign")
_WAITS: Final = occurrence.c.state == "waiting"
_OF_RHYTHM: Final = occurrence.c.turn.is_not(None)
_WAITING: Final = select(occurrence).where(_WAITS).order_by(occurrence.c.due_at, occurrence.c.id)
_SKIPPED: Final = select(occurrence).where(
    _OF_CAMPAIGN, _OF_RHYTHM, occurrence.c.state == "skipped", occurrence.c.due_at > bindparam("now")
)
_BY_ID: Final = select(occurrence).where(occurrence.c.id == bindparam("of_id"))
_BY_ID_LOCKED: Final = _BY_ID.with_for_update()
_BY_KEY: Final = select(occurrence).where(occurrence.c.key == bindparam("of_key"))
_LAST_TURN: Final = select(func.max(occurrence.c.turn)).where(_OF_CAMPAIGN, ~_WAITS)
_ADD: Final = {
    engine.dialect.name: engine.insert(occurrence)
    .on_conflict_do_nothing(index_elements=["key"])
    .returning(occurrence)
    for engine in (sqlite, postgresql)
}
_AGAIN: Final = (
    update(occurrence)
    .where(occurrence.c.key == bindparam("of_key"), occurrence.c.state == "skipped")
    .values(state="waiting", look_at=bindparam("look"), told_at=None, by=bindparam("who"))
)
_ENDED: Final = (
    update(occurrence)
    .where(occurrence.c.id == bindparam("of_id"), _WAITS)
    .values(state=bindparam("to"), look_at=bindparam("now"), wave_id=bindparam("its_wave"))
    .returning(occurrence)
)
_UNPLAN: Final = delete(occurrence).where(_OF_CAMPAIGN, _OF_RHYTHM, _WAITS)
_UNSKIP: Final = delete(occurrence).where(
    _OF_CAMPAIGN, _OF_RHYTHM, occurrence.c.state == "skipped", occurrence.c.due_at > bindparam("now")
)


# ------------------------------------------------------------------------------------------------- when


def can_start(settings: Settings, campaign: str) -> bool:
    """Whether the settings have a campaign of this name that is started, and does not ask after an event."""
    found = settings.campaigns.get(campaign)
    return found is not None and found.on is None


def upcoming(
    settings: Settings, campaign: str, rhythm: Rhythm, after: datetime, turns_after: date = date.min
) -> Iterator[Occurrence]:
    """The starts of a campaign by a rhythm, as the settings are; ValueError where there is none."""
    terms = terms_of(campaign, settings.campaigns[campaign], settings.surveys)
    holidays = public_holidays(country_of_zone(settings.timezone))

    def may_ask(day: date) -> bool:
        return is_send_day(day, terms, holidays)

    return occurrences(rhythm, ZoneInfo(settings.timezone), may_ask, after, turns_after)


def coming(connection: Connection, settings: Settings, campaign: str, now: datetime) -> Iterator[Occurrence]:
    """The next starts of a campaign's schedule, without what was skipped; none where it has none or rests."""
    kept = schedule_of(connection, campaign)
    if kept is None or kept.paused_at is not None or not can_start(settings, campaign):
        return iter(())
    return upcoming(settings, campaign, kept.rhythm, now, _last_turn(connection, campaign))


def following(connection: Connection, settings: Settings, one: PlannedStart) -> Occurrence | None:
    """The start of the same schedule after this one; None of a start that somebody named, and of a schedule that
    ended or rests."""
    kept = schedule_of(connection, one.campaign)
    if (
        one.turn is None
        or kept is None
        or kept.paused_at is not None
        or not can_start(settings, one.campaign)
    ):
        return None
    return next(upcoming(settings, one.campaign, kept.rhythm, one.due_at, one.turn), None)


# -------------------------------------------------------------------------------------------- schedules


def schedules(connection: Connection) -> list[Schedule]:
    """Every schedule, by campaign."""
    return [_schedule(row) for row in connection.execute(_SCHEDULES)]


def schedule_of(connection: Connection, campaign: str) -> Schedule | None:
    """The schedule of a campaign."""
    row = connection.execute(_SCHEDULE, {"of_campaign": campaign}).one_or_none()
    return None if row is None else _schedule(row)


def set_schedule(
    connection: Connection, settings: Settings, campaign: str, rhythm: Rhythm, by: str, now: datetime
) -> None:
    """From now on a campaign starts by this rhythm, and by none that it had; what was skipped of that one is not
    skipped of this."""
    values = {"of_campaign": campaign, "to": str(rhythm), "who": by, "now": now}
    connection.execute(_SET[connection.dialect.name], values)
    connection.execute(_UNPLAN, {"of_campaign": campaign})
    connection.execute(_UNSKIP, {"of_campaign": campaign, "now": now})
    await_next(connection, settings, campaign, now)


def end_schedule(connection: Connection, campaign: str) -> None:
    """A campaign starts by itself no more."""
    connection.execute(_END, {"of_campaign": campaign})
    connection.execute(_UNPLAN, {"of_campaign": campaign})


def pause_schedule(connection: Connection, campaign: str, now: datetime) -> None:
    """Nothing of a schedule starts until it is resumed."""
    connection.execute(_PAUSE, {"of_campaign": campaign, "to": now})
    connection.execute(_UNPLAN, {"of_campaign": campaign})


def resume_schedule(connection: Connection, settings: Settings, campaign: str, now: datetime) -> None:
    """A schedule goes on with its next start; what lay in the pause is not made up for."""
    connection.execute(_PAUSE, {"of_campaign": campaign, "to": None})
    await_next(connection, settings, campaign, now)


def sync(connection: Connection, settings: Settings, now: datetime) -> None:
    """Make the schedules those of the settings, and what waits what the settings bring: a changed rhythm, season or
    zone holds from now on. A start whose time has come is left as it is."""
    wanted = {name: one.schedule for name, one in settings.campaigns.items() if one.schedule is not None}
    kept = {one.campaign: one for one in schedules(connection)}
    for campaign, one in kept.items():
        if one.by == FROM_CONFIG and campaign not in wanted:
            end_schedule(connection, campaign)
    for campaign, rhythm in wanted.items():
        there = kept.get(campaign)
        if there is None or there.rhythm != rhythm or there.by != FROM_CONFIG:
            set_schedule(connection, settings, campaign, rhythm, FROM_CONFIG, now)
    for one in schedules(connection):
        if one.paused_at is None and can_start(settings, one.campaign):
            _rearrange(connection, settings, one, now)


def _rearrange(connection: Connection, settings: Settings, one: Schedule, now: datetime) -> None:
    """Have the start wait that the settings bring next, and no other that is ahead."""
    waits = [row for row in waiting(connection, one.campaign) if row.turn is not None]
    if any(row.due_at <= now for row in waits):
        return
    first = next(coming(connection, settings, one.campaign, now), None)
    if first is None or [(row.turn, row.due_at) for row in waits] != [(first.turn, first.at)]:
        connection.execute(_UNPLAN, {"of_campaign": one.campaign})
        await_next(connection, settings, one.campaign, now)


def _last_turn(connection: Connection, campaign: str) -> date:
    """The last day of a rhythm that had its start, or was skipped or missed."""
    return connection.scalar(_LAST_TURN, {"of_campaign": campaign}) or date.min


def _schedule(row: Row) -> Schedule:
    return Schedule(row.campaign, Rhythm.parse(row.rhythm), row.by, row.made_at, row.paused_at)


# ----------------------------------------------------------------------------------------------- starts


def waiting(connection: Connection, campaign: str | None = None) -> list[PlannedStart]:
    """The starts that wait, of one campaign or of all, the next first."""
    found = (start_from(row) for row in connection.execute(_WAITING))
    return [one for one in found if campaign in (None, one.campaign)]


def skipped(connection: Connection, campaign: str, now: datetime) -> list[PlannedStart]:
    """The starts ahead that a schedule has and somebody skipped; none where it rests or ended."""
    kept = schedule_of(connection, campaign)
    if kept is None or kept.paused_at is not None:
        return []
    values = {"of_campaign": campaign, "now": now}
    return [start_from(row) for row in connection.execute(_SKIPPED, values)]


def start_by_id(connection: Connection, id_: int, *, lock: bool = False) -> PlannedStart | None:
    """A start, whatever became of it; with `lock`, nobody else changes it until the transaction ends."""
    row = connection.execute(_BY_ID_LOCKED if lock else _BY_ID, {"of_id": id_}).one_or_none()
    return None if row is None else start_from(row)


def key_of_moment(campaign: str, at: datetime) -> str:
    """The key of a start at a moment that somebody named."""
    return f"once:{campaign}:{at:%Y-%m-%dT%H:%M}"


def called_off_since(connection: Connection, campaign: str, at: datetime, since: datetime) -> bool:
    """Whether the start of a campaign at a moment was called off after `since`."""
    row = connection.execute(_BY_KEY, {"of_key": key_of_moment(campaign, at)}).one_or_none()
    return row is not None and row.state == "skipped" and row.look_at > since


def wait_until(connection: Connection, campaign: str, at: datetime, by: str) -> PlannedStart:
    """Have a campaign start once at this moment; the same start where it is asked for again. One that was called off
    waits again."""
    values: dict[str, object] = {
        "key": key_of_moment(campaign, at),
        "campaign": campaign,
        "turn": None,
    }
    _add(connection, values, at, by)
    again = {"of_key": values["key"], "look": at - AHEAD, "who": by}
    connection.execute(_AGAIN, again)
    return start_from(connection.execute(_BY_KEY, {"of_key": values["key"]}).one())


def await_next(connection: Connection, settings: Settings, campaign: str, after: datetime) -> None:
    """Have the next start of a campaign's schedule wait: the first after this instant whose day has had none."""
    kept = schedule_of(connection, campaign)
    if kept is None or kept.paused_at is not None or not can_start(settings, campaign):
        return
    last = connection.scalar(_LAST_TURN, {"of_campaign": campaign}) or date.min
    for one in upcoming(settings, campaign, kept.rhythm, after, last):
        values: dict[str, object] = {
            "key": f"occurrence:{campaign}:{one.day}",
            "campaign": campaign,
            "turn": one.turn,
        }
        if _add(connection, values, one.at, kept.by):
            return
        there = connection.execute(_BY_KEY, {"of_key": values["key"]}).one()
        if there.state == "waiting":
            return


def end_start(
    connection: Connection,
    settings: Settings,
    id_: int,
    state: str,
    now: datetime,
    wave_id: int | None = None,
) -> PlannedStart | None:
    """A start that waited is over: started, skipped or missed; the next of its schedule waits. None where it waited no
    more."""
    row = connection.execute(
        _ENDED, {"of_id": id_, "to": state, "now": now, "its_wave": wave_id}
    ).one_or_none()
    if row is None:
        return None
    one = start_from(row)
    if one.turn is not None:
        await_next(connection, settings, one.campaign, one.due_at)
    return one


def _add(connection: Connection, values: dict[str, object], at: datetime, by: str) -> bool:
    own = {"due_at": at, "by": by, "state": "waiting", "look_at": at - AHEAD}
    return connection.execute(_ADD[connection.dialect.name], values | own).one_or_none() is not None


def start_from(row: Row) -> PlannedStart:
    """A row of the table `occurrence` as a value."""
    return PlannedStart(row.id, row.key, row.campaign, row.turn, row.due_at, row.by, row.state, row.told_at)
