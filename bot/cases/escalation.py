"""Whom cases go to that nobody took: the escalation of the settings, as people are there now."""

from collections.abc import Container, Mapping

from sqlalchemy import Connection

from bot.cases.absences import Absence, who_is_there
from bot.cases.reach import Reached
from bot.config.settings import Settings
from bot.people.moves import moves


def escalation(
    connection: Connection, settings: Settings, channels: Container[str], away: Mapping[str, Absence]
) -> tuple[Reached, ...]:
    """Who is next, one after the other: each who is away changed for who stands in, where they are now. Whose
    channel is none of `channels` is passed over."""
    now_at = moves(connection)
    there = who_is_there(settings, away, settings.escalation)
    return tuple((name, now_at.get(at, at)) for name, at in there if at.channel in channels)
