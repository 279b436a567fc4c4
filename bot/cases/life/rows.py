"""A case's life as the columns of its row."""

from dataclasses import fields
from typing import Any, Final

from bot.cases.as_kept import Case
from bot.cases.life.life import CaseState, Life
from channels.base import Address

_SAME: Final = tuple(one.name for one in fields(Life) if one.name not in ("state", "owner", "erased"))
"""The fields that are columns of the same name."""


def life_of(row: Case, *, erased: bool = False) -> Life:
    """The life that a row holds; whether its customer is erased stands in the conversation's."""
    owner = (row.manager, Address(row.channel, row.address))
    kept = {name: getattr(row, name) for name in _SAME}
    return Life(CaseState(row.state), owner, erased=erased, **kept)


def columns_of(life: Life) -> dict[str, Any]:
    """The columns that hold a life."""
    name, at = life.owner
    owner = {"manager": name, "channel": at.channel, "address": at.id}
    return {"state": life.state.value, **owner, **{name: getattr(life, name) for name in _SAME}}


def changes(before: Life, after: Life) -> dict[str, Any]:
    """The columns that an event changed."""
    was = columns_of(before)
    return {name: value for name, value in columns_of(after).items() if was[name] != value}
