"""The keys of digests: who reads one by itself, how often, and at which time of their day."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field

from bot.config.sections.channel import SettingsBlock
from bot.config.value_types import as_list, place_address
from bot.when.repeats import Repeats
from channels.base import Address

AT: Final = "16:00"
"""The time of day where nothing is said of one."""


def clock_time(text: str) -> str:
    """A time of day, as `HH:MM`."""
    found = re.fullmatch(r"(\d{1,2}):(\d\d)", text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError(f"is {text!r}; expected a time of day such as 16:00")
    return f"{int(found[1]):02}:{found[2]}"


def _board_place(value: Any) -> Address:
    at = place_address(value)
    if at.channel == "sms":
        raise ValueError(f"is {value!r}; the page for the board is a picture, and goes to slack or telegram")
    return at


TimeOfDay = Annotated[str, AfterValidator(clock_time)]
BoardPlace = Annotated[Address, BeforeValidator(_board_place)]


class DigestRules(SettingsBlock):
    """How often account managers read of their customers and admins the page for the board, unless they chose
    otherwise themselves; where else that page goes; and at which time where each reader is. `managers` left out: every
    working day, and of a campaign what its `summary` says."""

    managers: Repeats | None = Field(None, description="daily, weekly, monthly or off")
    admins: Repeats = Field("off", description="daily, weekly, monthly or off")
    board_to: Annotated[tuple[BoardPlace, ...], BeforeValidator(as_list)] = Field(
        (), description="channels or groups such as slack:C0456EFGH, which get the page monthly"
    )
    at: TimeOfDay | None = Field(None, description="a time such as 09:00")


def off(value: Any) -> Any:
    """`off` is no digest for anybody who asks for none."""
    word = value.strip().casefold() if isinstance(value, str) else None
    return {"managers": "off"} if word == "off" or value is False else value


Digests = Annotated[DigestRules, BeforeValidator(off)]


class ToldOfCampaign(SettingsBlock):
    """What of a campaign stands in the digests of account managers: why passives gave what they did, what promoters
    wrote, and which key contacts stayed silent. `at` is the time of day as it was said before `digest.at` was there."""

    passives: bool = Field(True, description="true or false")
    promoters: bool = Field(True, description="true or false")
    silent: bool = Field(True, description="true or false")
    at: TimeOfDay | None = Field(None, description="a time such as 16:00")


ALL: Final = ToldOfCampaign()
SILENT: Final = ToldOfCampaign(passives=False, promoters=False)
NOTHING: Final = ToldOfCampaign(passives=False, promoters=False, silent=False)


def told(value: Any) -> Any:
    """`daily`, as it was called when there was one rhythm, and `on` are all of it; `off` nothing."""
    word = value.strip().casefold() if isinstance(value, str) else ""
    return {"daily": ALL, "on": ALL, "off": NOTHING}.get(word, value)


Summary = Annotated[ToldOfCampaign | None, BeforeValidator(told)]


def time_said_before(summaries: Mapping[str, ToldOfCampaign | None]) -> str | None:
    """The earliest time of day that campaigns name."""
    return min((one.at for one in summaries.values() if one is not None and one.at is not None), default=None)
