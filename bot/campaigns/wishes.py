"""What contacts asked for in their own words, as the rules of `plan` look at it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, Select, bindparam, select

from bot.campaigns.plan import Wishes
from bot.people.consent import Whose
from bot.store.schema import Row, wish


def wishes_of(among: Whose) -> Select[Any]:
    """The rows of what these contacts wish, for `wishes_in`."""
    return select(wish.c.contact_id, wish.c.kind, wish.c.not_before, wish.c.days, wish.c.channel).where(
        among(wish.c.contact_id)
    )


def wishes_in(rows: Iterable[Row]) -> dict[int, Wishes]:
    """What each contact wishes that has a row."""
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(row.contact_id, []).append(row)
    return {contact_id: _wishes({row.kind: row for row in kinds}) for contact_id, kinds in found.items()}


def _wishes(rows: Mapping[str, Row]) -> Wishes:
    later, rarely, channel = (rows.get(kind) for kind in ("later", "rarely", "channel"))
    return Wishes(
        None if later is None else later.not_before,
        None if rarely is None else rarely.days,
        None if channel is None else channel.channel,
    )


_OF_CONTACTS: Final = wishes_of(lambda id_: id_.in_(bindparam("contacts", expanding=True)))


def wished_by(connection: Connection, contacts: Collection[int]) -> Mapping[int, Wishes]:
    """What each of these contacts wishes who wishes something."""
    return wishes_in(connection.execute(_OF_CONTACTS, {"contacts": sorted(contacts)}).all())
