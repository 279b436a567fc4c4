"""Account managers who are away: until when, and who gets their new cases meanwhile.

Who stands in for somebody may be away too; then it is whoever stands in for them. No circle can be set, and what
is over counts for nothing, so that an absence ends by itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.cases.reach import Reached
from bot.config.settings import Settings
from bot.store.schema import absence


@dataclass(frozen=True, slots=True)
class Absence:
    """Who is away, who stands in, and until when. `by` set it: an address."""

    manager: str
    deputy: str
    until: datetime
    by: str


_ALL: Final = select(absence).where(absence.c.until > bindparam("now")).order_by(absence.c.manager)
_OVER: Final = delete(absence).where(absence.c.until <= bindparam("now"))
_END: Final = delete(absence).where(absence.c.manager == bindparam("of_manager"))
_KEPT: Final[Mapping[str, Any]] = {name: bindparam(f"to_{name}") for name in ("deputy", "until", "by", "at")}
_SET: Final = {
    engine.dialect.name: engine.insert(absence)
    .values(manager=bindparam("of_manager"), **_KEPT)
    .on_conflict_do_update(index_elements=["manager"], set_=dict(_KEPT))
    for engine in (sqlite, postgresql)
}


def absences(connection: Connection, now: datetime) -> Mapping[str, Absence]:
    """Who is away at this moment, by name."""
    rows = connection.execute(_ALL, {"now": now})
    return {row.manager: Absence(row.manager, row.deputy, row.until, row.by) for row in rows}


def keep_absence(connection: Connection, new: Absence, now: datetime) -> None:
    """From now on somebody is away; what they set before counts no more, and what is over is forgotten."""
    connection.execute(_OVER, {"now": now})
    values = {"to_deputy": new.deputy, "to_until": new.until, "to_by": new.by, "to_at": now}
    connection.execute(_SET[connection.dialect.name], {"of_manager": new.manager, **values})


def end_absence(connection: Connection, manager: str) -> None:
    """They are back."""
    connection.execute(_END, {"of_manager": manager})


def stands_in(away: Mapping[str, Absence], manager: str) -> str:
    """Who has the cases of a manager: they, or in the end somebody who is there."""
    for _ in away:  # no circle is followed for ever
        if manager not in away:
            break
        manager = away[manager].deputy
    return manager


def makes_a_circle(away: Mapping[str, Absence], manager: str, deputy: str) -> bool:
    """Whether who would stand in for a manager is that manager in the end."""
    others = {name: one for name, one in away.items() if name != manager}
    return stands_in(others, deputy) == manager


def who_is_there(
    settings: Settings, away: Mapping[str, Absence], places: Iterable[Reached]
) -> tuple[Reached, ...]:
    """Colleagues, each who is away changed for who stands in. A deputy who was taken out of the settings since
    stands in for nobody."""
    return tuple(_there(settings, away, place) for place in places)


def _there(settings: Settings, away: Mapping[str, Absence], place: Reached) -> Reached:
    deputy = stands_in(away, place[0])
    at = settings.account_managers.get(deputy)
    return place if at is None or deputy == place[0] else (deputy, at)
