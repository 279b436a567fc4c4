"""What people wish for themselves, kept: of each kind the newest that was said, in whatever order they come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from bot.reading.own_wishes import AsUsual, Later, OwnWish, Rarely, Rather
from bot.store.schema import wish

_VALUES: Final[dict[str, Any]] = {
    name: bindparam(f"new_{name}")
    for name in ("contact_id", "kind", "not_before", "days", "channel", "said_at")
}
_CHANGED: Final = {name: _VALUES[name] for name in ("not_before", "days", "channel", "said_at")}
_KEEP: Final = {
    engine.dialect.name: engine.insert(wish)
    .values(_VALUES)
    .on_conflict_do_update(
        index_elements=["contact_id", "kind"],
        set_=_CHANGED,
        where=wish.c.said_at <= bindparam("new_said_at"),
    )
    for engine in (sqlite, postgresql)
}
_STANDING: Final = (
    select(wish)
    .where(
        wish.c.contact_id == bindparam("person"),
        or_(wish.c.not_before.is_not(None), wish.c.days.is_not(None), wish.c.channel.is_not(None)),
    )
    .order_by(wish.c.said_at, wish.c.kind)
)


@dataclass(frozen=True, slots=True)
class StandingWish:
    """What somebody wishes now, as its row tells it: of its kind's three values the one that it has."""

    contact_id: int
    kind: str
    not_before: datetime | None
    days: int | None
    channel: str | None
    said_at: datetime


def keep_wish(
    connection: Connection, contact_id: int, own: OwnWish, said_at: datetime, until: datetime | None = None
) -> None:
    """Keep what a contact wishes, unless something newer of its kind was said; of `Later` not before `until`."""
    match own:
        case Later():
            _keep(connection, contact_id, said_at, "later", not_before=until)
        case Rarely(days):
            _keep(connection, contact_id, said_at, "rarely", days=days)
        case Rather(channel):
            _keep(connection, contact_id, said_at, "channel", channel=channel)
        case AsUsual():
            undo_wishes(connection, contact_id, said_at)


def undo_wishes(connection: Connection, contact_id: int, said_at: datetime) -> None:
    """Nothing that the contact wished before this was said holds any more, also where it comes after this."""
    for kind in ("later", "rarely", "channel"):
        _keep(connection, contact_id, said_at, kind)


def standing_wishes(connection: Connection, contact_id: int) -> Sequence[StandingWish]:
    """What a contact wishes now, the oldest first."""
    return [StandingWish(*row) for row in connection.execute(_STANDING, {"person": contact_id})]


def _keep(connection: Connection, contact_id: int, said_at: datetime, kind: str, **values: Any) -> None:
    row = {"contact_id": contact_id, "kind": kind, "not_before": None, "days": None, "channel": None}
    row |= {"said_at": said_at, **values}
    connection.execute(_KEEP[connection.dialect.name], {f"new_{name}": value for name, value in row.items()})
