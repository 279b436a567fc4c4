"""Places that have another id now: a Telegram group that became a supergroup keeps its people and loses its id."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select

from bot.config.settings import Settings
from bot.store.behind import remembered
from bot.store.hot import Hot
from bot.store.meta import put_value
from bot.store.schema import meta
from channels.base import Address

_PREFIX: Final = "moved:"
_ALL: Final = Hot(select(meta).where(meta.c.name.startswith(_PREFIX, autoescape=True)).order_by(meta.c.name))


def note(connection: Connection, old: Address, new: Address) -> None:
    """Remember that `old` is `new` now."""
    put_value(connection, f"{_PREFIX}{old}", str(new))


def moves(connection: Connection) -> Mapping[Address, Address]:
    """Every place that moved, and where it is now."""
    return remembered(connection, _PREFIX, lambda: _moves(connection))


def _moves(connection: Connection) -> Mapping[Address, Address]:
    found = {
        Address.parse(row.name.removeprefix(_PREFIX)): Address.parse(row.value)
        for row in _ALL.all(connection, {})
    }
    return {old: _end(found, old) for old in found}


def _end(found: Mapping[Address, Address], at: Address) -> Address:
    for _ in found:  # it may have moved more than once, and no circle is followed for ever
        at = found.get(at, at)
    return at


def moved(settings: Settings, found: Mapping[Address, Address]) -> Settings:
    """The settings with the places of colleagues where they are now."""
    if not found:
        return settings
    managers = {name: found.get(at, at) for name, at in settings.account_managers.items()}
    fallback = settings.fallback_manager
    if settings.fallback is not None and fallback not in managers:
        at = settings.fallback[1]
        fallback = str(found[at]) if at in found else fallback
    admins = tuple(found.get(at, at) for at in settings.admins)
    escalation = tuple(
        str(found[at]) if name == str(at) and at in found else name for name, at in settings.escalation
    )
    board_to = tuple(found.get(at, at) for at in settings.digest.board_to)
    follow_up = settings.follow_up.model_copy(update={"escalation": escalation})
    return settings.model_copy(
        update={
            "account_managers": managers,
            "fallback_manager": fallback,
            "follow_up": follow_up,
            "digest": settings.digest.model_copy(update={"board_to": board_to}),
            "admins": admins,
        }
    )
