"""The keys of what happens while a wave runs: how long its start can be undone, and when who is silent is reminded."""

import re
from datetime import timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from bot.config.channel_settings import SettingsBlock
from bot.config.draw_settings import percentage
from bot.config.schedule_settings import Grace
from bot.config.value_types import days

Percentage = Annotated[float, BeforeValidator(percentage), Field(ge=1, le=100)]
_SECONDS: Final = re.compile(r"([0-9]{1,4})\s*(?:s|sec|seconds?)?")
_LONGEST: Final = timedelta(hours=1)


def undo_time(value: Any) -> timedelta | None:
    """`60s`; `off` is no time at all."""
    if value is None or isinstance(value, timedelta):
        return value
    text = str(value).strip().casefold()
    found = _SECONDS.fullmatch("0" if text in ("off", "never", "no", "false") else text)
    if found is None or timedelta(seconds=int(found[1])) > _LONGEST:
        raise ValueError(f"is {value!r}; expected seconds such as 60s, up to 3600s, or off")
    return timedelta(seconds=int(found[1]))


class CanarySettings(SettingsBlock):
    """How many of a wave are asked before the others, how long these wait, and from which percentages of those who
    were asked on they do not follow."""

    share: Percentage = Field(5, description="a percentage from 1% to 100%")
    at_least: int = Field(30, ge=3, le=100_000, description="a whole number of people, 3 or more")
    wait: Grace = Field(timedelta(hours=4), description="hours or days such as 4h or 1d")
    stops: Percentage = Field(5, description="a percentage from 1% to 100%")
    undelivered: Percentage = Field(15, description="a percentage from 1% to 100%")
    unread: Percentage = Field(15, description="a percentage from 1% to 100%")


Reminder = Annotated[int, BeforeValidator(days), Field(ge=1, le=364)]
UndoTime = Annotated[timedelta, BeforeValidator(undo_time)]
