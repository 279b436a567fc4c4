"""The keys of what happens while a wave runs: how long its start can be undone, and when who is silent is reminded."""

import re
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from bot.config.sections.channel import SettingsBlock
from bot.config.sections.draw import percentage
from bot.config.sections.schedule import Grace
from bot.config.value_types import days

Percentage = Annotated[float, BeforeValidator(percentage), Field(ge=1, le=100)]
_UNDO: Final = re.compile(r"([0-9]{1,4})\s*(?:(?:s|sec|seconds?)?|(m|min|minutes?))")
_OFF: Final = ("off", "never", "no", "false")
_LONGEST: Final = timedelta(hours=1)


def undo_time(value: Any) -> timedelta | None:
    """`60s` or `10m`; `off` is no time at all."""
    if value is None or isinstance(value, timedelta):
        return value
    text = str(value).strip().casefold()
    found = _UNDO.fullmatch("0" if text in _OFF else text)
    time = timedelta(seconds=int(found[1]) * (60 if found[2] else 1)) if found else None
    if time is None or time > _LONGEST:
        raise ValueError(
            f"is {value!r}; expected seconds or minutes such as 60s or 10m, up to an hour, or off"
        )
    return time


def off_is_none(value: Any) -> Any:
    """`off`, where nothing is done unless something is given."""
    return None if isinstance(value, str) and value.strip().casefold() in _OFF else value


class CanarySettings(SettingsBlock):
    """How many of a wave are asked before the others, how long these wait, and from which percentages of those who
    were asked on they do not follow."""

    share: Percentage = Field(5, description="a percentage from 1% to 100%")
    at_least: int = Field(30, ge=3, le=100_000, description="a whole number of people, 3 or more")
    wait: Grace = Field(timedelta(hours=4), description="hours or days such as 4h or 1d")
    stops: Percentage = Field(5, description="a percentage from 1% to 100%")
    undelivered: Percentage = Field(15, description="a percentage from 1% to 100%")
    unread: Percentage = Field(15, description="a percentage from 1% to 100%")


Window = Annotated[int, BeforeValidator(days), Field(ge=1, le=365)]
Reminder = Annotated[
    Annotated[int, BeforeValidator(days), Field(ge=1, le=364)] | None, BeforeValidator(off_is_none)
]
UndoTime = Annotated[timedelta, BeforeValidator(undo_time)]
